//! Who works in the shops that are looked at.

use std::collections::HashMap;

use guichet_core::{MerchantId, OperatorId};
use jiff::tz::TimeZone;

use crate::office::Office;
use crate::office::answer::{Problem, Trouble};
use crate::office::orders::clocks;
use crate::office::visitor::Visitor;
use crate::operators::Authority;
use crate::store::{Fault, OperatorRow, RoleRow};

/// Everybody, of whom a visitor sees those who are something in their shops.
#[derive(Debug)]
pub(super) struct People {
    everybody: Vec<OperatorRow>,
    shops: Vec<MerchantId>,
    /// When each of them was here last (unix ms).
    pub(super) seen: HashMap<OperatorId, i64>,
    /// The clocks by which that is told.
    pub(super) zone: TimeZone,
}

impl People {
    /// Reads them.
    pub(super) async fn read(office: &Office, visitor: &Visitor) -> Result<Self, Fault> {
        let store = office.app.store();
        Ok(People {
            everybody: store.operators().await?,
            shops: visitor.snapshot().merchants.keys().copied().collect(),
            seen: store.operators_seen().await?,
            zone: clocks(visitor, office.app.clock().now_ms()),
        })
    }

    /// What the visitor may do to others.
    pub(super) fn authority<'a>(&'a self, visitor: &'a Visitor) -> Authority<'a> {
        Authority { visitor: &visitor.signed().operator, everybody: &self.everybody, shops: &self.shops }
    }

    /// Those who are something in the shops that are looked at.
    pub(super) fn of_shops(&self, visitor: &Visitor) -> Vec<&OperatorRow> {
        let works =
            |person: &&OperatorRow| visitor.shops().iter().any(|shop| person.role_at(*shop).is_some());
        self.everybody.iter().filter(works).collect()
    }

    /// One of them.
    pub(super) fn person(&self, visitor: &Visitor, id: &str) -> Result<&OperatorRow, Problem> {
        let id: Option<OperatorId> = id.parse().ok();
        let mut known = self.of_shops(visitor).into_iter();
        known.find(|person| Some(person.id) == id).ok_or_else(|| visitor.problem(Trouble::NotFound))
    }
}

/// What somebody is in the shops that are looked at, as it is stored: what holds for all shops first.
pub(super) fn roles_shown(visitor: &Visitor, person: &OperatorRow) -> Vec<RoleRow> {
    let is_shown = |role: &&RoleRow| role.merchant.is_none_or(|shop| visitor.shops().contains(&shop));
    let mut roles: Vec<RoleRow> = person.roles.iter().filter(is_shown).copied().collect();
    roles.sort_by_key(|role| role.merchant.map(|shop| visitor.shop_title(shop).to_owned()));
    roles
}
