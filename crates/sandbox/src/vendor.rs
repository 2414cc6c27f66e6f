//! The vendors' side: every request that is none of the sandbox's own goes to the dialect that
//! serves its path, with the acquirer behind it, and past the faults on its way in and out.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use guichet_gateways::{
    Backend, BackendRefusal, ClientCredential, DIALECTS, Dialect, Lookup, PayinRequest, PayinView,
    VendorRequest, VendorResponse,
};
use http::{HeaderValue, StatusCode, header};

use crate::fault::{Concern, Fault};
use crate::faults::{CallKind, FaultKind};
use crate::hold::{cut, hold};
use crate::ledger::Ledger;
use crate::payment::Payment;
use crate::refusal::Refusal;
use crate::sandbox::Sandbox;
use crate::tamper::spoil;
use crate::tenant::Tenant;

/// The longest request that is read, in bytes.
pub(crate) const MAX_BODY_BYTES: usize = 1024 * 1024;

/// Answers a vendor's client, or says that nothing is served there.
pub(crate) async fn answer(State(sandbox): State<Sandbox>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path();
    let Some(dialect) = DIALECTS.iter().copied().find(|dialect| dialect.serves(path)) else {
        return Refusal::NoSuchRoute { path: path.to_owned() }.into_response();
    };
    let Ok(body) = to_bytes(body, MAX_BODY_BYTES).await else {
        return Refusal::UnreadableBody.into_response();
    };
    let base_url = sandbox.base_url(&parts.headers);
    let path = path.to_owned();
    let visit = Visit { sandbox: &sandbox, base_url, struck: Mutex::new(None) };
    let request = VendorRequest { method: parts.method, path, headers: parts.headers, body };
    let answer = dialect.answer(&visit, request).await;
    let struck = visit.struck.into_inner().unwrap_or_else(PoisonError::into_inner);
    tracing::debug!(
        dialect = dialect.name(),
        status = answer.status.as_u16(),
        fault = struck.as_ref().map(|fault| fault.kind.name()),
        "answered a vendor's client"
    );
    match struck {
        None => plain(answer),
        Some(fault) => spoiled(&sandbox, dialect, fault, answer).await,
    }
}

/// What a client sees whose call was struck.
async fn spoiled(
    sandbox: &Sandbox,
    dialect: &dyn Dialect,
    fault: Fault,
    mut answer: VendorResponse,
) -> Response {
    match fault.kind {
        FaultKind::TimeoutBefore { hold_ms } | FaultKind::TimeoutAfter { hold_ms } => {
            hold(hold_ms).await;
            cut()
        }
        FaultKind::CutBefore | FaultKind::CutAfter => cut(),
        FaultKind::Slow { hold_ms } => {
            hold(hold_ms).await;
            plain(answer)
        }
        // No vendor documents the difference, so the dialects have one shape for both.
        FaultKind::Error500 => {
            answer.status = StatusCode::INTERNAL_SERVER_ERROR;
            plain(answer)
        }
        FaultKind::Error503 => {
            answer.status = StatusCode::SERVICE_UNAVAILABLE;
            plain(answer)
        }
        FaultKind::RateLimited | FaultKind::Unauthorised | FaultKind::NotFound => plain(answer),
        FaultKind::Html
        | FaultKind::Truncated
        | FaultKind::Empty
        | FaultKind::WrongAmount
        | FaultKind::WrongCurrency
        | FaultKind::WrongEnvironment
        | FaultKind::WrongReference
        | FaultKind::UnknownStatus
        | FaultKind::NoDetails
        | FaultKind::ConfirmLate { .. }
        | FaultKind::DropNotification
        | FaultKind::DuplicateNotification
        | FaultKind::ForgeSignature
        | FaultKind::LateNotification { .. } => {
            if !spoil(fault.kind, dialect, &mut answer) {
                sandbox.with_ledger(|ledger, _| ledger.armed.give_back(fault));
            }
            plain(answer)
        }
    }
}

