//! Taking out of the tables what stands in a whole archive: some orders at once, each in a transaction of its own, so that
//! they share a flush and none spoils another's.

use std::path::Path;

use tokio::task::JoinSet;

use super::Counter;
use super::line::OldOrder;
use super::reading::Reading;
use crate::store::{CommitError, Fault, Store, TakenOut, take_out};

/// How many orders are taken out in one go: a server beside waits no longer than for that.
const AT_ONCE: usize = 32;

/// How many orders were taken out, and how many stay because they are not as they were any more.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Outcome {
    pub(super) taken: i64,
    pub(super) kept: i64,
}

/// Takes the orders of an archive out; those that are out already stay so. `claim` is asked between two goes whether this
/// may go on.
pub(super) async fn take_all(
    store: &Store,
    file: &Path,
    archive: i64,
    counter: &Counter,
    mut claim: impl AsyncFnMut() -> Result<(), Fault>,
) -> Result<Outcome, Fault> {
    let mut reading = Reading::open(file)?;
    let mut outcome = Outcome::default();
    loop {
        let mut going = JoinSet::new();
        while going.len() < AT_ONCE
            && let Some(order) = reading.next_order()?
        {
            going.spawn(take(store.clone(), order, archive));
        }
        if going.is_empty() {
            return Ok(outcome);
        }
        while let Some(ended) = going.join_next().await {
            let is_out = ended.map_err(|error| Fault::new(format!("it was broken off: {error}")))??;
            *if is_out { &mut outcome.taken } else { &mut outcome.kept } += 1;
            counter.add();
        }
        claim().await?;
    }
}

/// Takes one order out; whether it is out then.
async fn take(store: Store, order: OldOrder, archive: i64) -> Result<bool, Fault> {
    let is_out = async || {
        let link = store.archived_link(order.id.into(), order.entries).await?;
        Ok::<_, Fault>(link == Some((order.chain.clone(), archive)))
    };
    if is_out().await? {
        return Ok(true);
    }
    match store.commit(take_out(&out(&order, archive)?)).await {
        Ok(()) => Ok(true),
        Err(CommitError::Conflict(_)) => Ok(false),
        // Whether it was written shows in the table.
        Err(CommitError::Unknown(fault) | CommitError::Undecided(fault)) => match is_out().await {
            Ok(true) => Ok(true),
            Ok(false) | Err(_) => Err(fault),
        },
        Err(error) => Err(error.into_fault()),
    }
}

fn out(order: &OldOrder, archive: i64) -> Result<TakenOut<'_>, Fault> {
    let mut acknowledged = 0;
    for decision in &order.decisions {
        acknowledged += i64::from(decision.taken.count_ones());
    }
    let newest = order.decisions.iter().map(|decision| decision.at_ms).max();
    Ok(TakenOut {
        order: order.id,
        merchant: order.merchant,
        environment: order.environment,
        seq: order.entries,
        chain: &order.chain,
        events: order.entries - order.after,
        acknowledged,
        newest_at_ms: newest.unwrap_or(0),
        deliveries: i64::try_from(order.deliveries.len()).unwrap_or(i64::MAX),
        answers: order.answers.iter().map(|answer| (&*answer.route, &*answer.key)).collect(),
        archive,
    })
}
