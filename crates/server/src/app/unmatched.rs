//! Money for nobody: a gateway speaks of a payment that no order has. After a backup was restored that is a payment that was
//! opened since; on an account that others use too it is theirs. What may be ours, and is signed or said to be paid when
//! the gateway is asked, is kept and put before a person.

use std::sync::Arc;

use guichet_core::{Actor, Currency, Money, PaymentId, ReferenceFormat, Seen, UnmatchedId};
use guichet_gateways::{CallbackHint, Callbacks, Signature};
use tracing::Instrument as _;

use crate::random;
use crate::registry::OpenAccount;
use crate::store::{self, MOST_UNMATCHED, UnmatchedRow, UnmatchedStatus};

use super::application::App;
use super::error::Error;
use super::in_flight::budget;

/// How long a gateway that notifies is kept waiting while it is asked, in ms. The asking goes on without it.
const PATIENCE_MS: i64 = 4_000;

/// The most references of one notification by which a gateway is asked.
const MOST_ASKED: usize = 3;

/// What became of a notification about a payment that no order has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unmatched {
    /// It is none of ours, or nothing came of it.
    NotOurs,
    /// It is kept, or it was and is counted.
    Kept,
    /// Nobody signed it, and the gateway could not be asked just now.
    Unproven,
    /// As many as an account may have are kept; this one is not.
    Full,
}

impl Unmatched {
    /// The word for it in the metrics.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Unmatched::NotOurs => "unmatched",
            Unmatched::Kept => "kept",
            Unmatched::Unproven => "unproven",
            Unmatched::Full => "full",
        }
    }
}

/// A payment of this account that may be ours, as a notification names it.
struct Named {
    /// Our identifier, where it is among the references.
    payment: Option<PaymentId>,
    /// By what the gateway is asked, the likeliest first.
    ask_by: Vec<String>,
}

impl Named {
    /// The payment that those references name, unless it cannot be one of this server's. A gateway that sends no
    /// notifications has not sent this one either.
    fn of(account: &OpenAccount, references: &[String], now_ms: i64) -> Option<Self> {
        let can = account.gateway.capabilities();
        if !can.checkable || can.callbacks == Callbacks::Never || references.is_empty() {
            return None;
        }
        let minted = |payment: &PaymentId| payment.is_of(account.merchant, account.environment, now_ms);
        let payment =
            references.iter().filter_map(|named| PaymentId::of_reference(named)).find(|id| minted(id));
        // A gateway that takes no reference of ours names its own, and nobody can tell whose payment that is.
        if payment.is_none() && can.reference_format != ReferenceFormat::NotSent {
            return None;
        }
        let (ours, theirs): (Vec<_>, Vec<_>) = references
            .iter()
            .cloned()
            .partition(|named| PaymentId::of_reference(named).is_some_and(|id| Some(id) == payment));
        let ask_by: Vec<String> = if can.lookup_by_our_reference {
            ours.into_iter().chain(theirs).collect()
        } else {
            theirs.into_iter().chain(ours).collect()
        };
        Some(Named { payment, ask_by })
    }
}

impl App {
    /// Looks into a notification about a payment that no order has. `body` is what came, shortened and free of secrets.
    ///
    /// # Errors
    /// It could not be read or written; the gateway should repeat it.
    pub(crate) async fn unmatched(
        &self,
        account: &Arc<OpenAccount>,
        hint: CallbackHint,
        body: String,
    ) -> Result<Unmatched, Error> {
        let now_ms = self.clock().now_ms();
        let signed = match hint.signature {
            Signature::Good => true,
            Signature::Absent => false,
            Signature::Forged => return Ok(Unmatched::NotOurs),
        };
        let Some(named) = Named::of(account, &hint.references, now_ms) else { return Ok(Unmatched::NotOurs) };
        // One that came to the wrong account's address is somebody's all the same.
        for reference in &hint.references {
            if self.store().is_known_to_a_gateway(reference).await? {
                return Ok(Unmatched::NotOurs);
            }
        }
        let row = UnmatchedRow {
            id: UnmatchedId::new(now_ms, random::bytes()),
            merchant: account.merchant,
            environment: account.environment,
            account: account.id,
            gateway: account.gateway.name().to_owned(),
            named: hint.references,
            reference: named.ask_by.first().cloned().unwrap_or_default(),
            payment: named.payment,
            body,
            signed,
            seen: None,
            received: 1,
            first_at_ms: now_ms,
            last_at_ms: now_ms,
            status: UnmatchedStatus::Open,
            order: None,
            settled_by: None,
            settled_at_ms: None,
        };
        match self.store().unmatched_named(account.id, &row.name()).await? {
            Some(known) => self.once_more(account, known, &row, named.ask_by).await,
            None => self.first_time(account, row, named.ask_by).await,
        }
    }

    async fn first_time(
        &self,
        account: &Arc<OpenAccount>,
        row: UnmatchedRow,
        ask_by: Vec<String>,
    ) -> Result<Unmatched, Error> {
        if self.store().unmatched_count(account.id).await? >= MOST_UNMATCHED {
            tracing::error!(
                account = %account.id, gateway = row.gateway, reference = row.reference,
                "as many notifications about payments that no order has are kept as one account may have; this one is \
                 not: see guichet unmatched list"
            );
            return Ok(Unmatched::Full);
        }
        if row.signed {
            self.keep(&row).await?;
        } else if self.0.checks.strangers.take(account.id, row.first_at_ms).is_err() {
            return Ok(Unmatched::Unproven);
        }
        let is_kept = row.signed;
        self.ask_and_keep(account, row, ask_by, is_kept).await
    }

