//! A visitor: an operator who is signed in, with what they look at and may do there. The gate makes it, and handlers take it.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use guichet_core::{Actor, CustomerId, Environment, MerchantId, OrderId};
use http::request::Parts;
use http::{HeaderMap, StatusCode, header};
use jiff::tz::TimeZone;

use crate::operators::{AuditedAction, Noted, Permission, Signed};
use crate::pages::Language;
use crate::registry::Snapshot;
use crate::store::{CustomerRow, MerchantRow, Role, Stored, choose_language};

use super::Office;
use super::addresses::base;
use super::answer::{Problem, Trouble};
use super::headers::text;
use super::needs::Needs;

/// An operator in front of a screen. Cheap to clone.
#[derive(Clone)]
pub(super) struct Visitor(Arc<Visit>);

struct Visit {
    office: Office,
    signed: Signed,
    needs: Needs,
    language: Language,
    snapshot: Arc<Snapshot>,
    shops: Vec<MerchantId>,
    path: String,
    query: Vec<(String, String)>,
}

impl Visitor {
    /// Whoever is signed in, and asks for that.
    pub(super) async fn new(office: Office, signed: Signed, needs: Needs, parts: &Parts) -> Self {
        let query = url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        let query: Vec<(String, String)> = query.into_owned().collect();
        let wished = query.iter().find(|(name, _)| name == "lang").map(|(_, value)| value.as_str());
        let chosen = wished.and_then(Language::from_code);
        let kept = signed.session.language.as_deref();
        let language = Language::choose(&[wished, kept], accept_language(&parts.headers));
        if let Some(chosen) = chosen.filter(|chosen| Some(chosen.code()) != kept) {
            let write = choose_language(signed.session.id, chosen.code());
            if let Err(error) = office.app.store().commit(vec![write]).await {
                tracing::warn!(%error, "an operator's language was not kept");
            }
        }
        let snapshot = office.app.registry().snapshot();
        let mut visit = Visit {
            office,
            signed,
            needs,
            language,
            snapshot,
            shops: Vec::new(),
            path: parts.uri.path().to_owned(),
            query,
        };
        visit.shops = match needs.permission() {
            Some(permission) => visit.shops_with(permission),
            None => Vec::new(),
        };
        Visitor(Arc::new(visit))
    }

    /// Who it is.
    pub(super) fn signed(&self) -> &Signed {
        &self.0.signed
    }

    /// The language of the page.
    pub(super) fn language(&self) -> Language {
        self.0.language
    }

    /// What the office works with.
    pub(super) fn office(&self) -> &Office {
        &self.0.office
    }

    /// The configuration as of the request.
    pub(super) fn snapshot(&self) -> &Snapshot {
        &self.0.snapshot
    }

    /// The path of the request, below the office's own.
    pub(super) fn path(&self) -> &str {
        &self.0.path
    }

    /// The parameters of the request's address.
    pub(super) fn query(&self) -> &[(String, String)] {
        &self.0.query
    }

    /// Where the office's own pages begin.
    pub(super) fn base(&self) -> String {
        base(&self.0.office)
    }

    /// The shops that are looked at in which the visitor may do what the route asks for.
    pub(super) fn shops(&self) -> &[MerchantId] {
        &self.0.shops
    }

    /// The shops that are looked at in which the visitor may do that.
    pub(super) fn shops_with(&self, permission: Permission) -> Vec<MerchantId> {
        self.0.shops_with(permission)
    }

    /// Every shop in which the visitor is something, in the order of their titles.
    pub(super) fn all_shops(&self) -> Vec<&MerchantRow> {
        let mut all: Vec<&MerchantRow> = self.0.snapshot.merchants.values().collect();
        all.retain(|row| self.0.signed.operator.role_at(row.id).is_some());
        all.sort_by(|one, other| one.title.cmp(&other.title));
        all
    }

    /// Whether that is play money or real money that is looked at.
    pub(super) fn environment(&self) -> Environment {
        self.0.environment()
    }

    /// Whether the visitor may see real money anywhere.
    pub(super) fn sees_live(&self) -> bool {
        self.0.signed.operator.roles.iter().any(|role| role.live)
    }

    /// What the visitor is, where it is the same in all shops that are looked at.
    pub(super) fn role(&self) -> Option<Role> {
        let looked_at = self.all_shops().into_iter().filter(|shop| self.0.is_looked_at(shop.id));
        let mut roles =
            looked_at.filter_map(|shop| self.0.signed.operator.role_at(shop.id)).map(|role| role.role);
        let first = roles.next()?;
        roles.all(|role| role == first).then_some(first)
    }

