//! Ties a payment that no order has to the order that it is for. Nothing is settled by that: the payment is checked like any
//! other, and money that does not fit is held.

use std::sync::Arc;

use guichet_core::{
    Actor, Effect, Environment, Event, MerchantId, NewOrder, OrderId, OrderMark, Payment, PaymentId,
    PaymentTerms, Refusal, UnmatchedId,
};

use crate::random;
use crate::registry::OpenAccount;
use crate::store::{self, Fault, FaultKind, Stored, UnmatchedRow, UnmatchedStatus, Write};

use super::application::App;
use super::applied::{Applied, Attachment};
use super::error::Error;

/// How long a shop that sends an order again is kept waiting while the gateway is asked about the payment that the order
/// had, in ms. The asking goes on without it.
const PATIENCE_MS: i64 = 4_000;

/// A payment that no order has, ready to be tied.
pub(super) struct Forgotten {
    pub(super) row: UnmatchedRow,
    pub(super) event: Event,
}

impl App {
    /// Ties the payment to an order of its merchant, and asks the gateway about it. The order as it is then; where the
    /// gateway cannot be asked just now, the worker does it.
    ///
    /// # Errors
    /// There is no such order of that merchant, or it has as many payments as it may have; somebody settled this one
    /// meanwhile ([`Error::Overloaded`]).
    pub async fn tie(&self, row: &UnmatchedRow, order: OrderId, actor: Actor) -> Result<Stored, Error> {
        let stored = self.order_of(row.merchant, row.environment, order).await?;
        let forgotten = self.tied(row.clone(), &stored.order.terms.reference, &actor);
        let forgotten = forgotten.ok_or_else(|| {
            let why = "the gateway account of this notification is not in use any more, so its gateway cannot be asked; declare it again";
            Fault::of(FaultKind::Refused, why)
        })?;
        let forgotten = [forgotten];
        let settles = Settles::of(&forgotten, actor.clone(), self.clock().now_ms(), None);
        let [Forgotten { event, .. }] = &forgotten;
        let applied = self.apply_to(stored, event, Some(&settles)).await?;
        self.after_the_tie(&applied.effects, &actor, order).await
    }

    /// Dismisses it: a person dealt with that money elsewhere.
    ///
    /// # Errors
    /// Somebody settled it meanwhile ([`Error::Overloaded`]).
    pub async fn dismiss(&self, row: &UnmatchedRow, actor: &Actor) -> Result<(), Error> {
        let now_ms = self.clock().now_ms();
        let write = store::settle_unmatched(row.id, UnmatchedStatus::Dismissed, None, actor, now_ms);
        Ok(self.store().commit(vec![write]).await?)
    }

    /// The payments that were made for such an order of this shop's and that no order has: what a new payment of it would
    /// pay a second time. A reference that we made of a number of ours tells nothing: it may have been another order's.
    pub(super) async fn forgotten_of_new(&self, new: &NewOrder) -> Result<Vec<Forgotten>, Error> {
        match new.actor {
            Actor::Key { .. } | Actor::Credential { .. } => {
                self.forgotten(new.merchant, new.environment, &new.terms.reference, &new.actor).await
            }
            Actor::Customer { .. } | Actor::Operator { .. } | Actor::Worker => Ok(Vec::new()),
        }
    }

    /// The same for an order that is there.
    pub(super) async fn forgotten_of(&self, stored: &Stored, actor: &Actor) -> Result<Vec<Forgotten>, Error> {
        let order = &stored.order;
        let found = self.forgotten(order.merchant, order.environment, &order.terms.reference, actor).await?;
        let mut theirs = Vec::new();
        for forgotten in found {
            if let Some(payment) = forgotten.row.payment
                && self.may_be_of(stored, payment).await?
            {
                theirs.push(forgotten);
            }
        }
        Ok(theirs)
    }

