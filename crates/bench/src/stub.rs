//! The gateway that the server calls: answers createLink and checkPayment in the vendor's shapes
//! and remembers nothing, so that it costs as little as a gateway can. A reference carries its own
//! number and amount; every payment is confirmed.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};

use guichet_gateways::ocpay::wire::{
    CheckedPayment, CreateLinkRequest, CreatedLink, FeeMode, Meta, PaymentLink, Reply, TransactionDetails,
};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde::Serialize;
use tokio::net::TcpListener;

use crate::child::end_with_parent;

/// How the numbers in a reference are written.
const DIGITS: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

const TIME: &str = "2026-01-15T10:30:00Z";

static LINKS: AtomicU64 = AtomicU64::new(0);

/// Serves until the parent is gone.
pub(crate) fn serve(listen: SocketAddr) -> anyhow::Result<ExitCode> {
    end_with_parent();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(listen).await?;
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            // A connection that breaks concerns nobody but its caller, who counts it.
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer)));
        }
    })
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, hyper::Error> {
    let (head, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    let reply = match (head.method, head.uri.path()) {
        (Method::POST, "/v3/ocpay/createLink") => json(created(&body)),
        (Method::POST, "/hook") | (Method::GET, "/readyz") => Some(Bytes::new()),
        (Method::GET, path) => json(path.strip_prefix("/v3/ocpay/checkPayment/").and_then(confirmed)),
        (_, _) => None,
    };
    let mut response = Response::new(Full::default());
    match reply {
        Some(bytes) => *response.body_mut() = Full::new(bytes),
        None => *response.status_mut() = StatusCode::BAD_REQUEST,
    }
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

fn json<T: Serialize>(data: Option<T>) -> Option<Bytes> {
    let meta = Meta { timestamp: TIME.to_owned(), request_id: "req_abc123xyz".to_owned() };
    let reply = Reply { success: true, data: Some(data?), meta: Some(meta) };
    serde_json::to_vec(&reply).ok().map(Bytes::from)
}

fn created(body: &[u8]) -> Option<CreatedLink> {
    let asked: CreateLinkRequest = serde_json::from_slice(body).ok()?;
    let reference = reference(LINKS.fetch_add(1, Ordering::Relaxed), asked.product_info.amount)?;
    Some(CreatedLink {
        payment_url: format!("https://pay.example/pay/{reference}"),
        payment_ref: reference.clone(),
        payment_link: Some(PaymentLink {
            uid: "user_123456789".to_owned(),
            reference,
            is_sandbox: true,
            product_info: asked.product_info,
            fee_mode: asked.fee_mode.unwrap_or(FeeMode::NoFee),
            success_message: asked.success_message,
            redirect_url: asked.redirect_url,
            time: TIME.to_owned(),
        }),
    })
}

fn confirmed(reference: &str) -> Option<CheckedPayment> {
    Some(CheckedPayment {
        status: "CONFIRMED".to_owned(),
        message: Some("Payment confirmed successfully".to_owned()),
        payment_ref: Some(reference.to_owned()),
        transaction_details: Some(TransactionDetails {
            amount: amount(reference)?,
            currency: "DZD".to_owned(),
            is_sandbox: true,
            created_date: Some(TIME.to_owned()),
        }),
    })
}

/// `OCPL-`, six digits of the number, `-`, four digits of the amount in dinars.
pub(crate) fn reference(number: u64, dinars: i64) -> Option<String> {
    let dinars = u64::try_from(dinars).ok()?;
    Some(format!("OCPL-{}-{}", digits::<6>(number), digits::<4>(dinars)))
}

fn amount(reference: &str) -> Option<i64> {
    let (_, amount) = reference.strip_prefix("OCPL-")?.split_once('-')?;
    i64::from_str_radix(amount, 36).ok()
}

fn digits<const N: usize>(mut number: u64) -> String {
    let mut text = ['0'; N];
    for digit in text.iter_mut().rev() {
        *digit = char::from(DIGITS[usize::try_from(number % 36).unwrap_or(0)]);
        number /= 36;
    }
    text.iter().collect()
}

#[cfg(test)]
mod tests {
    use guichet_core::{Environment, Seen};
    use guichet_gateways::ocpay::wire;

    use super::*;

    #[test]
    fn references_have_the_documented_shape() {
        assert_eq!(reference(0, 2500).as_deref(), Some("OCPL-000000-01XG"));
        assert_eq!(reference(36 * 36 + 35, 500_000).as_deref(), Some("OCPL-00010Z-APSW"));
        for dinars in [500, 2500, 499_999, 500_000] {
            assert_eq!(reference(7, dinars).and_then(|text| amount(&text)), Some(dinars));
        }
        assert_eq!(reference(7, -1), None);
        assert_eq!(amount("OCPL-000000"), None);
    }

    #[test]
    fn our_own_client_reads_both_answers() {
        let body = br#"{"productInfo":{"title":"Order 1","amount":2500}}"#;
        let answer = json(created(body)).expect("a link");
        let link = wire::link(&answer, 0).expect("a link that can be read");
        let answer = json(confirmed(&link.reference)).expect("a payment");
        let Ok(Seen::Paid(receipt)) = wire::seen(&answer, &link.reference) else {
            panic!("not seen as paid: {answer:?}");
        };
        assert_eq!(receipt.money.map(|money| money.amount_minor), Some(250_000));
        assert_eq!(receipt.environment, Some(Environment::Test));
    }
}
