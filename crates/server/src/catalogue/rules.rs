//! The rules that a project and a product must keep, checked when they are declared, so that nothing
//! that a customer does can meet a hole.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::ops::RangeInclusive;

use guichet_core::OrderState;

use crate::fields::{MOST_MINOR, overrides_direction};

use super::decimal::Decimal;
use super::product::Product;
use super::project::{
    AUTO, Field, FieldType, Form, FormKind, Numbered, Project, Provider, Role, Storage, Text, marked,
    with_ids,
};

/// A rule that a declaration breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {rule}")]
pub struct Broken {
    /// Where, such as `storages[0].form`.
    pub field: String,
    /// Which, as a sentence.
    pub rule: String,
}

type Checked = Result<(), Broken>;

fn broken<T>(field: impl Into<String>, rule: impl Into<String>) -> Result<T, Broken> {
    Err(Broken { field: field.into(), rule: rule.into() })
}

fn ensure(holds: bool, field: impl Into<String>, rule: &str) -> Checked {
    if holds { Ok(()) } else { broken(field, rule) }
}

fn within<T: PartialOrd + Display + Copy>(value: T, range: RangeInclusive<T>, field: String) -> Checked {
    if range.contains(&value) {
        return Ok(());
    }
    broken(field, format!("It must be {} to {}, not {value}.", range.start(), range.end()))
}

/// The longest text for people, in characters.
const LONGEST_TEXT: usize = 200;

/// The longest attribute of a product, in characters.
const LONGEST_ATTRIBUTE: usize = 4000;

/// The longest address of a picture: it is kept with every order of the product.
const LONGEST_IMAGE: usize = 500;

/// The most things of one kind in a project, and the most fields of a form.
const MOST: usize = 100;

fn is_marker(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    (1..=60).contains(&text.len()) && text.bytes().all(plain)
}

const MARKER: &str = "A marker has 1 to 60 letters, digits, “_” and “-”.";

/// A language code such as `en_US`, `fr` or `zh-Hant`.
fn is_language(text: &str) -> bool {
    let (language, more) = text.split_once(['_', '-']).unwrap_or((text, "XX"));
    (2..=3).contains(&language.len())
        && language.bytes().all(|byte| byte.is_ascii_alphabetic())
        && (2..=8).contains(&more.len())
        && more.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

const LANGUAGE: &str = "A language is written like en_US.";

fn unique<T: Ord + Display>(values: impl IntoIterator<Item = (String, T)>) -> Checked {
    let mut seen = BTreeSet::new();
    for (field, value) in values {
        if seen.contains(&value) {
            return broken(field, format!("“{value}” is there twice."));
        }
        seen.insert(value);
    }
    Ok(())
}

/// A text in every language that it has: not too long, one line unless it may have several.
fn text(text: &Text, most: usize, lines: bool, field: &str) -> Checked {
    let one = |text: &str, field: &str| {
        let breaks = |c: char| {
            let of_lines = lines && matches!(c, '\n' | '\r' | '\t');
            (c.is_control() && !of_lines) || overrides_direction(c)
        };
        ensure(
            !text.chars().any(breaks),
            field,
            "It must not have control or direction override characters.",
        )?;
        within(text.chars().count(), 0..=most, field.to_owned())
    };
    match text {
        Text::Same(text) => one(text, field),
        Text::Each(texts) => {
            ensure(!texts.is_empty(), field, "It needs a text in at least one language.")?;
            texts.iter().try_for_each(|(language, text)| {
                ensure(is_language(language), field, LANGUAGE)?;
                one(text, &format!("{field}.{language}"))
            })
        }
    }
}

fn title(title: &Text, field: &str) -> Checked {
    text(title, LONGEST_TEXT, false, &format!("{field}.title"))
}

/// The rules of every list of things with numbers and markers.
fn numbered<T: Numbered>(list: &[T], name: &str) -> Checked {
    within(list.len(), 0..=MOST, name.to_owned())?;
    for (index, thing) in list.iter().enumerate() {
        ensure(is_marker(thing.marker()), format!("{name}[{index}].identifier"), MARKER)?;
        within(thing.declared_id().unwrap_or(1), 1..=i64::from(i32::MAX), format!("{name}[{index}].id"))?;
    }
    let at = |index: usize, field: &str| format!("{name}[{index}].{field}");
    unique(list.iter().enumerate().map(|(index, thing)| (at(index, "identifier"), thing.marker())))?;
    unique(with_ids(list).enumerate().map(|(index, (id, _))| (at(index, "id"), id)))
}

fn web_address(text: &str, most: usize, field: &str) -> Checked {
    let url = url::Url::parse(text).ok().filter(|_| text.len() <= most);
    let good = url.is_some_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
    });
    let rule = format!("It must be an http or https address of at most {most} characters.");
    ensure(good, field, &rule)
}

