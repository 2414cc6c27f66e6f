//! Our two types of value on PostgreSQL's wire, in its binary form.

use std::error::Error;

use bytes::{BufMut as _, BytesMut};
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use super::super::fault::Fault;
use super::super::value::{Value, Values};

type Trouble = Box<dyn Error + Sync + Send>;

/// The type by which a parameter is declared where the server is not asked for it.
pub(super) fn type_of(value: Value<'_>) -> Type {
    match value {
        Value::Int(_) => Type::INT8,
        Value::Text(_) => Type::TEXT,
        Value::Null => Type::UNKNOWN,
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Trouble> {
        match (self, kind) {
            (Value::Null, _) => return Ok(IsNull::Yes),
            (Value::Int(value), &Type::INT8) => out.put_i64(*value),
            (Value::Int(value), &Type::INT4) => out.put_i32(i32::try_from(*value)?),
            (Value::Text(text), &Type::TEXT | &Type::VARCHAR | &Type::UNKNOWN) => out.put_slice(text),
            (value, kind) => return Err(format!("{value:?} cannot be a {kind}").into()),
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// A cell of a row as it came.
struct Cell<'a>(Value<'a>);

impl<'a> FromSql<'a> for Cell<'a> {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Trouble> {
        Ok(Cell(match *kind {
            Type::INT8 => Value::Int(i64::from_be_bytes(raw.try_into()?)),
            Type::INT4 => Value::Int(i32::from_be_bytes(raw.try_into()?).into()),
            Type::BOOL => Value::Int(i64::from(raw != [0])),
            _ => Value::Text(raw),
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Trouble> {
        Ok(Cell(Value::Null))
    }

    fn accepts(kind: &Type) -> bool {
        matches!(
            *kind,
            Type::INT8 | Type::INT4 | Type::BOOL | Type::TEXT | Type::VARCHAR | Type::NAME | Type::UNKNOWN
        )
    }
}

/// A row's columns.
///
/// # Errors
/// One is of a type that nobody writes.
pub(super) fn values(row: &Row) -> Result<Values, Fault> {
    let mut values = Values::with_capacity(row.len());
    for column in 0..row.len() {
        let Cell(value) = row
            .try_get(column)
            .map_err(|error| Fault::new(format!("a stored value is of a type nobody writes: {error}")))?;
        values.add_value(value);
    }
    Ok(values)
}
