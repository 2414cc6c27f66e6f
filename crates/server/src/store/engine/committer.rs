//! Group commit: one thread drains a bounded queue and writes many decisions in one transaction,
//! one flush to disk, then a task answers everyone who waited. The queue's bound is the back-pressure.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::fault::{Failure, Fault};
use super::lane::{Afterwards, Lane, NotCommitted, Writer};
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

struct Job {
    writes: Vec<Write>,
    answer: oneshot::Sender<Outcome>,
}

/// The thread that writes; it ends with how its connection could be closed.
type Thread = JoinHandle<Result<(), Fault>>;

type Outcome = Result<(), CommitError>;

/// What became of decisions. They come along to be dropped where they were made.
type Outcomes = Vec<(Job, Outcome)>;

/// Hands decisions to the thread that writes them.
#[derive(Debug, Clone)]
pub(crate) struct Committer {
    queue: mpsc::Sender<Job>,
    state: Arc<State>,
    thread: Arc<Mutex<Option<Thread>>>,
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
    /// Starts the thread, and the task that answers for it.
    pub(crate) fn start(writer: impl Writer, failure: Failure) -> Result<Self, Fault> {
        let (sender, queue) = mpsc::channel(QUEUE);
        let (written, outcomes) = mpsc::unbounded_channel();
        tokio::spawn(answer(outcomes));
        let state =
            Arc::new(State { writing: AtomicBool::new(true), closing: AtomicBool::new(false), failure });
        let shared = state.clone();
        let work = move || {
            let _fails_if_it_panics = FailsOnPanic(shared.failure.clone());
            writer.lend(|lane| run(lane, queue, &written, &shared))
        };
        let thread = std::thread::Builder::new().name("committer".to_owned()).spawn(work);
        let thread = thread.map_err(|error| Fault(format!("no thread for the committer: {error}")))?;
        Ok(Committer { queue: sender, state, thread: Arc::new(Mutex::new(Some(thread))) })
    }

    /// Returns once the writes are on disk, all of them or none.
    pub(crate) async fn commit(&self, writes: Vec<Write>) -> Outcome {
        let (answer, outcome) = oneshot::channel();
        match self.queue.send_timeout(Job { writes, answer }, PATIENCE).await {
            Ok(()) => outcome.await.unwrap_or_else(|_| Err(self.ended())),
            Err(mpsc::error::SendTimeoutError::Timeout(_)) => Err(CommitError::Overloaded),
            Err(mpsc::error::SendTimeoutError::Closed(_)) => Err(self.ended()),
        }
    }

    fn ended(&self) -> CommitError {
        let closed = || Fault("the database is closed".to_owned());
        CommitError::Unwritable(self.state.failure.get().unwrap_or_else(closed))
    }

    /// Whether the last transaction could be written; a full disk, for instance, lets none be.
    pub(crate) fn is_writing(&self) -> bool {
        self.state.writing.load(Ordering::Relaxed) && self.state.failure.get().is_none()
    }

    /// Writes what is queued, closes the connection, and takes nothing more in. The second time it does nothing.
    ///
    /// # Errors
    /// The connection could not be closed as it should.
    pub(crate) async fn close(&self) -> Result<(), Fault> {
        self.state.closing.store(true, Ordering::Release);
        // Without writes it only wakes the thread; where that has ended already, there is nobody to wake.
        let _ = self.commit(Vec::new()).await;
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(thread) = thread else { return Ok(()) };
        let ended = tokio::task::spawn_blocking(move || thread.join()).await;
        match ended {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) | Err(_) => Err(Fault("the committer panicked".to_owned())),
        }
    }
}

/// Declares the store failed when its thread unwinds: nobody would write any more.
struct FailsOnPanic(Failure);

impl Drop for FailsOnPanic {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.set(Fault("the committer panicked".to_owned()));
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
    written: &mpsc::UnboundedSender<Outcomes>,
    state: &State,
) -> Afterwards {
    let mut batch = Vec::with_capacity(BATCH);
    let mut crowded = false;
    while queue.blocking_recv_many(&mut batch, BATCH) > 0 {
        let (mut size, mut turns) = (batch.len(), if crowded { TURNS } else { 0 });
        let join = &mut |batch: &mut _| size += join(&mut queue, batch, &mut turns);
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
        if state.closing.load(Ordering::Acquire) && queue.is_empty() {
            break;
        }
    }
    Afterwards::Close
}

/// Lets those into a batch who came while its members were written. While nobody has come, gives way so many times
/// in the life of the batch. How many came.
fn join(queue: &mut mpsc::Receiver<Job>, batch: &mut Vec<Job>, turns: &mut usize) -> usize {
    let members = batch.len();
    let_in(queue, batch);
    while batch.len() == members && members < BATCH && *turns > 0 {
        *turns -= 1;
        std::thread::yield_now();
        let_in(queue, batch);
    }
    batch.len() - members
}

