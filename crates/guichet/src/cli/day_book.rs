//! `guichet day-book show|close|check`: what came and went on each day, and whether that is what the orders say.

mod close;

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use clap::{Args, Subcommand};
use guichet_core::{Line, Money, Sums};
use jiff::civil::Date;

use super::columns::Column::{Left, Right};
use super::columns::Columns;
use super::database::{Beside, with_store};
use super::exit::Exit;
use super::order::which::Scope;
use super::progress::{Measure, Progress};
use crate::output::print_json;
use guichet_server::app::App;
use guichet_server::book::{Wrong, check, days, mend};
use guichet_server::store::{Opening, Store};
use guichet_server::view::BookLineView;
use guichet_server::zones::{date_of, number_of};

/// What came and went, day by day.
#[derive(Debug, Subcommand)]
pub(super) enum DayBookCommand {
    /// Show what came and went on each day, by gateway account and currency.
    #[command(
        after_help = "Example: guichet day-book show --merchant alger --from 2026-11-01 --to 2026-11-30"
    )]
    Show(Show),
    /// Close a day that is over: its sums stay as they are, and what its orders change later is told as a correction.
    #[command(
        after_help = "Example: guichet day-book close 2026-11-30 --merchant alger --environment live --note 'agrees with the statement'"
    )]
    Close(close::Close),
    /// Hold the whole book against all orders: the sums must be what the orders say. Beside a running server too.
    #[command(after_help = "Example: guichet day-book check")]
    Check(Check),
}

#[derive(Debug, Args)]
pub(super) struct Show {
    #[command(flatten)]
    scope: Scope,
    /// The first day, in the merchant's time zone; 30 days ago when left out.
    #[arg(long, value_name = "DAY")]
    from: Option<Date>,
    /// The last day; today when left out.
    #[arg(long, value_name = "DAY")]
    to: Option<Date>,
    /// Print the lines as the API shows them, one a line.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: Beside,
}

#[derive(Debug, Args)]
pub(super) struct Check {
    /// Put right what is wrong.
    #[arg(long)]
    mend: bool,
    #[command(flatten)]
    database: Beside,
}

impl DayBookCommand {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            DayBookCommand::Show(show) => {
                show.database.with_app(Opening::AsItIs, async |app| show.print(app).await).await?;
                Ok(ExitCode::SUCCESS)
            }
            DayBookCommand::Close(close) => close.run().await,
            DayBookCommand::Check(wanted) => {
                let url = &wanted.database.at.database;
                with_store(url, Opening::AsItIs, async |store| wanted.hold(store).await).await
            }
        }
    }
}

impl Show {
    async fn print(&self, app: &App) -> anyhow::Result<()> {
        let snapshot = app.registry().snapshot();
        let mut listing = Columns::new([
            Left("DAY"),
            Left("MERCHANT"),
            Left("ENVIRONMENT"),
            Left("GATEWAY"),
            Left("ACCOUNT"),
            Right("PAYMENTS"),
            Right("PAID"),
            Right("UNFIT"),
            Right("FEES"),
            Right("REFUNDED"),
            Right("NET"),
            Right("CLOSED"),
        ]);
        for (merchant, environment) in self.scope.of(&snapshot)? {
            let Some(row) = snapshot.merchants.get(&merchant) else { continue };
            let last = self.to.map_or_else(|| row.zones.day_of(app.clock().now_ms()), number_of);
            let first = self.from.map_or(last - 30, number_of);
            let book = days(app.store(), merchant, environment, (first, last)).await?;
            let lines = book.values().flat_map(|day| {
                let is_closed = day.closed.is_some();
                day.lines().into_iter().map(move |(line, (sums, later))| (line, sums, later, is_closed))
            });
            for (line, sums, later, is_closed) in lines {
                let account = snapshot.accounts.get(&line.account).map(|account| account.name.clone());
                if self.json {
                    let view = BookLineView::new(&line, sums, account);
                    print_json(&if is_closed { view.closed(&line, later) } else { view })?;
                    continue;
                }
                let money = |amount| Money::new(amount, line.currency).to_string();
                listing.row([
                    day(&line),
                    row.name.clone(),
                    environment.as_str().to_owned(),
                    line.gateway.clone(),
                    account.unwrap_or_default(),
                    sums.paid_payments.to_string(),
                    money(sums.paid_amount),
                    money(sums.unfit_amount),
                    money(sums.told_fees + sums.declared_fees),
                    money(sums.refunded_amount),
                    money(sums.net_amount()),
                    match later {
                        Some(later) => format!("corrected by {}", money(later.net_amount())),
                        None => (if is_closed { "yes" } else { "" }).to_owned(),
                    },
                ]);
            }
        }
        if !self.json {
            say!("{listing}");
        }
        Ok(())
    }
}

fn day(line: &Line) -> String {
    date_of(line.day).map(|date| date.to_string()).unwrap_or_default()
}

impl Check {
    async fn hold(&self, store: &Store) -> anyhow::Result<ExitCode> {
        let looked_at = Arc::new(AtomicU64::new(0));
        let counted = looked_at.clone();
        let counts = Measure::Counts(Box::new(move || (counted.load(Ordering::Relaxed), 0)));
        let progress = Progress::of("holding the book against the orders", counts);
        let count = |orders: usize| {
            looked_at.fetch_add(u64::try_from(orders).unwrap_or(0), Ordering::Relaxed);
        };
        let wrong = check(store, &mut { count }).await?;
        drop(progress);
        let orders = looked_at.load(Ordering::Relaxed);
        if wrong.is_empty() {
            say!("The book is what its orders say: {orders} orders were looked at.");
            return Ok(Exit::Done.into());
        }
        for one in &wrong {
            say!("{}", told(one));
        }
        if !self.mend {
            say!(
                "The book is not what its orders say. Put it right with --mend, and report this: it is a defect."
            );
            return Ok(Exit::Damaged.into());
        }
        mend(store, &wrong).await?;
        say!("The book was put right in {} lines.", wrong.len());
        Ok(Exit::Done.into())
    }
}

/// What is wrong with a line, as a sentence.
fn told(wrong: &Wrong) -> String {
    let Wrong { merchant, environment, line, missing, .. } = wrong;
    let sums = Sums::NAMES.iter().zip(missing.to_array()).filter(|(_, sum)| *sum != 0);
    let sums: Vec<String> = sums.map(|(name, sum)| format!("{name} {sum:+}")).collect();
    format!(
        "{} of {merchant} ({}), {} at {}: the orders say {}",
        day(line),
        environment.as_str(),
        line.currency.code(),
        line.account,
        sums.join(", ")
    )
}
