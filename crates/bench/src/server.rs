//! The real server: built, given one shop and one key, and started on a new database, as one node or several.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context;
use serde::Deserialize;

use crate::child::Child;
use crate::engine::Database;
use crate::line::Target;
use crate::scratch::free_address;

/// The file of the vault key, beside the database.
pub(crate) const KEY_FILE: &str = "guichet.key";
const SHOP_FILE: &str = "shop.toml";

/// The gateway and the webhook's receiver are on this machine.
const ALLOWED: [&str; 2] = ["--allow-network", "127.0.0.0/8"];

/// A running server with one shop.
#[derive(Debug)]
pub(crate) struct Server {
    /// Its processes.
    pub(crate) nodes: Vec<Node>,
    /// From the start of the first to its first answer, in µs.
    pub(crate) start_us: u64,
}

/// One process of a server.
#[derive(Debug)]
pub(crate) struct Node {
    /// The process.
    pub(crate) child: Child,
    /// Where it is called, with the shop's key.
    pub(crate) target: Target,
    /// Where it is asked for its counters, if it has some.
    pub(crate) metrics: Option<Target>,
}

/// What a server is started with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setup<'a> {
    /// The executable.
    pub(crate) binary: &'a Path,
    /// An empty database.
    pub(crate) database: &'a Database<'a>,
    /// Where the gateway is.
    pub(crate) stub: SocketAddr,
    /// Where the shop hears of payments, if it does.
    pub(crate) webhook_url: Option<&'a str>,
    /// How many processes.
    pub(crate) nodes: u16,
    /// What else the shop file says of the shop.
    pub(crate) besides: &'a str,
}

/// What `guichet key create --json` prints.
#[derive(Deserialize)]
struct MadeKey {
    secret: String,
}

/// What `guichet operator create --json` prints.
#[derive(Deserialize)]
struct MadeLink {
    link: url::Url,
}

/// Builds the server as it is shipped; where it is.
pub(crate) fn build(quiet: bool) -> anyhow::Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--release", "--package", "guichet"]).current_dir(env!("CARGO_MANIFEST_DIR"));
    if quiet {
        command.arg("--quiet");
    }
    // `cargo run` describes this package to us; passed on, it would make build scripts run anew.
    without(&mut command, |name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_"));
    let status = command.stdout(Stdio::null()).status().context("cargo cannot be started")?;
    anyhow::ensure!(status.success(), "the server does not build");
    let binary = target_directory()?.join("release").join("guichet");
    anyhow::ensure!(binary.is_file(), "there is no {}; name one with --binary", binary.display());
    Ok(binary)
}

/// Where cargo puts what it builds.
pub(crate) fn target_directory() -> anyhow::Result<PathBuf> {
    let own = std::env::current_exe()?;
    let target = own.parent().and_then(Path::parent).context("this program is in no target directory")?;
    Ok(target.to_owned())
}

impl Setup<'_> {
    /// Declares the shop and makes its key, in `directory`; the key.
    pub(crate) fn prepare(&self, directory: &Path) -> anyhow::Result<String> {
        let store = self.store();
        std::fs::write(directory.join(SHOP_FILE), shop(self.stub, self.webhook_url) + self.besides)?;
        finish(guichet(self.binary).args(["key", "generate"]).args(store), directory)?;
        finish(guichet(self.binary).args(["apply", SHOP_FILE]).args(store).args(ALLOWED), directory)?;
        let key = ["key", "create", "--merchant", "bench", "--environment", "test", "--label", "bench"];
        let made = finish(guichet(self.binary).args(key).arg("--json").args(store), directory)?;
        let made: MadeKey = serde_json::from_slice(&made).context("`guichet key create` prints no key")?;
        Ok(made.secret)
    }

    /// Invites somebody into the back office, beside the server; the path of the link by which they come in.
    pub(crate) fn invite(&self, login: &str, directory: &Path) -> anyhow::Result<String> {
        let mut command = guichet(self.binary);
        command.args(["operator", "create", login, "--json"]).args(self.store());
        let made: MadeLink = serde_json::from_slice(&finish(&mut command, directory)?)
            .context("`guichet operator create` prints no link")?;
        Ok(made.link.path().to_owned())
    }

    fn store(&self) -> [&str; 4] {
        ["--database", &self.database.url, "--key-file", KEY_FILE]
    }
}

