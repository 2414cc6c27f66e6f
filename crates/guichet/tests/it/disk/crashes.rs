//! Crash images of a recorded run: at which moments the machine crashes, what the disk may hold then, and whether
//! that is a whole database with everything that was acknowledged.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::examine::examine;
use super::model::{Disk, Image, Loss};
use super::recording::begins_log;
use super::scene::{Acknowledged, Scratch};
use super::trace::{Call, Kind, Record, Target, Trace};
use crate::support::dice::Dice;

/// What a crash may do to what was not synced.
pub(crate) const LOSSES: [Loss; 4] = [Loss::Everything, Loss::Some, Loss::Torn(512), Loss::Torn(4096)];

/// How many records before and after a sync of the database, or the beginning of the log, are close to it.
const CLOSE: usize = 24;

/// How many records at the end are interesting, each of them.
const LAST: usize = 60;

/// The crashes of one run.
pub(crate) struct Crashes<'a> {
    pub(crate) before: &'a Image,
    pub(crate) trace: &'a Trace,
    pub(crate) acknowledged: &'a [Acknowledged],
    /// A file whose syncs do nothing, if one does.
    pub(crate) ignores_syncs_of: Option<Target>,
}

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) images: usize,
    /// For each image that is not as it must be: when, how, and what is wrong.
    pub(crate) bad: Vec<String>,
}

impl Findings {
    /// Takes others in.
    pub(crate) fn add(&mut self, others: Findings) {
        self.images += others.images;
        self.bad.extend(others.bad);
    }
}

impl Crashes<'_> {
    /// Makes the images at those points (after so many records) and examines each of them.
    pub(crate) fn examine(&self, points: &[usize], losses: &[Loss], dice: &mut Dice) -> Findings {
        let next = AtomicUsize::new(0);
        let threads = thread::available_parallelism().map_or(1, NonZero::get).min(4);
        let dice: Vec<Dice> = (0..threads).map(|_| dice.split()).collect();
        let work = |dice| {
            let next = &next;
            move || self.worker(points, next, losses, dice)
        };
        thread::scope(|scope| {
            let workers: Vec<_> = dice.into_iter().map(|dice| scope.spawn(work(dice))).collect();
            let found = workers.into_iter().map(|worker| worker.join().expect("a worker's findings"));
            found.fold(Findings::default(), |mut all, one| {
                all.add(one);
                all
            })
        })
    }

    /// Takes the next point as long as there is one. Each worker has a disk of its own, which sees the whole trace.
    fn worker(&self, points: &[usize], next: &AtomicUsize, losses: &[Loss], mut dice: Dice) -> Findings {
        let scratch = Scratch::new("disk-image");
        let mut disk = Disk::new(self.before, self.trace);
        if let Some(target) = self.ignores_syncs_of {
            disk = disk.ignoring_syncs_of(target);
        }
        let (mut findings, mut image) = (Findings::default(), Image::default());
        while let Some(point) = points.get(next.fetch_add(1, Ordering::Relaxed)) {
            disk.go_to(*point);
            // Where nothing can be lost, every crash leaves the same.
            let different = if disk.has_unsynced() { losses.len() } else { 1 };
            for loss in &losses[..different] {
                disk.crash(*loss, &mut dice, &mut image);
                image.write(scratch.path());
                findings.images += 1;
                if let Err(wrong) = examine(scratch.path(), self.acknowledged_by(*point)) {
                    findings.bad.push(format!("after {point} records, {loss:?}: {wrong}"));
                }
            }
        }
        findings
    }

    /// What was acknowledged before a crash after so many records.
    fn acknowledged_by(&self, point: usize) -> impl Iterator<Item = &Acknowledged> {
        let end = point.checked_sub(1).map_or(0, |last| self.trace.records[last].end);
        self.acknowledged.iter().filter(move |order| order.trace_bytes <= end)
    }
}

/// So many points of the trace, in order: half of them close to what checkpoints and the end do, a quarter within
/// the writes to the database, the others evenly spread.
pub(crate) fn points(records: &[Record], wanted: usize, dice: &mut Dice) -> Vec<usize> {
    let mut close = close_points(records);
    let mut within: Vec<usize> =
        (0..records.len()).filter(|at| records[*at].did(Kind::WriteDatabase)).collect();
    dice.shuffle(&mut close);
    dice.shuffle(&mut within);
    close.truncate(wanted / 2);
    within.truncate(wanted / 4);
    let even = wanted - close.len() - within.len();
    let evenly = (1..=even).map(|number| number * records.len() / even);
    let mut points: Vec<usize> = close.into_iter().chain(within).chain(evenly).collect();
    points.sort_unstable();
    points.dedup();
    points
}

fn close_points(records: &[Record]) -> Vec<usize> {
    let mut is_close = vec![false; records.len() + 1];
    for (index, record) in records.iter().enumerate() {
        let syncs = matches!(record.call, Call::SyncBegun { .. } | Call::SyncEnded { .. });
        let changes_size = matches!(record.call, Call::Truncate { .. } | Call::Unlink);
        if begins_log(record) || changes_size || syncs && record.target == Target::Database {
            let (first, last) = (index.saturating_sub(CLOSE), (index + CLOSE).min(records.len()));
            is_close[first..=last].fill(true);
        }
    }
    let end = records.len();
    is_close[end.saturating_sub(LAST)..].fill(true);
    (0..=end).filter(|at| is_close[*at]).collect()
}
