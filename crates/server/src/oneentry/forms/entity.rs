//! A form as OneEntry's clients are shown one.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::catalogue::{Field, Form, FormKind, Role};
use crate::oneentry::localized::Localized;

/// OneEntry's `IFormsEntity`. Its word for forms to sign in and up is spelled `sing_in_up`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FormEntity {
    id: i64,
    identifier: String,
    localize_infos: Localized,
    version: i64,
    position: i64,
    processing_type: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    /// A form has its fields to itself, so that the set has the form's number.
    attribute_set_id: i64,
    template_id: Option<i64>,
    attributes: Vec<AttributeEntity>,
    module_form_configs: [String; 0],
}

/// OneEntry's `IFormAttribute`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct AttributeEntity {
    marker: String,
    #[serde(rename = "type")]
    kind: &'static str,
    position: i64,
    is_visible: bool,
    localize_infos: Localized,
    initial_value: Option<String>,
    list_titles: Vec<ListTitle>,
    validators: Validators,
    settings: BTreeMap<String, String>,
    additional_fields: BTreeMap<String, String>,
    is_login: bool,
    is_sign_up: bool,
    is_password: bool,
    is_sign_up_required: bool,
    is_notification_email: bool,
    is_notification_phone_push: bool,
    #[serde(rename = "isNotificationPhoneSMS")]
    is_notification_phone_sms: bool,
}

#[derive(Debug, Serialize)]
struct ListTitle {
    title: String,
    value: String,
    position: i64,
    extended: Extended,
}

#[derive(Debug, Default, Serialize)]
struct Extended {
    value: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Validators {
    #[serde(skip_serializing_if = "Option::is_none")]
    required_validator: Option<Strict>,
    #[serde(skip_serializing_if = "Option::is_none")]
    string_inspection_validator: Option<Lengths>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_inspection_validator: Option<bool>,
}

#[derive(Debug, Serialize)]
struct Strict {
    strict: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Lengths {
    string_min: usize,
    string_max: usize,
    string_length: usize,
}

impl FormEntity {
    /// The form of that number, in that language.
    pub(super) fn of(id: i64, form: &Form, language: &str) -> Self {
        let fields = (1..).zip(&form.fields);
        FormEntity {
            id,
            identifier: form.identifier.clone(),
            localize_infos: Localized::of(&form.title, language, &form.identifier),
            version: 0,
            position: id,
            processing_type: "async",
            kind: match form.kind {
                FormKind::Order => "order",
                FormKind::SignInUp => "sing_in_up",
            },
            attribute_set_id: id,
            template_id: None,
            attributes: fields
                .map(|(index, field)| AttributeEntity::of(index, field, form.kind, language))
                .collect(),
            module_form_configs: [],
        }
    }
}

impl AttributeEntity {
    fn of(position: i64, field: &Field, form: FormKind, language: &str) -> Self {
        let is = |role: Role| field.role == Some(role);
        let signs_up = form == FormKind::SignInUp;
        let choices = (1..).zip(&field.values).map(|(position, choice)| ListTitle {
            title: match choice.title.in_language(language) {
                "" => choice.value.clone(),
                title => title.to_owned(),
            },
            value: choice.value.clone(),
            position,
            extended: Extended::default(),
        });
        AttributeEntity {
            marker: field.marker.clone(),
            kind: field.kind.as_str(),
            position,
            is_visible: true,
            localize_infos: Localized::of(&field.title, language, &field.marker),
            initial_value: None,
            list_titles: choices.collect(),
            validators: Validators::of(field),
            settings: BTreeMap::new(),
            additional_fields: BTreeMap::new(),
            is_login: is(Role::Identifier),
            is_sign_up: signs_up,
            is_password: is(Role::Password),
            is_sign_up_required: signs_up && field.required,
            is_notification_email: is(Role::Email),
            is_notification_phone_push: false,
            is_notification_phone_sms: is(Role::Phone),
        }
    }
}

impl Validators {
    fn of(field: &Field) -> Self {
        let bounded = field.min_length.is_some() || field.max_length.is_some();
        Validators {
            required_validator: field.required.then_some(Strict { strict: true }),
            string_inspection_validator: bounded.then(|| Lengths {
                string_min: field.min_length.unwrap_or(0),
                string_max: field.max_length.unwrap_or(1000),
                string_length: 0,
            }),
            email_inspection_validator: (field.role == Some(Role::Email)).then_some(true),
        }
    }
}
