//! `guichet serve`.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Args;
use clap::builder::FalseyValueParser;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::signal::unix::{SignalKind, signal};

use super::database::{Database, Networks};
use crate::log;
use guichet_server::PublicUrl;
use guichet_server::clock::Clock;
use guichet_server::inbound::{Proxies, proxy};
use guichet_server::node::{Node, Settings};
use guichet_server::outbound::Network;

/// Serve the API and the hosted pages, and work what is due.
#[derive(Debug, Args)]
#[command(after_help = "Example: guichet serve --listen 0.0.0.0:8080 --public-url https://pay.shop.example")]
pub(super) struct Serve {
    /// Where to listen.
    #[arg(long, env = "GUICHET_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    listen: SocketAddr,

    /// Where this server is reached from outside; with a path where a proxy serves other things under the same name.
    #[arg(long, env = "GUICHET_PUBLIC_URL", value_name = "URL")]
    public_url: Option<PublicUrl>,

    /// How long a gateway may take to answer, in seconds.
    #[arg(long, env = "GUICHET_GATEWAY_TIMEOUT", default_value_t = 30, value_name = "SECONDS",
          value_parser = clap::value_parser!(u64).range(1..=60))]
    gateway_timeout: u64,

    /// A proxy in front of this server, by address or network, whose X-Forwarded-For is believed; may be
    /// repeated. Those on this machine when left out.
    #[arg(long = "trusted-proxy", env = "GUICHET_TRUSTED_PROXIES", value_delimiter = ',',
          value_name = "ADDRESS", value_parser = proxy)]
    trusted_proxies: Vec<Network>,

    /// How logs are written: json for machines, text for people.
    #[arg(long, env = "GUICHET_LOG_FORMAT", value_enum, default_value_t = log::Format::Json)]
    log_format: log::Format,

    /// Log a line for every request: its route, its id, the status, and how long it took.
    #[arg(long, env = "GUICHET_LOG_REQUESTS", value_parser = FalseyValueParser::new())]
    log_requests: bool,

    #[command(flatten)]
    database: Database,

    #[command(flatten)]
    networks: Networks,
}

impl Serve {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let _rest = log::to_stdout(self.log_format, self.log_requests);
        guichet_server::edge::raise_descriptor_limit();
        let settings = Settings {
            listen: self.listen,
            database: self.database.database.clone(),
            public_url: self.public_url,
            vault: self.database.vault()?,
            reach: self.networks.reach(),
            proxies: match self.trusted_proxies.as_slice() {
                [] => Proxies::default(),
                named => Proxies::only(named),
            },
            clock: Clock::default(),
            gateway_timeout: Duration::from_secs(self.gateway_timeout),
        };
        let node = Node::start(settings, Some(count()?)).await?;
        let (address, public_url) = (node.address(), node.app().public_url().to_string());
        tracing::info!(%address, public_url, database = self.database.database, "serving");
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            _ = terminate.recv() => {}
            interrupted = tokio::signal::ctrl_c() => interrupted?,
            // Nothing is closed then: what is on disk is what the next start recovers from.
            fault = node.failed() => bail!("the database failed: {fault}"),
        }
        tracing::info!("stopping: requests under way may finish");
        node.stop().await.context("the database could not be closed")?;
        tracing::info!("stopped: the database is closed");
        Ok(ExitCode::SUCCESS)
    }
}

fn count() -> anyhow::Result<PrometheusHandle> {
    let batch = Matcher::Full("guichet_commit_batch".to_owned());
    let sizes = [1, 2, 4, 8, 16, 32, 64].map(Into::into);
    Ok(PrometheusBuilder::new().set_buckets_for_metric(batch, &sizes)?.install_recorder()?)
}
