//! `GET /v1/orders`: newest first, page by page.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use guichet_core::OrderId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::{App, Narrowing};
use crate::http::caller::Caller;
use crate::http::input::Query;
use crate::http::paged::{cursor, page_size};
use crate::http::problem::Problem;
use crate::view::OrderView;

/// What to list. Everything that is given must hold.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// Only this status.
    status: Option<String>,
    /// Only orders with money that does not fit and waits for you: `true`.
    needs_you: Option<bool>,
    /// Only orders made at or after this moment: RFC 3339.
    created_after: Option<String>,
    /// Only orders made before this moment.
    created_before: Option<String>,
    /// Only orders whose money was seen at or after this moment.
    paid_after: Option<String>,
    /// Only orders whose money was seen before this moment.
    paid_before: Option<String>,
    /// Only orders that were paid through this gateway, or else have their newest payment there.
    gateway: Option<String>,
    /// The same for a gateway account, by your name for it or its identifier.
    account: Option<String>,
    /// Only orders in this currency: ISO 4217 code.
    currency: Option<String>,
    /// The order whose reference is exactly this.
    reference: Option<String>,
    /// Only orders that were made at this payment link.
    payment_link: Option<String>,
    /// Only orders that ask for this sum, in major units of their currency, such as `2500` or `2500.50`.
    amount: Option<String>,
    /// What somebody knows of an order, 2 to 100 characters: the beginning of your reference or of the gateway's, an
    /// identifier, its amount if it was made in the last 31 days, or the payer's phone number or its last digits, the beginning of the e-mail address, names.
    q: Option<String>,
    /// The identifier of the last order of the page before.
    cursor: Option<String>,
    /// How many: 1 to 100, otherwise 20.
    pub(crate) limit: Option<i64>,
}

/// A page of orders.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrderPage<'a> {
    /// The orders, newest first.
    data: Vec<OrderView<'a>>,
    /// Whether there are older ones: ask again with `cursor` set to the last identifier.
    has_more: bool,
}

/// List orders
///
/// Newest first. Parameters can be combined.
#[utoipa::path(get, path = "/v1/orders", tag = "Orders", params(Wanted),
    responses(
        (status = 200, description = "A page of orders.", body = OrderPage),
        (status = 422, description = "`query_invalid`, `limit_out_of_range`, `cursor_invalid`, `status_unknown`, `time_invalid`, `gateway_unknown`, `account_unknown`, `currency_unknown`, `identifier_invalid`, `search_invalid`.", body = Problem),
    ))]
pub(crate) async fn list_orders(
    State(app): State<App>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let size = usize::try_from(page_size(wanted.limit)?).unwrap_or(usize::MAX);
    let scope = [(caller.merchant, caller.environment)];
    let narrowed = wanted.narrowing().read(&app.registry().snapshot(), &scope)?;
    let mut found = app.orders(&narrowed, wanted.before()?, size + 1).await?;
    let has_more = found.len() > size;
    found.truncate(size);
    let data = found.iter().map(|stored| app.view(stored)).collect();
    Ok(Json(OrderPage { data, has_more }).into_response())
}

impl Wanted {
    /// What the list is narrowed to.
    pub(crate) fn narrowing(&self) -> Narrowing<'_> {
        Narrowing {
            status: self.status.as_deref(),
            needs_you: self.needs_you.unwrap_or(false),
            reference: self.reference.as_deref(),
            gateway: self.gateway.as_deref(),
            account: self.account.as_deref(),
            currency: self.currency.as_deref(),
            created_after: self.created_after.as_deref(),
            created_before: self.created_before.as_deref(),
            paid_after: self.paid_after.as_deref(),
            paid_before: self.paid_before.as_deref(),
            amount: self.amount.as_deref(),
            q: self.q.as_deref(),
            payment_link: self.payment_link.as_deref(),
            payer: None,
        }
    }

    /// The order behind which the list begins.
    pub(crate) fn before(&self) -> Result<Option<OrderId>, Problem> {
        cursor(self.cursor.as_deref(), "an order")
    }
}
