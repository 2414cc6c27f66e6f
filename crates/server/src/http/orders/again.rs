//! An order that the shop sends under a reference that it used before. The same content gives the order there is; an
//! order that closed without money is taken up again, with other content too.

use std::sync::Arc;

use axum::response::Response;
use guichet_core::{Event, Refusal, Terms};

use crate::app::{App, Attachment, Error};
use crate::http::caller::Caller;
use crate::http::idempotency::Idempotency;
use crate::http::problem::Problem;
use crate::registry::OpenAccount;
use crate::store::{Stored, Write, remember_content};

use super::ok;

/// What a shop asks for.
pub(super) struct Asked {
    /// What the order is to be.
    pub(super) terms: Arc<Terms>,
    /// What makes two requests the same order.
    pub(super) fingerprint: String,
    /// Where a payment is to be opened at once, in turn; nowhere when there is none.
    pub(super) accounts: Vec<Arc<OpenAccount>>,
}

/// Answers a request whose reference is taken.
pub(super) async fn again(
    app: &App,
    caller: &Caller,
    idempotency: &Idempotency,
    asked: &Asked,
) -> Result<Response, Problem> {
    let (merchant, environment) = (caller.merchant, caller.environment);
    let known = app.store().order_of_reference(merchant, environment, &asked.terms.reference).await?;
    let (order, known) = known.ok_or(Error::ReferenceTaken)?;
    let mut stored = app.order_of(merchant, environment, order).await?;
    let same = known == asked.fingerprint;
    if !same && !made_here(app, &stored).await? {
        return Err(Error::ReferenceTaken.into());
    }
    if stored.order.has_closed(app.clock().now_ms()) {
        stored = app.looked_into(stored, &caller.actor()).await?;
        // A look may have found money.
        if !stored.order.state.is_paid() {
            return taken_up(app, caller, idempotency, asked, (stored, known)).await;
        }
    }
    if !same {
        return Err(Error::ReferenceTaken.into());
    }
    if asked.accounts.is_empty() || stored.order.state.is_paid() {
        if let Some(whole) = idempotency.whole(app, ok) {
            app.store().commit(whole.writes(&stored)).await.map_err(Error::from)?;
        }
        return Ok(idempotency.answer(app, &stored, ok));
    }
    let (begin, end) = (idempotency.begin(app), idempotency.end(app, ok));
    let actor = caller.actor();
    let stored =
        app.request_payment(order, &asked.accounts, &actor, begin.as_deref(), end.as_deref()).await?;
    Ok(idempotency.answer(app, &stored, ok))
}

/// Whether this API made the order: neither a vendor's client nor a customer at a shop front or a payment link, who know
/// it by what it was.
async fn made_here(app: &App, stored: &Stored) -> Result<bool, Error> {
    let terms = &stored.order.terms;
    let by_other = terms.origin.is_some() || terms.payment_link.is_some();
    Ok(!by_other && app.store().purchase_number(stored.order.id).await?.is_none())
}

async fn taken_up(
    app: &App,
    caller: &Caller,
    idempotency: &Idempotency,
    asked: &Asked,
    (stored, before): (Stored, String),
) -> Result<Response, Problem> {
    let actor = caller.actor();
    let event = Event::ReopenRequested { terms: Box::new(Terms::clone(&asked.terms)), actor: actor.clone() };
    let remembering = |also| Remembers { before, fingerprint: asked.fingerprint.clone(), also };
    let reopened = if asked.accounts.is_empty() {
        let whole = remembering(idempotency.whole(app, ok));
        app.apply_to(stored, &event, Some(&whole)).await.map(|applied| applied.stored)
    } else {
        let (begin, end) = (remembering(idempotency.begin(app)), idempotency.end(app, ok));
        let accounts = &asked.accounts;
        app.request_payment_after(stored, Some(event), accounts, &actor, Some(&begin), end.as_deref()).await
    };
    match reopened {
        Ok(stored) => Ok(idempotency.answer(app, &stored, ok)),
        // A twin that asks for something else was faster.
        Err(Error::Refused(Refusal::OrderWaits)) => Err(Error::ReferenceTaken.into()),
        Err(error) => Err(error.into()),
    }
}

/// The note of what an order is now, beside what else goes into its transaction.
struct Remembers {
    before: String,
    fingerprint: String,
    also: Option<Box<dyn Attachment>>,
}

impl Attachment for Remembers {
    fn writes(&self, stored: &Stored) -> Vec<Write> {
        let mut writes = self.also.as_ref().map(|also| also.writes(stored)).unwrap_or_default();
        writes.push(remember_content(&stored.order, &self.before, &self.fingerprint));
        writes
    }
}
