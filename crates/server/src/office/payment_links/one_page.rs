//! How the page of one payment link is written.

use askama::Template;
use guichet_core::{Actor, Environment, LinkAmount, LinkStatus, LinkTerms, Money, PaymentLink};
use jiff::tz::TimeZone;

use crate::office::dates::day_and_time;
use crate::office::desk::Desk;
use crate::office::state::{Told, told};
use crate::office::visitor::Visitor;
use crate::pages::{Language, Qr};
use crate::store::Stored;

use super::texts::{Texts, texts};

/// The page.
#[derive(Template)]
#[template(path = "office/payment_link.html", whitespace = "minimize")]
pub(super) struct LinkPage {
    desk: Desk,
    words: &'static Texts,
    done: Option<&'static str>,
    id: String,
    offer: String,
    description: Option<String>,
    amount: Option<String>,
    bounds: Option<String>,
    status: Told,
    is_active: bool,
    shop: String,
    reference: String,
    url: String,
    whatsapp: String,
    qr: Option<Qr>,
    kind: &'static str,
    made: String,
    made_by: String,
    until: Option<String>,
    is_test: bool,
    orders: Vec<OrderShown>,
}

/// An order that was made at it.
struct OrderShown {
    id: String,
    reference: String,
    customer: String,
    amount: String,
    status: Told,
    made: String,
}

impl LinkPage {
    pub(super) fn new(
        visitor: &Visitor,
        desk: Desk,
        link: &PaymentLink,
        orders: &[Stored],
        done: Option<&str>,
    ) -> Self {
        let (language, words) = (desk.language, texts(desk.language));
        let app = &visitor.office().app;
        let now_ms = app.clock().now_ms();
        let zone = visitor.zone_of(link.merchant, now_ms);
        let url = app.payment_link_url(link);
        let text = format!("{} {url}", link.terms.title);
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("text", &text).finish();
        let status = link.status(now_ms);
        LinkPage {
            done: match done {
                Some("made") => Some(words.done_made),
                Some("ended") => Some(words.done_ended),
                _ => None,
            },
            id: link.id.to_string(),
            offer: link.terms.title.clone(),
            description: link.terms.description.clone(),
            amount: asked(language, &link.terms),
            bounds: bounds(language, words, &link.terms),
            status: link_told(words, status),
            is_active: status == LinkStatus::Active,
            shop: visitor.shop_title(link.merchant).to_owned(),
            reference: link.reference.clone(),
            whatsapp: format!("https://wa.me/?{query}"),
            qr: Qr::of(&url),
            url,
            kind: if link.terms.single_use { words.one } else { words.many },
            made: day_and_time(language, link.created_at_ms, &zone),
            made_by: maker(words, &link.made_by),
            until: link.expires_at_ms.map(|at_ms| day_and_time(language, at_ms, &zone)),
            is_test: link.environment == Environment::Test,
            orders: orders.iter().map(|stored| order_shown(language, stored, &zone)).collect(),
            words,
            desk,
        }
    }
}

/// What a link asks for; nothing where the customer says how much.
pub(super) fn asked(language: Language, terms: &LinkTerms) -> Option<String> {
    match terms.amount {
        LinkAmount::Fixed(amount) => Some(language.money(Money::new(amount, terms.currency))),
        LinkAmount::Open { .. } => None,
    }
}

/// Between what the customer says how much.
fn bounds(language: Language, words: &Texts, terms: &LinkTerms) -> Option<String> {
    let money = |amount| language.money(Money::new(amount, terms.currency));
    match terms.amount {
        LinkAmount::Fixed(_) => None,
        LinkAmount::Open { least, most } => {
            Some(words.between.replace("{least}", &money(least)).replace("{most}", &money(most)))
        }
    }
}

/// How a link stands.
pub(super) fn link_told(words: &Texts, status: LinkStatus) -> Told {
    match status {
        LinkStatus::Active => Told { word: words.active, tone: "good", icon: "ok" },
        LinkStatus::Expired => Told { word: words.expired, tone: "", icon: "end" },
        LinkStatus::Ended => Told { word: words.ended, tone: "", icon: "off" },
    }
}

/// Who made it.
fn maker(words: &Texts, actor: &Actor) -> String {
    match actor {
        Actor::Operator { login } => login.clone(),
        Actor::Key { id } => words.by_key.replace("{}", &id.to_string()),
        other @ (Actor::Credential { .. } | Actor::Customer { .. } | Actor::Worker) => other.to_string(),
    }
}

fn order_shown(language: Language, stored: &Stored, zone: &TimeZone) -> OrderShown {
    let order = &stored.order;
    OrderShown {
        id: order.id.to_string(),
        reference: order.terms.reference.clone(),
        customer: order.terms.payer.full_name(),
        amount: language.money(order.terms.money),
        status: told(language, order),
        made: day_and_time(language, order.created_at_ms, zone),
    }
}
