//! Our side of OCPay: opens links and asks about them. The vendor offers no idempotency key and no
//! look-up by our reference, so the one thing that matters here is never to say "failed" when a
//! payable link may exist, and never "paid" without seeing what was paid.

use async_trait::async_trait;
use bytes::Bytes;
use guichet_core::{FailureReason, Link, Money, ReferenceFormat, Seen, json_as_read};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use url::{Url, form_urlencoded};

use super::protocol::{LEAST_DINARS, LINK_TTL_MS, MOST_DINARS, NAME, TOKEN_HEADER};
use super::rules;
use super::wire::{self, CreateLinkRequest, FeeMode, ProductInfo};
use crate::exchange::Exchange;
use crate::feature::Feature;
use crate::gateway::{
    Account, AmountLimit, Callback, CallbackHint, Callbacks, Capabilities, Credential, Gateway, OpenTrouble,
    Words,
};
use crate::payin::PayinRequest;
use crate::redact::redacted;
use crate::rule_violation::RuleViolation;
use crate::transport::{Request, Response, Transport};

/// The bytes of a notification that are read.
const CALLBACK_BYTES: usize = 16 * 1024;

/// The most references that a notification may name.
const CALLBACK_REFERENCES: usize = 8;

static CAPABILITIES: Capabilities = Capabilities {
    lookup_by_our_reference: false,
    idempotent_open: false,
    reference_format: ReferenceFormat::NotSent,
    callbacks: Callbacks::Never,
    checkable: true,
    // The vendor only asks for "a small delay"; three seconds are our choice for one payment.
    min_check_interval_ms: 3000,
    // The status-polling page sleeps 100 ms between two calls.
    checks_per_second: 10,
    link_ttl_ms: LINK_TTL_MS,
    tells_begun: false,
    order_life_ms: None,
    limits: &[AmountLimit {
        currency: "DZD",
        least_minor: LEAST_DINARS * 100,
        most_minor: MOST_DINARS * 100,
        multiple_of_minor: 100,
    }],
    carries: &[Feature::Description],
    credentials: &[Credential { name: "access_token", required: true }],
    options: &[],
    paid_with: Words {
        fr: "Carte CIB ou EDAHABIA",
        ar: "بطاقة CIB أو الذهبية EDAHABIA",
        en: "CIB or EDAHABIA card",
    },
};

/// The OCPay gateway.
#[derive(Debug, Clone, Copy)]
pub struct OcPay;

#[async_trait]
impl Gateway for OcPay {
    fn name(&self) -> &'static str {
        NAME
    }

    fn title(&self) -> &'static str {
        "OCPay"
    }

    fn capabilities(&self) -> &'static Capabilities {
        &CAPABILITIES
    }

    /// One host for play money and real money; the key decides which (the check-payment page).
    fn default_base_url(&self) -> Option<&'static str> {
        Some("https://api.oneclickdz.com")
    }

    fn validate(&self, request: &PayinRequest) -> Result<(), RuleViolation> {
        rules::dinars(request).map(|_dinars| ())
    }

    async fn open(
        &self,
        transport: &dyn Transport,
        account: &Account,
        request: &PayinRequest,
        now_ms: i64,
    ) -> Result<Link, OpenTrouble> {
        let exchange = Exchange { transport, secrets: &account.secrets };
        let read = |response: &Response| match response.status.is_success() {
            true => {
                wire::link(&response.body, now_ms).map_err(|trouble| exchange.lost(trouble, &response.body))
            }
            false => Err(not_opened(&exchange, response)),
        };
        exchange.open(create_link(account, request), read).await
    }

    async fn check(
        &self,
        transport: &dyn Transport,
        account: &Account,
        reference: &str,
        // The answer shows the amount and its currency, so nothing need be assumed of them.
        _expected: Money,
    ) -> Seen {
        let exchange = Exchange { transport, secrets: &account.secrets };
        let read = |response: &Response| match response.status.is_success() {
            true => wire::seen(&response.body, reference),
            false => Err(check_trouble(response.status)),
        };
        exchange.check(check_payment(account, reference), read).await
    }

    /// OCPay sends no notifications today. Should it begin to, or should a shop's return page send one, a
    /// reference is enough to check sooner.
    fn read_callback(&self, _account: &Account, callback: &Callback) -> CallbackHint {
        let query = bounded(callback.query.as_bytes());
        let body = bounded(&callback.body);
        let mut found: Vec<String> = named_in_form(query);
        match serde_json::from_slice::<serde_json::Value>(&json_as_read(body)) {
            Ok(value) => found.extend(named_in_json(&value)),
            Err(_) => found.extend(named_in_form(body)),
        }
        let mut references: Vec<String> = Vec::new();
        for reference in found.into_iter().filter(|text| wire::is_reference(text)) {
            if references.len() < CALLBACK_REFERENCES && !references.contains(&reference) {
                references.push(reference);
            }
        }
        CallbackHint { references, ..CallbackHint::default() }
    }
}

