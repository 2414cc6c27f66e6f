//! `guichet refund record|list|withdraw`: what went back to payers. Guichet moves no money back; it keeps what people record.

use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Subcommand, ValueEnum};
use guichet_core::{Currency, Money, RefundId, RefundMethod};

use super::columns::Column::{Left, Right};
use super::columns::Columns;
use super::database::Beside;
use super::errand::have_done;
use super::exit::{Exit, OrNotFound};
use super::order::list::age;
use super::order::which::{Scope, Which};
use super::whoami::operator;
use crate::output::print_json;
use guichet_server::app::{App, Errand, Meaningless, RefundTerms, Task, checked_reason};
use guichet_server::store::{Opening, Stored};
use guichet_server::view::ListedRefundView;

/// Record money that went back to payers.
#[derive(Debug, Subcommand)]
pub(super) enum RefundCommand {
    /// Record that money of an order went back: at the gateway's portal, in cash, or by a transfer of yours.
    #[command(
        after_help = "Example: guichet refund record ORD-2026-000123 --amount 1000.00 --method cash --reason 'Out of stock'"
    )]
    Record(Record),
    /// List what went back, newest first.
    #[command(after_help = "Example: guichet refund list --merchant alger")]
    List(List),
    /// Withdraw a record that was a mistake: no money went back.
    #[command(
        after_help = "Example: guichet refund withdraw rfd_01kaqwm3v0e9r8t7y6v5w4x3z6 ORD-2026-000123 --reason 'Another order'"
    )]
    Withdraw(Withdraw),
}

#[derive(Debug, Args)]
pub(super) struct Record {
    #[command(flatten)]
    which: Which,
    /// How much, as people write it, in the currency that was paid; everything that is left when left out.
    #[arg(long)]
    amount: Option<String>,
    /// How it went back.
    #[arg(long, value_enum)]
    method: Method,
    /// The number under which the gateway, the bank or the till finds it.
    #[arg(long = "refund-reference", value_name = "TEXT")]
    reference: Option<String>,
    /// Why.
    #[arg(long)]
    reason: String,
    /// The payment whose money it was; the one that paid the order when left out.
    #[arg(long)]
    payment: Option<String>,
    /// Print the order as JSON on one line.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: Beside,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Method {
    /// At the gateway, by a person who is signed in there.
    GatewayPortal,
    /// In cash.
    Cash,
    /// By a transfer from the shop's bank or phone.
    Transfer,
}

impl From<Method> for RefundMethod {
    fn from(method: Method) -> Self {
        match method {
            Method::GatewayPortal => RefundMethod::GatewayPortal,
            Method::Cash => RefundMethod::Cash,
            Method::Transfer => RefundMethod::Transfer,
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    scope: Scope,
    /// How many at the most, of each merchant and environment.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=1_000))]
    limit: i64,
    /// Print them as the API shows them, one a line.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: Beside,
}

#[derive(Debug, Args)]
pub(super) struct Withdraw {
    /// The refund's identifier.
    refund: String,
    #[command(flatten)]
    which: Which,
    /// Why.
    #[arg(long)]
    reason: String,
    /// Print the order as JSON on one line.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: Beside,
}

impl RefundCommand {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            RefundCommand::Record(record) => {
                record.database.with_app(Opening::AsItIs, async |app| record.record(app).await).await?;
            }
            RefundCommand::List(list) => {
                list.database.with_app(Opening::AsItIs, async |app| list.print(app).await).await?;
            }
            RefundCommand::Withdraw(withdraw) => {
                withdraw.database.with_app(Opening::AsItIs, async |app| withdraw.withdraw(app).await).await?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Record {
    async fn record(&self, app: &App) -> anyhow::Result<()> {
        let stored = self.which.find(app).await?;
        let payment = self.payment.as_deref().map(|text| text.parse().with_context(|| format!("“{text}”")));
        let payment = payment.transpose()?;
        let came =
            payment.or(stored.order.state.paid_by()).and_then(|payment| stored.order.money_of(payment));
        let currency = came.unwrap_or(stored.order.terms.money).currency;
        let terms = RefundTerms {
            payment,
            amount_minor: self.amount.as_deref().map(|text| amount(text, currency)).transpose()?,
            method: self.method.into(),
            reference: self.reference.clone(),
            reason: self.reason.clone(),
        };
        let terms = terms.checked().map_err(|broken| usage(&broken))?;
        let errand = Errand { actor: operator()?, task: Task::RecordRefund { terms } };
        print(app, &have_done(app, stored.order.id, &errand).await?, self.json)
    }
}

/// An amount as people write it, in minor units.
fn amount(text: &str, currency: Currency) -> anyhow::Result<i64> {
    let money = Money::from_decimal(text, currency).map(|money| money.amount_minor);
    money.ok_or_else(|| {
        let example = Money::new(100_000, currency).decimal();
        Exit::Usage.error(format!(
            "--amount: “{text}” is no amount of {}; write one like {example}",
            currency.code()
        ))
    })
}

/// What is wrong with an option.
fn usage(broken: &Meaningless) -> anyhow::Error {
    let option = if broken.field() == "reference" { "refund-reference" } else { broken.field() };
    Exit::Usage.error(format!("--{option}: {broken}"))
}

fn print(app: &App, stored: &Stored, json: bool) -> anyhow::Result<()> {
    let view = app.view(stored);
    say!("{}", if json { serde_json::to_string(&view)? } else { serde_json::to_string_pretty(&view)? });
    Ok(())
}

impl List {
    async fn print(&self, app: &App) -> anyhow::Result<()> {
        let snapshot = app.registry().snapshot();
        let mut listing = Columns::new([
            Left("REFUND"),
            Left("ORDER"),
            Left("MERCHANT"),
            Left("ENVIRONMENT"),
            Right("AMOUNT"),
            Left("METHOD"),
            Left("REFERENCE"),
            Left("BY"),
            Right("AGE"),
            Left("WITHDRAWN"),
        ]);
        let now_ms = app.clock().now_ms();
        for (merchant, environment) in self.scope.of(&snapshot)? {
            for (refund, stored) in app.store().refunds(merchant, environment, None, self.limit).await? {
                if self.json {
                    print_json(&ListedRefundView::new(&stored.order, &refund))?;
                    continue;
                }
                listing.row([
                    refund.id.to_string(),
                    stored.order.terms.reference.clone(),
                    snapshot.merchants.get(&merchant).map_or("?", |merchant| &merchant.name).to_owned(),
                    environment.as_str().to_owned(),
                    refund.money.to_string(),
                    refund.method.as_str().to_owned(),
                    refund.reference.clone().unwrap_or_default(),
                    refund.recorded_by.to_string(),
                    age(now_ms - refund.at_ms),
                    if refund.counts() { "no" } else { "yes" }.to_owned(),
                ]);
            }
        }
        if !self.json {
            say!("{listing}");
        }
        Ok(())
    }
}

impl Withdraw {
    async fn withdraw(&self, app: &App) -> anyhow::Result<()> {
        let stored = self.which.find(app).await?;
        let known = |id: &RefundId| stored.order.refunds.iter().any(|refund| refund.id == *id);
        let refund = self.refund.parse().ok().filter(known).or_not_found(|| {
            format!("{} has no refund {}; guichet refund list shows them", stored.order.id, self.refund)
        })?;
        let reason = checked_reason(&self.reason).map_err(|broken| usage(&broken))?;
        let errand = Errand { actor: operator()?, task: Task::WithdrawRefund { refund, reason } };
        print(app, &have_done(app, stored.order.id, &errand).await?, self.json)
    }
}