impl Project {
    /// Whether everything in it fits together.
    pub fn check(&self) -> Checked {
        if let Err(error) = self.currency() {
            return broken("currency", format!("{error}."));
        }
        if let Some(url) = &self.return_url {
            web_address(url, 2048, "return_url")?;
        }
        within(self.locales.len(), 0..=MOST, "locales".to_owned())?;
        for (index, locale) in self.locales.iter().enumerate() {
            ensure(is_language(&locale.code), format!("locales[{index}].code"), LANGUAGE)?;
            for (name, words) in [("name", Some(&locale.name)), ("native_name", locale.native_name.as_ref())]
            {
                let length = words.map_or(1, |words| words.chars().count());
                within(length, 1..=LONGEST_TEXT, format!("locales[{index}].{name}"))?;
            }
        }
        let codes = self.locales.iter().enumerate();
        unique(codes.map(|(index, locale)| (format!("locales[{index}].code"), locale.code.as_str())))?;
        self.check_forms()?;
        self.check_providers()?;
        self.check_accounts()?;
        self.check_storages()
    }

    /// Whether every gateway account that it names is one of the merchant's, in whichever environment.
    pub fn check_gateway_accounts(&self, known: impl Fn(&str) -> bool) -> Checked {
        let mut accounts = self.accounts.iter().enumerate();
        accounts.try_for_each(|(index, account)| {
            let name = &account.gateway_account;
            let rule = format!("There is no gateway account “{name}”; declare it, or write “{AUTO}”.");
            ensure(name == AUTO || known(name), format!("accounts[{index}].gateway_account"), &rule)
        })
    }

    fn check_forms(&self) -> Checked {
        numbered(&self.forms, "forms")?;
        self.forms.iter().enumerate().try_for_each(|(index, form)| form.check_at(&format!("forms[{index}]")))
    }

    fn check_providers(&self) -> Checked {
        numbered(&self.providers, "providers")?;
        self.providers
            .iter()
            .enumerate()
            .try_for_each(|(index, provider)| provider.check_at(self, &format!("providers[{index}]")))
    }

    fn check_accounts(&self) -> Checked {
        numbered(&self.accounts, "accounts")?;
        self.accounts.iter().enumerate().try_for_each(|(index, account)| {
            let field = format!("accounts[{index}]");
            within(account.gateway_account.len(), 1..=LONGEST_TEXT, format!("{field}.gateway_account"))?;
            title(&account.title, &field)
        })
    }

    fn check_storages(&self) -> Checked {
        numbered(&self.storages, "storages")?;
        self.storages
            .iter()
            .enumerate()
            .try_for_each(|(index, storage)| storage.check_at(self, &format!("storages[{index}]")))
    }

    /// The form of that marker, which must be of that kind.
    fn form_of(&self, marker: &str, kind: FormKind, field: &str) -> Result<&Form, Broken> {
        match marked(&self.forms, marker) {
            Some((_, form)) if form.kind == kind => Ok(form),
            Some(_) => broken(field, format!("The form “{marker}” is of another type.")),
            None => broken(field, format!("There is no form “{marker}”.")),
        }
    }
}

impl Form {
    fn check_at(&self, field: &str) -> Checked {
        title(&self.title, field)?;
        within(self.fields.len(), 0..=MOST, format!("{field}.fields"))?;
        let at = |index: usize, what: &str| format!("{field}.fields[{index}].{what}");
        for (index, one) in self.fields.iter().enumerate() {
            one.check_at(self.kind, &format!("{field}.fields[{index}]"))?;
        }
        let fields = || self.fields.iter().enumerate();
        unique(fields().map(|(index, one)| (at(index, "marker"), one.marker.as_str())))?;
        let mut roles: Vec<Role> = Vec::new();
        for (index, role) in fields().filter_map(|(index, one)| Some((index, one.role?))) {
            ensure(!roles.contains(&role), at(index, "role"), "Another field of this form has this role.")?;
            roles.push(role);
        }
        Ok(())
    }
}

impl Field {
    fn check_at(&self, form: FormKind, field: &str) -> Checked {
        let at = |what: &str| format!("{field}.{what}");
        ensure(is_marker(&self.marker), at("marker"), MARKER)?;
        title(&self.title, field)?;
        let least = self.min_length.unwrap_or(0);
        within(self.max_length.unwrap_or(1000), 1..=10_000, at("max_length"))?;
        within(least, 0..=self.max_length.unwrap_or(1000), at("min_length"))?;
        let chosen = matches!(self.kind, FieldType::List | FieldType::RadioButton);
        let rule = "Lists and radio buttons have values to choose from, and nothing else has.";
        ensure(chosen != self.values.is_empty(), at("values"), rule)?;
        within(self.values.len(), 0..=MOST, at("values"))?;
        let values = || self.values.iter().enumerate();
        unique(
            values().map(|(index, choice)| (at(&format!("values[{index}].value")), choice.value.as_str())),
        )?;
        for (index, choice) in values() {
            within(choice.value.chars().count(), 1..=LONGEST_TEXT, at(&format!("values[{index}].value")))?;
            title(&choice.title, &at(&format!("values[{index}]")))?;
        }
        if let Some(why) = self.kind.cannot_work() {
            return broken(at("type"), why);
        }
        let rule = "A button is pressed and not filled in, so it cannot be required.";
        ensure(self.kind != FieldType::Button || !self.required, at("required"), rule)?;
        let textual = matches!(self.kind, FieldType::String | FieldType::Text);
        ensure(self.role.is_none() || textual, at("role"), "A field with a role is a string or a text.")?;
        let rule = "Only a form of type sign_in_up has fields for signing in.";
        ensure(!self.signs_in() || form == FormKind::SignInUp, at("role"), rule)
    }
}

