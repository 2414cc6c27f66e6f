//! Magic inputs: a tag such as `[declined]` or `[paid after 60]` in what the merchant sends forces
//! an outcome without a browser. Tags and not amounts, because every amount is also somebody's real
//! price.

use guichet_gateways::PayinRequest;

use crate::action::{Action, LATE_S};
use crate::clock::MAX_ADVANCE_S;

/// The time for which a payment waits that goes through a waiting state, unless told otherwise, in seconds.
const WAIT_S: u64 = 60;

/// The member of a request that forces an outcome by name, where a dialect keeps unknown members:
/// one integrator's word for it, read at every dialect alike.
const SCENARIO: &str = "sandboxScenario";

/// Every tag and what it does, for the home page.
pub(crate) const TAGS: &[(&str, &str)] = &[
    ("[paid]", "paid as soon as the link exists"),
    ("[declined]", "the bank says no"),
    ("[cancelled]", "the customer gives up"),
    ("[expired]", "the link lapses now"),
    ("[late]", "the money is taken now and confirmed 180 seconds later"),
    ("[wrong-amount]", "another amount is paid: 100 minor units less"),
    ("[never]", "the customer begins to pay and nothing is ever decided"),
    ("[processing]", "begun at once, decided 60 seconds later: paid, or what another tag says"),
    ("[waiting]", "the same as [processing]"),
    ("[no-callback]", "no notification is ever sent; goes with any other tag"),
    ("[paid after 60]", "any outcome, so many seconds later; with late, when the bank confirms"),
];

/// An action that happens by itself at `at_ms` (unix ms).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ScriptedAction {
    pub(crate) at_ms: i64,
    pub(crate) action: Action,
}

/// The script that magic inputs ask for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Script {
    /// The actions that happen by themselves, in order.
    pub(crate) steps: Vec<ScriptedAction>,
    /// Whether the merchant is never notified.
    pub(crate) silent: bool,
}

/// The magic words read so far; the first of each kind counts.
#[derive(Default)]
struct MagicInput {
    outcome: Option<(Action, Option<u64>)>,
    wait_s: Option<u64>,
    silent: bool,
}

/// The meaning of a magic word.
enum Word {
    Outcome(Action),
    Wait,
    Silence,
}

/// The script of a request that arrived at `created_at_ms`: by its scenario, by tags in its title,
/// description and reference, and by words at the end of its reference, such as `ORDER7-declined`,
/// for vendors whose references have no brackets.
pub(crate) fn script(request: &PayinRequest, created_at_ms: i64) -> Script {
    let mut input = MagicInput::default();
    if let Some(scenario) = request.echo.get(SCENARIO).and_then(|scenario| scenario.as_str()) {
        input.outcome = scenario_action(scenario).map(|action| (action, None));
    }
    for text in [&request.title, request.description.as_ref().unwrap_or(&request.title), &request.reference] {
        input.read_tags(text);
    }
    input.read_ends(&request.reference);
    input.script(created_at_ms)
}

fn scenario_action(scenario: &str) -> Option<Action> {
    match scenario {
        "completed" => Some(Action::Pay),
        "failed" => Some(Action::Decline),
        "pending" => Some(Action::Initiate),
        _ => None,
    }
}

fn word(text: &str) -> Option<Word> {
    Some(match text {
        "paid" => Word::Outcome(Action::Pay),
        "declined" => Word::Outcome(Action::Decline),
        "cancelled" => Word::Outcome(Action::Cancel),
        "expired" => Word::Outcome(Action::Expire),
        "late" => Word::Outcome(Action::PayLate { seconds: LATE_S }),
        "wrong-amount" => Word::Outcome(Action::PayOther),
        "never" => Word::Outcome(Action::Initiate),
        "processing" | "waiting" => Word::Wait,
        "no-callback" => Word::Silence,
        _ => return None,
    })
}

fn seconds(text: &str) -> Option<u64> {
    text.parse::<u64>().ok().filter(|seconds| *seconds <= MAX_ADVANCE_S)
}

impl MagicInput {
    fn read_tags(&mut self, text: &str) {
        for piece in text.split('[').skip(1) {
            let Some((tag, _)) = piece.split_once(']') else { continue };
            let tag = tag.to_ascii_lowercase();
            let mut words = tag.split_ascii_whitespace();
            let (Some(first), after) = (words.next(), words.next()) else { continue };
            match (after, words.next(), words.next()) {
                (None, None, None) => self.add(first, None),
                (Some("after"), Some(text), None) => {
                    if let Some(seconds) = seconds(text) {
                        self.add(first, Some(seconds));
                    }
                }
                _ => {}
            }
        }
    }

    /// Reads the words at the end of a reference, the last one first.
    fn read_ends(&mut self, reference: &str) {
        let reference = reference.to_ascii_lowercase();
        let mut rest = reference.as_str();
        loop {
            let (head, after_s) = match rest.rsplit_once("-after-") {
                Some((head, text)) if seconds(text).is_some() => (head, seconds(text)),
                Some(_) | None => (rest, None),
            };
            let names = TAGS.iter().map(|(tag, _)| tag.trim_matches(['[', ']']));
            let end = names
                .filter(|name| word(name).is_some())
                .find_map(|name| Some((head.strip_suffix(name)?.strip_suffix('-')?, name)));
            let Some((before, name)) = end else { return };
            self.add(name, after_s);
            rest = before;
        }
    }

