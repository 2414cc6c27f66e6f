//! How the audit log is written.

use askama::Template;
use guichet_core::{CustomerId, MerchantId, OrderId};
use jiff::tz::TimeZone;

use crate::office::dates::city;
use crate::office::desk::Desk;
use crate::office::visitor::Visitor;
use crate::operators::{Audited, AuditedEntry};
use crate::pages::Language;
use crate::store::Role;

use super::texts::{Texts, texts};
use super::{Asked, word};

/// The page.
#[derive(Template)]
#[template(path = "office/people_log.html", whitespace = "minimize")]
pub(super) struct LogPage {
    desk: Desk,
    words: &'static Texts,
    clocks: String,
    /// Each log's address, what it is called, and whether it is the one that is shown.
    chains: Vec<(String, String, bool)>,
    is_whole: bool,
    entries: Vec<EntryShown>,
    older: Option<String>,
    newest: Option<String>,
}

/// What somebody did.
struct EntryShown {
    at: String,
    by: String,
    from: String,
    did: &'static str,
    to: String,
    /// The path of the order or the customer, where it was done to one.
    leads_to: Option<String>,
    details: Vec<(String, String)>,
}

impl LogPage {
    pub(super) fn new(
        visitor: &Visitor,
        desk: Desk,
        chains: &[Option<MerchantId>],
        chain: Option<MerchantId>,
        asked: &Asked,
        audited: &Audited,
        zone: &TimeZone,
    ) -> Self {
        let (language, words) = (desk.language, texts(desk.language));
        let query = |chain: Option<MerchantId>| format!("shop={}", word(chain));
        let called = |chain: Option<MerchantId>| {
            chain.map_or(words.general, |shop| visitor.shop_title(shop)).to_owned()
        };
        let last = audited.entries.last().filter(|_| audited.has_more);
        LogPage {
            clocks: words.clocks.replace("{}", &city(language, zone)),
            chains: chains.iter().map(|one| (query(*one), called(*one), *one == chain)).collect(),
            is_whole: audited.is_whole,
            entries: audited.entries.iter().map(|entry| shown(&desk, words, entry, zone)).collect(),
            older: last.map(|last| format!("{}&before={}", query(chain), last.seq)),
            newest: asked.before.map(|_| query(chain)),
            words,
            desk,
        }
    }
}

fn shown(desk: &Desk, words: &Texts, entry: &AuditedEntry, zone: &TimeZone) -> EntryShown {
    let noted = &entry.noted;
    let detail = |(name, value): (&String, &String)| {
        (words.name(name).unwrap_or(name).to_owned(), value_told(desk, words, name, value))
    };
    // What was before is read before what came after.
    let (after, rest): (Vec<_>, Vec<_>) = noted.with.iter().partition(|(name, _)| *name == "after");
    let details = rest.into_iter().chain(after).map(detail).collect();
    EntryShown {
        at: desk.language.moment(entry.at_ms, zone.iana_name()),
        by: noted.by.clone(),
        from: noted.from.clone(),
        did: words.did(entry.action),
        leads_to: leads_to(&noted.to),
        to: noted.to.clone(),
        details,
    }
}

fn leads_to(to: &str) -> Option<String> {
    let order = to.parse::<OrderId>().ok().map(|order| format!("orders/{order}"));
    order.or_else(|| to.parse::<CustomerId>().ok().map(|customer| format!("customers/{customer}")))
}

/// A value in the reader's language, as far as it is a word of ours.
fn value_told(desk: &Desk, words: &Texts, name: &str, value: &str) -> String {
    let word = |word: &str| match Role::of(word) {
        Some(role) => Some(desk.words.role(Some(role))),
        None => words.word(word),
    };
    match name {
        "before" | "after" | "role" | "what" | "live" | "kind" | "environment" | "session" => {
            let told: Vec<&str> = value.split(' ').map(|part| word(part).unwrap_or(part)).collect();
            told.join(", ")
        }
        _ => value.to_owned(),
    }
}