fn plain(answer: VendorResponse) -> Response {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = answer.status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(answer.content_type));
    if let Some(seconds) = answer.retry_after_s {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// One call of a vendor's client: the backend that its dialect asks, and the fault that struck it.
struct Visit<'a> {
    sandbox: &'a Sandbox,
    base_url: String,
    struck: Mutex<Option<Fault>>,
}

impl Visit<'_> {
    /// Lets a fault strike.
    ///
    /// # Errors
    /// What the dialect is to say when nothing is to be done.
    fn strike(
        &self,
        ledger: &mut Ledger,
        call: CallKind,
        concern: &Concern<'_>,
    ) -> Result<(), BackendRefusal> {
        let Some(fault) = ledger.strike(call, concern) else { return Ok(()) };
        let refusal = instead_of_the_effect(fault.kind);
        *self.struck.lock().unwrap_or_else(PoisonError::into_inner) = Some(fault);
        refusal.map_or(Ok(()), Err)
    }
}

/// What a backend says when the fault prevents the effect; `None` when the effect happens.
fn instead_of_the_effect(kind: FaultKind) -> Option<BackendRefusal> {
    match kind {
        FaultKind::Error500
        | FaultKind::Error503
        | FaultKind::TimeoutBefore { .. }
        | FaultKind::CutBefore => Some(BackendRefusal::Unavailable),
        FaultKind::RateLimited => Some(BackendRefusal::TooManyRequests),
        FaultKind::Unauthorised => Some(BackendRefusal::UnknownKey),
        FaultKind::NotFound => Some(BackendRefusal::NoSuchPayment),
        FaultKind::TimeoutAfter { .. }
        | FaultKind::CutAfter
        | FaultKind::Slow { .. }
        | FaultKind::Html
        | FaultKind::Truncated
        | FaultKind::Empty
        | FaultKind::WrongAmount
        | FaultKind::WrongCurrency
        | FaultKind::WrongEnvironment
        | FaultKind::WrongReference
        | FaultKind::UnknownStatus
        | FaultKind::NoDetails
        | FaultKind::ConfirmLate { .. }
        | FaultKind::DropNotification
        | FaultKind::DuplicateNotification
        | FaultKind::ForgeSignature
        | FaultKind::LateNotification { .. } => None,
    }
}

#[async_trait]
impl Backend for Visit<'_> {
    fn now_ms(&self) -> i64 {
        self.sandbox.clock().now_ms()
    }

    async fn open(
        &self,
        client: ClientCredential<'_>,
        request: PayinRequest,
    ) -> Result<PayinView, BackendRefusal> {
        self.sandbox.with_ledger(|ledger, now_ms| {
            let concern = Concern {
                dialect: client.dialect,
                key: client.key,
                reference: "",
                merchant_reference: &request.reference,
            };
            self.strike(ledger, CallKind::Open, &concern)?;
            let tenant = Tenant::admit(client, CallKind::Open)?;
            if request.money.amount_minor <= 0 {
                return Err(BackendRefusal::Refused {
                    code: "amount_not_positive",
                    message: "The amount must be more than nothing.".to_owned(),
                });
            }
            ledger.open(tenant, request, &self.base_url, now_ms).map(Payment::payin_view)
        })
    }

    async fn view(
        &self,
        client: ClientCredential<'_>,
        lookup: Lookup<'_>,
    ) -> Result<PayinView, BackendRefusal> {
        self.sandbox.with_ledger(|ledger, _| {
            let tenant = Tenant::admit(client, CallKind::Check);
            let found = tenant.as_ref().ok().and_then(|tenant| ledger.look_up(tenant, lookup));
            let view = found.map(Payment::payin_view);
            let (Lookup::Reference(asked) | Lookup::MerchantReference(asked) | Lookup::Either(asked)) =
                lookup;
            let concern = Concern {
                dialect: client.dialect,
                key: client.key,
                reference: view.as_ref().map_or(asked, |view| &view.reference),
                merchant_reference: view.as_ref().map_or(asked, |view| &view.request.reference),
            };
            self.strike(ledger, CallKind::Check, &concern)?;
            tenant?;
            view.ok_or(BackendRefusal::NoSuchPayment)
        })
    }
}