fn let_in(queue: &mut mpsc::Receiver<Job>, batch: &mut Vec<Job>) {
    while batch.len() < BATCH
        && let Ok(job) = queue.try_recv()
    {
        batch.push(job);
    }
}

/// Writes a batch and adds what became of each of its members to `outcomes`. One that spoils it is taken out,
/// and the others are written without it. Whether the store itself did its part in the end.
fn write(
    lane: &mut dyn Lane,
    batch: &mut Vec<Job>,
    join: &mut dyn FnMut(&mut Vec<Job>),
    outcomes: &mut Outcomes,
) -> bool {
    let mut well = true;
    while !batch.is_empty() {
        let (why, is_known) = match transaction(lane, batch, join) {
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
            Err(Spoilt::NotBegun(fault) | Spoilt::AtTheEnd(NotCommitted::NoRoom(fault))) => (fault, true),
            Err(Spoilt::AtTheEnd(NotCommitted::Unknown(fault))) => (fault, false),
        };
        let error = if is_known { CommitError::Unwritable(why) } else { CommitError::Unknown(why) };
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
    let mut failed = lane.execute(&mut members.iter().flat_map(|job| &job.writes), &mut touched).err();
    let mut rest = touched.as_slice();
    for job in members {
        let (theirs, others) = rest.split_at(job.writes.len().min(rest.len()));
        let refused = job.writes.iter().zip(theirs).position(|(write, touched)| !write.holds(*touched));
        if let Some(index) = refused {
            let conflict = CommitError::Conflict(job.writes[index].guard);
            if index > 0 || rest.len() > 1 {
                return Err(Spoilt::By(outcomes.len(), conflict));
            }
            outcomes.push(Err(conflict));
            return Ok(());
        }
        if theirs.len() < job.writes.len() {
            let silent = || Fault("the engine stopped between two writes".to_owned());
            return Err(Spoilt::By(outcomes.len(), failed.take().unwrap_or_else(silent).into()));
        }
        outcomes.push(Ok(()));
        rest = others;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::value::params;
    use super::super::write::Guard;
    use super::*;

    /// Notes what is asked of it; a statement `taken` touches no row and `broken` fails.
    #[derive(Default)]
    struct Paper {
        open: Vec<&'static str>,
        kept: Vec<&'static str>,
        commits: usize,
        full: bool,
        breaks: bool,
        /// Whether it sends all writes in one flight.
        pipelined: bool,
        locked: bool,
        begun: usize,
        well: bool,
    }

    impl Lane for Paper {
        fn begin(&mut self) -> Result<(), Fault> {
            self.begun += 1;
            if self.locked { Err(Fault("locked".to_owned())) } else { Ok(()) }
        }

        fn execute(
            &mut self,
            writes: &mut dyn Iterator<Item = &Write>,
            touched: &mut Vec<usize>,
        ) -> Result<(), Fault> {
            for write in writes {
                match write.sql {
                    "taken" => touched.push(0),
                    "broken" => return Err(Fault("broken".to_owned())),
                    sql => {
                        self.open.push(sql);
                        touched.push(1);
                    }
                }
                if write.sql == "taken" && !self.pipelined {
                    break;
                }
            }
            Ok(())
        }

        fn commit(&mut self) -> Result<(), NotCommitted> {
            if self.full && self.open.len() > 1 {
                return Err(NotCommitted::NoRoom(Fault("full".to_owned())));
            }
            self.commits += 1;
            if self.breaks {
                return Err(NotCommitted::Unknown(Fault("the disk failed".to_owned())));
            }
            self.kept.append(&mut self.open);
            Ok(())
        }

        fn rollback(&mut self) {
            self.open.clear();
        }

        fn tend(&mut self) -> Result<(), Fault> {
            Ok(())
        }
    }

    type Answer = oneshot::Receiver<Outcome>;

    /// A member of guarded statements.
    fn job(statements: &[&'static str]) -> (Job, Answer) {
        let (answer, outcome) = oneshot::channel();
        let writes = statements.iter().map(|sql| Write::guarded(sql, params![], Guard::Row)).collect();
        (Job { writes, answer }, outcome)
    }

    /// Writes members, each a list of statements; a letter for what became of each of them.
    fn written(paper: &mut Paper, members: &[&[&'static str]]) -> String {
        joined(paper, members, &[])
    }

    /// The same when others come while those are written, one after the other.
    fn joined(paper: &mut Paper, members: &[&[&'static str]], late: &[&[&'static str]]) -> String {
        let (mut batch, mut answers): (Vec<_>, Vec<_>) = members.iter().map(|member| job(member)).unzip();
        let (late, late_answers): (Vec<_>, Vec<_>) = late.iter().map(|member| job(member)).unzip();
        answers.extend(late_answers);
        let mut late = late.into_iter();
        let mut outcomes = Vec::new();
        paper.well = write(paper, &mut batch, &mut |batch| batch.extend(late.next()), &mut outcomes);
        outcomes.into_iter().for_each(reply);
        let letter = |mut outcome: Answer| match outcome.try_recv() {
            Ok(Ok(())) => '+',
            Ok(Err(CommitError::Conflict(Guard::Row))) => 'c',
            Ok(Err(CommitError::Fault(_))) => 'f',
            Ok(Err(CommitError::Unwritable(_))) => 'u',
            Ok(Err(CommitError::Unknown(_))) => '?',
            other => panic!("{other:?}"),
        };
        answers.into_iter().map(letter).collect()
    }

    #[test]
    fn one_member_never_spoils_the_others() {
        for (members, outcome, kept, commits) in [
            (&[&["a", "b"][..], &["c"]][..], "++", "abc", 1),
            (&[&["a"], &["taken", "b"], &["c"]], "+c+", "ac", 1),
            (&[&["a"], &["b", "taken"], &["c"]], "+c+", "ac", 1),
            (&[&["b", "taken"], &["c", "broken"], &["taken"], &["d"]], "cfc+", "d", 1),
            (&[&["broken"]], "f", "", 0),
        ] {
            for pipelined in [false, true] {
                let mut paper = Paper { pipelined, ..Paper::default() };
                assert_eq!(written(&mut paper, members), outcome, "{members:?}");
                assert_eq!((paper.kept.concat().as_str(), paper.commits), (kept, commits), "{members:?}");
            }
        }
    }

    #[test]
    fn those_who_come_late_share_the_transaction() {
        for (late, outcome, kept, commits) in [
            (&[&["b"][..], &["c", "d"]][..], "+++", "abcd", 1),
            (&[&["taken"], &["c"]], "+c+", "ac", 1),
            (&[&["b", "taken"], &["c"]], "+c+", "ac", 1),
        ] {
            let mut paper = Paper::default();
            assert_eq!(joined(&mut paper, &[&["a"]], late), outcome, "{late:?}");
            assert_eq!((paper.kept.concat().as_str(), paper.commits), (kept, commits), "{late:?}");
        }
    }

    #[test]
    fn nobody_is_let_into_a_full_batch() {
        let (sender, mut queue) = mpsc::channel(QUEUE);
        for _ in 0..BATCH {
            sender.try_send(job(&["late"]).0).unwrap_or_else(|_| panic!("there is room"));
        }
        let mut batch = vec![job(&["first"]).0];
        assert_eq!(join(&mut queue, &mut batch, &mut 0), BATCH - 1);
        assert_eq!(join(&mut queue, &mut batch, &mut 0), 0);
        assert_eq!((batch.len(), queue.len()), (BATCH, 1));
    }

    #[test]
    fn each_is_written_alone_when_all_together_cannot_be() {
        let mut paper = Paper { full: true, ..Paper::default() };
        assert_eq!(written(&mut paper, &[&["a"], &["b", "c"], &["d"]]), "+u+");
        assert_eq!(paper.kept, ["a", "d"]);
        assert!(paper.well, "the last one could be written");
        assert_eq!(written(&mut paper, &[&["d"], &["b", "c"]]), "+u");
        assert!(!paper.well, "the last one could not be written");
    }

    #[test]
    fn a_disk_that_failed_is_not_tried_again_for_each() {
        let mut paper = Paper { breaks: true, ..Paper::default() };
        assert_eq!(written(&mut paper, &[&["a"], &["b", "c"], &["d"]]), "???");
        assert_eq!((paper.commits, paper.kept.len(), paper.well), (1, 0, false));
    }

    #[test]
    fn nobody_waits_in_turn_for_a_store_that_is_locked() {
        let mut paper = Paper { locked: true, ..Paper::default() };
        assert_eq!(written(&mut paper, &[&["a"], &["b"], &["c"]]), "uuu");
        assert_eq!((paper.begun, paper.well), (1, false));
    }

    #[tokio::test]
    async fn a_batch_is_answered_though_a_member_has_gone() {
        let (written, outcomes) = mpsc::unbounded_channel();
        let ((gone, nobody), (waiting, mut outcome)) = (job(&["a"]), job(&["b"]));
        drop(nobody);
        written.send(vec![(gone, Ok(())), (waiting, Ok(()))]).unwrap_or_else(|_| panic!("it is open"));
        drop(written);
        answer(outcomes).await;
        assert!(matches!(outcome.try_recv(), Ok(Ok(()))));
    }
}
