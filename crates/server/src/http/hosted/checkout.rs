//! `GET /checkout/{token}`: choose how to pay.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use guichet_core::Money;

use crate::app::App;
use crate::pages::{CheckoutPage, Choice, Notice};

use super::payer_form::{Typed, fields};
use super::{Visitor, shown};

/// The page; an order that needs no payment any more leads to its status.
pub(crate) async fn checkout_page(State(app): State<App>, visitor: Visitor) -> Response {
    if !visitor.may_choose() || visitor.seconds_left(&app) == 0 {
        return Redirect::to(&visitor.path_in_language("status")).into_response();
    }
    draw(&app, &visitor, None, None)
}

/// The page, with what became of an attempt just made and what was typed for it.
pub(super) fn draw(app: &App, visitor: &Visitor, notice: Option<Notice>, typed: Option<&Typed>) -> Response {
    let order = &visitor.stored.order;
    let terms = &order.terms;
    let currency = terms.money.currency;
    let snapshot = app.registry().snapshot();
    let offered = app.offered(&snapshot, order.merchant, order.environment, terms);
    let chosen = typed.map(|typed| typed.account).or_else(|| offered.first().map(|(account, _)| account.id));
    let choices = offered
        .iter()
        .map(|(account, asked)| Choice {
            account: account.id.to_string(),
            gateway: account.gateway.name().to_owned(),
            label: account.label.clone(),
            chosen: chosen == Some(account.id),
            fields: match typed.filter(|typed| typed.account == account.id) {
                Some(typed) => typed.fields.clone(),
                None => fields(app, &snapshot, visitor, account, asked),
            },
        })
        .collect();
    let items = terms
        .items
        .iter()
        .map(|item| {
            let line = Money::new(item.unit_amount.saturating_mul(item.quantity), currency);
            (item.name.clone(), item.quantity, line.decimal())
        })
        .collect();
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
