//! Listings for people: rows under a header, in columns that are as wide as what stands in them. Text that merchants and
//! customers wrote stands in such rows, so nothing in a cell may move the cursor or turn the line around.

use std::fmt;

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// What stands between two columns.
const GAP: &str = "  ";

/// A column's heading, and on which side its cells stand.
#[derive(Debug, Clone, Copy)]
pub(super) enum Column {
    /// Words: they begin at one line.
    Left(&'static str),
    /// Amounts and counts: they end at one line.
    Right(&'static str),
}

impl Column {
    fn heading(self) -> &'static str {
        match self {
            Column::Left(heading) | Column::Right(heading) => heading,
        }
    }
}

/// Rows of `N` cells under their headings; printed by `say!("{columns}")`, each line but the last with its end.
///
/// ```ignore
/// let mut listing = Columns::new([Left("ORDER"), Right("AMOUNT")]);
/// listing.row([order.id.to_string(), order.money.to_string()]);
/// say!("{listing}");
/// ```
#[derive(Debug)]
pub(super) struct Columns<const N: usize> {
    columns: [Column; N],
    rows: Vec<[String; N]>,
}

impl<const N: usize> Columns<N> {
    /// No rows yet.
    pub(super) fn new(columns: [Column; N]) -> Self {
        Columns { columns, rows: Vec::new() }
    }

    /// One more row. An empty cell shows as `-`, so that whoever cuts a line into words counts the same columns.
    pub(super) fn row(&mut self, cells: [String; N]) {
        self.rows.push(cells.map(|cell| if cell.trim().is_empty() { "-".to_owned() } else { shown(&cell) }));
    }
}

impl<const N: usize> fmt::Display for Columns<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut widths = self.columns.map(|column| column.heading().width());
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.width());
            }
        }
        line(f, &self.columns, &widths, &self.columns.map(Column::heading))?;
        for row in &self.rows {
            f.write_str("\n")?;
            line(f, &self.columns, &widths, &row.each_ref().map(String::as_str))?;
        }
        Ok(())
    }
}

/// One line, without blanks at its end.
fn line(f: &mut fmt::Formatter<'_>, columns: &[Column], widths: &[usize], cells: &[&str]) -> fmt::Result {
    let mut blanks = 0;
    for (at, ((column, width), cell)) in columns.iter().zip(widths).zip(cells).enumerate() {
        let missing = width - cell.width();
        let (before, after) = match column {
            Column::Left(_) => (0, missing),
            Column::Right(_) => (missing, 0),
        };
        let gap = if at == 0 { 0 } else { GAP.len() };
        write!(f, "{:1$}{cell}", "", blanks + gap + before)?;
        blanks = after;
    }
    Ok(())
}

/// The text as it can stand in a line: what would move the cursor, colour the terminal or turn the direction of writing
/// around shows as a question mark in a box.
fn shown(cell: &str) -> String {
    let harmful = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    cell.chars().map(|c| if harmful(c) || c.width().is_none() { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::Column::{Left, Right};
    use super::*;

    #[test]
    fn columns_are_as_wide_as_what_stands_in_them() {
        let mut listing = Columns::new([Left("ORDER"), Right("AMOUNT"), Left("PAYER"), Left("NOTE")]);
        for cells in [
            ["ord_1", "300 XOF", "Amina", "café"],
            ["ord_12", "1250.50 DZD", "", "日本"],
            ["o", "7", "a\u{1b}[2Jb\nc", "\u{202e}gnp.exe"],
        ] {
            listing.row(cells.map(str::to_owned));
        }
        let expected = "\
ORDER        AMOUNT  PAYER     NOTE
ord_1       300 XOF  Amina     café
ord_12  1250.50 DZD  -         日本
o                 7  a\u{fffd}[2Jb\u{fffd}c  \u{fffd}gnp.exe";
        assert_eq!(listing.to_string(), expected);
    }

    #[test]
    fn a_listing_of_nothing_is_its_header() {
        assert_eq!(Columns::new([Left("KEY"), Right("USES")]).to_string(), "KEY  USES");
    }
}
