//! `POST /office/payment-links`: a new payment link.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use guichet_core::{MerchantId, PaymentLink};
use http::StatusCode;

use crate::app::LinkRefused;
use crate::office::Office;
use crate::office::answer::{Problem, Trouble, page, redirect};
use crate::office::form::Form;
use crate::office::visitor::Visitor;
use crate::operators::{AuditedAction, Noted, Permission};

use super::form::{Typed, Wrong};
use super::list_page;

pub(super) async fn posted(
    State(office): State<Office>,
    visitor: Visitor,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    match made(&office, &visitor, &typed).await {
        Ok(link) => {
            let say = |noted: Noted| noted.to(&link.reference).with("label", &link.terms.title);
            visitor.note(Some(link.merchant), AuditedAction::MadePaymentLink, say).await?;
            Ok(redirect(&format!("{}/payment-links/{}?done=made", visitor.base(), link.id)))
        }
        Err(NotMade::Wrong(wrong)) => {
            let typed = Typed { wrong: Some(wrong), ..typed };
            let page = page(&list_page(&office, &visitor, None, typed).await?);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(NotMade::Trouble(trouble)) => Err(visitor.problem(trouble)),
    }
}

/// Why there is no link.
enum NotMade {
    /// Something that was typed is not taken.
    Wrong(Wrong),
    /// Anything else.
    Trouble(Trouble),
}

async fn made(office: &Office, visitor: &Visitor, typed: &Typed) -> Result<PaymentLink, NotMade> {
    let (environment, now_ms) = (visitor.environment(), office.app.clock().now_ms());
    let shop: Option<MerchantId> = typed.shop.parse().ok();
    let shop = shop.filter(|shop| visitor.may(Permission::MakePaymentLinks, *shop, environment));
    let shop = shop.and_then(|shop| visitor.snapshot().merchants.get(&shop));
    let shop = shop.ok_or(NotMade::Trouble(Trouble::NotFound))?;
    let asked = typed.asked(now_ms, &shop.zones.at(now_ms)).map_err(NotMade::Wrong)?;
    let made = office.app.make_payment_link((shop, environment), &asked, visitor.actor()).await;
    made.map(|(link, _)| link).map_err(|refused| match refused {
        LinkRefused::Field(rule) => NotMade::Wrong(Wrong::of_field(&rule.field)),
        LinkRefused::NoAccount(_) => NotMade::Wrong(Wrong::NoAccount),
        LinkRefused::ReferenceTaken | LinkRefused::Over => NotMade::Wrong(Wrong::ReferenceTaken),
        LinkRefused::Error(error) => NotMade::Trouble(error.into()),
    })
}
