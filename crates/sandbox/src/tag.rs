//! Magic inputs: a tag in the title, such as `[declined]` or `[paid after 60]`, forces an outcome
//! without a browser. Tags and not amounts, because every amount is also somebody's real price.

use crate::clock::MAX_ADVANCE_S;
use crate::payment::{Action, LATE_S, Scripted};

/// Every tag and what it does, for the home page.
pub(crate) const TAGS: &[(&str, &str)] = &[
    ("[paid]", "paid as soon as the link exists"),
    ("[declined]", "the bank says no"),
    ("[cancelled]", "the customer gives up"),
    ("[expired]", "the link lapses now instead of after 20 minutes"),
    ("[late]", "the money is taken now and confirmed 180 seconds later"),
    ("[wrong-amount]", "another amount is paid: 100 minor units less"),
    ("[never]", "the customer begins to pay and nothing is ever decided"),
    ("[paid after 60]", "any tag, so many seconds later; with late, when the bank confirms"),
];

/// What the first tag of a text asks for, on a payment made at `created_at_ms`.
pub(crate) fn scripted(text: &str, created_at_ms: i64) -> Option<Scripted> {
    text.split('[').skip(1).find_map(|piece| {
        let (tag, _) = piece.split_once(']')?;
        read(tag, created_at_ms)
    })
}

fn read(tag: &str, created_at_ms: i64) -> Option<Scripted> {
    let tag = tag.to_ascii_lowercase();
    let mut words = tag.split_ascii_whitespace();
    let outcome = words.next()?;
    let after_s = match (words.next(), words.next(), words.next()) {
        (None, None, None) => None,
        (Some("after"), Some(seconds), None) => {
            Some(seconds.parse::<u64>().ok().filter(|seconds| *seconds <= MAX_ADVANCE_S)?)
        }
        _ => return None,
    };
    let action = match outcome {
        "paid" => Action::Pay,
        "declined" => Action::Decline,
        "cancelled" => Action::Cancel,
        "expired" => Action::Expire,
        "wrong-amount" => Action::PayOther,
        "never" => Action::Initiate,
        "late" => {
            let action = Action::PayLate { seconds: after_s.unwrap_or(LATE_S) };
            return Some(Scripted { at_ms: created_at_ms, action });
        }
        _ => return None,
    };
    Some(Scripted { at_ms: created_at_ms + after_s.unwrap_or(0) as i64 * 1000, action })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_and_anything_else_is_a_title() {
        for (title, expected) in [
            ("Order 7 [paid]", Some((5, Action::Pay))),
            ("[PAID after 60] Order 7", Some((60_005, Action::Pay))),
            ("[vip] Order 7 [declined]", Some((5, Action::Decline))),
            ("[late]", Some((5, Action::PayLate { seconds: 180 }))),
            ("[late after 1500]", Some((5, Action::PayLate { seconds: 1500 }))),
            ("[never] [paid]", Some((5, Action::Initiate))),
            ("[wrong-amount]", Some((5, Action::PayOther))),
            ("[expired after 30]", Some((30_005, Action::Expire))),
            ("paid", None),
            ("[paid", None),
            ("[]", None),
            ("[paid after]", None),
            ("[paid after -1]", None),
            ("[paid after 99999999999]", None),
            ("[paid after 1 day]", None),
        ] {
            let expected = expected.map(|(at_ms, action)| Scripted { at_ms, action });
            assert_eq!(scripted(title, 5), expected, "{title}");
        }
    }

    #[test]
    fn every_listed_tag_is_read() {
        assert!(TAGS.iter().all(|(tag, _)| scripted(tag, 0).is_some()));
    }
}
