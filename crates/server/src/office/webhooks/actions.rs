//! What can be done about an endpoint and what was sent to it.

use axum::extract::{Path, State};
use axum::response::Response;
use guichet_core::Code;
use serde::Deserialize;

use crate::endpoints;
use crate::office::Office;
use crate::office::answer::{Problem, Trouble, redirect};
use crate::office::form::Form;
use crate::office::route::{Needs, Route};
use crate::office::sending;
use crate::office::visitor::Visitor;
use crate::operators::AuditedAction;
use crate::operators::Permission::WorkWebhooks;
use crate::repeats;
use crate::store::{Switched, Target, move_revision, switch_endpoint};

use super::page::Shown;
use super::range::{self, Rest};
use super::{Asked, delivery_of, endpoint_of, show};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::acts("/webhooks/{id}/deliveries/{delivery}/again", Needs::May(WorkWebhooks), again),
        Route::acts("/webhooks/{id}/range", Needs::May(WorkWebhooks), again_within),
        Route::acts("/webhooks/{id}/test", Needs::May(WorkWebhooks), test),
        Route::acts("/webhooks/{id}/rotate", Needs::MayWithProof(WorkWebhooks), rotate),
        Route::acts("/webhooks/{id}/switch", Needs::MayWithProof(WorkWebhooks), switch),
    ]
}

async fn again(
    State(office): State<Office>,
    visitor: Visitor,
    Path((id, delivery)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let endpoint = endpoint_of(&visitor, &id)?;
    let row = delivery_of(&office, &visitor, &endpoint, &delivery).await?;
    sending::again(&office, &visitor, endpoint.row.merchant, &row).await?;
    let base = visitor.base();
    Ok(redirect(&format!("{base}/webhooks/{id}/deliveries/{delivery}?done=again")))
}

/// The days whose events are meant, both of them too.
#[derive(Deserialize)]
struct Days {
    first: String,
    last: String,
}

async fn again_within(
    State(office): State<Office>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(days): Form<Days>,
) -> Result<Response, Problem> {
    let endpoint = endpoint_of(&visitor, &id)?.row;
    if visitor.snapshot().why_not_sent(Target::Endpoint(endpoint.id)).is_some() {
        return Err(visitor.problem(Trouble::Refused(Code::TargetNotInUse)));
    }
    let zone = visitor.zone_of(endpoint.merchant, office.app.clock().now_ms());
    let span = range::span(&days.first, &days.last, &zone);
    let span = span.ok_or_else(|| visitor.problem(Trouble::BadField("last")))?;
    let failed = range::failed(&office, &endpoint, span).await;
    let failed = failed.map_err(|fault| visitor.problem(fault.into()))?;
    let count = sending::all_again(&office, &failed.deliveries).await;
    let count = count.map_err(|error| visitor.problem(error.into()))?;
    if count > 0 {
        let say = |noted: crate::operators::Noted| {
            noted.to(endpoint.id).with("first", days.first).with("last", days.last).with("deliveries", count)
        };
        visitor.note(Some(endpoint.merchant), AuditedAction::SentAgain, say).await?;
    }
    let done = match failed.rest {
        Rest::None => "range",
        Rest::More => "range_more",
        Rest::TooLong => "range_long",
    };
    Ok(redirect(&format!("{}/webhooks/{id}?done={done}&count={count}", visitor.base())))
}

/// The page is the answer: what came of it is kept nowhere.
async fn test(
    State(office): State<Office>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let endpoint = endpoint_of(&visitor, &id)?;
    let tried = endpoints::test(&office.app, &endpoint).await.map_err(|error| {
        repeats::fault("a test event could not be made", &error);
        visitor.problem(Trouble::Fault)
    })?;
    show(&office, &visitor, &id, Asked::default(), Shown { tried: Some(tried), ..Shown::default() }).await
}

/// The page is the answer: a secret is shown once, and kept in no address.
async fn rotate(
    State(office): State<Office>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let endpoint = endpoint_of(&visitor, &id)?.row;
    let secret = endpoints::rotate(&office.app, &endpoint).await;
    let secret = secret.map_err(|error| visitor.problem(error.into()))?;
    visitor
        .note(Some(endpoint.merchant), AuditedAction::RotatedSecret, |noted| noted.to(endpoint.id))
        .await?;
    office.reread().await;
    show(&office, &visitor, &id, Asked::default(), Shown { secret: Some(secret), ..Shown::default() }).await
}

/// What an endpoint is to be.
#[derive(Deserialize)]
struct Wanted {
    to: To,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum To {
    InUse,
    Disabled,
}

async fn switch(
    State(office): State<Office>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(wanted): Form<Wanted>,
) -> Result<Response, Problem> {
    let endpoint = endpoint_of(&visitor, &id)?.row;
    let by = &visitor.signed().operator.login;
    let disabled = wanted.to == To::Disabled;
    let switched = Switched { disabled, by, at_ms: office.app.clock().now_ms() };
    let writes = vec![switch_endpoint(endpoint.id, &switched), move_revision()];
    office.app.store().commit(writes).await.map_err(|error| visitor.problem(error.into()))?;
    office.reread().await;
    let (before, after) = (endpoint.standing.word(), if disabled { "disabled" } else { "in_use" });
    let say = |noted: crate::operators::Noted| {
        noted.to(endpoint.id).with("before", before).with("after", after).with("url", &endpoint.url)
    };
    visitor.note(Some(endpoint.merchant), AuditedAction::Switched, say).await?;
    Ok(redirect(&format!("{}/webhooks/{id}?done={after}", visitor.base())))
}
