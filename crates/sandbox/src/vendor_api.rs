//! The vendors' APIs: every request that is none of the sandbox's own is answered by the dialect that serves its
//! path, with the simulated acquirer as its backend, and struck by misbehaviours.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use guichet_gateways::{Backend, BackendRefusal, DIALECTS, Dialect, VendorRequest, VendorResponse};
use http::{HeaderValue, header};

use crate::calls::Outcome;
use crate::connection::{cut, hold};
use crate::misbehaviour::Misbehaviour;
use crate::misbehaviour_kind::{MisbehaviourKind, Way};
use crate::refusal::Refusal;
use crate::sandbox::Sandbox;
use crate::tamper::spoil;
use crate::vendor_call::{Told, VendorCall};

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
    let backend = VendorCall::new(&sandbox, base_url);
    let request = VendorRequest { method: parts.method, path, headers: parts.headers, body };
    let answer = if unread {
        let why = Refusal::UnreadableBody;
        let refusal = BackendRefusal::Refused { code: why.code(), message: why.to_string() };
        dialect.refuse(&request, refusal, backend.now_ms())
    } else {
        dialect.answer(&backend, request.clone()).await
    };
    let Told { struck, caller } = backend.into_told();
    let Ending { fault, sent, closes, hold_ms } = ending(&sandbox, dialect, struck, &answer);
    tracing::debug!(
        dialect = dialect.name(),
        status = sent.status.as_u16(),
        misbehaviour = fault.map(MisbehaviourKind::name),
        "answered a vendor's client"
    );
    let prevented = fault.is_some_and(|kind| kind.way().refusal().is_some());
    let outcome = Outcome {
        fault: fault.map(MisbehaviourKind::name),
        answer: (!closes).then_some(&sent),
        without_fault: (fault.is_some() && !prevented).then_some(&answer),
    };
    sandbox.remember_call(dialect.name(), &request, &caller, &outcome);
    hold(hold_ms).await;
    if closes { cut() } else { plain(sent) }
}

/// The end of a call.
struct Ending {
    /// The misbehaviour that struck it.
    fault: Option<MisbehaviourKind>,
    /// The answer as the misbehaviour leaves it.
    sent: VendorResponse,
    /// Whether the connection is closed instead of answering.
    closes: bool,
    /// The time for which it is held before, in ms.
    hold_ms: u64,
}

/// The end of a call that was struck, or not. A misbehaviour that finds nothing to spoil in the answer waits for the next call.
fn ending(
    sandbox: &Sandbox,
    dialect: &dyn Dialect,
    struck: Option<Misbehaviour>,
    answer: &VendorResponse,
) -> Ending {
    let mut ending = Ending { fault: None, sent: answer.clone(), closes: false, hold_ms: 0 };
    let Some(misbehaviour) = struck else { return ending };
    ending.fault = Some(misbehaviour.kind);
    ending.hold_ms = misbehaviour.kind.hold_ms().unwrap_or(0);
    match misbehaviour.kind.way() {
        Way::Refused(_, Some(status)) => ending.sent.status = status,
        Way::Refused(_, None) | Way::Late => {}
        Way::ClosedBefore | Way::ClosedAfter => ending.closes = true,
        Way::Spoiled => {
            if !spoil(misbehaviour.kind, dialect, &mut ending.sent) {
                ending.fault = None;
                sandbox.with_store(|store, _| store.injected.give_back(misbehaviour));
            }
        }
    }
    ending
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
