//! Who may act on whom. An owner acts on what people are in their own shops; what touches a person everywhere takes the owner of every
//! shop in which that person is something; and no shop is left without an owner who can sign in.

use guichet_core::MerchantId;

use crate::store::{OperatorRow, Role, RoleRow};

/// Why somebody may not do that to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotTheirs {
    /// They are not the owner there.
    NotOwner,
    /// They are the owner there for test money only, and it is about real money.
    TestOnly,
    /// The person is something in a shop too that is not theirs.
    Elsewhere,
    /// Nobody who can sign in would be the owner any more.
    LastOwner,
    /// They would take their own role as owner away.
    Themselves,
}

/// An operator who acts on others, among everybody.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Authority<'a> {
    /// Who acts.
    pub(crate) visitor: &'a OperatorRow,
    /// All operators, whoever acts among them.
    pub(crate) everybody: &'a [OperatorRow],
    /// All shops.
    pub(crate) shops: &'a [MerchantId],
}

impl Authority<'_> {
    /// Whether they may make somebody that.
    pub(crate) fn may_give(&self, given: RoleRow) -> Result<(), NotTheirs> {
        self.owns(given.merchant, given.live)
    }

    /// Whether they may change what somebody is in a shop, or in all shops without a row of their own; `None` takes it away.
    pub(crate) fn may_change(
        &self,
        person: &OperatorRow,
        merchant: Option<MerchantId>,
        to: Option<RoleRow>,
    ) -> Result<(), NotTheirs> {
        let after = with_role(person, merchant, to);
        let roles = [at(person, merchant), at(&after, merchant)];
        self.owns(merchant, roles.iter().flatten().any(|role| role.live))?;
        // Whoever works in all shops is not put out of one of them by its owner alone.
        if let Some(everywhere) = at(person, None) {
            self.owns(None, everywhere.live).map_err(elsewhere)?;
        }
        self.is_still_owned(person, &after)
    }

    /// Whether they may keep somebody out.
    pub(crate) fn may_disable(&self, person: &OperatorRow) -> Result<(), NotTheirs> {
        self.answers_for(person)?;
        self.is_still_owned(person, &OperatorRow { disabled_at_ms: Some(0), ..person.clone() })?;
        if person.id == self.visitor.id { Err(NotTheirs::Themselves) } else { Ok(()) }
    }

    /// Whether they may let somebody in again, or end their sessions.
    pub(crate) fn answers_for(&self, person: &OperatorRow) -> Result<(), NotTheirs> {
        if person.roles.is_empty() {
            return Err(NotTheirs::NotOwner);
        }
        person.roles.iter().try_for_each(|role| self.owns(role.merchant, role.live)).map_err(elsewhere)
    }

    /// Whether they may make somebody choose a new password: whoever has the link is that person.
    pub(crate) fn may_reset(&self, person: &OperatorRow) -> Result<(), NotTheirs> {
        self.answers_for(person)?;
        let after = OperatorRow { password: String::new(), ..person.clone() };
        let scopes = self.scopes();
        self.keeps_an_owner(person, &after, &scopes)
    }

    /// Whether they are the owner of that shop, or of all, as far as real money too where it is about that.
    fn owns(&self, merchant: Option<MerchantId>, live: bool) -> Result<(), NotTheirs> {
        let is_owner = |role: &RoleRow| role.role == Role::Owner;
        let roles: Vec<RoleRow> = match merchant {
            Some(merchant) => self.visitor.role_at(merchant).into_iter().collect(),
            // What holds everywhere holds in the shops too in which they are less.
            None => at(self.visitor, None).map(|_| self.visitor.roles.clone()).unwrap_or_default(),
        };
        if roles.is_empty() || !roles.iter().all(is_owner) {
            return Err(NotTheirs::NotOwner);
        }
        if live && !roles.iter().all(|role| role.live) { Err(NotTheirs::TestOnly) } else { Ok(()) }
    }

    /// Whether every shop keeps an owner, and whoever acts what they are, once a person is that.
    fn is_still_owned(&self, person: &OperatorRow, after: &OperatorRow) -> Result<(), NotTheirs> {
        let scopes = self.scopes();
        self.keeps_an_owner(person, after, &scopes)?;
        let is_less = |scope: &Option<MerchantId>| {
            let (before, after) = (at(person, *scope), at(after, *scope));
            [false, true].into_iter().any(|live| owns_with(before, live) && !owns_with(after, live))
        };
        let is_self = person.id == self.visitor.id;
        if is_self && scopes.iter().any(is_less) { Err(NotTheirs::Themselves) } else { Ok(()) }
    }

    fn keeps_an_owner(
        &self,
        person: &OperatorRow,
        after: &OperatorRow,
        scopes: &[Option<MerchantId>],
    ) -> Result<(), NotTheirs> {
        let counts = |one: &OperatorRow, scope: Option<MerchantId>, live: bool| {
            one.disabled_at_ms.is_none() && !one.password.is_empty() && owns_with(at(one, scope), live)
        };
        let is_last = |scope: Option<MerchantId>, live: bool| {
            let mut others = self.everybody.iter().filter(|one| one.id != person.id);
            counts(person, scope, live)
                && !counts(after, scope, live)
                && !others.any(|other| counts(other, scope, live))
        };
        let last = scopes.iter().any(|scope| [false, true].into_iter().any(|live| is_last(*scope, live)));
        if last { Err(NotTheirs::LastOwner) } else { Ok(()) }
    }

    /// All shops, and what holds for all that have no row of their own.
    fn scopes(&self) -> Vec<Option<MerchantId>> {
        std::iter::once(None).chain(self.shops.iter().copied().map(Some)).collect()
    }
}

/// What somebody is in a shop; without one, in all that have no row of their own.
fn at(person: &OperatorRow, merchant: Option<MerchantId>) -> Option<RoleRow> {
    match merchant {
        Some(merchant) => person.role_at(merchant),
        None => person.roles.iter().find(|role| role.merchant.is_none()).copied(),
    }
}

/// The same person, once they are that in a shop.
fn with_role(person: &OperatorRow, merchant: Option<MerchantId>, to: Option<RoleRow>) -> OperatorRow {
    let mut after = person.clone();
    after.roles.retain(|role| role.merchant != merchant);
    after.roles.extend(to);
    after
}

fn owns_with(role: Option<RoleRow>, live: bool) -> bool {
    role.is_some_and(|role| role.role == Role::Owner && (role.live || !live))
}

/// What is not theirs is so because of another shop.
fn elsewhere(why: NotTheirs) -> NotTheirs {
    match why {
        NotTheirs::NotOwner => NotTheirs::Elsewhere,
        NotTheirs::TestOnly | NotTheirs::Elsewhere | NotTheirs::LastOwner | NotTheirs::Themselves => why,
    }
}

#[cfg(test)]
mod tests;
