//! Group commit: a thread drains a bounded queue and writes many decisions in one transaction, one flush to disk, then a
//! task answers everyone who waited. The queue's bound is the back-pressure. An engine that writes side by side has
//! several such lanes; what touches one shard goes through one of them.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::batches::Batches;
use super::fault::{Failure, Fault};
use super::lane::{Afterwards, Lane, NotCommitted, Stopped, Writer};
use super::write::{CommitError, Write};

/// The most decisions in one transaction.
const BATCH: usize = 64;

/// How often a batch gives way to whoever waits for its processor once its members are written, after one that had
/// several: they may be about to bring more, and when many come at once, sharing a flush costs them less than waiting
/// for it. Where nobody waits for the processor it takes no time.
const TURNS: usize = 4;

/// How many decisions may wait before the next one is turned away.
const QUEUE: usize = 4096;

/// How long a caller waits to be queued before it is told that there is too much.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often a batch is written anew that the engine undid without any member's fault.
const ATTEMPTS: usize = 5;

struct Job {
    writes: Vec<Write>,
    answer: oneshot::Sender<Outcome>,
}

impl Job {
    /// Packs what is to be stored packed.
    fn pack(&mut self) {
        self.writes.iter_mut().for_each(|write| write.params.pack());
    }

    /// The shard whose rows it touches, if it touches any that have one.
    fn shard(&self) -> Option<i64> {
        shard_of(&self.writes)
    }
}

fn shard_of(writes: &[Write]) -> Option<i64> {
    writes.iter().find_map(|write| write.shard)
}

/// The thread that writes; it ends with how its connection could be closed.
type Thread = JoinHandle<Result<(), Fault>>;

type Outcome = Result<(), CommitError>;

/// What became of decisions. They come along to be dropped where they were made.
type Outcomes = Vec<(Job, Outcome)>;

/// Hands decisions to the threads that write them.
#[derive(Debug, Clone)]
pub(crate) struct Committer {
    queues: Arc<[mpsc::Sender<Job>]>,
    /// Which lane writes what touches no shard next.
    next: Arc<AtomicUsize>,
    state: Arc<State>,
    threads: Arc<Mutex<Vec<Thread>>>,
}

#[derive(Debug)]
struct State {
    /// Whether the last transaction could be written.
    writing: AtomicBool,
    /// Whether nothing more is taken in.
    closing: AtomicBool,
    failure: Failure,
}

impl Committer {
    /// Starts a thread for each writer, and the task that answers for them.
    pub(crate) fn start<W: Writer>(
        writers: Vec<W>,
        batches: Batches,
        failure: Failure,
    ) -> Result<Self, Fault> {
        let (written, outcomes) = mpsc::unbounded_channel();
        tokio::spawn(answer(outcomes));
        let state =
            Arc::new(State { writing: AtomicBool::new(true), closing: AtomicBool::new(false), failure });
        let (mut queues, mut threads) = (Vec::new(), Vec::new());
        for writer in writers {
            let (sender, queue) = mpsc::channel(QUEUE);
            let (shared, written) = (state.clone(), written.clone());
            let work = move || {
                let _fails_if_it_panics = FailsOnPanic(shared.failure.clone());
                writer.lend(|lane| run(lane, queue, batches, &written, &shared))
            };
            let thread = std::thread::Builder::new().name("committer".to_owned()).spawn(work);
            threads
                .push(thread.map_err(|error| Fault::new(format!("no thread for the committer: {error}")))?);
            queues.push(sender);
        }
        let (next, threads) = (Arc::default(), Arc::new(Mutex::new(threads)));
        Ok(Committer { queues: queues.into(), next, state, threads })
    }

    /// Returns once the writes are on disk, all of them or none.
    pub(crate) async fn commit(&self, writes: Vec<Write>) -> Outcome {
        let (answer, outcome) = oneshot::channel();
        let queue = &self.queues[self.lane_of(shard_of(&writes))];
        match queue.send_timeout(Job { writes, answer }, PATIENCE).await {
            Ok(()) => outcome.await.unwrap_or_else(|_| Err(self.ended())),
            Err(mpsc::error::SendTimeoutError::Timeout(_)) => Err(CommitError::Overloaded),
            Err(mpsc::error::SendTimeoutError::Closed(_)) => Err(self.ended()),
        }
    }

    fn lane_of(&self, shard: Option<i64>) -> usize {
        let shard = shard.and_then(|shard| usize::try_from(shard).ok());
        shard.unwrap_or_else(|| self.next.fetch_add(1, Ordering::Relaxed)) % self.queues.len()
    }

    fn ended(&self) -> CommitError {
        let closed = || Fault::new("the database is closed".to_owned());
        CommitError::Unwritable(self.state.failure.get().unwrap_or_else(closed))
    }

    /// Whether the last transaction could be written; a full disk, for instance, lets none be.
    pub(crate) fn is_writing(&self) -> bool {
        self.state.writing.load(Ordering::Relaxed) && self.state.failure.get().is_none()
    }

