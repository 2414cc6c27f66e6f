//! `GET /forms/marker/{marker}`: one form.

use axum::Json;
use axum::extract::Path;

use crate::catalogue::marked;
use crate::oneentry::front_error::FrontError;
use crate::oneentry::visitor::Visitor;

use super::entity::FormEntity;

/// The form of that marker.
pub(super) async fn read_form(
    visitor: Visitor,
    Path(marker): Path<String>,
) -> Result<Json<FormEntity>, FrontError> {
    let found = marked(&visitor.project.forms, &marker);
    let (id, form) = found.ok_or_else(|| FrontError::not_found("Form"))?;
    Ok(Json(FormEntity::of(id, form, &visitor.language)))
}
