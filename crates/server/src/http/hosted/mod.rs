//! The customer's pages: `/checkout/{token}` and `/status/{token}`. The token is the only key to
//! them; it names one order and nothing else.

pub(super) mod check;
pub(super) mod checkout;
pub(super) mod home;
pub(super) mod link;
pub(super) mod link_order;
pub(super) mod live;
pub(super) mod pay;
mod payer_form;
mod receipt;
pub(super) mod short;
pub(super) mod status;
mod way_back;

use axum::extract::FromRequestParts;
use axum::response::{Html, IntoResponse, Response};
use guichet_core::{Environment, MerchantId};
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};
use serde::Deserialize;

use crate::app::App;
use crate::app::end_of_the_link;
use crate::pages::{self, Language, ProblemKind, ProblemPage, Shop};
use crate::repeats;
use crate::store::Stored;

/// The query of a hosted page.
#[derive(Debug, Default, Deserialize)]
struct Asked {
    lang: Option<String>,
    stay: Option<String>,
}

/// A customer in front of an order.
pub(super) struct Visitor {
    /// The order.
    pub stored: Stored,
    /// The language of the page.
    pub language: Language,
    /// The language that the address names.
    chosen: Option<Language>,
    /// Whether the page is to stay, though it would go on by itself.
    pub stays: bool,
    /// The path in front of all pages, where the server's public address has one.
    path: String,
}

/// An error on a hosted page, in the customer's language.
pub(super) struct PageProblem {
    status: StatusCode,
    kind: ProblemKind,
    language: Language,
}

impl PageProblem {
    fn new(status: StatusCode, kind: ProblemKind, language: Language) -> Self {
        PageProblem { status, kind, language }
    }

    /// Our fault: the page says that nothing is lost, the log says what happened.
    fn trouble(error: impl std::fmt::Display, language: Language) -> Self {
        repeats::fault("a hosted page met trouble", &error);
        PageProblem::new(StatusCode::SERVICE_UNAVAILABLE, ProblemKind::Trouble, language)
    }
}

impl IntoResponse for PageProblem {
    fn into_response(self) -> Response {
        // An empty address is the page itself: trouble of ours may be over when it is asked again.
        let again_url = (self.kind == ProblemKind::Trouble).then(String::new);
        let page = ProblemPage { language: self.language, kind: self.kind, again_url };
        let mut response = (self.status, shown(page.render(), None)).into_response();
        if self.kind == ProblemKind::Trouble {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }
}

/// A page with the headers that keep it private and self-contained.
fn shown(html: String, shop: Option<&Shop>) -> Response {
    let mut response = Html(html).into_response();
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&pages::content_security_policy(shop)) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-language"));
    response
}

impl Asked {
    fn read(parts: &Parts) -> Self {
        axum::extract::Query::try_from_uri(&parts.uri).map(|query| query.0).unwrap_or_default()
    }
}

/// The shop that a page shows.
fn shop_of(app: &App, merchant: MerchantId, environment: Environment) -> Shop {
    let snapshot = app.registry().snapshot();
    let merchant = snapshot.merchants.get(&merchant);
    Shop {
        name: merchant.map(|merchant| merchant.title.clone()).unwrap_or_default(),
        test_mode: environment == Environment::Test,
        quiet: app.registry().quiet().is_some(),
        settings: merchant.map(|merchant| merchant.pages.clone()).unwrap_or_default(),
    }
}

/// The languages that the browser asks for.
fn accepted(parts: &Parts) -> &str {
    parts.headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// The language of a page that is about no order.
fn language(parts: &Parts) -> Language {
    Language::choose(&[Asked::read(parts).lang.as_deref()], accepted(parts))
}

impl FromRequestParts<App> for Visitor {
    type Rejection = PageProblem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, PageProblem> {
        let token = axum::extract::Path::<String>::from_request_parts(parts, app).await;
        let token = token.ok().map(|token| token.0);
        Visitor::of_token(app, parts, token.as_deref()).await
    }
}

impl Visitor {
    /// The visitor of the order with that token.
    ///
    /// # Errors
    /// There is none; or it cannot be read.
    async fn of_token(app: &App, parts: &Parts, token: Option<&str>) -> Result<Self, PageProblem> {
        let (asked, browser) = (Asked::read(parts), accepted(parts).to_owned());
        let language = Language::choose(&[asked.lang.as_deref()], &browser);
        let missing = || PageProblem::new(StatusCode::NOT_FOUND, ProblemKind::NotFound, language);
        match app.store().order_of_token(token.ok_or_else(missing)?).await {
            Ok(Some(stored)) => {
                let wanted = stored.order.terms.presentation.language.as_deref();
                let wishes = [asked.lang.as_deref(), stored.page_language.as_deref(), wanted];
                let language = Language::choose(&wishes, &browser);
                let chosen = asked.lang.as_deref().and_then(Language::from_code);
                let path = app.public_url().path().to_owned();
                Ok(Visitor { stored, language, chosen, stays: asked.stay.is_some(), path })
            }
            Ok(None) => Err(missing()),
            Err(fault) => Err(PageProblem::trouble(fault, language)),
        }
    }

    /// Notes that a customer is waiting, so that checks are made often.
    async fn attend(&mut self, app: &App) {
        self.stored = app.attend(self.stored.clone()).await;
    }

    /// Keeps the language that the customer chose: it holds for this order wherever its pages are opened
    /// next, on the way back from a gateway, in another browser, from a message.
    async fn keep_language(&mut self, app: &App) {
        if let Some(language) = self.chosen {
            app.choose_page_language(&mut self.stored, language.code()).await;
        }
    }

    /// The same for a language that a form posts.
    async fn choose(&mut self, app: &App, tag: Option<&str>) {
        if let Some(language) = tag.and_then(Language::from_code) {
            (self.language, self.chosen) = (language, Some(language));
        }
        self.keep_language(app).await;
    }

    /// Whether the customer may choose how to pay. An order that a vendor's client made is decided once
    /// its one payment is, because that client was told so.
    fn may_choose(&self) -> bool {
        let order = &self.stored.order;
        order.state.is_waiting() && (order.terms.origin.is_none() || end_of_the_link(order).is_none())
    }

    fn path(&self, page: &str) -> String {
        format!("{}/{page}/{}", self.path, self.stored.token)
    }

    fn shop(&self, app: &App) -> Shop {
        shop_of(app, self.stored.order.merchant, self.stored.order.environment)
    }

    fn seconds_left(&self, app: &App) -> i64 {
        let left_ms = self.stored.order.terms.expires_at_ms - app.clock().now_ms();
        if self.stored.order.state.is_waiting() { (left_ms / 1000).max(0) } else { 0 }
    }
}
