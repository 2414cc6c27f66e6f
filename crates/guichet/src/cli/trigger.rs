//! `guichet trigger`: a payment at the sandbox, made as a merchant's client would make it and decided as a customer or the bank would,
//! so that a shop's handler of the vendor's notifications gets one.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use guichet_gateways::Notifies;
use guichet_server::outbound::network;
use guichet_server::{Clock, Reach, random};
use http::Method;
use serde_json::{Value, json};

use super::cause::cause;
use super::exit::Exit;
use super::spoken::{Spoken, dialect_named};

/// How often the notification is looked at, in ms.
const LOOK_MS: i64 = 200;

/// How long a call of the sandbox may take.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Debug, Args)]
#[command(
    after_help = "Example: guichet trigger paid --dialect GATEWAY --key KEY --account ACCOUNT --notify-url http://127.0.0.1:3000/notify"
)]
pub(super) struct Trigger {
    /// What becomes of the payment.
    outcome: Outcome,
    /// The vendor whose merchant it is, by its gateway's name; the sandbox's page lists them.
    #[arg(long, value_name = "NAME", value_parser = dialect_named)]
    dialect: Spoken,
    /// The merchant's key, as its client sends it.
    #[arg(long, env = "GUICHET_SANDBOX_KEY", hide_env_values = true, value_name = "KEY")]
    key: String,
    /// The account that belongs to the key, where the vendor has one, such as a site's number.
    #[arg(long, default_value = "", hide_default_value = true, value_name = "ACCOUNT")]
    account: String,
    /// The merchant's own reference of the payment; a new one when left out.
    #[arg(long, value_name = "TEXT")]
    reference: Option<String>,
    /// The amount in the currency's smallest unit; what the vendor takes easily when left out.
    #[arg(long, value_name = "MINOR", value_parser = clap::value_parser!(i64).range(1..))]
    amount: Option<i64>,
    /// The currency; the vendor's first when left out.
    #[arg(long, value_name = "CODE")]
    currency: Option<String>,
    /// Where the vendor's notification goes, at vendors whose requests name the address.
    #[arg(long, value_name = "URL")]
    notify_url: Option<url::Url>,
    /// Where the sandbox is.
    #[arg(long, env = "GUICHET_SANDBOX_URL", default_value = "http://127.0.0.1:8090", value_name = "URL")]
    sandbox: url::Url,
    /// How long to wait for the notification to be answered, in seconds.
    #[arg(long, default_value_t = 30, value_name = "SECONDS", value_parser = clap::value_parser!(i64).range(1..=3600))]
    patience: i64,
}

/// What becomes of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Outcome {
    /// Nobody begins to pay.
    Pending,
    /// The customer begins to pay, and nothing is decided.
    Processing,
    /// The customer pays.
    Paid,
    /// The money is taken now and confirmed three minutes later.
    Late,
    /// Another amount than asked for arrives.
    OtherAmount,
    /// The bank declines.
    Declined,
    /// The customer cancels.
    Cancelled,
    /// The link expires.
    Expired,
}

impl Outcome {
    /// The sandbox's word for what is to be done to the payment.
    fn action(self) -> Option<&'static str> {
        match self {
            Outcome::Pending => None,
            Outcome::Processing => Some("initiate"),
            Outcome::Paid => Some("pay"),
            Outcome::Late => Some("pay_late"),
            Outcome::OtherAmount => Some("pay_other"),
            Outcome::Declined => Some("decline"),
            Outcome::Cancelled => Some("cancel"),
            Outcome::Expired => Some("expire"),
        }
    }
}

