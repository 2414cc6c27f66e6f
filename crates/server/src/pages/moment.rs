//! A moment as customers read it: by the clocks of the shop, where it says where it is, and otherwise in UTC,
//! which is said.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::language::Language;

impl Language {
    /// A moment (unix ms) to the minute, in that time zone of the IANA database.
    pub(crate) fn moment(self, at_ms: i64, zone: Option<&str>) -> String {
        let Ok(moment) = Timestamp::from_millisecond(at_ms) else { return String::new() };
        let zone = zone.and_then(|name| TimeZone::get(name).ok());
        let suffix = if zone.is_some() { "" } else { " UTC" };
        let format = match self {
            Language::Fr => "%d/%m/%Y à %H:%M",
            Language::Ar => "%d/%m/%Y %H:%M",
            Language::En => "%-d %B %Y, %H:%M",
        };
        let local = moment.to_zoned_datetime(zone.unwrap_or(TimeZone::UTC));
        format!("{}{suffix}", local.strftime(format))
    }
}

/// Refuses what is no time zone, with the rule.
pub(crate) fn check_time_zone(name: &str) -> Result<(), String> {
    match TimeZone::get(name) {
        Ok(_) => Ok(()),
        Err(_) => Err(format!(
            "there is no time zone “{name}” in the IANA database; write one such as Africa/Algiers or Africa/Abidjan"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clocks_of_the_shop() {
        // 31 January 2026, 23:30 UTC.
        let at_ms = 1_769_902_200_000;
        let table = [
            (Language::Fr, Some("Africa/Algiers"), "01/02/2026 à 00:30"),
            (Language::Fr, Some("Africa/Abidjan"), "31/01/2026 à 23:30"),
            (Language::Ar, Some("Africa/Algiers"), "01/02/2026 00:30"),
            (Language::En, Some("Africa/Douala"), "1 February 2026, 00:30"),
            (Language::En, None, "31 January 2026, 23:30 UTC"),
            (Language::Fr, Some("Africa/Atlantis"), "31/01/2026 à 23:30 UTC"),
        ];
        for (language, zone, expected) in table {
            assert_eq!(language.moment(at_ms, zone), expected, "{zone:?}");
        }
        assert_eq!(Language::Fr.moment(i64::MAX, None), "");
    }

    #[test]
    fn zones_are_known_without_a_system_database() {
        for zone in ["Africa/Algiers", "Africa/Lagos", "Africa/Kinshasa", "Europe/Paris", "UTC"] {
            assert_eq!(check_time_zone(zone), Ok(()), "{zone}");
        }
        for wrong in ["", "Algiers", "Africa/Atlantis", "+01:00", "CET-1"] {
            assert!(check_time_zone(wrong).is_err(), "{wrong}");
        }
    }
}
