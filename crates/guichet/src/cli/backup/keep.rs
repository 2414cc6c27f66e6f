//! Which backups are kept: the newest of each of the last hours, days, weeks, months and years that have one, in UTC.

use std::collections::BTreeSet;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// The most of a kind that may be kept.
const MOST: usize = 100_000;

/// Which backups are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Keep(Vec<(Unit, usize)>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    /// Every backup is one of its own.
    Each,
    Hour,
    Day,
    /// From Monday on.
    Week,
    Month,
    Year,
}

impl Unit {
    /// What two moments of the same unit have in common.
    fn of(self, at: DateTime, nth: usize) -> (i64, i64) {
        let (year, month) = (i64::from(at.year()), i64::from(at.month()));
        match self {
            Unit::Each => (i64::try_from(nth).unwrap_or(i64::MAX), 0),
            Unit::Hour => (year, i64::from(at.date().day_of_year()) * 24 + i64::from(at.hour())),
            Unit::Day => (year, i64::from(at.date().day_of_year())),
            Unit::Week => {
                let week = at.date().iso_week_date();
                (i64::from(week.year()), i64::from(week.week()))
            }
            Unit::Month => (year, month),
            Unit::Year => (year, 0),
        }
    }
}

impl FromStr for Keep {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("“{text}” says nothing of the kind: write 7d4w12m, or how many, such as 10");
        let (mut rules, mut digits) = (Vec::new(), String::new());
        for c in text.chars() {
            let unit = match c {
                '0'..='9' => {
                    digits.push(c);
                    continue;
                }
                'h' => Unit::Hour,
                'd' => Unit::Day,
                'w' => Unit::Week,
                'm' => Unit::Month,
                'y' => Unit::Year,
                _ => return Err(wrong()),
            };
            rules.push((unit, std::mem::take(&mut digits)));
        }
        match (digits.is_empty(), rules.is_empty()) {
            (false, true) => rules.push((Unit::Each, digits)),
            (true, false) => {}
            (true, true) | (false, false) => return Err(wrong()),
        }
        let number = |(unit, digits): (Unit, String)| {
            let number = digits.parse().ok().filter(|number| (1..=MOST).contains(number))?;
            Some((unit, number))
        };
        rules.into_iter().map(number).collect::<Option<Vec<_>>>().map(Keep).ok_or_else(wrong)
    }
}

impl Keep {
    /// Which of these backups stay; the moments are in unix ms, and the newest one always stays.
    pub(super) fn of(&self, moments_ms: &BTreeSet<i64>) -> BTreeSet<i64> {
        let mut kept: BTreeSet<i64> = moments_ms.last().copied().into_iter().collect();
        for (unit, most) in &self.0 {
            let mut seen: Vec<(i64, i64)> = Vec::new();
            for (nth, at_ms) in moments_ms.iter().rev().enumerate() {
                let at = Timestamp::from_millisecond(*at_ms).unwrap_or(Timestamp::UNIX_EPOCH);
                let unit = unit.of(TimeZone::UTC.to_datetime(at), nth);
                if seen.last() == Some(&unit) {
                    continue;
                }
                if seen.len() == *most {
                    break;
                }
                seen.push(unit);
                kept.insert(*at_ms);
            }
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments(texts: &[&str]) -> BTreeSet<i64> {
        texts.iter().map(|text| text.parse::<Timestamp>().expect("a moment").as_millisecond()).collect()
    }

    #[track_caller]
    fn check(keep: &str, backups: &[&str], expected: &[&str]) {
        let kept = keep.parse::<Keep>().expect("a rule").of(&moments(backups));
        let shown: Vec<String> =
            kept.iter().map(|at| Timestamp::from_millisecond(*at).expect("a moment").to_string()).collect();
        assert_eq!(kept, moments(expected), "{keep} keeps {shown:?}");
    }

    #[test]
    fn the_newest_of_each_stays() {
        const DAYS: &[&str] = &[
            "2026-11-22T02:00:00Z", // a Sunday
            "2026-11-23T02:00:00Z",
            "2026-11-23T14:00:00Z",
            "2026-11-24T02:00:00Z",
            "2026-11-27T02:00:00Z",
        ];
        check("1", DAYS, &DAYS[4..]);
        check("2", DAYS, &DAYS[3..]);
        check("9", DAYS, DAYS);
        check("3d", DAYS, &DAYS[2..]);
        // Days without a backup do not count: the last four that have one.
        check("4d", DAYS, &[DAYS[0], DAYS[2], DAYS[3], DAYS[4]]);
        check("1w", DAYS, &DAYS[4..]);
        check("2w", DAYS, &[DAYS[0], DAYS[4]]);
        check("1m", DAYS, &DAYS[4..]);
        check("2h", DAYS, &DAYS[3..]);
        check("1d2w", DAYS, &[DAYS[0], DAYS[4]]);
        const YEARS: &[&str] = &[
            "2024-12-30T02:00:00Z", // the first ISO week of 2025
            "2025-01-02T02:00:00Z",
            "2025-12-31T23:59:59Z",
            "2026-01-01T00:00:00Z",
        ];
        check("3m", YEARS, &[YEARS[1], YEARS[2], YEARS[3]]);
        check("9w", YEARS, &[YEARS[1], YEARS[3]]);
        check("9y", YEARS, &[YEARS[0], YEARS[2], YEARS[3]]);
        check("7d4w12m", &["2026-11-22T02:00:00Z"], &["2026-11-22T02:00:00Z"]);
        check("1d", &[], &[]);
    }

    #[test]
    fn a_year_of_nights_leaves_what_was_asked_for() {
        let mut backups = BTreeSet::new();
        let mut at_ms = "2025-11-29T02:00:00Z".parse::<Timestamp>().expect("a moment").as_millisecond();
        let keep: Keep = "7d4w12m".parse().expect("a rule");
        for _ in 0..400 {
            backups.insert(at_ms);
            backups = keep.of(&backups);
            at_ms += 24 * 3_600_000;
        }
        assert!((18..=21).contains(&backups.len()), "{backups:?}");
        let oldest = backups.first().expect("some");
        assert!(at_ms - oldest > 300 * 24 * 3_600_000, "the newest of each of twelve months is kept");
    }

    #[test]
    fn what_is_no_rule_is_refused() {
        for text in [
            "",
            "d",
            "7",
            "0",
            "0d",
            "7x",
            "7d4",
            "-1d",
            "7 d",
            "d7",
            "99999999999999999999d",
            "7dd",
            "100001",
        ] {
            assert_eq!(text.parse::<Keep>().is_ok(), text == "7", "{text:?}");
        }
    }
}
