//! The closed dialect both engines speak: two types of value, and rows of them. Nothing outside the drivers
//! knows which engine is below.

use std::fmt::Display;
use std::io::Write as _;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::fault::Fault;
use crate::store::packed::pack;

/// A value of a column: BIGINT, TEXT (UTF-8) or NULL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Value<'a> {
    Int(i64),
    Text(&'a [u8]),
    Null,
}

/// The parameters of a statement, or the columns of a row. In one piece, because a decision has a hundred of
/// them and goes from one thread to another: the texts stand one behind the other.
#[derive(Debug, Clone, Default)]
pub struct Values {
    cells: Vec<Cell>,
    texts: Vec<u8>,
    /// What is still to be packed.
    unpacked: Vec<Unpacked>,
}

/// A text among values that is to be stored packed, beside what is known and with so many spaces behind it.
#[derive(Debug, Clone)]
struct Unpacked {
    cell: usize,
    known: String,
    spaces: usize,
}

#[derive(Debug, Clone, Copy)]
enum Cell {
    Int(i64),
    /// From one byte of the texts to before another one.
    Text(usize, usize),
    Null,
}

/// How long a text is on average, roughly.
const TEXT_BYTES: usize = 48;

impl Values {
    /// Room for so many.
    pub fn with_capacity(count: usize) -> Self {
        let texts = Vec::with_capacity(count * TEXT_BYTES);
        Values { cells: Vec::with_capacity(count), texts, unpacked: Vec::new() }
    }

    /// One more.
    pub fn add(&mut self, value: impl Param) {
        value.add_to(self);
    }

    /// One more, from an engine.
    pub(super) fn add_value(&mut self, value: Value<'_>) {
        match value {
            Value::Int(value) => self.cells.push(Cell::Int(value)),
            Value::Text(text) => self.add_text(|texts| texts.extend_from_slice(text)),
            Value::Null => self.cells.push(Cell::Null),
        }
    }

    fn add_text(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        let from = self.texts.len();
        write(&mut self.texts);
        self.cells.push(Cell::Text(from, self.texts.len()));
    }

    /// Packs what is to be stored packed. The thread that writes does it, while the one that answers requests goes on.
    pub(super) fn pack(&mut self) {
        for Unpacked { cell, known, spaces } in std::mem::take(&mut self.unpacked) {
            let packed = self.maybe_text(cell).map(|text| pack(text, &known));
            if let Some(packed) = packed {
                let from = self.texts.len();
                self.texts.extend_from_slice(packed.as_bytes());
                self.texts.resize(self.texts.len() + spaces, b' ');
                self.cells[cell] = Cell::Text(from, self.texts.len());
            }
        }
    }

