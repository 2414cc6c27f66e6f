//! Storages and orders as OneEntry's clients are shown them. A total is a number in the answer to making
//! or changing an order, and a text everywhere else; both are what the SDK's schemas insist on.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::catalogue::Bought;
use crate::catalogue::FormValue;
use crate::catalogue::{Storage, marked};
use crate::clock::rfc3339;
use crate::oneentry::amount::{number, spelled};
use crate::oneentry::front::Front;
use crate::oneentry::localized::Localized;
use crate::oneentry::order_status::order_status;
use crate::oneentry::payments::payment_url;
use crate::oneentry::picture::Picture;
use crate::oneentry::purchase::OwnOrder;
use crate::oneentry::visitor::Visitor;
use crate::oneentry::way_to_pay;

/// OneEntry's `IOrdersEntity`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StorageEntity {
    id: i64,
    localize_infos: Localized,
    position: i64,
    identifier: String,
    form_identifier: String,
    general_type_id: Option<i64>,
    payment_account_identifiers: Vec<Marker>,
}

#[derive(Debug, Serialize)]
struct Marker {
    identifier: String,
}

impl StorageEntity {
    /// The storage with the ways to pay that are in use.
    pub(super) fn of(front: &Front, visitor: &Visitor, id: i64, storage: &Storage) -> Self {
        let snapshot = front.registry().snapshot();
        let used = |marker: &&String| {
            let account = marked(&visitor.project.accounts, marker);
            account.is_some_and(|(_, account)| way_to_pay::is_offered(&snapshot, visitor, account))
        };
        let accounts = storage.accounts.iter().filter(used);
        StorageEntity {
            id,
            localize_infos: Localized::of(&storage.title, &visitor.language, &storage.identifier),
            position: id,
            identifier: storage.identifier.clone(),
            form_identifier: storage.form.clone(),
            general_type_id: None,
            payment_account_identifiers: accounts
                .map(|marker| Marker { identifier: marker.clone() })
                .collect(),
        }
    }
}

/// OneEntry's `IBaseOrdersEntity`: the answer to making or changing an order.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct BaseOrder {
    id: i64,
    form_identifier: String,
    payment_account_identifier: String,
    form_data: Vec<FormValue>,
    products: Vec<Wanted>,
    currency: String,
    total_sum: Box<RawValue>,
    created_date: String,
    status_identifier: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Wanted {
    product_id: i64,
    quantity: i64,
}

impl BaseOrder {
    /// The order as it is now.
    pub(super) fn of(visitor: &Visitor, storage: &Storage, own: &OwnOrder) -> Self {
        let (order, notes) = (&own.stored.order, &own.notes);
        let money = order.terms.money;
        let standing = order_status(Some(storage), order.state.status(), &visitor.language);
        let wanted = notes.products.iter();
        BaseOrder {
            id: notes.number,
            form_identifier: notes.form.clone(),
            payment_account_identifier: notes.payment_account.clone(),
            form_data: notes.form_data.clone(),
            products: wanted
                .map(|bought| Wanted { product_id: bought.product, quantity: bought.quantity })
                .collect(),
            currency: spelled(&visitor.project, money.currency),
            total_sum: number(money),
            created_date: rfc3339(order.created_at_ms),
            status_identifier: standing.identifier,
        }
    }
}

/// OneEntry's `IOrderByMarkerEntity`: an order in a list, or read by itself.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OrderEntity {
    id: i64,
    storage_id: i64,
    created_date: String,
    status_identifier: String,
    status_localize_infos: Localized,
    form_identifier: String,
    form_data: Vec<FormValue>,
    total_sum: String,
    currency: String,
    payment_account_identifier: String,
    payment_account_localize_infos: Localized,
    payment_url: Option<String>,
    products: Vec<OrderProduct>,
    is_completed: bool,
}

/// OneEntry's `IOrderProducts`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct OrderProduct {
    id: i64,
    quantity: i64,
    title: String,
    sku: Option<String>,
    preview_image: Option<Picture>,
    price: Box<RawValue>,
    is_gift: bool,
}

impl OrderEntity {
    /// The order as it is now, in the storage of that number.
    pub(super) fn of(
        front: &Front,
        visitor: &Visitor,
        (id, storage): (i64, &Storage),
        own: &OwnOrder,
    ) -> Self {
        let (order, notes) = (&own.stored.order, &own.notes);
        let money = order.terms.money;
        let standing = order_status(Some(storage), order.state.status(), &visitor.language);
        let account = marked(&visitor.project.accounts, &notes.payment_account);
        let account = account.map(|(_, account)| account.title.clone()).unwrap_or_default();
        let product = |bought: &Bought| OrderProduct {
            id: bought.product,
            quantity: bought.quantity,
            title: bought.title.clone(),
            sku: bought.sku.clone(),
            preview_image: bought.image.as_deref().map(Picture::at),
            price: number(own.money(bought.price)),
            is_gift: false,
        };
        OrderEntity {
            id: notes.number,
            storage_id: id,
            created_date: rfc3339(order.created_at_ms),
            status_identifier: standing.identifier,
            status_localize_infos: standing.title,
            form_identifier: notes.form.clone(),
            form_data: notes.form_data.clone(),
            total_sum: money.decimal(),
            currency: spelled(&visitor.project, money.currency),
            payment_account_identifier: notes.payment_account.clone(),
            payment_account_localize_infos: Localized::of(
                &account,
                &visitor.language,
                &notes.payment_account,
            ),
            payment_url: payment_url(front, own),
            products: notes.products.iter().map(product).collect(),
            is_completed: order.state.is_paid(),
        }
    }
}
