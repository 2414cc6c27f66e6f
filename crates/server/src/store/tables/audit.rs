//! The audit log: what operators did beside what an order's journal says, and chained like one, so that a removed or an
//! altered entry shows. There is a chain for each merchant, and one for what is about no merchant.

use guichet_core::{MerchantId, chain};

use crate::store::Store;
use crate::store::engine::value::{Values, params};
use crate::store::engine::{Fault, Guard, Write};

/// An entry as it is stored.
#[derive(Debug, Clone)]
pub struct AuditRow {
    /// Its number in its chain, from 1.
    pub seq: i64,
    /// What it says, as JSON.
    pub entry: String,
    /// The link of the chain.
    pub hash: String,
    /// When it was made (unix ms).
    pub at_ms: i64,
}

impl Store {
    /// The newest entries before that number of a merchant's chain, or of the one without a merchant.
    pub async fn audit(
        &self,
        merchant: Option<MerchantId>,
        before: i64,
        limit: i64,
    ) -> Result<Vec<AuditRow>, Fault> {
        const SQL: &str = "SELECT seq, entry, hash, at_ms FROM audit WHERE merchant_id = $1 AND seq < $2 \
            ORDER BY seq DESC LIMIT $3";
        let rows = self.scan(SQL, params![name(merchant), before, limit]).await?;
        rows.iter().map(row).collect()
    }
}

fn row(row: &Values) -> Result<AuditRow, Fault> {
    Ok(AuditRow {
        seq: row.int(0)?,
        entry: row.text(1)?.to_owned(),
        hash: row.text(2)?.to_owned(),
        at_ms: row.int(3)?,
    })
}

fn name(merchant: Option<MerchantId>) -> String {
    merchant.map(|merchant| merchant.to_string()).unwrap_or_default()
}

/// The entry behind the last one of a chain. Guarded: somebody else may have been faster.
pub fn append(merchant: Option<MerchantId>, last: Option<&AuditRow>, entry: &str, at_ms: i64) -> Write {
    const SQL: &str = "INSERT INTO audit (merchant_id, seq, entry, hash, at_ms) VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT DO NOTHING";
    let (seq, hash) = last.map_or((0, ""), |last| (last.seq, &*last.hash));
    let row = params![name(merchant), seq + 1, entry, chain(hash, entry), at_ms];
    Write::guarded(SQL, row, Guard::Row)
}
