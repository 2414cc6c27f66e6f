//! Days and times as the people of a shop read them: by the clocks of the shop that they are about.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::pages::Language;
use crate::zones::{date_of, number_of};

const FRENCH_DAYS: [&str; 7] = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"];
const FRENCH_MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
const FRENCH_SHORT: [&str; 12] =
    ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."];

const ENGLISH_DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const ENGLISH_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const ENGLISH_SHORT: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const ARABIC_DAYS: [&str; 7] = ["الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"];
/// The months as Algeria calls them.
const ARABIC_MONTHS: [&str; 12] = [
    "جانفي",
    "فيفري",
    "مارس",
    "أفريل",
    "ماي",
    "جوان",
    "جويلية",
    "أوت",
    "سبتمبر",
    "أكتوبر",
    "نوفمبر",
    "ديسمبر",
];

fn named<'a>(names: &[&'a str], number: i8) -> &'a str {
    let at = usize::try_from(number - 1).ok();
    at.and_then(|at| names.get(at)).copied().unwrap_or_default()
}

impl Language {
    /// A day in full, such as “samedi 28 novembre 2026”.
    pub(super) fn long_day(self, day: i64) -> String {
        let Some(date) = date_of(day) else { return String::new() };
        format!("{} {}", self.day_and_month(date), date.year())
    }

    /// A day with its weekday and without its year.
    pub(super) fn weekday_and_day(self, day: i64) -> String {
        date_of(day).map(|date| self.day_and_month(date)).unwrap_or_default()
    }

    /// A day in few letters, such as “28 nov.”.
    pub(super) fn short_day(self, day: i64) -> String {
        let Some(date) = date_of(day) else { return String::new() };
        let number = self.number_of_day(date);
        match self {
            Language::Fr => format!("{number} {}", named(&FRENCH_SHORT, date.month())),
            Language::Ar => format!("{number} {}", named(&ARABIC_MONTHS, date.month())),
            Language::En => format!("{number} {}", named(&ENGLISH_SHORT, date.month())),
        }
    }

    /// The month of a date, such as “novembre 2026”.
    pub(super) fn month(self, date: Date) -> String {
        let names = match self {
            Language::Fr => &FRENCH_MONTHS,
            Language::Ar => &ARABIC_MONTHS,
            Language::En => &ENGLISH_MONTHS,
        };
        format!("{} {}", named(names, date.month()), date.year())
    }

    fn day_and_month(self, date: Date) -> String {
        let weekday = date.weekday().to_monday_one_offset();
        let number = self.number_of_day(date);
        match self {
            Language::Fr => {
                let (day, month) = (named(&FRENCH_DAYS, weekday), named(&FRENCH_MONTHS, date.month()));
                format!("{day} {number} {month}")
            }
            Language::Ar => {
                let (day, month) = (named(&ARABIC_DAYS, weekday), named(&ARABIC_MONTHS, date.month()));
                format!("{day} {number} {month}")
            }
            Language::En => {
                let (day, month) = (named(&ENGLISH_DAYS, weekday), named(&ENGLISH_MONTHS, date.month()));
                format!("{day} {number} {month}")
            }
        }
    }

    fn number_of_day(self, date: Date) -> String {
        match (self, date.day()) {
            (Language::Fr, 1) => "1er".to_owned(),
            (_, day) => day.to_string(),
        }
    }

    /// How long something took or takes, in the two largest units, such as “1 min 48 s” or “2 j 4 h”.
    pub(super) fn duration(self, ms: i64) -> String {
        let seconds = (ms / 1000).max(0);
        let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
        let [day, hour, minute, second] = match self {
            Language::Fr => ["j", "h", "min", "s"],
            Language::Ar => ["ي", "س", "د", "ث"],
            Language::En => ["d", "h", "min", "s"],
        };
        let two = |more: (i64, &str), less: (i64, &str)| match less.0 {
            0 => format!("{}\u{a0}{}", more.0, more.1),
            _ => format!("{}\u{a0}{} {}\u{a0}{}", more.0, more.1, less.0, less.1),
        };
        match (days, hours, minutes) {
            (0, 0, 0) => format!("{seconds}\u{a0}{second}"),
            (0, 0, _) => two((minutes, minute), (seconds % 60, second)),
            (0, _, _) => two((hours, hour), (minutes, minute)),
            (_, _, _) => two((days, day), (hours, hour)),
        }
    }
}

