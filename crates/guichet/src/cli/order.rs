//! `guichet order list|show|check|cancel|resolve|explain`: the operator acts by the same way as
//! everyone else.

use std::process::ExitCode;

use anyhow::{Context, bail, ensure};
use clap::{Args, Subcommand, ValueEnum};
use guichet_core::{Currency, Event, Money, OrderId, PaymentId, Resolution};

use super::database::Database;
use super::operator::operator;
use super::print_json;
use guichet_server::app::{App, Checked};
use guichet_server::clock::rfc3339;
use guichet_server::explain;
use guichet_server::store::{Opening, OrderFilter, Stored};

/// Look at orders and act on them.
#[derive(Debug, Subcommand)]
pub(super) enum OrderCommand {
    /// List the newest orders of all merchants.
    #[command(after_help = "Example: guichet order list --needs-you")]
    List(List),
    /// Show an order as the API does.
    #[command(after_help = "Example: guichet order show ord_01kaqwm3v0e9r8t7y6v5w4x3z1")]
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
pub(super) struct List {
    /// Only this status.
    #[arg(long, value_parser = ["pending", "failed", "paid", "fulfilled", "expired", "cancelled"])]
    status: Option<String>,
    /// Only orders with money that does not fit and waits for a person.
    #[arg(long)]
    needs_you: bool,
    /// How many.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(i64).range(1..=10_000))]
    limit: i64,
    /// Print them as JSON, one a line.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: Database,
}

#[derive(Debug, Args)]
pub(super) struct One {
    /// The order's identifier.
    order: String,
    /// Print it as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: Database,
}

#[derive(Debug, Args)]
pub(super) struct Resolve {
    /// What was decided.
    #[arg(value_enum)]
    resolution: Decided,
    /// The payment that brought the money.
    #[arg(long)]
    payment: String,
    #[command(flatten)]
    one: One,
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
            OrderCommand::Check(one) => one.check().await?,
            OrderCommand::Cancel(one) => one.act(&Event::CancelRequested { actor: operator()? }).await?,
            OrderCommand::Resolve(resolve) => resolve.run().await?,
            OrderCommand::Explain(one) => return one.explain().await,
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl List {
    async fn run(self) -> anyhow::Result<()> {
        let filter = OrderFilter {
            status: self.status.clone(),
            needing_you: self.needs_you,
            limit: self.limit,
            ..OrderFilter::default()
        };
        let list = async |app: &App| Ok(app.store().headings(&filter).await?);
        for order in self.database.with_app(Opening::AsItIs, list).await? {
            if self.json {
                print_json(&order)?;
                continue;
            }
            let money =
                Currency::from_code(&order.currency).map(|currency| Money::new(order.amount_minor, currency));
            let money = money.map_or_else(|_| order.currency.clone(), |money| money.to_string());
            let flag = if order.needs_you { "  needs you" } else { "" };
            println!(
                "{}  {:<9}  {money:>16}  {}{flag}",
                order.id,
                order.status,
                rfc3339(order.created_at_ms)
            );
        }
        Ok(())
    }
}

impl One {
    /// Does something with the order.
    async fn with<T>(&self, work: impl AsyncFnOnce(&App, Stored) -> anyhow::Result<T>) -> anyhow::Result<T> {
        let id: OrderId = self.order.parse().with_context(|| format!("“{}”", self.order))?;
        let find_and_work = async |app: &App| {
            let stored = app.store().order(id).await?.with_context(|| format!("there is no order {id}"))?;
            work(app, stored).await
        };
        self.database.with_app(Opening::AsItIs, find_and_work).await
    }

    fn print(&self, app: &App, stored: &Stored) -> anyhow::Result<()> {
        let view = app.view(stored);
        println!(
            "{}",
            if self.json { serde_json::to_string(&view)? } else { serde_json::to_string_pretty(&view)? }
        );
        Ok(())
    }

    async fn act(&self, event: &Event) -> anyhow::Result<()> {
        let act = async |app: &App, stored| {
            let applied = app.apply_to(stored, event, None).await?;
            self.print(app, &applied.stored)
        };
        self.with(act).await
    }

    async fn check(&self) -> anyhow::Result<()> {
        self.with(async |app, stored| self.check_payments(app, stored).await).await
    }

    async fn check_payments(&self, app: &App, mut stored: Stored) -> anyhow::Result<()> {
        let actor = operator()?;
        let payments: Vec<PaymentId> = stored.order.payments.iter().map(|payment| payment.id).collect();
        for payment in payments {
            match app.check(stored.order.id, payment, actor.clone()).await? {
                Checked::Asked(now) | Checked::AsItWas(now) => stored = *now,
                Checked::BudgetSpent { .. } => {
                    bail!("this gateway account has made its checks of this second")
                }
            }
        }
        self.print(app, &stored)
    }

    async fn explain(&self) -> anyhow::Result<ExitCode> {
        let story = self.with(async |app, stored| Ok(explain::story(app, &stored).await?)).await?;
        if self.json {
            print_json(&story)?
        } else {
            print!("{story}")
        }
        Ok(if story.is_whole() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

impl Resolve {
    async fn run(self) -> anyhow::Result<()> {
        let payment: PaymentId = self.payment.parse().with_context(|| format!("“{}”", self.payment))?;
        let resolution = match self.resolution {
            Decided::Honour => Resolution::Honour,
            Decided::Dismiss => Resolution::Dismiss,
        };
        ensure!(
            self.one.order.starts_with(OrderId::PREFIX),
            "an order's identifier begins with {}",
            OrderId::PREFIX
        );
        self.one.act(&Event::HeldResolved { payment, resolution, actor: operator()? }).await
    }
}
