//! `GET /office/people/{id}`: somebody who works here, what they may do, and what can be done about it.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;

use crate::office::Office;
use crate::office::answer::{Problem, page as shown_page};
use crate::office::desk::Desk;
use crate::office::state::Told;
use crate::office::visitor::Visitor;
use crate::operators::NotTheirs;
use crate::pages::Language;
use crate::store::{OperatorRow, Role, RoleRow, SessionRow};

use super::page::{RoleOffered, ShopOffered, money, places, roles, seen, state};
use super::query::{People, roles_shown};
use super::texts::{Texts, texts};
use super::{Asked, desk};

/// The page.
#[derive(Template)]
#[template(path = "office/person.html", whitespace = "minimize")]
pub(super) struct PersonPage {
    desk: Desk,
    words: &'static Texts,
    done: Option<&'static str>,
    refused: Option<&'static str>,
    id: String,
    name: String,
    login: String,
    is_disabled: bool,
    state: Told,
    since: String,
    seen: String,
    held: Vec<Held>,
    /// The shops in which another role may be given.
    others: Vec<ShopOffered>,
    roles: Vec<RoleOffered>,
    /// Why each of these cannot be done, where it cannot.
    no_reset: Option<&'static str>,
    no_switch: Option<&'static str>,
    no_end: Option<&'static str>,
    sessions: Vec<SessionShown>,
}

/// What they are in a shop.
struct Held {
    shop: String,
    place: String,
    role: &'static str,
    money: &'static str,
    is_live: bool,
    offered: Vec<RoleOffered>,
    /// Why it cannot be changed.
    no_change: Option<&'static str>,
}

/// A browser in which they are signed in.
struct SessionShown {
    browser: String,
    address: String,
    since: String,
    used: String,
}

pub(super) async fn shown(
    State(office): State<Office>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let people = People::read(&office, &visitor).await.map_err(|fault| visitor.problem(fault.into()))?;
    let person = people.person(&visitor, &id)?;
    Ok(shown_page(&page(&visitor, &people, person, asked.done.as_deref(), None).await?))
}

/// The page of one of them, with what was just done, or why it was not.
pub(super) async fn page(
    visitor: &Visitor,
    people: &People,
    person: &OperatorRow,
    done: Option<&str>,
    refused: Option<NotTheirs>,
) -> Result<PersonPage, Problem> {
    let mut desk = desk(visitor).await?;
    // Where something was refused, its address cannot be asked for.
    desk.here = format!("/people/{}", person.id);
    if refused.is_some() {
        desk.same_page = format!("{}{}?", desk.base, desk.here);
    }
    // Where somebody signs in from is for those alone who answer for them.
    let sessions = match people.authority(visitor).answers_for(person) {
        Ok(()) => visitor.office().app.store().operator_sessions(person.id).await,
        Err(_) => Ok(Vec::new()),
    };
    let sessions = sessions.map_err(|fault| visitor.problem(fault.into()))?;
    Ok(PersonPage::new(visitor, desk, people, person, &sessions).saying(done, refused))
}

impl PersonPage {
    fn new(
        visitor: &Visitor,
        desk: Desk,
        people: &People,
        person: &OperatorRow,
        sessions: &[SessionRow],
    ) -> Self {
        let (language, words) = (desk.language, texts(desk.language));
        let (authority, zone) = (people.authority(visitor), people.zone.iana_name());
        let why = |may: Result<(), NotTheirs>| may.err().map(|why| words.why(why));
        let held = |role: &RoleRow| Held {
            shop: role.merchant.map(|shop| shop.to_string()).unwrap_or_default(),
            place: role.merchant.map_or(words.all_shops, |shop| visitor.shop_title(shop)).to_owned(),
            role: desk.words.role(Some(role.role)),
            money: money(words, role.live),
            is_live: role.live,
            offered: roles(&desk, words, Some(role.role)),
            no_change: why(authority.may_change(person, role.merchant, None)),
        };
        let session = |session: &SessionRow| SessionShown {
            browser: session.browser.clone(),
            address: session.address.clone(),
            since: language.moment(session.created_at_ms, zone),
            used: language.moment(session.used_at_ms, zone),
        };
        let is_new = |merchant| {
            let given = RoleRow { merchant, role: Role::Clerk, live: false };
            !person.roles.iter().any(|role| role.merchant == merchant)
                && authority.may_change(person, merchant, Some(given)).is_ok()
        };
        let switch = match person.disabled_at_ms {
            Some(_) => authority.answers_for(person),
            None => authority.may_disable(person),
        };
        PersonPage {
            done: None,
            refused: None,
            id: person.id.to_string(),
            name: person.name.clone(),
            login: person.login.clone(),
            is_disabled: person.disabled_at_ms.is_some(),
            state: state(words, person),
            since: language.moment(person.created_at_ms, zone),
            seen: seen(language, words, people, person),
            held: roles_shown(visitor, person).iter().map(held).collect(),
            others: places(visitor, "", is_new),
            roles: roles(&desk, words, Some(Role::Clerk)),
            no_reset: why(authority.may_reset(person)),
            no_switch: why(switch),
            no_end: why(authority.answers_for(person)),
            sessions: sessions.iter().map(session).collect(),
            words,
            desk,
        }
    }

    /// The same, with what was just done, or why it was not.
    fn saying(self, done: Option<&str>, refused: Option<NotTheirs>) -> Self {
        let words = self.words;
        PersonPage {
            done: done.and_then(|word| words.done(word)),
            refused: refused.map(|why| words.why(why)),
            ..self
        }
    }
}
