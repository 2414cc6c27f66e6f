//! `guichet order list|show|check|cancel|resolve|explain`: the operator acts by the same way as
//! everyone else.

pub(super) mod list;
pub(super) mod which;

use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Subcommand, ValueEnum};
use guichet_core::{PaymentId, Resolution};

use self::list::List;
use self::which::Which;
use super::database::Beside;
use super::errand::have_done;
use super::exit::Exit;
use super::print_json;
use super::whoami::operator;
use guichet_server::app::{App, Errand, Task};
use guichet_server::explain;
use guichet_server::store::{Opening, Stored};

/// Look at orders and act on them.
#[derive(Debug, Subcommand)]
pub(super) enum OrderCommand {
    /// List orders of all merchants, newest first.
    #[command(
        after_help = "Example: guichet order list --merchant alger --paid-after 2026-11-22 --search 0551234567"
    )]
    List(Box<List>),
    /// Show an order as the API does.
    #[command(after_help = "Example: guichet order show ORD-2026-000123 --merchant alger")]
    Show(One),
    /// Ask the gateways about an order now.
    #[command(after_help = "Example: guichet order check ord_01kaqwm3v0e9r8t7y6v5w4x3z1")]
    Check(One),
    /// Call an order off.
    #[command(after_help = "Example: guichet order cancel ord_01kaqwm3v0e9r8t7y6v5w4x3z1")]
    Cancel(One),
    /// Decide about money that does not fit.
    #[command(after_help = "Example: guichet order resolve ord_… --payment pay_… dismiss")]
    Resolve(Resolve),
    /// Tell an order's whole story, with the evidence for each step.
    #[command(after_help = "Example: guichet order explain ord_01kaqwm3v0e9r8t7y6v5w4x3z1")]
    Explain(One),
}

#[derive(Debug, Args)]
pub(super) struct One {
    #[command(flatten)]
    which: Which,
    /// Print it as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: Beside,
}

#[derive(Debug, Args)]
pub(super) struct Resolve {
    #[command(flatten)]
    one: One,
    /// What was decided.
    #[arg(value_enum)]
    resolution: Decided,
    /// The payment that brought the money.
    #[arg(long)]
    payment: String,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Decided {
    /// Take late money: the order becomes paid.
    Honour,
    /// It was dealt with elsewhere.
    Dismiss,
}

impl OrderCommand {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            OrderCommand::List(list) => list.run().await?,
            OrderCommand::Show(one) => one.with(async |app, stored| one.print(app, &stored)).await?,
            OrderCommand::Check(one) => one.act(Task::Check).await?,
            OrderCommand::Cancel(one) => one.act(Task::Cancel).await?,
            OrderCommand::Resolve(resolve) => resolve.run().await?,
            OrderCommand::Explain(one) => return one.explain().await,
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl One {
    /// Does something with the order.
    async fn with<T>(&self, work: impl AsyncFnOnce(&App, Stored) -> anyhow::Result<T>) -> anyhow::Result<T> {
        let find_and_work = async |app: &App| {
            let stored = self.which.find(app).await?;
            work(app, stored).await
        };
        self.database.with_app(Opening::AsItIs, find_and_work).await
    }

    fn print(&self, app: &App, stored: &Stored) -> anyhow::Result<()> {
        app.knows_its_address()?;
        let view = app.view(stored);
        say!(
            "{}",
            if self.json { serde_json::to_string(&view)? } else { serde_json::to_string_pretty(&view)? }
        );
        Ok(())
    }

    async fn act(&self, task: Task) -> anyhow::Result<()> {
        let errand = Errand { actor: operator()?, task };
        let act = async |app: &App, stored: Stored| {
            self.print(app, &have_done(app, stored.order.id, &errand).await?)
        };
        self.with(act).await
    }

    async fn explain(&self) -> anyhow::Result<ExitCode> {
        let story = self.with(async |app, stored| Ok(explain::story(app, &stored).await?)).await?;
        if self.json {
            print_json(&story)?
        } else {
            say!("{}", story.to_string().trim_end());
        }
        Ok(if story.is_whole() { Exit::Done } else { Exit::Damaged }.into())
    }
}

impl Resolve {
    async fn run(self) -> anyhow::Result<()> {
        let payment: PaymentId = self.payment.parse().with_context(|| format!("“{}”", self.payment))?;
        let resolution = match self.resolution {
            Decided::Honour => Resolution::Honour,
            Decided::Dismiss => Resolution::Dismiss,
        };
        self.one.act(Task::Resolve { payment, resolution }).await
    }
}
