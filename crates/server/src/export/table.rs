//! A table as it is taken out, whatever kind of file it goes into.

use crate::pages::Language;
use crate::store::Fault;

use super::cell::Cell;
use super::orders::OrderPages;

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// Comma-separated values, which begin to arrive at once.
    Csv,
    /// A workbook, which is made before it leaves.
    Xlsx,
}

impl Format {
    /// The end of such a file's name.
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Xlsx => "xlsx",
        }
    }

    /// What it is to a browser.
    pub(super) fn content_type(self) -> &'static str {
        match self {
            Format::Csv => "text/csv; charset=utf-8",
            Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// A row of a table.
pub(super) type Row = Vec<Cell>;

/// A list that is taken out: what its columns are called, and where its rows come from.
pub(crate) struct Table {
    /// The language of its reader.
    pub(super) language: Language,
    /// What it is called.
    pub(super) title: &'static str,
    /// What its columns are called.
    pub(super) columns: Vec<&'static str>,
    /// The rows.
    pub(super) rows: Rows,
}

/// Where rows come from, some at a time.
pub(super) enum Rows {
    /// They are there.
    Ready(Option<Vec<Row>>),
    /// They are made of orders, which are read page by page.
    Orders(Box<OrderPages>),
}

impl Rows {
    /// The next rows; `None` once there are no more.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<Row>>, Fault> {
        match self {
            Rows::Ready(rows) => Ok(rows.take()),
            Rows::Orders(pages) => pages.next().await,
        }
    }
}
