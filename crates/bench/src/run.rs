//! One measurement: a new scratch, a new server, the load, then the ceiling under the same load, as
//! fast as it can. As many runs as asked for, since one says little on a shared machine.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::Options;
use crate::child::Child;
use crate::figures::{Figures, percentile};
use crate::line::Target;
use crate::load::{Driven, Load};
use crate::pace::Pace;
use crate::proc::Process;
use crate::report::Setting;
use crate::scratch::{Scratch, free_address};
use crate::server::Server;
use crate::units::Unit;
use crate::{prepare, report};

/// How long the load is on before the measurement.
const WARM_UP: Duration = Duration::from_secs(1);

/// Where the work is limited, warming up may use this part of it: one fifth.
const WARM_UP_PART: u64 = 5;

/// How long a server that answers is left alone before its memory counts as idle.
const REST: Duration = Duration::from_millis(300);

/// Measures and prints; how many units went wrong.
pub(crate) async fn all(unit: Arc<dyn Unit>, options: &Options, binary: &Path) -> anyhow::Result<u64> {
    let setting = Setting {
        unit: unit.name(),
        database: options.database.name(),
        connections: options.connections,
        rate: Some(options.rate).filter(|rate| *rate > 0),
    };
    let mut runs = Vec::new();
    if !options.json {
        println!("{}, {} s", report::title(setting), options.seconds);
        println!("{}", report::head());
    }
    for number in 1..=options.runs {
        let figures = one(&unit, options, binary, number).await?;
        if !options.json {
            println!("{}", report::line(&number.to_string(), &figures));
        }
        runs.push(figures);
    }
    if !options.json && runs.len() > 1 {
        println!("{}", report::summary(&runs));
    }
    println!("{}", report::json(setting, &runs)?);
    Ok(runs.iter().map(|run| run.errors).sum())
}

async fn one(unit: &Arc<dyn Unit>, options: &Options, binary: &Path, number: u16) -> anyhow::Result<Figures> {
    let scratch = Scratch::new(number)?;
    let stub_address = free_address()?;
    let listen = ["--listen", &stub_address.to_string()];
    let mut stub = Child::of_this_program("stub", &listen, scratch.path())?;
    stub.ready(stub_address).await?;

    let stub_url = format!("http://{stub_address}");
    let webhook_url = unit.webhook_url(&stub_url);
    let server =
        Server::start(binary, options.database, scratch.path(), stub_address, webhook_url.as_deref()).await?;
    rest().await;
    let process = server.child.process();
    let idle_rss_kib = process.rss_kib()?;
    let outcome = under_load(unit, options, &server.target, Some(process), options.rate).await;
    let (driven, cpu_us) = outcome.map_err(|error| error.context(server.child.tail()))?;
    let rss_kib = process.peak_rss_kib()?;
    let start_us = server.start_us;
    complain("server", &driven);
    drop(server);

    let address = free_address()?;
    let listen = address.to_string();
    let mut arguments = vec!["--listen", &listen, "--stub", &stub_url];
    if let Some(url) = &webhook_url {
        arguments.extend(["--hook", url]);
    }
    let mut ceiling = Child::of_this_program("ceiling", &arguments, scratch.path())?;
    ceiling.ready(address).await?;
    let target = Target::new(address, "none")?;
    // What there is to gain at the most does not depend on how much of it is asked for.
    let (most, _) = under_load(unit, options, &target, None, 0).await?;
    complain("ceiling", &most);

    let done = u64::try_from(driven.latencies_us.len())?;
    Ok(Figures {
        per_second: per_second(&driven),
        p50_us: percentile(&driven.latencies_us, 500).into(),
        p99_us: percentile(&driven.latencies_us, 990).into(),
        cpu_us: cpu_us.checked_div(done).unwrap_or(0),
        rss_kib,
        idle_rss_kib,
        start_us,
        ceiling_per_second: per_second(&most),
        ceiling_per_mille: 0,
        errors: driven.errors + most.errors,
    }
    .with_ratio())
}

/// Prepares, warms up and measures; with it the CPU time that `process` used while measured, in µs.
async fn under_load(
    unit: &Arc<dyn Unit>,
    options: &Options,
    target: &Target,
    process: Option<Process>,
    rate: u64,
) -> anyhow::Result<(Driven, u64)> {
    let cpu_us = || process.map_or(Ok(0), Process::cpu_us);
    let wanted = unit.orders(options.orders);
    say(options, wanted, "preparing");
    let orders = prepare::open_orders(target, options.connections, wanted).await?;
    let prepared = u64::try_from(orders.len())?;
    if prepared < wanted {
        say(options, prepared, "time is up; going on with");
    }
    let limit = unit.limit(prepared);
    let mut load = Load::open(target, options.connections, unit.clone(), orders).await?;
    let warmed = load.drive(WARM_UP, limit / WARM_UP_PART, Pace::new(rate)).await?;
    let before_us = cpu_us()?;
    let mut driven = load.drive(Duration::from_secs(options.seconds), limit, Pace::new(rate)).await?;
    let used_us = cpu_us()? - before_us;
    driven.errors += warmed.errors;
    driven.trouble = warmed.trouble.or(driven.trouble);
    Ok((driven, used_us))
}

fn per_second(driven: &Driven) -> u64 {
    let done = u64::try_from(driven.latencies_us.len()).unwrap_or(u64::MAX);
    done.saturating_mul(1_000_000) / driven.elapsed_us.max(1)
}

fn say(options: &Options, orders: u64, what: &str) {
    if orders > 0 && !options.json {
        eprintln!("{what} {orders} open orders");
    }
}

fn complain(who: &str, driven: &Driven) {
    if let Some(trouble) = &driven.trouble {
        eprintln!("bench: {} units went wrong at the {who}, such as: {trouble}", driven.errors);
    }
}

async fn rest() {
    let mut ticks = tokio::time::interval(REST);
    // The first tick comes at once.
    ticks.tick().await;
    ticks.tick().await;
}
