//! The page of one merchant: its payments, the calls of its client beside what the vendor itself would have said, and what
//! can be made to happen to it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Form, Router};
use guichet_gateways::Notifies;
use http::StatusCode;

use crate::calls::CallView;
use crate::clock::{span, time_of_day};
use crate::customer_pages::MissingPage;
use crate::forms::{advance_by, armed};
use crate::html::{html, see_other};
use crate::misbehaviour::MisbehaviourView;
use crate::misbehaviour_kind::MISBEHAVIOURS;
use crate::notifications::NotificationView;
use crate::payment::Payment;
use crate::payment_view::PaymentView;
use crate::refusal::Refusal;
use crate::sandbox::Sandbox;
use crate::store::Store;
use crate::tenant::Tenant;

/// The number of payments, notifications and calls that the page shows.
const RECENT: usize = 20;

/// Its routes.
pub(crate) fn router() -> Router<Sandbox> {
    Router::new()
        .route("/merchants/{dialect}/{merchant}", get(show))
        .route("/merchants/{dialect}/{merchant}/clock", post(advance))
        .route("/merchants/{dialect}/{merchant}/faults", post(arm))
        .route("/merchants/{dialect}/{merchant}/faults/clear", post(clear))
}

/// The path of a merchant's page.
pub(crate) fn path(tenant: &Tenant) -> String {
    format!("/merchants/{}/{}", tenant.dialect().name(), tenant.merchant())
}

#[derive(Template)]
#[template(path = "merchant.html")]
struct MerchantPage {
    title: &'static str,
    dialect: &'static str,
    /// The path under which its forms lie, with a slash at its end.
    path: String,
    merchant: String,
    key_hint: String,
    account: String,
    sandbox: bool,
    notifies: String,
    own_secret: bool,
    now: String,
    ahead: String,
    payments: Vec<PaymentView>,
    has_more: bool,
    notifications: Vec<NotificationView>,
    calls: Vec<CallView>,
    waiting: Vec<MisbehaviourView>,
    misbehaviours: &'static [(&'static str, &'static str)],
    /// The vendors among which a fault's is chosen: none, because this merchant has one.
    dialects: Vec<&'static str>,
    differences: &'static [&'static str],
    refused: Option<String>,
}

impl MerchantPage {
    fn of(
        store: &Store,
        tenant: &Tenant,
        now_ms: i64,
        offset_ms: i64,
        refused: Option<String>,
    ) -> MerchantPage {
        let profile = tenant.dialect().profile();
        let (name, merchant) = (tenant.dialect().name(), tenant.merchant());
        let mut own = store.newest_first().filter(|payment| payment.tenant() == tenant);
        let payments = own.by_ref().take(RECENT).map(Payment::view).collect();
        let is_own = |reference: &str| store.find(reference).is_ok_and(|payment| payment.tenant() == tenant);
        let told = store.notifications.newest_first().filter(|notice| is_own(&notice.reference));
        let called = store
            .calls
            .newest_first()
            .filter(|call| call.dialect == name && call.merchant.as_deref() == Some(&*merchant));
        MerchantPage {
            title: profile.title,
            dialect: name,
            path: format!("{}/", path(tenant)),
            key_hint: tenant.key_hint(),
            account: tenant.account().to_owned(),
            sandbox: tenant.sandbox(),
            notifies: notifies(store, tenant),
            own_secret: store.webhooks.has_secret(tenant),
            now: time_of_day(now_ms),
            ahead: span(offset_ms / 1000),
            payments,
            has_more: own.next().is_some(),
            notifications: told.take(RECENT).collect(),
            calls: called.take(RECENT).cloned().collect(),
            waiting: store.injected.views_for(tenant),
            misbehaviours: MISBEHAVIOURS,
            dialects: Vec::new(),
            differences: profile.beside_sandbox,
            refused,
            merchant,
        }
    }
}

/// Where this merchant's notifications go.
fn notifies(store: &Store, tenant: &Tenant) -> String {
    match tenant.dialect().profile().notifies {
        Notifies::Never => "This vendor sends no notifications.".to_owned(),
        Notifies::ByRequest => "Notifications go to the address that each request names.".to_owned(),
        Notifies::BySetting => match store.webhooks.url(tenant) {
            Some(url) => format!("Notifications go to {url}."),
            None => "Notifications go nowhere until POST /sandbox/webhooks sets an address up.".to_owned(),
        },
    }
}

async fn show(State(sandbox): State<Sandbox>, Path(named): Path<(String, String)>) -> Response {
    render(&sandbox, &named, None)
}

async fn arm(
    State(sandbox): State<Sandbox>,
    Path(named): Path<(String, String)>,
    Form(form): Form<Vec<(String, String)>>,
) -> Response {
    done(&sandbox, &named, |store, tenant| {
        let misbehaviour = armed(&form)?.at(tenant.dialect().name()).with_key(tenant.key());
        store.injected.add(misbehaviour)
    })
}

async fn clear(State(sandbox): State<Sandbox>, Path(named): Path<(String, String)>) -> Response {
    done(&sandbox, &named, |store, tenant| {
        store.injected.clear_for(tenant);
        Ok(())
    })
}

async fn advance(
    State(sandbox): State<Sandbox>,
    Path(named): Path<(String, String)>,
    Form(form): Form<Vec<(String, String)>>,
) -> Response {
    match advance_by(&sandbox, &form) {
        Ok(()) => see_other(&format!("/merchants/{}/{}", named.0, named.1)),
        Err(refusal) => render(&sandbox, &named, Some(refusal.to_string())),
    }
}

/// Does something to a merchant and shows its page again, with the refusal if there was one.
fn done(
    sandbox: &Sandbox,
    named: &(String, String),
    work: impl FnOnce(&mut Store, &Tenant) -> Result<(), Refusal>,
) -> Response {
    let worked = sandbox.with_store(|store, _| {
        let tenant = store.seen.find(&named.0, &named.1).cloned()?;
        Some(work(store, &tenant).map(|()| path(&tenant)))
    });
    match worked {
        Some(Ok(path)) => see_other(&path),
        Some(Err(refusal)) => render(sandbox, named, Some(refusal.to_string())),
        None => missing(),
    }
}

fn render(sandbox: &Sandbox, (dialect, merchant): &(String, String), refused: Option<String>) -> Response {
    let offset_ms = sandbox.clock().offset_ms();
    let status = if refused.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let page = sandbox.with_store(|store, now_ms| {
        let tenant = store.seen.find(dialect, merchant)?;
        Some(MerchantPage::of(store, tenant, now_ms, offset_ms, refused))
    });
    page.map_or_else(missing, |page| html(status, &page))
}

fn missing() -> Response {
    let page =
        MissingPage::new("There is no such merchant", "No merchant of that name was active here lately.");
    html(StatusCode::NOT_FOUND, &page)
}
