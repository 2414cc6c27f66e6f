//! The payment links of the shops that are looked at, and the newest orders of one.

use guichet_core::{PaymentLink, PaymentLinkId};

use crate::office::Office;
use crate::office::visitor::Visitor;
use crate::store::{Fault, OrderFilter, Search, Stored};

/// How many links a page has.
const PAGE: usize = 25;

/// How many orders are shown with their link.
const ORDERS: usize = 10;

/// A page of links.
#[derive(Debug)]
pub(super) struct Found {
    /// The links, newest first.
    pub(super) links: Vec<PaymentLink>,
    /// Whether there are older ones.
    pub(super) has_more: bool,
}

/// The newest links before that one.
pub(super) async fn links(
    office: &Office,
    visitor: &Visitor,
    before: Option<PaymentLinkId>,
) -> Result<Found, Fault> {
    let mut links = Vec::new();
    for shop in visitor.shops() {
        let most = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
        links.extend(office.app.store().payment_links(*shop, visitor.environment(), before, most).await?);
    }
    links.sort_by_key(|link| std::cmp::Reverse(link.id));
    let has_more = links.len() > PAGE;
    links.truncate(PAGE);
    Ok(Found { links, has_more })
}

/// The newest orders of a link.
pub(super) async fn orders(office: &Office, link: &PaymentLink) -> Result<Vec<Stored>, Fault> {
    let filter = OrderFilter { searches: vec![Search::of_payment_link(link.id)], ..OrderFilter::default() };
    office.app.store().orders(link.merchant, link.environment, &filter, None, ORDERS).await
}
