//! Days of the book as rows. A closed day has the lines that were closed, and below them what came to each later.

use guichet_core::{Line, MerchantId, Money, Share, Sums};

use crate::book::BookDay;
use crate::pages::{Language, gateway_called};
use crate::registry::Snapshot;
use crate::zones::date_of;

use super::cell::Cell;
use super::table::{Row, Rows, Table};
use super::texts::texts;

/// Some days of some merchants' books as a table for readers of that language.
pub(crate) fn of_book(snapshot: &Snapshot, days: &[(MerchantId, BookDay)], language: Language) -> Table {
    let texts = texts(language);
    let mut rows = Vec::new();
    for (merchant, day) in days {
        let mut add = |lines: &Share, standing: &'static str| {
            let mut lines: Vec<(&Line, &Sums)> = lines.iter().collect();
            lines.sort_by_key(|(line, _)| (line.gateway.clone(), line.account, line.currency));
            rows.extend(
                lines
                    .into_iter()
                    .map(|(line, sums)| row(snapshot, language, *merchant, standing, (line, sums))),
            );
        };
        add(day.standing(), if day.closed.is_some() { texts.closed } else { texts.open });
        add(&day.corrections(), texts.correction);
    }
    Table { language, title: texts.book, columns: texts.book_columns.to_vec(), rows: Rows::Ready(Some(rows)) }
}

fn row(
    snapshot: &Snapshot,
    language: Language,
    merchant: MerchantId,
    standing: &'static str,
    (line, sums): (&Line, &Sums),
) -> Row {
    let money = |minor: i64| Cell::Decimal(Money::new(minor, line.currency));
    let account = snapshot.accounts.get(&line.account);
    vec![
        Cell::text(date_of(line.day).map(|date| date.to_string())),
        Cell::text(snapshot.merchants.get(&merchant).map(|shop| shop.title.clone())),
        Cell::Text(gateway_called(language, &line.gateway).to_owned()),
        Cell::Text(account.map_or_else(|| line.account.to_string(), |account| account.name.clone())),
        Cell::Text(line.currency.code().to_owned()),
        Cell::Text(standing.to_owned()),
        Cell::Whole(sums.paid_payments),
        money(sums.paid_amount),
        Cell::Whole(sums.unfit_payments),
        money(sums.unfit_amount),
        money(sums.told_fees),
        money(sums.declared_fees),
        Cell::Whole(sums.refunds),
        money(sums.refunded_amount),
        money(sums.net_amount()),
        Cell::Whole(sums.net_amount()),
        Cell::Whole(sums.unpaid_payments),
    ]
}
