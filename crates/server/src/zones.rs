//! The time zones of a shop: which day a moment belongs to. A day that is over keeps the zone that it had, so that a shop
//! that moves does not move its books.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// How long after it was declared a zone begins to hold, in ms: every node knows it by then.
const BEGINS_AFTER_MS: i64 = 60_000;

/// The zones of a shop, from the first on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zones(Vec<ZoneFrom>);

/// A zone, and since when it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct ZoneFrom {
    /// The moment (unix ms); the first zone holds before it too.
    from_ms: i64,
    /// The IANA name; UTC where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    zone: Option<String>,
}

impl Zones {
    /// These zones, and from soon on the declared one, if that is another.
    #[must_use]
    pub fn followed_by(&self, zone: Option<&str>, now_ms: i64) -> Zones {
        let mut zones = self.clone();
        match zones.0.last() {
            Some(last) if last.zone.as_deref() == zone => {}
            Some(_) => {
                let from_ms = now_ms.saturating_add(BEGINS_AFTER_MS);
                zones.0.push(ZoneFrom { from_ms, zone: zone.map(str::to_owned) });
            }
            None => zones.0.push(ZoneFrom { from_ms: now_ms, zone: zone.map(str::to_owned) }),
        }
        zones
    }

    /// The zone that holds at a moment (unix ms).
    pub fn at(&self, at_ms: i64) -> TimeZone {
        let begun = self.0.iter().rev().find(|zone| zone.from_ms <= at_ms).or(self.0.first());
        let name = begun.and_then(|zone| zone.zone.as_deref());
        name.and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC)
    }

    /// The day of a moment (unix ms), in days since 1970-01-01.
    pub fn day_of(&self, at_ms: i64) -> i64 {
        let Ok(moment) = Timestamp::from_millisecond(at_ms) else { return at_ms.div_euclid(DAY_MS) };
        number_of(moment.to_zoned_datetime(self.at(at_ms)).date())
    }
}

const DAY_MS: i64 = 24 * 3_600_000;

/// A date as the number of its day since 1970-01-01.
pub fn number_of(date: Date) -> i64 {
    i64::from((date - EPOCH).get_days())
}

/// The date of a day by its number; `None` where no calendar has it.
pub fn date_of(day: i64) -> Option<Date> {
    EPOCH.checked_add(jiff::Span::new().try_days(day).ok()?).ok()
}

const EPOCH: Date = Date::constant(1970, 1, 1);

#[cfg(test)]
mod tests {
    use super::*;

    /// 31 January 2026, 23:30 UTC.
    const LATE_MS: i64 = 1_769_902_200_000;

    fn date(zones: &Zones, at_ms: i64) -> String {
        date_of(zones.day_of(at_ms)).expect("a date").to_string()
    }

    #[test]
    fn a_day_is_the_shops_day() {
        for (zone, expected) in [
            (None, "2026-01-31"),
            (Some("Africa/Abidjan"), "2026-01-31"),
            (Some("Africa/Algiers"), "2026-02-01"),
            (Some("America/New_York"), "2026-01-31"),
            (Some("Nowhere/At_All"), "2026-01-31"),
        ] {
            let zones = Zones::default().followed_by(zone, 0);
            assert_eq!(date(&zones, LATE_MS), expected, "{zone:?}");
        }
        assert_eq!(date(&Zones::default(), LATE_MS), "2026-01-31");
        assert_eq!(date(&Zones::default(), -1), "1969-12-31");
    }

    #[test]
    fn days_that_are_over_keep_their_zone() {
        let zones = Zones::default().followed_by(None, 0);
        let moved = zones.followed_by(Some("Africa/Algiers"), LATE_MS);
        assert_eq!(date(&moved, LATE_MS - DAY_MS), "2026-01-30");
        assert_eq!(date(&moved, LATE_MS + 59_999), "2026-01-31", "until every node knows");
        assert_eq!(date(&moved, LATE_MS + 60_000), "2026-02-01");
        assert_eq!(moved.followed_by(Some("Africa/Algiers"), LATE_MS + DAY_MS), moved);
    }

    #[test]
    fn a_day_has_a_number_and_a_date() {
        for day in [-719_528, -1, 0, 1, 20_484, 2_932_896] {
            assert_eq!(number_of(date_of(day).expect("a date")), day);
        }
        assert_eq!(date_of(i64::MAX), None);
    }
}
