//! How old something must be to be archived: whole days, weeks or years.

use std::str::FromStr;

/// A day, in ms.
const DAY_MS: i64 = 24 * 3_600_000;

/// What is younger may still be needed: idempotency keys answer for 30 days, a link may be paid late, and a delivery that was
/// given up is sent again by hand.
const LEAST_DAYS: i64 = 90;

/// How much anything can be.
const MOST_DAYS: i64 = 36_500;

/// An age.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Age {
    days: i64,
}

impl Age {
    /// In milliseconds.
    pub(super) fn ms(self) -> i64 {
        self.days * DAY_MS
    }
}

impl FromStr for Age {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("“{text}” is no age: write days, weeks or years, such as 400d, 60w or 2y");
        let number = |unit| text.strip_suffix(unit).and_then(|number| number.parse::<i64>().ok());
        let days = number('d')
            .or_else(|| number('w').and_then(|weeks| weeks.checked_mul(7)))
            .or_else(|| number('y').and_then(|years| years.checked_mul(365)));
        let days = days.ok_or_else(wrong)?;
        match days {
            LEAST_DAYS..=MOST_DAYS => Ok(Age { days }),
            _ => Err(format!(
                "{days} days are too few or too many: at least {LEAST_DAYS}, because what is younger may still be needed, \
                 and at most {MOST_DAYS}"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_read() {
        for (text, days) in [
            ("400d", Some(400)),
            ("90d", Some(90)),
            ("89d", None),
            ("13w", Some(91)),
            ("2y", Some(730)),
            ("-400d", None),
            ("400", None),
            ("d", None),
            ("", None),
            ("9223372036854775807w", None),
            ("101y", None),
        ] {
            assert_eq!(text.parse::<Age>().ok(), days.map(|days| Age { days }), "{text}");
        }
    }
}
