//! What stands behind every dialect on the way in: a vendor's client asks for a payment and gets a
//! real order, paid through whichever gateway account the merchant routes to, shown in words that the
//! dialect turns back into the vendor's.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use guichet_core::{
    Actor, Breakdown, Code, NewOrder, OrderId, Origin, PaymentId, PaymentState, Terms, WATCH_MS,
};
use guichet_gateways::{
    Backend, BackendRefusal, ClientCredential, Lookup, Notifies, PayinRequest, PayinView, RuleViolation,
};

use crate::random;
use crate::registry::{OpenAccount, OpenCredential, Snapshot};
use crate::repeats;
use crate::store::{MerchantRow, Stored, key_name};

use super::application::App;
use super::error::Error;
use super::payin_view::{as_first_shown, payin_view};
use super::routing::NoAccount;

/// How long a vendor's client is kept waiting for a check at the gateway, in ms: the shortest timeout
/// of the published clients is 5 s. The check goes on without it.
const PATIENCE_MS: i64 = 4_000;

/// The longest title and the longest description that are kept, in characters.
const TITLE_CHARS: usize = 200;
const DESCRIPTION_CHARS: usize = 1000;

/// The orders of this node as a dialect asks for them to answer one call of a client.
pub(crate) struct DialectBackend<'a> {
    app: &'a App,
    /// Whether the call is within its credential's limit, once it was counted.
    within_limit: OnceLock<bool>,
}

impl<'a> DialectBackend<'a> {
    /// The backend of one call.
    pub(crate) fn new(app: &'a App) -> Self {
        DialectBackend { app, within_limit: OnceLock::new() }
    }

    /// Lets the client in whose credential that is, and counts the call, however often the dialect comes back.
    ///
    /// # Errors
    /// Nobody has that credential, or it has made too many calls.
    fn let_in<'b>(
        &self,
        snapshot: &'b Snapshot,
        credential: ClientCredential<'_>,
    ) -> Result<&'b OpenCredential, BackendRefusal> {
        let client = admit(snapshot, credential)?;
        let count = || self.app.count_call(&client.row.id.to_string()).is_ok();
        if *self.within_limit.get_or_init(count) { Ok(client) } else { Err(BackendRefusal::TooManyRequests) }
    }
}

