//! `pending`: what payments cost that wait for their money, many of them: the idle server, and checks that come due.

mod rows;

use std::path::Path;
use std::time::Duration;

use clap::Args;
use serde::Serialize;

use crate::Options;
use crate::engine::Engine;
use crate::figures::Decimal;
use crate::scene::{self, Scene};
use crate::stopwatch::Stopwatch;

use rows::Rows;

/// How often is looked whether everything that was due is done.
const LOOK: Duration = Duration::from_millis(20);

/// How long it may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// How long a server is left alone before its idleness is measured: so that what it began is done, and so that every payment is old
/// enough to be asked about (30 s) once its alarm is brought forward.
const REST: Duration = Duration::from_secs(32);

/// How to measure pending payments.
#[derive(Args, Debug, Clone)]
pub(crate) struct PendingOptions {
    /// How many pending payments there are beside those that come due, one measurement for each
    #[arg(long, value_delimiter = ',', default_values_t = [0, 100_000])]
    pending: Vec<u64>,
    /// How many checks come due at once
    #[arg(long, default_value_t = 5_000, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    due: u64,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// The JSON object; its keys are a promise.
#[derive(Serialize)]
struct Measured {
    unit: &'static str,
    database: &'static str,
    pending: u64,
    due: u64,
    per_second: u64,
    cpu_ms_per_unit: Decimal,
    idle_cpu_ms_per_second: Decimal,
}

/// Measures and prints; nothing goes wrong without ending it.
pub(crate) async fn measure(pending: &PendingOptions, binary: &Path) -> anyhow::Result<u64> {
    let options = &pending.options;
    let (engine, engines) = scene::engine(options)?;
    anyhow::ensure!(engine == Engine::Sqlite, "pending rows are only made in a file of SQLite's yet");
    let database = engines.database(engine, "pending")?;
    let scene = Scene::open(options, binary, engine, &database).await?;
    let mut rows = Rows::of(&scene.file())?;
    if !options.conditions.json {
        println!(
            "{:>10} {:>8} {:>10} {:>8} {:>16}",
            "pending", "due", "due per s", "cpu ms", "idle cpu ms / s"
        );
    }
    let (mut there, mut sums) = (0, Vec::new());
    for wanted in &pending.pending {
        let orders = scene.open_orders(pending.due).await?;
        rows.put_off()?;
        rows.copy(wanted.saturating_sub(there)).await?;
        there = there.max(*wanted);
        let measured = one(&scene, &rows, pending, there, orders.len()).await?;
        if !options.conditions.json {
            let Measured { pending, due, per_second, cpu_ms_per_unit, idle_cpu_ms_per_second, .. } =
                &measured;
            let (cpu, idle) = (cpu_ms_per_unit.to_string(), idle_cpu_ms_per_second.to_string());
            println!("{pending:>10} {due:>8} {per_second:>10} {cpu:>8} {idle:>16}");
        }
        sums.push(measured);
    }
    for measured in sums {
        println!("{}", serde_json::to_string(&measured)?);
    }
    Ok(0)
}

/// The server at rest for a while, and then with so many checks due.
async fn one(
    scene: &Scene<'_>,
    rows: &Rows,
    pending: &PendingOptions,
    there: u64,
    due: usize,
) -> anyhow::Result<Measured> {
    let mut looks = tokio::time::interval(LOOK);
    rest(REST).await;
    let before_us = scene.cpu_us()?;
    rest(Duration::from_secs(pending.options.conditions.seconds)).await;
    let idle_us = (scene.cpu_us()? - before_us) / pending.options.conditions.seconds;

    let (begun, before_us) = (Stopwatch::start(), scene.cpu_us()?);
    rows.bring_forward()?;
    while rows.due()? > 0 {
        looks.tick().await;
        if begun.elapsed() > PATIENCE {
            return Err(anyhow::Error::msg(scene.tail()).context("checks stay due"));
        }
    }
    let (due, elapsed_us) = (u64::try_from(due)?, begun.micros().max(1));
    Ok(Measured {
        unit: "pending",
        database: scene.engine.name(),
        pending: there,
        due,
        per_second: due.saturating_mul(1_000_000) / elapsed_us,
        cpu_ms_per_unit: thousandths((scene.cpu_us()? - before_us) / due.max(1)),
        idle_cpu_ms_per_second: thousandths(idle_us),
    })
}

async fn rest(time: Duration) {
    let mut ticks = tokio::time::interval(time);
    // The first tick comes at once.
    ticks.tick().await;
    ticks.tick().await;
}

fn thousandths(digits: u64) -> Decimal {
    Decimal { digits, decimals: 3 }
}
