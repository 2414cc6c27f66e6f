//! `PUT /v1/products/{id}`.

use axum::Json;
use axum::extract::{Path, State};
use guichet_core::Code;

use crate::app::{App, Error};
use crate::catalogue::Product;
use crate::http::caller::Caller;
use crate::http::input::Sent;
use crate::http::problem::Problem;
use crate::store::{MadeBy, put_product};

use super::number;

/// Make or replace a product
///
/// Orders that have it keep what they say of it: its title and its price as they were.
#[utoipa::path(put, path = "/v1/products/{id}", tag = "Shop front", request_body = Product,
    params(("id" = i64, Path, description = "The product's number, the same as in the body.")),
    responses((status = 200, description = "The product as it is from now on.", body = Product),
              (status = 403, description = "`live_key_needed`.", body = Problem),
              (status = 422, description = "`product_invalid`: see `field`.", body = Problem)))]
pub(crate) async fn replace_product(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Json<Product>, Problem> {
    caller.insist_on_live()?;
    let id = number(&id)?;
    let product: Product = sent.json()?;
    product.check().map_err(|broken| Problem::field(broken.field, Code::ProductInvalid, broken.rule))?;
    if product.id != id {
        let rule = format!("The path says product {id}, the body {}; make them agree.", product.id);
        return Err(Problem::field("id", Code::ProductInvalid, rule));
    }
    let write = put_product(caller.merchant, &product, MadeBy::Api, app.clock().now_ms());
    app.store().commit(vec![write]).await.map_err(Error::from)?;
    Ok(Json(product))
}
