//! Small numbers for people to read, such as an order's 89: counted per merchant, environment and kind,
//! and reserved in blocks, so that numbering never makes two transactions wait for each other.

use guichet_core::{Environment, MerchantId};

use crate::store::Store;
use crate::store::engine::value::params;
use crate::store::engine::{Fault, Guard, Write};

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NumberKind {
    /// Customers.
    Customer,
    /// Orders that customers made.
    Purchase,
    /// What customers asked to have paid back.
    RefundRequest,
}

impl NumberKind {
    fn as_str(self) -> &'static str {
        match self {
            NumberKind::Customer => "customer",
            NumberKind::Purchase => "purchase",
            NumberKind::RefundRequest => "refund_request",
        }
    }
}

impl Store {
    /// The first number that is not reserved yet; `None` before the first was.
    pub async fn next_number(
        &self,
        merchant: MerchantId,
        environment: Environment,
        kind: NumberKind,
    ) -> Result<Option<i64>, Fault> {
        const SQL: &str =
            "SELECT next FROM numbers WHERE merchant_id = $1 AND environment = $2 AND kind = $3";
        let rows = self.find(SQL, params![merchant, environment.as_str(), kind.as_str()]).await?;
        rows.first().map(|row| row.int(0)).transpose()
    }
}

/// Passes over so many numbers of every kind.
pub fn skip(count: i64) -> Write {
    Write::new("UPDATE numbers SET next = next + $1", params![count])
}

/// Reserves the numbers from `known` (what [`Store::next_number`] said) up to before `next`; guarded by
/// [`Guard::Row`], in case another node was faster.
pub fn reserve(
    merchant: MerchantId,
    environment: Environment,
    kind: NumberKind,
    known: Option<i64>,
    next: i64,
) -> Write {
    const FIRST: &str = "INSERT INTO numbers (merchant_id, environment, kind, next) VALUES ($1, $2, $3, $4) \
        ON CONFLICT DO NOTHING";
    const FURTHER: &str = "UPDATE numbers SET next = $1 WHERE merchant_id = $2 AND environment = $3 \
        AND kind = $4 AND next = $5";
    let (environment, kind) = (environment.as_str(), kind.as_str());
    match known {
        None => Write::guarded(FIRST, params![merchant, environment, kind, next], Guard::Row),
        Some(known) => Write::guarded(FURTHER, params![next, merchant, environment, kind, known], Guard::Row),
    }
}
