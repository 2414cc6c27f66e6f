//! Our side of Novasend: opens payins and asks about them. An opening whose answer was lost is made
//! again with the same idempotency key, which answers the same payin ("no recreation": the docs); the
//! key is made of our reference, and the body of the same order, so both are the same every time.

use async_trait::async_trait;
use bytes::Bytes;
use data_encoding::BASE64;
use guichet_core::{FailureReason, Link, Money, ReferenceFormat, Seen};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use secrecy::SecretString;
use url::Url;

use super::protocol::{IDEMPOTENCY_HEADER, LEAST_FRANCS, LINK_TTL_MS, MOST_FRANCS, NAME};
use super::rules::{self, ValidRequest};
use super::seen::{self, Generation};
use super::wire::{self, Action, SessionRequest};
use super::{callback, opened, payin_key};
use crate::exchange::Exchange;
use crate::feature::Feature;
use crate::gateway::{
    Account, AccountOption, AmountLimit, Callback, CallbackHint, Callbacks, Capabilities, Credential,
    Gateway, OpenTrouble, Words,
};
use crate::payin::PayinRequest;
use crate::redact::redacted;
use crate::rule_violation::RuleViolation;
use crate::transport::{Request, Response, Transport};

/// The index of each credential in an account.
const API_KEY: usize = 0;
const API_CLIENT: usize = 1;
const ACCOUNT_ID: usize = 2;
const WEBHOOK_SECRET: usize = 3;

/// The generation of the answers that the account gets: with `b`, `processed` and accepted without a transaction are
/// money that came.
static GENERATION: AccountOption = AccountOption { name: "generation", values: &["a", "b"] };

static CAPABILITIES: Capabilities = Capabilities {
    // The guide: by the reference that POST generated. By the merchant's only in generation B, by
    // other integrators' account.
    lookup_by_our_reference: false,
    idempotent_open: true,
    reference_format: ReferenceFormat::AsWritten,
    callbacks: Callbacks::Signed,
    checkable: true,
    // The guide: "at most once per 5 to 10 s".
    min_check_interval_ms: 5000,
    // No rate is published; five a second are our choice.
    checks_per_second: 5,
    link_ttl_ms: LINK_TTL_MS,
    tells_begun: true,
    order_life_ms: None,
    limits: &[limit("XOF"), limit("XAF")],
    carries: &[
        Feature::PayerName,
        Feature::PayerPhone,
        Feature::Fee,
        Feature::PaidFrom,
        Feature::TransactionNumber,
        Feature::Processing,
        Feature::FailureKind,
    ],
    credentials: &[
        Credential { name: "api_key", required: true },
        Credential { name: "api_client", required: true },
        Credential { name: "account_id", required: false },
        Credential { name: "webhook_secret", required: false },
    ],
    options: &[&GENERATION],
    paid_with: Words {
        fr: "Wave, Orange Money, MTN ou Moov",
        ar: "Wave أو Orange Money أو MTN أو Moov",
        en: "Wave, Orange Money, MTN or Moov",
    },
};

/// The docs' range, the same in both francs. Other integrators report 200 to 500,000 for Cameroon,
/// which the gateway then says itself.
const fn limit(currency: &'static str) -> AmountLimit {
    AmountLimit { currency, least_minor: LEAST_FRANCS, most_minor: MOST_FRANCS, multiple_of_minor: 1 }
}

/// The Novasend gateway.
#[derive(Debug, Clone, Copy)]
pub struct Novasend;

