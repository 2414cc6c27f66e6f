//! The closed dialect both engines speak: two types of value, rows of them, and writes that say
//! what they expect. Nothing outside the drivers knows which engine is below.

/// A value of a column: BIGINT, TEXT or NULL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// BIGINT.
    Int(i64),
    /// TEXT.
    Text(String),
    /// NULL.
    Null,
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Value::Int(value)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Int(i64::from(value))
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Value::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Value::Text(value)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

macro_rules! id_values {
    ($($id:ident)*) => {$(
        impl From<guichet_core::$id> for Value {
            fn from(id: guichet_core::$id) -> Self {
                Value::Text(id.to_string())
            }
        }
    )*};
}

id_values!(MerchantId KeyId AccountId CredentialId EndpointId CustomerId LoginId OrderId PaymentId EventId DeliveryId);

/// Builds the parameters of a statement: `params![shard, id, text]`.
macro_rules! params {
    ($($value:expr),* $(,)?) => { vec![$($crate::store::value::Value::from($value)),*] };
}
pub(crate) use params;

/// A row that came back.
#[derive(Debug)]
pub(crate) struct Row(pub(crate) Vec<Value>);

impl Row {
    /// The BIGINT of that column.
    pub(crate) fn int(&self, column: usize) -> Result<i64, Fault> {
        match self.0.get(column) {
            Some(Value::Int(value)) => Ok(*value),
            Some(Value::Text(_) | Value::Null) | None => Err(Fault::shape(column, "BIGINT")),
        }
    }

    /// The BIGINT of that column, if there is one.
    pub(crate) fn maybe_int(&self, column: usize) -> Option<i64> {
        self.int(column).ok()
    }

    /// The TEXT of that column.
    pub(crate) fn text(&self, column: usize) -> Result<&str, Fault> {
        match self.0.get(column) {
            Some(Value::Text(value)) => Ok(value),
            Some(Value::Int(_) | Value::Null) | None => Err(Fault::shape(column, "TEXT")),
        }
    }

    /// The TEXT of that column, if there is one.
    pub(crate) fn maybe_text(&self, column: usize) -> Option<&str> {
        self.text(column).ok()
    }

    /// The TEXT of that column read as something else, such as an identifier.
    pub(crate) fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(
        &self,
        column: usize,
    ) -> Result<T, Fault> {
        self.text(column)?.parse().map_err(|error: T::Err| Fault(format!("column {column}: {error}")))
    }

    /// The JSON of that column.
    pub(crate) fn json<'a, T: serde::Deserialize<'a>>(&'a self, column: usize) -> Result<T, Fault> {
        serde_json::from_str(self.text(column)?).map_err(|error| Fault(format!("column {column}: {error}")))
    }
}

/// What a write that touches no row means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Guard {
    /// Nothing: it may touch any number of rows.
    None,
    /// Someone else changed the order since it was read.
    Version,
    /// The shop's reference is taken.
    Reference,
    /// The idempotency key is taken.
    IdempotencyKey,
    /// The gateway's reference belongs to another payment.
    GatewayReference,
    /// Someone else changed or took the row meanwhile: read again.
    Row,
}

/// One statement of a transaction.
#[derive(Debug, Clone)]
pub(crate) struct Write {
    pub(super) sql: &'static str,
    pub(super) params: Vec<Value>,
    pub(super) guard: Guard,
}

impl Write {
    /// A statement whose parameters `$1`, `$2`… first appear in that order.
    pub(crate) fn new(sql: &'static str, params: Vec<Value>) -> Self {
        debug_assert!(appear_in_order(sql), "parameters out of order in: {sql}");
        Write { sql, params, guard: Guard::None }
    }

    /// The same, but the whole transaction is undone when no row is touched.
    pub(crate) fn guarded(sql: &'static str, params: Vec<Value>, guard: Guard) -> Self {
        Write { guard, ..Write::new(sql, params) }
    }
}

/// SQLite numbers `$n` by first appearance, PostgreSQL by the number: both agree only in order.
pub(super) fn appear_in_order(sql: &str) -> bool {
    let numbers = sql.split('$').skip(1).filter_map(|rest| {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        rest[..digits].parse::<usize>().ok()
    });
    let mut highest = 0;
    for number in numbers {
        if number > highest + 1 {
            return false;
        }
        highest = highest.max(number);
    }
    true
}

/// Our disk or our bug: shown to nobody outside, written in full to the log.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Fault(pub String);

impl Fault {
    fn shape(column: usize, expected: &str) -> Self {
        Fault(format!("column {column} of a stored row is not {expected}"))
    }
}

/// Why a transaction did not happen. Nothing of it is stored.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum CommitError {
    /// A guarded write touched no row.
    #[error("a guarded write found its row changed or taken: {0:?}")]
    Conflict(Guard),
    /// The store is in trouble.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// So much is waiting to be written that this was not taken in.
    #[error("too much is waiting to be written")]
    Overloaded,
}
