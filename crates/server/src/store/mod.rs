//! Where everything is kept: the only room that knows SQL. Reads go to reading connections; every
//! write goes through the group commit, guarded, all or nothing.

mod accounts;
mod checkpoints;
mod codes;
mod committer;
mod credentials;
mod customers;
mod health;
mod idempotency;
mod journal;
mod leases;
mod logins;
mod migrations;
mod numbers;
mod orders;
mod outbox;
mod projects;
mod purchases;
mod refund_requests;
mod sqlite;
mod target;
pub(crate) mod value;
mod write;

pub(crate) use accounts::{
    AccountRow, EndpointRow, KeyKind, KeyRow, MerchantRow, NewAccount, NewMerchant, Route, insert_endpoint,
    insert_key, move_revision, put_account, put_merchant, remove_endpoint, revoke_key, update_endpoint,
};
pub(crate) use codes::{
    CodeRow, count_try, forget as forget_code, forget_expired as forget_codes, put as put_code, uncount_try,
    use_up as use_up_code,
};
pub(crate) use credentials::{CredentialRow, insert as insert_credential, revoke as revoke_credential};
pub(crate) use customers::{
    CustomerRow, CustomerStatus, Profile, as_if, insert as insert_customer, update as update_customer,
};
pub(crate) use health::{HealthRow, put as put_health};
pub(crate) use idempotency::{Answer, Claim, Kept, KeyPlace};
pub(crate) use journal::{JournalRow, Record, acknowledge, append as append_to_journal};
pub(crate) use leases::Leases;
pub(crate) use logins::{
    LoginRow, TokenRow, close as close_login, close_all as close_logins, forget_devices,
    forget_expired as forget_logins, open as open_login, renew as renew_login,
};
pub(crate) use numbers::{NumberKind, reserve as reserve_numbers};
pub(crate) use orders::{
    OrderFilter, Stored, gateway_names, insert as insert_order, key_name, revise as revise_order,
    update as update_order,
};
pub(crate) use outbox::{
    Attempt, DeliveryRow, DueDelivery, bring_forward, insert as insert_delivery, record as record_attempt,
    send_again,
};
pub(crate) use projects::{put_product, put_project, remove_product};
pub(crate) use purchases::{PurchaseRow, insert as insert_purchase};
pub(crate) use refund_requests::{
    HowMany, RefundRow, RefundStatus, Returned, close as close_refund_request,
    insert as insert_refund_request,
};
pub(crate) use target::Target;
pub(crate) use value::{Fault, json_text};
pub(crate) use write::{CommitError, Guard, Write};

use committer::Committer;
use sqlite::Sqlite;
use value::{Values, params};

/// The database of one server.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    engine: Sqlite,
    committer: Committer,
}

/// How a database is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opening {
    /// Made when it is not there; migrations are applied.
    MakeOrMigrate,
    /// It must be there; migrations are applied.
    MustExist,
}

impl Store {
    /// Opens `sqlite:PATH` (or a plain path).
    pub(crate) fn open(url: &str, opening: Opening) -> Result<Self, Fault> {
        let path = sqlite_path(url);
        if path.contains("://") || path.is_empty() {
            return Err(Fault(format!("“{url}” is not a database this version opens: write sqlite:PATH")));
        }
        let engine = Sqlite::new(path)?;
        if opening == Opening::MustExist && !engine.exists() {
            return Err(Fault(format!(
                "there is no database file {path}; start `guichet serve` once, or name it with --database"
            )));
        }
        let mut writer = engine.writer()?;
        migrations::apply(&mut writer)?;
        Ok(Store { engine, committer: Committer::start(writer)? })
    }

    /// Commits all of these or none; returns once they are on disk.
    pub(crate) async fn commit(&self, writes: Vec<Write>) -> Result<(), CommitError> {
        self.committer.commit(writes).await
    }

    /// Whether the last transaction could be written.
    pub(crate) fn is_writing(&self) -> bool {
        self.committer.is_writing()
    }

    /// Runs a bounded query by key. It takes microseconds, so it runs where it is called.
    fn find(&self, sql: &'static str, params: Values) -> Result<Vec<Values>, Fault> {
        self.engine.query(sql, &params)
    }

    /// Runs a query that may read many rows, away from the threads that serve requests.
    async fn scan(&self, sql: &'static str, params: Values) -> Result<Vec<Values>, Fault> {
        let engine = self.engine.clone();
        tokio::task::spawn_blocking(move || engine.query(sql, &params))
            .await
            .map_err(|error| Fault(format!("a query was broken off: {error}")))?
    }

    /// Copies the database, as of one moment, to a new file while the server runs on.
    pub(crate) async fn backup(&self, to: String) -> Result<(), Fault> {
        let engine = self.engine.clone();
        tokio::task::spawn_blocking(move || engine.backup(&to))
            .await
            .map_err(|error| Fault(format!("the backup was broken off: {error}")))?
    }

    /// Reads the whole database for damage; an empty list is health.
    pub(crate) async fn integrity(&self) -> Result<Vec<String>, Fault> {
        let engine = self.engine.clone();
        tokio::task::spawn_blocking(move || engine.integrity())
            .await
            .map_err(|error| Fault(format!("the examination was broken off: {error}")))?
    }
}

/// The file that `sqlite:PATH`, `sqlite://PATH` or a plain path names.
pub(crate) fn sqlite_path(url: &str) -> &str {
    let path = url.strip_prefix("sqlite:").unwrap_or(url);
    path.strip_prefix("//").unwrap_or(path)
}

/// Numbers of rows by a word, for metrics and the doctor.
#[derive(Debug, Default, serde::Serialize)]
pub(crate) struct Census {
    /// Orders by status.
    pub(crate) orders: Vec<(String, i64)>,
    /// Orders that wait for a person.
    pub(crate) needing_you: i64,
    /// Deliveries that are pending, and of these overdue by more than a minute.
    pub(crate) deliveries_pending: i64,
    /// Orders whose alarm has been ringing for more than a minute.
    pub(crate) alarms_overdue: i64,
}

impl Store {
    /// Counts what a person looks after. Reads whole indexes: for the doctor, not for every request.
    pub(crate) async fn census(&self, now_ms: i64) -> Result<Census, Fault> {
        const ORDERS: &str = "SELECT status, COUNT(*) FROM orders GROUP BY status ORDER BY status";
        const NEEDING: &str = "SELECT COUNT(*) FROM orders WHERE needs_you = 1";
        const PENDING: &str = "SELECT COUNT(*) FROM deliveries WHERE status = 'pending'";
        const OVERDUE: &str = "SELECT COUNT(*) FROM orders WHERE wake_at_ms IS NOT NULL AND wake_at_ms < $1";
        let mut orders = Vec::new();
        for row in self.scan(ORDERS, params![]).await? {
            orders.push((row.text(0)?.to_owned(), row.int(1)?));
        }
        let count = async |sql, params| match self.scan(sql, params).await?.first() {
            Some(row) => row.int(0),
            None => Ok(0),
        };
        Ok(Census {
            orders,
            needing_you: count(NEEDING, params![]).await?,
            deliveries_pending: count(PENDING, params![]).await?,
            alarms_overdue: count(OVERDUE, params![now_ms - 60_000]).await?,
        })
    }
}
