//! `GET /v1/products`: by number, page by page.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::catalogue::Product;
use crate::http::caller::Caller;
use crate::http::input::Query;
use crate::http::paged::{cut, page_size};
use crate::http::problem::Problem;

/// Which products.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// The number of the last product of the page before.
    cursor: Option<i64>,
    /// How many: 1 to 100, otherwise 20.
    limit: Option<i64>,
}

/// A page of products.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProductPage {
    /// The products by number, hidden ones too.
    data: Vec<Product>,
    /// Whether there are more: ask again with `cursor` set to the last number.
    has_more: bool,
}

/// List products
///
/// By number. A product that is hidden from the front is listed, too.
#[utoipa::path(get, path = "/v1/products", tag = "Shop front", params(Wanted),
    responses((status = 200, description = "A page of products.", body = ProductPage),
              (status = 422, description = "`query_invalid`, `limit_out_of_range`.", body = Problem)))]
pub(crate) async fn list_products(
    State(app): State<App>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Json<ProductPage>, Problem> {
    let size = page_size(wanted.limit)?;
    let mut data = app.store().products_after(caller.merchant, wanted.cursor.unwrap_or(0), size + 1).await?;
    let has_more = cut(&mut data, size);
    Ok(Json(ProductPage { data, has_more }))
}