#[async_trait]
impl Gateway for Novasend {
    fn name(&self) -> &'static str {
        NAME
    }

    fn title(&self) -> &'static str {
        "Novasend"
    }

    fn capabilities(&self) -> &'static Capabilities {
        &CAPABILITIES
    }

    /// The docs'; the guide names none.
    fn default_base_url(&self) -> Option<&'static str> {
        Some("https://business.novasend.app")
    }

    fn validate(&self, request: &PayinRequest) -> Result<(), RuleViolation> {
        rules::validated(request).map(|_asked| ())
    }

    async fn open(
        &self,
        transport: &dyn Transport,
        account: &Account,
        request: &PayinRequest,
        _now_ms: i64,
    ) -> Result<Link, OpenTrouble> {
        let secrets = secrets(account);
        let exchange = Exchange { transport, secrets: &secrets };
        // The engine has validated before; this keeps an amount that does not fit from ever leaving.
        let asked = rules::validated(request).map_err(|rule| rule.message());
        let call =
            asked.as_ref().map_err(String::clone).and_then(|asked| create_session(account, request, asked));
        let read = |response: &Response| match &asked {
            Ok(asked) if response.status.is_success() => {
                opened::link(&response.body, &request.reference, asked.money)
                    .map_err(|trouble| exchange.lost(trouble, &response.body))
            }
            Ok(_) | Err(_) => Err(not_opened(&exchange, response)),
        };
        exchange.open(call, read).await
    }

    async fn check(
        &self,
        transport: &dyn Transport,
        account: &Account,
        reference: &str,
        // The answer shows the amount and its currency, so nothing need be assumed of them.
        _expected: Money,
    ) -> Seen {
        let secrets = secrets(account);
        let exchange = Exchange { transport, secrets: &secrets };
        let generation = match account.option(&GENERATION) {
            "b" => Generation::B,
            _ => Generation::A,
        };
        let read = |response: &Response| match response.status.is_success() {
            true => seen::seen(&response.body, reference, generation),
            false => Err(check_trouble(response)),
        };
        exchange.check(ask(account, reference), read).await
    }

    fn read_callback(&self, account: &Account, callback: &Callback) -> CallbackHint {
        callback::hint(account.secret(WEBHOOK_SECRET), callback)
    }
}

/// The call that makes a payin, or why it cannot be made.
fn create_session(
    account: &Account,
    request: &PayinRequest,
    asked: &ValidRequest,
) -> Result<Request, String> {
    let text = |text: &str| Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned);
    let payer = &request.payer;
    let names: Vec<&str> =
        [&payer.given_name, &payer.family_name].into_iter().flatten().map(|name| name.trim()).collect();
    let body = SessionRequest {
        reference: request.reference.clone(),
        account_id: text(account.secret(ACCOUNT_ID)),
        amount: asked.francs,
        msisdn: Some(asked.phone.clone()),
        customer_name: text(&names.join(" ")),
        country: asked.country.to_owned(),
        action: action(request),
    };
    let body = serde_json::to_vec(&body).map_err(|error| error.to_string())?;
    let mut headers = headers(account)?;
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let french = request.presentation.language.as_deref().is_some_and(|language| language == "fr");
    let language = HeaderValue::from_static(if french { "fr" } else { "en" });
    headers.insert(header::ACCEPT_LANGUAGE, language);
    let key = HeaderValue::from_str(&payin_key::of_reference(&request.reference));
    headers.insert(IDEMPOTENCY_HEADER, key.map_err(|error| error.to_string())?);
    let url = address(account, "sessions")?;
    Ok(Request { method: Method::POST, url, headers, body: Bytes::from(body) })
}

/// The addresses to which the payer returns: where there is only one, it serves for both outcomes.
fn action(request: &PayinRequest) -> Option<Action> {
    let success_url = request.return_url.clone();
    let failure_url = request.failure_url.clone().or_else(|| success_url.clone());
    let action = Action { success_url, failure_url };
    (action != Action::default()).then_some(action)
}

/// The call that asks about a payin, or why it cannot be made.
fn ask(account: &Account, reference: &str) -> Result<Request, String> {
    if !wire::is_reference(reference) {
        return Err("this is no reference of Novasend's".to_owned());
    }
    let url = address(account, reference)?;
    Ok(Request { method: Method::GET, url, headers: headers(account)?, body: Bytes::new() })
}

/// The address of an endpoint under the account's base; the last segment is percent-encoded.
fn address(account: &Account, last: &str) -> Result<Url, String> {
    let mut url = account.base_url.clone();
    url.path_segments_mut()
        .map_err(|()| "the gateway's base address takes no path".to_owned())?
        .pop_if_empty()
        .extend(["v1", "payin", last]);
    Ok(url)
}

