//! The mark of a database that is a copy. It is in the configuration, so that every node follows when it is lifted.

use serde::{Deserialize, Serialize};

use super::target::Target;
use crate::message::Channel;
use crate::store::Store;
use crate::store::engine::value::params;
use crate::store::engine::{Fault, Guard, Write};

/// What made a database a copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyMark {
    /// When it became one (unix ms).
    pub made_at_ms: i64,
    /// The file that it was made from.
    pub made_from: String,
}

/// How many deliveries wait, by what they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// To webhook endpoints.
    pub webhooks: i64,
    /// To vendors' clients.
    pub notifications: i64,
    /// To customers by e-mail.
    pub emails: i64,
    /// To customers by SMS.
    pub text_messages: i64,
}

impl Store {
    /// What waits to be sent. Reads whatever is pending.
    pub async fn waiting(&self) -> Result<Waiting, Fault> {
        const SQL: &str = "SELECT target, COUNT(*) FROM deliveries WHERE status = 'pending' GROUP BY target ORDER BY target";
        let mut waiting = Waiting::default();
        for row in self.scan(SQL, params![]).await? {
            let counted = match row.parsed(0)? {
                Target::Endpoint(_) => &mut waiting.webhooks,
                Target::Client(_) => &mut waiting.notifications,
                Target::Customers(_, Channel::Email) => &mut waiting.emails,
                Target::Customers(_, Channel::Sms) => &mut waiting.text_messages,
            };
            *counted += row.int(1)?;
        }
        Ok(waiting)
    }

    /// The mark of a copy, if this is one.
    pub async fn copy_mark(&self) -> Result<Option<CopyMark>, Fault> {
        const SQL: &str = "SELECT made_at_ms, made_from FROM copy_mark WHERE name = 'copy'";
        let rows = self.find(SQL, params![]).await?;
        let read = |row: &crate::store::engine::value::Values| {
            Ok(CopyMark { made_at_ms: row.int(0)?, made_from: row.text(1)?.to_owned() })
        };
        rows.first().map(read).transpose()
    }
}

/// Marks the database as a copy; a mark that is there already is replaced.
pub fn mark(mark: &CopyMark) -> Write {
    const SQL: &str = "INSERT INTO copy_mark (name, made_at_ms, made_from) VALUES ('copy', $1, $2) \
        ON CONFLICT (name) DO UPDATE SET made_at_ms = excluded.made_at_ms, made_from = excluded.made_from";
    Write::new(SQL, params![mark.made_at_ms, mark.made_from.as_str()])
}

/// Lifts the mark; nothing of the transaction happens if there is none.
pub fn lift() -> Write {
    Write::guarded("DELETE FROM copy_mark WHERE name = 'copy'", params![], Guard::Row)
}
