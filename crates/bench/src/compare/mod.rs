//! Everything side by side in one run: each unit at Guichet on SQLite and on PostgreSQL, as one node and as several, at a
//! shop's own server in Express on the same PostgreSQL, and the same writes with no server at all. In turn, several times
//! over, so that whatever else the machine does meets all of them.

mod plot;
mod ratios;
mod subject;
mod table;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use crate::conditions::Conditions;
use crate::engine::{Engine, Engines};
use crate::express::Installed;
use crate::figures::Figures;
use crate::floor::pgbench::Sent;
use crate::floor::{Recorded, pgbench, plain_loop, recording};
use crate::measure::{self, Drive, Stage};
use crate::report;
use crate::server::{Server, Setup};
use crate::stopwatch::Stopwatch;
use crate::units::{self, Guide, Unit};

use subject::Subject;

/// How to compare.
#[derive(Args, Debug, Clone)]
pub(crate) struct CompareOptions {
    #[command(flatten)]
    pub(crate) conditions: Conditions,
    /// How many nodes stand beside one
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(2..=16))]
    nodes: u16,
    /// Draw the medians into this SVG file
    #[arg(long)]
    plot: Option<PathBuf>,
}

/// One unit at one subject, in all runs.
#[derive(Debug)]
pub(crate) struct Cell {
    unit: &'static str,
    subject: Subject,
    runs: Vec<Figures>,
}

/// What all measurements of a comparison have in common.
struct Comparison<'a> {
    options: &'a CompareOptions,
    binary: &'a Path,
    express: &'a Installed,
    engines: Engines,
    recorded: Recorded,
    started: Stopwatch,
}

/// Measures all and prints; how many units went wrong.
pub(crate) async fn all(options: &CompareOptions, binary: &Path, express: &Installed) -> anyhow::Result<u64> {
    let engines = Engines::new(true, options.conditions.database_url.as_ref());
    let recorded = recording::record(binary).await?;
    let comparison = Comparison { options, binary, express, engines, recorded, started: Stopwatch::start() };
    let mut cells = subject::cells(options.nodes);
    let all = cells.len() * usize::from(options.conditions.runs);
    for run in 0..options.conditions.runs {
        let mut ceiling = ("", 0);
        for number in 0..cells.len() {
            let Cell { unit, subject, .. } = cells[number];
            if ceiling.0 != unit {
                ceiling = (unit, comparison.ceiling(unit).await?);
            }
            let batch = batch(&cells, unit);
            let figures = comparison.one(unit, subject, batch).await?;
            cells[number].runs.push(Figures { ceiling_per_second: ceiling.1, ..figures }.with_ratio());
            comparison.progress(usize::from(run) * cells.len() + number + 1, all, &cells[number]);
        }
    }
    if !options.conditions.json {
        println!("{}", table::table(&cells, options));
        println!("\n{}\n", ratios::lines(&cells));
    }
    if let Some(file) = &options.plot {
        std::fs::write(file, plot::svg(&cells))?;
    }
    for cell in &cells {
        println!(
            "{}",
            report::json(cell.subject.setting(cell.unit, options.conditions.connections), &cell.runs)?
        );
    }
    Ok(cells.iter().flat_map(|cell| &cell.runs).map(|run| run.errors).sum())
}

