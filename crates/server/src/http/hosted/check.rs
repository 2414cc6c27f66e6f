//! `POST /status/{token}/check`: the customer's Check button.

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::response::{IntoResponse, Redirect, Response};
use guichet_core::{Actor, PaymentId};
use serde::Deserialize;

use crate::app::App;
use crate::pages::Language;

use super::Visitor;

/// What the button sends along; nothing of it is needed.
#[derive(Debug, Deserialize)]
pub(crate) struct Pressed {
    lang: Option<String>,
}

/// Asks the gateways (as often as they allow, together with whoever else asks) and shows the page.
pub(crate) async fn check_button(
    State(app): State<App>,
    mut visitor: Visitor,
    form: Result<Form<Pressed>, FormRejection>,
) -> Response {
    let posted = form.ok().and_then(|form| form.0.lang);
    if let Some(language) = posted.as_deref().and_then(Language::from_code) {
        visitor.language = language;
    }
    let order = &visitor.stored.order;
    let undecided: Vec<PaymentId> = order
        .payments
        .iter()
        .filter(|payment| payment.check_at_ms.is_some())
        .map(|payment| payment.id)
        .collect();
    for payment in undecided {
        if let Err(error) = app.check(order.id, payment, Actor::Customer { id: None }).await {
            tracing::warn!(order = %order.id, %payment, %error, "a check from the status page failed");
        }
    }
    Redirect::to(&visitor.path_in_language("status")).into_response()
}
