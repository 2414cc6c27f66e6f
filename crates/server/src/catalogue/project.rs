//! A project: what a merchant's shop front is made of, as the shop file and the native API declare it.
//! One merchant is one project. What stands here is data; the rules it must keep are in `rules.rs`.

use std::collections::BTreeMap;

use guichet_core::{Currency, UnknownCurrency};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A text for people: one for every language, or one for each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum Text {
    /// The same in every language.
    Same(String),
    /// By language code, such as `fr_FR`.
    Each(BTreeMap<String, String>),
}

impl Text {
    /// The text in that language; otherwise in the first language that it has.
    pub fn in_language(&self, language: &str) -> &str {
        match self {
            Text::Same(text) => text,
            Text::Each(texts) => {
                texts.get(language).or_else(|| texts.values().next()).map_or("", String::as_str)
            }
        }
    }
}

impl Default for Text {
    fn default() -> Self {
        Text::Same(String::new())
    }
}

/// What a merchant's shop front is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Project {
    /// ISO 4217 code of the currency in which everything is sold, in the spelling that fronts are shown.
    #[schema(example = "DZD")]
    pub currency: String,
    /// Where customers go after they have paid; the status page of the order when left out. Live orders
    /// only lead back to an origin that the merchant declared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_url: Option<String>,
    /// The languages of the front, the default one first.
    #[serde(default)]
    pub locales: Vec<Locale>,
    /// What customers fill in.
    #[serde(default)]
    pub forms: Vec<Form>,
    /// How customers sign up and sign in.
    #[serde(default)]
    pub providers: Vec<Provider>,
    /// How orders may be paid.
    #[serde(default)]
    pub accounts: Vec<PaymentAccount>,
    /// What orders are put into.
    #[serde(default)]
    pub storages: Vec<Storage>,
}

/// A language of the front.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Locale {
    /// Such as `en_US`.
    pub code: String,
    /// Its name in English.
    pub name: String,
    /// Its own name for itself; `name` when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub native_name: Option<String>,
}

/// What kind of form it is, in OneEntry's words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FormKind {
    /// For orders.
    #[default]
    Order,
    /// For signing up and in.
    SignInUp,
}

/// What customers fill in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// Its number; its position in the list, from 1 on, when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<i64>,
    /// Its marker, such as `order`.
    pub identifier: String,
    /// What it is for.
    #[serde(default, rename = "type")]
    pub kind: FormKind,
    /// What it is called.
    #[serde(default)]
    pub title: Text,
    /// Its fields.
    #[serde(default)]
    pub fields: Vec<Field>,
}

/// The type of a field, in OneEntry's words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum FieldType {
    /// One line of text.
    #[default]
    String,
    /// Text of several lines.
    Text,
    /// A whole number.
    Integer,
    /// Text with a heading.
    TextWithHeader,
    /// A number.
    Float,
    /// A number; OneEntry has two words for it.
    Real,
    /// A day, such as 2026-11-22.
    Date,
    /// A moment in ISO 8601.
    DateTime,
    /// A time of day, such as 18:30.
    Time,
    /// One or several of `values`.
    List,
    /// One of `values`.
    RadioButton,
    /// Spans of time, each a pair of moments in ISO 8601.
    TimeInterval,
    /// Files that are kept elsewhere, each with its address.
    File,
    /// A picture that is kept elsewhere, with its address.
    Image,
    /// Several of these.
    GroupOfImages,
    /// A button of the front's own; nothing is filled in.
    Button,
    /// A captcha of OneEntry; it cannot be declared here.
    Spam,
    /// Pages or products of a OneEntry site; it cannot be declared here.
    Entity,
}

impl FieldType {
    /// OneEntry's word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            FieldType::String => "string",
            FieldType::Text => "text",
            FieldType::Integer => "integer",
            FieldType::TextWithHeader => "textWithHeader",
            FieldType::Float => "float",
            FieldType::Real => "real",
            FieldType::Date => "date",
            FieldType::DateTime => "dateTime",
            FieldType::Time => "time",
            FieldType::List => "list",
            FieldType::RadioButton => "radioButton",
            FieldType::TimeInterval => "timeInterval",
            FieldType::File => "file",
            FieldType::Image => "image",
            FieldType::GroupOfImages => "groupOfImages",
            FieldType::Button => "button",
            FieldType::Spam => "spam",
            FieldType::Entity => "entity",
        }
    }

    /// Why such a field can do nothing here; `None` for those that can.
    pub fn cannot_work(self) -> Option<&'static str> {
        match self {
            FieldType::Spam => {
                Some("Guichet checks no captcha, so a field of type spam would keep nobody out.")
            }
            FieldType::Entity => {
                Some("Guichet keeps no pages of a site that a field of type entity could name.")
            }
            FieldType::String
            | FieldType::Text
            | FieldType::TextWithHeader
            | FieldType::Integer
            | FieldType::Float
            | FieldType::Real
            | FieldType::Date
            | FieldType::DateTime
            | FieldType::Time
            | FieldType::List
            | FieldType::RadioButton
            | FieldType::TimeInterval
            | FieldType::File
            | FieldType::Image
            | FieldType::GroupOfImages
            | FieldType::Button => None,
        }
    }
}

