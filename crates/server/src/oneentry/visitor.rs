//! Who asks: the project that the front's key names, and the language that it wants.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use guichet_core::{Environment, MerchantId};
use http::StatusCode;
use http::request::Parts;

use crate::oneentry::front::Front;

use super::front_error::FrontError;
use crate::catalogue::Project;

/// The header in which a front sends its publishable key.
const APP_TOKEN: &str = "x-app-token";

/// Anybody at a shop front, signed in or not.
#[derive(Debug, Clone)]
pub(crate) struct Visitor {
    /// Whose shop it is.
    pub(crate) merchant: MerchantId,
    /// Play money or real money.
    pub(crate) environment: Environment,
    /// What the front is made of.
    pub(crate) project: Arc<Project>,
    /// The language that was asked for by `langCode`, if the project has it; its first one otherwise.
    pub(crate) language: String,
}

impl FromRequestParts<Front> for Visitor {
    type Rejection = FrontError;

    async fn from_request_parts(parts: &mut Parts, front: &Front) -> Result<Self, FrontError> {
        let token = parts.headers.get(APP_TOKEN).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let snapshot = front.registry().for_key(|known| known.front_key(token).is_some()).await;
        // Not 401: that would make the SDK refresh its tokens, which is no help here.
        let forbidden = |message| FrontError::new(StatusCode::FORBIDDEN, message);
        let key = snapshot.front_key(token).ok_or_else(|| {
            forbidden("The x-app-token is not a key of this server; make one with `guichet key create --publishable`.")
        })?;
        let project = snapshot
            .projects
            .get(&key.merchant)
            .ok_or_else(|| forbidden("This merchant has no project; declare one in the shop file."))?;
        let language =
            asked_for(parts.uri.query().unwrap_or_default()).unwrap_or_else(|| project.language().to_owned());
        Ok(Visitor {
            merchant: key.merchant,
            environment: key.environment,
            project: project.clone(),
            language,
        })
    }
}

fn asked_for(query: &str) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    let found = pairs.find(|(name, value)| name == "langCode" && !value.is_empty());
    found.map(|(_, value)| value.chars().take(20).collect())
}
