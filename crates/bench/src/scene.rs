//! What a measurement over time runs in: a directory, the stub, and one server that lives through all of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;

use crate::Options;
use crate::engine::{Database, Engine, Engines};
use crate::line::Line;
use crate::load::{Driven, Load};
use crate::measure::Stage;
use crate::pace::Pace;
use crate::prepare;
use crate::proc::Process;
use crate::server::{Server, Setup};
use crate::stopwatch::Stopwatch;
use crate::units::{Prepared, Settle, Unit, make_order};

/// How many orders are made and paid in one go: fewer than the server would begin to ask about by itself meanwhile.
const AT_ONCE: u64 = 10_000;

/// How long they may take to be paid.
const PATIENCE: Duration = Duration::from_secs(25);

/// Checkouts under names that none before had.
#[derive(Default)]
struct Numbered(AtomicU64);

#[async_trait]
impl Unit for Numbered {
    fn name(&self) -> &'static str {
        "checkout"
    }

    async fn prepare(&self, line: &mut Line, _reference: &str) -> anyhow::Result<Prepared> {
        let number = self.0.fetch_add(1, Ordering::Relaxed);
        make_order(line, &format!("ORD-2026-{number:09}")).await
    }

    async fn once(&self, line: &mut Line, _number: u64, _orders: &[Prepared]) -> anyhow::Result<Stopwatch> {
        self.prepare(line, "").await.map(|_order| Stopwatch::start())
    }
}

/// A server at work. What is named first is dropped first.
pub(crate) struct Scene<'a> {
    server: Server,
    stage: Stage,
    /// The database.
    pub(crate) database: &'a Database<'a>,
    /// What keeps it.
    pub(crate) engine: Engine,
    connections: u16,
    unit: Arc<dyn Unit>,
}

/// What a number of checkouts cost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Checkouts {
    /// How many a second.
    pub(crate) per_second: u64,
    /// The server's processor time for one, in µs.
    pub(crate) cpu_us: u64,
    /// What was written to the disk for one, in bytes: by the server, its log and its file; or PostgreSQL's log.
    pub(crate) written_bytes: u64,
}

/// The engine that is asked for, and where databases are made on it. Several would fill the disk for hours.
pub(crate) fn engine(options: &Options) -> anyhow::Result<(Engine, Engines)> {
    let [engine] = options.database[..] else { anyhow::bail!("name one --database") };
    Ok((engine, Engines::new(engine == Engine::Postgres, options.conditions.database_url.as_ref())))
}

impl<'a> Scene<'a> {
    /// One shop, whose webhooks the stub takes.
    pub(crate) async fn open(
        options: &Options,
        binary: &Path,
        engine: Engine,
        database: &'a Database<'a>,
    ) -> anyhow::Result<Self> {
        let stage = Stage::new().await?;
        let hook = format!("http://{}/hook", stage.stub);
        let setup =
            Setup { binary, database, stub: stage.stub, webhook_url: Some(&hook), nodes: 1, besides: "" };
        let server = Server::start(setup, stage.scratch.path()).await?;
        let unit = Arc::new(Numbered::default());
        Ok(Scene { server, stage, database, engine, connections: options.conditions.connections, unit })
    }

    /// SQLite's file.
    pub(crate) fn file(&self) -> PathBuf {
        self.stage.scratch.path().join("bench.db")
    }

    /// The end of what the server has printed.
    pub(crate) fn tail(&self) -> String {
        self.server.tail()
    }

    /// The server's processor time so far, in µs.
    pub(crate) fn cpu_us(&self) -> anyhow::Result<u64> {
        self.processes().map(Process::cpu_us).sum()
    }

    fn written_bytes(&self) -> anyhow::Result<u64> {
        match self.database.server() {
            Some(postgres) => postgres.log_bytes(),
            None => self.processes().map(Process::written_bytes).sum(),
        }
    }

    fn processes(&self) -> impl Iterator<Item = Process> {
        self.server.nodes.iter().map(|node| node.child.process())
    }

    /// Makes that many orders that wait for their money.
    pub(crate) async fn open_orders(&self, count: u64) -> anyhow::Result<Vec<Prepared>> {
        prepare::open_orders(&self.unit, &self.server.targets(), self.connections, count).await
    }

    /// Makes orders and has all of them paid, about so many; how many it was.
    pub(crate) async fn paid_orders(&self, count: u64) -> anyhow::Result<u64> {
        let mut paid = 0;
        while paid < count {
            let orders = self.open_orders((count - paid).min(AT_ONCE)).await?;
            let limit = u64::try_from(orders.len())?;
            let driven = self.drive(Arc::new(Settle), orders, PATIENCE, limit).await?;
            let settled = u64::try_from(driven.latencies_us.len())?;
            anyhow::ensure!(settled > 0, "no order was paid: {}", self.tail());
            paid += settled;
        }
        Ok(paid)
    }

    /// Makes orders for so long.
    pub(crate) async fn checkouts(&self, time: Duration) -> anyhow::Result<Checkouts> {
        let (cpu_us, written) = (self.cpu_us()?, self.written_bytes()?);
        let driven = self.drive(self.unit.clone(), Vec::new(), time, u64::MAX).await?;
        let done = u64::try_from(driven.latencies_us.len())?.max(1);
        Ok(Checkouts {
            per_second: done.saturating_mul(1_000_000) / driven.elapsed_us.max(1),
            cpu_us: (self.cpu_us()? - cpu_us) / done,
            written_bytes: (self.written_bytes()? - written) / done,
        })
    }

    async fn drive(
        &self,
        unit: Arc<dyn Unit>,
        orders: Vec<Prepared>,
        most: Duration,
        limit: u64,
    ) -> anyhow::Result<Driven> {
        let mut load = Load::open(&self.server.targets(), self.connections, unit, orders).await?;
        let driven = load.drive(most, limit, Pace::new(0)).await?;
        match &driven.trouble {
            None => Ok(driven),
            Some(trouble) => anyhow::bail!("{trouble} ({} times)\n{}", driven.errors, self.tail()),
        }
    }
}
