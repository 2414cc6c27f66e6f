//! Group commit: one thread drains a bounded queue and writes many decisions in one transaction,
//! one flush to disk, then a task answers everyone who waited. The queue's bound is the back-pressure.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::value::Fault;
use super::write::{CommitError, Guard, Write};

/// The most decisions in one transaction.
const BATCH: usize = 64;

/// How often a batch gives way to whoever waits for its processor once its members are written, after one that had
/// several: they may be about to bring more, and when many come at once, sharing a flush costs them less than waiting
/// for it. Where nobody waits for the processor it takes no time.
const TURNS: usize = 4;

/// How many decisions may wait before the next one is turned away.
const QUEUE: usize = 4096;

/// How long a caller waits for a place in the queue before it is told that there is too much.
const PATIENCE: Duration = Duration::from_secs(5);

/// What owns a connection that can write, on its way to the thread that does.
pub(super) trait Writer: Send + 'static {
    /// Lends its lane out for as long as the work takes, then closes.
    fn lend(self, work: impl FnOnce(&mut dyn Lane));
}

/// One connection that can write.
pub(super) trait Lane {
    fn begin(&mut self) -> Result<(), Fault>;
    /// Runs one statement; the number of rows it touched.
    fn execute(&mut self, write: &Write) -> Result<usize, Fault>;
    fn commit(&mut self) -> Result<(), Fault>;
    fn rollback(&mut self);
    /// What the engine has to do between two transactions.
    fn tend(&mut self);
}

struct Job {
    writes: Vec<Write>,
    answer: oneshot::Sender<Result<(), CommitError>>,
}

/// What became of decisions. They come along to be dropped where they were made.
type Outcomes = Vec<(Job, Result<(), CommitError>)>;

/// Hands decisions to the thread that writes them.
#[derive(Debug, Clone)]
pub(super) struct Committer {
    queue: mpsc::Sender<Job>,
    /// Whether the last transaction could be written.
    writing: Arc<AtomicBool>,
}

impl Committer {
    /// Starts the thread, and the task that answers in its place.
    pub(super) fn start(writer: impl Writer) -> Result<Self, Fault> {
        let (sender, queue) = mpsc::channel(QUEUE);
        let (written, outcomes) = mpsc::unbounded_channel();
        tokio::spawn(answer(outcomes));
        let writing = Arc::new(AtomicBool::new(true));
        let told = writing.clone();
        std::thread::Builder::new()
            .name("committer".to_owned())
            .spawn(move || writer.lend(|lane| run(lane, queue, &written, &told)))
            .map_err(|error| Fault(format!("no thread for the committer: {error}")))?;
        Ok(Committer { queue: sender, writing })
    }

    /// Returns once the writes are on disk, all of them or none.
    pub(super) async fn commit(&self, writes: Vec<Write>) -> Result<(), CommitError> {
        let (answer, outcome) = oneshot::channel();
        let place = self.queue.send_timeout(Job { writes, answer }, PATIENCE).await;
        place.map_err(|_| CommitError::Overloaded)?;
        outcome.await.map_err(|_| Fault("the committer stopped".to_owned()))?
    }

    /// Whether the last transaction could be written; a full disk, for instance, lets none be.
    pub(super) fn is_writing(&self) -> bool {
        self.writing.load(Ordering::Relaxed)
    }
}

/// Answers whole batches. To wake everyone from the thread that writes would cost it a system call for each.
async fn answer(mut written: mpsc::UnboundedReceiver<Outcomes>) {
    while let Some(outcomes) = written.recv().await {
        outcomes.into_iter().for_each(reply);
    }
}

fn reply((job, outcome): (Job, Result<(), CommitError>)) {
    // Nobody waits any more when a request was dropped; what was committed stays committed.
    let _ = job.answer.send(outcome);
}