    /// All of them in turn, for an engine.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = Value<'_>> {
        debug_assert!(self.unpacked.is_empty(), "what is to be stored packed is not packed");
        self.cells.iter().map(|cell| self.value(*cell))
    }

    /// How many there are.
    pub(in crate::store) fn len(&self) -> usize {
        self.cells.len()
    }

    /// Those columns of a row, in that order.
    pub(in crate::store) fn pick(&self, columns: &[usize]) -> Self {
        let mut picked = Values::with_capacity(columns.len());
        columns.iter().filter_map(|column| self.at(*column)).for_each(|value| picked.add_value(value));
        picked
    }

    /// The columns of several rows, one row behind the other.
    pub(in crate::store) fn joined(rows: &[Values]) -> Self {
        let mut joined = Values {
            cells: Vec::with_capacity(rows.iter().map(|row| row.cells.len()).sum()),
            texts: Vec::with_capacity(rows.iter().map(|row| row.texts.len()).sum()),
            unpacked: Vec::new(),
        };
        rows.iter().flat_map(Values::iter).for_each(|value| joined.add_value(value));
        joined
    }

    /// All of them as a text that is the same wherever they are stored, and another for others.
    pub(in crate::store) fn canonical(&self, out: &mut Vec<u8>) {
        for value in self.iter() {
            match value {
                Value::Int(value) => drop(write!(out, "i{value};")),
                Value::Text(text) => {
                    drop(write!(out, "t{}:", text.len()));
                    out.extend_from_slice(text);
                }
                Value::Null => out.push(b'n'),
            }
        }
    }

    /// All of them as a JSON array.
    pub(in crate::store) fn to_json(&self) -> String {
        let json = |value: Value<'_>| match value {
            Value::Int(value) => value.into(),
            Value::Text(text) => String::from_utf8_lossy(text).into_owned().into(),
            Value::Null => serde_json::Value::Null,
        };
        serde_json::Value::Array(self.iter().map(json).collect()).to_string()
    }

    /// What [`Values::to_json`] made.
    pub(in crate::store) fn from_json(text: &str) -> Result<Self, Fault> {
        let broken = || Fault::new(format!("“{text}” is no key of a row"));
        let array: Vec<serde_json::Value> = serde_json::from_str(text).map_err(|_| broken())?;
        let mut values = Values::with_capacity(array.len());
        for value in &array {
            match (value.as_i64(), value.as_str()) {
                (Some(value), _) => values.add(value),
                (None, Some(text)) => values.add(text),
                (None, None) => return Err(broken()),
            }
        }
        Ok(values)
    }

    fn value(&self, cell: Cell) -> Value<'_> {
        match cell {
            Cell::Int(value) => Value::Int(value),
            Cell::Text(from, to) => Value::Text(&self.texts[from..to]),
            Cell::Null => Value::Null,
        }
    }

    fn at(&self, column: usize) -> Option<Value<'_>> {
        self.cells.get(column).map(|cell| self.value(*cell))
    }

    /// The BIGINT of that column.
    pub fn int(&self, column: usize) -> Result<i64, Fault> {
        self.maybe_int(column).ok_or_else(|| Fault::shape(column, "BIGINT"))
    }

    /// The BIGINT of that column, if there is one.
    pub fn maybe_int(&self, column: usize) -> Option<i64> {
        match self.at(column)? {
            Value::Int(value) => Some(value),
            Value::Text(_) | Value::Null => None,
        }
    }

    /// The TEXT of that column.
    pub fn text(&self, column: usize) -> Result<&str, Fault> {
        self.maybe_text(column).ok_or_else(|| Fault::shape(column, "TEXT"))
    }

    /// The TEXT of that column, if there is one.
    pub fn maybe_text(&self, column: usize) -> Option<&str> {
        match self.at(column)? {
            Value::Text(text) => std::str::from_utf8(text).ok(),
            Value::Int(_) | Value::Null => None,
        }
    }

    /// The TEXT of that column read as something else, such as an identifier.
    pub fn parsed<T: FromStr<Err: Display>>(&self, column: usize) -> Result<T, Fault> {
        self.text(column)?.parse().map_err(|error: T::Err| Fault::new(format!("column {column}: {error}")))
    }

    /// The JSON of that column.
    pub fn json<'a, T: Deserialize<'a>>(&'a self, column: usize) -> Result<T, Fault> {
        serde_json::from_str(self.text(column)?)
            .map_err(|error| Fault::new(format!("column {column}: {error}")))
    }
}

/// What can be the parameter of a statement.
pub trait Param {
    /// Adds it to others.
    fn add_to(self, values: &mut Values);
}

impl Param for i64 {
    fn add_to(self, values: &mut Values) {
        values.cells.push(Cell::Int(self));
    }
}

impl Param for bool {
    fn add_to(self, values: &mut Values) {
        i64::from(self).add_to(values);
    }
}

impl Param for &str {
    fn add_to(self, values: &mut Values) {
        values.add_value(Value::Text(self.as_bytes()));
    }
}

impl Param for &String {
    fn add_to(self, values: &mut Values) {
        self.as_str().add_to(values);
    }
}

impl Param for String {
    fn add_to(self, values: &mut Values) {
        self.as_str().add_to(values);
    }
}

impl<T: Param> Param for Option<T> {
    fn add_to(self, values: &mut Values) {
        match self {
            Some(value) => value.add_to(values),
            None => values.cells.push(Cell::Null),
        }
    }
}

/// A parameter that is a text when it is shown.
pub(crate) struct Shown<T>(pub T);

impl<T: Display> Param for Shown<T> {
    fn add_to(self, values: &mut Values) {
        // Writing to memory does not fail.
        values.add_text(|texts| drop(write!(texts, "{}", self.0)));
    }
}

/// A parameter that is a value of ours as JSON, with so many spaces behind it.
pub(crate) struct Json<'a, T>(pub &'a T, pub usize);

