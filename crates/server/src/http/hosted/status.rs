//! `GET /status/{token}`: did it go through?

use axum::extract::State;
use axum::response::Response;
use guichet_core::{FailureReason, Money, Order, OrderState, Payment, PaymentState};

use crate::app::App;
use crate::pages::{StatusPage, StatusState, Why, amounts_called};

use super::receipt::receipt;
use super::way_back::way_back;
use super::{Visitor, shown};

/// The page. Opening it tells the worker that a customer is waiting.
pub(crate) async fn status_page(State(app): State<App>, mut visitor: Visitor) -> Response {
    visitor.keep_language(&app).await;
    visitor.attend(&app).await;
    let page = page(&app, &visitor);
    shown(page.render(), Some(&page.shop))
}

/// The customer comes back from a gateway that sends the browser by POST (CinetPay posts the payment's
/// names to the return address, whatever the outcome, and wants a 200). What it says proves nothing.
pub(crate) async fn came_back(app: State<App>, visitor: Visitor) -> Response {
    status_page(app, visitor).await
}

/// What the page shows now.
pub(super) fn page(app: &App, visitor: &Visitor) -> StatusPage {
    let (order, terms) = (&visitor.stored.order, &visitor.stored.order.terms);
    let state = state(order, visitor.may_choose());
    let path = visitor.path("status");
    let stay = if visitor.stays { "&stay" } else { "" };
    StatusPage {
        language: visitor.language,
        shop: visitor.shop(app),
        order_title: terms.title.clone(),
        reference: terms.reference.clone(),
        money: terms.money,
        parts: amounts_called(&terms.breakdown, visitor.language)
            .map(|(name, amount)| (name, Money::new(amount, terms.money.currency)))
            .collect(),
        state,
        since_ms: since_ms(order),
        receipt: receipt(app, visitor),
        seconds_left: visitor.seconds_left(app),
        can_check: order.payments.iter().any(|payment| payment.check_at_ms.is_some()),
        check_action: format!("{path}/check"),
        live_url: format!("{path}/live?lang={}{stay}", visitor.language.code()),
        pay_url: pay_url(app, visitor, state),
        way_back: way_back(app, visitor),
        reload_s: reload_s(order, app.clock().now_ms()),
        stays: visitor.stays,
        shown: String::new(),
    }
}

/// Where the customer pays: at the page that is open at a gateway already, or where to choose one. A server that is quiet
/// leads nobody to pay.
fn pay_url(app: &App, visitor: &Visitor, state: StatusState) -> Option<String> {
    if app.registry().quiet().is_some() {
        return None;
    }
    let now_ms = app.clock().now_ms();
    let open = visitor.stored.order.payments.iter().rev().find(|payment| payment.is_payable(now_ms));
    let link = open.and_then(|payment| payment.state.link()).and_then(|link| link.url.clone());
    match state {
        StatusState::Waiting { .. } if link.is_some() => link,
        StatusState::Unpaid
        | StatusState::ByHand
        | StatusState::Waiting { .. }
        | StatusState::Failed { .. }
        | StatusState::Paid
        | StatusState::Fulfilled
        | StatusState::Expired
        | StatusState::Cancelled
        | StatusState::Review => visitor.may_choose().then(|| visitor.path("checkout")),
    }
}

/// What the customer is told.
fn state(order: &Order, may_retry: bool) -> StatusState {
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
        OrderState::Pending => pending(order),
        OrderState::Failed => StatusState::Failed { why: order.payments.last().and_then(why), may_retry },
        OrderState::Expired { .. } => StatusState::Expired,
        OrderState::Cancelled { .. } => StatusState::Cancelled,
    }
}

fn pending(order: &Order) -> StatusState {
    let live = order.payments.iter().filter(|payment| payment.state.is_live());
    let (checkable, by_hand): (Vec<&Payment>, Vec<&Payment>) =
        live.partition(|payment| payment.terms.checkable);
    if !checkable.is_empty() {
        let begun = |payment: &&Payment| matches!(payment.state, PaymentState::Processing { .. });
        return StatusState::Waiting { processing: checkable.iter().any(begun) };
    }
    if by_hand.is_empty() { StatusState::Unpaid } else { StatusState::ByHand }
}

/// Why a payment did not go through.
fn why(payment: &Payment) -> Option<Why> {
    match &payment.state {
        PaymentState::Failed { reason, .. } => Some(match reason {
            FailureReason::Declined => Why::Declined,
            FailureReason::Cancelled => Why::Cancelled,
            FailureReason::LinkExpired => Why::LinkExpired,
            FailureReason::DeclinedCancelledOrExpired => Why::Unclear,
            FailureReason::OpenRefused { .. } | FailureReason::NotSent { .. } => Why::NotOpened,
        }),
        PaymentState::Cancelled { .. } => Some(Why::Cancelled),
        PaymentState::Expired { .. } => Some(Why::LinkExpired),
        PaymentState::Opening
        | PaymentState::Open { .. }
        | PaymentState::Processing { .. }
        | PaymentState::Unknown { .. }
        | PaymentState::Paid { .. } => None,
    }
}

/// Since when the order stands as the page says.
fn since_ms(order: &Order) -> i64 {
    match order.state {
        OrderState::Paid { at_ms, .. }
        | OrderState::Fulfilled { paid_at_ms: at_ms, .. }
        | OrderState::Expired { at_ms }
        | OrderState::Cancelled { at_ms } => at_ms,
        OrderState::Failed => {
            order.payments.iter().filter_map(ended_at_ms).max().unwrap_or(order.created_at_ms)
        }
        OrderState::Pending => order.created_at_ms,
    }
}

fn ended_at_ms(payment: &Payment) -> Option<i64> {
    match payment.state {
        PaymentState::Failed { at_ms, .. }
        | PaymentState::Expired { at_ms, .. }
        | PaymentState::Cancelled { at_ms, .. }
        | PaymentState::Paid { at_ms, .. } => Some(at_ms),
        PaymentState::Opening
        | PaymentState::Open { .. }
        | PaymentState::Processing { .. }
        | PaymentState::Unknown { .. } => None,
    }
}

/// Without JavaScript the page is loaded whole each time, so it is loaded less often the longer it lasts.
fn reload_s(order: &Order, now_ms: i64) -> u32 {
    let begun_ms = order.payments.last().map_or(order.created_at_ms, |payment| payment.created_at_ms);
    match (now_ms - begun_ms) / 60_000 {
        ..5 => 10,
        5..15 => 30,
        15.. => 60,
    }
}
