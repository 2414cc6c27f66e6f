//! What an order asks for: its lines, what is taken off them and what is added, and that this makes the amount.

use guichet_core::{Breakdown, Code, Currency, Money};

use crate::fields::{MOST_MINOR, line};
use crate::http::object::Object;
use crate::http::problem::Problem;

use super::terms::OrderRequest;

/// The most lines of an order.
const MOST_ITEMS: usize = 100;

impl OrderRequest {
    /// The money that is asked for, and the parts of it that are no lines.
    pub(super) fn money(&self) -> Result<(Money, Breakdown), Problem> {
        let currency = Currency::from_code(&self.currency)
            .map_err(|error| Problem::field("currency", Code::CurrencyUnknown, format!("{error}.")))?;
        let breakdown = self.breakdown()?;
        let lines = self.lines()?;
        let amount = self.amount(lines, breakdown)?;
        if !(0..=MOST_MINOR).contains(&amount) {
            let rule =
                format!("The amount must be 0 to {MOST_MINOR} minor units; {}.", what_is(amount, lines));
            return Err(Problem::field("amount", Code::AmountOutOfRange, rule));
        }
        if breakdown.included_tax > amount {
            let rule = format!(
                "included_tax is a part of the amount, but {} is more than {amount}; tax that comes on top of the \
                 lines is `tax`.",
                breakdown.included_tax
            );
            return Err(Problem::field("included_tax", Code::AmountOutOfRange, rule));
        }
        if amount == 0 && !self.says_why_nothing(breakdown) {
            let rule = "An order of nothing is paid at once, so it must say why there is nothing to pay: send the discount, \
                        or items that cost nothing together with the amount 0.";
            return Err(Problem::field("amount", Code::AmountOutOfRange, rule));
        }
        Ok((Money::new(amount, currency), breakdown))
    }

    /// An amount of 0 may be somebody's mistake. It is none where something was taken off, or where the lines and the
    /// amount both say so.
    fn says_why_nothing(&self, breakdown: Breakdown) -> bool {
        let taken_off = self.items.iter().any(|Object(item)| item.unit_amount < 0);
        breakdown.discount > 0 || taken_off || (!self.items.is_empty() && self.amount == Some(0))
    }

    fn breakdown(&self) -> Result<Breakdown, Problem> {
        let part = |field: &str, sent: Option<i64>| match sent.unwrap_or(0) {
            part @ 0..=MOST_MINOR => Ok(part),
            other => {
                let rule = format!("{field} must be 0 to {MOST_MINOR} minor units; {other} was sent.");
                Err(Problem::field(field, Code::AmountOutOfRange, rule))
            }
        };
        Ok(Breakdown {
            discount: part("discount", self.discount)?,
            tax: part("tax", self.tax)?,
            included_tax: part("included_tax", self.included_tax)?,
        })
    }

    /// What the lines, the discount and the tax come to, held against the amount that was sent.
    fn amount(&self, lines: Option<i64>, Breakdown { discount, tax, .. }: Breakdown) -> Result<i64, Problem> {
        match (self.amount, lines) {
            (Some(amount), Some(lines)) => {
                let sum = lines - discount + tax;
                if sum == amount {
                    return Ok(amount);
                }
                let parts = match (discount, tax) {
                    (0, 0) => String::new(),
                    (discount, 0) => format!(", less the discount of {discount} {sum}"),
                    (0, tax) => format!(", with the tax of {tax} {sum}"),
                    (discount, tax) => {
                        format!(", less the discount of {discount} and with the tax of {tax} {sum}")
                    }
                };
                let difference = amount.abs_diff(sum);
                let which = if amount > sum { "more" } else { "less" };
                let rule = format!(
                    "The items add up to {lines}{parts}, but amount says {amount}, which is {difference} {which}; \
                     send one of them, or make them agree."
                );
                Err(Problem::field("amount", Code::ItemsDoNotAddUp, rule))
            }
            (None, Some(lines)) => Ok(lines - discount + tax),
            // What is less than nothing is refused for that.
            (Some(amount @ ..0), None) => Ok(amount),
            (Some(amount), None) => {
                let before = i128::from(amount) + i128::from(discount) - i128::from(tax);
                if before >= 0 {
                    return Ok(amount);
                }
                let rule =
                    format!("The tax of {tax} is more than the amount of {amount} that it is a part of.");
                Err(Problem::field("tax", Code::ItemsDoNotAddUp, rule))
            }
            (None, None) => {
                let rule = "Send an amount in minor units, or items that add up to one.";
                Err(Problem::field("amount", Code::FieldMissing, rule))
            }
        }
    }

    /// What the lines add up to; `None` where there are none.
    fn lines(&self) -> Result<Option<i64>, Problem> {
        if self.items.is_empty() {
            return Ok(None);
        }
        if self.items.len() > MOST_ITEMS {
            let rule = format!("An order has at most {MOST_ITEMS} items.");
            return Err(Problem::field("items", Code::TooManyItems, rule));
        }
        let mut sum = 0_i64;
        for (index, Object(item)) in self.items.iter().enumerate() {
            line(&format!("items[{index}].name"), &item.name, 200)?;
            if !(1..=1_000_000).contains(&item.quantity) {
                let field = format!("items[{index}].quantity");
                return Err(Problem::field(
                    field,
                    Code::QuantityOutOfRange,
                    "A quantity must be 1 to 1000000.",
                ));
            }
            if !(-MOST_MINOR..=MOST_MINOR).contains(&item.unit_amount) {
                let rule = format!("A unit amount must be -{MOST_MINOR} to {MOST_MINOR} minor units.");
                return Err(Problem::field(
                    format!("items[{index}].unit_amount"),
                    Code::AmountOutOfRange,
                    rule,
                ));
            }
            sum = item
                .unit_amount
                .checked_mul(item.quantity)
                .and_then(|line| sum.checked_add(line))
                .filter(|sum| (-MOST_MINOR..=MOST_MINOR).contains(sum))
                .ok_or_else(|| {
                    Problem::field("items", Code::AmountOutOfRange, "The items add up to too much.")
                })?;
        }
        Ok(Some(sum))
    }
}

fn what_is(amount: i64, lines: Option<i64>) -> String {
    match lines {
        Some(_) => format!("the items, less the discount and with the tax, add up to {amount}"),
        None => format!("{amount} was sent"),
    }
}
