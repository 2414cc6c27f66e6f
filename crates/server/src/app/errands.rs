//! Errands: what an operator's command wants done to an order. The server that works the order does it where one runs, so
//! that it is counted, logged, paced and followed up as everything else; without a server the command does it itself.

use guichet_core::{Actor, Event, OrderId, PaymentId, RefundId, Resolution, UnmatchedId};
use serde::{Deserialize, Serialize};

use crate::store::{Fault, FaultKind, Stored, UnmatchedStatus};

use super::application::App;
use super::error::Error;
use super::in_flight::Checked;
use super::refunds::RefundTerms;

/// How often a check is put off because the account has made its checks of the moment.
const TIMES_PUT_OFF: usize = 5;

/// What is to be done to an order, and who wants it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Errand {
    /// Who the journal names.
    pub actor: Actor,
    /// What is to be done.
    pub task: Task,
}

/// What is to be done to an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Task {
    /// Ask the gateways about each of its payments.
    Check,
    /// Call it off.
    Cancel,
    /// Tie to it the payment of a notification that no order has.
    Tie {
        /// The notification.
        notification: UnmatchedId,
    },
    /// Decide about money that does not fit.
    Resolve {
        /// The payment that brought it.
        payment: PaymentId,
        /// What was decided.
        resolution: Resolution,
    },
    /// Record that money went back to the payer.
    RecordRefund {
        /// What went back.
        terms: RefundTerms,
    },
    /// Withdraw such a record.
    WithdrawRefund {
        /// The refund.
        refund: RefundId,
        /// Why.
        reason: String,
    },
}

/// What came of an errand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Answer {
    /// It is done.
    Done,
    /// It is not done.
    Failed {
        /// What kind of failure that is.
        kind: FaultKind,
        /// Why, as a sentence.
        why: String,
    },
}

impl Answer {
    /// An errand that failed by that.
    pub fn failed(error: &Error) -> Self {
        Answer::Failed { kind: error.kind(), why: error.to_string() }
    }
}

impl App {
    /// Does it; the order as it is then.
    ///
    /// # Errors
    /// It was not done.
    pub async fn carry_out(&self, order: OrderId, errand: &Errand) -> Result<Stored, Error> {
        let actor = errand.actor.clone();
        let event = match errand.task.clone() {
            Task::Check => return self.check_all(order, &actor).await,
            Task::Tie { notification } => return self.tie_notification(notification, order, actor).await,
            Task::RecordRefund { terms } => {
                let stored = self.store().order(order).await?.ok_or(Error::NoSuchOrder)?;
                self.refund_recorded(&stored.order, terms, actor)?
            }
            Task::WithdrawRefund { refund, reason } => Event::RefundWithdrawn { refund, reason, actor },
            Task::Cancel => Event::CancelRequested { actor },
            Task::Resolve { payment, resolution } => Event::HeldResolved { payment, resolution, actor },
        };
        Ok(self.apply(order, &event, None).await?.stored)
    }

    async fn tie_notification(
        &self,
        notification: UnmatchedId,
        order: OrderId,
        actor: Actor,
    ) -> Result<Stored, Error> {
        let row = self.store().unmatched(notification).await?;
        let open = row.filter(|row| row.status == UnmatchedStatus::Open).ok_or_else(|| {
            Fault::of(
                FaultKind::Refused,
                format!("{notification} does not wait any more: it was tied or dismissed"),
            )
        })?;
        self.tie(&open, order, actor).await
    }

    async fn check_all(&self, order: OrderId, actor: &Actor) -> Result<Stored, Error> {
        let mut stored = self.store().order(order).await?.ok_or(Error::NoSuchOrder)?;
        let payments: Vec<PaymentId> = stored.order.payments.iter().map(|payment| payment.id).collect();
        let mut unanswered = None;
        for payment in payments {
            match self.check_in_time(order, payment, actor).await? {
                Checked::Asked(now) | Checked::AsItWas(now) => stored = *now,
                Checked::Unanswered { trouble, .. } => unanswered = Some(trouble),
                Checked::BudgetSpent { .. } => {
                    let why = "this gateway account has made all the checks that it may make at present; try again in a minute";
                    return Err(Fault::of(FaultKind::Unreachable, why).into());
                }
            }
        }
        match unanswered {
            None => Ok(stored),
            Some(trouble) => {
                let why = format!(
                    "the gateway did not answer ({trouble}); nothing is known, and checks go on by themselves"
                );
                Err(Fault::of(FaultKind::Unreachable, why).into())
            }
        }
    }

    /// Checks a payment, as soon as its account may be asked.
    async fn check_in_time(
        &self,
        order: OrderId,
        payment: PaymentId,
        actor: &Actor,
    ) -> Result<Checked, Error> {
        let mut checked = self.check(order, payment, actor.clone()).await?;
        for _ in 0..TIMES_PUT_OFF {
            let Checked::BudgetSpent { retry_after_ms } = checked else { break };
            self.clock().sleep(retry_after_ms).await;
            checked = self.check(order, payment, actor.clone()).await?;
        }
        Ok(checked)
    }
}
