//! One long run of the server, recorded: clients order at once, the log becomes long and is moved into the
//! database while they go on, and in the end the server is asked to stop.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use tokio::task::JoinSet;

use super::model::Image;
use super::scene::{Acknowledged, Scratch, block_on, declared, order};
use super::shim::load;
use super::trace::{Call, Kind, Record, Tail, Target, Trace};
use crate::support::call::{Caller, text};
use crate::support::program::ServerProcess;

/// How many clients order at once.
const CLIENTS: usize = 4;

/// How many orders each of them makes before the trace is looked at.
const ROUND: usize = 25;

/// The most rounds until a checkpoint has come.
const ROUNDS: usize = 200;

/// What is known of the run.
#[derive(Debug)]
pub(crate) struct Recording {
    /// The files before the server was started.
    pub(crate) before: Image,
    /// The files when it had ended.
    pub(crate) after: Image,
    pub(crate) trace: Trace,
    pub(crate) acknowledged: Vec<Acknowledged>,
    /// Whether it ended well, and its log.
    pub(crate) ended: (bool, String),
}

/// The run, made once for all tests that use it.
pub(crate) fn recording() -> &'static Recording {
    static RECORDING: OnceLock<Recording> = OnceLock::new();
    RECORDING.get_or_init(|| block_on(record()))
}

async fn record() -> Recording {
    let directory = Scratch::new("disk-recording");
    let path = directory.join("trace");
    let before = declared().image.clone();
    declared().restore(&before, directory.path());
    let server = ServerProcess::start(directory.path(), |command| load(command, &path, None));
    let mut tail = Tail::of(&path);
    let (mut records, mut acknowledged) = (Vec::new(), Vec::new());
    for round in 0.. {
        assert!(round < ROUNDS, "no checkpoint came");
        let more = orders(&server, round, &path).await;
        acknowledged.extend(more);
        let enough = log_was_begun_anew(&records);
        records.extend(tail.more());
        // One round more, on the log that was begun anew.
        if enough {
            break;
        }
    }
    server.terminate();
    let ended = server.ended();
    let (after, trace) = (Image::read(directory.path()), Trace::read(&path));
    Recording { before, after, trace, acknowledged, ended }
}

async fn orders(server: &ServerProcess, round: usize, trace: &Path) -> Vec<Acknowledged> {
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let caller = Caller::new(&server.base_url, Some(&declared().key));
        clients.spawn(client_round(caller, format!("shop{client}-{round}"), trace.to_owned()));
    }
    clients.join_all().await.concat()
}

/// Makes orders, and cancels every third one.
async fn client_round(shop: Caller, name: String, trace: PathBuf) -> Vec<Acknowledged> {
    let trace_bytes = || std::fs::metadata(&trace).expect("a trace").len();
    let mut acknowledged = Vec::new();
    for number in 0..ROUND {
        let body = order(&format!("{name}-{number}"), 300 * (number % 30));
        let made = shop.post("/v1/orders", &body).await.expect(201).json();
        acknowledged.push(Acknowledged::by(&made, trace_bytes()));
        if number % 3 == 0 {
            let path = format!("/v1/orders/{}/cancel", text(&made, "/id"));
            let cancelled = shop.press(&path).await.expect(200).json();
            acknowledged.push(Acknowledged::by(&cancelled, trace_bytes()));
        }
    }
    acknowledged
}

/// Whether a checkpoint has synced the database and the log was written from its beginning after that.
fn log_was_begun_anew(records: &[Record]) -> bool {
    let synced = records.iter().position(|record| record.did(Kind::SyncDatabase));
    synced.is_some_and(|synced| records[synced..].iter().any(begins_log))
}

/// Whether it writes the header of the log.
pub(crate) fn begins_log(record: &Record) -> bool {
    record.target == Target::Log && matches!(record.call, Call::Write { at: 0, .. })
}
