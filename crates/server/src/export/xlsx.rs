//! Workbooks: written row by row to files of the system's that have no name, so that memory does not grow with them and nothing is
//! left behind. Texts are written as texts: no cell is a formula or a link.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::sync::Arc;

use guichet_core::Money;
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use tokio::sync::{Semaphore, mpsc};

use crate::pages::Language;
use crate::store::Fault;

use super::cell::Cell;
use super::table::{Row, Table};

/// How many workbooks are made at the same time on this server; others wait.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// How many rows a sheet holds, which is the format's own limit.
const SHEET_ROWS: u32 = 1_048_576;

/// The longest text of a cell in characters, which is the format's own limit.
const MOST_CHARS: usize = 32_767;

/// How wide columns are, in characters.
const WIDTH: u32 = 18;

/// What the thread that writes a workbook is told.
enum Told {
    /// These rows come next.
    Rows(Vec<Row>),
    /// There are no more. Without it whoever wanted the file has gone.
    End,
}

/// Makes a workbook of a table: an open file without a name, at its beginning, and its length.
///
/// # Errors
/// The rows cannot be read, or there is no room for the file.
pub(super) async fn made(mut table: Table) -> Result<(File, u64), Fault> {
    let turn = AT_ONCE.acquire().await.map_err(|error| Fault::new(error.to_string()))?;
    let (tell, told) = mpsc::channel(2);
    let looks = Looks { language: table.language, title: table.title, columns: table.columns.clone() };
    let writing = tokio::task::spawn_blocking(move || write(&looks, SHEET_ROWS, told));
    while let Some(rows) = table.rows.next().await? {
        if tell.send(Told::Rows(rows)).await.is_err() {
            break;
        }
    }
    let _ = tell.send(Told::End).await;
    let written = writing.await.map_err(|error| Fault::new(format!("a workbook: {error}")))?;
    drop(turn);
    written?.ok_or_else(|| Fault::new("a workbook was left unfinished"))
}

/// A part of an open file; nothing at its end.
pub(super) async fn part(file: Arc<File>, bytes: usize) -> Result<Vec<u8>, Fault> {
    let read = tokio::task::spawn_blocking(move || {
        let mut part = Vec::with_capacity(bytes);
        (&*file).take(u64::try_from(bytes).unwrap_or(u64::MAX)).read_to_end(&mut part).map(|_| part)
    });
    let read = read.await.map_err(|error| Fault::new(error.to_string()))?;
    read.map_err(|error| Fault::new(format!("a workbook: {error}")))
}

/// What a workbook looks like.
struct Looks {
    language: Language,
    title: &'static str,
    columns: Vec<&'static str>,
}

/// Writes the rows that are told; `None` where nobody wants them any more.
fn write(
    looks: &Looks,
    sheet_rows: u32,
    mut told: mpsc::Receiver<Told>,
) -> Result<Option<(File, u64)>, Fault> {
    let failed = |error: XlsxError| Fault::new(format!("a workbook: {error}"));
    let mut workbook = Workbook::new();
    let (mut sheets, mut next) = (0, sheet_rows);
    loop {
        let rows = match told.blocking_recv() {
            Some(Told::Rows(rows)) => rows,
            Some(Told::End) => break,
            None => return Ok(None),
        };
        for row in &rows {
            if next >= sheet_rows {
                sheets += 1;
                begin(&mut workbook, looks, sheets).map_err(failed)?;
                next = 1;
            }
            let sheet = workbook.worksheet_from_index(sheets - 1).map_err(failed)?;
            put_row(sheet, next, row).map_err(failed)?;
            next += 1;
        }
    }
    if sheets == 0 {
        begin(&mut workbook, looks, 1).map_err(failed)?;
    }
    let unsaved = |error: std::io::Error| Fault::new(format!("a workbook: {error}"));
    let mut file = tempfile::tempfile().map_err(unsaved)?;
    workbook.save_to_writer(&mut file).map_err(failed)?;
    let length = file.stream_position().map_err(unsaved)?;
    file.seek(SeekFrom::Start(0)).map_err(unsaved)?;
    Ok(Some((file, length)))
}

/// The next sheet, with the names of its columns in a line that stays.
fn begin(workbook: &mut Workbook, looks: &Looks, number: usize) -> Result<(), XlsxError> {
    let sheet = workbook.add_worksheet_with_constant_memory()?;
    match number {
        1 => sheet.set_name(looks.title)?,
        _ => sheet.set_name(format!("{} {number}", looks.title))?,
    };
    sheet.set_right_to_left(looks.language == Language::Ar);
    sheet.set_freeze_panes(1, 0)?;
    let bold = Format::new().set_bold();
    for (column, name) in (0_u16..).zip(&looks.columns) {
        sheet.set_column_width(column, WIDTH)?;
        sheet.write_string_with_format(0, column, *name, &bold)?;
    }
    Ok(())
}

