//! The desk: what stands around a screen. The bar with the shops that are shown, the search and who is signed in; the menu with the
//! screens that they may see; the languages.

use guichet_core::Environment;

use crate::operators::Permission;
use crate::pages::Language;
use crate::registry::OpenEndpoint;
use crate::store::{Fault, Target};
use crate::webhook::EndpointStatus;

use super::texts::{Texts, texts};
use super::visitor::Visitor;

/// A count beyond which it only says that there are more.
const MOST_COUNTED: usize = 99;

macro_rules! screens {
    ($($(#[$doc:meta])* $name:ident = $path:literal, $permission:ident, $group:ident, $text:ident;)*) => {
        /// A screen that the menu leads to.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Screen { $($(#[$doc])* $name,)* }

        impl Screen {
            /// Every screen, in the order of the menu.
            pub(super) const ALL: &'static [Screen] = &[$(Screen::$name,)*];

            /// Where it is, below the office's own path.
            pub(super) fn path(self) -> &'static str {
                match self { $(Screen::$name => $path,)* }
            }

            /// What it takes to see it.
            pub(super) fn permission(self) -> Permission {
                match self { $(Screen::$name => Permission::$permission,)* }
            }

            fn group(self) -> Group {
                match self { $(Screen::$name => Group::$group,)* }
            }

            fn called(self, words: &Texts) -> &'static str {
                match self { $(Screen::$name => words.$text,)* }
            }
        }
    };
}

/// A part of the menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    /// What is under the thumb on a phone.
    First,
    /// What is about money.
    Money,
    /// What is about the shop.
    Shop,
    /// What is technical.
    Tech,
}

screens! {
    /// What came in, and what is stuck.
    Today = "/today", SeeSums, First, today;
    /// What a person has to decide.
    NeedsYou = "/needs-you", Decide, First, needs_you;
    /// The orders.
    Orders = "/orders", SeeOrders, First, orders;
    /// What came and went on each day.
    DayBook = "/day-book", SeeSums, Money, day_book;
    /// Cash to be taken, and the till.
    Cash = "/cash", TakeCash, Money, cash;
    /// What customers ask to have paid back, and what went back.
    RefundRequests = "/refund-requests", AnswerRefundRequests, Money, refund_requests;
    /// Addresses to hand out, at which customers pay.
    PaymentLinks = "/payment-links", MakePaymentLinks, Money, payment_links;
    /// Where events are sent, and what became of each.
    Webhooks = "/webhooks", WorkWebhooks, Tech, webhooks;
    /// The gateway accounts.
    Gateways = "/gateways", SeeGateways, Tech, gateways;
    /// The customers of fronts.
    Customers = "/customers", SeeCustomers, Shop, customers;
    /// What the front sells.
    Catalogue = "/catalogue", SeeShop, Shop, catalogue;
    /// What customers read of the shop.
    Texts = "/texts", SeeShop, Shop, shop_texts;
    /// Who works here.
    People = "/people", ManagePeople, Shop, people;
    /// Keys, addresses and events.
    Developers = "/developers", WorkKeys, Tech, developers;
}

/// A line of the menu.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// The screen's name.
    pub(super) called: &'static str,
    /// Where it is.
    pub(super) href: String,
    /// Whether it is the one that is shown.
    pub(super) is_here: bool,
    /// The icon's name, where it has one.
    pub(super) icon: &'static str,
    /// How much waits there.
    pub(super) badge: Option<String>,
    /// What does not work there, in a word.
    pub(super) alarm: Option<&'static str>,
}

/// What stands around a screen.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) language: Language,
    pub(super) words: &'static Texts,
    /// Where the office's own pages begin.
    pub(super) base: String,
    /// What the forms hold.
    pub(super) form_token: String,
    /// The operator's name.
    pub(super) name: String,
    /// What they are in the shops that are shown.
    pub(super) role: &'static str,
    /// The shops that are shown, as one name.
    pub(super) shown: String,
    /// Each shop's identifier and title, and whether it is the one that is shown.
    pub(super) shops: Vec<(String, String, bool)>,
    /// Whether all shops are shown.
    pub(super) shows_all: bool,
    /// Whether real money is shown.
    pub(super) shows_live: bool,
    /// Whether real money may be shown.
    pub(super) may_see_live: bool,
    /// Whether there is a search in the bar.
    pub(super) has_search: bool,
    /// The menu's first part.
    pub(super) first: Vec<Entry>,
    /// Its other parts, each with a name.
    pub(super) groups: Vec<(&'static str, Vec<Entry>)>,
    /// The page's own address without a language, for the links to its languages; ends with `?` or `&`.
    pub(super) same_page: String,
    /// The page below the office's own path, to come back to.
    pub(super) here: String,
}