    fn add(&mut self, name: &str, after_s: Option<u64>) {
        match word(name) {
            Some(Word::Outcome(action)) => self.outcome = self.outcome.or(Some((action, after_s))),
            Some(Word::Wait) => self.wait_s = self.wait_s.or(Some(after_s.unwrap_or(WAIT_S))),
            Some(Word::Silence) => self.silent |= after_s.is_none(),
            None => {}
        }
    }

    fn script(self, created_at_ms: i64) -> Script {
        let step =
            |after_s: u64, action| ScriptedAction { at_ms: created_at_ms + after_s as i64 * 1000, action };
        let outcome = match (self.outcome, self.wait_s) {
            (None, None) => None,
            (None, Some(wait_s)) => Some(step(wait_s, Action::Pay)),
            (Some((Action::PayLate { seconds }, after_s)), wait_s) => {
                let action = Action::PayLate { seconds: after_s.unwrap_or(seconds) };
                Some(step(wait_s.unwrap_or(0), action))
            }
            (Some((action, after_s)), wait_s) => Some(step(after_s.or(wait_s).unwrap_or(0), action)),
        };
        let begun = self.wait_s.map(|_| step(0, Action::Initiate));
        Script { steps: begun.into_iter().chain(outcome).collect(), silent: self.silent }
    }
}

#[cfg(test)]
mod tests {
    use guichet_gateways::{Currency, Money};

    use super::*;

    const PRICE: Money = Money { amount_minor: 50_000, currency: Currency::DZD };
    const LATE: Action = Action::PayLate { seconds: 180 };

    /// Checks what a request made at the fifth millisecond asks for: seconds and actions.
    fn check(request: &PayinRequest, steps: &[(i64, Action)], silent: bool) {
        let step =
            |(after_s, action): &(i64, Action)| ScriptedAction { at_ms: 5 + after_s * 1000, action: *action };
        let steps = steps.iter().map(step).collect();
        assert_eq!(script(request, 5), Script { steps, silent }, "{request:?}");
    }

    fn titled(title: &str) -> PayinRequest {
        PayinRequest { title: title.into(), ..PayinRequest::of(PRICE) }
    }

    fn named(reference: &str) -> PayinRequest {
        PayinRequest { reference: reference.into(), ..PayinRequest::of(PRICE) }
    }

    #[test]
    fn tags_are_read_and_anything_else_is_a_title() {
        for (title, expected) in [
            ("Order 7 [paid]", Some((0, Action::Pay))),
            ("[PAID after 60] Order 7", Some((60, Action::Pay))),
            ("[vip] Order 7 [declined]", Some((0, Action::Decline))),
            ("[late]", Some((0, LATE))),
            ("[late after 1500]", Some((0, Action::PayLate { seconds: 1500 }))),
            ("[never] [paid]", Some((0, Action::Initiate))),
            ("[wrong-amount]", Some((0, Action::PayOther))),
            ("[expired after 30]", Some((30, Action::Expire))),
            ("paid", None),
            ("[paid", None),
            ("[]", None),
            ("[paid after]", None),
            ("[paid after -1]", None),
            ("[paid after 99999999999]", None),
            ("[paid after 1 day]", None),
        ] {
            check(&titled(title), &expected.map_or(Vec::new(), |step| vec![step]), false);
        }
    }

    #[test]
    fn a_payment_may_wait_first_and_tell_nobody() {
        for (title, steps, silent) in [
            ("[processing]", vec![(0, Action::Initiate), (60, Action::Pay)], false),
            ("[waiting after 5] [declined]", vec![(0, Action::Initiate), (5, Action::Decline)], false),
            ("[declined after 9] [waiting]", vec![(0, Action::Initiate), (9, Action::Decline)], false),
            ("[waiting] [late]", vec![(0, Action::Initiate), (60, LATE)], false),
            ("[no-callback]", vec![], true),
            ("[no-callback][paid]", vec![(0, Action::Pay)], true),
            ("[no-callback after 5]", vec![], false),
        ] {
            check(&titled(title), &steps, silent);
        }
    }

    #[test]
    fn the_end_of_a_reference_and_the_scenario_say_the_same() {
        for (reference, steps, silent) in [
            ("ORDER7-declined", vec![(0, Action::Decline)], false),
            ("order-7-PAID-after-60", vec![(60, Action::Pay)], false),
            ("7-waiting-wrong-amount-no-callback", vec![(0, Action::Initiate), (60, Action::PayOther)], true),
            ("7 [paid]", vec![(0, Action::Pay)], false),
            ("declined", vec![], false),
            ("7-declined-2", vec![], false),
            ("7-after-60", vec![], false),
            ("", vec![], false),
        ] {
            check(&named(reference), &steps, silent);
        }
        for (scenario, steps) in [
            ("completed", vec![(0, Action::Pay)]),
            ("failed", vec![(0, Action::Decline)]),
            ("pending", vec![(0, Action::Initiate)]),
            ("other", vec![(0, Action::Cancel)]),
        ] {
            let mut request = named("7-cancelled");
            request.echo.insert(SCENARIO.into(), scenario.into());
            check(&request, &steps, false);
        }
    }

    #[test]
    fn every_listed_tag_is_read() {
        assert!(TAGS.iter().all(|(tag, _)| script(&titled(tag), 0) != Script::default()));
    }
}
