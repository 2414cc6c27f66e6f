//! `guichet serve`.

use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use clap::builder::FalseyValueParser;
use tokio::signal::unix::{SignalKind, signal};

use super::database::Beside;
use super::listen::listen_address;
use crate::{log, systemd};
use guichet_server::clock::Clock;
use guichet_server::inbound::{Proxies, proxy};
use guichet_server::node::{Node, Settings};
use guichet_server::outbound::Network;
use guichet_server::scrape::Metrics;
use guichet_server::store::shown;

/// Serve the API and the hosted pages, and work what is due.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Example: guichet serve --listen 0.0.0.0:8080 --public-url https://pay.shop.example")]
pub(super) struct Serve {
    /// Where to listen: ADDRESS:PORT, localhost:PORT, or :PORT for every IPv4 address of this machine.
    #[arg(long, env = "GUICHET_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDRESS",
          value_parser = listen_address)]
    listen: SocketAddr,

    /// A proxy in front of this server, by address or network, whose X-Forwarded-For is believed; may be repeated.
    /// Otherwise nobody, not even on this machine.
    #[arg(long = "trusted-proxy", env = "GUICHET_TRUSTED_PROXIES", value_delimiter = ',',
          value_name = "ADDRESS", value_parser = proxy)]
    trusted_proxies: Vec<Network>,

    /// Where Prometheus finds /metrics, such as 127.0.0.1:9464. They tell how much is sold, so let nobody else reach that
    /// address; the one of --listen makes them public. Otherwise nowhere.
    #[arg(long, env = "GUICHET_METRICS_LISTEN", value_name = "ADDRESS", value_parser = listen_address)]
    metrics_listen: Option<SocketAddr>,

    /// How logs are written: json for machines, text for people. Otherwise text on a terminal, json elsewhere.
    #[arg(long, env = "GUICHET_LOG_FORMAT", value_enum)]
    log_format: Option<log::Format>,

    /// Log a line for every request: its route, its id, the status, and how long it took.
    #[arg(long, env = "GUICHET_LOG_REQUESTS", value_parser = FalseyValueParser::new())]
    log_requests: bool,

    /// Send nothing and open nothing: no webhook, no message, no payment. Gateways are still asked. A database that was
    /// restored is treated so without this, until `guichet copy lift`.
    #[arg(long, env = "GUICHET_QUIET", value_parser = FalseyValueParser::new())]
    quiet: bool,

    /// How many calls each API key, and each credential of a vendor's client, may make in a minute, at all nodes together;
    /// who makes more is answered 429 with Retry-After. Otherwise as many as it likes.
    #[arg(long, env = "GUICHET_CALLS_PER_MINUTE", value_name = "CALLS",
          value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    calls_per_minute: Option<u32>,

    /// How long requests are still taken after SIGTERM while /readyz says 503, in seconds, so that a load balancer sends them
    /// to another node first. Where no other node lives it is not waited.
    #[arg(long, env = "GUICHET_DRAIN_WAIT", default_value_t = 5, value_name = "SECONDS",
          value_parser = clap::value_parser!(u64).range(0..=300))]
    drain_wait: u64,

    #[command(flatten)]
    database: Beside,
}

impl Serve {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let _rest = log::to_stdout(self.log_format.unwrap_or_else(log::Format::of_stdout), self.log_requests);
        guichet_server::edge::raise_descriptor_limit();
        let sends_by = self.database.sending.of_a_server();
        let settings = Settings {
            listen: self.listen,
            database: self.database.at.database.clone(),
            public_url: sends_by.public_url.clone(),
            key: self.database.at.key_places()?,
            quiet: self.quiet,
            reach: sends_by.reach(),
            proxies: Proxies::only(&self.trusted_proxies),
            clock: Clock::default(),
            gateway_timeout: sends_by.gateway_timeout,
            calls_per_minute: self.calls_per_minute,
        };
        // Whoever sees that it listens may ask it to end.
        let mut terminate = signal(SignalKind::terminate())?;
        let metrics = self.metrics_listen.map(Metrics::install).transpose()?;
        let node = Node::start(settings, metrics).await?;
        let (address, public_url) = (node.address(), node.app().public_url().to_string());
        let metrics = node.metrics_address().map(tracing::field::display);
        tracing::info!(%address, public_url, metrics, database = shown(&self.database.at.database), "serving");
        if sends_by.public_url.is_none() && address.ip().is_unspecified() {
            tracing::warn!(
                public_url,
                "no public URL is set: links and webhooks lead to this address, which is nowhere for anybody else; set \
                 public_url"
            );
        }
        tokio::select! {
            _ = terminate.recv() => {}
            interrupted = tokio::signal::ctrl_c() => interrupted?,
            // Nothing is closed then: what is on disk is what the next start recovers from.
            fault = node.failed() => return Err(fault).context("the database failed"),
            never = systemd::report(&node) => match never {},
        }
        systemd::stopping();
        node.leave();
        if !node.is_alone() {
            tracing::info!(seconds = self.drain_wait, "leaving: other nodes take over what is due");
            let wait_ms = i64::try_from(self.drain_wait * 1000)?;
            tokio::select! {
                () = node.app().clock().sleep(wait_ms) => {}
                // Whoever asks twice is in a hurry.
                _ = terminate.recv() => {}
                fault = node.failed() => return Err(fault).context("the database failed"),
            }
        }
        tracing::info!("stopping: requests under way may finish");
        node.stop().await.context("the database could not be closed")?;
        tracing::info!("stopped: the database is closed");
        Ok(ExitCode::SUCCESS)
    }
}
