//! One payment at the simulated acquirer: its own small state machine, written without Guichet's
//! core on purpose, so that the core can be tested against a witness that shares no code with it.
//!
//! Nothing runs in the background: a payment catches up with the clock whenever it is looked at.

use std::sync::Arc;

use guichet_gateways::{PayinRequest, PayinStatus, PayinView};
use serde::Serialize;

use crate::amount;
use crate::clock::timestamp;
use crate::key::Tenant;
use crate::refusal::Refusal;

/// How long a link lives when nobody starts to pay, in ms: 20 minutes.
pub const LINK_TTL_MS: i64 = 20 * 60 * 1000;

/// How long the bank takes to confirm a late payment unless told otherwise, in seconds.
pub const LATE_S: u64 = 180;

/// What a customer, or the bank, does with a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// The customer begins to pay: the link no longer expires, and nothing is decided yet.
    Initiate,
    /// The customer pays and the bank says yes at once.
    Pay,
    /// The money is taken now, and the bank confirms it so many seconds later.
    PayLate {
        /// From now until the confirmation, in seconds.
        seconds: u64,
    },
    /// Another amount than asked for arrives: 100 minor units less (or more, if less is nothing).
    PayOther,
    /// The bank says no.
    Decline,
    /// The customer gives up.
    Cancel,
    /// The link's time is over.
    Expire,
}

/// Where a payment stands, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nobody began to pay.
    Created,
    /// The customer began to pay.
    Initiated,
    /// The money was taken and the bank has not confirmed it.
    Confirming,
    /// The money is the merchant's.
    Paid,
    /// The bank said no.
    Declined,
    /// The customer gave up.
    Cancelled,
    /// The link's time was over.
    Expired,
}

impl Status {
    /// The word, as the control API spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Created => "created",
            Status::Initiated => "initiated",
            Status::Confirming => "confirming",
            Status::Paid => "paid",
            Status::Declined => "declined",
            Status::Cancelled => "cancelled",
            Status::Expired => "expired",
        }
    }
}

/// A payment as the control API and the in-process API show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PaymentView {
    /// The acquirer's reference.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Where it stands now.
    pub status: Status,
    /// Asked for, in minor units of `currency`.
    pub amount_minor: i64,
    /// What was really paid, in minor units; `None` until then.
    pub paid_minor: Option<i64>,
    /// ISO 4217 code.
    pub currency: String,
    /// The amount asked for, for people.
    pub amount_text: String,
    /// What the customer reads.
    pub title: String,
    /// More words for the customer.
    pub description: Option<String>,
    /// Where the customer goes after success.
    pub redirect_url: Option<String>,
    /// Whether it was made with a sandbox key.
    pub sandbox: bool,
    /// The merchant's name at this acquirer.
    pub merchant: String,
    /// The end of the key that made it.
    pub key_hint: String,
    /// When it was made (RFC 3339).
    pub created_at: String,
    /// When the link lapses, if nobody begins to pay (RFC 3339).
    pub expires_at: String,
    /// When its state last changed (RFC 3339).
    pub changed_at: String,
}

/// An action that happens by itself at `at_ms` (unix ms), because a tag in the title said so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Scripted {
    pub(crate) at_ms: i64,
    pub(crate) action: Action,
}

/// Where a payment stands, with what only that state knows.
#[derive(Debug, Clone, Copy)]
enum Stage {
    Created,
    Initiated { at_ms: i64 },
    Confirming { taken_at_ms: i64, confirms_at_ms: i64 },
    Paid { at_ms: i64, paid_minor: i64 },
    Declined { at_ms: i64 },
    Cancelled { at_ms: i64 },
    Expired { at_ms: i64 },
}

/// A payment.
pub(crate) struct Payment {
    reference: Arc<str>,
    tenant: Tenant,
    request: PayinRequest,
    created_at_ms: i64,
    stage: Stage,
    scripted: Option<Scripted>,
}

impl Payment {
    /// A new one, nobody having begun to pay.
    pub(crate) fn new(
        reference: Arc<str>,
        tenant: Tenant,
        request: PayinRequest,
        created_at_ms: i64,
        scripted: Option<Scripted>,
    ) -> Payment {
        Payment { reference, tenant, request, created_at_ms, stage: Stage::Created, scripted }
    }

    pub(crate) fn reference(&self) -> &Arc<str> {
        &self.reference
    }

    /// Whether the merchant of `key` made it.
    pub(crate) fn made_by(&self, key: &str) -> bool {
        self.tenant.owns(key)
    }

    /// When the link lapses unless somebody begins to pay, in unix ms.
    pub(crate) fn expires_at_ms(&self) -> i64 {
        self.created_at_ms.saturating_add(LINK_TTL_MS)
    }

