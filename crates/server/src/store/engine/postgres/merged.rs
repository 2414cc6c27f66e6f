//! Equal statements of a batch as one: `… VALUES ($1, $2)` for each of many rows becomes one `… SELECT … FROM unnest(…)` over
//! all of them, an array for each parameter. A statement sent once for sixty rows costs the server a sixth of sixty.

use std::error::Error;

use bytes::{BufMut as _, BytesMut};
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use super::super::value::Value;

type Trouble = Box<dyn Error + Sync + Send>;

/// The text of a statement over many rows whose single form is `sql` and has parameters of these types; `None` when it
/// has none that does the same.
pub fn over_many_rows(sql: &str, kinds: &[Type]) -> Option<String> {
    if kinds.is_empty() {
        return None;
    }
    let arrays: Option<Vec<String>> = (1..).zip(kinds).map(|(number, kind)| array(number, kind)).collect();
    let columns: Vec<String> = (1..=kinds.len()).map(|number| format!("p{number}")).collect();
    let rows = format!("FROM unnest({}) AS v({})", arrays?.join(", "), columns.join(", "));
    if sql.starts_with("INSERT INTO ") { insert(sql, &rows) } else { update(sql, &rows) }
}

fn array(number: usize, kind: &Type) -> Option<String> {
    let name = match *kind {
        Type::INT8 => "int8",
        Type::TEXT => "text",
        _ => return None,
    };
    Some(format!("${number}::{name}[]"))
}

/// `INSERT INTO t (…) VALUES (…)`, with nothing behind it that reads a parameter.
fn insert(sql: &str, rows: &str) -> Option<String> {
    let (head, tail) = sql.split_once(" VALUES (")?;
    let (values, end) = tail.split_once(')')?;
    if values.contains('(') || end.contains('$') {
        return None;
    }
    match end.split_once(DO_UPDATE) {
        None => Some(format!("{head} SELECT {} {rows}{end}", of_rows(values))),
        Some((_, terms)) => sums(head, values, terms, rows).map(|sums| format!("{sums}{end}")),
    }
}

/// What is done where the row is there already.
const DO_UPDATE: &str = " DO UPDATE SET ";

/// Whether a statement only adds to what stands in a row. Over many rows it adds once for each row, however many add to it: it
/// may touch fewer rows than it is given.
pub(super) fn adds(sql: &str) -> bool {
    let parts = sql.split_once(DO_UPDATE).zip(sql.split_once(" VALUES ("));
    parts.is_some_and(|((_, terms), (head, _))| summed(head, terms).is_some())
}

/// The columns that are added to, where a statement does nothing else.
fn summed<'a>(head: &str, terms: &'a str) -> Option<Vec<&'a str>> {
    let (table, _) = head.strip_prefix("INSERT INTO ")?.split_once(" (")?;
    let sums = terms.split(", ").map(|term| {
        let (column, sum) = term.trim().split_once(" = ")?;
        (sum == format!("{table}.{column} + excluded.{column}")).then_some(column)
    });
    sums.collect()
}

/// `INSERT INTO t (…) VALUES (…) ON CONFLICT (…) DO UPDATE SET a = t.a + excluded.a, …`: what is added to one row is added up
/// before, because no row can be touched twice. The rows are touched in their order, so that nodes that add to the same ones
/// wait for each other and not in a circle.
fn sums(head: &str, values: &str, terms: &str, rows: &str) -> Option<String> {
    let columns = head.split_once(" (")?.1.strip_suffix(')')?.split(", ");
    let (summed, mut selected, mut kept) = (summed(head, terms)?, Vec::new(), Vec::new());
    for (column, value) in columns.zip(values.split(", ")) {
        let value = of_rows(value);
        if summed.contains(&column) {
            selected.push(format!("CAST(SUM({value}) AS BIGINT)"));
        } else {
            selected.push(value.clone());
            kept.push(value);
        }
    }
    let (selected, kept) = (selected.join(", "), kept.join(", "));
    Some(format!("{head} SELECT {selected} {rows} GROUP BY {kept} ORDER BY {kept}"))
}

