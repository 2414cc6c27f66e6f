//! How an order ended, gathered from everyone who has a say: the API, the gateway, the shop and the
//! journal. Two endings are compared by name, so that a difference reads as a sentence.

use std::fmt;

use serde::Serialize;

/// An ending, as it must be or as it was.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(super) struct Ending {
    /// The order's status by the API.
    pub(super) order: String,
    /// Whether the money came after the order had closed and was taken all the same.
    pub(super) paid_late: bool,
    /// Its payments' statuses by the API, oldest first.
    pub(super) payments: Vec<String>,
    /// Money that does not fit.
    pub(super) held: Vec<String>,
    /// Whether a person is asked to decide.
    pub(super) needs_you: bool,
    /// The statuses of its links by the gateway's own books, oldest first.
    pub(super) links: Vec<String>,
    /// How many different `order.paid` webhooks the shop received, signature verified.
    pub(super) paid_webhooks: usize,
    /// The order's status by the shop's books.
    pub(super) shop: String,
    /// Whether the journal's chain is whole.
    pub(super) journal_is_whole: bool,
}

impl Ending {
    /// An ending in which everyone agrees and nothing is held.
    pub(super) fn of(order: &str, payments: &[&str], links: &[&str]) -> Self {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Ending {
            order: order.to_owned(),
            paid_late: false,
            payments: owned(payments),
            held: Vec::new(),
            needs_you: false,
            links: owned(links),
            paid_webhooks: usize::from(order == "fulfilled"),
            shop: order.to_owned(),
            journal_is_whole: true,
        }
    }

    /// The same with money that waits for a person.
    pub(super) fn holding(self, kind: &str) -> Self {
        Ending { held: vec![kind.to_owned()], needs_you: true, ..self }
    }

    /// What differs from how it must be, a sentence each.
    pub(super) fn differences(&self, got: &Ending) -> Vec<String> {
        let yes = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
        let facts = [
            ("the order's status", self.order.clone(), got.order.clone()),
            ("paid late", yes(self.paid_late), yes(got.paid_late)),
            ("the payments", listed(&self.payments), listed(&got.payments)),
            ("the held money", listed(&self.held), listed(&got.held)),
            ("needs you", yes(self.needs_you), yes(got.needs_you)),
            ("the links at the gateway", listed(&self.links), listed(&got.links)),
            (
                "the number of order.paid webhooks",
                self.paid_webhooks.to_string(),
                got.paid_webhooks.to_string(),
            ),
            ("the order's status in the shop's books", self.shop.clone(), got.shop.clone()),
            ("the journal is whole", yes(self.journal_is_whole), yes(got.journal_is_whole)),
        ];
        facts.iter().filter_map(|(what, must, is)| difference(what, must, is)).collect()
    }
}

/// A sentence when two things that must be the same are not.
pub(super) fn difference(what: &str, must: &str, is: &str) -> Option<String> {
    (must != is).then(|| format!("{what}: expected “{must}”, got “{is}”"))
}

fn listed(words: &[String]) -> String {
    if words.is_empty() { "none".to_owned() } else { words.join(", ") }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.order.is_empty() {
            return write!(f, "no order");
        }
        let late = if self.paid_late { " late" } else { "" };
        write!(f, "{}{late} ({})", self.order, listed(&self.payments))?;
        if self.held.is_empty() { Ok(()) } else { write!(f, ", held {}", self.held.join(", ")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fact_counts() {
        let must = Ending::of("fulfilled", &["failed", "paid"], &["declined", "paid"]);
        assert_eq!(must.differences(&must), Vec::<String>::new());
        let nothing = Ending::default();
        assert_eq!(must.differences(&nothing).len(), 6);
        let held = must.clone().holding("paid_twice");
        let twice = Ending { paid_late: true, paid_webhooks: 2, ..held };
        assert_eq!(
            must.differences(&twice),
            [
                "paid late: expected “no”, got “yes”",
                "the held money: expected “none”, got “paid_twice”",
                "needs you: expected “no”, got “yes”",
                "the number of order.paid webhooks: expected “1”, got “2”",
            ]
        );
    }

    #[test]
    fn an_ending_in_a_cell() {
        let plain = Ending::of("expired", &["failed"], &["expired"]);
        assert_eq!(plain.to_string(), "expired (failed)");
        let late = Ending { paid_late: true, ..Ending::of("fulfilled", &["paid"], &["paid"]) };
        assert_eq!(late.holding("paid_twice").to_string(), "fulfilled late (paid), held paid_twice");
        assert_eq!(Ending::default().to_string(), "no order");
    }
}
