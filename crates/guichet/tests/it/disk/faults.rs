//! A disk that fails: short runs of the server, in each of which one call fails, or all from that call on.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::crashes::{Crashes, LOSSES};
use super::fault_run::{FaultRun, Setting, run, trace_of};
use super::model::{Disk, Image, Loss};
use super::recording::recording;
use super::scene::{Acknowledged, block_on, declared};
use super::shim::{FOREVER, Fault, How};
use super::trace::{Kind, Record};
use crate::support::dice::{Dice, setting};

/// How many runs go on at once: each of them waits for its server half of the time.
const AT_ONCE: usize = 4;

/// The files a moment before the recorded run began its checkpoint, and what was acknowledged by then: the first
/// orders of a server that starts on them begin one.
struct LongLog {
    image: Image,
    acknowledged: Vec<Acknowledged>,
}

fn long_log() -> LongLog {
    let recording = recording();
    let records = &recording.trace.records;
    let first = recording.acknowledged.first().expect("an order").trace_bytes;
    let is_later = |record: &Record| record.end > first;
    let checkpoint = records.iter().position(|record| is_later(record) && record.did(Kind::WriteDatabase));
    let point = checkpoint.expect("a checkpoint");
    let mut disk = Disk::new(&recording.before, &recording.trace);
    disk.go_to(point);
    let mut image = Image::default();
    disk.crash(Loss::Nothing, &mut Dice::new(0), &mut image);
    let end = records[point].end;
    let acknowledged =
        recording.acknowledged.iter().filter(|order| order.trace_bytes < end).cloned().collect();
    LongLog { image, acknowledged }
}

/// How often calls of that kind were made.
fn count(records: &[Record], kind: Kind) -> u64 {
    records.iter().filter(|record| record.kind() == Some(kind)).count() as u64
}

fn ways_of(kind: Kind) -> &'static [How] {
    match kind {
        Kind::WriteDatabase | Kind::WriteLog => &[How::Io, How::Full, How::Short],
        Kind::SyncDatabase | Kind::SyncLog | Kind::Truncate | Kind::Open => &[How::Io, How::Full],
    }
}

/// Faults at so many calls of each kind, spread over a run that was made without any.
fn spread(reference: &FaultRun, each: u64, dice: &mut Dice) -> Vec<Fault> {
    let mut faults = Vec::new();
    for kind in Kind::ALL {
        let calls = count(&reference.records, kind);
        for part in 0..each.min(calls) {
            for how in ways_of(kind) {
                // Any call of that part of the run.
                let (from, to) = (calls * part / each.min(calls), calls * (part + 1) / each.min(calls));
                let nth = 1 + from + dice.below(to - from);
                let a_while = if kind == Kind::WriteLog && *how != How::Io { 6 } else { 1 };
                faults.extend([a_while, FOREVER].map(|times| Fault { kind, nth, times, how: *how }));
            }
        }
    }
    faults
}

/// Faults at what the server writes by itself after the orders of a run.
fn at_idle(reference: &FaultRun) -> Vec<Fault> {
    let mut faults = Vec::new();
    for kind in [Kind::WriteLog, Kind::SyncLog] {
        let nth = 1 + count(&reference.records[..reference.before_stop], kind);
        for how in [How::Io, How::Full] {
            faults.extend([1, FOREVER].map(|times| Fault { kind, nth, times, how }));
        }
    }
    faults
}