/// What a field means to Guichet, beside its value being kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// By what the customer signs in; in a form for signing in.
    Identifier,
    /// The password; in a form for signing in, and never shown again.
    Password,
    /// The payer's e-mail address.
    Email,
    /// The payer's phone number in E.164.
    Phone,
    /// The payer's family name.
    FamilyName,
    /// The payer's given name.
    GivenName,
    /// Street and number.
    Address,
    /// Town.
    City,
    /// State or region.
    State,
    /// Postal code.
    ZipCode,
    /// ISO 3166-1 alpha-2 code.
    Country,
}

/// A field of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its marker, such as `email_reg`.
    pub marker: String,
    /// What may stand in it.
    #[serde(default, rename = "type")]
    pub kind: FieldType,
    /// What it is called.
    #[serde(default)]
    pub title: Text,
    /// Whether it must be filled in.
    #[serde(default)]
    pub required: bool,
    /// What it means to Guichet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The least number of characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_length: Option<usize>,
    /// The greatest number of characters; 1000 when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<usize>,
    /// What may be chosen, for lists and radio buttons.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Choice>,
}

/// One of the values of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is shown.
    #[serde(default)]
    pub title: Text,
}

/// A way to sign up and sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// Its number; its position in the list, from 1 on, when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<i64>,
    /// Its marker, such as `email`.
    pub identifier: String,
    /// What it is called.
    #[serde(default)]
    pub title: Text,
    /// The form that customers fill in to sign up.
    pub form: String,
    /// Whether a new customer must prove the address by a code before signing in. Without it a stranger
    /// can find out who is registered here.
    #[serde(default = "yes")]
    pub activation: bool,
    /// How long an access token serves, in seconds.
    #[serde(default = "access_token_ttl")]
    pub access_token_ttl: i64,
    /// How long a customer stays signed in without coming back, in seconds.
    #[serde(default = "refresh_token_ttl")]
    pub refresh_token_ttl: i64,
    /// How many digits a code has, 4 to 12.
    #[serde(default = "code_length")]
    pub code_length: usize,
    /// How long a code serves, in seconds.
    #[serde(default = "code_ttl")]
    pub code_ttl: i64,
    /// Whether a call without `x-device-metadata` is refused. Older SDKs never send it.
    #[serde(default)]
    pub require_device_metadata: bool,
}

pub(super) fn yes() -> bool {
    true
}

fn access_token_ttl() -> i64 {
    900
}

fn refresh_token_ttl() -> i64 {
    30 * 24 * 3600
}

fn code_length() -> usize {
    6
}

fn code_ttl() -> i64 {
    600
}

/// A way to pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentAccount {
    /// Its number; its position in the list, from 1 on, when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<i64>,
    /// Its marker, such as `cash`.
    pub identifier: String,
    /// What it is called.
    #[serde(default)]
    pub title: Text,
    /// The gateway account, by name, that payments go through; `auto` follows the merchant's routes.
    pub gateway_account: String,
    /// Whether fronts are told of it and orders may use it.
    #[serde(default = "yes")]
    pub used: bool,
}

/// The word that leaves the choice of a gateway account to the merchant's routes.
pub(crate) const AUTO: &str = "auto";

/// What orders are put into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Storage {
    /// Its number; its position in the list, from 1 on, when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<i64>,
    /// Its marker, such as `orders`.
    pub identifier: String,
    /// What it is called.
    #[serde(default)]
    pub title: Text,
    /// The form that goes with an order.
    pub form: String,
    /// The ways to pay, by marker.
    pub accounts: Vec<String>,
    /// After how many seconds an unpaid order expires, 60 to 2592000; a day when left out, or as long as its way to
    /// pay takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<i64>,
    /// What the states of an order are called here; Guichet's own words when left out.
    #[serde(default)]
    pub statuses: Vec<Status>,
}

/// What a storage calls some of the states of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Status {
    /// Its marker, such as `inProgress`.
    pub identifier: String,
    /// What it is called.
    #[serde(default)]
    pub title: Text,
    /// The states it stands for: `pending`, `failed`, `paid`, `fulfilled`, `expired`, `cancelled`.
    pub when: Vec<String>,
}

/// Something of a project that has a number and a marker.
pub(crate) trait Numbered {
    /// The number that was declared.
    fn declared_id(&self) -> Option<i64>;
    /// The marker.
    fn marker(&self) -> &str;
}

macro_rules! numbered {
    ($($type:ident)*) => {$(
        impl Numbered for $type {
            fn declared_id(&self) -> Option<i64> {
                self.id
            }
            fn marker(&self) -> &str {
                &self.identifier
            }
        }
    )*};
}

numbered!(Form Provider PaymentAccount Storage);

/// The things of a list with their numbers.
pub(crate) fn with_ids<T: Numbered>(list: &[T]) -> impl Iterator<Item = (i64, &T)> {
    (1..).zip(list).map(|(number, thing)| (thing.declared_id().unwrap_or(number), thing))
}

/// The thing with that marker, and its number.
pub(crate) fn marked<'a, T: Numbered>(list: &'a [T], marker: &str) -> Option<(i64, &'a T)> {
    with_ids(list).find(|(_, thing)| thing.marker() == marker)
}

impl Project {
    /// The currency in which everything is sold.
    ///
    /// # Errors
    /// The code is not one of ISO 4217, in whichever case it is written.
    pub fn currency(&self) -> Result<Currency, UnknownCurrency> {
        Currency::from_code(&self.currency.to_ascii_uppercase())
    }

    /// The language that texts are in when a front names none.
    pub fn language(&self) -> &str {
        self.locales.first().map_or("en_US", |locale| locale.code.as_str())
    }
}
