//! Orders as rows, read page by page while the file is written.

use guichet_core::{Fee, FeeSource, Money, Order, OrderId};

use crate::app::{App, Narrowed};
use crate::pages::{Language, gateway_called};
use crate::registry::Snapshot;
use crate::store::Fault;

use super::cell::Cell;
use super::table::{Row, Rows, Table};
use super::texts::texts;

/// How many orders are read at once.
const PAGE: usize = 500;

/// Pages of orders, the newest first.
pub(super) struct OrderPages {
    app: App,
    wanted: Vec<Narrowed>,
    before: Option<OrderId>,
    language: Language,
    has_ended: bool,
}

/// The orders that are wanted, those older than `before`, a row each, as a table for readers of that language.
pub(crate) fn of_orders(
    app: &App,
    wanted: Vec<Narrowed>,
    before: Option<OrderId>,
    language: Language,
) -> Table {
    let texts = texts(language);
    let pages = OrderPages { app: app.clone(), wanted, before, language, has_ended: false };
    Table {
        language,
        title: texts.orders,
        columns: texts.order_columns.to_vec(),
        rows: Rows::Orders(Box::new(pages)),
    }
}

impl OrderPages {
    /// The rows of the next page.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<Row>>, Fault> {
        if self.has_ended {
            return Ok(None);
        }
        let page = self.app.orders(&self.wanted, self.before, PAGE).await?;
        self.has_ended = page.len() < PAGE;
        self.before = page.last().map(|stored| stored.order.id);
        let snapshot = self.app.registry().snapshot();
        let rows = page.iter().map(|stored| row(&snapshot, self.language, &stored.order));
        Ok(Some(rows.collect()))
    }
}

/// An order as a row, in the order of the columns' names. What is told of the money is that of the payment that paid the order, or else
/// of its newest one.
fn row(snapshot: &Snapshot, language: Language, order: &Order) -> Row {
    let texts = texts(language);
    let shop = snapshot.merchants.get(&order.merchant);
    let moment =
        |at_ms: i64| Cell::moment(at_ms, shop.map_or(jiff::tz::TimeZone::UTC, |shop| shop.zones.at(at_ms)));
    let payer = &order.terms.payer;
    let main = order.main_payment();
    let account = main.and_then(|main| snapshot.accounts.get(&main.account));
    let came = main.and_then(|main| order.money_of(main.id));
    let fee = main.zip(came).and_then(|(main, came)| Fee::of(main, came));
    let refunds = order.refunds.iter().filter(|refund| {
        refund.counts() && main.is_some_and(|main| main.id == refund.payment) && came.is_some()
    });
    let refunded_minor = refunds.fold(0_i64, |sum, refund| sum.saturating_add(refund.money.amount_minor));
    let money = order.terms.money;
    let name = payer.full_name();
    vec![
        moment(order.created_at_ms),
        order.state.paid_at_ms().map_or(Cell::Empty, moment),
        Cell::Text(order.terms.reference.clone()),
        Cell::Text(order.id.to_string()),
        Cell::text(shop.map(|shop| shop.title.clone())),
        Cell::text(Some(name).filter(|name| !name.is_empty())),
        Cell::text(payer.phone.as_ref().map(ToString::to_string)),
        Cell::text(payer.email.clone()),
        Cell::Decimal(money),
        Cell::Whole(money.amount_minor),
        Cell::Text(money.currency.code().to_owned()),
        Cell::text(main.map(|main| gateway_called(language, &main.gateway))),
        Cell::text(account.map(|account| account.name.clone())),
        Cell::text(main.and_then(|main| Some(main.state.link()?.reference.clone()))),
        Cell::Text(texts.status(order.state.status()).to_owned()),
        fee.map_or(Cell::Empty, |fee| fee_cell(fee, came)),
        Cell::text(fee.map(|fee| match fee.source {
            FeeSource::Gateway => texts.fee_told,
            FeeSource::Declared => texts.fee_declared,
        })),
        came.map_or(Cell::Empty, |came| Cell::Decimal(Money { amount_minor: refunded_minor, ..came })),
        came.map_or(Cell::Empty, |came| Cell::Decimal(net(came, fee, refunded_minor))),
    ]
}

/// A fee in the money's own currency is a number; in another one it says which.
fn fee_cell(fee: Fee, came: Option<Money>) -> Cell {
    match came {
        Some(came) if came.currency == fee.money.currency => Cell::Decimal(fee.money),
        Some(_) | None => Cell::Text(fee.money.to_string()),
    }
}

/// What came, less the fee in the same currency, less what went back of it.
fn net(came: Money, fee: Option<Fee>, refunded_minor: i64) -> Money {
    let fee = fee.filter(|fee| fee.money.currency == came.currency);
    let fee_minor = fee.map_or(0, |fee| fee.money.amount_minor);
    let amount_minor = came.amount_minor.saturating_sub(fee_minor).saturating_sub(refunded_minor);
    Money { amount_minor, ..came }
}

#[cfg(test)]
mod tests {
    use guichet_core::Currency;

    use super::*;

    #[test]
    fn what_is_left_is_reckoned_in_one_currency() {
        let dinars = |minor| Money::new(minor, Currency::DZD);
        let fee = |money| Some(Fee { money, source: FeeSource::Gateway });
        let other = Money::new(90, Currency::XOF);
        for (came, fee, refunded, expected) in [
            (10_000, None, 0, 10_000),
            (10_000, fee(dinars(350)), 0, 9650),
            (10_000, fee(dinars(350)), 10_000, -350),
            (10_000, fee(other), 500, 9500),
        ] {
            assert_eq!(net(dinars(came), fee, refunded), dinars(expected));
        }
        let told = Fee { money: other, source: FeeSource::Gateway };
        assert_eq!(fee_cell(told, Some(dinars(1))), Cell::Text("90 XOF".to_owned()));
        assert_eq!(fee_cell(told, Some(Money::new(1, Currency::XOF))), Cell::Decimal(other));
    }
}
