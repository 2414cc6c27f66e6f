//! `POST /office/gateways/{id}/try`: an order for play money and a payment of it at one account, to see that customers can be led
//! there.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use guichet_core::{
    AccountId, Breakdown, Code, Currency, Environment, Money, NewOrder, NumberingPlan, Payer, Phone, Policy,
    Presentation, Terms, USUAL_LIFE_MS, WATCH_MS,
};

use crate::app::{Error, mark};
use crate::office::Office;
use crate::office::answer::{Problem, Trouble, redirect};
use crate::office::visitor::Visitor;
use crate::operators::{AuditedAction, Noted, Permission};
use crate::random;
use crate::registry::OpenAccount;

use super::texts::texts;

pub(super) async fn posted(
    State(office): State<Office>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let missing = || visitor.problem(Trouble::NotFound);
    let id: AccountId = id.parse().map_err(|_| missing())?;
    let account = visitor.snapshot().accounts.get(&id).filter(|account| {
        visitor.may(Permission::MakeOrders, account.merchant, account.environment) && can_be_tried(account)
    });
    let account = account.ok_or_else(missing)?;
    let terms = terms(&office, &visitor, account).ok_or_else(missing)?;
    let refused = |code: Code| visitor.problem(Trouble::Refused(code));
    office.app.takes(account, &terms).map_err(|rule| refused(rule.code))?;
    let fingerprint = random::content_fingerprint(terms.reference.as_bytes());
    let actor = visitor.actor();
    let first = office.app.payment_requested(account, &terms.reference, actor.clone());
    let new = NewOrder {
        id: office.app.new_order_id(),
        merchant: account.merchant,
        environment: account.environment,
        terms: Arc::new(terms),
        actor: actor.clone(),
    };
    let trouble = |error: Error| visitor.problem(error.into());
    let placed = office.app.create(new, Some(&first), &fingerprint, None).await.map_err(trouble)?;
    let accounts = std::slice::from_ref(account);
    let stored = office.app.open_in_turn(placed, accounts, &actor, None).await.map_err(trouble)?;
    let order = stored.order.id;
    let say = |noted: Noted| noted.to(order).with("what", "tried").with("label", &account.name);
    visitor.note(Some(account.merchant), AuditedAction::ActedOnOrder, say).await?;
    Ok(redirect(&format!("{}/orders/{order}?done=tried", visitor.base())))
}

/// Whether a payment can be tried there: with play money, at a gateway that can be asked.
pub(super) fn can_be_tried(account: &OpenAccount) -> bool {
    account.environment == Environment::Test
        && account.standing.is_in_use()
        && account.gateway.capabilities().checkable
        && !account.gateway.capabilities().limits.is_empty()
}

/// The least that the gateway takes, paid by the visitor; `None` where it says nothing of amounts.
fn terms(office: &Office, visitor: &Visitor, account: &OpenAccount) -> Option<Terms> {
    let limit = account.gateway.capabilities().limits.first()?;
    let currency = Currency::from_code(limit.currency).ok()?;
    let plan = account.country.as_deref().and_then(NumberingPlan::of_country);
    let plan = plan.or_else(|| NumberingPlan::all().iter().find(|plan| plan.currency == limit.currency));
    let expires_at_ms = office.app.clock().now_ms() + USUAL_LIFE_MS;
    Some(Terms {
        reference: format!("TRY-{}", mark(8).to_ascii_uppercase()),
        money: Money::new(limit.least_minor, currency),
        items: Vec::new(),
        breakdown: Breakdown::default(),
        title: texts(visitor.language()).try_title.to_owned(),
        description: None,
        payer: Payer {
            given_name: Some(visitor.signed().operator.name.clone()),
            family_name: Some("Guichet".to_owned()),
            phone: plan.and_then(|plan| Phone::e164(plan.example).ok()),
            country: plan.map(|plan| plan.country.to_owned()),
            ..Payer::default()
        },
        presentation: Presentation {
            language: Some(visitor.language().code().to_owned()),
            ..Presentation::default()
        },
        origin: None,
        payment_link: None,
        return_url: None,
        metadata: serde_json::Map::new(),
        policy: Policy::default(),
        expires_at_ms,
        watch_until_ms: expires_at_ms + WATCH_MS,
        expiry_is_usual: true,
    })
}
