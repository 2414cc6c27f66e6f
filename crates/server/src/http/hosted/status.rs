//! `GET /status/{token}`: did it go through?

use axum::extract::State;
use axum::response::Response;
use guichet_core::{OrderState, PaymentState};

use crate::app::App;
use crate::app::payin_view;
use crate::pages::{StatusPage, StatusState, WayBack};
use crate::store::Stored;

use super::{Visitor, shown};

/// The page. Opening it tells the worker that a customer is waiting.
pub(crate) async fn status_page(State(app): State<App>, mut visitor: Visitor) -> Response {
    visitor.attend(&app).await;
    let order = &visitor.stored.order;
    let terms = &order.terms;
    let last_ms = order.payments.iter().filter_map(|payment| payment.checked_at_ms).max();
    let page = StatusPage {
        language: visitor.language,
        merchant_name: visitor.merchant_name(&app),
        order_title: terms.title.clone(),
        reference: terms.reference.clone(),
        amount: terms.money.decimal(),
        currency: terms.money.currency.code().to_owned(),
        test_mode: visitor.is_test(),
        state: state(&visitor.stored),
        version: order.version,
        seconds_left: visitor.seconds_left(&app),
        check_action: format!("{}/check", visitor.path("status")),
        live_url: format!("{}/live", visitor.path("status")),
        checkout_url: visitor.may_choose().then(|| visitor.path_in_language("checkout")),
        way_back: way_back(&app, &visitor),
        updated_at: minute(last_ms.unwrap_or(order.created_at_ms)),
    };
    shown(page.render())
}

/// The customer comes back from a gateway that sends the browser by POST (CinetPay posts the payment's
/// names to the return address, whatever the outcome, and wants a 200). What it says proves nothing.
pub(crate) async fn came_back(app: State<App>, visitor: Visitor) -> Response {
    status_page(app, visitor).await
}

/// A moment as people read it; in UTC, which it says.
fn minute(at_ms: i64) -> String {
    match jiff::Timestamp::from_millisecond(at_ms) {
        Ok(moment) => moment.strftime("%Y-%m-%d %H:%M UTC").to_string(),
        Err(_) => String::new(),
    }
}

/// The way back to the shop, as its gateway would have led there: by a link, or by a form that posts
/// what a vendor's client expects.
fn way_back(app: &App, visitor: &Visitor) -> Option<WayBack> {
    let terms = &visitor.stored.order.terms;
    let origin = terms.origin.as_ref();
    let unpaid = !visitor.stored.order.state.is_paid();
    let failure_url = origin.and_then(|origin| origin.failure_url.clone()).filter(|_| unpaid);
    let address = failure_url.or_else(|| terms.return_url.clone())?;
    let snapshot = app.registry().snapshot();
    let posted = origin.and_then(|origin| {
        let dialect = guichet_gateways::dialect(&origin.dialect)?;
        let merchant = snapshot.merchants.get(&visitor.stored.order.merchant)?;
        dialect.return_form(&payin_view(app, merchant, &visitor.stored)?)
    });
    Some(WayBack { address, posted: posted.unwrap_or_default() })
}

/// What the customer is told.
pub(super) fn state(stored: &Stored) -> StatusState {
    let order = &stored.order;
    match order.state {
        OrderState::Paid { .. } => StatusState::Paid,
        OrderState::Fulfilled { .. } => StatusState::Fulfilled,
        OrderState::Pending
        | OrderState::Failed
        | OrderState::Expired { .. }
        | OrderState::Cancelled { .. }
            if order.needs_you() =>
        {
            StatusState::Review
        }
        OrderState::Pending => {
            let begun = |state: &PaymentState| matches!(state, PaymentState::Processing { .. });
            StatusState::Waiting { processing: order.payments.iter().any(|payment| begun(&payment.state)) }
        }
        OrderState::Failed => StatusState::Failed,
        OrderState::Expired { .. } => StatusState::Expired,
        OrderState::Cancelled { .. } => StatusState::Cancelled,
    }
}
