//! What the day's book reads: kept sums, and the refunds of a day.

use std::collections::BTreeMap;

use guichet_core::{MerchantId, Money, OrderId, RefundId};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan as _};
use serde::Deserialize;

use crate::book::{BookDay, Day, days};
use crate::office::Office;
use crate::office::answer::Trouble;
use crate::office::visitor::Visitor;
use crate::store::Fault;
use crate::zones::{Zones, date_of, number_of};

/// How many refunds of a day are listed, and how many are read of them at once.
const MOST_REFUNDS: i64 = 100;

/// By how much a refund's identifier may be dated otherwise than the refund, in ms.
const SLACK_MS: i64 = 60_000;

/// Which month, such as `2026-11`; this one where nothing is said.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    pub(super) month: String,
    /// Which of several books, from 0 on.
    pub(super) book: usize,
}

/// A month of the books.
#[derive(Debug)]
pub(super) struct Month {
    /// Its first day.
    pub(super) first: Date,
    /// The month before, and the next one if it has begun: their first days.
    pub(super) older: Option<Date>,
    pub(super) newer: Option<Date>,
    /// The books of the shops that have something in it.
    pub(super) shops: Vec<(MerchantId, BTreeMap<i64, BookDay>)>,
    /// Now (unix ms).
    pub(super) now_ms: i64,
}

/// A day of a shop's book.
#[derive(Debug)]
pub(super) struct OneDay {
    /// Which one it is.
    pub(super) of: Day,
    /// Its date.
    pub(super) date: Date,
    /// What stands in it.
    pub(super) book: BookDay,
    /// The clocks of the shop.
    pub(super) zone: TimeZone,
    /// Whether it is over by them.
    pub(super) is_over: bool,
    /// The refunds that were recorded on it, the newest first, up to a bound.
    pub(super) refunds: Vec<RefundOfDay>,
}

/// A refund that was recorded on a day.
#[derive(Debug)]
pub(super) struct RefundOfDay {
    /// Whose money it was.
    pub(super) order: OrderId,
    /// The shop's reference of that order.
    pub(super) reference: String,
    /// How much.
    pub(super) money: Money,
    /// When it was recorded (unix ms).
    pub(super) at_ms: i64,
}

/// The zones of a shop.
fn zones(visitor: &Visitor, merchant: MerchantId) -> Zones {
    visitor.snapshot().merchants.get(&merchant).map(|row| row.zones.clone()).unwrap_or_default()
}

/// Reads a month, which may be left out.
///
/// # Errors
/// It is none, or cannot be read.
pub(super) async fn month(office: &Office, visitor: &Visitor, asked: &str) -> Result<Month, Trouble> {
    let now_ms = office.app.clock().now_ms();
    let shops = visitor.shops();
    let today = shops.first().map(|shop| zones(visitor, *shop).day_of(now_ms)).and_then(date_of);
    let this = today.ok_or(Trouble::NotFound)?.first_of_month();
    let first = match asked.trim() {
        "" => this,
        text => format!("{text}-01").parse().map_err(|_| Trouble::BadField("month"))?,
    };
    let step = |months: Span| first.checked_add(months).ok();
    let span = (number_of(first), number_of(first.last_of_month()));
    let mut books = Vec::new();
    for shop in shops {
        let book = days(office.app.store(), *shop, visitor.environment(), span).await?;
        if !book.is_empty() {
            books.push((*shop, book));
        }
    }
    let newer = step(1.month()).filter(|newer| *newer <= this);
    Ok(Month { first, older: step((-1).month()), newer, shops: books, now_ms })
}

/// Which day of which shop an address names, if the visitor may do there what the route asks for.
///
/// # Errors
/// There is none.
pub(super) fn which(visitor: &Visitor, (merchant, date): (&str, &str)) -> Result<(Day, Date), Trouble> {
    let merchant: MerchantId = merchant.parse().map_err(|_| Trouble::NotFound)?;
    let date: Date = date.parse().map_err(|_| Trouble::NotFound)?;
    if !visitor.shops().contains(&merchant) {
        return Err(Trouble::NotFound);
    }
    Ok((Day { merchant, environment: visitor.environment(), day: number_of(date) }, date))
}

/// Reads what stands in the book of a day.
///
/// # Errors
/// It cannot be read.
pub(super) async fn book(office: &Office, of: Day) -> Result<BookDay, Fault> {
    let mut found = days(office.app.store(), of.merchant, of.environment, (of.day, of.day)).await?;
    Ok(found.remove(&of.day).unwrap_or_default())
}

/// Reads a day.
///
/// # Errors
/// There is no such day of a shop of theirs, or it cannot be read.
pub(super) async fn day(office: &Office, visitor: &Visitor, named: (&str, &str)) -> Result<OneDay, Trouble> {
    let (of, date) = which(visitor, named)?;
    let (zones, now_ms) = (zones(visitor, of.merchant), office.app.clock().now_ms());
    let book = book(office, of).await?;
    let has_refunds = book.present.values().any(|sums| sums.refunds != 0);
    let refunds = if has_refunds { refunds(office, of, date, &zones).await? } else { Vec::new() };
    Ok(OneDay { of, date, book, zone: zones.at(now_ms), is_over: zones.day_of(now_ms) > of.day, refunds })
}

/// The refunds of a day: identifiers begin with the time, so that those of a day lie together.
async fn refunds(office: &Office, of: Day, date: Date, zones: &Zones) -> Result<Vec<RefundOfDay>, Fault> {
    let begins_ms = |date: Date| {
        let guess_ms = date.to_zoned_datetime(TimeZone::UTC).map(|at| at.timestamp().as_millisecond());
        let zone = zones.at(guess_ms.unwrap_or_default());
        date.to_zoned_datetime(zone).map(|at| at.timestamp().as_millisecond()).unwrap_or_default()
    };
    let ends_ms = date.tomorrow().map_or(i64::MAX, begins_ms);
    let before = RefundId::new(ends_ms.saturating_add(SLACK_MS), [0xff; 10]);
    let store = office.app.store();
    let found = store.refunds(of.merchant, of.environment, Some(before), MOST_REFUNDS).await?;
    let is_of_the_day = |at_ms: i64| zones.day_of(at_ms) == of.day;
    let counted = found.into_iter().filter(|(refund, _)| refund.counts() && is_of_the_day(refund.at_ms));
    let told = counted.map(|(refund, stored)| RefundOfDay {
        order: stored.order.id,
        reference: stored.order.terms.reference.clone(),
        money: refund.money,
        at_ms: refund.at_ms,
    });
    Ok(told.collect())
}
