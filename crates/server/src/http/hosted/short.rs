//! `GET /s/{token}`: the short link of an SMS, which leads to the order's status page.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use crate::app::App;
use crate::random;

use super::{PageProblem, Visitor};

/// On to the status page, whose address is too long for an SMS.
pub(crate) async fn short_link(
    State(app): State<App>,
    parts: http::request::Parts,
) -> Result<Response, PageProblem> {
    let token = parts.uri.path().rsplit('/').next().and_then(random::page_token_of_short);
    let visitor = Visitor::of_token(&app, &parts, token.as_deref()).await?;
    Ok(Redirect::to(&format!("{}{}", visitor.path("status"), query(&app, &visitor))).into_response())
}

/// The query that keeps the page in the SMS's language, where neither the order nor its customer says which it is, and
/// that keeps it from going on to the shop: whoever opens a message wants to read.
fn query(app: &App, visitor: &Visitor) -> String {
    let stored = &visitor.stored;
    let wished = stored.page_language.as_deref().or(stored.order.terms.presentation.language.as_deref());
    let snapshot = app.registry().snapshot();
    match snapshot.merchants.get(&stored.order.merchant).filter(|_| wished.is_none()) {
        Some(merchant) => format!("?lang={}&stay", merchant.messages.language(None).code()),
        None => "?stay".to_owned(),
    }
}
