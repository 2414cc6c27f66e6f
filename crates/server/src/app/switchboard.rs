//! What stands behind every dialect on the way in: a vendor's client asks for a payment and gets a
//! real order, paid through whichever gateway account the merchant routes to, shown in words that the
//! dialect turns back into the vendor's.

use std::sync::Arc;

use async_trait::async_trait;
use guichet_core::{
    Actor, Link, NewOrder, Order, OrderId, OrderState, Origin, Payment, PaymentId, PaymentState, Terms,
    WATCH_MS,
};
use guichet_gateways::{
    Backend, BackendRefusal, ClientCredential, Lookup, Notifies, PayinFailure, PayinRequest, PayinStatus,
    PayinView,
};

use crate::random;
use crate::registry::{OpenCredential, Snapshot};
use crate::store::{MerchantRow, Stored, key_name};

use super::{App, Error, NoAccount};

/// How long a vendor's client is kept waiting for a check at the gateway, in ms: the shortest timeout
/// of the published clients is 5 s. The check goes on without it.
const PATIENCE_MS: i64 = 4_000;

/// The longest title and the longest description that are kept, in characters.
const TITLE_CHARS: usize = 200;
const DESCRIPTION_CHARS: usize = 1000;

/// The switchboard of this node.
pub(crate) struct Switchboard<'a>(pub(crate) &'a App);

#[async_trait]
impl Backend for Switchboard<'_> {
    fn now_ms(&self) -> i64 {
        self.0.clock().now_ms()
    }

    async fn open(
        &self,
        credential: ClientCredential<'_>,
        request: PayinRequest,
    ) -> Result<PayinView, BackendRefusal> {
        let app = self.0;
        let snapshot = app.registry().snapshot();
        let client = admit(&snapshot, credential)?;
        let fingerprint = random::fingerprint(&serde_json::to_vec(&request).unwrap_or_default());
        if let Some(view) = self.repeated(client, &request, &fingerprint)? {
            return Ok(view);
        }
        let merchant = snapshot.merchants.get(&client.row.merchant).ok_or(BackendRefusal::UnknownKey)?;
        let terms = self.terms(client, merchant, request.clone())?;
        let (whose, environment) = (client.row.merchant, client.row.environment);
        let accounts = app.serving(&snapshot, whose, environment, &terms, false).map_err(nobody_serves)?;
        let new = NewOrder {
            id: app.new_order_id(),
            merchant: whose,
            environment,
            terms: Arc::new(terms),
            actor: actor(client),
        };
        let first = accounts.first().map(|account| app.payment_requested(account, actor(client)));
        let placed = match app.place(new, first.as_ref(), &fingerprint, None).await {
            Ok(placed) => placed,
            // A twin of this request may be what took the reference.
            Err(Error::ReferenceTaken) => {
                let twin = self.repeated(client, &request, &fingerprint)?;
                return twin.ok_or(BackendRefusal::DuplicateReference);
            }
            Err(error) => return Err(trouble(&error)),
        };
        let opened = app.open_in_turn(placed, &accounts, &actor(client), None).await;
        let stored = opened.map_err(|error| trouble(&error))?;
        payin_view(app, merchant, &stored).ok_or(BackendRefusal::Unavailable)
    }

    async fn view(
        &self,
        credential: ClientCredential<'_>,
        lookup: Lookup<'_>,
    ) -> Result<PayinView, BackendRefusal> {
        let app = self.0;
        let snapshot = app.registry().snapshot();
        let client = admit(&snapshot, credential)?;
        let merchant = snapshot.merchants.get(&client.row.merchant).ok_or(BackendRefusal::UnknownKey)?;
        let found = self.find(client, lookup)?.ok_or(BackendRefusal::NoSuchPayment)?;
        let stored = self.asked(found, &actor(client)).await?;
        payin_view(app, merchant, &stored).ok_or(BackendRefusal::NoSuchPayment)
    }
}

/// Lets a client in by its key and what goes with it.
fn admit<'a>(
    snapshot: &'a Snapshot,
    credential: ClientCredential<'_>,
) -> Result<&'a OpenCredential, BackendRefusal> {
    let client =
        snapshot.credential_of(credential.dialect, credential.key).ok_or(BackendRefusal::UnknownKey)?;
    if client.row.account == credential.account { Ok(client) } else { Err(BackendRefusal::WrongAccount) }
}

