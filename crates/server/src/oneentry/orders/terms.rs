//! What a front asks for when it makes or changes an order, held against the project, and the terms that
//! become of it.

use guichet_core::{Breakdown, Currency, Payer, Presentation, Terms, WATCH_MS};
use serde::Deserialize;
use serde_json::Value;

use crate::catalogue::{Basket, Form, FormValue, PaymentAccount, Role, Storage, marked};
use crate::fields::{FieldRule, country, email, line, typed_phone};
use crate::oneentry::basket::{lines, no_other_price};
use crate::oneentry::form::filled_in;
use crate::oneentry::front::Front;
use crate::oneentry::front_error::FrontError;
use crate::oneentry::localized::own_language;
use crate::oneentry::purchase::{Notes, OwnOrder};
use crate::oneentry::signed_in::SignedIn;
use crate::oneentry::visitor::Visitor;
use crate::oneentry::way_to_pay;
use crate::pages::{Language, order_called};

/// How long an order waits where its storage does not say, in seconds.
const DAY_S: i64 = 24 * 3600;

/// The most that is kept with an order, in bytes of JSON.
const MOST_NOTES: usize = 48 * 1024;

/// OneEntry's `IOrderData`, and the status that shops ask for with it. What else of an order that was read a front sends
/// back, such as its totals, only says what Guichet said itself, and is not read.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OrderBody {
    form_identifier: Option<String>,
    payment_account_identifier: Option<String>,
    #[serde(default)]
    form_data: Value,
    products: Option<Value>,
    #[serde(default)]
    currency: Value,
    #[serde(default)]
    coupon_code: Value,
    #[serde(default)]
    additional_discounts_markers: Value,
    #[serde(default)]
    bonus_amount: Value,
    /// The status that is asked for.
    #[serde(default)]
    pub(super) status_identifier: Value,
}

/// The same once it fits the project.
pub(super) struct Asked<'a> {
    signed: &'a SignedIn,
    storage: &'a Storage,
    /// How it is to be paid.
    pub(super) way: &'a PaymentAccount,
    form_data: Vec<FormValue>,
    payer: Payer,
    basket: Basket,
    language: String,
}

/// What stands under a name of the body.
fn required<T>(name: &str, value: Option<T>) -> Result<T, FrontError> {
    value.ok_or_else(|| FrontError::bad_request(format!("{name} is missing")))
}

/// What everything in the project costs.
pub(super) fn currency(visitor: &Visitor) -> Result<Currency, FrontError> {
    visitor.project.currency().map_err(|error| FrontError::bad_request(format!("{error}.")))
}

impl OrderBody {
    /// Holds it against the project. Of an order that is `known`, what is left out stays as it is.
    ///
    /// # Errors
    /// Whatever does not fit.
    pub(super) async fn read<'a>(
        self,
        front: &Front,
        signed: &'a SignedIn,
        storage: &'a Storage,
        known: Option<&OwnOrder>,
    ) -> Result<Asked<'a>, FrontError> {
        let visitor = &signed.visitor;
        let currency = currency(visitor)?;
        let (coupon, discounts) = (&self.coupon_code, &self.additional_discounts_markers);
        no_other_price(coupon, discounts, &self.bonus_amount, &self.currency, currency)?;
        let before = known.map(|own| &own.notes);
        let form = self.form_identifier.or_else(|| before.map(|notes| notes.form.clone()));
        if required("formIdentifier", form)? != storage.form {
            let rule = format!("formIdentifier of this storage is '{}'", storage.form);
            return Err(FrontError::bad_request(rule));
        }
        let marker = self.payment_account_identifier;
        let marker = marker.or_else(|| before.map(|notes| notes.payment_account.clone()));
        let marker = required("paymentAccountIdentifier", marker)?;
        let way = way_to_pay::of_storage(visitor, storage, &marker)?;
        let (_, form) = marked(&visitor.project.forms, &storage.form)
            .ok_or_else(|| FrontError::bad_request("The form of this storage is not declared any more"))?;
        let language = spoken(visitor, &self.form_data);
        let filled = filled_in(&self.form_data)?;
        let form_data = match before {
            Some(notes) if filled.is_empty() => notes.form_data.clone(),
            Some(_) | None => form.check(filled)?,
        };
        let basket = match (self.products, known) {
            (None, Some(own)) => {
                Basket { products: own.notes.products.clone(), total: own.stored.order.terms.money }
            }
            (sent, _) => {
                let lines = lines(&required("products", sent)?)?;
                let wanted = lines.iter().map(|(product, _)| *product);
                let catalogue = front.store().products_of(visitor.merchant, wanted).await?;
                Basket::price(&lines, currency, &language, &catalogue)?
            }
        };
        let home = front.home_of(visitor.merchant, currency);
        let payer = payer(signed, form, &form_data, home.as_deref())?;
        Ok(Asked { signed, storage, way, form_data, payer, basket, language })
    }
}

