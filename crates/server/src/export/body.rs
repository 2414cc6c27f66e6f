//! A table as the answer to a request: CSV leaves while it is made, a workbook once it is. It ends when nobody reads it any more.

use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderValue, header};
use http_body_util::channel::{Channel, Sender};
use tracing::Instrument as _;

use crate::repeats;
use crate::store::Fault;

use super::table::{Format, Table};
use super::{csv, xlsx};

/// How many parts of a file wait to be sent.
const PARTS_AHEAD: usize = 2;

/// How much of a workbook is read at once.
const PART_BYTES: usize = 128 * 1024;

/// The answer that is a table as a file of that name, without the end that tells its kind.
///
/// # Errors
/// What comes first cannot be read, or the workbook cannot be made. What fails later breaks the answer off, so that nobody takes half a
/// file for a whole one.
pub(crate) async fn file(table: Table, format: Format, name: &str) -> Result<Response, Fault> {
    let (send, body) = Channel::<Bytes, Fault>::new(PARTS_AHEAD);
    let mut response = Response::new(Body::new(body));
    let headers = response.headers_mut();
    match format {
        Format::Csv => {
            let mut table = table;
            let beginning = csv::beginning(&table)?;
            let first = table.rows.next().await?.unwrap_or_default();
            let first = csv::written(table.language, &first)?;
            tokio::spawn(send_csv(table, vec![beginning, first], send).in_current_span());
        }
        Format::Xlsx => {
            let (file, length) = xlsx::made(table).await?;
            headers.insert(header::CONTENT_LENGTH, length.into());
            tokio::spawn(send_workbook(Arc::new(file), send).in_current_span());
        }
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.content_type()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let disposition = format!("attachment; filename=\"{name}.{}\"", format.extension());
    if let Ok(disposition) = HeaderValue::try_from(disposition) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    Ok(response)
}

async fn send_csv(mut table: Table, first: Vec<Bytes>, mut send: Sender<Bytes, Fault>) {
    for part in first {
        if send.send_data(part).await.is_err() {
            return;
        }
    }
    loop {
        let part = match table.rows.next().await {
            Ok(Some(rows)) => csv::written(table.language, &rows),
            Ok(None) => return,
            Err(fault) => Err(fault),
        };
        match part {
            Ok(part) => {
                if send.send_data(part).await.is_err() {
                    return;
                }
            }
            Err(fault) => return break_off(send, fault),
        }
    }
}

async fn send_workbook(file: Arc<std::fs::File>, mut send: Sender<Bytes, Fault>) {
    loop {
        match xlsx::part(file.clone(), PART_BYTES).await {
            Ok(part) if part.is_empty() => return,
            Ok(part) => {
                if send.send_data(part.into()).await.is_err() {
                    return;
                }
            }
            Err(fault) => return break_off(send, fault),
        }
    }
}

fn break_off(send: Sender<Bytes, Fault>, fault: Fault) {
    repeats::fault("an export broke off", &fault);
    send.abort(fault);
}