fn actor(client: &OpenCredential) -> Actor {
    Actor::Credential { id: client.row.id }
}

impl Switchboard<'_> {
    /// The payment that this very request made before, where it says which by an idempotency key.
    fn repeated(
        &self,
        client: &OpenCredential,
        request: &PayinRequest,
        fingerprint: &str,
    ) -> Result<Option<PayinView>, BackendRefusal> {
        let Some(key) = request.idempotency_key.as_deref() else { return Ok(None) };
        let Some((order, known)) = self.named(client, &key_name(key))? else { return Ok(None) };
        if known != fingerprint {
            return Err(BackendRefusal::KeyReused);
        }
        let stored = self.stored(order)?;
        // A link is not there yet while the first of the twins is still at the gateway.
        if stored.order.payments.iter().any(|payment| matches!(payment.state, PaymentState::Opening)) {
            return Err(BackendRefusal::InProgress);
        }
        let snapshot = self.0.registry().snapshot();
        let merchant = snapshot.merchants.get(&client.row.merchant).ok_or(BackendRefusal::UnknownKey)?;
        Ok(payin_view(self.0, merchant, &stored).map(|view| as_first_shown(view, &stored)))
    }

    fn named(
        &self,
        client: &OpenCredential,
        name: &str,
    ) -> Result<Option<(OrderId, String)>, BackendRefusal> {
        let (merchant, environment) = (client.row.merchant, client.row.environment);
        self.0.store().order_of_reference(merchant, environment, name).map_err(|fault| trouble(&fault.into()))
    }

    fn stored(&self, order: OrderId) -> Result<Stored, BackendRefusal> {
        let stored = self.0.store().order(order).map_err(|fault| trouble(&fault.into()))?;
        stored.ok_or(BackendRefusal::NoSuchPayment)
    }

    /// The order that the client means, if one of its dialect's clients made it.
    fn find(&self, client: &OpenCredential, lookup: Lookup<'_>) -> Result<Option<Stored>, BackendRefusal> {
        let (Lookup::Reference(name) | Lookup::MerchantReference(name) | Lookup::Either(name)) = lookup;
        // The names of idempotency keys are not for asking.
        if name.is_empty() || name.contains(char::is_control) {
            return Ok(None);
        }
        let Some((order, _)) = self.named(client, name)? else { return Ok(None) };
        let stored = self.stored(order)?;
        let meant = stored.order.terms.origin.as_ref().is_some_and(|origin| {
            origin.dialect == client.row.dialect
                && match lookup {
                    Lookup::Reference(name) => origin.reference == name,
                    Lookup::MerchantReference(name) => stored.order.terms.reference == name,
                    Lookup::Either(_) => true,
                }
        });
        Ok(meant.then_some(stored))
    }

    /// The order once the gateways were asked about it, as far as they answer in good time.
    async fn asked(&self, stored: Stored, actor: &Actor) -> Result<Stored, BackendRefusal> {
        let id = stored.order.id;
        let undecided: Vec<PaymentId> = stored
            .order
            .payments
            .iter()
            .filter(|payment| payment.check_at_ms.is_some())
            .map(|payment| payment.id)
            .collect();
        if undecided.is_empty() {
            return Ok(stored);
        }
        let checks = async {
            for payment in undecided {
                if let Err(error) = self.0.check(id, payment, actor.clone()).await {
                    tracing::warn!(order = %id, %payment, %error, "a check for a vendor's client failed");
                }
            }
        };
        tokio::select! {
            () = checks => {}
            () = self.0.clock().sleep(PATIENCE_MS) => {}
        }
        self.stored(id)
    }

    /// The terms of the order that such a request makes.
    fn terms(
        &self,
        client: &OpenCredential,
        merchant: &MerchantRow,
        request: PayinRequest,
    ) -> Result<Terms, BackendRefusal> {
        let profile = client.dialect.profile();
        let money = request.money;
        if money.amount_minor <= 0 {
            return Err(refused("amount_out_of_range", "The amount must be more than nothing.".to_owned()));
        }
        for url in [&request.return_url, &request.failure_url].into_iter().flatten() {
            merchant
                .leads_back_to(url, client.row.environment)
                .map_err(|(code, rule)| refused(code, rule))?;
        }
        if let (Some(url), Notifies::ByRequest) = (&request.notify_url, profile.notifies) {
            self.may_notify(url)?;
        }
        let reference = client.dialect.reference(u128::from_le_bytes(random::bytes()));
        let expires_at_ms = self.now_ms() + profile.link_ttl_ms;
        let named = Some(request.reference).filter(|named| !named.is_empty());
        let origin = Origin {
            dialect: client.row.dialect.clone(),
            credential: client.row.id,
            reference: reference.clone(),
            idempotency_key: request.idempotency_key,
            failure_url: request.failure_url,
            notify_url: request.notify_url,
            echo: request.echo,
        };
        let reference = named.unwrap_or(reference);
        let title = one_line(&request.title, TITLE_CHARS);
        Ok(Terms {
            money,
            items: Vec::new(),
            title: if title.is_empty() { format!("Order {reference}") } else { title },
            description: request.description.map(|text| one_line(&text, DESCRIPTION_CHARS)),
            reference,
            payer: request.payer,
            presentation: request.presentation,
            origin: Some(origin),
            return_url: request.return_url,
            metadata: serde_json::Map::new(),
            policy: merchant.policy,
            expires_at_ms,
            watch_until_ms: expires_at_ms + WATCH_MS,
        })
    }

    fn may_notify(&self, url: &str) -> Result<(), BackendRefusal> {
        let url = url::Url::parse(url).map_err(|error| {
            refused("notify_url_invalid", format!("The notification address cannot be read: {error}."))
        })?;
        self.0.reach().judge(&url).map_err(|why| {
            refused("notify_url_refused", format!("The notification address cannot be used: {why}."))
        })
    }
}

