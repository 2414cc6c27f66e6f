//! Group commit: one thread drains a bounded queue and writes many decisions in one transaction,
//! one flush to disk, then answers everyone who waited. The queue's bound is the back-pressure.

use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::value::{CommitError, Fault, Guard, Write};

/// The most decisions in one transaction.
const BATCH: usize = 64;

/// How many decisions may wait before the next one is turned away.
const QUEUE: usize = 4096;

/// How long a caller waits for a place in the queue before it is told that there is too much.
const PATIENCE: Duration = Duration::from_secs(5);

/// One connection that can write.
pub(super) trait Lane: Send + 'static {
    fn begin(&mut self) -> Result<(), Fault>;
    /// Runs one statement; the number of rows it touched.
    fn execute(&mut self, write: &Write) -> Result<usize, Fault>;
    fn commit(&mut self) -> Result<(), Fault>;
    fn rollback(&mut self);
}

struct Job {
    writes: Vec<Write>,
    answer: oneshot::Sender<Result<(), CommitError>>,
}

/// Hands decisions to the thread that writes them.
#[derive(Debug, Clone)]
pub(super) struct Committer(mpsc::Sender<Job>);

impl Committer {
    pub(super) fn start(lane: impl Lane) -> Result<Self, Fault> {
        let (sender, queue) = mpsc::channel(QUEUE);
        std::thread::Builder::new()
            .name("committer".to_owned())
            .spawn(move || run(lane, queue))
            .map_err(|error| Fault(format!("no thread for the committer: {error}")))?;
        Ok(Committer(sender))
    }

    /// Returns once the writes are on disk, all of them or none.
    pub(super) async fn commit(&self, writes: Vec<Write>) -> Result<(), CommitError> {
        let (answer, outcome) = oneshot::channel();
        let place = self.0.send_timeout(Job { writes, answer }, PATIENCE).await;
        place.map_err(|_| CommitError::Overloaded)?;
        outcome.await.map_err(|_| Fault("the committer stopped".to_owned()))?
    }
}

fn run(mut lane: impl Lane, mut queue: mpsc::Receiver<Job>) {
    let mut batch = Vec::with_capacity(BATCH);
    while queue.blocking_recv_many(&mut batch, BATCH) > 0 {
        metrics::histogram!("guichet_commit_batch").record(u32::try_from(batch.len()).unwrap_or(u32::MAX));
        match transaction(&mut lane, batch.iter().map(|job| job.writes.as_slice())) {
            Ok(()) => batch.drain(..).for_each(|job| reply(job, Ok(()))),
            // One member may have spoilt it for the others: each alone then.
            Err(_) if batch.len() > 1 => batch.drain(..).for_each(|job| {
                let outcome = transaction(&mut lane, std::iter::once(job.writes.as_slice()));
                reply(job, outcome);
            }),
            Err(error) => batch.drain(..).for_each(|job| reply(job, Err(error.clone()))),
        }
    }
}

fn reply(job: Job, outcome: Result<(), CommitError>) {
    // Nobody waits any more when a request was dropped; what was committed stays committed.
    let _ = job.answer.send(outcome);
}

fn transaction<'a>(
    lane: &mut impl Lane,
    members: impl Iterator<Item = &'a [Write]>,
) -> Result<(), CommitError> {
    lane.begin()?;
    let outcome = members.flatten().try_for_each(|write| {
        let touched = lane.execute(write)?;
        if touched == 0 && write.guard != Guard::None {
            return Err(CommitError::Conflict(write.guard));
        }
        Ok(())
    });
    let outcome = outcome.and_then(|()| lane.commit().map_err(CommitError::from));
    if outcome.is_err() {
        lane.rollback();
    }
    outcome
}
