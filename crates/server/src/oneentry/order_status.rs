//! Where an order stands, in the words of its storage; in Guichet's own where the storage has none.

use serde::Serialize;

use guichet_core::OrderState;

use crate::pages::state_called;

use super::localized::{Localized, own_language};
use crate::catalogue::Storage;

/// The states of an order, in the order of its life.
pub(crate) const STATES: [&str; 6] = OrderState::STATUSES;

/// What a storage calls a state.
#[derive(Debug)]
pub(crate) struct OrderStatus {
    /// The marker.
    pub(crate) identifier: String,
    /// What it is called.
    pub(crate) title: Localized,
}

/// What the storage calls that state.
pub(crate) fn order_status(storage: Option<&Storage>, state: &'static str, language: &str) -> OrderStatus {
    let statuses = storage.map_or(&[][..], |storage| &storage.statuses);
    match statuses.iter().find(|status| status.when.iter().any(|when| when == state)) {
        Some(status) => OrderStatus {
            identifier: status.identifier.clone(),
            title: Localized::of(&status.title, language, &status.identifier),
        },
        None => own(state, language),
    }
}

fn own(state: &'static str, language: &str) -> OrderStatus {
    let title = Localized::titled(state_called(state, own_language(language)));
    OrderStatus { identifier: state.to_owned(), title }
}

/// OneEntry's `IOrderStatus`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StatusEntity {
    id: i64,
    identifier: String,
    localize_infos: Localized,
    position: i64,
    is_used: bool,
    is_default: bool,
}

impl StatusEntity {
    /// The marker.
    pub(crate) fn identifier(&self) -> &str {
        &self.identifier
    }
}

/// Everything that the storage calls a state, the first one that of a new order.
pub(crate) fn statuses(storage: &Storage, language: &str) -> Vec<StatusEntity> {
    let first = order_status(Some(storage), "pending", language).identifier;
    let declared = storage.statuses.iter().map(|status| OrderStatus {
        identifier: status.identifier.clone(),
        title: Localized::of(&status.title, language, &status.identifier),
    });
    // States that the storage has no word for keep their own.
    let silent = |state: &&'static str| {
        !storage.statuses.iter().any(|status| status.when.iter().any(|when| when == state))
    };
    let standings = declared.chain(STATES.into_iter().filter(silent).map(|state| own(state, language)));
    (1..)
        .zip(standings)
        .map(|(position, status)| StatusEntity {
            id: position,
            is_default: status.identifier == first,
            identifier: status.identifier,
            localize_infos: status.title,
            position,
            is_used: true,
        })
        .collect()
}
