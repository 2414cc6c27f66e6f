//! What Today reads.

use std::collections::BTreeMap;

use guichet_core::{Currency, Held, HeldKind, MerchantId, Money, Order, Sums};
use jiff::tz::TimeZone;

use crate::office::Office;
use crate::office::visitor::Visitor;
use crate::operators::Permission;
use crate::registry::Snapshot;
use crate::store::{Fault, OrderFilter, Target};

/// How many days are shown, and how many before them they are compared with.
pub(super) const DAYS: usize = 30;

/// How many orders that need a decision are read of a shop.
const MOST_NEEDING: usize = 100;

/// What Today shows.
#[derive(Debug)]
pub(super) struct Today {
    /// The clocks of the shops, those that differ: a moment's zone.
    pub(super) zones: Vec<TimeZone>,
    /// Now (unix ms).
    pub(super) now_ms: i64,
    /// The day of the first shop.
    pub(super) day: i64,
    /// What waits for a decision; `None` for those who do not decide.
    pub(super) needing: Option<Needing>,
    /// What does not work.
    pub(super) failing: Vec<Failing>,
    /// The sums, by currency.
    pub(super) books: Vec<Book>,
}

/// What waits for a decision.
#[derive(Debug, Default)]
pub(super) struct Needing {
    /// How often each reason.
    pub(super) kinds: Vec<(HeldKind, usize)>,
    /// The oldest: why, since when (unix ms) and whose.
    pub(super) oldest: Option<(HeldKind, i64, MerchantId)>,
    /// The money that came and waits, by currency.
    pub(super) held: Vec<Money>,
    /// The money that may have come.
    pub(super) perhaps: Vec<Money>,
    /// Payments that gateways tell of and no order has, up to a bound.
    pub(super) unmatched: usize,
}

/// Something that does not work.
#[derive(Debug)]
pub(super) enum Failing {
    /// Nothing arrives there.
    Endpoint {
        /// Whose it is.
        shop: String,
        /// Where it is.
        url: String,
        /// Since when (unix ms).
        since_ms: i64,
        /// What the first try that failed came to.
        outcome: String,
    },
    /// No new payment is tried there.
    Account {
        /// Whose it is.
        shop: String,
        /// The gateway, as people call it.
        gateway: &'static str,
        /// The merchant's name for the account.
        account: String,
        /// Since when (unix ms).
        since_ms: i64,
        /// When one is tried again (unix ms).
        until_ms: i64,
        /// What the trouble is.
        trouble: String,
    },
}

/// What came in one currency.
#[derive(Debug)]
pub(super) struct Book {
    /// The currency.
    pub(super) currency: Currency,
    /// The shops that have some.
    pub(super) shops: Vec<String>,
    /// The sums of each day, today's first.
    pub(super) days: Vec<Sums>,
    /// The sums of the days that are shown, by gateway.
    pub(super) gateways: Vec<(String, Sums)>,
}

impl Book {
    /// The sums of so many days, from that many days ago on.
    pub(super) fn of_days(&self, ago: usize, count: usize) -> Sums {
        self.days.iter().skip(ago).take(count).fold(Sums::default(), |sums, day| sums + *day)
    }
}

/// Reads it.
pub(super) async fn read(office: &Office, visitor: &Visitor, shops: &[MerchantId]) -> Result<Today, Fault> {
    let now_ms = office.app.clock().now_ms();
    let mut zones: Vec<TimeZone> = Vec::new();
    let mut first_day = None;
    for shop in shops {
        let Some(row) = visitor.snapshot().merchants.get(shop) else { continue };
        first_day.get_or_insert_with(|| row.zones.day_of(now_ms));
        let zone = row.zones.at(now_ms);
        if !zones.contains(&zone) {
            zones.push(zone);
        }
    }
    let decides = visitor.shops_with(Permission::Decide);
    let needing = if decides.is_empty() { None } else { Some(needing(office, visitor, &decides).await?) };
    Ok(Today {
        zones,
        now_ms,
        day: first_day.unwrap_or_default(),
        needing,
        failing: failing(office, visitor, shops).await?,
        books: books(office, visitor, shops, now_ms).await?,
    })
}