    /// Writes what is queued, closes the connections, and takes nothing more in. The second time it does nothing.
    ///
    /// # Errors
    /// A connection could not be closed as it should.
    pub(crate) async fn close(&self) -> Result<(), Fault> {
        self.state.closing.store(true, Ordering::Release);
        for queue in self.queues.iter() {
            // Without writes it only wakes the thread. A full queue wakes it, too, and one that has ended needs nothing; nobody
            // waits for the answer, because a thread that ends at this moment gives none.
            let (answer, _) = oneshot::channel();
            let _ = queue.try_send(Job { writes: Vec::new(), answer });
        }
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        let mut outcome = Ok(());
        for thread in threads {
            let ended = tokio::task::spawn_blocking(move || thread.join()).await;
            outcome = outcome.and(match ended {
                Ok(Ok(outcome)) => outcome,
                Ok(Err(_)) | Err(_) => Err(Fault::new("the committer panicked".to_owned())),
            });
        }
        outcome
    }
}

/// Declares the store failed when its thread unwinds: nobody would write any more.
struct FailsOnPanic(Failure);

impl Drop for FailsOnPanic {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.set(Fault::new("the committer panicked".to_owned()));
        }
    }
}

/// Answers whole batches. To wake everyone from the thread that writes would cost it a system call for each.
async fn answer(mut written: mpsc::UnboundedReceiver<Outcomes>) {
    while let Some(outcomes) = written.recv().await {
        outcomes.into_iter().for_each(reply);
    }
}

fn reply((job, outcome): (Job, Outcome)) {
    // Nobody waits any more when a request was dropped; what was committed stays committed.
    let _ = job.answer.send(outcome);
}

fn run(
    lane: &mut dyn Lane,
    mut queue: mpsc::Receiver<Job>,
    batches: Batches,
    written: &mpsc::UnboundedSender<Outcomes>,
    state: &State,
) -> Afterwards {
    // Who came and is not written yet: those of other shards, where shards are kept apart.
    let mut waiting = Vec::with_capacity(BATCH);
    let mut crowded = false;
    while !waiting.is_empty() || queue.blocking_recv_many(&mut waiting, BATCH) > 0 {
        let mut batch = batches.first_of(&mut waiting);
        batch.iter_mut().for_each(Job::pack);
        let (mut size, mut turns) = (batch.len(), if crowded { TURNS } else { 0 });
        let join = &mut |batch: &mut _| size += join(&mut queue, batches, batch, &mut waiting, &mut turns);
        let mut outcomes = Vec::with_capacity(BATCH);
        state.writing.store(write(lane, &mut batch, join, &mut outcomes), Ordering::Relaxed);
        // Fails when the program ends, and nobody waits any more.
        let _ = written.send(outcomes);
        metrics::histogram!("guichet_commit_batch").record(u32::try_from(size).unwrap_or(u32::MAX));
        crowded = size > 1;
        if let Err(fault) = lane.tend() {
            state.failure.set(fault);
        }
        if state.failure.get().is_some() {
            return Afterwards::Abandon;
        }
        if state.closing.load(Ordering::Acquire) && queue.is_empty() && waiting.is_empty() {
            break;
        }
    }
    Afterwards::Close
}

impl Batches {
    /// Takes those out of the waiting who may be written together, the first of them among them.
    fn first_of(self, waiting: &mut Vec<Job>) -> Vec<Job> {
        match (self, waiting.first().map(Job::shard)) {
            (Batches::Mixed, _) | (_, None) => std::mem::take(waiting),
            (Batches::OfOneShard, Some(shard)) => {
                let (batch, others) = waiting.drain(..).partition(|job| job.shard() == shard);
                *waiting = others;
                batch
            }
        }
    }

    /// Whether one more may be written together with those of a batch.
    fn takes(self, batch: &[Job], job: &Job) -> bool {
        self == Batches::Mixed || batch.first().is_none_or(|first| first.shard() == job.shard())
    }
}

/// Lets those into a batch who came while its members were written; others wait. While nobody has come, gives way so
/// many times in the life of the batch. How many came.
fn join(
    queue: &mut mpsc::Receiver<Job>,
    batches: Batches,
    batch: &mut Vec<Job>,
    waiting: &mut Vec<Job>,
    turns: &mut usize,
) -> usize {
    let members = batch.len();
    let mut let_in = |batch: &mut Vec<Job>| {
        while batch.len() < BATCH
            && waiting.len() < BATCH
            && let Ok(job) = queue.try_recv()
        {
            if batches.takes(batch, &job) {
                batch.push(job);
                batch.last_mut().into_iter().for_each(Job::pack);
            } else {
                waiting.push(job);
            }
        }
    };
    let_in(batch);
    while batch.len() == members && members < BATCH && *turns > 0 {
        *turns -= 1;
        std::thread::yield_now();
        let_in(batch);
    }
    batch.len() - members
}