impl Desk {
    /// The desk of a visitor at a screen, or at none that is in the menu.
    ///
    /// # Errors
    /// What waits cannot be read.
    pub(super) async fn of(visitor: &Visitor, screen: Option<Screen>) -> Result<Self, Fault> {
        let (language, base) = (visitor.language(), visitor.base());
        let words = texts(language);
        let waiting = needing_you(visitor).await?;
        let fails = does_an_endpoint_fail(visitor).await?;
        let entries = |group: Group| -> Vec<Entry> {
            let seen = Screen::ALL.iter().copied().filter(|screen| {
                screen.group() == group && !visitor.shops_with(screen.permission()).is_empty()
            });
            let entry = |one: Screen| Entry {
                called: one.called(words),
                href: format!("{base}{}", one.path()),
                is_here: Some(one) == screen,
                icon: icon(one),
                badge: (one == Screen::NeedsYou).then(|| counted(waiting)).flatten(),
                alarm: (one == Screen::Webhooks && fails).then_some(words.fails),
            };
            seen.map(entry).collect()
        };
        let groups = [
            (words.group_money, Group::Money),
            (words.group_shop, Group::Shop),
            (words.group_tech, Group::Tech),
        ];
        let groups = groups.map(|(name, group)| (name, entries(group)));
        let chosen = visitor.signed().session.merchant;
        let all = visitor.all_shops();
        let chosen = chosen.filter(|chosen| all.iter().any(|shop| shop.id == *chosen));
        let alone = all.first().filter(|_| all.len() == 1).map(|shop| shop.id);
        let shown = chosen.or(alone).map(|shop| visitor.shop_title(shop).to_owned());
        let (same_page, here) = addresses(visitor);
        Ok(Desk {
            language,
            words,
            form_token: visitor.signed().form_token.clone(),
            name: visitor.signed().operator.name.clone(),
            role: words.role(visitor.role()),
            shown: shown.unwrap_or_else(|| words.all_shops.to_owned()),
            shops: all
                .iter()
                .map(|shop| (shop.id.to_string(), shop.title.clone(), Some(shop.id) == chosen))
                .collect(),
            shows_all: chosen.is_none(),
            shows_live: visitor.environment() == Environment::Live,
            may_see_live: visitor.sees_live(),
            has_search: !visitor.shops_with(Permission::SeeOrders).is_empty(),
            first: entries(Group::First),
            groups: groups.into_iter().filter(|(_, entries)| !entries.is_empty()).collect(),
            same_page,
            here,
            base,
        })
    }
}

fn icon(screen: Screen) -> &'static str {
    match screen {
        Screen::Today => "day",
        Screen::NeedsYou => "hold",
        Screen::Orders => "list",
        // Only the menu's first part shows icons.
        Screen::DayBook
        | Screen::Cash
        | Screen::RefundRequests
        | Screen::PaymentLinks
        | Screen::Customers
        | Screen::Catalogue
        | Screen::Texts
        | Screen::People
        | Screen::Webhooks
        | Screen::Gateways
        | Screen::Developers => "",
    }
}

/// How many orders wait for a decision in the shops that are shown, up to one more than is counted.
async fn needing_you(visitor: &Visitor) -> Result<usize, Fault> {
    let store = visitor.office().app.store();
    let mut waiting = 0;
    for shop in visitor.shops_with(Permission::Decide) {
        let most = i64::try_from(MOST_COUNTED + 1 - waiting.min(MOST_COUNTED)).unwrap_or(1);
        waiting += store.count_needing_you(shop, visitor.environment(), most).await?;
    }
    Ok(waiting)
}

/// Whether nothing arrives at one of the endpoints that are looked at.
async fn does_an_endpoint_fail(visitor: &Visitor) -> Result<bool, Fault> {
    let shops = visitor.shops_with(Permission::WorkWebhooks);
    if shops.is_empty() {
        return Ok(false);
    }
    let app = &visitor.office().app;
    let (failing, now_ms) = (app.store().failing_since().await?, app.clock().now_ms());
    let endpoints =
        shops.iter().flat_map(|shop| visitor.snapshot().endpoints_of(*shop, visitor.environment()));
    let status = |endpoint: &OpenEndpoint| {
        let since_ms = failing.get(&Target::Endpoint(endpoint.row.id)).map(|failing| failing.since_ms);
        EndpointStatus::of(endpoint.row.standing.is_in_use(), since_ms, now_ms)
    };
    Ok(endpoints.into_iter().any(|endpoint| status(endpoint) == EndpointStatus::Failing))
}

fn counted(count: usize) -> Option<String> {
    match count {
        0 => None,
        1..=MOST_COUNTED => Some(count.to_string()),
        _ => Some(format!("{MOST_COUNTED}+")),
    }
}

/// The page's address without a language and ready for one, and as it is.
fn addresses(visitor: &Visitor) -> (String, String) {
    let mut kept = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in visitor.query().iter().filter(|(name, _)| name != "lang") {
        kept.append_pair(name, value);
    }
    let kept = kept.finish();
    let path = visitor.path();
    match kept.as_str() {
        "" => ("?".to_owned(), path.to_owned()),
        _ => (format!("?{kept}&"), format!("{path}?{kept}")),
    }
}