/// `UPDATE t SET … WHERE …`, over no other table.
fn update(sql: &str, rows: &str) -> Option<String> {
    let (head, condition) = sql.split_once(" WHERE ")?;
    let is_plain = head.starts_with("UPDATE ") && !sql.contains(" FROM ") && !sql.contains("SELECT");
    is_plain.then(|| format!("{} {rows} WHERE {}", of_rows(head), of_rows(condition)))
}

/// The same with a column of the rows for each parameter.
fn of_rows(text: &str) -> String {
    text.replace('$', "v.p")
}

/// A parameter of a statement over many rows: one cell of each.
#[derive(Debug)]
pub(super) struct Column<'a>(pub(super) Vec<Value<'a>>);

impl ToSql for Column<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Trouble> {
        let element = match *kind {
            Type::INT8_ARRAY => Type::INT8,
            Type::TEXT_ARRAY => Type::TEXT,
            _ => return Err(format!("a column cannot be a {kind}").into()),
        };
        let (dimensions, first) = (1, 1);
        out.put_i32(dimensions);
        out.put_i32(i32::from(self.0.contains(&Value::Null)));
        out.put_u32(element.oid());
        out.put_i32(i32::try_from(self.0.len())?);
        out.put_i32(first);
        for value in &self.0 {
            let at = out.len();
            out.put_i32(-1);
            if let IsNull::No = value.to_sql(&element, out)? {
                let length = i32::try_from(out.len() - at - 4)?;
                out[at..at + 4].copy_from_slice(&length.to_be_bytes());
            }
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_statements_become_one_over_many_rows() {
        let kinds = [Type::INT8, Type::TEXT];
        for (single, many) in [
            (
                "INSERT INTO t (a, b, c) VALUES ($1, $2, 0) ON CONFLICT DO NOTHING",
                "INSERT INTO t (a, b, c) SELECT v.p1, v.p2, 0 FROM unnest($1::int8[], $2::text[]) AS v(p1, p2) \
                 ON CONFLICT DO NOTHING",
            ),
            (
                "INSERT INTO t (b, a) VALUES ($2, $1) ON CONFLICT (b) DO UPDATE SET a = t.a + excluded.a",
                "INSERT INTO t (b, a) SELECT v.p2, CAST(SUM(v.p1) AS BIGINT) FROM unnest($1::int8[], $2::text[]) AS v(p1, p2) \
                 GROUP BY v.p2 ORDER BY v.p2 ON CONFLICT (b) DO UPDATE SET a = t.a + excluded.a",
            ),
            (
                "UPDATE t SET a = $1 WHERE b = $2 AND a < $1",
                "UPDATE t SET a = v.p1 FROM unnest($1::int8[], $2::text[]) AS v(p1, p2) WHERE b = v.p2 AND a < v.p1",
            ),
        ] {
            assert_eq!(over_many_rows(single, &kinds).as_deref(), Some(many));
            assert_eq!(adds(single), many.contains("SUM("), "{single}");
        }
        for single in [
            "INSERT INTO t (a, b) VALUES ($1, $2) ON CONFLICT (a) DO UPDATE SET b = $2",
            "INSERT INTO t (a, b) VALUES ($1, $2) ON CONFLICT (a) DO UPDATE SET b = excluded.b",
            "INSERT INTO t (a, b) VALUES ($1, $2) ON CONFLICT (a) DO UPDATE SET b = t.b + excluded.a",
            "INSERT INTO t (a, b) SELECT $1, $2 WHERE NOT EXISTS (SELECT 1 FROM t)",
            "UPDATE t SET a = $1 WHERE b IN (SELECT b FROM u WHERE c = $2)",
            "DELETE FROM t WHERE a = $1 AND b = $2",
        ] {
            assert_eq!(over_many_rows(single, &kinds), None, "{single}");
            assert!(!adds(single), "{single}");
        }
        assert_eq!(over_many_rows("UPDATE t SET a = $1 WHERE b = $2", &[Type::INT8, Type::BOOL]), None);
        assert_eq!(over_many_rows("UPDATE t SET a = a + 1 WHERE b = 'x'", &[]), None);
    }
}
