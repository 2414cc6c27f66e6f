//! `POST /office/cash/close`: an operator counts what is in their till, and it begins anew. What was to be in it, what was counted and
//! why these differ is kept.

use std::collections::HashMap;

use axum::extract::State;
use axum::response::Response;
use guichet_core::{MerchantId, Money};

use crate::fields::typed_money;
use crate::office::Office;
use crate::office::answer::{Problem, Trouble, redirect};
use crate::office::form::Form;
use crate::office::order::text_of;
use crate::office::visitor::Visitor;
use crate::operators::{AuditedAction, Noted};
use crate::store::{CommitError, Guard, OpenTill, close_till};

/// What was counted beside what is expected, in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Count {
    counted: Money,
    expected: Money,
}

/// Why nothing is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NotClosed {
    /// Something came or went since the page was shown.
    Changed,
    /// A field cannot be read.
    BadField(&'static str),
}

/// What the fields say of the currencies of a till.
fn read(open: &[OpenTill], fields: &HashMap<String, String>) -> Result<Vec<Count>, NotClosed> {
    let field = |name: &str, till: &OpenTill| fields.get(&format!("{name}_{}", till.money.currency.code()));
    let count = |till: &OpenTill| {
        let shown = field("expected", till).and_then(|text| text.parse::<i64>().ok());
        if shown != Some(till.money.amount_minor) {
            return Err(NotClosed::Changed);
        }
        let typed = field("counted", till).map(String::as_str).unwrap_or_default();
        let counted = typed_money(typed, till.money.currency).ok_or(NotClosed::BadField("counted"))?;
        Ok(Count { counted, expected: till.money })
    };
    let counts = open.iter().map(count).collect::<Result<Vec<_>, _>>()?;
    let shown = fields.keys().filter(|name| name.starts_with("expected_")).count();
    if counts.is_empty() || shown != counts.len() {
        return Err(NotClosed::Changed);
    }
    Ok(counts)
}

/// What was written about it: required where the counts differ from what is expected.
fn note(counts: &[Count], text: &str) -> Result<String, NotClosed> {
    match text.trim() {
        "" if counts.iter().all(|count| count.counted == count.expected) => Ok(String::new()),
        text => text_of(text).ok_or(NotClosed::BadField("note")),
    }
}

pub(super) async fn close(
    State(office): State<Office>,
    visitor: Visitor,
    Form(fields): Form<HashMap<String, String>>,
) -> Result<Response, Problem> {
    let shop: Option<MerchantId> = fields.get("shop").and_then(|shop| shop.parse().ok());
    let shop = shop.filter(|shop| visitor.shops().contains(shop));
    let shop = shop.ok_or_else(|| visitor.problem(Trouble::NotFound))?;
    let (login, base) = (visitor.signed().operator.login.as_str(), visitor.base());
    let whose = (shop, visitor.environment());
    let open = office.app.store().open_till(whose.0, whose.1, login).await;
    let open = open.map_err(|fault| visitor.problem(fault.into()))?;
    let changed = || Ok(redirect(&format!("{base}/cash?done=changed#till")));
    let written = fields.get("note").map(String::as_str).unwrap_or_default();
    let read = read(&open, &fields).and_then(|counts| Ok((note(&counts, written)?, counts)));
    let (note, counts) = match read {
        Ok(read) => read,
        Err(NotClosed::Changed) => return changed(),
        Err(NotClosed::BadField(field)) => return Err(visitor.problem(Trouble::BadField(field))),
    };
    let now_ms = office.app.clock().now_ms();
    let writes = counts.iter().flat_map(|count| close_till(whose, login, count.counted, &note, now_ms));
    match office.app.store().commit(writes.collect()).await {
        Ok(()) => {}
        // It was closed a moment ago, by a second press of the button.
        Err(CommitError::Conflict(Guard::Row)) => return changed(),
        Err(error) => return Err(visitor.problem(error.into())),
    }
    let say = |noted: Noted| {
        counts.iter().fold(noted.to(login).with("closed_at_ms", now_ms), |noted, count| {
            let code = count.counted.currency.code();
            let noted = noted.with(&format!("expected_{code}"), count.expected.amount_minor);
            noted.with(&format!("counted_{code}"), count.counted.amount_minor)
        })
    };
    visitor.note(Some(shop), AuditedAction::ClosedTill, say).await?;
    Ok(redirect(&format!("{base}/cash?shop={shop}&closed={now_ms}#till")))
}

#[cfg(test)]
mod tests {
    use guichet_core::Currency;

    use super::*;

    fn money(minor: i64, code: &str) -> Money {
        Money::new(minor, Currency::from_code(code).expect("a currency"))
    }

    #[test]
    fn a_till_is_counted_as_it_was_shown() {
        let open = |minor, code| OpenTill { orders: 1, money: money(minor, code), since_ms: 0 };
        let both = [open(80_050, "DZD"), open(700, "XOF")];
        let good = [
            ("expected_DZD", "80050"),
            ("counted_DZD", "1 000,50"),
            ("expected_XOF", "700"),
            ("counted_XOF", "700"),
        ];
        let check = |open: &[OpenTill], changed: &[(&str, &str)], expected: Result<Vec<i64>, NotClosed>| {
            let mut fields: HashMap<String, String> =
                good.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            fields.extend(changed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
            let counted = read(open, &fields)
                .map(|counts| counts.iter().map(|count| count.counted.amount_minor).collect::<Vec<_>>());
            assert_eq!(counted, expected, "{changed:?}");
        };
        check(&both, &[], Ok(vec![100_050, 700]));
        check(&both, &[("counted_XOF", "0")], Ok(vec![100_050, 0]));
        check(&both, &[("counted_XOF", "7,5")], Err(NotClosed::BadField("counted")));
        check(&both, &[("counted_DZD", "")], Err(NotClosed::BadField("counted")));
        check(&both, &[("counted_DZD", "-5")], Err(NotClosed::BadField("counted")));
        check(&both, &[("expected_XOF", "600")], Err(NotClosed::Changed));
        check(&both[..1], &[], Err(NotClosed::Changed));
        check(&[], &[], Err(NotClosed::Changed));
    }

    #[test]
    fn a_difference_asks_for_a_note() {
        let count = |counted| Count { counted: money(counted, "DZD"), expected: money(500, "DZD") };
        for (counted, text, expected) in [
            (500, " ", Ok("")),
            (500, "all there", Ok("all there")),
            (400, "", Err(NotClosed::BadField("note"))),
            (400, " a note ", Ok("a note")),
            (600, "a\u{7}", Err(NotClosed::BadField("note"))),
        ] {
            assert_eq!(note(&[count(counted)], text), expected.map(str::to_owned), "{counted} {text:?}");
        }
    }
}
