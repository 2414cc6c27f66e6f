//! One payment at the simulated acquirer: its own small state machine, written without Guichet's
//! core on purpose, so that the core can be tested against a witness that shares no code with it.
//! What is due by itself is carried out by [`Payment::step`], when the store's schedule says so.

use std::sync::Arc;

use guichet_gateways::{Money, Operator, PayinFailure, PayinRequest, PayinStatus, PayinView, Receipt};

use crate::action::{Action, Means, offered};
use crate::amount;
use crate::clock::timestamp;
use crate::kept_bytes::kept_bytes;
use crate::magic_input::{self, Script, ScriptedAction};
use crate::misbehaviour::Subject;
use crate::payment_view::{PaymentView, Status};
use crate::refusal::Refusal;
use crate::tenant::Tenant;

/// The days after which the merchant can have the money; one vendor's samples have one or two.
const FUNDS_AFTER_DAYS: i64 = 2;

const DAY_MS: i64 = 24 * 3_600_000;

/// The state of a payment.
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
    url: String,
    created_at_ms: i64,
    stage: Stage,
    script: Script,
    means: Means,
    last_notified: PayinStatus,
    notification_count: u32,
    kept_bytes: usize,
}

impl Payment {
    /// A new payment that nobody has begun to pay; the hosted pages are under `base_url`, without a
    /// trailing slash.
    pub(crate) fn new(
        reference: Arc<str>,
        tenant: Tenant,
        request: PayinRequest,
        base_url: &str,
        created_at_ms: i64,
    ) -> Payment {
        let kept_bytes = kept_bytes(&request);
        Payment {
            url: format!("{base_url}/pay/{reference}"),
            script: magic_input::script(&request, created_at_ms),
            reference,
            tenant,
            request,
            created_at_ms,
            stage: Stage::Created,
            means: Means::default(),
            last_notified: PayinStatus::Open,
            notification_count: 0,
            kept_bytes,
        }
    }

    /// About as many bytes as its request takes.
    pub(crate) fn kept_bytes(&self) -> usize {
        self.kept_bytes
    }

    pub(crate) fn reference(&self) -> &Arc<str> {
        &self.reference
    }

    pub(crate) fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    pub(crate) fn request(&self) -> &PayinRequest {
        &self.request
    }

