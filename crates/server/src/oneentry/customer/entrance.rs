//! The entrance that a customer uses: the provider that the path names, at the visitor's project.

use std::ops::Deref;

use axum::extract::{FromRequestParts, Path};
use http::request::Parts;

use crate::app::App;
use crate::oneentry::project::{Form, Provider, marked};
use crate::oneentry::trouble::Trouble;
use crate::oneentry::visitor::Visitor;

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
    pub(crate) fn of(visitor: Visitor, marker: &str) -> Result<Self, Trouble> {
        let project = &visitor.project;
        let (id, provider) =
            marked(&project.providers, marker).ok_or_else(|| Trouble::not_found("Auth provider"))?;
        let (_, form) = marked(&project.forms, &provider.form)
            .ok_or_else(|| Trouble::not_found("Form of the auth provider"))?;
        let (provider, form) = (provider.clone(), form.clone());
        Ok(Entrance { visitor, id, provider, form })
    }
}

impl Deref for Entrance {
    type Target = Visitor;

    fn deref(&self) -> &Visitor {
        &self.visitor
    }
}

impl FromRequestParts<App> for Entrance {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Trouble> {
        let visitor = Visitor::from_request_parts(parts, app).await?;
        let marker = Path::<String>::from_request_parts(parts, app).await;
        let Path(marker) = marker.map_err(|_| Trouble::not_found("Auth provider"))?;
        Entrance::of(visitor, &marker)
    }
}
