//! CSV as the spreadsheets of a reader's country open it by a double click: UTF-8 with its mark, and the separator and the decimal sign
//! that they expect.

use bytes::Bytes;
use csv::{Terminator, WriterBuilder};

use crate::pages::Language;
use crate::store::Fault;

use super::cell::Cell;
use super::table::{Row, Table};

/// The mark by which spreadsheets know UTF-8.
const MARK: &str = "\u{feff}";

/// The beginning of a file: the mark, and the names of the columns.
pub(super) fn beginning(table: &Table) -> Result<Bytes, Fault> {
    let names: Row = table.columns.iter().map(|name| Cell::Text((*name).to_owned())).collect();
    let names = written(table.language, &[names])?;
    Ok([MARK.as_bytes(), &names].concat().into())
}

/// Some rows.
pub(super) fn written(language: Language, rows: &[Row]) -> Result<Bytes, Fault> {
    let separator = match language {
        Language::Fr | Language::Ar => b';',
        Language::En => b',',
    };
    let mut writer =
        WriterBuilder::new().delimiter(separator).terminator(Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        let fields = row.iter().map(|cell| cell.in_csv(language));
        for field in fields {
            writer.write_field(field.as_bytes()).map_err(unwritten)?;
        }
        writer.write_record(None::<&[u8]>).map_err(unwritten)?;
    }
    writer.into_inner().map(Bytes::from).map_err(|error| Fault::new(format!("a CSV file: {error}")))
}

fn unwritten(error: csv::Error) -> Fault {
    Fault::new(format!("a CSV file: {error}"))
}

#[cfg(test)]
mod tests {
    use guichet_core::{Currency, Money};

    use super::*;
    use crate::export::table::Rows;

    #[test]
    fn a_file_is_what_the_readers_spreadsheet_expects() {
        let row = vec![
            Cell::Text("Café; \"du port\"".to_owned()),
            Cell::Text("=1+1".to_owned()),
            Cell::Decimal(Money::new(-250_050, Currency::DZD)),
            Cell::Empty,
        ];
        for (language, expected) in [
            (Language::Fr, "\"Café; \"\"du port\"\"\";'=1+1;-2500,50;\r\n"),
            (Language::Ar, "\"Café; \"\"du port\"\"\";'=1+1;-2500,50;\r\n"),
            (Language::En, "\"Café; \"\"du port\"\"\",'=1+1,-2500.50,\r\n"),
        ] {
            let text = written(language, std::slice::from_ref(&row)).expect("written");
            assert_eq!(String::from_utf8_lossy(&text), expected);
        }
        let columns = vec!["Référence", "Montant"];
        let table = Table { language: Language::Fr, title: "", columns, rows: Rows::Ready(None) };
        let text = beginning(&table).expect("written");
        assert_eq!(String::from_utf8_lossy(&text), "\u{feff}Référence;Montant\r\n");
    }
}