    async fn forgotten(
        &self,
        merchant: MerchantId,
        environment: Environment,
        reference: &str,
        actor: &Actor,
    ) -> Result<Vec<Forgotten>, Error> {
        let mark = OrderMark::of(merchant, environment, reference);
        let rows = self.store().unmatched_of_order(merchant, environment, mark).await?;
        // While one cannot be asked about, because its account is gone, another payment might pay twice.
        let tied =
            rows.into_iter().map(|row| self.tied(row, reference, actor).ok_or(Refusal::PaymentUndecided));
        Ok(tied.collect::<Result<_, _>>()?)
    }

    /// The event that ties it, if its account is still in use.
    fn tied(&self, row: UnmatchedRow, reference: &str, actor: &Actor) -> Option<Forgotten> {
        let account: Arc<OpenAccount> = self.registry().snapshot().accounts.get(&row.account).cloned()?;
        let event = Event::PaymentTied {
            payment: row.payment.unwrap_or_else(|| self.new_payment_id(&account, reference)),
            account: row.account,
            gateway: row.gateway.clone(),
            // It was opened long ago: the order waits no longer because of it.
            terms: PaymentTerms { order_life_ms: None, ..account.payment_terms() },
            reference: row.reference.clone(),
            actor: actor.clone(),
        };
        Some(Forgotten { row, event })
    }

    /// An identifier for a new payment at that account, of the order with that reference.
    pub(super) fn new_payment_id(&self, account: &OpenAccount, reference: &str) -> PaymentId {
        let (merchant, environment) = (account.merchant, account.environment);
        let mark = OrderMark::of(merchant, environment, reference);
        PaymentId::of_order(merchant, environment, mark, self.clock().now_ms(), random::bytes())
    }

    /// The order once the gateway was asked about the payments that were just tied to it.
    pub(super) async fn after_the_tie(
        &self,
        effects: &[Effect],
        actor: &Actor,
        order: OrderId,
    ) -> Result<Stored, Error> {
        let checks = async {
            for effect in effects {
                let Effect::Check(payment) = effect else { continue };
                if let Err(error) = self.check(order, *payment, actor.clone()).await {
                    tracing::warn!(%order, %payment, %error, "a payment that was tied could not be checked yet");
                }
            }
        };
        tokio::select! {
            () = checks => {}
            () = self.clock().sleep(PATIENCE_MS) => {}
        }
        self.store().order(order).await?.ok_or(Error::NoSuchOrder)
    }
}

/// Whether the payments that these effects check were tied, and not asked for.
pub(super) fn is_of_a_tie(applied: &Applied) -> bool {
    let tied = |payment: &Payment| payment.tied && payment.checked_at_ms.is_none();
    let checks = applied.effects.iter().filter_map(|effect| match effect {
        Effect::Check(payment) => applied.stored.order.payment(*payment),
        Effect::Open(_) => None,
    });
    checks.into_iter().any(tied)
}

/// Settles the notifications whose payments an order gets, beside what else goes into that transaction.
pub(super) struct Settles<'a> {
    ids: Vec<UnmatchedId>,
    by: Actor,
    now_ms: i64,
    also: Option<&'a dyn Attachment>,
}

impl<'a> Settles<'a> {
    pub(super) fn of(
        forgotten: &[Forgotten],
        by: Actor,
        now_ms: i64,
        also: Option<&'a dyn Attachment>,
    ) -> Self {
        Settles { ids: forgotten.iter().map(|forgotten| forgotten.row.id).collect(), by, now_ms, also }
    }
}

impl Attachment for Settles<'_> {
    fn writes(&self, stored: &Stored) -> Vec<Write> {
        let mut writes = self.also.map(|also| also.writes(stored)).unwrap_or_default();
        let order = Some(stored.order.id);
        writes.extend(
            self.ids
                .iter()
                .map(|id| store::settle_unmatched(*id, UnmatchedStatus::Tied, order, &self.by, self.now_ms)),
        );
        writes
    }
}