impl Trigger {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        // The operator names the sandbox, so it may be wherever it is.
        let anywhere = Reach::with(&[network("0.0.0.0/0")?, network("::/0")?]);
        let client = anywhere.client()?;
        let sandbox = At { client: &client, url: &self.sandbox };
        let made = sandbox.call(Method::POST, "sandbox/payments", Some(&self.wanted())).await?;
        let reference = made["ref"].as_str().context("the sandbox answered no payment")?;
        say!("{reference} is {}: {}", text(&made["status"]), text(&made["amount_text"]));
        say!("its page is {}", text(&made["url"]));
        if let Some(why) = self.untold() {
            say!("{why}");
            return Ok(ExitCode::SUCCESS);
        }
        self.follow(&sandbox, reference).await
    }

    /// The payment that is asked for.
    fn wanted(&self) -> Value {
        let limits =
            guichet_gateways::find(self.dialect.0.name()).map(|gateway| gateway.capabilities().limits);
        let limit = limits.unwrap_or_default().iter().find(|limit| match &self.currency {
            Some(code) => limit.currency == code,
            None => true,
        });
        let usual =
            limit.map(|limit| limit.most_minor.min(limit.least_minor + 1_000 * limit.multiple_of_minor));
        let reference = || format!("trigger-{}", &random::token()[..12]);
        let mut wanted = json!({
            "dialect": self.dialect.0.name(),
            "key": self.key,
            "account": self.account,
            "reference": self.reference.clone().unwrap_or_else(reference),
            "title": "Triggered",
            "amount_minor": self.amount.or(usual),
            "currency": self.currency.as_deref().or(limit.map(|limit| limit.currency)),
        });
        if let Some(url) = &self.notify_url {
            wanted["notify_url"] = json!(url.as_str());
        }
        if let Some(action) = self.outcome.action() {
            wanted["action"] = json!(action);
        }
        wanted
    }

    /// Why no notification comes, where none does.
    fn untold(&self) -> Option<&'static str> {
        let profile = self.dialect.0.profile();
        match profile.notifies {
            Notifies::Never => Some("this vendor notifies nobody: the shop learns it when it asks"),
            Notifies::ByRequest if self.notify_url.is_none() => {
                Some("nobody is notified of it; name an address with --notify-url")
            }
            Notifies::ByRequest | Notifies::BySetting if self.outcome == Outcome::Pending => {
                Some("nobody is notified of a payment that nobody began to pay")
            }
            Notifies::ByRequest | Notifies::BySetting => None,
        }
    }

    /// Waits for the payment's first notification to be answered, and says how.
    async fn follow(&self, sandbox: &At<'_>, reference: &str) -> anyhow::Result<ExitCode> {
        let clock = Clock::default();
        let until_ms = clock.elapsed_ms() + self.patience * 1000;
        let path = format!("sandbox/notifications?ref={reference}");
        loop {
            let told = sandbox.call(Method::GET, &path, None).await?;
            let mut answers = told["data"].as_array().into_iter().flatten().rev().filter_map(|notice| {
                let attempt = notice["attempts"].as_array()?.first()?;
                Some((text(&notice["url"]).to_owned(), text(&attempt["answer"]).to_owned()))
            });
            if let Some((url, answer)) = answers.next() {
                say!("{url} answered the notification with {answer}");
                let taken = answer.starts_with('2');
                return Ok(if taken { ExitCode::SUCCESS } else { Exit::Wrong.into() });
            }
            if clock.elapsed_ms() >= until_ms {
                let why = match told["data"].as_array().map_or(0, Vec::len) {
                    0 => {
                        "no notification was made; where this vendor notifies is set up with POST /sandbox/webhooks"
                    }
                    _ => "the notification was not answered in time; GET /sandbox/notifications tells more",
                };
                return Err(Exit::Unreachable.error(why));
            }
            clock.sleep(LOOK_MS).await;
        }
    }
}

/// A sandbox at an address.
struct At<'a> {
    client: &'a reqwest::Client,
    url: &'a url::Url,
}

impl At<'_> {
    /// Calls its control API and insists on success.
    async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> anyhow::Result<Value> {
        let request = self.client.request(method, self.url.join(path)?).timeout(PATIENCE);
        let request = match body {
            Some(body) => request.body(body.to_string()),
            None => request,
        };
        let answer = request.send().await.map_err(|error| {
            let why = cause(error);
            Exit::Unreachable
                .error(format!("no sandbox answers at {}: {why}; start guichet sandbox", self.url))
        })?;
        let (status, said) = (answer.status(), answer.text().await?);
        let value: Value = serde_json::from_str(&said).unwrap_or_default();
        if !status.is_success() {
            bail!("the sandbox refused: {}", value["error"]["message"].as_str().unwrap_or(&said));
        }
        Ok(value)
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("?")
}
