//! `office`: how long the back office takes for each screen and each search with many stored orders, how large the screens are, and
//! what it takes to load all orders down.

mod exports;
mod filling;
mod report;
mod sales;
mod screens;
mod shop;
mod visitor;

use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use guichet_core::Order;
use guichet_server::Clock;

use crate::Options;
use crate::engine::{Database, Engine, psql};
use crate::measure::Stage;
use crate::scene;
use crate::server::{KEY_FILE, Node, Server, Setup};
use crate::stopwatch::Stopwatch;

use filling::{Filled, Place};
use report::Setting;
use visitor::Visitor;

/// How long the server may take to deliver what waits after its start.
const PATIENCE: Duration = Duration::from_secs(120);

/// A server is at rest that takes less processor time than this in a second, in µs.
const REST_US: u64 = 50_000;

/// How to measure the office.
#[derive(Args, Debug, Clone)]
pub(crate) struct OfficeOptions {
    /// How many orders there are, of the last half year
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(1_000..=50_000_000))]
    stored: u64,
    /// How often each screen is asked for
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    requests: u64,
    /// Only the screens and searches in whose name this stands, and no files
    #[arg(long)]
    only: Option<String>,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// Measures and prints; how many limits are not kept.
pub(crate) async fn measure(office: &OfficeOptions, binary: &Path) -> anyhow::Result<u64> {
    let options = &office.options;
    let (engine, engines) = scene::engine(options)?;
    let database = engines.database(engine, "office")?;
    let stage = Stage::new().await?;
    let (directory, besides) = (stage.scratch.path(), shop::besides(stage.stub));
    let setup = Setup {
        binary,
        database: &database,
        stub: stage.stub,
        webhook_url: None,
        nodes: 1,
        besides: &besides,
    };
    let key = setup.prepare(directory)?;
    let quiet = options.conditions.json;
    let Filled { orders, known } =
        filling::fill(place(engine, &database, directory), office.stored, quiet).await?;
    if engine == Engine::Postgres {
        psql(&database.url, "VACUUM ANALYZE")?;
    }
    let server = Server::serve(setup, &key, directory).await?;
    let node = server.nodes.first().context("no node was started")?;
    at_rest(node).await?;
    let mut visitor = Visitor::come(&node.target, &setup.invite("nadia", directory)?).await?;
    let setting = Setting { database: engine, orders };
    let mut missed = all_screens(office, setting, &known, &mut visitor).await?;
    if office.only.is_none() {
        missed += all_files(office, setting, node, &mut visitor).await?;
    }
    Ok(missed)
}

/// Where the database is, as seen from here.
fn place(engine: Engine, database: &Database<'_>, directory: &Path) -> Place {
    let url = match engine {
        Engine::Sqlite => format!("sqlite:{}", directory.join("bench.db").display()),
        Engine::Postgres => database.url.clone(),
    };
    Place { url, key_file: directory.join(KEY_FILE) }
}

/// Waits until the server has done what was due when it started.
async fn at_rest(node: &Node) -> anyhow::Result<()> {
    let (started, process) = (Stopwatch::start(), node.child.process());
    loop {
        let before_us = process.cpu_us()?;
        Stopwatch::start().reach(Duration::from_secs(1)).await;
        if process.cpu_us()? - before_us < REST_US {
            return Ok(());
        }
        anyhow::ensure!(
            started.elapsed() < PATIENCE,
            "the server does not come to rest:\n{}",
            node.child.tail()
        );
    }
}

async fn all_screens(
    office: &OfficeOptions,
    setting: Setting,
    known: &Order,
    visitor: &mut Visitor,
) -> anyhow::Result<u64> {
    let (json, mut missed) = (office.options.conditions.json, 0);
    let is_wanted = |name: &str| office.only.as_ref().is_none_or(|only| name.contains(only.as_str()));
    if !json {
        println!(
            "{} orders, {}, {} requests\n{}",
            setting.orders,
            setting.database.name(),
            office.requests,
            report::screens_head()
        );
    }
    let mut first_bytes = screens::brought_along(visitor).await?;
    for screen in screens::screens(known, Clock::default().now_ms())? {
        if !is_wanted(screen.name) {
            continue;
        }
        let shown = screens::measured(visitor, &screen, office.requests).await?;
        if screen.name == "today" {
            first_bytes += shown.bytes;
        }
        missed += u64::from(!report::screen_is_within(&shown));
        println!(
            "{}",
            if json { report::screen_json(setting, &shown)? } else { report::screen_line(&shown) }
        );
    }
    if !json {
        println!("the first screen and what it brings along: {first_bytes} bytes");
    }
    Ok(missed + u64::from(first_bytes > report::MOST_FIRST_BYTES))
}

async fn all_files(
    office: &OfficeOptions,
    setting: Setting,
    node: &Node,
    visitor: &mut Visitor,
) -> anyhow::Result<u64> {
    let (json, mut missed) = (office.options.conditions.json, 0);
    if !json {
        println!("{}", report::files_head());
    }
    for format in ["csv", "xlsx"] {
        let exported = exports::all_orders(visitor, node.child.process(), format).await?;
        let is_whole = format != "csv" || exported.lines == setting.orders + 1;
        anyhow::ensure!(is_whole, "the file has {} lines for {} orders", exported.lines, setting.orders);
        missed += u64::from(!report::file_is_within(exported));
        println!(
            "{}",
            if json { report::file_json(setting, exported)? } else { report::file_line(exported) }
        );
    }
    Ok(missed)
}
