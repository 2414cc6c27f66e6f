//! Our side of CinetPay: opens payments under our own `transaction_id` and asks about them by it. An
//! answer that was lost is recovered by asking, so whatever may mean that a payment exists counts as
//! lost, and only a refusal that everybody reads the same way counts as one.

use async_trait::async_trait;
use bytes::Bytes;
use guichet_core::{FailureReason, Link, Money, ReferenceFormat, Seen};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use serde::Serialize;

use super::codes::{self, Meaning};
use super::protocol::{LINK_TTL_MS, NAME, REFERENCE_BYTES, is_reference};
use super::wire::{self, CheckRequest, Raw, Reply};
use super::{amount, callback, rules, seen};
use crate::exchange::Exchange;
use crate::feature::Feature;
use crate::gateway::{
    Account, Callback, CallbackHint, Callbacks, Capabilities, Credential, Gateway, OpenTrouble, Words,
};
use crate::payin::PayinRequest;
use crate::redact::redacted;
use crate::rule_violation::RuleViolation;
use crate::transport::{Request, Response, Transport};

/// The index of each credential in an account.
const API_KEY: usize = 0;
pub(super) const SITE_ID: usize = 1;
pub(super) const SECRET_KEY: usize = 2;

static CAPABILITIES: Capabilities = Capabilities {
    lookup_by_our_reference: true,
    idempotent_open: false,
    // Third parties forbid `# / $ _ &` in a transaction_id, so the underscore of ours is left out.
    reference_format: ReferenceFormat::LettersAndDigits,
    callbacks: Callbacks::Signed,
    checkable: true,
    // The vendor discourages polling and gives no numbers: five seconds for one payment and five
    // calls a second for one account are our choice.
    min_check_interval_ms: 5000,
    checks_per_second: 5,
    link_ttl_ms: LINK_TTL_MS,
    tells_begun: true,
    order_life_ms: None,
    limits: amount::LIMITS,
    carries: &[
        Feature::PayerName,
        Feature::PayerEmail,
        Feature::PayerPhone,
        Feature::PayerAddress,
        Feature::Language,
        Feature::Channels,
        Feature::LockedPhone,
        Feature::ReceiptLines,
        Feature::Operator,
        Feature::PaidFrom,
        Feature::TransactionNumber,
        Feature::FundsDate,
        Feature::Processing,
        Feature::FailureKind,
    ],
    credentials: &[
        Credential { name: "api_key", required: true },
        Credential { name: "site_id", required: true },
        Credential { name: "secret_key", required: false },
    ],
    options: &[],
    paid_with: Words {
        fr: "Orange Money, MTN, Moov, Wave ou carte bancaire",
        ar: "Orange Money أو MTN أو Moov أو Wave أو بطاقة بنكية",
        en: "Orange Money, MTN, Moov, Wave or bank card",
    },
};

/// The CinetPay gateway.
#[derive(Debug, Clone, Copy)]
pub struct CinetPay;

#[async_trait]
impl Gateway for CinetPay {
    fn name(&self) -> &'static str {
        NAME
    }

    fn title(&self) -> &'static str {
        "CinetPay"
    }

    fn capabilities(&self) -> &'static Capabilities {
        &CAPABILITIES
    }

    /// One host, and real money only: this vendor has no sandbox.
    fn default_base_url(&self) -> Option<&'static str> {
        Some("https://api-checkout.cinetpay.com")
    }

    fn validate(&self, request: &PayinRequest) -> Result<(), RuleViolation> {
        rules::whole_amount(request).map(|_whole| ())
    }

    async fn open(
        &self,
        transport: &dyn Transport,
        account: &Account,
        request: &PayinRequest,
        now_ms: i64,
    ) -> Result<Link, OpenTrouble> {
        let exchange = Exchange { transport, secrets: &account.secrets };
        let read = |response: &Response| opened(&exchange, response, &request.reference, now_ms);
        exchange.open(payment(account, request), read).await
    }

    async fn check(
        &self,
        transport: &dyn Transport,
        account: &Account,
        reference: &str,
        // An answer without an amount is not completed with the expected one: its receipt has no money.
        _expected: Money,
    ) -> Seen {
        let exchange = Exchange { transport, secrets: &account.secrets };
        // A known transaction is always answered with 200; other answers are not about a payment.
        let read = |response: &Response| match response.status {
            StatusCode::OK => seen::seen(&response.body, reference),
            _ => Err(check_trouble(response)),
        };
        exchange.check(check(account, reference), read).await
    }

    fn read_callback(&self, account: &Account, callback: &Callback) -> CallbackHint {
        callback::read(callback, account.secret(SITE_ID), account.secret(SECRET_KEY))
    }
}

/// The call that opens a payment, or why it cannot be made.
fn payment(account: &Account, request: &PayinRequest) -> Result<Request, String> {
    let (apikey, site_id) = credentials(account)?;
    post(account, &["payment"], &rules::payment(request, apikey, site_id)?)
}

/// The call that asks about a payment, or why it cannot be made.
fn check(account: &Account, reference: &str) -> Result<Request, String> {
    let (apikey, site_id) = credentials(account)?;
    if !is_reference(reference, REFERENCE_BYTES) {
        return Err("this is no transaction_id".to_owned());
    }
    let (apikey, site_id) = (apikey.to_owned(), site_id.to_owned());
    let body = CheckRequest { apikey, site_id, transaction_id: reference.to_owned() };
    post(account, &["payment", "check"], &body)
}