/// A moment (unix ms) as a day in few letters and a time, such as “28 nov., 17:33”.
pub(super) fn day_and_time(language: Language, at_ms: i64, zone: &TimeZone) -> String {
    let date = Timestamp::from_millisecond(at_ms).map(|moment| moment.to_zoned_datetime(zone.clone()).date());
    let day = date.map(|date| language.short_day(number_of(date))).unwrap_or_default();
    let comma = if language == Language::Ar { '،' } else { ',' };
    format!("{day}{comma} {}", time_of_day(at_ms, zone))
}

/// The time of day at a moment (unix ms) in a zone, such as `17:33`.
pub(super) fn time_of_day(at_ms: i64, zone: &TimeZone) -> String {
    clock_time(at_ms, zone, "%H:%M")
}

/// The same to the second.
pub(super) fn time_to_the_second(at_ms: i64, zone: &TimeZone) -> String {
    clock_time(at_ms, zone, "%H:%M:%S")
}

fn clock_time(at_ms: i64, zone: &TimeZone, format: &str) -> String {
    let moment = Timestamp::from_millisecond(at_ms).map(|moment| moment.to_zoned_datetime(zone.clone()));
    moment.map(|moment| moment.strftime(format).to_string()).unwrap_or_default()
}

/// The cities of zones that are called otherwise in French, and their names in Arabic.
const CITIES: [(&str, &str, &str); 12] = [
    ("Algiers", "Alger", "الجزائر"),
    ("Abidjan", "Abidjan", "أبيدجان"),
    ("Bamako", "Bamako", "باماكو"),
    ("Casablanca", "Casablanca", "الدار البيضاء"),
    ("Conakry", "Conakry", "كوناكري"),
    ("Dakar", "Dakar", "داكار"),
    ("Douala", "Douala", "دوالا"),
    ("Kinshasa", "Kinshasa", "كينشاسا"),
    ("Lome", "Lomé", "لومي"),
    ("Ndjamena", "N’Djaména", "نجامينا"),
    ("Tunis", "Tunis", "تونس"),
    ("Cairo", "Le Caire", "القاهرة"),
];

/// The city that a zone is named by, such as “Alger”; UTC where it has none.
pub(super) fn city(language: Language, zone: &TimeZone) -> String {
    let name = zone.iana_name().unwrap_or("UTC");
    let city = name.rsplit('/').next().unwrap_or(name);
    match CITIES.iter().find(|(known, ..)| *known == city) {
        Some((_, french, _)) if language == Language::Fr => (*french).to_owned(),
        Some((_, _, arabic)) if language == Language::Ar => (*arabic).to_owned(),
        _ => city.replace('_', " "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_names_in_every_language() {
        // 28 November 2026, and the 1st.
        let (day, first) = (20_785, 20_758);
        assert_eq!(Language::Fr.long_day(day), "samedi 28 novembre 2026");
        assert_eq!(Language::Fr.short_day(first), "1er nov.");
        assert_eq!(Language::En.long_day(day), "Saturday 28 November 2026");
        assert_eq!(Language::En.short_day(first), "1 Nov");
        assert_eq!(Language::Ar.long_day(day), "السبت 28 نوفمبر 2026");
        assert_eq!(Language::Ar.weekday_and_day(day), "السبت 28 نوفمبر");
        assert_eq!(Language::Fr.long_day(i64::MAX), "");
        let months = date_of(day).map(|date| Language::ALL.map(|language| language.month(date)));
        assert_eq!(months, Some(["novembre 2026", "نوفمبر 2026", "November 2026"].map(str::to_owned)));
    }

    #[test]
    fn a_duration_has_two_units() {
        for (ms, expected) in [
            (0, "0 s"),
            (59_999, "59 s"),
            (60_000, "1 min"),
            (108_000, "1 min 48 s"),
            (3_600_000, "1 h"),
            (100_800_000, "1 j 4 h"),
            (-5, "0 s"),
        ] {
            assert_eq!(Language::Fr.duration(ms).replace('\u{a0}', " "), expected);
        }
    }

    #[test]
    fn times_are_the_shops() {
        let zone = TimeZone::get("Africa/Algiers").expect("a zone");
        let at_ms = 1_769_902_205_000;
        assert_eq!(time_of_day(at_ms, &zone), "00:30");
        assert_eq!(time_to_the_second(at_ms, &zone), "00:30:05");
        assert_eq!(Language::ALL.map(|language| city(language, &zone)), ["Alger", "الجزائر", "Algiers"]);
        assert_eq!(city(Language::Fr, &TimeZone::UTC), "UTC");
        assert_eq!(city(Language::Fr, &TimeZone::get("America/New_York").expect("a zone")), "New York");
    }
}
