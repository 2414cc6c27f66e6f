//! Webhooks: where a shop's events are sent, how each endpoint fares, every delivery with its tries, and what can be done about them.

mod actions;
mod body;
mod page;
mod query;
mod range;
mod texts;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use guichet_core::{DeliveryId, EndpointId, EventId};
use serde::Deserialize;

use super::Office;
use super::answer::{Problem, Trouble, page as shown};
use super::desk::{Desk, Screen};
use super::route::{Needs, Route};
use super::visitor::Visitor;
use crate::operators::Permission::WorkWebhooks;
use crate::registry::OpenEndpoint;
use crate::store::{DeliveryRow, Target};

use page::{DeliveryPage, EndpointPage, Shown, WebhooksPage};

pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::shows("/webhooks", Needs::May(WorkWebhooks), webhooks),
        Route::shows("/webhooks/{id}", Needs::May(WorkWebhooks), endpoint),
        Route::shows("/webhooks/{id}/deliveries/{delivery}", Needs::May(WorkWebhooks), delivery),
    ];
    routes.extend(actions::routes());
    routes
}

/// What was just done, by its word, and where the log goes on.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    done: Option<String>,
    count: Option<u32>,
    before: Option<String>,
}

async fn webhooks(State(office): State<Office>, visitor: Visitor) -> Result<Response, Problem> {
    let endpoints =
        query::endpoints(&office, &visitor).await.map_err(|fault| visitor.problem(fault.into()))?;
    let desk = desk(&visitor).await?;
    Ok(shown(&WebhooksPage::new(&visitor, desk, &endpoints)))
}

async fn endpoint(
    State(office): State<Office>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    show(&office, &visitor, &id, asked, Shown::default()).await
}

/// An endpoint's page, with what is shown this once.
async fn show(
    office: &Office,
    visitor: &Visitor,
    id: &str,
    asked: Asked,
    once: Shown,
) -> Result<Response, Problem> {
    let endpoint = endpoint_of(visitor, id)?;
    let before: Option<EventId> = asked
        .before
        .as_deref()
        .map(str::parse)
        .transpose()
        .map_err(|_| visitor.problem(Trouble::BadField("before")))?;
    let seen = query::endpoint(office, &endpoint.row).await.map_err(|fault| visitor.problem(fault.into()))?;
    let log =
        query::log(office, &endpoint.row, before).await.map_err(|fault| visitor.problem(fault.into()))?;
    let page = EndpointPage::new(visitor, desk(visitor).await?, &seen, &log);
    Ok(shown(&page.saying(asked.done.as_deref(), asked.count).showing(once)))
}

async fn delivery(
    State(office): State<Office>,
    visitor: Visitor,
    Path((id, delivery)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let endpoint = endpoint_of(&visitor, &id)?;
    let row = delivery_of(&office, &visitor, &endpoint, &delivery).await?;
    let sent = query::sent(&office, row).await.map_err(|fault| visitor.problem(fault.into()))?;
    let page = DeliveryPage::new(&visitor, desk(&visitor).await?, &endpoint.row, &sent);
    Ok(shown(&page.saying(asked.done.as_deref())))
}

async fn desk(visitor: &Visitor) -> Result<Desk, Problem> {
    Desk::of(visitor, Some(Screen::Webhooks)).await.map_err(|fault| visitor.problem(fault.into()))
}

/// An endpoint that the visitor works with. Another shop's is not there.
fn endpoint_of(visitor: &Visitor, id: &str) -> Result<OpenEndpoint, Problem> {
    let missing = || visitor.problem(Trouble::NotFound);
    let id: EndpointId = id.parse().map_err(|_| missing())?;
    // As of now: what was done a moment ago is to be seen.
    let snapshot = visitor.office().app.registry().snapshot();
    let may =
        |endpoint: &&OpenEndpoint| visitor.may(WorkWebhooks, endpoint.row.merchant, endpoint.row.environment);
    snapshot.endpoints.get(&id).filter(may).cloned().ok_or_else(missing)
}

/// A delivery to that endpoint.
async fn delivery_of(
    office: &Office,
    visitor: &Visitor,
    endpoint: &OpenEndpoint,
    id: &str,
) -> Result<DeliveryRow, Problem> {
    let missing = || visitor.problem(Trouble::NotFound);
    let id: DeliveryId = id.parse().map_err(|_| missing())?;
    let row = office.app.store().delivery(id).await.map_err(|fault| visitor.problem(fault.into()))?;
    row.filter(|row| row.delivery.target == Target::Endpoint(endpoint.row.id)).ok_or_else(missing)
}
