//! Days of the book that somebody closed: their lines as they stood then. A row is never changed.

use guichet_core::{Currency, Environment, Line, MerchantId, Share, Sums};
use serde::{Deserialize, Serialize};
use serde_json::Map;

use crate::store::Store;
use crate::store::engine::value::{Values, json_text, params};
use crate::store::engine::{Fault, Guard, Write};

/// How long a line is as JSON, roughly.
const LINE_BYTES: usize = 320;

/// A day that was closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedDay {
    /// The day in the merchant's time zone, in days since 1970-01-01.
    pub day: i64,
    /// Its lines as they stood when it was closed.
    pub lines: Share,
    /// Who closed it.
    pub by: String,
    /// What they wrote to it; perhaps nothing.
    pub note: String,
    /// When they closed it (unix ms).
    pub at_ms: i64,
}

/// A line as it is stored: the sums by their names, so that one that is new later is nothing in old lines.
#[derive(Debug, Serialize, Deserialize)]
struct StoredLine {
    account: String,
    currency: String,
    gateway: String,
    sums: Map<String, serde_json::Value>,
}

impl Store {
    /// The closed days of a merchant from one day to another, both counted, the oldest first.
    ///
    /// # Errors
    /// They cannot be read.
    pub async fn closed_days(
        &self,
        merchant: MerchantId,
        environment: Environment,
        (first, last): (i64, i64),
    ) -> Result<Vec<ClosedDay>, Fault> {
        const SQL: &str = "SELECT day, lines, closed_by, note, closed_at_ms FROM closed_days \
            WHERE merchant_id = $1 AND environment = $2 AND day BETWEEN $3 AND $4 ORDER BY day";
        let rows = self.scan(SQL, params![merchant, environment.as_str(), first, last]).await?;
        rows.iter().map(closed_day).collect()
    }
}

fn closed_day(row: &Values) -> Result<ClosedDay, Fault> {
    let day = row.int(0)?;
    let unreadable = |error: String| Fault::new(format!("the lines of closed day {day}: {error}"));
    let stored: Vec<StoredLine> =
        serde_json::from_str(row.text(1)?).map_err(|error| unreadable(error.to_string()))?;
    let mut lines = Share::new();
    for one in stored {
        let account = one.account.parse().map_err(|_| unreadable("an account".to_owned()))?;
        let currency = Currency::from_code(&one.currency).map_err(|error| unreadable(error.to_string()))?;
        let sum = |name: &&str| one.sums.get(*name).and_then(serde_json::Value::as_i64).unwrap_or_default();
        let mut sums = [0; Sums::NAMES.len()];
        for (kept, name) in sums.iter_mut().zip(Sums::NAMES) {
            *kept = sum(name);
        }
        lines.insert(Line { day, account, currency, gateway: one.gateway }, Sums::from_array(sums));
    }
    let (by, note) = (row.text(2)?.to_owned(), row.text(3)?.to_owned());
    Ok(ClosedDay { day, lines, by, note, at_ms: row.int(4)? })
}

/// Closes a day. Guarded: a day is closed once.
pub fn close(merchant: MerchantId, environment: Environment, closed: &ClosedDay) -> Write {
    const SQL: &str = "INSERT INTO closed_days (merchant_id, environment, day, lines, closed_by, note, closed_at_ms) \
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
    let lines = closed.lines.iter().map(|(line, sums)| StoredLine {
        account: line.account.to_string(),
        currency: line.currency.code().to_owned(),
        gateway: line.gateway.clone(),
        sums: Sums::NAMES
            .iter()
            .map(|name| (*name).to_owned())
            .zip(sums.to_array().map(Into::into))
            .collect(),
    });
    let lines: Vec<StoredLine> = lines.collect();
    let text = json_text(&lines, LINE_BYTES * lines.len());
    let row = params![
        merchant,
        environment.as_str(),
        closed.day,
        text,
        closed.by.as_str(),
        closed.note.as_str(),
        closed.at_ms
    ];
    Write::guarded(SQL, row, Guard::Row)
}
