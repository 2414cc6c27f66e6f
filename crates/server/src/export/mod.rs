//! Lists taken out of the server as files: CSV and XLSX, of as many rows as there are, in memory that does not grow with them. What
//! people typed never becomes a formula in them.

mod body;
mod book;
mod cell;
mod csv;
mod orders;
mod table;
mod texts;
mod xlsx;

pub(crate) use body::file;
pub(crate) use book::of_book;
pub(crate) use orders::of_orders;
pub(crate) use table::Format;