/// A text without line breaks and other control characters, cut to a length.
fn one_line(text: &str, most: usize) -> String {
    text.split(char::is_control).collect::<Vec<_>>().join(" ").trim().chars().take(most).collect()
}

fn refused(code: &'static str, message: String) -> BackendRefusal {
    BackendRefusal::Refused { code, message }
}

fn nobody_serves(why: NoAccount) -> BackendRefusal {
    match why {
        NoAccount::NoneDeclared => refused(
            "gateway_not_configured",
            "This merchant has no gateway account yet; declare one.".to_owned(),
        ),
        NoAccount::NoRoute => refused(
            "no_route",
            "No route of this merchant leads an order of this currency, country and amount to an account."
                .to_owned(),
        ),
        NoAccount::AgainstTheRules(rule) => refused(rule.code, rule.message),
    }
}

/// Our trouble, as a vendor's client may know it; the log has the rest.
fn trouble(error: &Error) -> BackendRefusal {
    match error {
        Error::Overloaded => BackendRefusal::TooManyRequests,
        Error::ReferenceTaken => BackendRefusal::DuplicateReference,
        Error::Refused(refusal) => refused(refusal.code(), refusal.to_string()),
        Error::NoSuchOrder => BackendRefusal::NoSuchPayment,
        Error::KeyTaken | Error::GatewayReferenceTaken | Error::Unwritable(_) | Error::Fault(_) => {
            tracing::error!(%error, "a vendor's client was turned away");
            BackendRefusal::Unavailable
        }
    }
}

/// An order as a vendor's client is shown it; `None` for an order that no such client made.
pub(crate) fn payin_view(app: &App, merchant: &MerchantRow, stored: &Stored) -> Option<PayinView> {
    let (order, terms) = (&stored.order, &stored.order.terms);
    let origin = terms.origin.as_ref()?;
    let now_ms = app.clock().now_ms();
    let payable = order.payments.iter().rev().find(|payment| payment.is_payable(now_ms));
    let page = match payable.and_then(|payment| payment.state.link()) {
        Some(Link { url: Some(url), .. }) => url.clone(),
        // Nothing to click at the gateway, as with cash.
        Some(Link { url: None, .. }) => format!("{}/status/{}", app.public_url(), stored.token),
        // Whatever kept the gateway from giving a link, the customer may try again on our page.
        None => format!("{}/checkout/{}", app.public_url(), stored.token),
    };
    let (status, changed_at_ms) = status(order);
    let paid = order.state.paid_by().and_then(|id| order.payment(id)).map(|payment| &payment.state);
    let fee = match paid {
        Some(PaymentState::Paid { fee, .. }) => fee.filter(|fee| fee.currency == terms.money.currency),
        Some(_) | None => None,
    };
    let reference = Some(&terms.reference).filter(|reference| **reference != origin.reference);
    Some(PayinView {
        merchant: merchant.name.clone(),
        reference: origin.reference.clone(),
        url: page,
        request: PayinRequest {
            reference: reference.cloned().unwrap_or_default(),
            title: terms.title.clone(),
            description: terms.description.clone(),
            money: terms.money,
            payer: terms.payer.clone(),
            presentation: terms.presentation.clone(),
            return_url: terms.return_url.clone(),
            failure_url: origin.failure_url.clone(),
            notify_url: origin.notify_url.clone(),
            idempotency_key: origin.idempotency_key.clone(),
            echo: origin.echo.clone(),
        },
        status,
        paid_minor: (status == PayinStatus::Paid).then_some(terms.money.amount_minor),
        fee_minor: fee.map_or(0, |fee| fee.amount_minor),
        operator: None,
        paid_from: None,
        sandbox: order.environment == guichet_core::Environment::Test,
        created_at_ms: order.created_at_ms,
        changed_at_ms,
        expires_at_ms: terms.expires_at_ms,
    })
}