fn credentials(account: &Account) -> Result<(&str, &str), String> {
    let (apikey, site_id) = (account.secret(API_KEY), account.secret(SITE_ID));
    if apikey.is_empty() || site_id.is_empty() {
        return Err("the account needs an api_key and a site_id".to_owned());
    }
    Ok((apikey, site_id))
}

/// A call to an endpoint under the account's base.
fn post(account: &Account, segments: &[&str], body: &impl Serialize) -> Result<Request, String> {
    let mut url = account.base_url.clone();
    url.path_segments_mut()
        .map_err(|()| "the gateway's base address takes no path".to_owned())?
        .pop_if_empty()
        .push("v2")
        .extend(segments);
    let body = serde_json::to_vec(body).map_err(|error| error.to_string())?;
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    Ok(Request { method: Method::POST, url, headers, body: Bytes::from(body) })
}

/// The outcome of an answer to opening.
///
/// A success counts with 2xx only, for the documentation gives no status. A 4xx is the vendor's word
/// (or that of something in front, which then passed nothing on) that nothing was opened, unless its
/// code means that the payment exists: then an earlier request of ours has arrived. A 3xx is not
/// followed and may have been written after the effect; a 5xx and a 408 may have been as well.
fn opened(
    exchange: &Exchange<'_>,
    response: &Response,
    transaction_id: &str,
    now_ms: i64,
) -> Result<Link, OpenTrouble> {
    let (status, body) = (response.status, &response.body);
    let lost = |what: &str| Err(exchange.lost(what, body));
    let refused = status.is_client_error() && status != StatusCode::REQUEST_TIMEOUT;
    if !refused && !status.is_success() {
        return lost(&format!("HTTP {}", status.as_u16()));
    }
    let reply = match wire::reply(body) {
        Ok(reply) => reply,
        Err(trouble) if !refused => return lost(trouble),
        // Not the vendor's envelope: something in front of it refused.
        Err(_) if status == StatusCode::CONFLICT => return lost("gateway_has_it_already"),
        Err(_) => return Err(not_opened(exchange, by_status(response), body)),
    };
    if status == StatusCode::CONFLICT || may_exist(&reply) {
        return lost("gateway_has_it_already");
    }
    let said = reply.said();
    let said = if said.is_empty() { body } else { said.as_bytes() };
    match codes::meaning(&reply.code) {
        Some(Meaning::Refused(name)) => Err(not_opened(exchange, name, said)),
        Some(Meaning::Vague(name)) if refused => Err(not_opened(exchange, name, said)),
        None if refused => Err(not_opened(exchange, by_status(response), said)),
        Some(Meaning::Nothing(trouble)) => lost(trouble),
        Some(Meaning::Paid | Meaning::Waiting { .. } | Meaning::Declined | Meaning::Cancelled) if refused => {
            lost("gateway_contradicts_itself")
        }
        Some(
            Meaning::Paid
            | Meaning::Waiting { .. }
            | Meaning::Declined
            | Meaning::Cancelled
            | Meaning::Vague(_),
        )
        | None => seen::link(&reply, transaction_id, now_ms).or_else(lost),
    }
}

fn not_opened(exchange: &Exchange<'_>, refusal: &str, said: &[u8]) -> OpenTrouble {
    let message = redacted(said, exchange.secrets);
    OpenTrouble::Failed(FailureReason::OpenRefused { refusal: refusal.to_owned(), message })
}

/// Whether a refusal may mean that the transaction_id was used before. The vendor says that this is an
/// error but not which, so its words are read too; taking a refusal for that costs only a question.
fn may_exist(reply: &Reply<Raw>) -> bool {
    if reply.code == codes::CREATED {
        return false;
    }
    let said = reply.said().to_lowercase();
    ["already", "duplicat", "double", "déjà", "deja", "unique"].iter().any(|word| said.contains(word))
}

/// A name for a refusal that has no code we know.
fn by_status(response: &Response) -> &'static str {
    match response.status {
        StatusCode::UNAUTHORIZED => "gateway_unauthorised",
        // The server in front refuses callers without a user agent with this code.
        StatusCode::FORBIDDEN if response.body.starts_with(b"error code: 1010") => "gateway_no_user_agent",
        StatusCode::FORBIDDEN => "gateway_forbidden",
        StatusCode::NOT_FOUND => "gateway_not_found",
        StatusCode::TOO_MANY_REQUESTS => "gateway_rate_limited",
        _ => "gateway_refused",
    }
}

/// The trouble named by an answer to a check other than 200, from which nothing is learnt.
fn check_trouble(response: &Response) -> &'static str {
    let status = response.status;
    if status.is_redirection() {
        return "gateway_redirected";
    }
    if status.is_success() {
        return "gateway_unexpected_status";
    }
    if !status.is_client_error() {
        return "gateway_error";
    }
    // The code for an unknown transaction is not documented; the status is.
    if matches!(status, StatusCode::NOT_FOUND | StatusCode::TOO_MANY_REQUESTS) {
        return by_status(response);
    }
    let code = wire::reply(&response.body).ok().and_then(|reply| codes::meaning(&reply.code));
    match code {
        Some(Meaning::Refused(name)) => name,
        Some(
            Meaning::Paid
            | Meaning::Waiting { .. }
            | Meaning::Declined
            | Meaning::Cancelled
            | Meaning::Vague(_)
            | Meaning::Nothing(_),
        )
        | None => by_status(response),
    }
}

#[cfg(test)]
mod tests;
