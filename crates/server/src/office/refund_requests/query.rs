//! What the screen of the refund requests reads.

use guichet_core::{Refund, RefundId};

use crate::office::Office;
use crate::office::answer::Trouble;
use crate::office::visitor::Visitor;
use crate::store::{Fault, RefundRow, RefundStatus, Stored};

use super::Asked;

/// How many requests, and how many refunds, a page has.
const PAGE: usize = 10;

/// What the screen shows.
#[derive(Debug)]
pub(super) struct Found {
    /// The status of the requests.
    pub(super) status: RefundStatus,
    /// The requests, newest first.
    pub(super) requests: Vec<Request>,
    /// Where older ones begin, if there are some.
    pub(super) older: Option<String>,
    /// Whether it is the first page of them.
    pub(super) is_first: bool,
    /// What was recorded as having gone back, newest first, each with its order.
    pub(super) refunds: Vec<(Refund, Stored)>,
    /// The refund before which older ones are, if there are some.
    pub(super) older_refunds: Option<RefundId>,
    /// Whether it is the first page of refunds.
    pub(super) is_first_of_refunds: bool,
}

/// A request with what it is about.
#[derive(Debug)]
pub(super) struct Request {
    /// The request.
    pub(super) row: RefundRow,
    /// Its order.
    pub(super) stored: Stored,
    /// What is given back: title and how many.
    pub(super) products: Vec<(String, i64)>,
}

/// Reads it.
pub(super) async fn read(office: &Office, visitor: &Visitor, asked: &Asked) -> Result<Found, Trouble> {
    let status = match asked.status.as_str() {
        "" => RefundStatus::Requested,
        word => RefundStatus::of(word).ok_or(Trouble::BadField("status"))?,
    };
    let bounds = bounds(&asked.before, visitor.shops().len());
    let (rows, older) = requests(office, visitor, status, &bounds).await?;
    let mut requests = Vec::with_capacity(rows.len());
    for row in rows {
        requests.extend(request(office, visitor, row).await?);
    }
    let before: Option<RefundId> = match asked.refunds_before.as_str() {
        "" => None,
        text => Some(text.parse().map_err(|_| Trouble::BadField("refunds_before"))?),
    };
    let (refunds, older_refunds) = refunds(office, visitor, before).await?;
    Ok(Found {
        status,
        requests,
        older,
        is_first: asked.before.is_empty(),
        refunds,
        older_refunds,
        is_first_of_refunds: before.is_none(),
    })
}

async fn requests(
    office: &Office,
    visitor: &Visitor,
    status: RefundStatus,
    bounds: &[i64],
) -> Result<(Vec<RefundRow>, Option<String>), Fault> {
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut found = Vec::new();
    for (at, shop) in visitor.shops().iter().enumerate() {
        let before = bounds.get(at).copied().unwrap_or(i64::MAX);
        let environment = visitor.environment();
        let rows =
            office.app.store().refund_requests(*shop, environment, Some(status), before, limit).await?;
        found.extend(rows.into_iter().map(|row| (at, row)));
    }
    // Numbers of one shop say nothing of another's; theirs stay in their order.
    found.sort_by_key(|(_, row)| std::cmp::Reverse(row.created_at_ms));
    let has_more = found.len() > PAGE;
    found.truncate(PAGE);
    let shown: Vec<(usize, i64)> = found.iter().map(|(at, row)| (*at, row.number)).collect();
    let older = has_more.then(|| onward(bounds, &shown));
    Ok((found.into_iter().map(|(_, row)| row).collect(), older))
}

/// The numbers before which each shop's requests go on, as the address has them; from the newest on where it says nothing of
/// so many shops.
fn bounds(text: &str, shops: usize) -> Vec<i64> {
    let numbers: Option<Vec<i64>> = text.split('.').map(|number| number.parse().ok()).collect();
    numbers.filter(|numbers| numbers.len() == shops).unwrap_or_else(|| vec![i64::MAX; shops])
}

/// The same behind a page on which these are shown: the place of their shop, and their number.
fn onward(bounds: &[i64], shown: &[(usize, i64)]) -> String {
    let bound = |(at, bound): (usize, &i64)| {
        let lowest = shown.iter().filter(|(of, _)| *of == at).map(|(_, number)| *number).min();
        lowest.unwrap_or(*bound).to_string()
    };
    bounds.iter().enumerate().map(bound).collect::<Vec<_>>().join(".")
}

async fn request(office: &Office, visitor: &Visitor, row: RefundRow) -> Result<Option<Request>, Fault> {
    let store = office.app.store();
    let Some(stored) = store.order(row.order).await? else { return Ok(None) };
    let known = store.products_of(row.merchant, row.products.keys().copied()).await?;
    let language = visitor.language().code();
    let products = row.products.iter().map(|(number, many)| {
        let title = known.get(number).map(|product| product.title.in_language(language).to_owned());
        (title.unwrap_or_else(|| format!("n° {number}")), many.quantity)
    });
    let products = products.collect();
    Ok(Some(Request { row, stored, products }))
}

async fn refunds(
    office: &Office,
    visitor: &Visitor,
    before: Option<RefundId>,
) -> Result<(Vec<(Refund, Stored)>, Option<RefundId>), Fault> {
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut found = Vec::new();
    for shop in visitor.shops() {
        found.extend(office.app.store().refunds(*shop, visitor.environment(), before, limit).await?);
    }
    found.sort_by_key(|(refund, _)| std::cmp::Reverse(refund.id));
    let older = (found.len() > PAGE).then(|| found.get(PAGE - 1).map(|(refund, _)| refund.id)).flatten();
    found.truncate(PAGE);
    Ok((found, older))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_shop_goes_on_where_the_page_left_off() {
        let first = bounds("", 3);
        assert_eq!(first, [i64::MAX; 3]);
        let next = onward(&first, &[(0, 12), (2, 80), (0, 9)]);
        assert_eq!(next, format!("9.{}.80", i64::MAX));
        assert_eq!(bounds(&next, 3), [9, i64::MAX, 80]);
        // Other shops are looked at meanwhile.
        assert_eq!(bounds(&next, 2), [i64::MAX; 2]);
        assert_eq!(bounds("9.x.80", 3), [i64::MAX; 3]);
        assert_eq!(onward(&[9, 7, 80], &[(1, 3)]), "9.3.80");
    }
}
