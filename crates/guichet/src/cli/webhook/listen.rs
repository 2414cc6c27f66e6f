//! `guichet webhook listen`: an endpoint on this machine, which may register itself and hand on to a handler.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, bail};
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use clap::Args;
use guichet_core::{EndpointId, Environment};
use http::{HeaderMap, HeaderName, Method, StatusCode, header};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::checked;
use crate::cli::cause::cause;
use crate::cli::database::Beside;
use crate::cli::listen::listen_address;
use guichet_server::app::App;
use guichet_server::clock::rfc3339;
use guichet_server::endpoints::{self, NewEndpoint};
use guichet_server::inbound::Proxies;
use guichet_server::outbound::network;
use guichet_server::store::Opening;
use guichet_server::webhook::verified;
use guichet_server::{Clock, Reach, edge};

#[derive(Debug, Args)]
pub(in crate::cli) struct Listen {
    /// Where to listen: ADDRESS:PORT, localhost:PORT, or :PORT for every IPv4 address of this machine.
    #[arg(long, default_value = "127.0.0.1:9000", value_name = "ADDRESS", value_parser = listen_address)]
    listen: SocketAddr,
    /// The endpoint's signing secret; without it, and without --register, nothing is verified.
    #[arg(long, env = "GUICHET_WEBHOOK_SECRET", hide_env_values = true, conflicts_with = "register")]
    secret: Option<String>,
    /// Hand what is verified on to a handler of yours, headers and body untouched, and answer what it answers.
    #[arg(long, value_name = "URL")]
    forward: Option<url::Url>,
    /// Make an endpoint for this command in the database, and take it away at the end.
    #[arg(long, requires = "merchant")]
    register: bool,
    /// Whose events are sent here.
    #[arg(long, value_name = "NAME", requires = "register")]
    merchant: Option<String>,
    /// Play money or real money.
    #[arg(long, default_value = "test", value_parser = ["test", "live"], requires = "register")]
    environment: String,
    /// Which event types are sent here; may be repeated.
    #[arg(long = "event", default_value = "*", value_name = "TYPE")]
    events: Vec<String>,
    /// Where the server reaches this command, when that is not the address it listens on.
    #[arg(long, value_name = "URL", requires = "register")]
    url: Option<url::Url>,
    #[command(flatten)]
    database: Beside,
}

/// What each webhook needs.
#[derive(Clone)]
struct Receiver(Arc<Parts>);

struct Parts {
    secret: Option<String>,
    forward: Option<(url::Url, reqwest::Client)>,
    clock: Clock,
}

impl Listen {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let listener = tokio::net::TcpListener::bind(self.listen)
            .await
            .with_context(|| format!("cannot listen on {}", self.listen))?;
        let address = listener.local_addr()?;
        let forward = match self.forward.clone() {
            Some(url) => Some((url, self.handlers()?.client_of_single_calls()?)),
            None => None,
        };
        let registered = if self.register { Some(self.register(address).await?) } else { None };
        let secret = match (&registered, &self.secret) {
            (Some((_, secret)), _) => Some(secret.clone()),
            (None, Some(secret)) => Some(checked(secret)?.to_owned()),
            (None, None) => None,
        };
        say!("Listening for webhooks on http://{address}");
        let receiver = Receiver(Arc::new(Parts { secret, forward, clock: Clock::default() }));
        let (_keep, stop) = watch::channel(false);
        let router = axum::Router::new().fallback(receive).with_state(receiver);
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            () = edge::serve(listener, router, Proxies::default(), stop) => {}
            interrupted = tokio::signal::ctrl_c() => interrupted?,
            _ = terminate.recv() => {}
        }
        match registered {
            Some((id, _)) => self.take_away(id).await,
            None => Ok(()),
        }
    }

    /// Where a handler may be: on this machine, or wherever else is allowed.
    fn handlers(&self) -> anyhow::Result<Reach> {
        let mut allowed = self.database.sending.of_a_server().allowed;
        allowed.extend([network("127.0.0.0/8")?, network("::1/128")?]);
        Ok(Reach::with(&allowed))
    }

    /// Makes the endpoint: its identifier and its secret.
    async fn register(&self, address: SocketAddr) -> anyhow::Result<(EndpointId, String)> {
        let Some(merchant) = self.merchant.as_deref() else { bail!("name the merchant with --merchant") };
        let url = self.url.as_ref().map_or_else(|| format!("http://{address}/"), url::Url::to_string);
        let environment = if self.environment == "live" { Environment::Live } else { Environment::Test };
        let make = async |app: &App| {
            let new = NewEndpoint { merchant, environment, url: &url, events: &self.events };
            endpoints::create(app, new).await
        };
        let (id, secret) = self.database.with_secrets(Opening::AsItIs, make).await?;
        say!("Registered as {id} for {merchant} ({}), until this command ends", self.environment);
        Ok((id, secret))
    }

    async fn take_away(&self, id: EndpointId) -> anyhow::Result<()> {
        let remove = async |app: &App| endpoints::remove(app, id).await;
        let removed = self.database.with_app(Opening::AsItIs, remove).await;
        removed.with_context(|| format!("{id} is registered still; end it with guichet endpoint"))?;
        say!("{id} is taken away");
        Ok(())
    }
}

/// Says what came, and answers: 401 for what is not verified, or else what the handler says.
async fn receive(
    State(Receiver(parts)): State<Receiver>,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let now_ms = parts.clock.now_ms();
    let verdict = parts.secret.as_deref().map(|secret| verified(secret, &header, &body, now_ms / 1000));
    let said = match &verdict {
        Some(Ok(())) => "signature good".to_owned(),
        Some(Err(why)) => format!("REFUSED: {why}"),
        None => "signature not verified".to_owned(),
    };
    let kind = serde_json::from_slice::<serde_json::Value>(&body).ok();
    let kind = kind.as_ref().and_then(|event| event["type"].as_str()).unwrap_or("no event");
    say!(
        "{} {kind} {} ({said})\n  {}",
        rfc3339(now_ms),
        header("webhook-id"),
        String::from_utf8_lossy(&body)
    );
    if matches!(verdict, Some(Err(_))) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    match &parts.forward {
        Some((url, client)) => forward(client, url, method, headers, body).await,
        None => StatusCode::NO_CONTENT.into_response(),
    }
}

/// The headers that are about one connection and go no further.
const OF_THE_CONNECTION: [HeaderName; 5] =
    [header::HOST, header::CONNECTION, header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::EXPECT];

fn untie(headers: &mut HeaderMap) {
    for name in OF_THE_CONNECTION {
        headers.remove(name);
    }
}

async fn forward(
    client: &reqwest::Client,
    url: &url::Url,
    method: Method,
    mut headers: HeaderMap,
    body: Bytes,
) -> Response {
    untie(&mut headers);
    let answer = match client.request(method, url.clone()).headers(headers).body(body).send().await {
        Ok(answer) => answer,
        Err(error) => {
            say!("  → {url} does not answer: {}", cause(error));
            return StatusCode::BAD_GATEWAY.into_response();
        }
    };
    let (status, mut headers) = (answer.status(), answer.headers().clone());
    say!("  → {url} answered {status}");
    untie(&mut headers);
    let body = answer.bytes().await.unwrap_or_default();
    (status, headers, Body::from(body)).into_response()
}
