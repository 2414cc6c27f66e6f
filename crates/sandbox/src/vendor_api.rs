//! The vendors' APIs: every request that is none of the sandbox's own is answered by the dialect that serves its
//! path, with the simulated acquirer as its backend, and struck by misbehaviours.

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

use crate::connection::{cut, hold};
use crate::misbehaviour::{Misbehaviour, Subject};
use crate::misbehaviour_kind::{CallKind, MisbehaviourKind};
use crate::payment::Payment;
use crate::refusal::Refusal;
use crate::sandbox::Sandbox;
use crate::store::Store;
use crate::tamper::spoil;
use crate::tenant::Tenant;

/// The longest request that is read, in bytes.
pub(crate) const MAX_BODY_BYTES: usize = 1024 * 1024;

/// The answer to a vendor's client, or a refusal where no dialect serves the path.
pub(crate) async fn answer(State(sandbox): State<Sandbox>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path();
    let Some(dialect) = DIALECTS.iter().copied().find(|dialect| dialect.serves(path)) else {
        return Refusal::NoSuchRoute { path: path.to_owned() }.into_response();
    };
    let path = path.to_owned();
    let body = to_bytes(body, MAX_BODY_BYTES).await;
    let base_url = sandbox.base_url(&parts.headers);
    let unread = body.is_err();
    let body = body.unwrap_or_default();
    let backend = VendorCall { sandbox: &sandbox, base_url, struck: Mutex::new(None) };
    let request = VendorRequest { method: parts.method, path, headers: parts.headers, body };
    if unread {
        let why = Refusal::UnreadableBody;
        let refusal = BackendRefusal::Refused { code: why.code(), message: why.to_string() };
        return plain(dialect.refuse(&request, refusal, backend.now_ms()));
    }
    let answer = dialect.answer(&backend, request).await;
    let struck = backend.struck.into_inner().unwrap_or_else(PoisonError::into_inner);
    tracing::debug!(
        dialect = dialect.name(),
        status = answer.status.as_u16(),
        misbehaviour = struck.as_ref().map(|misbehaviour| misbehaviour.kind.name()),
        "answered a vendor's client"
    );
    match struck {
        None => plain(answer),
        Some(misbehaviour) => spoiled(&sandbox, dialect, misbehaviour, answer).await,
    }
}

