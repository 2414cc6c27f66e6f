//! `POST /l/{token}`: the customer goes on from a payment link; an order is made, and its checkout page comes next.

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::response::{IntoResponse, Response};
use guichet_core::{LinkAmount, Money, Payer};
use http::StatusCode;

use crate::app::{App, Error, LinkRefused, NoAccount, mark};
use crate::fields::typed_money;
use crate::pages::{Language, ProblemKind};
use crate::source::Source;

use super::PageProblem;
use super::link::{LinkVisitor, MARK_CHARS, TypedAtLink};
use super::pay::{Sent, sent};
use super::payer_form::read;

/// Makes the order, or says what is missing.
pub(in crate::http) async fn order_at_link(
    State(app): State<App>,
    source: Source,
    mut visitor: LinkVisitor,
    form: Result<Sent, FormRejection>,
) -> Result<Response, PageProblem> {
    let form = form.map(|Form(form)| form).unwrap_or_default();
    if let Some(language) = sent(&form, "lang").and_then(Language::from_code) {
        visitor.language = language;
    }
    visitor.insist_on_active(&app)?;
    let page_mark = sent(&form, "mark").filter(|mark| is_mark(mark)).map(str::to_owned);
    let is_ours = page_mark.is_some();
    let page_mark = page_mark.unwrap_or_else(|| mark(MARK_CHARS));
    let (typed, said) = visitor.filled_in(&app, &form);
    let Some((money, payer)) = said.filter(|_| is_ours) else {
        let page = visitor.draw(&app, page_mark, Some(typed));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    if app.may_order_at_link(source.key()).is_err() {
        let (status, kind) = (StatusCode::TOO_MANY_REQUESTS, ProblemKind::TooMany);
        return Err(PageProblem::new(status, kind, visitor.language));
    }
    match app.order_at_link(&visitor.link, &page_mark, money, &payer).await {
        Ok(stored) if stored.order.state.is_waiting() => Ok(visitor.on_to(&app, "checkout", &stored)),
        Ok(stored) => Ok(visitor.on_to(&app, "status", &stored)),
        Err(LinkRefused::Over) => Err(visitor.over()),
        // The shop's own amount was looked at when the link was made; the customer's may be too little, or not round enough.
        Err(LinkRefused::NoAccount(NoAccount::AgainstTheRules(_))) if visitor.asks_how_much() => {
            let amount = typed.amount.map(|(value, _)| (value, true));
            let page = visitor.draw(&app, page_mark, Some(TypedAtLink { amount, ..typed }));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(refused @ (LinkRefused::NoAccount(_) | LinkRefused::Error(Error::Quiet(_)))) => {
            tracing::info!(link = %visitor.link.id, ?refused, "nobody could be paid at a payment link");
            let typed = TypedAtLink { is_closed: true, ..typed };
            let page = visitor.draw(&app, page_mark, Some(typed));
            Ok((StatusCode::SERVICE_UNAVAILABLE, page).into_response())
        }
        Err(LinkRefused::Error(error)) => Err(PageProblem::trouble(error, visitor.language)),
        Err(refused @ (LinkRefused::Field(_) | LinkRefused::ReferenceTaken)) => {
            Err(PageProblem::trouble(format!("{refused:?}"), visitor.language))
        }
    }
}

/// Whether it is a mark as our pages carry it.
fn is_mark(text: &str) -> bool {
    text.len() == MARK_CHARS && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

impl LinkVisitor {
    /// Whether the customer says how much.
    fn asks_how_much(&self) -> bool {
        matches!(self.link.terms.amount, LinkAmount::Open { .. })
    }

    /// What the customer typed, with what is wrong with it; and what it says, where nothing is.
    fn filled_in(&self, app: &App, form: &[(String, String)]) -> (TypedAtLink, Option<(Money, Payer)>) {
        let mut fields = self.fields(app);
        for field in &mut fields {
            field.value = sent(form, field.field.as_str()).unwrap_or_default().to_owned();
        }
        let terms = &self.link.terms;
        let payer = read(&mut fields, app.home_of(self.link.merchant, terms.currency).as_deref());
        let typed = sent(form, "amount").unwrap_or_default();
        let money = terms.amount.asked(terms.currency, typed_money(typed, terms.currency)).ok();
        let amount = Some((typed.to_owned(), money.is_none()));
        (TypedAtLink { amount, fields, is_closed: false }, money.zip(payer))
    }
}
