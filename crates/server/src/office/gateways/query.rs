//! What the screen of the gateways reads: the accounts from the configuration, how they fare from what is kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use guichet_core::{AccountId, Currency, MerchantId, OrderId, PaymentState, Sums};

use crate::office::Office;
use crate::office::visitor::Visitor;
use crate::registry::OpenAccount;
use crate::store::{Fault, HealthRow};

/// Of how many days the sums are.
const DAYS: i64 = 30;

/// How many orders with a payment of which nobody knows whether it was opened are read of a shop.
const MOST_UNKNOWN: i64 = 50;

/// The accounts that are looked at.
#[derive(Debug)]
pub(super) struct Found {
    /// Each of them, those in use first.
    pub(super) accounts: Vec<Account>,
    /// Now (unix ms).
    pub(super) now_ms: i64,
}

/// A gateway account.
pub(super) struct Account {
    /// What is declared of it.
    pub(super) open: Arc<OpenAccount>,
    /// How its breaker stands, where that is open.
    pub(super) resting: Option<HealthRow>,
    /// What came in, by currency.
    pub(super) sums: Vec<(Currency, Sums)>,
    /// The orders with a payment here of which nobody knows whether it was opened: identifier and reference.
    pub(super) unknown: Vec<(OrderId, String)>,
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account").field("id", &self.open.id).finish_non_exhaustive()
    }
}

/// Reads it.
pub(super) async fn read(office: &Office, visitor: &Visitor) -> Result<Found, Fault> {
    let now_ms = office.app.clock().now_ms();
    let health = office.app.store().account_health().await?;
    let mut accounts = Vec::new();
    // As of now: what was switched a moment ago is to be seen.
    let snapshot = office.app.registry().snapshot();
    for shop in visitor.shops() {
        let mut sums = sums(office, visitor, *shop, now_ms).await?;
        let mut unknown = unknown(office, visitor, *shop).await?;
        for open in snapshot.all_accounts_of(*shop, visitor.environment()) {
            accounts.push(Account {
                resting: health.iter().find(|row| row.account == open.id && row.open).cloned(),
                sums: sums.remove(&open.id).unwrap_or_default().into_values().collect(),
                unknown: unknown.remove(&open.id).unwrap_or_default(),
                open: open.clone(),
            });
        }
    }
    accounts.sort_by_key(|account| account.open.standing.has_ended());
    Ok(Found { accounts, now_ms })
}

/// The sums of an account by the code of their currency.
type OfAccount = BTreeMap<&'static str, (Currency, Sums)>;

async fn sums(
    office: &Office,
    visitor: &Visitor,
    shop: MerchantId,
    now_ms: i64,
) -> Result<BTreeMap<AccountId, OfAccount>, Fault> {
    let Some(row) = visitor.snapshot().merchants.get(&shop) else { return Ok(BTreeMap::new()) };
    let today = row.zones.day_of(now_ms);
    let lines = office.app.store().book(shop, visitor.environment(), (today - DAYS + 1, today)).await?;
    let mut found: BTreeMap<AccountId, OfAccount> = BTreeMap::new();
    for (line, sums) in lines {
        let of_account = found.entry(line.account).or_default();
        let (_, known) = of_account.entry(line.currency.code()).or_insert((line.currency, Sums::default()));
        *known = *known + sums;
    }
    Ok(found)
}

async fn unknown(
    office: &Office,
    visitor: &Visitor,
    shop: MerchantId,
) -> Result<BTreeMap<AccountId, Vec<(OrderId, String)>>, Fault> {
    let store = office.app.store();
    let mut found: BTreeMap<AccountId, Vec<(OrderId, String)>> = BTreeMap::new();
    for id in store.orders_with_unknown_payments(shop, visitor.environment(), MOST_UNKNOWN).await? {
        let Some(stored) = store.order(id).await? else { continue };
        for payment in &stored.order.payments {
            if matches!(payment.state, PaymentState::Unknown { .. }) {
                let reference = stored.order.terms.reference.clone();
                found.entry(payment.account).or_default().push((id, reference));
            }
        }
    }
    Ok(found)
}