/// The response to a call that was struck.
async fn spoiled(
    sandbox: &Sandbox,
    dialect: &dyn Dialect,
    misbehaviour: Misbehaviour,
    mut answer: VendorResponse,
) -> Response {
    match misbehaviour.kind {
        MisbehaviourKind::TimeoutBefore { hold_ms } | MisbehaviourKind::TimeoutAfter { hold_ms } => {
            hold(hold_ms).await;
            cut()
        }
        MisbehaviourKind::CutBefore | MisbehaviourKind::CutAfter => cut(),
        MisbehaviourKind::Slow { hold_ms } => {
            hold(hold_ms).await;
            plain(answer)
        }
        // No vendor documents a difference, so the dialects have one form for both.
        MisbehaviourKind::Error500 => {
            answer.status = StatusCode::INTERNAL_SERVER_ERROR;
            plain(answer)
        }
        MisbehaviourKind::Error503 => {
            answer.status = StatusCode::SERVICE_UNAVAILABLE;
            plain(answer)
        }
        MisbehaviourKind::RateLimited | MisbehaviourKind::Unauthorised | MisbehaviourKind::NotFound => {
            plain(answer)
        }
        MisbehaviourKind::Html
        | MisbehaviourKind::Truncated
        | MisbehaviourKind::Empty
        | MisbehaviourKind::WrongAmount
        | MisbehaviourKind::WrongCurrency
        | MisbehaviourKind::WrongEnvironment
        | MisbehaviourKind::WrongReference
        | MisbehaviourKind::UnknownStatus
        | MisbehaviourKind::NoDetails
        | MisbehaviourKind::LooksPaid
        | MisbehaviourKind::ConfirmLate { .. }
        | MisbehaviourKind::DropNotification
        | MisbehaviourKind::DuplicateNotification
        | MisbehaviourKind::ForgeSignature
        | MisbehaviourKind::NotificationLooksPaid
        | MisbehaviourKind::LateNotification { .. } => {
            if !spoil(misbehaviour.kind, dialect, &mut answer) {
                sandbox.with_store(|store, _| store.injected.give_back(misbehaviour));
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

/// The backend of one call of a vendor's client, with the misbehaviour that struck it.
struct VendorCall<'a> {
    sandbox: &'a Sandbox,
    base_url: String,
    struck: Mutex<Option<Misbehaviour>>,
}

impl VendorCall<'_> {
    /// Lets an injected or a random misbehaviour strike.
    ///
    /// # Errors
    /// The answer of the backend where the misbehaviour prevents the effect.
    fn strike(&self, store: &mut Store, call: CallKind, subject: &Subject<'_>) -> Result<(), BackendRefusal> {
        let Some(misbehaviour) = store.strike(call, subject) else { return Ok(()) };
        let refusal = instead_of_the_effect(misbehaviour.kind);
        *self.struck.lock().unwrap_or_else(PoisonError::into_inner) = Some(misbehaviour);
        refusal.map_or(Ok(()), Err)
    }
}

/// The refusal of a misbehaviour that prevents the effect; `None` when the effect happens.
fn instead_of_the_effect(kind: MisbehaviourKind) -> Option<BackendRefusal> {
    match kind {
        MisbehaviourKind::Error500
        | MisbehaviourKind::Error503
        | MisbehaviourKind::TimeoutBefore { .. }
        | MisbehaviourKind::CutBefore => Some(BackendRefusal::Unavailable),
        MisbehaviourKind::RateLimited => Some(BackendRefusal::TooManyRequests),
        MisbehaviourKind::Unauthorised => Some(BackendRefusal::UnknownKey),
        MisbehaviourKind::NotFound => Some(BackendRefusal::NoSuchPayment),
        MisbehaviourKind::TimeoutAfter { .. }
        | MisbehaviourKind::CutAfter
        | MisbehaviourKind::Slow { .. }
        | MisbehaviourKind::Html
        | MisbehaviourKind::Truncated
        | MisbehaviourKind::Empty
        | MisbehaviourKind::WrongAmount
        | MisbehaviourKind::WrongCurrency
        | MisbehaviourKind::WrongEnvironment
        | MisbehaviourKind::WrongReference
        | MisbehaviourKind::UnknownStatus
        | MisbehaviourKind::NoDetails
        | MisbehaviourKind::LooksPaid
        | MisbehaviourKind::ConfirmLate { .. }
        | MisbehaviourKind::DropNotification
        | MisbehaviourKind::DuplicateNotification
        | MisbehaviourKind::ForgeSignature
        | MisbehaviourKind::NotificationLooksPaid
        | MisbehaviourKind::LateNotification { .. } => None,
    }
}

#[async_trait]
impl Backend for VendorCall<'_> {
    fn now_ms(&self) -> i64 {
        self.sandbox.clock().now_ms()
    }

    /// Only whether the key is one at all: what else a key may not do is told by the call itself, after misbehaviours
    /// had their turn.
    async fn admit(&self, client: ClientCredential<'_>) -> Result<(), BackendRefusal> {
        Tenant::known(client).map(|_tenant| ()).ok_or(BackendRefusal::UnknownKey)
    }

    async fn open(
        &self,
        client: ClientCredential<'_>,
        request: PayinRequest,
    ) -> Result<PayinView, BackendRefusal> {
        self.sandbox.with_store(|store, now_ms| {
            let subject = Subject {
                dialect: client.dialect,
                key: client.key,
                reference: "",
                merchant_reference: &request.reference,
            };
            self.strike(store, CallKind::Open, &subject)?;
            let tenant = Tenant::admit(client, CallKind::Open)?;
            if request.money.amount_minor <= 0 {
                return Err(BackendRefusal::Refused {
                    code: "amount_not_positive",
                    message: "The amount must be more than nothing.".to_owned(),
                });
            }
            store.open(tenant, request, &self.base_url, now_ms).map(Payment::payin_view)
        })
    }

    async fn view(
        &self,
        client: ClientCredential<'_>,
        lookup: Lookup<'_>,
    ) -> Result<PayinView, BackendRefusal> {
        self.sandbox.with_store(|store, _| {
            let tenant = Tenant::admit(client, CallKind::Check);
            let found = tenant.as_ref().ok().and_then(|tenant| store.look_up(tenant, lookup));
            let view = found.map(Payment::payin_view);
            let (Lookup::Reference(asked) | Lookup::MerchantReference(asked) | Lookup::Either(asked)) =
                lookup;
            let subject = Subject {
                dialect: client.dialect,
                key: client.key,
                reference: view.as_ref().map_or(asked, |view| &view.reference),
                merchant_reference: view.as_ref().map_or(asked, |view| &view.request.reference),
            };
            self.strike(store, CallKind::Check, &subject)?;
            tenant?;
            view.ok_or(BackendRefusal::NoSuchPayment)
        })
    }
}