/// The language that the customer fills in the form in: the one it is wrapped into, if it is the
/// project's, because making an order names no other.
fn spoken(visitor: &Visitor, form_data: &Value) -> String {
    let wrapped = form_data.as_object().and_then(|languages| languages.keys().next());
    let known = |code: &&String| visitor.project.locales.iter().any(|locale| locale.code == **code);
    wrapped.filter(known).unwrap_or(&visitor.language).clone()
}

/// Who pays: what was filled in now, and otherwise what the customer signed up with.
fn payer(
    signed: &SignedIn,
    form: &Form,
    form_data: &[FormValue],
    home: Option<&str>,
) -> Result<Payer, FrontError> {
    let profile = &signed.customer.profile;
    let registered = marked(&signed.visitor.project.forms, &profile.form).map(|(_, form)| form);
    let said = Said { form, form_data, registered, customer: &profile.form_data };
    // A number is typed as it is dialled where the customer says to be, otherwise where the shop is.
    let country = said.read(Role::Country, country)?;
    let home = country.as_deref().or(home);
    Ok(Payer {
        family_name: said.text(Role::FamilyName, 100)?,
        given_name: said.text(Role::GivenName, 100)?,
        email: said.read(Role::Email, email)?.or_else(|| {
            let known = profile.email.as_deref()?;
            email("email", known).ok()
        }),
        phone: said.read(Role::Phone, |field, text| typed_phone(field, text, home))?.or_else(|| {
            let known = profile.phone_sms.as_deref()?;
            typed_phone("phone", known, home).ok()
        }),
        address: said.text(Role::Address, 200)?,
        city: said.text(Role::City, 100)?,
        state: said.text(Role::State, 100)?,
        zip_code: said.text(Role::ZipCode, 20)?,
        country,
        typed: Vec::new(),
    })
}

/// What the customer filled in, with this order and when signing up.
struct Said<'a> {
    form: &'a Form,
    form_data: &'a [FormValue],
    registered: Option<&'a Form>,
    customer: &'a [FormValue],
}

impl Said<'_> {
    /// What stands in the field of that role. Of what was said long ago, only what can be used.
    fn read<T>(
        &self,
        role: Role,
        read: impl Fn(&str, &str) -> Result<T, FieldRule>,
    ) -> Result<Option<T>, FrontError> {
        if let Some(text) = self.form.text_of(role, self.form_data) {
            let field = self.form.fields.iter().find(|field| field.role == Some(role));
            let marker = field.map(|field| field.marker.as_str()).unwrap_or_default();
            let value = read("it", &text).map_err(|problem| {
                let rule = format!("formData's marker '{marker}': {}", problem.rule);
                FrontError::bad_request(rule)
            })?;
            return Ok(Some(value));
        }
        let text = self.registered.and_then(|form| form.text_of(role, self.customer));
        Ok(text.and_then(|text| read("it", &text).ok()))
    }

    fn text(&self, role: Role, most: usize) -> Result<Option<String>, FrontError> {
        self.read(role, |field, text| line(field, text, most))
    }
}

impl Asked<'_> {
    /// The terms of the order of that number.
    ///
    /// # Errors
    /// It is too much to keep.
    pub(super) fn terms(&self, front: &Front, number: i64) -> Result<Terms, FrontError> {
        let visitor = &self.signed.visitor;
        let snapshot = front.registry().snapshot();
        let merchant = snapshot.merchants.get(&visitor.merchant);
        let notes = Notes {
            number,
            storage: self.storage.identifier.clone(),
            customer: self.signed.customer.number,
            form: self.storage.form.clone(),
            form_data: self.form_data.clone(),
            payment_account: self.way.identifier.clone(),
            products: self.basket.products.clone(),
        };
        if serde_json::to_vec(&notes).map_or(usize::MAX, |bytes| bytes.len()) > MOST_NOTES {
            return Err(FrontError::bad_request("formData and products are too much for one order"));
        }
        let leads_back = |url: &&String| {
            merchant.is_some_and(|merchant| {
                merchant.leads_back_to(url, "return_url", visitor.environment).is_ok()
            })
        };
        let life_s = self.storage.expires_in.unwrap_or(DAY_S);
        let expires_at_ms = front.clock().now_ms() + life_s * 1000;
        Ok(Terms {
            reference: format!("{}-{number}", self.storage.identifier),
            money: self.basket.total,
            items: self.basket.items(),
            breakdown: Breakdown::default(),
            title: order_called(number, own_language(&self.language)),
            description: Some(self.basket.in_words()),
            payer: self.payer.clone(),
            presentation: Presentation {
                language: Language::from_code(&self.language).map(|language| language.code().to_owned()),
                ..Presentation::default()
            },
            origin: None,
            return_url: visitor.project.return_url.as_ref().filter(leads_back).cloned(),
            metadata: notes.metadata(),
            policy: merchant.map(|merchant| merchant.policy).unwrap_or_default(),
            expires_at_ms,
            watch_until_ms: expires_at_ms + WATCH_MS,
            payment_link: None,
            expiry_is_usual: self.storage.expires_in.is_none(),
        })
    }
}
