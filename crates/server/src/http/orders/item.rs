//! A line of an order as a shop sends it.

use guichet_core::Item;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One line of an order.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemRequest {
    /// What it is: 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200, example = "Semolina, 5 kg")]
    pub(super) name: String,
    /// How many: 1 to 1000000.
    #[schema(example = 2)]
    pub(super) quantity: i64,
    /// The price of one, in minor units; may be zero, or less for what is taken off, such as a coupon.
    #[schema(example = 125_000)]
    pub(super) unit_amount: i64,
}

impl From<&ItemRequest> for Item {
    fn from(item: &ItemRequest) -> Self {
        Item { name: item.name.trim().to_owned(), quantity: item.quantity, unit_amount: item.unit_amount }
    }
}