/// Writes a batch and adds what became of each of its members to `outcomes`. One that spoils it is taken out,
/// and the others are written without it. Whether the store itself did its part in the end.
fn write(
    lane: &mut dyn Lane,
    batch: &mut Vec<Job>,
    join: &mut dyn FnMut(&mut Vec<Job>),
    outcomes: &mut Outcomes,
) -> bool {
    let (mut well, mut undone) = (true, 0);
    while !batch.is_empty() {
        let error = match transaction(lane, batch, join) {
            Ok(theirs) => {
                outcomes.extend(batch.drain(..).zip(theirs));
                continue;
            }
            Err(Spoilt::By(member, error)) => {
                outcomes.push((batch.remove(member), Err(error)));
                continue;
            }
            // There may be room for some of them: each alone then.
            Err(Spoilt::AtTheEnd(NotCommitted::NoRoom(_))) if batch.len() > 1 => {
                batch.drain(..).for_each(|job| well = write(lane, &mut vec![job], &mut |_| (), outcomes));
                continue;
            }
            Err(Spoilt::Undone(_) | Spoilt::AtTheEnd(NotCommitted::Undone(_))) if undone < ATTEMPTS => {
                undone += 1;
                continue;
            }
            Err(
                Spoilt::NotBegun(fault)
                | Spoilt::Undone(fault)
                | Spoilt::AtTheEnd(NotCommitted::NoRoom(fault) | NotCommitted::Undone(fault)),
            ) => CommitError::Unwritable(fault),
            Err(Spoilt::AtTheEnd(NotCommitted::Unknown(fault))) => CommitError::Unknown(fault),
            Err(Spoilt::AtTheEnd(NotCommitted::Undecided(fault))) => CommitError::Undecided(fault),
        };
        outcomes.extend(batch.drain(..).map(|job| (job, Err(error.clone()))));
        well = false;
    }
    well
}

/// Why nothing of a batch was written.
enum Spoilt {
    /// It is locked by another process, for instance: that lies with none of the members.
    NotBegun(Fault),
    /// By the member of that index.
    By(usize, CommitError),
    /// By none of them; the same may well succeed.
    Undone(Fault),
    /// By one of them or by none: a full disk shows only here.
    AtTheEnd(NotCommitted),
}

/// One transaction; what became of each member.
fn transaction(
    lane: &mut dyn Lane,
    batch: &mut Vec<Job>,
    join: &mut dyn FnMut(&mut Vec<Job>),
) -> Result<Vec<Outcome>, Spoilt> {
    lane.begin().map_err(Spoilt::NotBegun)?;
    let outcomes = members(lane, batch, join);
    let outcomes = outcomes.and_then(|outcomes| lane.commit().map(|()| outcomes).map_err(Spoilt::AtTheEnd));
    if outcomes.is_err() {
        lane.rollback();
    }
    outcomes
}

/// The writes of a batch's members and of those that join it meanwhile.
fn members(
    lane: &mut dyn Lane,
    batch: &mut Vec<Job>,
    join: &mut dyn FnMut(&mut Vec<Job>),
) -> Result<Vec<Outcome>, Spoilt> {
    let mut outcomes = Vec::with_capacity(BATCH);
    while outcomes.len() < batch.len() {
        run_members(lane, &batch[outcomes.len()..], &mut outcomes)?;
        if outcomes.len() == batch.len() {
            join(batch);
        }
    }
    Ok(outcomes)
}

/// Runs the writes of members in one go and adds what became of them; of fewer of them where the engine stopped
/// behind a guard that does not hold. Where that is a member's first write, it leaves nothing behind; otherwise all
/// must be undone.
fn run_members(lane: &mut dyn Lane, members: &[Job], outcomes: &mut Vec<Outcome>) -> Result<(), Spoilt> {
    let mut touched = Vec::with_capacity(8 * members.len());
    let mut failed = match lane.execute(&mut members.iter().flat_map(|job| &job.writes), &mut touched) {
        Ok(()) => None,
        Err(Stopped::By(fault)) => Some(fault),
        Err(Stopped::Undone(fault)) => return Err(Spoilt::Undone(fault)),
    };
    let mut rest = touched.as_slice();
    for job in members {
        let (theirs, others) = rest.split_at(job.writes.len().min(rest.len()));
        let refused = job.writes.iter().zip(theirs).position(|(write, touched)| !write.holds(*touched));
        if let Some(index) = refused {
            let conflict = CommitError::Conflict(job.writes[index].guard);
            // A statement that failed behind it has undone everything in the transaction.
            if index > 0 || rest.len() > 1 || failed.is_some() {
                return Err(Spoilt::By(outcomes.len(), conflict));
            }
            outcomes.push(Err(conflict));
            return Ok(());
        }
        if theirs.len() < job.writes.len() {
            let silent = || Fault::new("the engine stopped between two writes".to_owned());
            return Err(Spoilt::By(outcomes.len(), failed.take().unwrap_or_else(silent).into()));
        }
        outcomes.push(Ok(()));
        rest = others;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
