//! `GET /checkout/{token}`: choose how to pay.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use guichet_core::Money;

use crate::app::App;
use crate::pages::{CheckoutPage, Choice, Notice, amounts_called};

use super::{Visitor, shown};

/// The page; an order that needs no payment any more leads to its status.
pub(crate) async fn checkout_page(State(app): State<App>, visitor: Visitor) -> Response {
    if !visitor.may_choose() || visitor.seconds_left(&app) == 0 {
        return Redirect::to(&visitor.path_in_language("status")).into_response();
    }
    draw(&app, &visitor, None)
}

/// The page, with what became of an attempt just made.
pub(super) fn draw(app: &App, visitor: &Visitor, notice: Option<Notice>) -> Response {
    let order = &visitor.stored.order;
    let terms = &order.terms;
    let currency = terms.money.currency;
    let snapshot = app.registry().snapshot();
    let accounts = app.serving(&snapshot, order.merchant, order.environment, terms, true);
    let choices = accounts
        .unwrap_or_default()
        .iter()
        .map(|account| Choice {
            account: account.id.to_string(),
            gateway: account.gateway.name().to_owned(),
            label: account.label.clone(),
        })
        .collect();
    let lines = terms.items.iter().map(|item| {
        let line = Money::new(item.unit_amount.saturating_mul(item.quantity), currency);
        (item.name.clone(), item.quantity, line.decimal())
    });
    let parts = amounts_called(&terms.breakdown, visitor.language);
    let parts = parts.map(|(name, amount)| (name.to_owned(), 1, Money::new(amount, currency).decimal()));
    let items = lines.chain(parts).collect();
    let page = CheckoutPage {
        language: visitor.language,
        merchant_name: visitor.merchant_name(app),
        order_title: terms.title.clone(),
        reference: terms.reference.clone(),
        amount: terms.money.decimal(),
        currency: currency.code().to_owned(),
        items,
        test_mode: visitor.is_test(),
        seconds_left: visitor.seconds_left(app),
        choices,
        notice,
        form_action: visitor.path("checkout"),
        status_url: visitor.path_in_language("status"),
    };
    shown(page.render())
}
