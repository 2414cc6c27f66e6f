//! `GET /users-auth-providers`: how customers may sign in.

use axum::Json;
use axum::extract::Query;
use serde::Deserialize;

use crate::catalogue::with_ids;
use crate::oneentry::front_error::FrontError;
use crate::oneentry::visitor::Visitor;

use super::read::ProviderEntity;

#[derive(Deserialize)]
pub(super) struct Page {
    #[serde(default)]
    offset: usize,
    #[serde(default = "a_page")]
    limit: usize,
}

fn a_page() -> usize {
    30
}

pub(super) async fn list_providers(
    visitor: Visitor,
    page: Result<Query<Page>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<Vec<ProviderEntity>>, FrontError> {
    let Query(page) = page.map_err(|_| FrontError::bad_request("offset and limit are whole numbers"))?;
    let providers = with_ids(&visitor.project.providers).skip(page.offset).take(page.limit);
    Ok(Json(providers.map(|(id, provider)| ProviderEntity::new(id, provider, &visitor.language)).collect()))
}