async fn books(
    office: &Office,
    visitor: &Visitor,
    shops: &[MerchantId],
    now_ms: i64,
) -> Result<Vec<Book>, Fault> {
    let mut books: BTreeMap<&'static str, Book> = BTreeMap::new();
    let mut gateways: BTreeMap<(&'static str, String), Sums> = BTreeMap::new();
    let span = i64::try_from(2 * DAYS).unwrap_or(i64::MAX);
    for shop in shops {
        let Some(row) = visitor.snapshot().merchants.get(shop) else { continue };
        let today = row.zones.day_of(now_ms);
        let lines = office.app.store().book(*shop, visitor.environment(), (today - span + 1, today)).await?;
        for (line, sums) in lines {
            let code = line.currency.code();
            let book = books.entry(code).or_insert_with(|| Book {
                currency: line.currency,
                shops: Vec::new(),
                days: vec![Sums::default(); 2 * DAYS],
                gateways: Vec::new(),
            });
            if book.shops.last() != Some(&row.title) {
                book.shops.push(row.title.clone());
            }
            let ago = usize::try_from(today - line.day).unwrap_or(usize::MAX);
            if let Some(day) = book.days.get_mut(ago) {
                *day = *day + sums;
            }
            if ago < DAYS {
                let known = gateways.entry((code, line.gateway)).or_default();
                *known = *known + sums;
            }
        }
    }
    for ((code, gateway), sums) in gateways {
        if let Some(book) = books.get_mut(code) {
            book.gateways.push((gateway, sums));
        }
    }
    let mut books: Vec<Book> = books.into_values().collect();
    for book in &mut books {
        book.shops.sort();
        book.shops.dedup();
        book.gateways.sort_by_key(|(_, sums)| -sums.paid_amount);
    }
    Ok(books)
}

async fn needing(office: &Office, visitor: &Visitor, shops: &[MerchantId]) -> Result<Needing, Fault> {
    let (mut found, store) = (Needing::default(), office.app.store());
    let filter = OrderFilter { needing_you: true, ..OrderFilter::default() };
    let mut kinds: Vec<(HeldKind, usize)> = Vec::new();
    for shop in shops {
        let environment = visitor.environment();
        for stored in store.orders(*shop, environment, &filter, None, MOST_NEEDING).await? {
            for held in stored.order.held.iter().filter(|held| held.resolved_at_ms.is_none()) {
                match kinds.iter_mut().find(|(kind, _)| *kind == held.kind) {
                    Some((_, count)) => *count += 1,
                    None => kinds.push((held.kind, 1)),
                }
                if found.oldest.is_none_or(|(_, at_ms, _)| held.at_ms < at_ms) {
                    found.oldest = Some((held.kind, held.at_ms, *shop));
                }
                add_money(&mut found, &stored.order, held);
            }
        }
        found.unmatched += store.count_unmatched_open(*shop, environment, 100).await?;
    }
    kinds.sort_by_key(|(kind, _)| kind.as_str());
    found.kinds = kinds;
    Ok(found)
}

fn add_money(found: &mut Needing, order: &Order, held: &Held) {
    let (sums, money) = match held.kind {
        HeldKind::Undecided => (&mut found.perhaps, Some(order.terms.money)),
        HeldKind::WrongEnvironment => return,
        HeldKind::PaidLate | HeldKind::PaidTwice | HeldKind::AmountMismatch => {
            (&mut found.held, order.money_of(held.payment).or(held.seen))
        }
    };
    let Some(money) = money else { return };
    match sums.iter_mut().find(|sum| sum.currency == money.currency) {
        Some(sum) => sum.amount_minor = sum.amount_minor.saturating_add(money.amount_minor),
        None => sums.push(money),
    }
}

async fn failing(office: &Office, visitor: &Visitor, shops: &[MerchantId]) -> Result<Vec<Failing>, Fault> {
    let (store, snapshot) = (office.app.store(), visitor.snapshot());
    let mut found = Vec::new();
    for (target, failing) in store.failing_since().await? {
        let Some((shop, url)) = endpoint(snapshot, target, visitor, shops) else { continue };
        found.push(Failing::Endpoint { shop, url, since_ms: failing.since_ms, outcome: failing.outcome });
    }
    for health in store.account_health().await?.into_iter().filter(|health| health.open) {
        let Some(account) = snapshot.accounts.get(&health.account) else { continue };
        if account.environment == visitor.environment() && shops.contains(&account.merchant) {
            found.push(Failing::Account {
                shop: visitor.shop_title(account.merchant).to_owned(),
                gateway: account.gateway.title(),
                account: account.name.clone(),
                since_ms: health.since_ms,
                until_ms: health.open_until_ms,
                trouble: health.trouble,
            });
        }
    }
    Ok(found)
}

/// Whose endpoint a target is, and where, when it is one of the shops that are looked at.
fn endpoint(
    snapshot: &Snapshot,
    target: Target,
    visitor: &Visitor,
    shops: &[MerchantId],
) -> Option<(String, String)> {
    let Target::Endpoint(id) = target else { return None };
    let row = &snapshot.endpoints.get(&id)?.row;
    let is_seen = row.environment == visitor.environment() && shops.contains(&row.merchant);
    is_seen.then(|| (visitor.shop_title(row.merchant).to_owned(), row.url.clone()))
}