fn run(
    lane: &mut dyn Lane,
    mut queue: mpsc::Receiver<Job>,
    written: &mpsc::UnboundedSender<Outcomes>,
    writing: &AtomicBool,
) {
    let mut batch = Vec::with_capacity(BATCH);
    let mut crowded = false;
    while queue.blocking_recv_many(&mut batch, BATCH) > 0 {
        let (mut size, mut turns) = (batch.len(), if crowded { TURNS } else { 0 });
        let join = &mut |batch: &mut _| size += join(&mut queue, batch, &mut turns);
        let mut outcomes = Vec::with_capacity(BATCH);
        writing.store(write(lane, &mut batch, join, &mut outcomes), Ordering::Relaxed);
        // Fails when the program ends, and nobody waits any more.
        let _ = written.send(outcomes);
        metrics::histogram!("guichet_commit_batch").record(u32::try_from(size).unwrap_or(u32::MAX));
        crowded = size > 1;
        lane.tend();
    }
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
        match transaction(lane, batch, join) {
            Ok(theirs) => outcomes.extend(batch.drain(..).zip(theirs)),
            Err(Spoilt::By(place, error)) => outcomes.push((batch.remove(place), Err(error))),
            // The store itself failed, perhaps over one of them: each alone then.
            Err(Spoilt::AtTheEnd(_)) if batch.len() > 1 => {
                batch.drain(..).for_each(|job| well = write(lane, &mut vec![job], &mut |_| (), outcomes));
            }
            Err(Spoilt::AtTheEnd(fault) | Spoilt::NotBegun(fault)) => {
                let unwritable = CommitError::Unwritable(fault);
                outcomes.extend(batch.drain(..).map(|job| (job, Err(unwritable.clone()))));
                well = false;
            }
        }
    }
    well
}

/// Why nothing of a batch was written.
enum Spoilt {
    /// It is locked by another process, for instance: that lies with none of the members.
    NotBegun(Fault),
    /// By the member at that place.
    By(usize, CommitError),
    /// By one of them or by none: a full disk shows only here.
    AtTheEnd(Fault),
}

/// One transaction; what became of each member.
fn transaction(
    lane: &mut dyn Lane,
    batch: &mut Vec<Job>,
    join: &mut dyn FnMut(&mut Vec<Job>),
) -> Result<Vec<Result<(), CommitError>>, Spoilt> {
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
) -> Result<Vec<Result<(), CommitError>>, Spoilt> {
    let mut outcomes = Vec::with_capacity(BATCH);
    while outcomes.len() < batch.len() {
        match member(lane, &batch[outcomes.len()].writes) {
            Err((error, true)) => return Err(Spoilt::By(outcomes.len(), error)),
            Err((error, false)) => outcomes.push(Err(error)),
            Ok(()) => outcomes.push(Ok(())),
        }
        if outcomes.len() == batch.len() {
            join(batch);
        }
    }
    Ok(outcomes)
}

/// One member's writes. With an error: whether it left something behind, so that all must be undone. A
/// guard that stands first and does not hold leaves nothing.
fn member(lane: &mut dyn Lane, writes: &[Write]) -> Result<(), (CommitError, bool)> {
    for (place, write) in writes.iter().enumerate() {
        let touched = lane.execute(write).map_err(|fault| (fault.into(), true))?;
        if touched == 0 && write.guard != Guard::None {
            return Err((CommitError::Conflict(write.guard), place > 0));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::value::params;
    use super::*;

    /// Notes what is asked of it; a statement `taken` touches no row and `broken` fails.
    #[derive(Default)]
    struct Paper {
        open: Vec<&'static str>,
        kept: Vec<&'static str>,
        commits: usize,
        full: bool,
        locked: bool,
        begun: usize,
        well: bool,
    }

    impl Lane for Paper {
        fn begin(&mut self) -> Result<(), Fault> {
            self.begun += 1;
            if self.locked { Err(Fault("locked".to_owned())) } else { Ok(()) }
        }

        fn execute(&mut self, write: &Write) -> Result<usize, Fault> {
            match write.sql {
                "taken" => Ok(0),
                "broken" => Err(Fault("broken".to_owned())),
                sql => {
                    self.open.push(sql);
                    Ok(1)
                }
            }
        }

        fn commit(&mut self) -> Result<(), Fault> {
            if self.full && self.open.len() > 1 {
                return Err(Fault("full".to_owned()));
            }
            self.commits += 1;
            self.kept.append(&mut self.open);
            Ok(())
        }

        fn rollback(&mut self) {
            self.open.clear();
        }

        fn tend(&mut self) {}
    }

    type Outcome = oneshot::Receiver<Result<(), CommitError>>;

    /// A member of guarded statements.
    fn job(statements: &[&'static str]) -> (Job, Outcome) {
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
        let letter = |mut outcome: Outcome| match outcome.try_recv() {
            Ok(Ok(())) => '+',
            Ok(Err(CommitError::Conflict(Guard::Row))) => 'c',
            Ok(Err(CommitError::Fault(_))) => 'f',
            Ok(Err(CommitError::Unwritable(_))) => 'u',
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
            let mut paper = Paper::default();
            assert_eq!(written(&mut paper, members), outcome, "{members:?}");
            assert_eq!((paper.kept.concat().as_str(), paper.commits), (kept, commits), "{members:?}");
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
