//! `guichet demo`.

use std::net::SocketAddr;
use std::process::ExitCode;

use clap::Args;
use tracing_subscriber::EnvFilter;

use guichet_demo::{Options, Scenario, Selection};

/// Server, sandbox and a small shop in one process, to click through or to play by itself. It needs
/// no Internet, no keys and no database, and forgets everything when it ends.
#[derive(Debug, Args)]
#[command(after_help = "Example: guichet demo\n         guichet demo --auto")]
pub(super) struct Demo {
    /// Where the server listens; 127.0.0.1:8080, or any free port when that one is taken.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,

    /// Where the sandbox listens; 127.0.0.1:8090, or any free port when that one is taken.
    #[arg(long, value_name = "ADDRESS")]
    sandbox_listen: Option<SocketAddr>,

    /// Where the shop listens; 127.0.0.1:8088, or any free port when that one is taken.
    #[arg(long, value_name = "ADDRESS")]
    shop_listen: Option<SocketAddr>,

    /// Play customers over real sockets in virtual time, on any free ports, and exit with 0 only
    /// when every order ended as it must.
    #[arg(long)]
    auto: bool,

    /// Print JSON: what to click, or one object for each scenario.
    #[arg(long)]
    json: bool,

    /// Play this scenario only.
    #[arg(long, value_enum, hide = true, requires = "auto", value_name = "SCENARIO")]
    only: Option<Scenario>,

    /// Let this scenario's world lie behind the demo's back: its expectations must then fail.
    #[arg(long, value_enum, hide = true, requires = "auto", value_name = "SCENARIO")]
    tamper: Option<Scenario>,
}

impl Demo {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let options = Options {
            listen: self.listen,
            sandbox_listen: self.sandbox_listen,
            shop_listen: self.shop_listen,
            json: self.json,
        };
        if self.auto {
            return guichet_demo::auto(options, Selection { only: self.only, tamper: self.tamper }).await;
        }
        log_warnings();
        guichet_demo::interactive(options).await
    }
}

/// Only what is wrong, on standard error: standard output says what to click.
fn log_warnings() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_target(false);
    if lines.with_writer(std::io::stderr).compact().try_init().is_err() {
        eprintln!("guichet: another logger is set already");
    }
}
