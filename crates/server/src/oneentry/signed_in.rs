//! Who asks, signed in: the customer whose access token came with the request.

use axum::extract::FromRequestParts;
use guichet_core::{Actor, LoginId};
use http::HeaderMap;
use http::request::Parts;

use crate::access::bearer;
use crate::oneentry::front::Front;
use crate::store::{CustomerRow, CustomerStatus};

use super::front_error::FrontError;
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

impl SignedIn {
    /// The customer as the journal names them.
    pub(crate) fn actor(&self) -> Actor {
        Actor::Customer { id: Some(self.customer.id) }
    }

    /// The customer of an access token, if it is one of this visitor's project and its login is open.
    ///
    /// # Errors
    /// [`FrontError::unauthorized`], whatever is wrong with it.
    pub(crate) async fn by_token(
        front: &Front,
        visitor: Visitor,
        headers: &HeaderMap,
    ) -> Result<Self, FrontError> {
        let now_ms = front.clock().now_ms();
        let token = bearer(headers).ok_or_else(FrontError::unauthorized)?;
        let login = front.access.login_named_by(token).ok_or_else(FrontError::unauthorized)?;
        let login = front.store().login(login).await?.filter(|login| login.expires_at_ms > now_ms);
        let login = login.ok_or_else(FrontError::unauthorized)?;
        let customer = front.store().customer(login.customer).await?.ok_or_else(FrontError::unauthorized)?;
        let theirs = (customer.merchant, customer.environment) == (visitor.merchant, visitor.environment);
        if !theirs || customer.status != CustomerStatus::Active {
            return Err(FrontError::unauthorized());
        }
        Ok(SignedIn { visitor, customer, login: login.id })
    }
}

impl FromRequestParts<Front> for SignedIn {
    type Rejection = FrontError;

    async fn from_request_parts(parts: &mut Parts, front: &Front) -> Result<Self, FrontError> {
        let visitor = Visitor::from_request_parts(parts, front).await?;
        SignedIn::by_token(front, visitor, &parts.headers).await
    }
}