impl Server {
    /// Declares the shop, makes its key and starts the server, all in `directory`.
    pub(crate) async fn start(setup: Setup<'_>, directory: &Path) -> anyhow::Result<Self> {
        let key = setup.prepare(directory)?;
        Server::serve(setup, &key, directory).await
    }

    /// Starts the server on a database that has the shop and that key already.
    pub(crate) async fn serve(setup: Setup<'_>, key: &str, directory: &Path) -> anyhow::Result<Self> {
        let (mut nodes, mut start_us) = (Vec::new(), 0);
        // Customers know all of them by one address.
        let public_url = format!("http://{}", free_address()?);
        for number in 1..=setup.nodes {
            let address = free_address()?;
            let mut command = guichet(setup.binary);
            let metrics = free_address()?;
            command.args(["serve", "--listen", &address.to_string()]).args(setup.store());
            command.args(["--metrics-listen", &metrics.to_string()]);
            command.args(["--public-url", &public_url]).args(ALLOWED);
            let mut child = Child::spawn(&format!("server-{number}"), command, directory)?;
            let took_us = child.ready(address).await?;
            if number == 1 {
                start_us = took_us;
            }
            let metrics = Some(Target::new(metrics, "none")?);
            nodes.push(Node { child, target: Target::new(address, key)?, metrics });
        }
        Ok(Server { nodes, start_us })
    }

    /// Where its nodes are called.
    pub(crate) fn targets(&self) -> Vec<Target> {
        self.nodes.iter().map(|node| node.target.clone()).collect()
    }

    /// The end of what its nodes have printed.
    pub(crate) fn tail(&self) -> String {
        self.nodes.iter().map(|node| node.child.tail()).collect()
    }
}

/// The command, with nothing of this process's environment that would configure it.
fn guichet(binary: &Path) -> Command {
    let mut command = Command::new(binary);
    without(&mut command, |name| name == "RUST_LOG" || name.starts_with("GUICHET_"));
    command
}

fn without(command: &mut Command, unwanted: fn(&str) -> bool) {
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(unwanted)) {
        command.env_remove(name);
    }
}

/// Runs a command to its end; what it printed.
fn finish(command: &mut Command, directory: &Path) -> anyhow::Result<Vec<u8>> {
    let output = command.current_dir(directory).stdin(Stdio::null()).output();
    let output = output.with_context(|| format!("{} cannot be started", command.get_program().display()))?;
    if !output.status.success() {
        let arguments: Vec<_> = command.get_args().map(|argument| argument.to_string_lossy()).collect();
        let said = String::from_utf8_lossy(&output.stderr);
        anyhow::bail!("`guichet {}` ended with {}:\n{said}", arguments.join(" "), output.status);
    }
    Ok(output.stdout)
}

fn shop(stub: SocketAddr, webhook_url: Option<&str>) -> String {
    let webhook = |url| {
        format!(
            r#"
[[merchants.webhook_endpoints]]
url = "{url}"
environment = "test"
events = ["order.paid"]
"#
        )
    };
    format!(
        r#"[[merchants]]
name = "bench"
title = "Bench shop"

[[merchants.accounts]]
name = "ocpay"
gateway = "ocpay"
environment = "test"
base_url = "http://{stub}"
checks_per_second = 1000000
secret = {{ access_token = "sk_sandbox_bench" }}
{}"#,
        webhook_url.map(webhook).unwrap_or_default()
    )
}
