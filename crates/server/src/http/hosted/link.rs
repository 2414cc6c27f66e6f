//! `GET /l/{token}`: what a payment link asks for. Opening it makes no order: messengers open addresses to show a preview.

use axum::extract::{FromRequestParts, State};
use axum::response::{IntoResponse, Redirect, Response};
use guichet_core::{LinkAmount, LinkStatus, Money, NumberingPlan, PayerField, PaymentLink};
use http::StatusCode;
use http::request::Parts;

use crate::app::{App, mark};
use crate::pages::{AskedAmount, AskedField, Language, LinkPage, ProblemKind};
use crate::store::Stored;

use super::{Asked, PageProblem, accepted, shop_of, shown};

/// How many characters the mark of a page has: 80 random bits.
pub(super) const MARK_CHARS: usize = 16;

/// Somebody in front of a payment link.
pub(in crate::http) struct LinkVisitor {
    /// The link.
    pub(super) link: PaymentLink,
    /// The language of the page.
    pub(super) language: Language,
}

/// What the customer typed into the page, and what stands in the way.
#[derive(Default)]
pub(super) struct TypedAtLink {
    /// The amount, where the link asks for one, and whether it cannot be used.
    pub(super) amount: Option<(String, bool)>,
    /// The fields of the payer.
    pub(super) fields: Vec<AskedField>,
    /// Whether nobody can be paid at present.
    pub(super) is_closed: bool,
}

/// The page; a link for one order that is paid leads to what became of it.
pub(in crate::http) async fn link_page(
    State(app): State<App>,
    visitor: LinkVisitor,
) -> Result<Response, PageProblem> {
    if let Some(stored) = visitor.its_only_order(&app).await?
        && stored.order.state.is_paid()
    {
        return Ok(visitor.on_to(&app, "status", &stored));
    }
    visitor.insist_on_active(&app)?;
    Ok(visitor.draw(&app, mark(MARK_CHARS), None))
}

impl FromRequestParts<App> for LinkVisitor {
    type Rejection = PageProblem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, PageProblem> {
        let asked = Asked::read(parts);
        let language = Language::choose(&[asked.lang.as_deref()], accepted(parts));
        let token = axum::extract::Path::<String>::from_request_parts(parts, app).await;
        let token = token.map(|token| token.0).unwrap_or_default();
        match app.store().payment_link_of_token(&token).await {
            Ok(Some(link)) => {
                let wishes = [asked.lang.as_deref(), link.terms.language.as_deref()];
                let language = Language::choose(&wishes, accepted(parts));
                Ok(LinkVisitor { link, language })
            }
            Ok(None) => Err(PageProblem::new(StatusCode::NOT_FOUND, ProblemKind::NotFound, language)),
            Err(fault) => Err(PageProblem::trouble(fault, language)),
        }
    }
}

impl LinkVisitor {
    /// Refuses a link that makes no orders any more.
    pub(super) fn insist_on_active(&self, app: &App) -> Result<(), PageProblem> {
        match self.link.status(app.clock().now_ms()) {
            LinkStatus::Active => Ok(()),
            LinkStatus::Expired | LinkStatus::Ended => Err(self.over()),
        }
    }

    /// The page of a link that is over.
    pub(super) fn over(&self) -> PageProblem {
        PageProblem::new(StatusCode::GONE, ProblemKind::LinkOver, self.language)
    }

    /// The order of a link for one, where it was made.
    async fn its_only_order(&self, app: &App) -> Result<Option<Stored>, PageProblem> {
        if !self.link.terms.single_use {
            return Ok(None);
        }
        let (merchant, environment) = (self.link.merchant, self.link.environment);
        let trouble = |fault| PageProblem::trouble(fault, self.language);
        let reference = self.link.order_reference("");
        let store = app.store();
        let known = store.order_of_reference(merchant, environment, &reference).await.map_err(trouble)?;
        let Some((order, _)) = known else { return Ok(None) };
        let stored = store.order(order).await.map_err(trouble)?;
        Ok(stored.filter(|stored| stored.order.terms.payment_link == Some(self.link.id)))
    }

    /// On to a page of an order, in this language.
    pub(super) fn on_to(&self, app: &App, page: &str, stored: &Stored) -> Response {
        let (path, language) = (app.public_url().path(), self.language.code());
        Redirect::to(&format!("{path}/{page}/{}?lang={language}", stored.token)).into_response()
    }

    /// The page, with what was typed.
    pub(super) fn draw(&self, app: &App, mark: String, typed: Option<TypedAtLink>) -> Response {
        let terms = &self.link.terms;
        let nothing = || TypedAtLink { fields: self.fields(app), ..TypedAtLink::default() };
        let TypedAtLink { amount, fields, is_closed } = typed.unwrap_or_else(nothing);
        let money = |amount| Money::new(amount, terms.currency);
        let (fixed, asked_amount) = match terms.amount {
            LinkAmount::Fixed(amount) => (Some(money(amount)), None),
            LinkAmount::Open { least, most } => {
                let (value, is_wrong) = amount.unwrap_or_default();
                let asked = AskedAmount { value, least: money(least), most: money(most), is_wrong };
                (None, Some(asked))
            }
        };
        let page = LinkPage {
            language: self.language,
            shop: shop_of(app, self.link.merchant, self.link.environment),
            offer_title: terms.title.clone(),
            description: terms.description.clone(),
            money: fixed,
            asked_amount,
            fields,
            mark,
            is_closed,
            form_action: format!("{}/l/{}", app.public_url().path(), self.link.token),
        };
        shown(page.render(), Some(&page.shop))
    }

    /// The fields that the link asks for, empty.
    pub(super) fn fields(&self, app: &App) -> Vec<AskedField> {
        let home = app.home_of(self.link.merchant, self.link.terms.currency);
        let plan = home.as_deref().and_then(NumberingPlan::of_country);
        let example = plan.or_else(|| NumberingPlan::all().first()).map_or("", |plan| plan.example);
        let field = |field: &PayerField| AskedField {
            field: *field,
            value: String::new(),
            example: if *field == PayerField::Phone { example } else { "" },
            mistake: None,
        };
        self.link.terms.asks_for.iter().map(field).collect()
    }
}
