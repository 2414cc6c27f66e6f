//! The entrance that a customer uses: the provider that the path names, at the visitor's project.

use std::ops::Deref;

use axum::extract::{FromRequestParts, Path};
use http::request::Parts;

use crate::access::Login;
use crate::catalogue::{Form, Provider, marked};
use crate::oneentry::front::Front;
use crate::oneentry::front_error::FrontError;
use crate::oneentry::visitor::Visitor;
use crate::store::Fault;

/// A provider of the visitor's project, with its form.
#[derive(Debug, Clone)]
pub(crate) struct Entrance {
    /// Where, and in which language.
    pub(crate) visitor: Visitor,
    /// The provider's number.
    pub(crate) id: i64,
    /// The provider.
    pub(crate) provider: Provider,
    /// What customers fill in there.
    pub(crate) form: Form,
}

impl Entrance {
    /// The entrance of that marker.
    ///
    /// # Errors
    /// There is none.
    pub(crate) fn of(visitor: Visitor, marker: &str) -> Result<Self, FrontError> {
        let project = &visitor.project;
        let (id, provider) =
            marked(&project.providers, marker).ok_or_else(|| FrontError::not_found("Auth provider"))?;
        let (_, form) = marked(&project.forms, &provider.form)
            .ok_or_else(|| FrontError::not_found("Form of the auth provider"))?;
        let (provider, form) = (provider.clone(), form.clone());
        Ok(Entrance { visitor, id, provider, form })
    }
}

impl Entrance {
    /// The country whose phone numbers customers may type as they are dialled there (ISO 3166-1 alpha-2).
    pub(crate) fn home(&self, front: &Front) -> Option<String> {
        front.home_of(self.visitor.merchant, self.visitor.project.currency().ok()?)
    }

    /// The login that a refresh token belongs to, at this visitor's project.
    pub(crate) async fn login_of(&self, front: &Front, refresh_token: &str) -> Result<Option<Login>, Fault> {
        let found = front.access.login_of(refresh_token).await?;
        let here = (self.merchant, self.environment);
        Ok(found.filter(|login| (login.customer.merchant, login.customer.environment) == here))
    }
}

impl Deref for Entrance {
    type Target = Visitor;

    fn deref(&self) -> &Visitor {
        &self.visitor
    }
}

impl FromRequestParts<Front> for Entrance {
    type Rejection = FrontError;

    async fn from_request_parts(parts: &mut Parts, front: &Front) -> Result<Self, FrontError> {
        let visitor = Visitor::from_request_parts(parts, front).await?;
        let marker = Path::<String>::from_request_parts(parts, front).await;
        let Path(marker) = marker.map_err(|_| FrontError::not_found("Auth provider"))?;
        Entrance::of(visitor, &marker)
    }
}
