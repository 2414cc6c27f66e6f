//! `POST /orders-storage/orders/preview`: what an order would cost. Nothing is kept.

use axum::Json;
use axum::extract::State;
use guichet_core::Money;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::catalogue::Basket;
use crate::oneentry::amount::{number, spelled};
use crate::oneentry::basket::{lines, no_other_price};
use crate::oneentry::body::Body;
use crate::oneentry::front::Front;
use crate::oneentry::front_error::FrontError;
use crate::oneentry::visitor::Visitor;

use super::terms::currency;

/// OneEntry's `ICreateOrderPreview`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PreviewBody {
    #[serde(default)]
    products: Value,
    #[serde(default)]
    coupon_code: Value,
    #[serde(default)]
    additional_discounts_markers: Value,
    #[serde(default)]
    bonus_amount: Value,
}

/// OneEntry's `IOrderPreviewResponse`; there are no discounts here.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Preview {
    total_sum: Box<RawValue>,
    total_sum_with_discount: Box<RawValue>,
    discount_config: NoDiscounts,
    currency: String,
    order_preview: Vec<PreviewLine>,
    bonus_applied: i64,
    total_due: Box<RawValue>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PreviewLine {
    id: i64,
    price: Box<RawValue>,
    quantity: i64,
    discount_price: Option<i64>,
    is_gift: bool,
}

/// OneEntry's `IOrderDiscountConfig` of a shop without discounts.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct NoDiscounts {
    bonus: Option<i64>,
    coupon: Option<i64>,
    order_discounts: [i64; 0],
    product_discounts: [i64; 0],
    settings: NoSettings,
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct NoSettings {
    allow_gift_stacking: bool,
    allow_stacking: bool,
    max_discount_value: Option<i64>,
}

/// The priced basket.
pub(super) async fn preview_order(
    State(front): State<Front>,
    visitor: Visitor,
    Body(data): Body<PreviewBody>,
) -> Result<Json<Preview>, FrontError> {
    let currency = currency(&visitor)?;
    let (coupon, discounts) = (&data.coupon_code, &data.additional_discounts_markers);
    no_other_price(coupon, discounts, &data.bonus_amount, &Value::Null, currency)?;
    let lines = lines(&data.products)?;
    let wanted = lines.iter().map(|(product, _)| *product);
    let catalogue = front.store().products_of(visitor.merchant, wanted).await?;
    let basket = Basket::price(&lines, currency, &visitor.language, &catalogue)?;
    let lines = basket.products.iter().map(|bought| PreviewLine {
        id: bought.product,
        price: number(Money::new(bought.price, currency)),
        quantity: bought.quantity,
        discount_price: None,
        is_gift: false,
    });
    Ok(Json(Preview {
        total_sum: number(basket.total),
        total_sum_with_discount: number(basket.total),
        discount_config: NoDiscounts::default(),
        currency: spelled(&visitor.project, currency),
        order_preview: lines.collect(),
        bonus_applied: 0,
        total_due: number(basket.total),
    }))
}