impl<T: Serialize> Param for Json<'_, T> {
    fn add_to(self, values: &mut Values) {
        values.add_text(|texts| {
            write_json(texts, self.0);
            texts.resize(texts.len() + self.1, b' ');
        });
    }
}

/// A parameter that is a text, stored packed beside what is known of its row, with so many spaces behind it.
pub(crate) struct Packed<T> {
    /// The text.
    pub text: T,
    /// What whoever reads the row has of it.
    pub known: String,
    /// How many spaces are kept free.
    pub spaces: usize,
}

impl<T: Param> Param for Packed<T> {
    fn add_to(self, values: &mut Values) {
        values.unpacked.push(Unpacked { cell: values.cells.len(), known: self.known, spaces: self.spaces });
        values.add(self.text);
    }
}

macro_rules! id_params {
    ($($id:ident)*) => {$(
        impl Param for guichet_core::$id {
            fn add_to(self, values: &mut Values) {
                Shown(self).add_to(values);
            }
        }
    )*};
}

id_params!(MerchantId KeyId AccountId CredentialId EndpointId CustomerId LoginId OrderId PaymentId EventId DeliveryId RefundId UnmatchedId PaymentLinkId OperatorId SessionId Subject);

/// Builds the parameters of a statement: `params![shard, id, text]`.
macro_rules! params {
    () => { $crate::store::engine::value::Values::default() };
    ($($value:expr),* $(,)?) => {{
        let count = <[&str]>::len(&[$(stringify!($value)),*]);
        let mut values = $crate::store::engine::value::Values::with_capacity(count);
        $(values.add($value);)*
        values
    }};
}
pub(crate) use params;

/// A value of ours as JSON; `capacity` is how many bytes that will be, roughly, so that the text need not grow.
pub fn json_text(value: &impl Serialize, capacity: usize) -> String {
    let mut bytes = Vec::with_capacity(capacity);
    write_json(&mut bytes, value);
    String::from_utf8(bytes).unwrap_or_default()
}

fn write_json(bytes: &mut Vec<u8>, value: &impl Serialize) {
    // Our own types always serialize: plain enums, strings and integers.
    let _ = serde_json::to_writer(bytes, value);
}

impl Fault {
    fn shape(column: usize, expected: &str) -> Self {
        Fault::new(format!("column {column} of a stored row is not {expected}"))
    }
}

#[cfg(test)]
mod tests {
    use guichet_core::OrderId;

    use super::*;

    #[test]
    fn what_is_stored_packed_is_packed_in_its_place() {
        let text = r#"{"status":"pending","status":"pending"}"#;
        let mut values = params![
            Packed { text, known: String::new(), spaces: 0 },
            7,
            Packed { text: Json(&["known", "known"], 0), known: "known".to_owned(), spaces: 3 },
        ];
        values.pack();
        let expected = [pack(text, ""), format!("{}   ", pack(r#"["known","known"]"#, "known"))];
        assert_eq!([values.text(0).ok(), values.text(2).ok()], expected.each_ref().map(|text| Some(&**text)));
        assert_eq!((values.int(1).ok(), values.len()), (Some(7), 3));
    }

    #[test]
    fn values_come_back_as_they_were() {
        let id = OrderId::new(1_770_000_000_000, [7; 10]);
        let long = "é".repeat(300);
        let none: Option<i64> = None;
        let values = params![1, true, "é", String::new(), &long, none, Some("x"), id, Json(&[1, 2], 3)];
        assert_eq!((values.int(0).ok(), values.int(1).ok(), values.maybe_int(5)), (Some(1), Some(1), None));
        let texts: Vec<_> = (2..=8).map(|column| values.maybe_text(column)).collect();
        let id_text = id.to_string();
        assert_eq!(
            texts,
            [Some("é"), Some(""), Some(&*long), None, Some("x"), Some(&*id_text), Some("[1,2]   ")]
        );
        assert_eq!(values.parsed::<OrderId>(7).ok(), Some(id));
        assert_eq!(values.json::<Vec<i64>>(8).ok(), Some(vec![1, 2]));
        for wrong in [values.text(0), values.text(5), values.text(9)] {
            assert!(wrong.is_err_and(|fault| fault.to_string().ends_with("is not TEXT")));
        }
        let again: Vec<_> = values.iter().collect();
        assert_eq!((again.len(), again[1], again[6]), (9, Value::Int(1), Value::Text(b"x")));
    }
}
