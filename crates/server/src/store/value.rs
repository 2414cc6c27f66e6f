//! The closed dialect both engines speak: two types of value, rows of them, and writes that say
//! what they expect. Nothing outside the drivers knows which engine is below.

use std::fmt::{self, Write as _};

/// A value of a column: BIGINT, TEXT or NULL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// BIGINT.
    Int(i64),
    /// TEXT.
    Text(String),
    /// TEXT that is kept in place, as identifiers and words are: most of what a decision writes.
    Short(Short),
    /// NULL.
    Null,
}

/// How long a text is at the most that is kept in place.
const SHORT_BYTES: usize = 38;

/// A text of up to [`SHORT_BYTES`] bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Short {
    bytes: [u8; SHORT_BYTES],
    length: u8,
}

impl Short {
    fn of(text: &str) -> Option<Self> {
        let mut short = Short { bytes: [0; SHORT_BYTES], length: 0 };
        short.write_str(text).ok().map(|()| short)
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..usize::from(self.length)]).unwrap_or_default()
    }
}

impl fmt::Write for Short {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let length = usize::from(self.length);
        let end = length + text.len();
        self.bytes.get_mut(length..end).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.length = u8::try_from(end).map_err(|_| fmt::Error)?;
        Ok(())
    }
}

impl Value {
    /// The text, if it is one.
    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            Value::Short(short) => Some(short.as_str()),
            Value::Int(_) | Value::Null => None,
        }
    }
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
        Short::of(value).map_or_else(|| Value::Text(value.to_owned()), Value::Short)
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
                let mut short = Short { bytes: [0; SHORT_BYTES], length: 0 };
                match write!(short, "{id}") {
                    Ok(()) => Value::Short(short),
                    Err(fmt::Error) => Value::Text(id.to_string()),
                }
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

/// A value of ours as JSON; `room` is how many bytes that will be, roughly, so that the text need not grow.
pub(crate) fn json_text(value: &impl serde::Serialize, room: usize) -> String {
    let mut bytes = Vec::with_capacity(room);
    // Our own types always serialize: plain enums, strings and integers.
    let _ = serde_json::to_writer(&mut bytes, value);
    String::from_utf8(bytes).unwrap_or_default()
}

/// A row that came back.
#[derive(Debug)]
pub(crate) struct Row(pub(crate) Vec<Value>);

impl Row {
    /// The BIGINT of that column.
    pub(crate) fn int(&self, column: usize) -> Result<i64, Fault> {
        match self.0.get(column) {
            Some(Value::Int(value)) => Ok(*value),
            Some(Value::Text(_) | Value::Short(_) | Value::Null) | None => {
                Err(Fault::shape(column, "BIGINT"))
            }
        }
    }

    /// The BIGINT of that column, if there is one.
    pub(crate) fn maybe_int(&self, column: usize) -> Option<i64> {
        self.int(column).ok()
    }

    /// The TEXT of that column.
    pub(crate) fn text(&self, column: usize) -> Result<&str, Fault> {
        self.0.get(column).and_then(Value::as_text).ok_or_else(|| Fault::shape(column, "TEXT"))
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

#[cfg(test)]
mod tests {
    use guichet_core::OrderId;

    use super::*;

    #[test]
    fn texts_come_back_as_they_were() {
        let long = "é".repeat(SHORT_BYTES);
        for text in ["", "test", "é", &long[..SHORT_BYTES], &long[..SHORT_BYTES + 2], &long] {
            let value = Value::from(text);
            assert_eq!(value.as_text(), Some(text));
            assert_eq!(matches!(value, Value::Short(_)), text.len() <= SHORT_BYTES, "{text}");
            assert_eq!(Value::from(text.to_owned()).as_text(), Some(text));
        }
        let id = OrderId::new(1_770_000_000_000, [7; 10]);
        let value = Value::from(id);
        assert!(matches!(value, Value::Short(_)));
        assert_eq!(Row(vec![Value::Null, value]).parsed::<OrderId>(1).ok(), Some(id));
        assert_eq!((Value::Null.as_text(), Value::Int(1).as_text()), (None, None));
    }
}
