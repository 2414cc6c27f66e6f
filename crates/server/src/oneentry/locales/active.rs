//! `GET /locales/active/all`: every language of the project.

use axum::Json;
use serde::Serialize;

use crate::oneentry::visitor::Visitor;

/// OneEntry's `ILocalEntity`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LocaleEntity {
    id: i64,
    short_code: String,
    code: String,
    name: String,
    native_name: String,
    is_active: bool,
    image: Option<String>,
    position: i64,
}

impl LocaleEntity {
    fn of(position: i64, code: &str, name: &str, native_name: &str) -> Self {
        LocaleEntity {
            id: position,
            short_code: code.split(['_', '-']).next().unwrap_or_default().to_owned(),
            code: code.to_owned(),
            name: name.to_owned(),
            native_name: native_name.to_owned(),
            is_active: true,
            image: None,
            position,
        }
    }
}

/// All of them; a project that names none speaks the SDK's own default.
pub(super) async fn list_locales(visitor: Visitor) -> Json<Vec<LocaleEntity>> {
    let project = &visitor.project;
    if project.locales.is_empty() {
        return Json(vec![LocaleEntity::of(1, project.language(), "English", "English")]);
    }
    let locales = (1..).zip(&project.locales).map(|(position, locale)| {
        LocaleEntity::of(
            position,
            &locale.code,
            &locale.name,
            locale.native_name.as_ref().unwrap_or(&locale.name),
        )
    });
    Json(locales.collect())
}
