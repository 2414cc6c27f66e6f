//! Which shop's catalogue is looked at, and the page of it that is read.

use guichet_core::MerchantId;
use serde::Deserialize;

use crate::catalogue::Product;
use crate::office::Office;
use crate::office::answer::Trouble;
use crate::office::visitor::Visitor;

/// How many products a page has.
const PAGE: usize = 25;

/// What is asked for; every part may be empty, as forms send it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    /// The shop; the first that has a front where nothing is said.
    pub(super) shop: String,
    /// The number from which on the list is wanted.
    pub(super) from: String,
    pub(super) done: Option<String>,
}

/// A page of a catalogue.
#[derive(Debug)]
pub(super) struct Found {
    /// The shop; `None` where none that is looked at has a front.
    pub(super) shop: Option<MerchantId>,
    /// The products by number.
    pub(super) products: Vec<Product>,
    /// The number at which the list goes on.
    pub(super) next: Option<i64>,
}

/// The shops that are looked at and have a front.
pub(super) fn fronts(visitor: &Visitor) -> Vec<MerchantId> {
    let has_front = |shop: &&MerchantId| visitor.snapshot().projects.contains_key(*shop);
    visitor.shops().iter().filter(has_front).copied().collect()
}

/// Reads a page.
pub(super) async fn read(office: &Office, visitor: &Visitor, asked: &Asked) -> Result<Found, Trouble> {
    let fronts = fronts(visitor);
    let shop = match asked.shop.as_str() {
        "" => fronts.first().copied(),
        text => {
            let named: Option<MerchantId> = text.parse().ok().filter(|shop| fronts.contains(shop));
            Some(named.ok_or(Trouble::NotFound)?)
        }
    };
    let Some(shop) = shop else { return Ok(Found { shop: None, products: Vec::new(), next: None }) };
    let from: i64 = match asked.from.trim() {
        "" => 1,
        text => text.parse().map_err(|_| Trouble::BadField("from"))?,
    };
    let most = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut products = office.app.store().products_after(shop, from.saturating_sub(1), most).await?;
    let next = products.get(PAGE).map(|product| product.id);
    products.truncate(PAGE);
    Ok(Found { shop: Some(shop), products, next })
}
