//! Writing to customers about their account: in the background, after everything is committed, so that
//! neither the answer nor the time it takes tells whether there was anybody to write to.

use std::sync::{Arc, OnceLock};

use guichet_core::{DeliveryId, Environment, Phone};
use tokio::sync::Semaphore;

use crate::app::App;
use crate::message::{About, Channel, Message, Outcome, Sender, account_message, email_address};
use crate::random;
use crate::registry::Snapshot;
use crate::store::{CustomerRow, MerchantRow};

/// How long after each try that failed the next one is made, in ms.
const RETRIES_MS: [i64; 3] = [2_000, 10_000, 60_000];

/// The most messages that are on their way at once.
const MOST_UNDER_WAY: usize = 256;

/// What customers are told.
#[derive(Clone)]
pub(crate) enum Tidings {
    /// A code to prove the address with, and for how many seconds it serves.
    Code(String, i64),
    /// Somebody tried to sign up with their address.
    SignUpTried,
}

/// What messages leave by.
pub(super) struct Post {
    client: OnceLock<Option<reqwest::Client>>,
    under_way: Arc<Semaphore>,
}

impl Default for Post {
    fn default() -> Self {
        Post { client: OnceLock::new(), under_way: Arc::new(Semaphore::new(MOST_UNDER_WAY)) }
    }
}

/// The address that a customer proves by a code. An identifier that can be written to is the one: a
/// code that went elsewhere would not prove that it is theirs.
pub(crate) fn proving_address(customer: &CustomerRow) -> Option<(Channel, String)> {
    let profile = &customer.profile;
    let email = |text: &str| email_address(text).map(|address| (Channel::Email, address));
    let phone = |text: &str| Phone::parse(text).ok().map(|number| (Channel::Sms, number.to_string()));
    email(&customer.identifier)
        .or_else(|| phone(&customer.identifier))
        .or_else(|| profile.email.as_deref().and_then(email))
        .or_else(|| profile.phone_sms.as_deref().and_then(phone))
}

/// Tells a customer something; returns at once.
pub(crate) fn tell(app: &App, customer: &CustomerRow, tidings: Tidings) {
    let Ok(place) = app.doorkeeper().post.under_way.clone().try_acquire_owned() else {
        tracing::warn!("a message about an account was dropped: too many are on their way");
        return;
    };
    let (app, customer) = (app.clone(), customer.clone());
    tokio::spawn(async move {
        carry(&app, &customer, &tidings).await;
        drop(place);
    });
}

async fn carry(app: &App, customer: &CustomerRow, tidings: &Tidings) {
    let snapshot = app.registry().snapshot();
    let Some(merchant) = snapshot.merchants.get(&customer.merchant) else { return };
    let Some(address) = proving_address(customer) else {
        tracing::warn!(customer = %customer.id, "there is no address to write to about an account");
        return;
    };
    let about = match tidings {
        Tidings::Code(code, ttl_s) => About::Code { code, minutes: (ttl_s + 59) / 60 },
        Tidings::SignUpTried => About::SignUpTried,
    };
    let now_ms = app.clock().now_ms();
    let id = DeliveryId::new(now_ms, random::bytes());
    let shop = (merchant.title.as_str(), customer.profile.locale.as_str());
    let message = account_message(&merchant.messages, address, shop, about, (id, now_ms));
    let outbox = merchant.messages.outbox.as_ref();
    match (customer.environment, outbox) {
        (Environment::Test, None) => show(&message, tidings),
        (Environment::Test, Some(_)) => send(app, &snapshot, merchant, &message, outbox).await,
        (Environment::Live, _) if merchant.messages.uses(message.channel) => {
            send(app, &snapshot, merchant, &message, None).await;
        }
        (Environment::Live, _) => {
            let (to, channel) = (message.masked(), message.channel.as_str());
            tracing::warn!(to, "a message about an account cannot leave: the merchant declares no {channel}");
        }
    }
}

/// With play money and without an outbox, the log is where a shop's maker looks for the code.
fn show(message: &Message, tidings: &Tidings) {
    let to = message.masked();
    match tidings {
        Tidings::Code(code, _) => tracing::info!("a code for {to}: {code} (test environment)"),
        Tidings::SignUpTried => tracing::info!("somebody tried to sign up as {to} (test environment)"),
    }
}

async fn send(
    app: &App,
    snapshot: &Snapshot,
    merchant: &MerchantRow,
    message: &Message,
    outbox: Option<&url::Url>,
) {
    let client = app.doorkeeper().post.client.get_or_init(|| app.reach().client().ok());
    let Some(client) = client else {
        tracing::error!("no client for messages about accounts could be made");
        return;
    };
    let sender = Sender {
        settings: &merchant.messages,
        secrets: snapshot.message_secrets.get(&merchant.id),
        reach: app.reach(),
        client,
        outbox,
    };
    for wait_ms in RETRIES_MS.map(Some).into_iter().chain([None]) {
        match (sender.send(message).await, wait_ms) {
            (Outcome::Sent { .. }, _) => return,
            (Outcome::Later { .. }, Some(wait_ms)) => app.clock().sleep(wait_ms).await,
            (Outcome::Later { outcome, .. } | Outcome::Never { outcome, .. }, _) => {
                let to = message.masked();
                tracing::warn!(to, outcome, "a message about an account did not leave");
                return;
            }
        }
    }
}