    /// Whether the visitor may do that with something of that shop and that kind of money.
    pub(super) fn may(&self, permission: Permission, merchant: MerchantId, environment: Environment) -> bool {
        self.0.signed.may(permission, merchant, environment)
    }

    /// A shop's title.
    pub(super) fn shop_title(&self, merchant: MerchantId) -> &str {
        self.0.snapshot.merchants.get(&merchant).map_or("", |row| row.title.as_str())
    }

    /// A shop's clocks at a moment (unix ms).
    pub(super) fn zone_of(&self, merchant: MerchantId, at_ms: i64) -> TimeZone {
        self.0.snapshot.merchants.get(&merchant).map_or(TimeZone::UTC, |row| row.zones.at(at_ms))
    }

    /// An order that the visitor may do with what the route asks for. Another shop's is not there.
    ///
    /// # Errors
    /// It is not there, or cannot be read.
    pub(super) async fn order(&self, id: &str) -> Result<Stored, Problem> {
        let id: OrderId = id.parse().map_err(|_| self.problem(Trouble::NotFound))?;
        let stored = self.0.office.app.store().order(id).await.map_err(|fault| self.problem(fault.into()))?;
        let permission = self.0.needs.permission();
        let may = |stored: &Stored| {
            permission.is_some_and(|permission| {
                self.may(permission, stored.order.merchant, stored.order.environment)
            })
        };
        stored.filter(may).ok_or_else(|| self.problem(Trouble::NotFound))
    }

    /// A customer with whom the visitor may do what the route asks for. Another shop's is not there.
    ///
    /// # Errors
    /// They are not there, or cannot be read.
    pub(super) async fn customer(&self, id: &str) -> Result<CustomerRow, Problem> {
        let id: CustomerId = id.parse().map_err(|_| self.problem(Trouble::NotFound))?;
        let found = self.0.office.app.store().customer(id).await;
        let found = found.map_err(|fault| self.problem(fault.into()))?;
        let may = |customer: &CustomerRow| {
            let permission = self.0.needs.permission();
            permission.is_some_and(|permission| self.may(permission, customer.merchant, customer.environment))
        };
        found.filter(may).ok_or_else(|| self.problem(Trouble::NotFound))
    }

    /// The visitor as the journal names them.
    pub(super) fn actor(&self) -> Actor {
        Actor::Operator { login: self.0.signed.operator.login.clone() }
    }

    /// Writes down what the visitor did.
    ///
    /// # Errors
    /// It could not be written.
    pub(super) async fn note(
        &self,
        merchant: Option<MerchantId>,
        action: AuditedAction,
        say: impl FnOnce(Noted) -> Noted,
    ) -> Result<(), Problem> {
        let noted = say(Noted::by(&self.0.signed.operator.login, &self.0.signed.session.address));
        let written = self.0.office.operators.note(noted, merchant, action).await;
        written.map_err(|error| self.problem(error.into()))
    }

    /// That trouble in the visitor's language.
    pub(super) fn problem(&self, trouble: Trouble) -> Problem {
        Problem::new(self.0.language, &self.0.office, trouble)
    }
}

impl Visit {
    fn environment(&self) -> Environment {
        let live = self.signed.operator.roles.iter().any(|role| role.live);
        if live { self.signed.session.environment } else { Environment::Test }
    }

    fn is_looked_at(&self, merchant: MerchantId) -> bool {
        let chosen = self.signed.session.merchant;
        chosen.is_none_or(|chosen| chosen == merchant || !self.snapshot.merchants.contains_key(&chosen))
    }

    fn shops_with(&self, permission: Permission) -> Vec<MerchantId> {
        let environment = self.environment();
        let mut shops: Vec<&MerchantRow> = self.snapshot.merchants.values().collect();
        shops.retain(|shop| self.is_looked_at(shop.id) && self.signed.may(permission, shop.id, environment));
        shops.sort_by(|one, other| one.title.cmp(&other.title));
        shops.into_iter().map(|shop| shop.id).collect()
    }
}

fn accept_language(headers: &HeaderMap) -> &str {
    text(headers, header::ACCEPT_LANGUAGE)
}

impl FromRequestParts<Office> for Visitor {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &Office) -> Result<Self, StatusCode> {
        // The gate of every route that takes a visitor puts one there.
        parts.extensions.get::<Visitor>().cloned().ok_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}
