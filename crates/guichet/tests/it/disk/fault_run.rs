//! One short run of the server in which calls fail, and what must hold of it: nothing is said to be done that is
//! not on disk, trouble is answered or ends the server with a reason, and the next start finds all of it.

use std::process::ExitStatus;

use super::examine::examine;
use super::model::Image;
use super::scene::{Acknowledged, Scratch, declared, order};
use super::shim::{FOREVER, Fault, How, load};
use super::trace::{Call, Kind, Record, Tail, Trace};
use crate::support::call::{Answer, Caller};
use crate::support::database::Database;
use crate::support::patience::Patience;
use crate::support::program::ServerProcess;

/// How many orders are made one after the other.
const ORDERS: usize = 5;

/// The most orders that are made until a checkpoint has ended.
const MORE_ORDERS: usize = 60;

/// What a run begins with, and what is done in it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting<'a> {
    pub(crate) name: &'static str,
    /// The files at its beginning; empty ones where the server is to make a database.
    pub(crate) image: &'a Image,
    /// What was acknowledged before.
    pub(crate) acknowledged: &'a [Acknowledged],
    /// Whether the log is so long that a checkpoint begins while orders are made, which go on until it ends.
    pub(crate) log_is_long: bool,
    /// Whether the server is left alone after the orders until it has met the fault.
    pub(crate) waits: bool,
}

impl Setting<'_> {
    fn has_shop(&self) -> bool {
        !self.image.database.is_empty()
    }
}

/// What happened in a run.
pub(crate) struct FaultRun {
    pub(crate) directory: Scratch,
    pub(crate) acknowledged: Vec<Acknowledged>,
    pub(crate) records: Vec<Record>,
    /// How many records there were when it was asked to stop.
    pub(crate) before_stop: usize,
    /// What is wrong with what it answered.
    wrong: Vec<String>,
    /// The problems it answered with: status and code.
    pub(crate) problems: Vec<(u16, String)>,
    asked_to_stop: bool,
    status: ExitStatus,
    log: String,
}

/// The server while it runs.
struct Running {
    server: ServerProcess,
    tail: Tail,
    run: FaultRun,
}

/// Runs the server with that fault, if with any, until it ends.
pub(crate) async fn run(setting: Setting<'_>, fault: Option<Fault>) -> FaultRun {
    let directory = Scratch::new("disk-fault");
    declared().restore(setting.image, directory.path());
    if !setting.has_shop() {
        std::fs::remove_file(directory.join("guichet.db")).expect("an empty file");
        std::fs::remove_file(directory.join("guichet.db-wal")).expect("an empty file");
    }
    let trace = directory.join("trace");
    let started = ServerProcess::try_start(directory.path(), |command| load(command, &trace, fault));
    let mut tail = Tail::of(&trace);
    let mut run = FaultRun {
        directory,
        acknowledged: Vec::new(),
        records: Vec::new(),
        before_stop: 0,
        wrong: Vec::new(),
        problems: Vec::new(),
        asked_to_stop: false,
        status: ExitStatus::default(),
        log: String::new(),
    };
    match started {
        Ok(server) => Running { server, tail, run }.work(setting, fault).await,
        Err((status, log)) => {
            run.records = tail.more();
            FaultRun { status, log, ..run }
        }
    }
}

impl Running {
    async fn work(mut self, setting: Setting<'_>, fault: Option<Fault>) -> FaultRun {
        let shop = Caller::new(&self.server.base_url, Some(&declared().key));
        if setting.has_shop() {
            for number in 0..ORDERS {
                self.order(&shop, &format!("order-{number}")).await;
            }
        }
        for number in ORDERS..ORDERS + MORE_ORDERS {
            if setting.log_is_long && !self.checkpoint_ended() && !self.ended() {
                self.order(&shop, &format!("order-{number}")).await;
            }
        }
        if setting.waits && fault.is_some() {
            let mut patience = Patience::that("a server that nobody asks for anything meets the fault");
            while !self.ended() && !self.was_hit() {
                patience.again().await;
            }
            self.order(&shop, "after-the-fault").await;
        }
        if setting.has_shop() && fault.is_some_and(is_full_for_a_while) {
            self.until_ordered(&shop).await;
        }
        self.stop()
    }