    /// What was signed and came again is counted; the gateway is asked again unless it has said what became of the payment, or a person
    /// has dealt with it.
    async fn once_more(
        &self,
        account: &Arc<OpenAccount>,
        known: UnmatchedRow,
        row: &UnmatchedRow,
        ask_by: Vec<String>,
    ) -> Result<Unmatched, Error> {
        // Strangers change nothing of what the gateway told.
        if row.signed {
            self.store().commit(vec![store::put_unmatched(row)]).await?;
        }
        let by_nobody = known.settled_by == Some(Actor::Worker);
        let waits = known.status == UnmatchedStatus::Open && !matches!(known.seen, Some(Seen::Paid(_)));
        let undecided = waits || (known.status == UnmatchedStatus::Dismissed && by_nobody);
        // What was signed once can be sent again by anybody who has seen it.
        if undecided && self.0.checks.strangers.take(account.id, row.first_at_ms).is_ok() {
            return self.ask_and_keep(account, known, ask_by, true).await;
        }
        Ok(Unmatched::Kept)
    }

    async fn keep(&self, row: &UnmatchedRow) -> Result<(), Error> {
        self.store().commit(vec![store::put_unmatched(row)]).await?;
        tracing::warn!(
            id = %row.id, account = %row.account, gateway = row.gateway, reference = row.reference,
            payment = row.payment.map(tracing::field::display),
            "a gateway speaks of a payment that no order has; it is kept for a person: see guichet unmatched list"
        );
        Ok(())
    }

    /// Asks the gateway about the payment, for as long as the one who notifies has patience; what was not signed is kept
    /// only when the gateway says that it is paid. Where an order is found that it was made for, it is tied to that one.
    async fn ask_and_keep(
        &self,
        account: &Arc<OpenAccount>,
        row: UnmatchedRow,
        ask_by: Vec<String>,
        is_kept: bool,
    ) -> Result<Unmatched, Error> {
        let (app, account) = (self.clone(), account.clone());
        let work = async move {
            let (reference, seen) = app.seen_of(&account, &ask_by).await;
            let paid = matches!(seen, Seen::Paid(_));
            let unknown = match &seen {
                Seen::Unknown { unclear, .. } => Some(*unclear),
                Seen::Pending { .. } | Seen::Paid(_) | Seen::Failed { .. } => None,
            };
            if !is_kept && !paid {
                // What is not understood is an answer all the same: the gateway has no such payment.
                return Ok(if unknown == Some(false) { Unmatched::Unproven } else { Unmatched::NotOurs });
            }
            if !is_kept {
                app.keep(&row).await?;
            }
            let now_ms = app.clock().now_ms();
            match &seen {
                Seen::Unknown { .. } => {}
                // No money came of it, so nobody need look; should it come after all, the gateway notifies again.
                Seen::Failed { .. } => {
                    let (told, by) = (store::note_unmatched_seen(&row, &reference, &seen), Actor::Worker);
                    let dismissed =
                        store::settle_unmatched(row.id, UnmatchedStatus::Dismissed, None, &by, now_ms);
                    if row.status == UnmatchedStatus::Open {
                        app.store().commit(vec![told, dismissed]).await?;
                    }
                    return Ok(Unmatched::Kept);
                }
                Seen::Pending { .. } | Seen::Paid(_) => {
                    let told = store::note_unmatched_seen(&row, &reference, &seen);
                    app.store().commit(vec![store::reopen_unmatched(row.id), told]).await?;
                }
            }
            let row = UnmatchedRow { reference, seen: Some(seen), status: UnmatchedStatus::Open, ..row };
            app.tie_to_its_order(&row).await;
            Ok(Unmatched::Kept)
        };
        let mut work = tokio::spawn(work.in_current_span());
        tokio::select! {
            done = &mut work => done.unwrap_or_else(|error| {
                Err(store::Fault::new(format!("the look into a notification was broken off: {error}")).into())
            }),
            () = self.clock().sleep(PATIENCE_MS) => {
                Ok(if is_kept { Unmatched::Kept } else { Unmatched::Unproven })
            }
        }
    }

    /// What the gateway says of the payment of these references, and by which of them.
    async fn seen_of(&self, account: &OpenAccount, ask_by: &[String]) -> (String, Seen) {
        let gateway = account.gateway;
        // What it was opened for is not known. No gateway's answer is completed with this.
        let currency = gateway.capabilities().limits.first().map(|limit| limit.currency);
        let currency = currency.and_then(|code| Currency::from_code(code).ok()).unwrap_or(Currency::XOF);
        let nothing = Money::new(0, currency);
        let unknown =
            |trouble: &str| Seen::Unknown { trouble: trouble.to_owned(), raw: String::new(), unclear: false };
        let Ok(credentials) = &account.credentials else {
            return (ask_by.first().cloned().unwrap_or_default(), unknown("vault_locked"));
        };
        let mut last = (ask_by.first().cloned().unwrap_or_default(), unknown("not_asked"));
        for reference in ask_by.iter().take(MOST_ASKED) {
            let rate = budget(account.checks_per_second);
            if self.0.checks.budgets.take_of(account.id, rate, self.clock().now_ms()).is_err() {
                return (reference.clone(), unknown("not_asked"));
            }
            let seen = gateway.check(&*self.0.transport, credentials, reference, nothing).await;
            if !matches!(seen, Seen::Unknown { .. }) {
                return (reference.clone(), seen);
            }
            last = (reference.clone(), seen);
        }
        last
    }
}
