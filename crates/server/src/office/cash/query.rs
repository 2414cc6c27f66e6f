//! What the screen of the cash reads.

use guichet_core::{MerchantId, OrderId};

use crate::office::Office;
use crate::office::answer::Trouble;
use crate::office::visitor::Visitor;
use crate::operators::Permission;
use crate::store::{Fault, OpenTill, OrderFilter, Stored, TillRow};

use super::Asked;

/// How many orders a page has.
const PAGE: usize = 20;

/// How many lines of closed tills a page has.
const TILLS: usize = 20;

/// What the screen shows.
#[derive(Debug)]
pub(super) struct Found {
    /// The orders whose money is to be taken, oldest first.
    pub(super) waiting: Vec<Stored>,
    /// The order before which older ones are, if there are some.
    pub(super) older: Option<OrderId>,
    /// Whether it is the first page of them.
    pub(super) is_first: bool,
    /// The visitor's own tills that are not closed, by shop.
    pub(super) tills: Vec<(MerchantId, Vec<OpenTill>)>,
    /// The visitor's till that was just closed.
    pub(super) just_closed: Vec<TillRow>,
    /// Everybody's closed tills, newest first; none for those who do not see sums.
    pub(super) closed: Option<Vec<(MerchantId, TillRow)>>,
    /// When that was before which older ones were closed, if there are some (unix ms).
    pub(super) older_tills: Option<i64>,
    /// Now (unix ms).
    pub(super) now_ms: i64,
}

/// Reads it.
pub(super) async fn read(office: &Office, visitor: &Visitor, asked: &Asked) -> Result<Found, Trouble> {
    let before: Option<OrderId> =
        asked.before.as_deref().map(str::parse).transpose().map_err(|_| Trouble::BadField("before"))?;
    let mut waiting = waiting(office, visitor, before).await?;
    let older = (waiting.len() > PAGE).then(|| waiting.get(PAGE - 1).map(|stored| stored.order.id)).flatten();
    waiting.truncate(PAGE);
    waiting.reverse();
    let (store, login) = (office.app.store(), visitor.signed().operator.login.as_str());
    let mut tills = Vec::new();
    for shop in visitor.shops() {
        let open = store.open_till(*shop, visitor.environment(), login).await?;
        if !open.is_empty() {
            tills.push((*shop, open));
        }
    }
    let shop = asked.shop.as_deref().and_then(|shop| shop.parse().ok());
    let just_closed = match (shop.filter(|shop| visitor.shops().contains(shop)), asked.closed) {
        (Some(shop), Some(at_ms)) => store.closed_till(shop, visitor.environment(), login, at_ms).await?,
        _ => Vec::new(),
    };
    let (closed, older_tills) = closed(office, visitor, asked.tills_before).await?;
    let now_ms = office.app.clock().now_ms();
    Ok(Found { waiting, older, is_first: before.is_none(), tills, just_closed, closed, older_tills, now_ms })
}

/// The orders whose newest payment is by hand, newest first, and one more than a page has.
async fn waiting(office: &Office, visitor: &Visitor, before: Option<OrderId>) -> Result<Vec<Stored>, Fault> {
    let environment = visitor.environment();
    let mut found = Vec::new();
    for shop in visitor.shops() {
        let accounts = visitor.snapshot().all_accounts_of(*shop, environment);
        for account in accounts.iter().filter(|account| !account.gateway.capabilities().checkable) {
            let status = Some("pending".to_owned());
            let filter = OrderFilter { status, account: Some(account.id), ..OrderFilter::default() };
            found.extend(office.app.store().orders(*shop, environment, &filter, before, PAGE + 1).await?);
        }
    }
    found.sort_by_key(|stored| std::cmp::Reverse(stored.order.id));
    found.truncate(PAGE + 1);
    Ok(found)
}

/// Everybody's closed tills, as far as the visitor sees sums.
async fn closed(
    office: &Office,
    visitor: &Visitor,
    before_ms: Option<i64>,
) -> Result<(Option<Vec<(MerchantId, TillRow)>>, Option<i64>), Fault> {
    let shops = visitor.shops_with(Permission::SeeSums);
    if shops.is_empty() {
        return Ok((None, None));
    }
    let limit = i64::try_from(TILLS + 1).unwrap_or(i64::MAX);
    let mut found = Vec::new();
    for shop in shops {
        let (before_ms, store) = (before_ms.unwrap_or(i64::MAX), office.app.store());
        let rows = store.closed_tills(shop, visitor.environment(), before_ms, limit).await?;
        found.extend(rows.into_iter().map(|row| (shop, row)));
    }
    found.sort_by_key(|(_, row)| std::cmp::Reverse(row.closed_at_ms));
    let moments: Vec<i64> = found.iter().map(|(_, row)| row.closed_at_ms).collect();
    let kept = whole_tills(&moments, TILLS);
    let older = (kept < found.len()).then(|| moments.get(kept.saturating_sub(1)).copied()).flatten();
    found.truncate(kept);
    Ok((Some(found), older))
}

/// How many lines a page has that begins so and breaks off no till, whose lines have one moment.
fn whole_tills(moments: &[i64], most: usize) -> usize {
    let Some(first_left) = moments.get(most) else { return moments.len() };
    let kept = moments.iter().take(most).take_while(|moment| *moment != first_left).count();
    if kept == 0 { most } else { kept }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_breaks_off_no_till() {
        for (moments, most, kept) in [
            (vec![], 2, 0),
            (vec![9, 8], 2, 2),
            (vec![9, 8, 7], 2, 2),
            (vec![9, 8, 8], 2, 1),
            (vec![9, 9, 8, 8, 7], 3, 2),
            (vec![9, 9, 9], 2, 2),
        ] {
            assert_eq!(whole_tills(&moments, most), kept, "{moments:?}");
        }
    }
}
