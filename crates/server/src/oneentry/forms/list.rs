//! `GET /forms`: every form of the project.

use axum::Json;

use crate::catalogue::with_ids;
use crate::oneentry::paging::{Listed, Paging, count};
use crate::oneentry::visitor::Visitor;

use super::entity::FormEntity;

/// A page of them.
pub(super) async fn list_forms(visitor: Visitor, paging: Paging) -> Json<Listed<FormEntity>> {
    let forms = &visitor.project.forms;
    let page = paging.part(with_ids(forms));
    let items = page.map(|(id, form)| FormEntity::of(id, form, &visitor.language)).collect();
    Json(Listed { items, total: count(forms.len()) })
}
