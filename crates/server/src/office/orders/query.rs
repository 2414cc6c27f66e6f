//! What the list of orders is narrowed to, and what it reads.

use guichet_core::{AccountId, Environment, MerchantId, OrderId};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::app::{Narrowed, Narrowing};
use crate::office::Office;
use crate::office::answer::Trouble;
use crate::office::visitor::Visitor;
use crate::store::{OrdersPage, Stored};

/// How many orders a page has.
const PAGE: usize = 20;

/// What is asked for; every part may be empty, as forms send it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::office) struct Asked {
    pub(super) q: String,
    pub(super) status: String,
    pub(super) needs_you: String,
    pub(super) created_after: String,
    pub(super) created_before: String,
    pub(super) paid_after: String,
    pub(super) paid_before: String,
    pub(super) gateway: String,
    pub(super) account: String,
    pub(super) currency: String,
    pub(super) amount: String,
    /// The last order of the page before.
    pub(super) before: String,
}

/// A page of the list.
#[derive(Debug)]
pub(super) struct Found {
    /// The orders, newest first.
    pub(super) orders: Vec<Stored>,
    /// Before which order the next page goes on, if there may be older ones.
    pub(super) older: Option<OrderId>,
    /// How far back was looked (unix ms), where that says less than the list.
    pub(super) looked_back_ms: Option<i64>,
    /// The clocks by which the list is told.
    pub(super) zone: TimeZone,
    /// Now (unix ms).
    pub(super) now_ms: i64,
    /// What is searched for means nothing.
    pub(super) is_meaningless: bool,
}

impl Asked {
    /// The parts that narrow the list, each with its name.
    pub(super) fn parts(&self) -> [(&'static str, &str); 11] {
        [
            ("q", &self.q),
            ("status", &self.status),
            ("needs_you", &self.needs_you),
            ("created_after", &self.created_after),
            ("created_before", &self.created_before),
            ("paid_after", &self.paid_after),
            ("paid_before", &self.paid_before),
            ("gateway", &self.gateway),
            ("account", &self.account),
            ("currency", &self.currency),
            ("amount", &self.amount),
        ]
    }

    /// The same as a query, but for one part, which is left out or another.
    pub(super) fn query_with(&self, name: &str, value: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (known, kept) in self.parts() {
            let kept = if known == name { value } else { kept };
            if !kept.is_empty() {
                query.append_pair(known, kept);
            }
        }
        if name == "before" {
            query.append_pair("before", value);
        }
        query.finish()
    }

    /// The orders that are wanted, of these shops.
    ///
    /// # Errors
    /// The field that cannot be read.
    pub(in crate::office) fn narrowed(
        &self,
        visitor: &Visitor,
        zone: &TimeZone,
    ) -> Result<Vec<Narrowed>, Trouble> {
        let scopes: Vec<(MerchantId, Environment)> =
            visitor.shops().iter().map(|shop| (*shop, visitor.environment())).collect();
        let moment =
            |field: &'static str, text: &str| midnight(text, zone).map_err(|()| Trouble::BadField(field));
        let (created_after, created_before) =
            (moment("created_after", &self.created_after)?, moment("created_before", &self.created_before)?);
        let (paid_after, paid_before) =
            (moment("paid_after", &self.paid_after)?, moment("paid_before", &self.paid_before)?);
        let narrowing = Narrowing {
            status: given(&self.status),
            needs_you: !self.needs_you.is_empty(),
            reference: None,
            gateway: given(&self.gateway),
            account: given(&self.account),
            currency: given(&self.currency),
            created_after: created_after.as_deref(),
            created_before: created_before.as_deref(),
            paid_after: paid_after.as_deref(),
            paid_before: paid_before.as_deref(),
            amount: given(&self.amount),
            q: given(&self.q),
            payment_link: None,
            payer: None,
        };
        narrowing
            .read(visitor.snapshot(), &scopes)
            .map_err(|error| Trouble::BadField(field_of(error.field())))
    }
}

/// A field's name, as the form has it.
fn field_of(field: &str) -> &'static str {
    let known = Asked::default();
    known.parts().into_iter().map(|(name, _)| name).find(|name| *name == field).unwrap_or("q")
}

/// A field that was filled in.
fn given(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

/// The moment at which a day begins, by these clocks, as the filter takes it.
fn midnight(text: &str, zone: &TimeZone) -> Result<Option<String>, ()> {
    let Some(text) = given(text) else { return Ok(None) };
    let begins = text.parse::<Date>().ok().and_then(|date| date.to_zoned_datetime(zone.clone()).ok());
    begins.map(|begins| Some(begins.timestamp().to_string())).ok_or(())
}

/// The clocks by which a list of several shops is told: those of the first.
pub(in crate::office) fn clocks(visitor: &Visitor, now_ms: i64) -> TimeZone {
    let first = visitor.shops().first().and_then(|shop| visitor.snapshot().merchants.get(shop));
    first.map_or(TimeZone::UTC, |shop| shop.zones.at(now_ms))
}

impl Asked {
    /// The clocks by which the days that are asked for begin: those of the account's shop, where it is one of theirs, or else those
    /// of the list.
    pub(super) fn clocks(&self, visitor: &Visitor, now_ms: i64) -> TimeZone {
        let account =
            self.account.parse().ok().and_then(|id: AccountId| visitor.snapshot().accounts.get(&id));
        let shop = account.map(|account| account.merchant).filter(|shop| visitor.shops().contains(shop));
        let shop = shop.and_then(|shop| visitor.snapshot().merchants.get(&shop));
        shop.map_or_else(|| clocks(visitor, now_ms), |shop| shop.zones.at(now_ms))
    }
}

/// Reads a page.
pub(super) async fn read(office: &Office, visitor: &Visitor, asked: &Asked) -> Result<Found, Trouble> {
    let now_ms = office.app.clock().now_ms();
    let zone = asked.clocks(visitor, now_ms);
    let before: Option<OrderId> = match asked.before.as_str() {
        "" => None,
        text => Some(text.parse().map_err(|_| Trouble::BadField("before"))?),
    };
    let narrowed = match asked.narrowed(visitor, &zone) {
        // Somebody who types a letter too few sees an empty list, and why.
        Err(Trouble::BadField("q")) => {
            let orders = Vec::new();
            let (older, looked_back_ms) = (None, None);
            return Ok(Found { orders, older, looked_back_ms, zone, now_ms, is_meaningless: true });
        }
        narrowed => narrowed?,
    };
    let OrdersPage { mut orders, before } = office.app.page_of_orders(&narrowed, before, PAGE + 1).await?;
    let is_full = orders.len() > PAGE;
    orders.truncate(PAGE);
    let last = orders.last().map(|stored| stored.order.id);
    let older = if is_full { last } else { before };
    let looked_back_ms = older.filter(|_| !is_full).map(OrderId::made_at_ms);
    Ok(Found { orders, older, looked_back_ms, zone, now_ms, is_meaningless: false })
}
