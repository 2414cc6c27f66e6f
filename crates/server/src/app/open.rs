//! Opening a payment: the row is on disk before the gateway is called, and the gateway's answer
//! becomes an event, whatever it is. Once begun it runs to its end, even if nobody waits any more.

use guichet_core::{AccountId, Actor, Effect, Event, OrderId, PaymentId};
use guichet_gateways::{OpenTrouble, PayinRequest, RuleBroken};

use crate::random;
use crate::registry::OpenAccount;
use crate::store::{Fault, Stored};

use super::{App, Applied, Attach, Error};

impl App {
    /// The event that asks for a payment of an order at an account.
    pub(crate) fn payment_requested(&self, account: &OpenAccount, actor: Actor) -> Event {
        Event::PaymentRequested {
            payment: PaymentId::new(self.clock().now_ms(), random::bytes()),
            account: account.id,
            gateway: account.gateway.name().to_owned(),
            terms: account.gateway.capabilities().payment_terms(),
            actor,
        }
    }

    /// What the gateway is told of an order; also what its rules are checked against.
    pub(crate) fn payin_request(
        &self,
        terms: &guichet_core::Terms,
        reference: String,
        token: &str,
    ) -> PayinRequest {
        PayinRequest {
            reference,
            title: terms.title.clone(),
            description: None,
            amount_minor: terms.money.amount_minor,
            currency: terms.money.currency.code().to_owned(),
            return_url: Some(format!("{}/status/{token}", self.public_url())),
            notify_url: None,
        }
    }

    /// Whether that account's gateway takes such an order at all.
    pub(crate) fn takes(&self, account: &OpenAccount, terms: &guichet_core::Terms) -> Result<(), RuleBroken> {
        account.gateway.validate(&self.payin_request(terms, String::new(), ""))
    }

    /// Asks for a payment of an existing order and opens it. `attach` goes into the transaction
    /// that ends it, `claim` into the one that begins it.
    pub(crate) async fn request_payment(
        &self,
        id: OrderId,
        account: &OpenAccount,
        actor: Actor,
        claim: Option<&Attach>,
        attach: Option<&Attach>,
    ) -> Result<Stored, Error> {
        let event = self.payment_requested(account, actor);
        let applied = self.apply(id, &event, claim).await?;
        self.open_requested(applied, attach).await
    }

    /// Opens what an event asked to open; an order without anything to open is as it was.
    pub(crate) async fn open_requested(
        &self,
        applied: Applied,
        attach: Option<&Attach>,
    ) -> Result<Stored, Error> {
        let to_open = applied.effects.iter().find_map(|effect| match effect {
            Effect::Open(payment) => Some(*payment),
            Effect::Check(_) => None,
        });
        match to_open {
            Some(payment) => self.open(applied.stored, payment, attach.cloned()).await,
            None => {
                let writes = attach.map(|attach| attach(&applied.stored)).unwrap_or_default();
                if !writes.is_empty() {
                    self.store().commit(writes).await?;
                }
                Ok(applied.stored)
            }
        }
    }

    async fn open(
        &self,
        stored: Stored,
        payment: PaymentId,
        attach: Option<Attach>,
    ) -> Result<Stored, Error> {
        let app = self.clone();
        let task = tokio::spawn(async move {
            let event = app.call_to_open(&stored, payment).await;
            let id = stored.order.id;
            match app.apply_to(stored, &event, attach.as_ref()).await {
                Err(Error::GatewayReferenceTaken) => {
                    let trouble =
                        "the gateway answered with a reference that belongs to another payment".to_owned();
                    let lost = Event::OpenLost { payment, trouble };
                    app.apply(id, &lost, attach.as_ref()).await
                }
                outcome => outcome,
            }
        });
        let applied =
            task.await.map_err(|error| Fault(format!("opening a payment was broken off: {error}")))??;
        Ok(applied.stored)
    }

    async fn call_to_open(&self, stored: &Stored, payment: PaymentId) -> Event {
        let Some(account) = self.account_of(stored, payment) else {
            let trouble = "its gateway account is not configured any more".to_owned();
            return Event::OpenLost { payment, trouble };
        };
        let request = self.payin_request(&stored.order.terms, payment.to_string(), &stored.token);
        let gateway = account.gateway;
        let opening =
            gateway.open(&*self.0.transport, &account.credentials, &request, self.clock().now_ms()).await;
        let outcome = match &opening {
            Ok(_) => "opened",
            Err(OpenTrouble::Failed(_)) => "failed",
            Err(OpenTrouble::Lost(_)) => "lost",
        };
        metrics::counter!("guichet_gateway_opens_total", "gateway" => gateway.name(), "outcome" => outcome)
            .increment(1);
        match opening {
            Ok(link) => Event::PaymentOpened { payment, link },
            Err(OpenTrouble::Failed(reason)) => Event::OpenFailed { payment, reason },
            Err(OpenTrouble::Lost(trouble)) => Event::OpenLost { payment, trouble },
        }
    }

    /// The account a payment goes through, if it is still configured.
    pub(super) fn account_of(&self, stored: &Stored, payment: PaymentId) -> Option<OpenAccount> {
        let account: AccountId = stored.order.payment(payment)?.account;
        self.registry().snapshot().accounts.get(&account).cloned()
    }
}