    /// The subject by which misbehaviours find it.
    pub(crate) fn subject(&self) -> Subject<'_> {
        Subject {
            dialect: self.tenant.dialect().name(),
            key: self.tenant.key(),
            reference: &self.reference,
            merchant_reference: &self.request.reference,
        }
    }

    /// The life of a link that nobody begins to pay, in ms.
    pub(crate) fn link_ttl_ms(&self) -> i64 {
        self.tenant.dialect().profile().link_ttl_ms
    }

    /// The time at which the link expires unless somebody begins to pay, in unix ms.
    pub(crate) fn expires_at_ms(&self) -> i64 {
        self.created_at_ms.saturating_add(self.link_ttl_ms())
    }

    /// The time at which the bank confirms, in unix ms.
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

    /// The time at which it changes by itself, in unix ms; `None` when it does not.
    pub(crate) fn next_due_ms(&self) -> Option<i64> {
        let scripted = self.script.steps.first().map(|step| step.at_ms);
        self.own_due_ms().into_iter().chain(scripted).min()
    }

    /// The time at which it expires or is confirmed, in unix ms.
    fn own_due_ms(&self) -> Option<i64> {
        let lapses = matches!(self.stage, Stage::Created).then(|| self.expires_at_ms());
        lapses.or_else(|| self.confirms_at_ms())
    }

    /// Carries out the next change that was due by `now_ms`; false when there was none.
    pub(crate) fn step(&mut self, now_ms: i64) -> bool {
        let own = self.own_due_ms().filter(|due_ms| *due_ms <= now_ms);
        let scripted = self.script.steps.first().copied().filter(|step| step.at_ms <= now_ms);
        match (own, scripted) {
            (None, None) => return false,
            (None, Some(step)) => self.play(step),
            (Some(due_ms), Some(step)) if step.at_ms < due_ms => self.play(step),
            (Some(due_ms), Some(_) | None) => {
                self.stage = if matches!(self.stage, Stage::Confirming { .. }) {
                    Stage::Paid { at_ms: due_ms, paid_minor: self.request.money.amount_minor }
                } else {
                    Stage::Expired { at_ms: due_ms }
                };
            }
        }
        true
    }

    fn play(&mut self, step: ScriptedAction) {
        self.script.steps.remove(0);
        if self.is_open() {
            self.stage = self.stage_after(step.action, step.at_ms);
        }
    }

    /// Carries out a customer's or the bank's action at `now_ms`, until which it has caught up.
    ///
    /// # Errors
    /// [`Refusal::Closed`] when the link was used or has expired: a link works once.
    pub(crate) fn act(&mut self, action: Action, means: Means, now_ms: i64) -> Result<(), Refusal> {
        self.refuse_if_closed()?;
        means.validate(&self.tenant)?;
        self.means = Means {
            operator: means.operator.or(self.means.operator.take()),
            phone: means.phone.or(self.means.phone.take()),
        };
        self.stage = self.stage_after(action, now_ms);
        Ok(())
    }

    /// # Errors
    /// [`Refusal::Closed`] when the link had been used or had expired when it last caught up.
    pub(crate) fn refuse_if_closed(&self) -> Result<(), Refusal> {
        if self.is_open() { Ok(()) } else { Err(Refusal::Closed { status: self.status() }) }
    }

    fn is_open(&self) -> bool {
        matches!(self.stage, Stage::Created | Stage::Initiated { .. })
    }

    /// The state of an open payment after an action.
    fn stage_after(&self, action: Action, at_ms: i64) -> Stage {
        let asked_minor = self.request.money.amount_minor;
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
                let paid_minor =
                    if asked_minor > 100 { asked_minor - 100 } else { asked_minor.saturating_add(100) };
                Stage::Paid { at_ms, paid_minor }
            }
            Action::Decline => Stage::Declined { at_ms },
            Action::Cancel => Stage::Cancelled { at_ms },
            Action::Expire => Stage::Expired { at_ms },
        }
    }

    /// The status when it last caught up.
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

    /// The same, as a vendor's client knows it.
    fn payin_status(&self) -> PayinStatus {
        match self.stage {
            Stage::Created => PayinStatus::Open,
            Stage::Initiated { .. } | Stage::Confirming { .. } => PayinStatus::Processing,
            Stage::Paid { .. } => PayinStatus::Paid,
            Stage::Declined { .. } => PayinStatus::Failed(PayinFailure::Declined),
            Stage::Cancelled { .. } => PayinStatus::Failed(PayinFailure::Cancelled),
            Stage::Expired { .. } => PayinStatus::Failed(PayinFailure::Expired),
        }
    }

    /// Whether the status has changed since this was last called, and the merchant is to be notified of it.
    pub(crate) fn take_status_change(&mut self) -> bool {
        let status = self.payin_status();
        let changed = status != self.last_notified;
        self.last_notified = status;
        changed && !self.script.silent
    }

    /// Ends the notifications: from now on the merchant gets none.
    pub(crate) fn silence(&mut self) {
        self.script.silent = true;
    }

    /// A notification about it went out.
    pub(crate) fn count_notification(&mut self) {
        self.notification_count = self.notification_count.saturating_add(1);
    }

    pub(crate) fn changed_at_ms(&self) -> i64 {
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

    fn fee_minor(&self) -> i64 {
        let per_mille = self.tenant.dialect().profile().fee_per_mille;
        amount::fee_minor(self.request.money.amount_minor, per_mille, self.request.money.currency.code())
    }

    /// The operator that it is paid with: the one that was chosen, and where somebody paid without
    /// choosing (a tag, a script) the first that the page offers.
    pub(crate) fn operator(&self) -> Option<&'static Operator> {
        let offered = offered(&self.tenant, &self.request);
        match &self.means.operator {
            Some(code) => {
                self.tenant.dialect().profile().operators.iter().find(|operator| operator.code == code)
            }
            None => match self.stage {
                Stage::Initiated { .. }
                | Stage::Confirming { .. }
                | Stage::Paid { .. }
                | Stage::Declined { .. } => offered.first().copied(),
                Stage::Created | Stage::Cancelled { .. } | Stage::Expired { .. } => None,
            },
        }
    }

    /// The operator that was chosen for a payment that was begun and is not decided.
    pub(crate) fn chosen_while_begun(&self) -> Option<&'static Operator> {
        let begun = matches!(self.stage, Stage::Initiated { .. }) && self.means.operator.is_some();
        if begun { self.operator() } else { None }
    }

    /// The phone number that pays, where the customer gave one.
    pub(crate) fn phone(&self) -> Option<&str> {
        self.means.phone.as_deref()
    }

    /// As scripts see it.
    pub(crate) fn view(&self) -> PaymentView {
        let request = &self.request;
        let (amount_minor, currency) = (request.money.amount_minor, request.money.currency.code());
        PaymentView {
            dialect: self.tenant.dialect().name(),
            reference: self.reference.to_string(),
            url: self.url.clone(),
            merchant_reference: Some(request.reference.clone()).filter(|reference| !reference.is_empty()),
            status: self.status(),
            amount_minor,
            paid_minor: self.paid_minor(),
            fee_minor: self.fee_minor(),
            currency: currency.to_owned(),
            amount_text: amount::text(amount_minor, currency),
            title: request.title.clone(),
            description: request.description.clone(),
            operator: self.operator().map(|operator| operator.code.to_owned()),
            redirect_url: request.return_url.clone(),
            notify_url: request.notify_url.clone(),
            notifications: self.notification_count,
            sandbox: self.tenant.sandbox(),
            merchant: self.tenant.merchant(),
            key_hint: self.tenant.key_hint(),
            created_at: timestamp(self.created_at_ms),
            expires_at: timestamp(self.expires_at_ms()),
            changed_at: timestamp(self.changed_at_ms()),
        }
    }

    /// What an acquirer tells of it: the operator and the number as soon as somebody began to pay, the rest once it is
    /// paid.
    fn receipt(&self) -> Receipt {
        let operator = self.operator();
        let payer = self.request.payer.phone.as_ref().map(ToString::to_string);
        let asked = payer.filter(|_| operator.is_some_and(Operator::has_phone));
        let number = operator.and(self.means.phone.clone().or(asked));
        let receipt = Receipt {
            operator: operator.map(|operator| operator.code.to_owned()),
            paid_from: number,
            ..Receipt::default()
        };
        let (Some(paid_minor), Some(fee)) = (self.paid_minor(), self.fee()) else { return receipt };
        let funds_day = self.changed_at_ms().div_euclid(DAY_MS).saturating_add(FUNDS_AFTER_DAYS);
        Receipt {
            transaction: Some(transaction_number(self.changed_at_ms(), &self.reference)),
            fee: Some(fee),
            charged: paid_minor
                .checked_add(fee.amount_minor)
                .map(|charged| Money::new(charged, fee.currency)),
            funds_at_ms: Some(funds_day.saturating_mul(DAY_MS)),
            ..receipt
        }
    }

    fn fee(&self) -> Option<Money> {
        Some(Money::new(self.fee_minor(), self.request.money.currency))
    }

    /// As a dialect sees it.
    pub(crate) fn payin_view(&self) -> PayinView {
        PayinView {
            merchant: self.tenant.merchant(),
            reference: self.reference.to_string(),
            url: self.url.clone(),
            request: self.request.clone(),
            status: self.payin_status(),
            paid_minor: self.paid_minor(),
            fee: self.fee(),
            receipt: self.receipt(),
            sandbox: self.tenant.sandbox(),
            created_at_ms: self.created_at_ms,
            changed_at_ms: self.changed_at_ms(),
            expires_at_ms: self.expires_at_ms(),
        }
    }
}

/// The number under which the operator finds a transaction, in the form that one vendor's samples have.
fn transaction_number(at_ms: i64, reference: &str) -> String {
    let moment = jiff::Timestamp::from_millisecond(at_ms).unwrap_or(jiff::Timestamp::MAX);
    // Any number will do that the same payment always gets.
    let number = reference.bytes().fold(7_u32, |number, byte| number.wrapping_mul(31) ^ u32::from(byte));
    format!("MP{}.A{:05}", moment.strftime("%y%m%d.%H%M"), number % 100_000)
}

#[cfg(test)]
mod tests;