/// The same as it was when the client was first answered: a repetition is answered alike.
fn as_first_shown(view: PayinView, stored: &Stored) -> PayinView {
    let link = handed_out(&stored.order).and_then(|payment| payment.state.link());
    PayinView {
        url: link.and_then(|link| link.url.clone()).unwrap_or(view.url),
        status: PayinStatus::Open,
        paid_minor: None,
        fee_minor: 0,
        changed_at_ms: view.created_at_ms,
        ..view
    }
}

/// Where the order stands in words of no vendor, and since when. Money that does not fit is not yet
/// decided; a decline is final, because no vendor takes a second attempt on one link.
fn status(order: &Order) -> (PayinStatus, i64) {
    if let OrderState::Paid { at_ms, .. } | OrderState::Fulfilled { paid_at_ms: at_ms, .. } = order.state {
        return (PayinStatus::Paid, at_ms);
    }
    if let Some((why, at_ms)) = end_of_the_link(order) {
        return (PayinStatus::Failed(why), at_ms);
    }
    let newest = handed_out(order).map(|payment| &payment.state);
    match (&order.state, newest) {
        (_, Some(PaymentState::Paid { at_ms, .. })) if order.needs_you() => (PayinStatus::Processing, *at_ms),
        // The watch goes on, and the bank or the operator may yet say yes.
        (_, Some(PaymentState::Processing { .. })) => (PayinStatus::Processing, order.created_at_ms),
        (OrderState::Cancelled { at_ms }, _) => (PayinStatus::Failed(PayinFailure::Cancelled), *at_ms),
        (OrderState::Expired { at_ms }, _) => (PayinStatus::Failed(PayinFailure::Expired), *at_ms),
        (_, Some(PaymentState::Paid { .. })) => (PayinStatus::Processing, order.created_at_ms),
        (_, _) => (PayinStatus::Open, order.created_at_ms),
    }
}

/// The newest payment whose link a client may have.
fn handed_out(order: &Order) -> Option<&Payment> {
    order.payments.iter().rev().find(|payment| payment.state.link().is_some())
}

/// How the link that a client has came to its end, and when, if that was before the order did: what a
/// client was told then stays true.
pub(crate) fn end_of_the_link(order: &Order) -> Option<(PayinFailure, i64)> {
    let (why, at_ms) = match handed_out(order)?.state {
        PaymentState::Failed { at_ms, .. } => (PayinFailure::Declined, at_ms),
        PaymentState::Cancelled { at_ms, .. } => (PayinFailure::Cancelled, at_ms),
        PaymentState::Expired { at_ms, .. } => (PayinFailure::Expired, at_ms),
        PaymentState::Opening
        | PaymentState::Open { .. }
        | PaymentState::Processing { .. }
        | PaymentState::Unknown { .. }
        | PaymentState::Paid { .. } => return None,
    };
    let ended_ms = match order.state {
        OrderState::Expired { at_ms } | OrderState::Cancelled { at_ms } => at_ms,
        OrderState::Pending | OrderState::Failed => i64::MAX,
        OrderState::Paid { .. } | OrderState::Fulfilled { .. } => return None,
    };
    (at_ms < ended_ms).then_some((why, at_ms))
}