impl Provider {
    fn check_at(&self, project: &Project, field: &str) -> Checked {
        let at = |what: &str| format!("{field}.{what}");
        title(&self.title, field)?;
        let form = project.form_of(&self.form, FormKind::SignInUp, &at("form"))?;
        for (role, rule) in [
            (Role::Identifier, "Its form needs a field with the role identifier."),
            (Role::Password, "Its form needs a field with the role password."),
        ] {
            ensure(form.fields.iter().any(|one| one.role == Some(role)), at("form"), rule)?;
        }
        within(self.access_token_ttl, 60..=86_400, at("access_token_ttl"))?;
        within(self.refresh_token_ttl, self.access_token_ttl..=31_536_000, at("refresh_token_ttl"))?;
        within(self.code_length, 4..=12, at("code_length"))?;
        within(self.code_ttl, 60..=86_400, at("code_ttl"))
    }
}

impl Storage {
    fn check_at(&self, project: &Project, field: &str) -> Checked {
        let at = |what: &str| format!("{field}.{what}");
        title(&self.title, field)?;
        project.form_of(&self.form, FormKind::Order, &at("form"))?;
        ensure(!self.accounts.is_empty(), at("accounts"), "It needs at least one way to pay.")?;
        for (index, account) in self.accounts.iter().enumerate() {
            let rule = format!("There is no account “{account}” in the project.");
            ensure(marked(&project.accounts, account).is_some(), at(&format!("accounts[{index}]")), &rule)?;
        }
        let accounts = self.accounts.iter().enumerate();
        unique(accounts.map(|(index, account)| (at(&format!("accounts[{index}]")), account.as_str())))?;
        within(self.expires_in.unwrap_or(60), 60..=2_592_000, at("expires_in"))?;
        self.check_statuses(&at)
    }

    fn check_statuses(&self, at: &impl Fn(&str) -> String) -> Checked {
        let mut names = BTreeMap::new();
        for (index, status) in self.statuses.iter().enumerate() {
            let field = at(&format!("statuses[{index}]"));
            ensure(is_marker(&status.identifier), format!("{field}.identifier"), MARKER)?;
            title(&status.title, &field)?;
            for state in &status.when {
                let rule =
                    format!("There is no state “{state}”; there are {}.", OrderState::STATUSES.join(", "));
                ensure(OrderState::STATUSES.contains(&state.as_str()), format!("{field}.when"), &rule)?;
                let rule = format!("“{state}” has a status already.");
                ensure(names.insert(state, index).is_none(), format!("{field}.when"), &rule)?;
            }
        }
        let statuses = self.statuses.iter().enumerate();
        unique(statuses.map(|(index, status)| {
            (at(&format!("statuses[{index}].identifier")), status.identifier.as_str())
        }))
    }
}

impl Product {
    /// Whether it can be sold.
    pub fn check(&self) -> Checked {
        within(self.id, 1..=i64::from(i32::MAX), "id".to_owned())?;
        text(&self.title, LONGEST_TEXT, false, "title")?;
        let named = match &self.title {
            Text::Same(title) => !title.trim().is_empty(),
            Text::Each(titles) => titles.values().all(|title| !title.trim().is_empty()),
        };
        ensure(named, "title", "A product needs a title in every language that it has one in.")?;
        within(self.price, 0..=MOST_MINOR, "price".to_owned())?;
        if let Some(sku) = &self.sku {
            text(&Text::Same(sku.clone()), 100, false, "sku")?;
        }
        if let Some(image) = &self.image {
            web_address(image, LONGEST_IMAGE, "image")?;
        }
        if let Some(status) = &self.status {
            ensure(is_marker(status), "status", MARKER)?;
        }
        within(self.categories.len(), 0..=MOST, "categories".to_owned())?;
        for (index, category) in self.categories.iter().enumerate() {
            within(category.chars().count(), 1..=LONGEST_TEXT, format!("categories[{index}]"))?;
        }
        within(self.attributes.len(), 0..=MOST, "attributes".to_owned())?;
        for (marker, attribute) in &self.attributes {
            let field = format!("attributes.{marker}");
            ensure(is_marker(marker), field.as_str(), MARKER)?;
            ensure(is_marker(&attribute.kind), format!("{field}.type"), MARKER)?;
            text(&attribute.value, LONGEST_ATTRIBUTE, true, &format!("{field}.value"))?;
            let numeric = matches!(attribute.kind.as_str(), "integer" | "real" | "float");
            let number = match &attribute.value {
                Text::Same(value) => Decimal::parse(value).is_some(),
                Text::Each(_) => false,
            };
            let rule = "A number is the same in every language, such as “12.5”.";
            ensure(!numeric || number, format!("{field}.value"), rule)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