#[async_trait]
impl Backend for DialectBackend<'_> {
    fn now_ms(&self) -> i64 {
        self.app.clock().now_ms()
    }

    async fn admit(&self, credential: ClientCredential<'_>) -> Result<(), BackendRefusal> {
        let snapshot = self.known(credential).await;
        self.let_in(&snapshot, credential).map(|_client| ())
    }

    async fn open(
        &self,
        credential: ClientCredential<'_>,
        request: PayinRequest,
    ) -> Result<PayinView, BackendRefusal> {
        let app = self.app;
        let snapshot = self.known(credential).await;
        let client = self.let_in(&snapshot, credential)?;
        let fingerprint = random::content_fingerprint(&serde_json::to_vec(&request).unwrap_or_default());
        if let Some(view) = self.repeated(client, &request, &fingerprint).await? {
            return Ok(view);
        }
        let merchant = snapshot.merchants.get(&client.row.merchant).ok_or(BackendRefusal::UnknownKey)?;
        let terms = self.terms(client, merchant, request.clone())?;
        let (whose, environment) = (client.row.merchant, client.row.environment);
        let accounts = self.serving(&snapshot, client, &terms)?;
        let reference = terms.reference.clone();
        let new = NewOrder {
            id: app.new_order_id(),
            merchant: whose,
            environment,
            terms: Arc::new(terms),
            actor: actor(client),
        };
        let first = accounts.first().map(|account| app.payment_requested(account, &reference, actor(client)));
        let placed = match app.create(new, first.as_ref(), &fingerprint, None).await {
            Ok(placed) => placed,
            // A twin of this request may be what took the reference.
            Err(Error::ReferenceTaken) => {
                let twin = self.repeated(client, &request, &fingerprint).await?;
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
        let app = self.app;
        let snapshot = self.known(credential).await;
        let client = self.let_in(&snapshot, credential)?;
        let merchant = snapshot.merchants.get(&client.row.merchant).ok_or(BackendRefusal::UnknownKey)?;
        let found = self.find(client, lookup).await?.ok_or(BackendRefusal::NoSuchPayment)?;
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

impl DialectBackend<'_> {
    /// The configuration as of now for a client that shows that credential.
    async fn known(&self, credential: ClientCredential<'_>) -> Arc<Snapshot> {
        let knows =
            |snapshot: &Snapshot| snapshot.credential_of(credential.dialect, credential.key).is_some();
        self.app.registry().for_key(knows).await
    }

    /// The accounts that take the order, the preferred one first. None where a gateway takes it once the customer has
    /// filled in what it needs: the client cannot know of another gateway's needs, so our page asks. What the client's own
    /// vendor needs the client must send.
    fn serving(
        &self,
        snapshot: &Snapshot,
        client: &OpenCredential,
        terms: &Terms,
    ) -> Result<Vec<Arc<OpenAccount>>, BackendRefusal> {
        let (merchant, environment) = (client.row.merchant, client.row.environment);
        self.app.serving(snapshot, merchant, environment, terms).or_else(|why| {
            let offered = self.app.offered(snapshot, merchant, environment, terms);
            let asks = offered.iter().any(|(account, fields)| {
                !fields.is_empty() && account.gateway.name() != client.dialect.name()
            });
            if asks { Ok(Vec::new()) } else { Err(nobody_serves(why)) }
        })
    }

    /// The payment that this very request made before, where it says which by an idempotency key.
    async fn repeated(
        &self,
        client: &OpenCredential,
        request: &PayinRequest,
        fingerprint: &str,
    ) -> Result<Option<PayinView>, BackendRefusal> {
        let Some(key) = request.idempotency_key.as_deref() else { return Ok(None) };
        let Some((order, known)) = self.named(client, &key_name(key)).await? else { return Ok(None) };
        if known != fingerprint {
            return Err(BackendRefusal::KeyReused);
        }
        let stored = self.stored(order).await?;
        // A link is not there yet while the first of the twins is still at the gateway.
        if stored.order.payments.iter().any(|payment| matches!(payment.state, PaymentState::Opening)) {
            return Err(BackendRefusal::InProgress);
        }
        let snapshot = self.app.registry().snapshot();
        let merchant = snapshot.merchants.get(&client.row.merchant).ok_or(BackendRefusal::UnknownKey)?;
        Ok(payin_view(self.app, merchant, &stored).map(|view| as_first_shown(view, &stored)))
    }

    async fn named(
        &self,
        client: &OpenCredential,
        name: &str,
    ) -> Result<Option<(OrderId, String)>, BackendRefusal> {
        let (merchant, environment) = (client.row.merchant, client.row.environment);
        self.app
            .store()
            .order_of_reference(merchant, environment, name)
            .await
            .map_err(|fault| trouble(&fault.into()))
    }

    async fn stored(&self, order: OrderId) -> Result<Stored, BackendRefusal> {
        let stored = self.app.store().order(order).await.map_err(|fault| trouble(&fault.into()))?;
        stored.ok_or(BackendRefusal::NoSuchPayment)
    }

    /// The order that the client means, if one of its dialect's clients made it.
    async fn find(
        &self,
        client: &OpenCredential,
        lookup: Lookup<'_>,
    ) -> Result<Option<Stored>, BackendRefusal> {
        let (Lookup::Reference(name) | Lookup::MerchantReference(name) | Lookup::Either(name)) = lookup;
        // The names of idempotency keys are not for asking.
        if name.is_empty() || name.contains(char::is_control) {
            return Ok(None);
        }
        let Some((order, _)) = self.named(client, name).await? else { return Ok(None) };
        let stored = self.stored(order).await?;
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
                if let Err(error) = self.app.check(id, payment, actor.clone()).await {
                    tracing::warn!(order = %id, %payment, %error, "a check for a vendor's client failed");
                }
            }
        };
        tokio::select! {
            () = checks => {}
            () = self.app.clock().sleep(PATIENCE_MS) => {}
        }
        self.stored(id).await
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
            let sentence = "The amount must be more than nothing.";
            return Err(broken(Code::AmountOutOfRange, "amount", sentence.to_owned()));
        }
        for (url, field) in [(&request.return_url, "return_url"), (&request.failure_url, "failure_url")] {
            let Some(url) = url else { continue };
            let called = format!("{{{field}}}");
            merchant
                .leads_back_to(url, &called, client.row.environment)
                .map_err(|(code, rule)| broken(code, field, rule))?;
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
            breakdown: Breakdown::default(),
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
            payment_link: None,
            expiry_is_usual: true,
        })
    }

    fn may_notify(&self, url: &str) -> Result<(), BackendRefusal> {
        let url = url::Url::parse(url).map_err(|error| {
            let sentence = format!("The notification address cannot be read: {error}.");
            broken(Code::NotifyUrlInvalid, "notify_url", sentence)
        })?;
        self.app.reach().judge(&url).map_err(|why| {
            let sentence = format!("The notification address cannot be used: {why}.");
            broken(Code::NotifyUrlRefused, "notify_url", sentence)
        })
    }
}

/// A text without line breaks and other control characters, cut to a length.
fn one_line(text: &str, most: usize) -> String {
    text.split(char::is_control).collect::<Vec<_>>().join(" ").trim().chars().take(most).collect()
}

fn refused(code: Code, message: String) -> BackendRefusal {
    BackendRefusal::Refused { code: code.word(), message }
}

fn broken(code: Code, field: &'static str, sentence: String) -> BackendRefusal {
    BackendRefusal::AgainstARule(RuleViolation { code, field, sentence })
}

fn nobody_serves(why: NoAccount) -> BackendRefusal {
    match why {
        NoAccount::NoneDeclared => refused(
            Code::GatewayNotConfigured,
            "This merchant has no gateway account yet; declare one.".to_owned(),
        ),
        NoAccount::NoneInUse => refused(
            Code::GatewayNotConfigured,
            "No gateway account of this merchant takes new payments: those it had have ended or are disabled."
                .to_owned(),
        ),
        NoAccount::NoRoute => refused(
            Code::NoRoute,
            "No route of this merchant leads an order of this currency, country and amount to an account."
                .to_owned(),
        ),
        NoAccount::AgainstTheRules(refusals) => match refusals.nearest() {
            Some(rule) => BackendRefusal::AgainstARule(rule.clone()),
            None => refused(Code::NoRoute, "No account of this merchant takes such an order.".to_owned()),
        },
    }
}

/// Our trouble, as a vendor's client may know it; the log has the rest.
fn trouble(error: &Error) -> BackendRefusal {
    match error {
        Error::LeaseLost | Error::Overloaded => BackendRefusal::TooManyRequests,
        Error::ReferenceTaken => BackendRefusal::DuplicateReference,
        Error::Refused(refusal) => refused(refusal.code(), refusal.to_string()),
        Error::NoSuchOrder => BackendRefusal::NoSuchPayment,
        Error::Quiet(_) => BackendRefusal::Unavailable,
        Error::KeyTaken
        | Error::GatewayReferenceTaken
        | Error::Locked(_)
        | Error::Unwritable(_)
        | Error::Fault(_) => {
            repeats::fault("a vendor's client was turned away", error);
            BackendRefusal::Unavailable
        }
    }
}
