//! Records what the server writes for a checkout and a settle: in a PostgreSQL of its own that logs every statement.

use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use guichet_testing::postgres::{Cluster, Durability};

use super::log::{self, Run};
use super::{Recorded, Writes};
use crate::engine::Database;
use crate::line::Line;
use crate::measure::Stage;
use crate::server::{Server, Setup};
use crate::stopwatch::Stopwatch;
use crate::units::{Settle, Unit};

/// Logs what is told by whom, and nothing else.
const SETTINGS: &str = "log_statement = 'all'\nlog_line_prefix = '%p '\n";

/// The reference of the order that is recorded. It ends in as many digits as a unit's number has.
const REFERENCE: &str = "ORD-20261000000000";

/// How long a line may take to get into the log.
const PATIENCE: Duration = Duration::from_secs(10);

/// Makes an order and settles it, and reads what was written.
pub(crate) async fn record(binary: &Path) -> anyhow::Result<Recorded> {
    let (stage, cluster) = (Stage::new().await?, Cluster::start(Durability::Fast, SETTINGS));
    cluster.create("recorded");
    let database = Database::at(cluster.url("recorded"));
    let webhook_url = Settle.webhook_url(&format!("http://{}", stage.stub));
    let webhook_url = webhook_url.as_deref();
    let setup = Setup { binary, database: &database, stub: stage.stub, webhook_url, nodes: 1, besides: "" };
    let server = Server::start(setup, stage.scratch.path()).await?;
    let target = server.targets().pop().context("no node was started")?;
    let mut line = Line::open(&target).await?;
    let order = Settle.prepare(&mut line, REFERENCE).await?;
    let identifiers = [order.id.clone(), order.gateway_reference.clone(), REFERENCE.to_owned()];
    Settle.once(&mut line, 0, &[order]).await?;
    let identifiers = identifiers.each_ref().map(String::as_str);
    let waiting = Stopwatch::start();
    loop {
        let mut transactions = log::transactions(&cluster.log());
        // Whatever else was due meanwhile shares a transaction with it.
        transactions.iter_mut().for_each(|runs| runs.retain(|run| run.has(identifiers[0])));
        if let Some(recorded) = recorded(&transactions, &identifiers) {
            return Ok(recorded);
        }
        anyhow::ensure!(waiting.elapsed() < PATIENCE, "PostgreSQL's log does not tell what was written");
        tokio::task::yield_now().await;
    }
}

fn recorded(transactions: &[Vec<Run>], identifiers: &[&str]) -> Option<Recorded> {
    let one = |table: &str, first: &str| -> Option<&[Run]> {
        let is_it = |runs: &&Vec<Run>| {
            runs.iter().any(|run| run.writes_to(table)) && runs.iter().any(|run| run.writes_to(first))
        };
        transactions.iter().find(is_it).map(Vec::as_slice)
    };
    let opening = one("idempotency_keys", "orders")?;
    let opened = one("idempotency_answers", "orders")?;
    let settled = one("deliveries", "orders")?;
    let writes = |runs: &[&[Run]]| -> Writes {
        let runs: Vec<Vec<Run>> = runs.iter().map(|runs| runs.to_vec()).collect();
        log::writes(&runs, identifiers)
    };
    Some(Recorded { checkout: writes(&[opening, opened]), settle: writes(&[settled]) })
}
