//! How the developers' screen is written.

use askama::Template;
use guichet_core::MerchantId;
use guichet_gateways::DIALECTS;
use jiff::tz::TimeZone;

use crate::office::dates::city;
use crate::office::desk::Desk;
use crate::office::state;
use crate::office::texts::{Texts as DeskTexts, texts as desk_texts};
use crate::office::visitor::Visitor;
use crate::pages::Language;
use crate::store::{CredentialRow, JournalRow, KeyKind, KeyRow, Role};

use super::credential::{Typed, Wrong};
use super::query::Known;
use super::texts::{Texts, texts};

/// The page.
#[derive(Template)]
#[template(path = "office/developers.html", whitespace = "minimize")]
pub(super) struct DevelopersPage {
    desk: Desk,
    words: &'static Texts,
    clocks: String,
    is_revoked: bool,
    /// Where this server is reached.
    server: String,
    environment: &'static str,
    environment_called: &'static str,
    keys: Vec<KeyShown>,
    /// The roles that a key can be restricted to: the word, and what it is called.
    roles: Vec<(&'static str, &'static str)>,
    /// The shops in which keys are made: identifier, title, and whether it is the one that was chosen.
    shops: Vec<(String, String, bool)>,
    /// The vendors whose clients can be let in: the word, the name, whether it was chosen, and the addresses that they use.
    vendors: Vec<VendorShown>,
    typed: Typed,
    wrong: Option<&'static str>,
    /// Where gateways report: the shop, the account, the gateway, the address.
    callbacks: Vec<(String, String, &'static str, String)>,
    /// Where events go: the shop, the address, which events, and whether it is in use.
    endpoints: Vec<(String, String, String, bool)>,
    events: Vec<EventShown>,
    shows_shop: bool,
}

/// A key or a credential.
struct KeyShown {
    id: String,
    kind: String,
    label: String,
    begins: String,
    shop: String,
    made: String,
    revoked: Option<String>,
}

/// A vendor whose clients can be let in.
struct VendorShown {
    name: &'static str,
    title: &'static str,
    is_chosen: bool,
    /// The method and the address of each thing that they ask for.
    endpoints: Vec<(&'static str, String)>,
}

/// Something that happened.
struct EventShown {
    kind: String,
    order: String,
    shop: String,
    at: String,
}

impl DevelopersPage {
    pub(super) fn new(visitor: &Visitor, desk: Desk, known: &Known, is_revoked: bool, typed: Typed) -> Self {
        let (language, words) = (desk.language, texts(desk.language));
        let server = visitor.office().app.public_url().to_string();
        let keys = known.keys.iter().map(|key| KeyShown::of_key(visitor, words, key, &known.zone));
        let credentials = known.credentials.iter();
        let credentials = credentials.map(|row| KeyShown::of_credential(visitor, words, row, &known.zone));
        let shop = |shop: &MerchantId| {
            let id = shop.to_string();
            (id.clone(), visitor.shop_title(*shop).to_owned(), id == typed.shop)
        };
        DevelopersPage {
            clocks: words.clocks.replace("{}", &city(language, &known.zone)),
            is_revoked,
            environment: visitor.environment().as_str(),
            environment_called: if desk.shows_live { desk.words.live } else { desk.words.test },
            keys: keys.chain(credentials).collect(),
            roles: restricting_roles(desk.words),
            shops: visitor.shops().iter().map(shop).collect(),
            vendors: vendors(&server, &typed.dialect),
            wrong: typed.wrong.map(|wrong| match wrong {
                Wrong::TakesNoAddress => words.takes_no_address,
                Wrong::BadAddress => words.bad_address,
            }),
            callbacks: callbacks(visitor, language, &server),
            endpoints: endpoints(visitor),
            events: known.events.iter().map(|event| event_shown(visitor, event, &known.zone)).collect(),
            shows_shop: visitor.shops().len() > 1,
            server,
            typed,
            words,
            desk,
        }
    }
}

impl KeyShown {
    fn of_key(visitor: &Visitor, words: &Texts, key: &KeyRow, zone: &TimeZone) -> Self {
        let moment = |at_ms: i64| visitor.language().moment(at_ms, zone.iana_name());
        let kind = match key.kind {
            KeyKind::Secret => words.secret.to_owned(),
            KeyKind::Restricted(role) => {
                format!("{} · {}", words.restricted, desk_texts(visitor.language()).role(Some(role)))
            }
            KeyKind::Publishable => words.publishable.to_owned(),
        };
        KeyShown {
            id: key.id.to_string(),
            kind,
            label: key.label.clone(),
            begins: format!("{}…", key.hint),
            shop: visitor.shop_title(key.merchant).to_owned(),
            made: moment(key.created_at_ms),
            revoked: key.revoked_at_ms.map(moment),
        }
    }

