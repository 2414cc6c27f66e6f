//! The status that a front asks for with an order: OneEntry's shops cancel that way. Guichet moves orders by what gateways
//! say, so that nothing else can be asked for, and whoever asks is told.

use guichet_core::{Event, OrderState, PaymentId};
use serde_json::Value;

use crate::catalogue::Storage;
use crate::oneentry::front::Front;
use crate::oneentry::front_error::FrontError;
use crate::oneentry::order_status::{order_status, statuses};
use crate::oneentry::purchase::OwnOrder;
use crate::oneentry::signed_in::SignedIn;

/// What fronts call a cancelled order where its storage has no word of its own.
const CANCELLED: [&str; 2] = ["canceled", "cancelled"];

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AskedStatus {
    /// Nothing, or what the order is in already.
    Present,
    /// To cancel it, or to leave it cancelled.
    Cancelled,
}

impl AskedStatus {
    /// Reads a `statusIdentifier` that was sent for an order in that state.
    ///
    /// # Errors
    /// It asks for a status that only Guichet gives, or for none of this storage.
    pub(super) fn read(sent: &Value, storage: &Storage, state: &OrderState) -> Result<Self, FrontError> {
        let word = match sent {
            Value::Null => return Ok(AskedStatus::Present),
            Value::String(word) if word.trim().is_empty() => return Ok(AskedStatus::Present),
            Value::String(word) => word.trim(),
            Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                return Err(FrontError::bad_request("statusIdentifier is a text"));
            }
        };
        if order_status(Some(storage), state.status(), "").identifier == word {
            // Asking twice to cancel is asking once.
            let cancelled = matches!(state, OrderState::Cancelled { .. });
            return Ok(if cancelled { AskedStatus::Cancelled } else { AskedStatus::Present });
        }
        let declared = storage.statuses.iter().find(|status| status.identifier == word);
        let cancels = match declared {
            Some(status) => status.when.iter().any(|state| state == "cancelled"),
            None => CANCELLED.contains(&word),
        };
        if cancels {
            return Ok(AskedStatus::Cancelled);
        }
        let known: Vec<String> =
            statuses(storage, "").iter().map(|status| status.identifier().to_owned()).collect();
        Err(FrontError::bad_request(if known.iter().any(|known| known == word) {
            format!(
                "statusIdentifier '{word}' is given by Guichet, by what the gateways say; the only one that a front can \
                 ask for is that of a cancelled order"
            )
        } else {
            format!("statusIdentifier must be one of [{}]", known.join(", "))
        }))
    }
}

/// Cancels the order, unless money may be on its way: its gateways are asked before.
///
/// # Errors
/// It is paid, or a payment is under way.
pub(super) async fn cancel(front: &Front, signed: &SignedIn, own: OwnOrder) -> Result<OwnOrder, FrontError> {
    let order = &own.stored.order;
    let undecided: Vec<PaymentId> = order
        .payments
        .iter()
        .filter(|payment| order.state.is_waiting() && payment.check_at_ms.is_some())
        .map(|payment| payment.id)
        .collect();
    for payment in undecided {
        if let Err(error) = front.check(order.id, payment, signed.actor()).await {
            tracing::warn!(order = %order.id, %payment, %error, "a check before a customer's cancelling failed");
        }
    }
    let event = Event::CancelRequested { actor: signed.actor() };
    let applied = front.apply(order.id, &event, None).await?;
    Ok(OwnOrder::of(applied.stored)?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_present_word_and_one_for_cancelled_are_taken() {
        let storage: Storage = serde_json::from_value(json!({
            "identifier": "orders", "form": "order", "accounts": ["cash"],
            "statuses": [
                { "identifier": "new", "when": ["pending", "failed"] },
                { "identifier": "gone", "when": ["cancelled", "expired"] },
                { "identifier": "upcoming", "when": ["paid"] },
            ],
        }))
        .unwrap();
        let plain = Storage { statuses: Vec::new(), ..storage.clone() };
        let (pending, present) = (OrderState::Pending, Ok(AskedStatus::Present));
        let twice = AskedStatus::read(&json!("cancelled"), &plain, &OrderState::Cancelled { at_ms: 0 });
        assert_eq!(twice, Ok(AskedStatus::Cancelled));
        for (storage, sent, expected) in [
            (&storage, json!(null), present),
            (&storage, json!(""), present),
            (&storage, json!("new"), present),
            (&plain, json!("pending"), present),
            (&storage, json!("gone"), Ok(AskedStatus::Cancelled)),
            (&storage, json!("canceled"), Ok(AskedStatus::Cancelled)),
            (&plain, json!("cancelled"), Ok(AskedStatus::Cancelled)),
            (&storage, json!("upcoming"), Err("'upcoming' is given by Guichet")),
            (&plain, json!("paid"), Err("'paid' is given by Guichet")),
            (&storage, json!("inProgress"), Err("must be one of [new, gone, upcoming, fulfilled]")),
            (&storage, json!(5), Err("is a text")),
        ] {
            let found = AskedStatus::read(&sent, storage, &pending);
            match (found, expected) {
                (Err(error), Err(rule)) => assert!(error.message.contains(rule), "{sent}: {}", error.message),
                (found, expected) => assert_eq!(found.ok(), expected.ok(), "{sent}"),
            }
        }
    }
}
