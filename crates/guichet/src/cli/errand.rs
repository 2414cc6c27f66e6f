//! What a command wants done to an order: by the server that works that order's shard, where one runs, so that it is counted
//! and logged there and followed up at once; else by the command itself.

use anyhow::{Context, bail};
use guichet_core::OrderId;
use guichet_server::app::{Answer, App, Errand};
use guichet_server::random;
use guichet_server::store::{CommitError, ErrandRow, Fault, Guard, Stored, forget_errand, withdraw_errand};

use super::exit::Exit;

/// How often the answer is looked for, in ms.
const LOOK_MS: i64 = 50;

/// How long a server may take: several calls to slow gateways.
const PATIENCE_MS: i64 = 180_000;

/// Has it done; the order as it is then.
///
/// # Errors
/// It was not done, or nobody knows yet: the sentence says which.
pub(super) async fn have_done(app: &App, order: OrderId, errand: &Errand) -> anyhow::Result<Stored> {
    let store = app.store();
    app.knows_its_address()?;
    if !store.is_worked(order).await? {
        return Ok(app.carry_out(order, errand).await?);
    }
    let row = ErrandRow { id: random::token(), order, errand: serde_json::to_string(errand)? };
    store.commit(vec![store.leave_errand(&row).await?]).await?;
    let begun_ms = app.clock().elapsed_ms();
    loop {
        app.clock().sleep(LOOK_MS).await;
        if let Some(answer) = store.errand_answer(&row).await? {
            return read(app, &row, &answer).await;
        }
        let waited_ms = app.clock().elapsed_ms() - begun_ms;
        let is_worked = store.is_worked(order).await?;
        if is_worked && waited_ms < PATIENCE_MS {
            continue;
        }
        match store.commit(vec![withdraw_errand(&row)]).await {
            // It was answered at this very moment.
            Err(CommitError::Conflict(Guard::Row)) => {}
            Ok(()) if is_worked => {
                let why = "the server has not answered for three minutes; it may still be at it: look with guichet order explain";
                return Err(Exit::Unreachable.error(why));
            }
            // The server went away meanwhile.
            Ok(()) => return Ok(app.carry_out(order, errand).await?),
            Err(error) => return Err(error.into()),
        }
    }
}

async fn read(app: &App, row: &ErrandRow, answer: &str) -> anyhow::Result<Stored> {
    app.store().commit(vec![forget_errand(row)]).await?;
    match serde_json::from_str(answer).context("the server's answer cannot be read")? {
        Answer::Done => {}
        Answer::Failed { kind, why } => bail!(Fault::of(kind, why)),
    }
    let stored = app.store().order(row.order).await?;
    stored.context("the order is gone")
}
