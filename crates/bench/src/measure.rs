//! One measurement: a unit driven at a server that runs beside a gateway, and the same unit at the ceiling.

use std::sync::Arc;
use std::time::Duration;

use crate::child::Child;
use crate::commits::Commits;
use crate::engine::Postgres;
use crate::figures::{Figures, percentile};
use crate::line::Target;
use crate::load::{Driven, Load};
use crate::pace::Pace;
use crate::prepare;
use crate::proc::Process;
use crate::scratch::{Scratch, free_address};
use crate::server::{Node, Server};
use crate::units::Unit;

/// How long the load is on before the measurement.
const WARM_UP: Duration = Duration::from_secs(1);

/// Where the work is limited, warming up may use this part of it: one fifth.
const WARM_UP_PART: u64 = 5;

/// How long a server that answers is left alone before its memory counts as idle.
const REST: Duration = Duration::from_millis(300);

/// How a unit is driven.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Drive {
    /// Over how many connections.
    pub(crate) connections: u16,
    /// For how long, after the warm-up.
    pub(crate) seconds: u64,
    /// How many open orders are prepared where a unit needs some.
    pub(crate) orders: u64,
    /// How many units are begun in a second at the most; 0 is as many as possible.
    pub(crate) rate: u64,
    /// Whether nothing is said meanwhile.
    pub(crate) quiet: bool,
}

/// A directory, and a gateway that runs in it.
#[derive(Debug)]
pub(crate) struct Stage {
    /// The gateway's address.
    pub(crate) stub: std::net::SocketAddr,
    /// The gateway, which ends before its directory goes.
    _gateway: Child,
    /// The directory.
    pub(crate) scratch: Scratch,
}

/// What is counted beside the units.
struct Meter<'a> {
    nodes: &'a [Node],
    postgres: Option<&'a Postgres>,
}

/// What a meter shows.
#[derive(Debug, Clone, Copy)]
struct Reading {
    cpu_us: u64,
    database_cpu_us: u64,
    log_bytes: u64,
    commits: Commits,
}

impl Stage {
    /// A new directory with a new gateway in it.
    pub(crate) async fn new() -> anyhow::Result<Self> {
        let scratch = Scratch::new()?;
        let stub = free_address()?;
        let listen = ["--listen", &stub.to_string()];
        let mut gateway = Child::of_this_program("stub", &listen, scratch.path())?;
        gateway.ready(stub).await?;
        Ok(Stage { stub, _gateway: gateway, scratch })
    }

    /// Where the shop hears of payments in that unit, if it does.
    pub(crate) fn webhook_url(&self, unit: &Arc<dyn Unit>) -> Option<String> {
        unit.webhook_url(&format!("http://{}", self.stub))
    }

    /// The unit at the same HTTP hops without a store, as fast as it can: how often in a second, and what went wrong.
    pub(crate) async fn ceiling(&self, unit: &Arc<dyn Unit>, drive: Drive) -> anyhow::Result<(u64, u64)> {
        let address = free_address()?;
        let (listen, stub) = (address.to_string(), format!("http://{}", self.stub));
        let mut arguments = vec!["--listen", &listen, "--stub", &stub];
        let webhook_url = self.webhook_url(unit);
        if let Some(url) = &webhook_url {
            arguments.extend(["--hook", url]);
        }
        let mut ceiling = Child::of_this_program("ceiling", &arguments, self.scratch.path())?;
        ceiling.ready(address).await?;
        let nothing = Meter { nodes: &[], postgres: None };
        // What there is to gain at the most does not depend on how much of it is asked for.
        let drive = Drive { rate: 0, ..drive };
        let (most, _) = under_load(unit, drive, &[Target::new(address, "none")?], &nothing).await?;
        complain("ceiling", &most);
        Ok((per_second(&most), most.errors))
    }
}

