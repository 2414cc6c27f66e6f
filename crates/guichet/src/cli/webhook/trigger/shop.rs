//! The shop that an event is played for, by its key: its accounts for play money, and its calls of the API.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use guichet_core::Environment;
use guichet_gateways::{GATEWAYS, Gateway as Connector, Notifies, dialect};
use http::Method;
use serde_json::{Value, json};

use super::recipe::Gateway;
use crate::cli::cause::cause;
use crate::cli::database::Beside;
use guichet_server::app::App;
use guichet_server::outbound::network;
use guichet_server::registry::OpenAccount;
use guichet_server::store::{KeyKind, Opening};
use guichet_server::{Reach, random};

/// How long an answer may take: a gateway may be asked for one.
const PATIENCE: Duration = Duration::from_secs(60);

/// The shop of a key.
pub(super) struct Shop {
    /// Its name.
    pub(super) merchant: String,
    accounts: Vec<Arc<OpenAccount>>,
    client: reqwest::Client,
    server: url::Url,
    key: String,
}

impl Shop {
    /// The shop whose key that is, at that server.
    ///
    /// # Errors
    /// It is no key for play money.
    pub(super) async fn of(key: &str, server: Option<&url::Url>, database: &Beside) -> anyhow::Result<Self> {
        let known = async |app: &App| {
            let snapshot = app.registry().snapshot();
            let row = snapshot.keys.get(&random::fingerprint(key.as_bytes()));
            let row = row.filter(|row| row.revoked_at_ms.is_none() && row.kind == KeyKind::Secret);
            let row =
                row.context("--api-key is no API key of this database; make one with guichet key create")?;
            ensure!(
                row.environment == Environment::Test,
                "events are played with play money only, and this key is for real money; give one that begins with sk_test_"
            );
            let merchant = snapshot.merchants.get(&row.merchant).context("the key's merchant is gone")?;
            let accounts =
                snapshot.accounts_of(row.merchant, Environment::Test).into_iter().cloned().collect();
            Ok((merchant.name.clone(), accounts, app.public_url().to_string()))
        };
        let (merchant, accounts, public_url) = database.with_secrets(Opening::AsItIs, known).await?;
        let server = match server {
            Some(server) => server.clone(),
            None => public_url.parse().context("name the server with --server")?,
        };
        // The operator names both, so they may be wherever they are.
        let anywhere = Reach::with(&[network("0.0.0.0/0")?, network("::/0")?]);
        Ok(Shop { merchant, accounts, client: anywhere.client()?, server, key: key.to_owned() })
    }

    /// An account at the sandbox whose gateway can do what is needed, preferably at that gateway.
    ///
    /// # Errors
    /// There is none; what is missing.
    pub(super) async fn sandbox_account(
        &self,
        needed: Gateway,
        wanted: Option<&str>,
    ) -> anyhow::Result<&OpenAccount> {
        let mut at_the_sandbox = Vec::new();
        for account in self.accounts.iter().filter(|account| account.gateway.capabilities().checkable) {
            if wanted.is_none_or(|wanted| wanted == account.gateway.name()) && self.is_sandbox(account).await
            {
                at_the_sandbox.push(account.as_ref());
            }
        }
        if at_the_sandbox.is_empty() {
            let at = wanted.map(|wanted| format!(" at {wanted}")).unwrap_or_default();
            bail!(
                "this needs the sandbox, and {} has no account for play money{at} that leads there: start `guichet sandbox`, \
                 and give an account of the environment test base_url = \"http://127.0.0.1:8090\" in the shop file",
                self.merchant
            );
        }
        let can = |account: &&OpenAccount| match needed {
            Gateway::Any => true,
            Gateway::TellsBegun => account.gateway.capabilities().tells_begun,
            Gateway::Notifies => dialect(account.gateway.name())
                .is_some_and(|dialect| dialect.profile().notifies == Notifies::ByRequest),
        };
        let able = at_the_sandbox.into_iter().find(can);
        able.with_context(|| {
            let what = match needed {
                Gateway::Any => "takes payments",
                Gateway::TellsBegun => "tells that a payer has begun",
                Gateway::Notifies => "notifies at an address that goes along with each payment",
            };
            format!(
                "this needs an account for play money at a gateway that {what}, and {} has none that leads to the sandbox; \
                 `guichet gateway list` says what gateways can do",
                self.merchant
            )
        })
    }

    /// An account at which the shop itself is paid, for which an order is given more time than usual.
    ///
    /// # Errors
    /// There is none; what is missing.
    pub(super) fn patient_account(&self) -> anyhow::Result<&OpenAccount> {
        let patient = |gateway: &dyn Connector| {
            let can = gateway.capabilities();
            !can.checkable && can.order_life_ms.is_some()
        };
        let found = self.accounts.iter().find(|account| patient(account.gateway)).map(AsRef::as_ref);
        found.with_context(|| {
            let gateways = GATEWAYS.iter().filter(|gateway| patient(**gateway)).map(|gateway| gateway.name());
            let gateways: Vec<&str> = gateways.collect();
            format!(
                "this needs an account for play money at which the shop itself is paid, and {} has none; \
                 declare one at: {}",
                self.merchant,
                gateways.join(", ")
            )
        })
    }

    async fn is_sandbox(&self, account: &OpenAccount) -> bool {
        let Some(url) = at_sandbox(account, "/sandbox/clock") else { return false };
        let answer = self.client.get(url).send().await;
        answer.is_ok_and(|answer| answer.status().is_success())
    }

    /// Lets the sandbox be in trouble at the next call of that kind for that account's gateway.
    pub(super) async fn trouble(&self, account: &OpenAccount, call: &str) -> anyhow::Result<()> {
        let url = at_sandbox(account, "/sandbox/faults").context("the account's address is not known")?;
        let fault =
            json!({ "fault": "error_503", "on": call, "count": 1, "dialect": account.gateway.name() });
        let answer = self.client.post(url).body(fault.to_string()).send().await;
        let answer =
            answer.map_err(|error| anyhow::anyhow!("the sandbox does not answer: {}", cause(error)))?;
        ensure!(answer.status().is_success(), "the sandbox takes no fault: {}", answer.text().await?);
        Ok(())
    }

    /// Calls the server's API and insists on success.
    pub(super) async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<Value> {
        let url = format!("{}{path}", self.server.as_str().trim_end_matches('/'));
        let request = self.client.request(method.clone(), &url).bearer_auth(&self.key).timeout(PATIENCE);
        let request = match body {
            Some(body) => request.header("content-type", "application/json").body(body.to_string()),
            None => request,
        };
        let answer = request.send().await.map_err(|error| {
            anyhow::anyhow!(
                "{} does not answer: {}; name the server with --server",
                self.server,
                cause(error)
            )
        })?;
        let (status, text) = (answer.status(), answer.text().await?);
        let value: Value = serde_json::from_str(&text).unwrap_or_default();
        if !status.is_success() {
            bail!("{method} {path} answered {status}: {}", value["detail"].as_str().unwrap_or(&text));
        }
        Ok(value)
    }
}

/// A path at the account's address.
fn at_sandbox(account: &OpenAccount, path: &str) -> Option<url::Url> {
    account.credentials.as_ref().ok().and_then(|credentials| credentials.base_url.join(path).ok())
}
