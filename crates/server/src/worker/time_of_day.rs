//! The time of day, when it was set back: what was planned while it was ahead would wait for as long as the step, so it is
//! planned anew. A step forward needs nothing of the kind: what is due by then is done.

use guichet_core::{Event, SHARDS, Subject};

use crate::app::{App, Error};
use crate::store::{deliver_earlier, note_time};

/// How far the time of day must have gone back to count as set back, in ms. The clocks of several nodes differ a little.
const STEP_MS: i64 = 30_000;

/// How old the note of the time may become, in ms.
const NOTED_EVERY_MS: i64 = 10_000;

/// How many subjects are read at once.
const PAGE: i64 = 200;

/// Notes the time, and plans anew what was planned by a time that was set back since it was noted.
pub(super) async fn look(app: &App) -> Result<(), Error> {
    let (now_ms, noted_ms) = (app.clock().now_ms(), app.store().noted_time().await?);
    let back_ms = noted_ms - now_ms;
    if back_ms > STEP_MS {
        tracing::warn!(back_ms, "the time of day was set back; what is due is planned anew");
        app.store().commit(app.fenced(vec![deliver_earlier(back_ms, now_ms)])).await?;
        for shard in 0..SHARDS {
            plan_anew(app, shard, now_ms).await?;
        }
    }
    if back_ms > 0 || -back_ms >= NOTED_EVERY_MS {
        app.store().commit(app.fenced(vec![note_time(now_ms)])).await?;
    }
    Ok(())
}

/// Lets every subject that waits for a later time know; what is due then is done at its alarm.
async fn plan_anew(app: &App, shard: i64, now_ms: i64) -> Result<(), Error> {
    let mut after = (now_ms, String::new());
    loop {
        let page = app.store().planned_subjects(shard, &after, PAGE).await?;
        for (_, subject) in &page {
            match subject {
                Subject::Order(order) => app.apply(*order, &Event::ClockSetBack, None).await.map(drop)?,
            }
        }
        match page.last() {
            Some((at_ms, subject)) => after = (*at_ms, subject.to_string()),
            None => return Ok(()),
        }
    }
}