fn headers(account: &Account) -> Result<HeaderMap, String> {
    if account.secret(API_KEY).contains(':') {
        return Err("the API key has a colon, which Basic authentication cannot carry".to_owned());
    }
    let mut basic = HeaderValue::from_str(&format!("Basic {}", token(account)))
        .map_err(|_| "the API key has characters that no header can carry".to_owned())?;
    basic.set_sensitive(true);
    let mut headers = HeaderMap::new();
    headers.insert(header::AUTHORIZATION, basic);
    headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    Ok(headers)
}

/// The token of Basic authentication: the key and its client in base64.
fn token(account: &Account) -> String {
    BASE64.encode(format!("{}:{}", account.secret(API_KEY), account.secret(API_CLIENT)).as_bytes())
}

/// The secrets to redact: the credentials, and the header that holds two of them, which a gateway in trouble
/// may print back.
fn secrets(account: &Account) -> Vec<SecretString> {
    account.secrets.iter().cloned().chain([SecretString::from(token(account))]).collect()
}

/// The outcome of an answer to opening other than 2xx.
///
/// A 4xx is the vendor's word (or that of a proxy in front, which then passed nothing on) that
/// nothing was opened, but for three: a 408 may come after the effect, a 409 says that the payin is
/// being made or has been, and a 422 that our key was used with another body, so that something
/// exists under it. A 3xx is not followed and, as a 5xx, may have been written after the effect. In
/// all these, opening again with the same key will tell.
fn not_opened(exchange: &Exchange<'_>, response: &Response) -> OpenTrouble {
    let secrets = exchange.secrets;
    let status = response.status;
    let may_exist = matches!(
        status,
        StatusCode::REQUEST_TIMEOUT | StatusCode::CONFLICT | StatusCode::UNPROCESSABLE_ENTITY
    );
    if !status.is_client_error() || may_exist {
        return exchange.lost(&format!("HTTP {}", status.as_u16()), &response.body);
    }
    let said = wire::refusal(&response.body);
    let code = said.as_ref().and_then(|said| said.code.as_deref()).unwrap_or_default();
    let refusal = match status {
        _ if is_bad_key(status, code) => "gateway_unauthorised",
        StatusCode::BAD_REQUEST => "gateway_validation",
        StatusCode::FORBIDDEN if code == "client_kyc_not_approved" => "gateway_merchant_not_validated",
        StatusCode::NOT_FOUND => "gateway_not_found",
        StatusCode::TOO_MANY_REQUESTS => "gateway_rate_limited",
        _ => "gateway_refused",
    };
    let message = match said.as_ref().and_then(|said| said.message.as_deref()).filter(|text| !text.is_empty())
    {
        Some(text) if code.is_empty() => redacted(text.as_bytes(), secrets),
        Some(text) => redacted(format!("{text} ({code})").as_bytes(), secrets),
        None => redacted(&response.body, secrets),
    };
    OpenTrouble::Failed(FailureReason::OpenRefused { refusal: refusal.to_owned(), message })
}

/// Bad credentials have three spellings (the docs, on different pages).
fn is_bad_key(status: StatusCode, code: &str) -> bool {
    match status {
        StatusCode::UNAUTHORIZED => true,
        StatusCode::FORBIDDEN => code == "api_token_invalid",
        StatusCode::NOT_FOUND => code == "api_token_not_found",
        _ => false,
    }
}

/// The trouble named by an answer to a check other than 2xx, from which nothing is learnt. Not even
/// `transaction_does_not_exist` is a definite word: the key may have been changed for another
/// merchant's, or the answer come from a copy that lags behind.
fn check_trouble(response: &Response) -> &'static str {
    let said = wire::refusal(&response.body);
    let code = said.as_ref().and_then(|said| said.code.as_deref()).unwrap_or_default();
    match response.status {
        status if is_bad_key(status, code) => "gateway_unauthorised",
        StatusCode::FORBIDDEN => "gateway_forbidden",
        StatusCode::NOT_FOUND => "gateway_not_found",
        StatusCode::GONE => "gateway_gone",
        StatusCode::TOO_MANY_REQUESTS => "gateway_rate_limited",
        other if other.is_redirection() => "gateway_redirected",
        other if other.is_client_error() => "gateway_refused",
        _ => "gateway_error",
    }
}

#[cfg(test)]
mod tests;
