//! `guichet webhook trigger`: lets an event of some type happen in earnest, to a new order for play money, so that the
//! server sends what it would send of any order.

mod recipe;
mod shop;

use anyhow::{Context, bail};
use clap::Args;
use guichet_core::EntryKind;
use guichet_server::{Clock, random};
use http::Method;
use serde_json::{Value, json};

use self::recipe::{Gateway, Payment, Recipe, Then, recipe};
use self::shop::Shop;
use crate::cli::database::Beside;
use crate::cli::exit::Exit;
use guichet_server::registry::OpenAccount;

/// How often the order is looked at, and how often its gateway is asked, in ms.
const LOOK_MS: i64 = 500;
const CHECK_MS: i64 = 3_000;

#[derive(Debug, Args)]
pub(in crate::cli) struct Trigger {
    /// The type of the event, such as order.paid.
    #[arg(value_name = "TYPE", value_parser = kind)]
    kind: EntryKind,
    /// An API key of the shop for play money (sk_test_…).
    #[arg(long, env = "GUICHET_API_KEY", hide_env_values = true, value_name = "KEY")]
    api_key: String,
    /// Where the server is; as the server itself says in the database when left out.
    #[arg(long, value_name = "URL")]
    server: Option<url::Url>,
    /// The gateway to play at; the first of the shop's that leads to the sandbox and can do it when left out.
    #[arg(long, value_name = "NAME")]
    gateway: Option<String>,
    /// How long to wait for the event, in seconds.
    #[arg(long, default_value_t = 120, value_name = "SECONDS", value_parser = clap::value_parser!(i64).range(1..=3600))]
    patience: i64,
    #[command(flatten)]
    database: Beside,
}

fn kind(text: &str) -> Result<EntryKind, String> {
    let found = EntryKind::ALL.iter().find(|kind| kind.as_str() == text).copied();
    found.ok_or_else(|| {
        let all: Vec<&str> = EntryKind::ALL.iter().map(|kind| kind.as_str()).collect();
        format!("there is no such event type; there are {}", all.join(", "))
    })
}

/// An order that is being played.
struct Play<'a> {
    shop: &'a Shop,
    clock: Clock,
    order: String,
    /// Whether the gateway is asked meanwhile; a notification that comes after the answer tells nothing more.
    asks: bool,
    /// When the waiting ends.
    until_ms: i64,
}

impl Trigger {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let recipe = recipe(self.kind).map_err(|why| Exit::Refused.error(why.to_owned()))?;
        let shop = Shop::of(&self.api_key, self.server.as_ref(), &self.database).await?;
        let account = match recipe.payment {
            Payment::None => None,
            Payment::Tagged(_) | Payment::Troubled(_) => {
                Some(shop.sandbox_account(recipe.gateway, self.gateway.as_deref()).await?)
            }
        };
        if let (Payment::Troubled(call @ "open"), Some(account)) = (recipe.payment, account) {
            shop.trouble(account, call).await?;
        }
        if recipe.then.contains(&Then::PayLater) {
            shop.patient_account()?;
        }
        let wanted = wanted(&recipe, account);
        let made = shop.call(Method::POST, "/v1/orders", Some(&wanted)).await?;
        let order = made["id"].as_str().context("the server answered no order")?.to_owned();
        say!(
            "{order} was made for {}, reference {}",
            shop.merchant,
            wanted["reference"].as_str().unwrap_or_default()
        );
        if let (Payment::Troubled(call @ "check"), Some(account)) = (recipe.payment, account) {
            shop.trouble(account, call).await?;
        }
        let clock = Clock::default();
        let asks = recipe.gateway != Gateway::Notifies;
        let play =
            Play { asks, until_ms: clock.elapsed_ms() + self.patience * 1000, clock, shop: &shop, order };
        for then in recipe.then {
            play.act(*then).await?;
        }
        let event = play.wait_for(self.kind).await?;
        say!("{} {} happened; it is on its way to the endpoints that want it", event, self.kind.as_str());
        Ok(())
    }
}

