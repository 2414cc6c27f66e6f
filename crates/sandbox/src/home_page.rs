//! The page at `/`: what this is, what it takes, what can be forced, and what happened lately.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Form, Router};
use guichet_gateways::{DIALECTS, Dialect, ExampleKey, Notifies, VendorProfile};
use http::{HeaderMap, StatusCode};

use crate::clock::{span, time_of_day};
use crate::control::ROUTES;
use crate::forms::{advance_by, armed};
use crate::html::{html, see_other};
use crate::magic_input::TAGS;
use crate::merchant_page;
use crate::misbehaviour::MisbehaviourView;
use crate::misbehaviour_kind::MISBEHAVIOURS;
use crate::notifications::NotificationView;
use crate::outbox::MessageView;
use crate::payment_view::PaymentView;
use crate::refusal::Refusal;
use crate::sandbox::Sandbox;
use crate::tenant::{MAGIC_KEYS, Tenant};

/// The number of payments, of notifications and of messages that the page shows.
const RECENT: usize = 20;
const RECENT_NOTICES: usize = 10;
const RECENT_MESSAGES: usize = 5;

/// The routes for people.
pub(crate) fn router() -> Router<Sandbox> {
    Router::new()
        .route("/", get(show))
        .route("/clock", post(advance))
        .route("/faults", post(arm))
        .route("/faults/clear", post(clear))
}

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    base_url: String,
    /// The path under which its forms lie, with a slash at its end.
    path: &'static str,
    refused: Option<String>,
    merchants: Vec<Merchant>,
    now: String,
    ahead: String,
    vendors: Vec<Vendor>,
    payments: Vec<PaymentView>,
    has_more: bool,
    notifications: Vec<NotificationView>,
    messages: Vec<MessageView>,
    waiting: Vec<MisbehaviourView>,
    /// The vendors among which a fault's is chosen.
    dialects: Vec<&'static str>,
    magic_keys: &'static [(&'static str, &'static str)],
    tags: &'static [(&'static str, &'static str)],
    misbehaviours: &'static [(&'static str, &'static str)],
    routes: &'static [(&'static str, &'static str, &'static str)],
}

/// A merchant as the page shows it.
struct Merchant {
    path: String,
    vendor: &'static str,
    key_hint: String,
}

impl Merchant {
    fn of(tenant: &Tenant) -> Merchant {
        Merchant {
            path: merchant_page::path(tenant),
            vendor: tenant.dialect().profile().title,
            key_hint: tenant.key_hint(),
        }
    }
}

/// A vendor as the page shows it.
struct Vendor {
    name: &'static str,
    title: &'static str,
    endpoints: &'static [(&'static str, &'static str, &'static str)],
    credentials: String,
    examples: &'static [ExampleKey],
    operators: Vec<(&'static str, String)>,
    lapses_after: String,
    notifies: &'static str,
}

impl Vendor {
    fn of(dialect: &dyn Dialect) -> Vendor {
        let profile = dialect.profile();
        Vendor {
            name: dialect.name(),
            title: profile.title,
            endpoints: profile.endpoints,
            credentials: profile.credentials.join(", "),
            examples: profile.example_keys,
            operators: operators(profile),
            lapses_after: span(profile.link_ttl_ms / 1000),
            notifies: match profile.notifies {
                Notifies::Never => "It does not notify.",
                Notifies::ByRequest => "It notifies at the address that each request names.",
                Notifies::BySetting => "It notifies at the address set up with POST /sandbox/webhooks.",
            },
        }
    }
}

/// The codes of a vendor's operators, and their names with what they require of the payer.
fn operators(profile: &VendorProfile) -> Vec<(&'static str, String)> {
    let shown = profile.operators.iter().map(|operator| {
        let asks = match (operator.asks_otp, operator.asks_on_phone) {
            (false, false) => "",
            (true, false) => ", asks for a code",
            (false, true) => ", asks on the phone",
            (true, true) => ", asks for a code and on the phone",
        };
        (operator.code, format!("{}{asks}", operator.name))
    });
    shown.collect()
}

async fn show(State(sandbox): State<Sandbox>, headers: HeaderMap) -> Response {
    render(&sandbox, &headers, None)
}

/// Shows the page again after a form, with the refusal if there was one.
fn after(done: Result<(), Refusal>, sandbox: &Sandbox, headers: &HeaderMap) -> Response {
    match done {
        Ok(()) => see_other("/"),
        Err(refusal) => render(sandbox, headers, Some(refusal.to_string())),
    }
}

fn render(sandbox: &Sandbox, headers: &HeaderMap, refused: Option<String>) -> Response {
    let (payments, has_more) = sandbox.newest(RECENT, |_| true);
    let (notifications, _) = sandbox.newest_notifications(RECENT_NOTICES, |_| true);
    let mut messages = sandbox.messages();
    messages.truncate(RECENT_MESSAGES);
    let status = if refused.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let page = HomePage {
        base_url: sandbox.base_url(headers),
        path: "/",
        refused,
        merchants: sandbox.with_store(|store, _| store.seen.iter().take(RECENT).map(Merchant::of).collect()),
        now: time_of_day(sandbox.clock().now_ms()),
        ahead: span(sandbox.clock().offset_ms() / 1000),
        vendors: DIALECTS.iter().map(|dialect| Vendor::of(*dialect)).collect(),
        payments,
        has_more,
        notifications,
        messages,
        waiting: sandbox.misbehaviours(),
        dialects: DIALECTS.iter().map(|dialect| dialect.name()).collect(),
        magic_keys: MAGIC_KEYS,
        tags: TAGS,
        misbehaviours: MISBEHAVIOURS,
        routes: ROUTES,
    };
    html(status, &page)
}

async fn arm(
    State(sandbox): State<Sandbox>,
    headers: HeaderMap,
    Form(form): Form<Vec<(String, String)>>,
) -> Response {
    after(armed(&form).and_then(|misbehaviour| sandbox.inject(misbehaviour)), &sandbox, &headers)
}

async fn clear(State(sandbox): State<Sandbox>, headers: HeaderMap) -> Response {
    sandbox.clear_misbehaviours();
    after(Ok(()), &sandbox, &headers)
}

async fn advance(
    State(sandbox): State<Sandbox>,
    headers: HeaderMap,
    Form(form): Form<Vec<(String, String)>>,
) -> Response {
    after(advance_by(&sandbox, &form), &sandbox, &headers)
}
