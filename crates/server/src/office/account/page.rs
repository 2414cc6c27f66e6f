//! How the page of one's own account is written.

use askama::Template;

use crate::office::desk::Desk;
use crate::office::visitor::Visitor;
use crate::pages::Language;
use crate::store::SessionRow;

use super::texts::{Texts, texts};

/// The page.
#[derive(Template)]
#[template(path = "office/account.html", whitespace = "minimize")]
pub(super) struct AccountPage {
    desk: Desk,
    words: &'static Texts,
    login: String,
    roles: Vec<String>,
    sessions: Vec<SessionShown>,
}

/// A browser in which the visitor is signed in.
struct SessionShown {
    id: String,
    browser: String,
    address: String,
    since: String,
    used: String,
    is_this: bool,
}

impl AccountPage {
    pub(super) fn new(visitor: &Visitor, desk: Desk, sessions: &[SessionRow]) -> Self {
        let (language, words) = (desk.language, texts(desk.language));
        let role = |role: &crate::store::RoleRow| {
            let shop = role.merchant.map_or(words.all_shops, |shop| visitor.shop_title(shop));
            let called = desk.words.role(Some(role.role));
            let only = if role.live { String::new() } else { format!(" ({})", words.test_only) };
            format!("{called}, {shop}{only}")
        };
        let this = visitor.signed().session.id;
        let shown = |session: &SessionRow| SessionShown {
            id: session.id.to_string(),
            browser: session.browser.clone(),
            address: session.address.clone(),
            since: language.moment(session.created_at_ms, None),
            used: language.moment(session.used_at_ms, None),
            is_this: session.id == this,
        };
        AccountPage {
            login: visitor.signed().operator.login.clone(),
            roles: visitor.signed().operator.roles.iter().map(role).collect(),
            sessions: sessions.iter().map(shown).collect(),
            words,
            desk,
        }
    }
}
