//! How the list of people is written, and what all pages about them share.

use askama::Template;
use guichet_core::MerchantId;

use crate::office::dates::city;
use crate::office::desk::Desk;
use crate::office::state::Told;
use crate::office::visitor::Visitor;
use crate::operators::NotTheirs;
use crate::pages::Language;
use crate::store::{OperatorRow, Role, RoleRow};

use super::invite::{Typed, Wrong};
use super::query::{People, roles_shown};
use super::texts::{Texts, texts};

/// The page.
#[derive(Template)]
#[template(path = "office/people.html", whitespace = "minimize")]
pub(super) struct PeoplePage {
    desk: Desk,
    words: &'static Texts,
    clocks: String,
    done: Option<&'static str>,
    people: Vec<PersonShown>,
    typed: Typed,
    wrong: Option<&'static str>,
    roles: Vec<RoleOffered>,
    shops: Vec<ShopOffered>,
    may_give_live: bool,
}

/// Somebody who works here.
struct PersonShown {
    id: String,
    name: String,
    login: String,
    is_you: bool,
    roles: Vec<String>,
    state: Told,
    seen: String,
}

/// A role that may be given.
pub(super) struct RoleOffered {
    /// Its word.
    pub(super) word: &'static str,
    /// What it is called.
    pub(super) called: &'static str,
    /// What whoever has it may do.
    pub(super) means: &'static str,
    /// Whether it is the one that is chosen.
    pub(super) is_chosen: bool,
}

/// A shop in which a role may be given; one without identifier is all of them.
pub(super) struct ShopOffered {
    /// Its identifier.
    pub(super) id: String,
    /// What it is called.
    pub(super) called: String,
    /// Whether it is the one that is chosen.
    pub(super) is_chosen: bool,
}

impl PeoplePage {
    pub(super) fn new(
        visitor: &Visitor,
        desk: Desk,
        people: &People,
        done: Option<&str>,
        typed: Typed,
    ) -> Self {
        let (language, words) = (desk.language, texts(desk.language));
        let shown = |person: &OperatorRow| PersonShown {
            id: person.id.to_string(),
            name: person.name.clone(),
            login: person.login.clone(),
            is_you: person.id == visitor.signed().operator.id,
            roles: roles_shown(visitor, person)
                .iter()
                .map(|role| told(visitor, &desk, words, role))
                .collect(),
            state: state(words, person),
            seen: seen(language, words, people, person),
        };
        let authority = people.authority(visitor);
        let gives = |merchant: Option<MerchantId>, live: bool| {
            authority.may_give(RoleRow { merchant, role: Role::Clerk, live }).is_ok()
        };
        let places = places(visitor, &typed.shop, |merchant| gives(merchant, false));
        let all = std::iter::once(None).chain(visitor.shops().iter().copied().map(Some));
        PeoplePage {
            clocks: words.clocks.replace("{}", &city(language, &people.zone)),
            done: done.and_then(|word| words.done(word)),
            people: people.of_shops(visitor).into_iter().map(shown).collect(),
            wrong: typed.wrong.map(|wrong| match wrong {
                Wrong::Login => words.bad_login,
                Wrong::Taken => words.taken,
                Wrong::NotTheirs(why) => words.why(why),
            }),
            roles: roles(&desk, words, Role::of(&typed.role).or(Some(Role::Clerk))),
            shops: places,
            may_give_live: all.into_iter().any(|merchant| gives(merchant, true)),
            typed,
            words,
            desk,
        }
    }
}

/// All shops and each that is looked at, those of them that may be chosen.
pub(super) fn places(
    visitor: &Visitor,
    chosen: &str,
    may: impl Fn(Option<MerchantId>) -> bool,
) -> Vec<ShopOffered> {
    let words = texts(visitor.language());
    let all = visitor.shops().iter().copied().map(Some).chain(std::iter::once(None));
    let offered = |merchant: Option<MerchantId>| {
        let id = merchant.map(|shop| shop.to_string()).unwrap_or_default();
        let called = merchant.map_or(words.all_shops, |shop| visitor.shop_title(shop)).to_owned();
        ShopOffered { is_chosen: !id.is_empty() && id == chosen, id, called }
    };
    all.filter(|merchant| may(*merchant)).map(offered).collect()
}

/// Every role, as it is offered.
pub(super) fn roles(desk: &Desk, words: &Texts, chosen: Option<Role>) -> Vec<RoleOffered> {
    let offered = |role: Role| RoleOffered {
        word: role.as_str(),
        called: desk.words.role(Some(role)),
        means: words.role_means(role),
        is_chosen: chosen == Some(role),
    };
    Role::ALL.into_iter().map(offered).collect()
}

/// What somebody is in a shop, in words.
fn told(visitor: &Visitor, desk: &Desk, words: &Texts, role: &RoleRow) -> String {
    let shop = role.merchant.map_or(words.all_shops, |shop| visitor.shop_title(shop));
    format!("{} · {shop} · {}", desk.words.role(Some(role.role)), money(words, role.live))
}

/// Which money a role is about.
pub(super) fn money(words: &Texts, live: bool) -> &'static str {
    if live { words.real_money } else { words.test_money }
}

/// Whether somebody can come in.
pub(super) fn state(words: &Texts, person: &OperatorRow) -> Told {
    match (person.disabled_at_ms, person.password.is_empty()) {
        (Some(_), _) => Told { word: words.disabled, tone: "", icon: "off" },
        (None, true) => Told { word: words.invited, tone: "wait", icon: "mail" },
        (None, false) => Told { word: words.active, tone: "good", icon: "ok" },
    }
}

/// When somebody was here last.
pub(super) fn seen(language: Language, words: &Texts, people: &People, person: &OperatorRow) -> String {
    let at_ms = people.seen.get(&person.id);
    at_ms.map_or_else(|| words.not_here.to_owned(), |at_ms| language.moment(*at_ms, people.zone.iana_name()))
}

impl Texts {
    /// Why that cannot be done.
    pub(super) fn why(&self, why: NotTheirs) -> &'static str {
        match why {
            NotTheirs::NotOwner => self.not_owner,
            NotTheirs::TestOnly => self.owner_of_test,
            NotTheirs::Elsewhere => self.elsewhere,
            NotTheirs::LastOwner => self.last_owner,
            NotTheirs::Themselves => self.themselves,
        }
    }

    /// What was just done, in a sentence.
    pub(super) fn done(&self, word: &str) -> Option<&'static str> {
        match word {
            "changed" => Some(self.done_changed),
            "taken" => Some(self.done_taken),
            "disabled" => Some(self.done_disabled),
            "enabled" => Some(self.done_enabled),
            "ended" => Some(self.done_ended),
            _ => None,
        }
    }

    fn role_means(&self, role: Role) -> &'static str {
        match role {
            Role::Owner => self.owner_means,
            Role::Accountant => self.accountant_means,
            Role::Clerk => self.clerk_means,
            Role::Developer => self.developer_means,
        }
    }
}