#[test]
fn nothing_is_said_to_be_done_that_a_failing_disk_did_not_do() {
    let wanted = usize::try_from(setting("GUICHET_TEST_FAULTS", 360)).expect("a number of faults");
    let mut dice = Dice::new(setting("GUICHET_TEST_SEED", 1));
    let (nothing, long) = (Image::default(), long_log());
    let empty =
        Setting { name: "no database", image: &nothing, acknowledged: &[], log_is_long: false, waits: false };
    let short = Setting { name: "short log", image: &declared().image, ..empty };
    let long = Setting {
        name: "long log",
        image: &long.image,
        acknowledged: &long.acknowledged,
        log_is_long: true,
        ..empty
    };
    let idle = Setting { name: "idle", waits: true, ..short };
    let (mut runs, mut idle_runs) = (Vec::new(), Vec::new());
    for setting in [empty, short, long] {
        let reference = block_on(run(setting, None));
        let counts = Kind::ALL.map(|kind| format!("{kind} {}", count(&reference.records, kind)));
        println!("{}: {}", setting.name, counts.join(", "));
        runs.extend(
            spread(&reference, wanted as u64 / 50, &mut dice).into_iter().map(|fault| (setting, fault)),
        );
        if setting.name == "short log" {
            idle_runs.extend(at_idle(&reference).into_iter().map(|fault| (idle, fault)));
        }
    }
    dice.shuffle(&mut runs);
    runs.truncate(wanted.saturating_sub(idle_runs.len()));
    runs.extend(idle_runs);
    let Tally { hit, full, wrong } = run_all(&runs);
    println!("{} runs: {hit} met their fault, {full} orders were refused over a full disk", runs.len());
    assert!(wrong.is_empty(), "{} things are wrong: {wrong:#?}", wrong.len());
    // How many orders a long log takes until its checkpoint has ended depends on the machine: the last calls of the
    // run that was counted may not come in another.
    assert!(hit * 6 >= wanted * 5, "{hit} of {wanted} runs met their fault");
    assert!(full > 0, "no order met a full disk");
}

/// What came of many runs.
#[derive(Default)]
struct Tally {
    /// How many met their fault.
    hit: usize,
    /// How many orders were answered 503 since the disk was full.
    full: usize,
    wrong: Vec<String>,
}

/// Makes all of the runs, some at once.
fn run_all(runs: &[(Setting<'_>, Fault)]) -> Tally {
    let (next, tally) = (AtomicUsize::new(0), Mutex::new(Tally::default()));
    let work = || {
        while let Some((setting, fault)) = runs.get(next.fetch_add(1, Ordering::Relaxed)) {
            let run = block_on(run(*setting, Some(*fault)));
            let (hit, full) = (run.was_hit(), run.refused_over_full_disk());
            let wrong = block_on(run.judge(*setting, *fault));
            let mut tally = tally.lock().expect("the tally");
            tally.hit += usize::from(hit);
            tally.full += full;
            tally.wrong.extend(wrong);
        }
    };
    thread::scope(|scope| (0..AT_ONCE).for_each(|_| drop(scope.spawn(work))));
    tally.into_inner().expect("the tally")
}

/// A sync that failed once may have left what it was for unwritten, whatever a later sync reports.
#[test]
fn a_failed_sync_of_the_database_loses_nothing_in_any_image() {
    const IMAGES: usize = 120;
    let (mut dice, long) = (Dice::new(setting("GUICHET_TEST_SEED", 1)), long_log());
    let setting = Setting {
        name: "long log",
        image: &long.image,
        acknowledged: &long.acknowledged,
        log_is_long: true,
        waits: true,
    };
    let fault = Fault { kind: Kind::SyncDatabase, nth: 1, times: 1, how: How::Io };
    let run = block_on(run(setting, Some(fault)));
    assert!(run.was_hit(), "no sync of the database was made");
    let trace = trace_of(&run);
    let failed = trace.records.iter().position(|record| record.injected).expect("the failed sync");
    let acknowledged: Vec<Acknowledged> = long
        .acknowledged
        .iter()
        .map(|order| Acknowledged { trace_bytes: 0, ..order.clone() })
        .chain(run.acknowledged)
        .collect();
    // From a little before it to the end, which comes soon after it.
    let (first, last) = (failed.saturating_sub(12), trace.records.len());
    let points: Vec<usize> = (0..=29).map(|part| first + (last - first) * part / 29).collect();
    let crashes =
        Crashes { before: &long.image, trace: &trace, acknowledged: &acknowledged, ignores_syncs_of: None };
    let losses = [LOSSES[0], LOSSES[1], Loss::Some, LOSSES[2], LOSSES[3]];
    let found = crashes.examine(&points, &losses, &mut dice);
    println!("{} images, of which {} are bad", found.images, found.bad.len());
    assert!(
        found.bad.is_empty(),
        "{} images are bad: {:#?}",
        found.bad.len(),
        &found.bad[..found.bad.len().min(9)]
    );
    assert!(found.images >= IMAGES, "{} images", found.images);
}