    /// Until when the bank thinks it over, in unix ms.
    pub(crate) fn confirms_at_ms(&self) -> Option<i64> {
        match self.stage {
            Stage::Confirming { confirms_at_ms, .. } => Some(confirms_at_ms),
            Stage::Created
            | Stage::Initiated { .. }
            | Stage::Paid { .. }
            | Stage::Declined { .. }
            | Stage::Cancelled { .. }
            | Stage::Expired { .. } => None,
        }
    }

    /// Lets everything happen that was due by `now_ms`, in the order in which it was due.
    pub(crate) fn catch_up(&mut self, now_ms: i64) {
        if let Some(due) = self.scripted.filter(|scripted| scripted.at_ms <= now_ms) {
            self.scripted = None;
            self.lapse(due.at_ms);
            if self.is_open() {
                self.stage = self.stage_after(due.action, due.at_ms);
            }
        }
        self.lapse(now_ms);
        if let Stage::Confirming { confirms_at_ms, .. } = self.stage
            && confirms_at_ms <= now_ms
        {
            self.stage = Stage::Paid { at_ms: confirms_at_ms, paid_minor: self.request.amount_minor };
        }
    }

    /// Does what the customer or the bank wants, at `now_ms`.
    ///
    /// # Errors
    /// [`Refusal::Closed`] when the link was used or lapsed: a link works once.
    pub(crate) fn act(&mut self, action: Action, now_ms: i64) -> Result<(), Refusal> {
        self.catch_up(now_ms);
        self.refuse_if_closed()?;
        self.stage = self.stage_after(action, now_ms);
        self.catch_up(now_ms);
        Ok(())
    }

    /// # Errors
    /// [`Refusal::Closed`] when the link had been used or had lapsed when it last caught up.
    pub(crate) fn refuse_if_closed(&self) -> Result<(), Refusal> {
        if self.is_open() { Ok(()) } else { Err(Refusal::Closed { status: self.status() }) }
    }

    fn lapse(&mut self, now_ms: i64) {
        let expires_at_ms = self.expires_at_ms();
        if matches!(self.stage, Stage::Created) && expires_at_ms <= now_ms {
            self.stage = Stage::Expired { at_ms: expires_at_ms };
        }
    }

    fn is_open(&self) -> bool {
        matches!(self.stage, Stage::Created | Stage::Initiated { .. })
    }

    /// What an open payment becomes.
    fn stage_after(&self, action: Action, at_ms: i64) -> Stage {
        let asked_minor = self.request.amount_minor;
        match action {
            Action::Initiate => match self.stage {
                Stage::Initiated { at_ms } => Stage::Initiated { at_ms },
                Stage::Created
                | Stage::Confirming { .. }
                | Stage::Paid { .. }
                | Stage::Declined { .. }
                | Stage::Cancelled { .. }
                | Stage::Expired { .. } => Stage::Initiated { at_ms },
            },
            Action::Pay => Stage::Paid { at_ms, paid_minor: asked_minor },
            Action::PayLate { seconds } => {
                let wait_ms = i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(1000);
                Stage::Confirming { taken_at_ms: at_ms, confirms_at_ms: at_ms.saturating_add(wait_ms) }
            }
            Action::PayOther => {
                let paid_minor = if asked_minor > 100 { asked_minor - 100 } else { asked_minor + 100 };
                Stage::Paid { at_ms, paid_minor }
            }
            Action::Decline => Stage::Declined { at_ms },
            Action::Cancel => Stage::Cancelled { at_ms },
            Action::Expire => Stage::Expired { at_ms },
        }
    }

    /// Where it stood when it last caught up.
    pub(crate) fn status(&self) -> Status {
        match self.stage {
            Stage::Created => Status::Created,
            Stage::Initiated { .. } => Status::Initiated,
            Stage::Confirming { .. } => Status::Confirming,
            Stage::Paid { .. } => Status::Paid,
            Stage::Declined { .. } => Status::Declined,
            Stage::Cancelled { .. } => Status::Cancelled,
            Stage::Expired { .. } => Status::Expired,
        }
    }

    fn changed_at_ms(&self) -> i64 {
        match self.stage {
            Stage::Created => self.created_at_ms,
            Stage::Confirming { taken_at_ms, .. } => taken_at_ms,
            Stage::Initiated { at_ms }
            | Stage::Paid { at_ms, .. }
            | Stage::Declined { at_ms }
            | Stage::Cancelled { at_ms }
            | Stage::Expired { at_ms } => at_ms,
        }
    }

    fn paid_minor(&self) -> Option<i64> {
        match self.stage {
            Stage::Paid { paid_minor, .. } => Some(paid_minor),
            Stage::Created
            | Stage::Initiated { .. }
            | Stage::Confirming { .. }
            | Stage::Declined { .. }
            | Stage::Cancelled { .. }
            | Stage::Expired { .. } => None,
        }
    }

