//! Who asks, signed in: the customer whose access token came with the request.

use axum::extract::FromRequestParts;
use guichet_core::LoginId;
use http::request::Parts;

use crate::app::App;
use crate::store::CustomerRow;

use super::trouble::Trouble;
use super::visitor::Visitor;

/// A customer at the front of their merchant's shop.
#[derive(Debug, Clone)]
pub(crate) struct SignedIn {
    /// Where, and in which language.
    pub(crate) visitor: Visitor,
    /// Who.
    pub(crate) customer: CustomerRow,
    /// On which device.
    pub(crate) login: LoginId,
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Trouble> {
        let _visitor = Visitor::from_request_parts(parts, app).await?;
        Err(Trouble::unauthorized())
    }
}