impl Comparison<'_> {
    fn drive(&self) -> Drive {
        Drive { quiet: true, ..self.options.conditions.drive() }
    }

    async fn ceiling(&self, unit: &str) -> anyhow::Result<u64> {
        let (stage, unit) = (Stage::new().await?, own(unit)?);
        Ok(stage.ceiling(&unit, self.drive()).await?.0)
    }

    async fn one(&self, unit: &'static str, subject: Subject, batch: i64) -> anyhow::Result<Figures> {
        match subject {
            Subject::Guichet { on, nodes } => self.guichet(unit, on, nodes).await,
            Subject::Express => self.express(unit).await,
            Subject::Floor(on) => self.floor(unit, on, batch).await,
        }
    }

    async fn guichet(&self, unit: &'static str, on: Engine, nodes: u16) -> anyhow::Result<Figures> {
        let (stage, database) = (Stage::new().await?, self.engines.database(on, unit)?);
        let unit = own(unit)?;
        let webhook_url = stage.webhook_url(&unit);
        let webhook_url = webhook_url.as_deref();
        let (binary, stub) = (self.binary, stage.stub);
        let setup = Setup { binary, database: &database, stub, webhook_url, nodes, besides: "" };
        let server = Server::start(setup, stage.scratch.path()).await?;
        measure::at(&unit, self.drive(), server, database.server()).await
    }

    async fn express(&self, unit: &'static str) -> anyhow::Result<Figures> {
        let guide: Arc<dyn Unit> = Arc::new(match unit {
            "checkout" => Guide::Checkout,
            "settle" => Guide::Settle,
            _ => Guide::Read,
        });
        let (stage, database) = (Stage::new().await?, self.engines.database(Engine::Postgres, unit)?);
        let server = self.express.start(&database, stage.stub, stage.scratch.path()).await?;
        measure::at(&guide, self.drive(), server, database.server()).await
    }

    /// The best of all that was tried; on SQLite with so many changes in a transaction.
    async fn floor(&self, unit: &'static str, on: Engine, batch: i64) -> anyhow::Result<Figures> {
        // Long enough for some thousands, and there are several.
        let seconds = self.options.conditions.seconds.div_ceil(2);
        let mut found = Vec::new();
        for sent in [Sent::OneByOne, Sent::InOneFlight] {
            let (stage, database) = (Stage::new().await?, self.engines.database(on, unit)?);
            let setup = Setup {
                binary: self.binary,
                database: &database,
                stub: stage.stub,
                webhook_url: None,
                nodes: 0,
                besides: "",
            };
            let directory = stage.scratch.path();
            drop(Server::start(setup, directory).await?);
            match on {
                Engine::Postgres => {
                    found.push(pgbench::best(&self.recorded, unit, sent, &database, directory, seconds)?.1)
                }
                Engine::Sqlite => {
                    let file = directory.join("bench.db");
                    return plain_loop::figures(&self.recorded, unit, &file, batch, seconds);
                }
            }
        }
        Ok(found.into_iter().max_by_key(|figures| figures.per_second).unwrap_or_default())
    }

    fn progress(&self, done: usize, all: usize, cell: &Cell) {
        let last = cell.runs.last().copied().unwrap_or_default();
        let seconds = self.started.elapsed().as_secs();
        let left = seconds * u64::try_from(all - done).unwrap_or(0) / u64::try_from(done).unwrap_or(1).max(1);
        eprintln!(
            "[{done:>3} of {all}, about {} min left] {}, {}: {} a second",
            left.div_ceil(60),
            cell.unit,
            cell.subject.name(),
            last.per_second
        );
    }
}

/// How many changes Guichet has just written with one flush on SQLite, in that unit.
fn batch(cells: &[Cell], unit: &str) -> i64 {
    let on_sqlite = |cell: &&Cell| matches!(cell.subject, Subject::Guichet { on: Engine::Sqlite, .. });
    let figures =
        cells.iter().filter(on_sqlite).find(|cell| cell.unit == unit).and_then(|cell| cell.runs.last());
    let tenths = figures.map_or(0, |figures| figures.batch_tenths);
    i64::try_from(tenths.div_ceil(10)).unwrap_or(1).max(1)
}

/// Our own unit of that name.
fn own(unit: &str) -> anyhow::Result<Arc<dyn Unit>> {
    Ok(match unit {
        "checkout" => Arc::new(units::Checkout),
        "settle" => Arc::new(units::Settle),
        "callback" => Arc::new(units::Callback::new()?),
        _ => Arc::new(units::Read),
    })
}