fn put_row(sheet: &mut Worksheet, row: u32, cells: &Row) -> Result<(), XlsxError> {
    for (column, cell) in (0_u16..).zip(cells) {
        match cell {
            Cell::Empty => {}
            Cell::Text(text) if text.chars().count() > MOST_CHARS => {
                sheet.write_string(row, column, text.chars().take(MOST_CHARS).collect::<String>())?;
            }
            Cell::Text(text) => {
                sheet.write_string(row, column, text)?;
            }
            Cell::Whole(number) => {
                sheet.write(row, column, *number)?;
            }
            Cell::Decimal(money) => put_money(sheet, row, column, *money)?,
        }
    }
    Ok(())
}

/// Writes money as a number with the decimals of its currency. The format has no other numbers than those of spreadsheets: the digits
/// are handed over as they are, and nothing is reckoned with them here.
fn put_money(sheet: &mut Worksheet, row: u32, column: u16, money: Money) -> Result<(), XlsxError> {
    let digits = money.decimal();
    let shown = match money.currency.exponent() {
        0 => "#,##0",
        2 => "#,##0.00",
        _ => "#,##0.000",
    };
    let format = Format::new().set_num_format(shown);
    let number = serde_json::from_str::<serde_json::Number>(&digits).ok().and_then(|number| number.as_f64());
    match number {
        Some(number) => sheet.write_number_with_format(row, column, number, &format)?,
        None => sheet.write_string(row, column, digits)?,
    };
    Ok(())
}

#[cfg(test)]
mod tests {
    use guichet_core::Currency;

    use super::*;

    /// Writes rows into sheets of so many, and reads the parts of the workbook that have these names.
    fn parts(rows: Vec<Row>, sheet_rows: u32, names: &[&str]) -> Vec<String> {
        let looks = Looks { language: Language::Fr, title: "Commandes", columns: vec!["Client", "Montant"] };
        let (tell, told) = mpsc::channel(2);
        tell.blocking_send(Told::Rows(rows)).expect("sent");
        tell.blocking_send(Told::End).expect("sent");
        let (mut file, length) = write(&looks, sheet_rows, told).expect("written").expect("wanted");
        let mut bytes = Vec::new();
        assert_eq!(file.read_to_end(&mut bytes).expect("read"), usize::try_from(length).expect("a length"));
        names.iter().map(|name| unzipped(&bytes, name)).collect()
    }

    /// A part of a zip file, by its name; its local header says how it is packed and where it begins.
    fn unzipped(bytes: &[u8], name: &str) -> String {
        let found = |at: &usize| {
            bytes[*at..].starts_with(b"PK\x03\x04") && bytes[at + 30..].starts_with(name.as_bytes())
        };
        let at = (0..bytes.len() - 30 - name.len()).find(found).expect("a part of that name");
        let extra = usize::from(u16::from_le_bytes([bytes[at + 28], bytes[at + 29]]));
        let mut text = String::new();
        let packed = &bytes[at + 30 + name.len() + extra..];
        flate2::read::DeflateDecoder::new(packed).read_to_string(&mut text).expect("text");
        text
    }

    #[test]
    fn a_text_is_no_formula_and_no_link() {
        let rows = vec![vec![
            Cell::Text("=HYPERLINK(\"https://thief.example\",\"x\")".to_owned()),
            Cell::Decimal(Money::new(-250_050, Currency::DZD)),
        ]];
        let sheet = &parts(rows, SHEET_ROWS, &["xl/worksheets/sheet1.xml"])[0];
        assert!(sheet.contains("=HYPERLINK("), "{sheet}");
        assert!(sheet.contains("t=\"inlineStr\"") && !sheet.contains("<f>"), "{sheet}");
        assert!(!sheet.contains("<hyperlink"), "{sheet}");
        assert!(sheet.contains("<v>-2500.5</v>"), "{sheet}");
    }

    #[test]
    fn what_a_sheet_does_not_hold_goes_on_in_the_next() {
        let rows = (0..5).map(|number| vec![Cell::Whole(number)]).collect();
        let names = ["xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/worksheets/sheet3.xml"];
        let sheets = parts(rows, 3, &names);
        for (sheet, held) in sheets.iter().zip([&[0, 1][..], &[2, 3], &[4]]) {
            assert!(sheet.contains("Client"), "{sheet}");
            for number in 0..5 {
                let is_there = sheet.contains(&format!("<v>{number}</v>"));
                assert_eq!(is_there, held.contains(&number), "{number} in {sheet}");
            }
        }
    }

    #[test]
    fn an_empty_table_has_its_columns() {
        let sheet = &parts(Vec::new(), SHEET_ROWS, &["xl/worksheets/sheet1.xml"])[0];
        assert!(sheet.contains("Client") && sheet.contains("Montant"), "{sheet}");
    }

    #[test]
    fn nothing_is_made_for_nobody() {
        let looks = Looks { language: Language::Fr, title: "Commandes", columns: vec!["Client"] };
        let (tell, told) = mpsc::channel(1);
        drop(tell);
        assert!(write(&looks, SHEET_ROWS, told).expect("no trouble").is_none());
    }
}