    fn look(&mut self) {
        self.run.records.extend(self.tail.more());
    }

    fn was_hit(&mut self) -> bool {
        self.look();
        self.run.records.iter().any(|record| record.injected)
    }

    /// Whether a checkpoint came to its end or met the fault.
    fn checkpoint_ended(&mut self) -> bool {
        self.was_hit() || self.run.records.iter().any(|record| record.kind() == Some(Kind::SyncDatabase))
    }

    fn ended(&mut self) -> bool {
        self.server.has_ended()
    }

    /// Asks for one order. The answer must be 201, after a sync of the log that succeeded, or a problem of the
    /// server's; without an answer the server must have ended. The status, if there was an answer.
    async fn order(&mut self, shop: &Caller, reference: &str) -> Option<u16> {
        if self.ended() {
            return None;
        }
        self.look();
        let before = self.run.records.len();
        let body = order(reference, 3_000).to_string().into_bytes();
        let headers = [("idempotency-key", reference)];
        match shop.try_send("POST", "/v1/orders", &headers, body).await {
            Ok(answer) => {
                self.look();
                self.answered(reference, &answer, before);
                Some(answer.status)
            }
            Err(_) => {
                let mut patience = Patience::that("a server that gives no answer has ended");
                while !self.ended() {
                    patience.again().await;
                }
                None
            }
        }
    }

    fn answered(&mut self, reference: &str, answer: &Answer, before: usize) {
        let FaultRun { records, acknowledged, wrong, problems, .. } = &mut self.run;
        let end = records.last().map_or(0, |record| record.end);
        match answer.status {
            201 => {
                acknowledged.push(Acknowledged::by(&answer.json(), end));
                if !log_was_synced(&records[before..]) {
                    wrong.push(format!("{reference} was acknowledged without a sync of the log"));
                }
            }
            500..=599 if answer.header("content-type") == "application/problem+json" => {
                problems.push((answer.status, answer.json()["code"].as_str().unwrap_or_default().to_owned()));
            }
            status => wrong.push(format!("{reference} was answered {status}: {}", answer.text())),
        }
    }

    /// The disk is not full any more after some more tries: then the server goes on.
    async fn until_ordered(&mut self, shop: &Caller) {
        let mut patience = Patience::that("a server goes on when the disk has space again");
        // Each try is another order, so that no answer is one that was kept.
        for number in 0.. {
            if self.order(shop, &format!("with-space-{number}")).await == Some(201) {
                return;
            }
            if self.ended() {
                self.run.wrong.push("a full disk ended the server".to_owned());
                return;
            }
            patience.again().await;
        }
    }

    fn stop(mut self) -> FaultRun {
        self.look();
        self.run.before_stop = self.run.records.len();
        if !self.ended() {
            self.run.asked_to_stop = true;
            self.server.terminate();
        }
        let (status, log) = self.server.end();
        self.look();
        FaultRun { status, log, ..self.run }
    }
}

/// Whether a sync of the log began and succeeded within these records.
fn log_was_synced(records: &[Record]) -> bool {
    let begun = |call: &Call| match call {
        Call::SyncEnded { number } => {
            records.iter().any(|record| record.call == Call::SyncBegun { number: *number })
        }
        Call::Open
        | Call::Write { .. }
        | Call::Truncate { .. }
        | Call::SyncBegun { .. }
        | Call::Unlink
        | Call::Close => false,
    };
    records.iter().any(|record| record.did(Kind::SyncLog) && begun(&record.call))
}

/// Whether the log finds no space for so few writes that it has some again soon.
fn is_full_for_a_while(fault: Fault) -> bool {
    fault.kind == Kind::WriteLog && fault.how != How::Io && fault.times < FOREVER
}

