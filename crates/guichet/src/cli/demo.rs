//! `guichet demo`.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use super::listen::listen_address;
use super::progress::{Measure, Progress};
use crate::output;
use clap::Args;
use guichet_demo::{Count, Options, Scenario, Selection};

/// Server, sandbox and a small shop in one process, to click through or to play by itself. It needs
/// no Internet, no keys and no database, and forgets everything when it ends.
#[derive(Debug, Args)]
#[command(after_help = "Example: guichet demo\n         guichet demo --auto")]
pub(super) struct Demo {
    /// Where the server listens; 127.0.0.1:8080, or any free port when that one is taken.
    #[arg(long, value_name = "ADDRESS", value_parser = listen_address)]
    listen: Option<SocketAddr>,

    /// Where the sandbox listens; 127.0.0.1:8090, or any free port when that one is taken.
    #[arg(long, value_name = "ADDRESS", value_parser = listen_address)]
    sandbox_listen: Option<SocketAddr>,

    /// Where the shop listens; 127.0.0.1:8088, or any free port when that one is taken.
    #[arg(long, value_name = "ADDRESS", value_parser = listen_address)]
    shop_listen: Option<SocketAddr>,

    /// Begin with shops that have sold nothing yet, instead of with a month of orders that are over.
    #[arg(long, conflicts_with = "auto")]
    empty: bool,

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

/// Shows how far the month has come.
fn show(count: Arc<Count>) -> Box<dyn Send> {
    let so_far = move || count.so_far();
    Box::new(Progress::of("playing a month of two shops", Measure::Counts(Box::new(so_far))))
}

impl Demo {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let options = Options {
            listen: self.listen,
            sandbox_listen: self.sandbox_listen,
            shop_listen: self.shop_listen,
            json: self.json,
            empty: self.empty,
            print: output::to_stdout,
            show,
        };
        if self.auto {
            return guichet_demo::auto(options, Selection { only: self.only, tamper: self.tamper }).await;
        }
        guichet_demo::interactive(options).await
    }
}
