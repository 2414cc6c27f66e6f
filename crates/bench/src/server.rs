//! The real server: built, given one shop and one key, and started on a new database.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context;
use serde::Deserialize;

use crate::Database;
use crate::child::Child;
use crate::line::Target;
use crate::scratch::free_address;

const KEY_FILE: &str = "guichet.key";
const SHOP_FILE: &str = "shop.toml";

/// The gateway and the webhook's receiver are on this machine.
const ALLOWED: [&str; 2] = ["--allow-network", "127.0.0.0/8"];

/// A running server with one shop.
#[derive(Debug)]
pub(crate) struct Server {
    /// The process.
    pub(crate) child: Child,
    /// Where it is called, with the shop's key.
    pub(crate) target: Target,
    /// From its start to its first answer, in µs.
    pub(crate) start_us: u64,
}

/// What `guichet key create --json` prints.
#[derive(Deserialize)]
struct MadeKey {
    secret: String,
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
    let own = std::env::current_exe()?;
    let target = own.parent().and_then(Path::parent).context("this program is in no target directory")?;
    let binary = target.join("release").join("guichet");
    anyhow::ensure!(binary.is_file(), "there is no {}; name one with --binary", binary.display());
    Ok(binary)
}

impl Server {
    /// Declares the shop, makes its key and starts the server, all in `directory`.
    pub(crate) async fn start(
        binary: &Path,
        database: Database,
        directory: &Path,
        stub: SocketAddr,
        webhook_url: Option<&str>,
    ) -> anyhow::Result<Self> {
        let url = match database {
            Database::Sqlite => "sqlite:bench.db",
        };
        let store = ["--database", url, "--key-file", KEY_FILE];
        std::fs::write(directory.join(SHOP_FILE), shop(stub, webhook_url))?;
        finish(guichet(binary).args(["apply", SHOP_FILE]).args(store).args(ALLOWED), directory)?;
        let key = ["key", "create", "--merchant", "bench", "--environment", "test", "--label", "bench"];
        let made = finish(guichet(binary).args(key).arg("--json").args(store), directory)?;
        let made: MadeKey = serde_json::from_slice(&made).context("`guichet key create` prints no key")?;

        let address = free_address()?;
        let mut command = guichet(binary);
        command.args(["serve", "--listen", &address.to_string()]).args(store);
        command.args(["--public-url", &format!("http://{address}")]).args(ALLOWED);
        let mut child = Child::spawn("server", command, directory)?;
        let start_us = child.ready(address).await?;
        Ok(Server { child, target: Target::new(address, &made.secret)?, start_us })
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