/// Whether the database could not be written: then the server must not go on. A full disk is not meant, since what is
/// not written there is still in the log.
fn database_failed(records: &[Record], fault: Fault) -> bool {
    let failed =
        |kind| records.iter().any(|record| record.injected && record.failed && record.kind() == Some(kind));
    failed(Kind::SyncDatabase) || failed(Kind::WriteDatabase) && fault.how == How::Io
}

impl FaultRun {
    pub(crate) fn was_hit(&self) -> bool {
        self.records.iter().any(|record| record.injected)
    }

    /// How many orders were refused since the disk was full.
    pub(crate) fn refused_over_full_disk(&self) -> usize {
        self.problems.iter().filter(|(status, code)| *status == 503 && code == "storage_unavailable").count()
    }

    /// Everything that does not hold of it. Starts the server once more, without a fault.
    pub(crate) async fn judge(mut self, setting: Setting<'_>, fault: Fault) -> Vec<String> {
        let mut wrong = std::mem::take(&mut self.wrong);
        if !self.asked_to_stop && self.status.success() {
            wrong.push("it ended by itself and says that all is well".to_owned());
        }
        if !self.status.success() && !says_why(&self.log) {
            wrong.push(format!("it ended with {} and its log does not say why: {}", self.status, self.log));
        }
        if database_failed(&self.records, fault) && self.status.success() {
            wrong.push("the database's file could not be written or synced, and it went on".to_owned());
        }
        if !is_as_it_should_be_when_full(&self, fault) {
            wrong.push(format!("a full disk was answered with {:?}", self.problems));
        }
        wrong.extend(self.next_start(setting).await);
        let all = setting.acknowledged.iter().chain(&self.acknowledged);
        wrong.extend(examine(self.directory.path(), all).err());
        // The audit reads every journal, so it is for few orders.
        if setting.acknowledged.is_empty() {
            let database = self.directory.join("guichet.db");
            let audited = std::panic::catch_unwind(|| Database::open(&database).audit());
            wrong.extend(audited.err().map(|_| "the audit above failed".to_owned()));
        }
        wrong.into_iter().map(|wrong| format!("{} {fault}: {wrong}", setting.name)).collect()
    }

    /// The next start without faults finds every order that was acknowledged; what is wrong, if anything is.
    async fn next_start(&self, setting: Setting<'_>) -> Option<String> {
        let mut server = match ServerProcess::try_start(self.directory.path(), |_| {}) {
            Ok(server) => server,
            Err((status, log)) => return Some(format!("the next start ends with {status}: {log}")),
        };
        let shop = Caller::new(&server.base_url, Some(&declared().key));
        for order in self.acknowledged.iter().chain(setting.acknowledged.last()) {
            let status = shop.get(&format!("/v1/orders/{}", order.id)).await.status;
            if status != 200 {
                return Some(format!("the next start answers {status} for {}", order.id));
            }
        }
        server.terminate();
        let (status, log) = server.end();
        (!status.success()).then(|| format!("the next start ends with {status}: {log}"))
    }
}

/// A log that finds no space is answered with 503 and nothing else.
fn is_as_it_should_be_when_full(run: &FaultRun, fault: Fault) -> bool {
    let full = fault.kind == Kind::WriteLog && fault.how != How::Io;
    !full || run.refused_over_full_disk() == run.problems.len()
}

/// Whether a line of the log is an error or comes from outside the log, as that of a command which failed does.
fn says_why(log: &str) -> bool {
    log.lines().any(|line| match serde_json::from_str::<serde_json::Value>(line) {
        Ok(line) => line["level"] == "ERROR",
        Err(_) => line.starts_with("guichet: ") || line.contains("panicked"),
    })
}

/// The trace of a run, for images.
pub(crate) fn trace_of(run: &FaultRun) -> Trace {
    Trace::read(&run.directory.join("trace"))
}