/// The unit at a server, which ends then.
pub(crate) async fn at(
    unit: &Arc<dyn Unit>,
    drive: Drive,
    server: Server,
    postgres: Option<&Postgres>,
) -> anyhow::Result<Figures> {
    rest().await;
    let meter = Meter { nodes: &server.nodes, postgres };
    let idle_rss_kib = meter.largest(Process::rss_kib)?;
    let outcome = under_load(unit, drive, &server.targets(), &meter).await;
    let (driven, used) = outcome.map_err(|error| error.context(server.tail()))?;
    complain("server", &driven);
    let done = u64::try_from(driven.latencies_us.len())?.max(1);
    Ok(Figures {
        per_second: per_second(&driven),
        p50_us: percentile(&driven.latencies_us, 500).into(),
        p99_us: percentile(&driven.latencies_us, 990).into(),
        cpu_us: used.cpu_us / done,
        database_cpu_us: used.database_cpu_us / done,
        log_bytes: used.log_bytes / done,
        batch_tenths: used.commits.batch_tenths(),
        rss_kib: meter.largest(Process::peak_rss_kib)?,
        idle_rss_kib,
        start_us: server.start_us,
        errors: driven.errors,
        ..Figures::default()
    })
}

impl Meter<'_> {
    async fn read(&self) -> anyhow::Result<Reading> {
        let mut commits = Commits::default();
        for target in self.nodes.iter().filter_map(|node| node.metrics.as_ref()) {
            commits = commits.and(Commits::told_by(target).await?);
        }
        let cpu_us = self.processes().map(Process::cpu_us).sum::<anyhow::Result<u64>>()?;
        let database_cpu_us = self.postgres.map_or(Ok(0), Postgres::cpu_us)?;
        let log_bytes = self.postgres.map_or(Ok(0), Postgres::log_bytes)?;
        Ok(Reading { cpu_us, database_cpu_us, log_bytes, commits })
    }

    fn processes(&self) -> impl Iterator<Item = Process> {
        self.nodes.iter().map(|node| node.child.process())
    }

    fn largest(&self, of: fn(Process) -> anyhow::Result<u64>) -> anyhow::Result<u64> {
        let sizes: anyhow::Result<Vec<u64>> = self.processes().map(of).collect();
        Ok(sizes?.into_iter().max().unwrap_or(0))
    }
}

impl Reading {
    fn since(self, before: Reading) -> Reading {
        Reading {
            cpu_us: self.cpu_us.saturating_sub(before.cpu_us),
            database_cpu_us: self.database_cpu_us.saturating_sub(before.database_cpu_us),
            log_bytes: self.log_bytes.saturating_sub(before.log_bytes),
            commits: self.commits.since(before.commits),
        }
    }
}

/// Prepares, warms up and measures; with it what was used while measured.
async fn under_load(
    unit: &Arc<dyn Unit>,
    drive: Drive,
    targets: &[Target],
    meter: &Meter<'_>,
) -> anyhow::Result<(Driven, Reading)> {
    let wanted = unit.orders(drive.orders);
    say(drive, wanted, "preparing");
    let orders = prepare::open_orders(unit, targets, drive.connections, wanted).await?;
    let prepared = u64::try_from(orders.len())?;
    if prepared < wanted {
        say(drive, prepared, "time is up; going on with");
    }
    let limit = unit.limit(prepared);
    let mut load = Load::open(targets, drive.connections, unit.clone(), orders).await?;
    let warmed = load.drive(WARM_UP, limit / WARM_UP_PART, Pace::new(drive.rate)).await?;
    let before = meter.read().await?;
    let mut driven = load.drive(Duration::from_secs(drive.seconds), limit, Pace::new(drive.rate)).await?;
    let used = meter.read().await?.since(before);
    driven.errors += warmed.errors;
    driven.trouble = warmed.trouble.or(driven.trouble);
    Ok((driven, used))
}

fn per_second(driven: &Driven) -> u64 {
    let done = u64::try_from(driven.latencies_us.len()).unwrap_or(u64::MAX);
    done.saturating_mul(1_000_000) / driven.elapsed_us.max(1)
}

fn say(drive: Drive, orders: u64, what: &str) {
    if orders > 0 && !drive.quiet {
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
