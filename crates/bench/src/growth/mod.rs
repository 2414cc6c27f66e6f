//! `growth`: what an order takes on disk, table by table, and whether a checkout gets slower by those that are
//! stored already.

mod copies;
mod tables;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use clap::Args;
use serde::Serialize;

use crate::Options;
use crate::figures::Decimal;
use crate::scene::{self, Checkouts, Scene};

use tables::Tables;

/// How many paid orders are put on the scales: enough that a page more or less is nothing.
const WEIGHED: u64 = 20_000;

/// How long a server makes orders before it is measured.
const WARM_UP: Duration = Duration::from_secs(1);

/// How to measure growth.
#[derive(Args, Debug, Clone)]
pub(crate) struct GrowthOptions {
    /// How many paid orders are stored before the second measurement: some thousands by the server, the others as their copies
    #[arg(long, default_value_t = 200_000, value_parser = clap::value_parser!(u64).range(1_000..))]
    stored: u64,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// The JSON object; its keys are a promise.
#[derive(Serialize)]
struct Measured {
    unit: &'static str,
    database: &'static str,
    connections: u16,
    stored: u64,
    bytes_per_order: u64,
    unused_per_order: u64,
    written_bytes_per_checkout: u64,
    per_second_empty: u64,
    per_second_stored: u64,
    ratio: Decimal,
    cpu_ms_empty: Decimal,
    cpu_ms_stored: Decimal,
    tables: BTreeMap<String, u64>,
}

/// Measures and prints; nothing goes wrong without ending it.
pub(crate) async fn measure(growth: &GrowthOptions, binary: &Path) -> anyhow::Result<u64> {
    let options = &growth.options;
    let (engine, engines) = scene::engine(options)?;
    let database = engines.database(engine, "growth")?;
    let scene = Scene::open(options, binary, engine, &database).await?;
    let time = Duration::from_secs(options.conditions.seconds);
    scene.checkouts(WARM_UP).await?;
    let empty = scene.checkouts(time).await?;

    let before = Tables::of(&scene)?;
    let weighed = scene.paid_orders(WEIGHED.min(growth.stored)).await?;
    let tables = Tables::of(&scene)?.since(&before, weighed);
    if !options.conditions.json {
        print_tables(&tables, weighed);
        eprintln!("storing {} paid orders", growth.stored);
    }
    let stored = weighed
        + copies::store(&scene, weighed, growth.stored.saturating_sub(weighed), options.conditions.json)
            .await?;
    scene.checkouts(WARM_UP).await?;
    let full = scene.checkouts(time).await?;
    if !options.conditions.json {
        print_checkouts(&[(0, empty), (stored, full)]);
    }
    let measured = Measured {
        unit: "growth",
        database: engine.name(),
        connections: options.conditions.connections,
        stored,
        bytes_per_order: tables.iter().map(|(_, taken)| taken.bytes).sum(),
        unused_per_order: tables.iter().map(|(_, taken)| taken.unused).sum(),
        written_bytes_per_checkout: empty.written_bytes,
        per_second_empty: empty.per_second,
        per_second_stored: full.per_second,
        ratio: thousandths(full.per_second * 1000 / empty.per_second.max(1)),
        cpu_ms_empty: thousandths(empty.cpu_us),
        cpu_ms_stored: thousandths(full.cpu_us),
        tables: tables.into_iter().map(|(name, taken)| (name, taken.bytes)).collect(),
    };
    println!("{}", serde_json::to_string(&measured)?);
    Ok(0)
}

fn print_tables(tables: &[(String, tables::Taken)], orders: u64) {
    println!(
        "bytes for each of {orders} paid orders\n{:>44} {:>8} {:>8}",
        "table or index", "bytes", "unused"
    );
    for (name, taken) in tables {
        println!("{name:>44} {:>8} {:>8}", taken.bytes, taken.unused);
    }
    let sum = |of: fn(&tables::Taken) -> u64| tables.iter().map(|(_, taken)| of(taken)).sum::<u64>();
    println!("{:>44} {:>8} {:>8}", "together", sum(|taken| taken.bytes), sum(|taken| taken.unused));
}

fn print_checkouts(runs: &[(u64, Checkouts)]) {
    println!("{:>10} {:>10} {:>8} {:>14}", "stored", "per s", "cpu ms", "bytes written");
    for (stored, run) in runs {
        let cpu = thousandths(run.cpu_us).to_string();
        println!("{stored:>10} {:>10} {cpu:>8} {:>14}", run.per_second, run.written_bytes);
    }
}

fn thousandths(digits: u64) -> Decimal {
    Decimal { digits, decimals: 3 }
}