    fn of_credential(visitor: &Visitor, words: &Texts, row: &CredentialRow, zone: &TimeZone) -> Self {
        let moment = |at_ms: i64| visitor.language().moment(at_ms, zone.iana_name());
        let dialect = guichet_gateways::dialect(&row.dialect);
        let title = dialect.map_or(row.dialect.as_str(), |dialect| dialect.profile().title);
        KeyShown {
            id: row.id.to_string(),
            kind: words.of_client.replace("{}", title),
            label: row.label.clone(),
            begins: beginning(&row.account),
            shop: visitor.shop_title(row.merchant).to_owned(),
            made: moment(row.created_at_ms),
            revoked: row.revoked_at_ms.map(moment),
        }
    }
}

/// The roles that a key can be restricted to: an owner's would be no restriction.
fn restricting_roles(words: &'static DeskTexts) -> Vec<(&'static str, &'static str)> {
    let roles = Role::ALL.into_iter().filter(|role| *role != Role::Owner);
    roles.map(|role| (role.as_str(), words.role(Some(role)))).collect()
}

/// Enough of what goes with a vendor's key to recognise it; with some vendors it is half of a password.
fn beginning(account: &str) -> String {
    match account.char_indices().nth(6) {
        Some((end, _)) => format!("{}…", &account[..end]),
        None => account.to_owned(),
    }
}

/// The vendors whose clients can be let in, and the addresses that they use here.
fn vendors(server: &str, chosen: &str) -> Vec<VendorShown> {
    let shown = |dialect: &&'static dyn guichet_gateways::Dialect| {
        let profile = dialect.profile();
        let endpoints = profile.endpoints.iter();
        VendorShown {
            name: dialect.name(),
            title: profile.title,
            is_chosen: dialect.name() == chosen,
            endpoints: endpoints.map(|(method, path, _)| (*method, format!("{server}{path}"))).collect(),
        }
    };
    DIALECTS.iter().map(shown).collect()
}

/// Where the gateways of the accounts that are looked at report.
fn callbacks(
    visitor: &Visitor,
    language: Language,
    server: &str,
) -> Vec<(String, String, &'static str, String)> {
    let of_shop = |shop: &MerchantId| visitor.snapshot().all_accounts_of(*shop, visitor.environment());
    let accounts = visitor.shops().iter().flat_map(of_shop);
    let reports =
        accounts.filter(|account| account.gateway.capabilities().checkable && !account.standing.has_ended());
    let shown = |account: &std::sync::Arc<crate::registry::OpenAccount>| {
        let gateway = account.gateway.name();
        (
            visitor.shop_title(account.merchant).to_owned(),
            account.name.clone(),
            state::gateway(language, gateway),
            format!("{server}/callbacks/{gateway}/{}", account.id),
        )
    };
    reports.map(shown).collect()
}

/// Where the events of the shops that are looked at go.
fn endpoints(visitor: &Visitor) -> Vec<(String, String, String, bool)> {
    let of_shop = |shop: &MerchantId| visitor.snapshot().endpoints_of(*shop, visitor.environment());
    let all = visitor.shops().iter().flat_map(of_shop).map(|endpoint| &endpoint.row);
    let shown = |row: &crate::store::EndpointRow| {
        let shop = visitor.shop_title(row.merchant).to_owned();
        (shop, row.url.clone(), row.event_types.join(", "), row.standing.is_in_use())
    };
    all.map(shown).collect()
}

fn event_shown(visitor: &Visitor, (shop, event): &(MerchantId, JournalRow), zone: &TimeZone) -> EventShown {
    EventShown {
        kind: event.record.kind.clone(),
        order: event.record.subject.to_string(),
        shop: visitor.shop_title(*shop).to_owned(),
        at: visitor.language().moment(event.record.at_ms, zone.iana_name()),
    }
}
