//! The book held against the orders: what is kept of each day must be what the orders say. The two are written together, so
//! that a difference is a defect of this program, or of the disk. Days that are over can be closed (`closing`).

mod closing;

use std::collections::HashMap;

use guichet_core::{Environment, Line, MerchantId, OrderId, SHARDS, Sums, difference, share};

use crate::store::{Books, CommitError, Fault, Store, add_line};
use crate::zones::Zones;

pub use closing::{BookDay, Day, NotClosed, close, days};

/// How many orders are read at once.
const PAGE: i64 = 500;

/// How often a shard is looked at whose book is written meanwhile.
const LOOKS: usize = 20;

/// A line of which the book says something else than the orders.
#[derive(Debug, Clone)]
pub struct Wrong {
    /// The part of the book that it stands in.
    pub shard: i64,
    /// Whose book it is.
    pub merchant: MerchantId,
    /// Play money or real money.
    pub environment: Environment,
    /// Which line.
    pub line: Line,
    /// What the orders say, less what the book says.
    pub missing: Sums,
}

/// Holds the whole book against all orders, shard by shard; `looked_at` hears how many orders that were. Beside a running
/// server too.
///
/// # Errors
/// The database cannot be read, or the book of a shard is written all the time.
pub async fn check(store: &Store, looked_at: &mut dyn FnMut(usize)) -> Result<Vec<Wrong>, Fault> {
    let merchants = store.merchants().await?;
    let zones: HashMap<MerchantId, Zones> = merchants.into_iter().map(|row| (row.id, row.zones)).collect();
    let mut wrong = Vec::new();
    for shard in 0..SHARDS {
        wrong.extend(check_shard(store, &zones, shard, looked_at).await?);
    }
    Ok(wrong)
}

/// Puts right what was found wrong.
///
/// # Errors
/// It cannot be written.
pub async fn mend(store: &Store, wrong: &[Wrong]) -> Result<(), CommitError> {
    for Wrong { shard, merchant, environment, line, missing } in wrong {
        store.commit(vec![add_line(*shard, (*merchant, *environment), line, *missing)]).await?;
    }
    Ok(())
}

async fn check_shard(
    store: &Store,
    zones: &HashMap<MerchantId, Zones>,
    shard: i64,
    looked_at: &mut dyn FnMut(usize),
) -> Result<Vec<Wrong>, Fault> {
    let mut kept = store.book_lines(shard).await?;
    for _ in 0..LOOKS {
        let expected = of_orders(store, zones, shard, looked_at).await?;
        let again = store.book_lines(shard).await?;
        // What was written meanwhile may be in one of them and not in the other.
        if kept == again {
            return Ok(differences(shard, &kept, &expected));
        }
        kept = again;
    }
    Err(Fault::new(format!(
        "the book of shard {shard} is written all the time, so that it cannot be held against its orders; do it again when \
         there is less to do"
    )))
}

/// The book as the orders of a shard say it.
async fn of_orders(
    store: &Store,
    zones: &HashMap<MerchantId, Zones>,
    shard: i64,
    looked_at: &mut dyn FnMut(usize),
) -> Result<Books, Fault> {
    let (mut books, mut behind): (Books, Option<OrderId>) = (Books::new(), None);
    let utc = Zones::default();
    loop {
        let page = store.orders_of_shard(shard, behind, PAGE).await?;
        for order in &page {
            let zones = zones.get(&order.merchant).unwrap_or(&utc);
            let book = books.entry((order.merchant, order.environment)).or_default();
            for (line, sums) in share(order, |at_ms| zones.day_of(at_ms)) {
                let known = book.entry(line).or_default();
                *known = *known + sums;
            }
        }
        looked_at(page.len());
        behind = page.last().map(|order| order.id);
        if behind.is_none() {
            break;
        }
    }
    books.retain(|_, book| !book.is_empty());
    Ok(books)
}

fn differences(shard: i64, kept: &Books, expected: &Books) -> Vec<Wrong> {
    let mut whose: Vec<_> = kept.keys().chain(expected.keys()).copied().collect();
    whose.sort_by_key(|(merchant, environment)| (*merchant, environment.as_str()));
    whose.dedup();
    let nothing = guichet_core::Share::new();
    let of_one = |(merchant, environment): (MerchantId, Environment)| {
        let book = |books: &Books| books.get(&(merchant, environment)).unwrap_or(&nothing).clone();
        let missing = difference(&book(kept), &book(expected));
        missing.into_iter().map(move |(line, missing)| Wrong { shard, merchant, environment, line, missing })
    };
    whose.into_iter().flat_map(of_one).collect()
}
