//! `GET /checkout/{token}`: choose how to pay.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use guichet_core::Money;

use crate::app::App;
use crate::pages::{CheckoutPage, Choice, Notice, amounts_called};

use super::payer_form::{Typed, fields};
use super::{Visitor, shown};

/// The page; an order that needs no payment any more leads to its status.
pub(crate) async fn checkout_page(State(app): State<App>, mut visitor: Visitor) -> Response {
    visitor.keep_language(&app).await;
    if !visitor.may_choose() || visitor.seconds_left(&app) == 0 {
        return Redirect::to(&visitor.path("status")).into_response();
    }
    draw(&app, &visitor, None, None)
}

/// The page, with what became of an attempt just made and what was typed for it.
pub(super) fn draw(app: &App, visitor: &Visitor, notice: Option<Notice>, typed: Option<&Typed>) -> Response {
    let order = &visitor.stored.order;
    let terms = &order.terms;
    let currency = terms.money.currency;
    let snapshot = app.registry().snapshot();
    let offered = match app.registry().quiet() {
        Some(_) => Vec::new(),
        None => app.offered(&snapshot, order.merchant, order.environment, terms),
    };
    let chosen = typed.map(|typed| typed.account).or_else(|| offered.first().map(|(account, _)| account.id));
    let choices = offered
        .iter()
        .map(|(account, asked)| Choice {
            account: account.id.to_string(),
            label: account.called(visitor.language).to_owned(),
            how: account.paid_with(visitor.language).to_owned(),
            chosen: chosen == Some(account.id),
            fields: match typed.filter(|typed| typed.account == account.id) {
                Some(typed) => typed.fields.clone(),
                None => fields(app, &snapshot, visitor, account, asked),
            },
        })
        .collect();
    let lines = terms.items.iter().map(|item| {
        let line = Money::new(item.unit_amount.saturating_mul(item.quantity), currency);
        (item.name.clone(), item.quantity, line)
    });
    let parts = amounts_called(&terms.breakdown, visitor.language);
    let parts = parts.map(|(name, amount)| (name.to_owned(), 1, Money::new(amount, currency)));
    let items = lines.chain(parts).collect();
    let page = CheckoutPage {
        language: visitor.language,
        shop: visitor.shop(app),
        order_title: terms.title.clone(),
        reference: terms.reference.clone(),
        money: terms.money,
        items,
        seconds_left: visitor.seconds_left(app),
        choices,
        notice,
        form_action: visitor.path("checkout"),
        status_url: visitor.path("status"),
    };
    shown(page.render(), Some(&page.shop))
}