/// The call that makes a link, or why it cannot be made.
fn create_link(account: &Account, request: &PayinRequest) -> Result<Request, String> {
    // The engine has validated before; this keeps an amount that does not fit from ever leaving.
    let amount = rules::amount(request).map_err(|rule| rule.message())?;
    let given =
        |text: &Option<String>| text.as_deref().map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
    let body = CreateLinkRequest {
        product_info: ProductInfo {
            title: request.title.trim().to_owned(),
            description: given(&request.description),
            amount,
        },
        // With any other mode the customer pays another amount than the order's.
        fee_mode: Some(FeeMode::NoFee),
        success_message: None,
        redirect_url: request.return_url.clone(),
    };
    let body = serde_json::to_vec(&body).map_err(|error| error.to_string())?;
    let mut headers = headers(account)?;
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let url = address(account, &["createLink"])?;
    Ok(Request { method: Method::POST, url, headers, body: Bytes::from(body) })
}

/// The call that asks about a payment, or why it cannot be made.
fn check_payment(account: &Account, reference: &str) -> Result<Request, String> {
    if !wire::is_reference(reference) {
        return Err("this is no reference of OCPay's".to_owned());
    }
    let url = address(account, &["checkPayment", reference])?;
    Ok(Request { method: Method::GET, url, headers: headers(account)?, body: Bytes::new() })
}

/// The address of an endpoint under the account's base; segments are percent-encoded.
fn address(account: &Account, segments: &[&str]) -> Result<Url, String> {
    let mut url = account.base_url.clone();
    url.path_segments_mut()
        .map_err(|()| "the gateway's base address takes no path".to_owned())?
        .pop_if_empty()
        .extend(["v3", NAME])
        .extend(segments);
    Ok(url)
}

fn headers(account: &Account) -> Result<HeaderMap, String> {
    let mut token = HeaderValue::from_str(account.secret(0))
        .map_err(|_| "the access token has characters that no header can carry".to_owned())?;
    token.set_sensitive(true);
    let mut headers = HeaderMap::new();
    headers.insert(TOKEN_HEADER, token);
    headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    Ok(headers)
}

/// The outcome of an answer to createLink other than 2xx.
///
/// A 4xx is the vendor's word (or that of a proxy in front, which then passed nothing on) that
/// nothing was opened. A 3xx is not followed and may have been written after the effect; a 5xx and
/// a 408 may have been as well: nobody can tell.
fn not_opened(exchange: &Exchange<'_>, response: &Response) -> OpenTrouble {
    let status = response.status;
    if !status.is_client_error() || status == StatusCode::REQUEST_TIMEOUT {
        return exchange.lost(&format!("HTTP {}", status.as_u16()), &response.body);
    }
    let said = wire::refusal(&response.body);
    let code = said.as_ref().map_or("", |error| error.code.as_str());
    let refusal = match status {
        StatusCode::BAD_REQUEST => "gateway_validation",
        StatusCode::UNAUTHORIZED => "gateway_unauthorised",
        StatusCode::FORBIDDEN if code == "IP_BLOCKED" => "gateway_address_blocked",
        // The vendor answers 403 to a merchant it has not validated yet, but publishes no code for
        // it; every other published code of a 403 belongs to other products.
        StatusCode::FORBIDDEN => "gateway_merchant_not_validated",
        StatusCode::NOT_FOUND => "gateway_not_found",
        StatusCode::TOO_MANY_REQUESTS => "gateway_rate_limited",
        _ => "gateway_refused",
    };
    let message = match said.as_ref().filter(|error| !error.message.is_empty()) {
        Some(error) => redacted(error.message.as_bytes(), exchange.secrets),
        None => redacted(&response.body, exchange.secrets),
    };
    OpenTrouble::Failed(FailureReason::OpenRefused { refusal: refusal.to_owned(), message })
}

/// The trouble named by an answer to checkPayment other than 2xx, from which nothing is learnt.
///
/// The vendor's libraries read 410 as "link expired", while its documentation has no 410 and says
/// that an expired link answers 200 with `FAILED`. And a 404 may mean that the key was changed
/// from the play world to the real one. Neither is definite, so neither fails a payment.
fn check_trouble(status: StatusCode) -> &'static str {
    match status {
        StatusCode::UNAUTHORIZED => "gateway_unauthorised",
        StatusCode::FORBIDDEN => "gateway_forbidden",
        StatusCode::NOT_FOUND => "gateway_not_found",
        StatusCode::GONE => "gateway_gone",
        StatusCode::TOO_MANY_REQUESTS => "gateway_rate_limited",
        other if other.is_redirection() => "gateway_redirected",
        other if other.is_client_error() => "gateway_refused",
        _ => "gateway_error",
    }
}

fn bounded(bytes: &[u8]) -> &[u8] {
    &bytes[..bytes.len().min(CALLBACK_BYTES)]
}

/// The names under which a reference may come, here and in the vendor's answers.
fn names_a_reference(name: &str) -> bool {
    matches!(name, "paymentRef" | "ref" | "reference")
}

fn named_in_form(form: &[u8]) -> Vec<String> {
    form_urlencoded::parse(form)
        .filter(|(name, _)| names_a_reference(name))
        .take(CALLBACK_REFERENCES)
        .map(|(_, value)| value.into_owned())
        .collect()
}

/// The references at the top of a document and in its `data`.
fn named_in_json(document: &serde_json::Value) -> Vec<String> {
    [Some(document), document.get("data")]
        .into_iter()
        .flatten()
        .filter_map(serde_json::Value::as_object)
        .flatten()
        .filter(|(name, _)| names_a_reference(name))
        .filter_map(|(_, value)| value.as_str().map(str::to_owned))
        .collect()
}

#[cfg(test)]
mod tests;
