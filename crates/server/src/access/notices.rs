//! Writing to customers about their account: in the background, after everything is committed, so that
//! neither the answer nor the time it takes tells whether there was anybody to write to.

use std::sync::{Arc, OnceLock};

use guichet_core::{DeliveryId, Environment, Phone};
use tokio::sync::Semaphore;
use tracing::Instrument as _;

use crate::clock::Clock;
use crate::message::{About, Channel, Message, Outcome, Sender, account_message, email_address};
use crate::outbound::Reach;
use crate::random;
use crate::registry::{Quiet, Registry, Snapshot};
use crate::repeats;
use crate::store::{CustomerRow, MerchantRow};
use crate::vault::opened;

/// How long after each try that failed the next one is made, in ms.
const RETRIES_MS: [i64; 3] = [2_000, 10_000, 60_000];

/// The most messages that are on their way at once.
const MOST_UNDER_WAY: usize = 256;

/// What somebody is told about their account.
#[derive(Debug, Clone)]
pub(super) enum Notice {
    /// A code to prove the address with.
    Code {
        /// Its digits.
        code: String,
        /// For how many seconds it serves.
        ttl_s: i64,
    },
    /// Somebody tried to sign up with their address.
    SignUpTried,
}

/// What notices leave by. Cheap to clone.
#[derive(Clone)]
pub(super) struct Notices(Arc<Parts>);

struct Parts {
    registry: Registry,
    clock: Clock,
    reach: Reach,
    client: OnceLock<Option<reqwest::Client>>,
    under_way: Arc<Semaphore>,
}

/// The address that a customer proves by a code. An identifier that can be written to is the one: a
/// code that went elsewhere would not prove that it is theirs.
pub(crate) fn proving_address(customer: &CustomerRow) -> Option<(Channel, String)> {
    let profile = &customer.profile;
    let email = |text: &str| email_address(text).map(|address| (Channel::Email, address));
    let by_sms = |number: Phone| (Channel::Sms, number.to_string());
    email(&customer.identifier)
        .or_else(|| Phone::parse(&customer.identifier).ok().map(by_sms))
        .or_else(|| profile.email.as_deref().and_then(email))
        .or_else(|| profile.phone_sms.as_deref().and_then(|text| Phone::e164(text).ok()).map(by_sms))
}

impl Notices {
    pub(super) fn new(registry: Registry, clock: Clock, reach: Reach) -> Self {
        let under_way = Arc::new(Semaphore::new(MOST_UNDER_WAY));
        Notices(Arc::new(Parts { registry, clock, reach, client: OnceLock::new(), under_way }))
    }

    /// Why nothing can be sent at all, if so.
    pub(super) fn quiet(&self) -> Option<Quiet> {
        self.0.registry.quiet()
    }

    /// Sends a customer something; returns at once. A server that is quiet sends nothing.
    pub(super) fn send(&self, customer: &CustomerRow, notice: Notice) {
        if let Some(why) = self.quiet() {
            tracing::warn!(customer = %customer.id, %why, "a message about an account was not sent");
            return;
        }
        let Ok(permit) = self.0.under_way.clone().try_acquire_owned() else {
            repeats::say("a message about an account was dropped", "", |left_out| {
                tracing::warn!(left_out, "a message about an account was dropped: too many are on their way");
            });
            return;
        };
        let (notices, customer) = (self.clone(), customer.clone());
        let work = async move {
            notices.deliver(&customer, &notice).await;
            drop(permit);
        };
        tokio::spawn(work.in_current_span());
    }

    async fn deliver(&self, customer: &CustomerRow, notice: &Notice) {
        let snapshot = self.0.registry.snapshot();
        let Some(merchant) = snapshot.merchants.get(&customer.merchant) else { return };
        let Some(address) = proving_address(customer) else {
            tracing::warn!(customer = %customer.id, "there is no address to write to about an account");
            return;
        };
        let about = match notice {
            Notice::Code { code, ttl_s } => About::Code { code, minutes: (ttl_s + 59) / 60 },
            Notice::SignUpTried => About::SignUpTried,
        };
        let now_ms = self.0.clock.now_ms();
        let id = DeliveryId::new(now_ms, random::bytes());
        let shop = (merchant.title.as_str(), customer.profile.locale.as_str());
        let message = account_message(&merchant.messages, address, shop, about, (id, now_ms));
        let outbox = merchant.messages.outbox.as_ref();
        match (customer.environment, outbox) {
            (Environment::Test, None) => show(&message, notice),
            (Environment::Test, Some(_)) => self.try_to_send(&snapshot, merchant, &message, outbox).await,
            (Environment::Live, _) if merchant.messages.uses(message.channel) => {
                self.try_to_send(&snapshot, merchant, &message, None).await;
            }
            (Environment::Live, _) => {
                let (to, channel) = (message.masked(), message.channel.as_str());
                tracing::warn!(
                    to,
                    "a message about an account cannot leave: the merchant declares no {channel}"
                );
            }
        }
    }

    async fn try_to_send(
        &self,
        snapshot: &Snapshot,
        merchant: &MerchantRow,
        message: &Message,
        outbox: Option<&url::Url>,
    ) {
        let client = self.0.client.get_or_init(|| self.0.reach.client().ok());
        let Some(client) = client else {
            tracing::error!("no client for messages about accounts could be made");
            return;
        };
        let secrets = match snapshot.message_secrets.get(&merchant.id).map(opened).transpose() {
            Ok(secrets) => secrets,
            Err(locked) => return tracing::error!(%locked, "a message about an account did not leave"),
        };
        let sender = Sender { settings: &merchant.messages, secrets, reach: &self.0.reach, client, outbox };
        for wait_ms in RETRIES_MS.map(Some).into_iter().chain([None]) {
            match (sender.send(message).await, wait_ms) {
                (Outcome::Sent { .. }, _) => return,
                (Outcome::Later { .. }, Some(wait_ms)) => self.0.clock.sleep(wait_ms).await,
                (Outcome::Later { outcome, .. } | Outcome::Never { outcome, .. }, _) => {
                    let to = message.masked();
                    tracing::warn!(to, outcome, "a message about an account did not leave");
                    return;
                }
            }
        }
    }
}

/// With play money and without an outbox, the log is where a shop's maker looks for the code.
fn show(message: &Message, notice: &Notice) {
    let to = message.masked();
    match notice {
        Notice::Code { code, .. } => tracing::info!("a code for {to}: {code} (test environment)"),
        Notice::SignUpTried => tracing::info!("somebody tried to sign up as {to} (test environment)"),
    }
}
