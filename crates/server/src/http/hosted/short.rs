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
    Ok(Redirect::to(&visitor.path("status")).into_response())
}
