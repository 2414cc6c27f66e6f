//! `POST /v1/orders`: makes an order and, with a gateway, opens its first payment.

use std::pin::pin;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use guichet_core::{Code, NewOrder, OrderId, Terms};

use crate::app::{App, Error};
use crate::http::caller::Caller;
use crate::http::idempotency::Idempotency;
use crate::http::input::Sent;
use crate::http::problem::Problem;
use crate::registry::{OpenAccount, Snapshot};
use crate::store::MerchantRow;
use crate::view::OrderView;

use super::terms::OrderRequest;
use super::{created, ok};

/// The word that leaves the choice of a gateway to the merchant's routes.
const AUTO: &str = "auto";

/// Create an order
///
/// With `gateway`, a payment is opened at once and `payment_url` is where to send the customer; it is
/// null when the gateway could not open one (see `payments`), and `checkout_url` always works. The
/// same `reference` with the same content answers the order you have, with 200.
#[utoipa::path(post, path = "/v1/orders", tag = "Orders", request_body = OrderRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repetition safe; kept for 30 days.")),
    responses(
        (status = 201, description = "The order is made.", body = OrderView),
        (status = 200, description = "You had this order already.", body = OrderView),
        (status = 409, description = "`reference_taken`, `idempotency_in_progress`.", body = Problem),
        (status = 422, description = "A field breaks a rule: see `field` and `code`.", body = Problem),
    ))]
pub(crate) async fn create_order(
    State(app): State<App>,
    caller: Caller,
    sent: Sent,
) -> Result<Response, Problem> {
    let idempotency = Idempotency::of(&caller, &sent)?;
    let made = pin!(made(&app, &caller, &sent, &idempotency));
    idempotency.once(&app, created, made).await
}

async fn made(
    app: &App,
    caller: &Caller,
    sent: &Sent,
    idempotency: &Idempotency,
) -> Result<Response, Problem> {
    let request: OrderRequest = sent.json()?;
    let snapshot = app.registry().snapshot();
    let merchant = merchant_of(&snapshot, caller)?;
    let terms = Arc::new(request.terms(merchant, caller.environment, app.clock().now_ms())?);
    let choice = Choice { gateway: request.gateway.as_deref(), account: request.account.as_deref() };
    let accounts = choice.accounts(app, &snapshot, caller, &terms)?;
    let reference = terms.reference.clone();
    let fingerprint = request.fingerprint();
    let new = NewOrder {
        id: app.new_order_id(),
        merchant: caller.merchant,
        environment: caller.environment,
        terms,
        actor: caller.actor(),
    };
    let first = accounts.first().map(|account| app.payment_requested(account, caller.actor()));
    let claim = match first {
        Some(_) => idempotency.begin(app),
        None => idempotency.whole(app, created),
    };
    match app.create(new, first.as_ref(), &fingerprint, claim.as_deref()).await {
        Ok(placed) if first.is_none() => Ok(idempotency.answer(app, &placed.stored, created)),
        Ok(placed) => {
            let end = idempotency.end(app, created);
            let stored = app.open_in_turn(placed, &accounts, &caller.actor(), end.as_deref()).await?;
            Ok(idempotency.answer(app, &stored, created))
        }
        Err(Error::ReferenceTaken) => {
            let known =
                app.store().order_of_reference(caller.merchant, caller.environment, &reference).await?;
            match known {
                Some((order, known)) if known == fingerprint => {
                    Box::pin(again(app, caller, idempotency, order, &accounts)).await
                }
                Some(_) | None => Err(Error::ReferenceTaken.into()),
            }
        }
        Err(error) => Err(error.into()),
    }
}

/// The shop sent an order that it had made before.
async fn again(
    app: &App,
    caller: &Caller,
    idempotency: &Idempotency,
    order: OrderId,
    accounts: &[Arc<OpenAccount>],
) -> Result<Response, Problem> {
    let stored = app.order_of(caller.merchant, caller.environment, order).await?;
    if accounts.is_empty() || !stored.order.state.is_waiting() {
        if let Some(whole) = idempotency.whole(app, ok) {
            app.store().commit(whole.writes(&stored)).await.map_err(Error::from)?;
        }
        return Ok(idempotency.answer(app, &stored, ok));
    }
    let (begin, end) = (idempotency.begin(app), idempotency.end(app, ok));
    let actor = caller.actor();
    let stored = app.request_payment(order, accounts, &actor, begin.as_deref(), end.as_deref()).await?;
    Ok(idempotency.answer(app, &stored, ok))
}

/// The merchant of the caller.
fn merchant_of<'a>(snapshot: &'a Snapshot, caller: &Caller) -> Result<&'a MerchantRow, Problem> {
    snapshot.merchants.get(&caller.merchant).ok_or_else(|| {
        Problem::new(Code::KeyUnknown, "The merchant of this API key is not declared any more.")
    })
}

/// Where a shop wants to be paid: a gateway's name, an account's name or identifier, both, or neither.
pub(super) struct Choice<'a> {
    /// The gateway; `auto` leaves it to the merchant's routes.
    pub(super) gateway: Option<&'a str>,
    /// The gateway account.
    pub(super) account: Option<&'a str>,
}

impl Choice<'_> {
    /// The accounts to try in turn, each of which takes such an order; none when none was asked for.
    pub(super) fn accounts(
        &self,
        app: &App,
        snapshot: &Snapshot,
        caller: &Caller,
        terms: &Terms,
    ) -> Result<Vec<Arc<OpenAccount>>, Problem> {
        match (self.gateway, self.account) {
            (None, None) => Ok(Vec::new()),
            (Some(AUTO), None) => {
                let (merchant, environment) = (caller.merchant, caller.environment);
                Ok(app.serving(snapshot, merchant, environment, terms)?)
            }
            _ => {
                let account = self.named(snapshot, caller)?;
                app.takes(account, terms)?;
                Ok(vec![account.clone()])
            }
        }
    }

    fn named<'s>(&self, snapshot: &'s Snapshot, caller: &Caller) -> Result<&'s Arc<OpenAccount>, Problem> {
        let named = |open: &&Arc<OpenAccount>| {
            self.account.is_none_or(|name| open.name == name || open.id.to_string() == name)
        };
        let at_gateway =
            |open: &&Arc<OpenAccount>| self.gateway.is_none_or(|name| open.gateway.name() == name);
        let accounts = snapshot.accounts_of(caller.merchant, caller.environment);
        accounts.into_iter().filter(named).find(at_gateway).ok_or_else(|| {
            let environment = caller.environment.as_str();
            let rule = format!(
                "You have no {environment} account at that gateway; declare one in the shop file and apply it with `guichet apply`."
            );
            let field = if self.account.is_some() { "account" } else { "gateway" };
            Problem::field(field, Code::GatewayNotConfigured, rule)
        })
    }
}