    /// As scripts see it.
    pub(crate) fn view(&self) -> PaymentView {
        PaymentView {
            reference: self.reference.to_string(),
            status: self.status(),
            amount_minor: self.request.amount_minor,
            paid_minor: self.paid_minor(),
            currency: self.request.currency.clone(),
            amount_text: amount::text(self.request.amount_minor, &self.request.currency),
            title: self.request.title.clone(),
            description: self.request.description.clone(),
            redirect_url: self.request.return_url.clone(),
            sandbox: self.tenant.sandbox(),
            merchant: self.tenant.merchant(),
            key_hint: self.tenant.key_hint(),
            created_at: timestamp(self.created_at_ms),
            expires_at: timestamp(self.expires_at_ms()),
            changed_at: timestamp(self.changed_at_ms()),
        }
    }

    /// As a dialect sees it; the hosted pages are under `base_url`, without a trailing slash.
    pub(crate) fn payin_view(&self, base_url: &str) -> PayinView {
        let status = match self.status() {
            Status::Created | Status::Initiated | Status::Confirming => PayinStatus::Pending,
            Status::Paid => PayinStatus::Paid,
            Status::Declined | Status::Cancelled | Status::Expired => PayinStatus::Failed,
        };
        PayinView {
            merchant: self.tenant.merchant(),
            reference: self.reference.to_string(),
            url: format!("{base_url}/pay/{}", self.reference),
            request: self.request.clone(),
            status,
            paid_minor: self.paid_minor(),
            sandbox: self.tenant.sandbox(),
            created_at_ms: self.created_at_ms,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faults::Call;

    const MINUTE_MS: i64 = 60_000;

    fn payment(scripted: Option<Scripted>) -> Payment {
        let request = PayinRequest {
            reference: String::new(),
            title: "Order 7".into(),
            description: None,
            amount_minor: 250_000,
            currency: "DZD".into(),
            return_url: None,
            notify_url: None,
        };
        let tenant = Tenant::admit("sk_sandbox_abc", Call::CreateLink).unwrap();
        Payment::new("OCPL-AAAAAA-BBBB".into(), tenant, request, 0, scripted)
    }

    /// Plays actions at minutes, then says where the payment stands at the last minute.
    fn check(steps: &[(i64, Action)], looked_at_minute: i64, expected: Status) {
        let mut payment = payment(None);
        for (minute, action) in steps {
            payment.act(*action, minute * MINUTE_MS).unwrap();
        }
        payment.catch_up(looked_at_minute * MINUTE_MS);
        assert_eq!(payment.status(), expected, "{steps:?}");
    }

    #[test]
    fn every_action_and_the_passing_of_time() {
        check(&[], 19, Status::Created);
        check(&[], 20, Status::Expired);
        check(&[(19, Action::Initiate)], 10_000, Status::Initiated);
        check(&[(19, Action::Initiate), (25, Action::Pay)], 25, Status::Paid);
        check(&[(1, Action::Pay)], 60, Status::Paid);
        check(&[(1, Action::Decline)], 60, Status::Declined);
        check(&[(1, Action::Initiate), (2, Action::Cancel)], 60, Status::Cancelled);
        check(&[(1, Action::Expire)], 2, Status::Expired);
        check(&[(1, Action::PayLate { seconds: 180 })], 3, Status::Confirming);
        check(&[(1, Action::PayLate { seconds: 180 })], 4, Status::Paid);
        check(&[(1, Action::PayLate { seconds: 0 })], 1, Status::Paid);
        check(&[(19, Action::PayLate { seconds: 600 })], 28, Status::Confirming);
        check(&[(19, Action::PayLate { seconds: u64::MAX })], 10_000, Status::Confirming);
    }

    #[test]
    fn a_link_works_once() {
        let every = [
            Action::Initiate,
            Action::Pay,
            Action::PayLate { seconds: 1 },
            Action::PayOther,
            Action::Decline,
            Action::Cancel,
            Action::Expire,
        ];
        for first in &every[1..] {
            let mut payment = payment(None);
            payment.act(*first, 0).unwrap();
            let status = payment.status();
            for second in every {
                assert_eq!(payment.act(second, 0), Err(Refusal::Closed { status }), "{first:?} {second:?}");
                assert_eq!(payment.status(), status);
            }
        }
    }

    #[test]
    fn what_is_due_happens_in_the_order_in_which_it_was_due() {
        let at = |minute, action| Some(Scripted { at_ms: minute * MINUTE_MS, action });
        for (scripted, expected) in [
            (at(19, Action::Pay), Status::Paid),
            (at(20, Action::Pay), Status::Expired),
            (at(19, Action::Initiate), Status::Initiated),
            (at(19, Action::PayLate { seconds: 600 }), Status::Paid),
        ] {
            let mut payment = payment(scripted);
            payment.catch_up(60 * MINUTE_MS);
            assert_eq!(payment.status(), expected, "{scripted:?}");
        }
    }

    #[test]
    fn another_amount_is_shown_as_paid() {
        let mut payment = payment(None);
        payment.act(Action::PayOther, 0).unwrap();
        let view = payment.view();
        assert_eq!((view.amount_minor, view.paid_minor), (250_000, Some(249_900)));
    }
}