/// The order that is asked for.
fn wanted(recipe: &Recipe, account: Option<&OpenAccount>) -> Value {
    let limit = account.and_then(|account| account.gateway.capabilities().limits.first());
    let (currency, amount) = limit.map_or(("DZD", 250_000), |limit| {
        let amount = limit.least_minor + 1_000 * limit.multiple_of_minor;
        (limit.currency, amount.min(limit.most_minor))
    });
    let tag = match recipe.payment {
        Payment::Tagged(tag) => tag,
        Payment::None | Payment::Troubled(_) => "",
    };
    let mut order = json!({
        "reference": format!("trigger-{}", &random::token()[..12]),
        "amount": amount,
        "currency": currency,
        "title": format!("Triggered {tag}").trim_end(),
        "payer": { "given_name": "Amel", "family_name": "Kaci", "email": "amel@example.com" },
    });
    // A number that can exist, where a gateway may ask for one.
    let phone = match currency {
        "XOF" => Some("+2250707000001"),
        "DZD" => Some("+213550000001"),
        _ => None,
    };
    if let Some(phone) = phone {
        order["payer"]["phone"] = json!(phone);
    }
    if let Some(account) = account {
        order["gateway"] = json!(account.gateway.name());
        order["account"] = json!(account.name);
    }
    if let Some(seconds) = recipe.expires_in {
        order["expires_in"] = json!(seconds);
    }
    order
}

impl Play<'_> {
    async fn act(&self, then: Then) -> anyhow::Result<()> {
        let path = |what: &str| format!("/v1/orders/{}/{what}", self.order);
        match then {
            Then::PayLater => {
                let account = self.shop.patient_account()?;
                let body = json!({ "gateway": account.gateway.name(), "account": account.name });
                self.shop.call(Method::POST, &path("payments"), Some(&body)).await?;
            }
            Then::Cancel => drop(self.shop.call(Method::POST, &path("cancel"), None).await?),
            Then::Reopen => drop(self.shop.call(Method::POST, &path("reopen"), None).await?),
            Then::Fulfil => drop(self.shop.call(Method::POST, &path("fulfil"), None).await?),
            Then::Await(kind) => drop(self.wait_for(kind).await?),
            Then::Dismiss => {
                let order = self.shop.call(Method::GET, &format!("/v1/orders/{}", self.order), None).await?;
                let payment = order["held"][0]["payment"].as_str().or(order["payments"][0]["id"].as_str());
                let body = json!({ "payment": payment, "resolution": "dismiss" });
                self.shop.call(Method::POST, &path("resolve"), Some(&body)).await?;
            }
            Then::Refund => {
                let body = json!({ "method": "transfer", "reason": "It was only a trial." });
                self.shop.call(Method::POST, &path("refunds"), Some(&body)).await?;
            }
            Then::WithdrawRefund => {
                let order = self.shop.call(Method::GET, &format!("/v1/orders/{}", self.order), None).await?;
                let refund = order["refunds"][0]["id"].as_str().unwrap_or_default();
                let body = json!({ "reason": "It was only a trial." });
                self.shop
                    .call(Method::POST, &path(&format!("refunds/{refund}/withdraw")), Some(&body))
                    .await?;
            }
        }
        Ok(())
    }

    /// Waits for an event of that type to happen to the order, and has the gateway asked meanwhile; its identifier.
    async fn wait_for(&self, kind: EntryKind) -> anyhow::Result<String> {
        let (events, check) =
            (format!("/v1/orders/{}/events", self.order), format!("/v1/orders/{}/check", self.order));
        let mut check_at_ms = self.clock.elapsed_ms();
        loop {
            let told = self.shop.call(Method::GET, &events, None).await?;
            let happened =
                told["data"].as_array().into_iter().flatten().find(|event| event["type"] == kind.as_str());
            if let Some(id) = happened.and_then(|event| event["id"].as_str()) {
                return Ok(id.to_owned());
            }
            let now_ms = self.clock.elapsed_ms();
            if now_ms >= self.until_ms {
                bail!(
                    "{} did not happen in time; guichet order explain {} tells what did, and another --gateway may tell more",
                    kind.as_str(),
                    self.order
                );
            }
            if self.asks && now_ms >= check_at_ms {
                check_at_ms = now_ms + CHECK_MS;
                // Where it was asked a moment ago, or its trouble is what is wanted, the answer is no matter.
                let _ = self.shop.call(Method::POST, &check, None).await;
            }
            self.clock.sleep(LOOK_MS).await;
        }
    }
}
