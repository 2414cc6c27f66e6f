//! `guichet sandbox`.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use clap::Args;
use guichet_sandbox::{Fixtures, Refusal, Sandbox, Settings};
use guichet_server::edge;
use guichet_server::inbound::Proxies;
use guichet_server::outbound::{Network, WithinReach, network};
use guichet_server::{PublicUrl, Reach};

use super::listen::listen_address;
use crate::log;

/// A simulated acquirer that speaks the gateways' wire formats, with pages to click. It needs no
/// Internet and no real keys.
#[derive(Debug, Args)]
#[command(after_help = "Example: guichet sandbox --listen 127.0.0.1:8090 --seed 7")]
pub(super) struct SandboxCommand {
    /// Where to listen: ADDRESS:PORT, localhost:PORT, or :PORT for every IPv4 address of this machine.
    #[arg(long, env = "GUICHET_SANDBOX_LISTEN", default_value = "127.0.0.1:8090", value_name = "ADDRESS",
          value_parser = listen_address)]
    listen: SocketAddr,

    /// The same seed gives the same references and the same faults.
    #[arg(long, default_value_t = 1)]
    seed: u64,

    /// How many calls of a hundred meet a fault by chance.
    #[arg(long, default_value_t = 0, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    faults: u8,

    /// Where browsers reach it, when that is not the address it listens on.
    #[arg(long, env = "GUICHET_SANDBOX_PUBLIC_URL", value_name = "URL", value_parser = host)]
    public_url: Option<PublicUrl>,

    /// A TOML file of what is there from the start and after every reset: webhooks, payments and faults, in the words of the
    /// control API.
    #[arg(long, env = "GUICHET_SANDBOX_FIXTURES", value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    fixtures: Option<PathBuf>,

    /// A private network that notifications may go to, such as 10.0.0.0/8; may be repeated. This machine is one while
    /// the sandbox listens on no other address.
    #[arg(
        long = "allow-network",
        env = "GUICHET_SANDBOX_ALLOW_NETWORKS",
        value_delimiter = ',',
        value_name = "NETWORK",
        value_parser = network
    )]
    allowed: Vec<Network>,
}

impl SandboxCommand {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let _rest = log::to_stdout(log::Format::Text, false);
        let listener = tokio::net::TcpListener::bind(self.listen)
            .await
            .with_context(|| format!("cannot listen on {}", self.listen))?;
        let address = listener.local_addr()?;
        let public_url = self.public_url.map_or_else(|| format!("http://{address}"), |url| url.to_string());
        let settings = Settings {
            seed: self.seed,
            public_url: Some(public_url),
            misbehaviour_rate_percent: self.faults,
            notifies_over: Some(Arc::new(WithinReach::new(reach(&self.allowed, address.ip())?)?)),
            ..Settings::default()
        };
        let sandbox = match &self.fixtures {
            Some(file) => beginning_with(settings, file)?,
            None => Sandbox::new(settings),
        };
        say!("The sandbox listens on http://{address}; open it in a browser to see what it can do.");
        edge::raise_descriptor_limit();
        let (_keep, stop) = tokio::sync::watch::channel(false);
        tokio::select! {
            () = edge::serve(listener, sandbox.router(), Proxies::default(), stop) => {}
            interrupted = tokio::signal::ctrl_c() => interrupted?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// A sandbox with the fixtures of a file.
///
/// # Errors
/// The file cannot be read, or something in it makes no sense: the sentence says where, without quoting what stands there.
fn beginning_with(settings: Settings, file: &Path) -> anyhow::Result<Sandbox> {
    let name = file.display();
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {name}"))?;
    let document = toml::from_str(&text).map_err(|error: toml::de::Error| {
        let before = error.span().map(|span| &text[..span.start.min(text.len())]);
        let line =
            before.map_or_else(String::new, |before| format!("line {}, ", before.matches('\n').count() + 1));
        anyhow!("{name}: {line}{}", error.message())
    })?;
    let located = |refusal: Refusal| match refusal.field() {
        Some(field) => anyhow!("{name}: {field}: {refusal}"),
        None => anyhow!("{name}: {refusal}"),
    };
    Sandbox::with_fixtures(settings, Fixtures::read(document).map_err(located)?).map_err(located)
}

/// Where notifications may go: nobody needs a key to ask for one, so only what listens beside the sandbox is reached unasked.
fn reach(allowed: &[Network], listens: IpAddr) -> anyhow::Result<Reach> {
    let mut networks = allowed.to_vec();
    if listens.is_loopback() {
        networks.extend([network("127.0.0.0/8")?, network("::1/128")?]);
    }
    Ok(Reach::with(&networks))
}

/// Reads the sandbox's address: its pages know no path in front of them.
fn host(text: &str) -> anyhow::Result<PublicUrl> {
    let url: PublicUrl = text.parse()?;
    if !url.path().is_empty() {
        bail!("the sandbox needs a host of its own: it cannot be served under {}", url.path());
    }
    Ok(url)
}
