//! `guichet webhook listen|resend`.

use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::{Context, ensure};
use axum::body::Bytes;
use axum::extract::State;
use clap::{Args, Subcommand};
use guichet_core::DeliveryId;
use http::{HeaderMap, StatusCode};

use super::database::Database;
use guichet_server::app::App;
use guichet_server::store::{Opening, send_again};
use guichet_server::webhook::{is_secret, verify};

/// Receive webhooks on this machine, or send one again.
#[derive(Debug, Subcommand)]
pub(super) enum WebhookCommand {
    /// Receive webhooks, verify their signatures and print them, until interrupted.
    #[command(after_help = "Example: guichet webhook listen --listen 127.0.0.1:9000 --secret whsec_…")]
    Listen(Listen),
    /// Send a delivery again now; a running server does it.
    #[command(after_help = "Example: guichet webhook resend dlv_01kaqwm3v0e9r8t7y6v5w4x3z6")]
    Resend(Resend),
}

#[derive(Debug, Args)]
pub(super) struct Listen {
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:9000", value_name = "ADDRESS")]
    listen: SocketAddr,
    /// The endpoint's signing secret; without it signatures are not verified.
    #[arg(long, env = "GUICHET_WEBHOOK_SECRET", hide_env_values = true)]
    secret: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Resend {
    /// The delivery's identifier.
    delivery: String,
    #[command(flatten)]
    database: Database,
}

impl WebhookCommand {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            WebhookCommand::Listen(listen) => listen.run().await?,
            WebhookCommand::Resend(resend) => resend.run().await?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Listen {
    async fn run(self) -> anyhow::Result<()> {
        ensure!(
            self.secret.as_deref().is_none_or(is_secret),
            "a signing secret is whsec_ followed by 24 to 64 bytes in base64"
        );
        let listener = tokio::net::TcpListener::bind(self.listen)
            .await
            .with_context(|| format!("cannot listen on {}", self.listen))?;
        println!("Listening for webhooks on http://{}", listener.local_addr()?);
        let (_keep, stop) = tokio::sync::watch::channel(false);
        let router = axum::Router::new().fallback(receive).with_state(self.secret);
        tokio::select! {
            () = guichet_server::edge::serve(listener, router, guichet_server::inbound::Proxies::default(), stop) => {}
            interrupted = tokio::signal::ctrl_c() => interrupted?,
        }
        Ok(())
    }
}

async fn receive(State(secret): State<Option<String>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let verified = secret.as_deref().map(|secret| verify(secret, &header, &body));
    let verdict = match verified {
        Some(true) => "signature good",
        Some(false) => "SIGNATURE BAD",
        None => "signature not verified",
    };
    println!("{} ({verdict})\n  {}", header("webhook-id"), String::from_utf8_lossy(&body));
    if verified == Some(false) { StatusCode::UNAUTHORIZED } else { StatusCode::NO_CONTENT }
}

impl Resend {
    async fn run(self) -> anyhow::Result<()> {
        let id: DeliveryId = self.delivery.parse().with_context(|| format!("“{}”", self.delivery))?;
        let resend = async |app: &App| {
            let row =
                app.store().delivery(id).await?.with_context(|| format!("there is no delivery {id}"))?;
            Ok(app.store().commit(vec![send_again(&row.delivery, app.clock().now_ms())]).await?)
        };
        self.database.with_app(Opening::AsItIs, resend).await?;
        println!("{id} is due now");
        Ok(())
    }
}
