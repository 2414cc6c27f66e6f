//! The loops: every connection does one unit after the other, at once or when its turn comes, and
//! takes the time of each.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Context;
use tokio::task::JoinSet;

use crate::line::{Line, Target};
use crate::pace::Pace;
use crate::stopwatch::Stopwatch;
use crate::units::{Prepared, Unit};

/// How much longer than meant a drive may take: a gateway call's own limit, and some.
const GRACE: Duration = Duration::from_secs(40);

/// A unit, and the connections to do it over.
pub(crate) struct Load {
    lines: Vec<Line>,
    work: Arc<Work>,
}

/// What the connections share.
struct Work {
    unit: Arc<dyn Unit>,
    orders: Vec<Prepared>,
    next: AtomicU64,
}

/// When driving begins, how it goes on, and when it ends.
struct Course {
    started: Stopwatch,
    most: Duration,
    limit: u64,
    pace: Pace,
}

/// What came of driving.
#[derive(Debug, Default)]
pub(crate) struct Driven {
    /// How long each unit took that went well, in µs, in rising order.
    pub(crate) latencies_us: Vec<u32>,
    /// How long all of it took, in µs.
    pub(crate) elapsed_us: u64,
    /// How many went wrong.
    pub(crate) errors: u64,
    /// What went wrong first, on one of the connections.
    pub(crate) trouble: Option<String>,
}

impl Load {
    /// Opens the connections, spread over the targets.
    pub(crate) async fn open(
        targets: &[Target],
        connections: u16,
        unit: Arc<dyn Unit>,
        orders: Vec<Prepared>,
    ) -> anyhow::Result<Self> {
        let mut lines = Vec::with_capacity(usize::from(connections));
        for target in targets.iter().cycle().take(usize::from(connections)) {
            lines.push(Line::open(target).await?);
        }
        Ok(Load { lines, work: Arc::new(Work { unit, orders, next: AtomicU64::new(0) }) })
    }

    /// Drives at that pace, for that long, or until `limit` units were begun since the connections
    /// were opened.
    pub(crate) async fn drive(&mut self, most: Duration, limit: u64, pace: Pace) -> anyhow::Result<Driven> {
        let started = Stopwatch::start();
        let course = Arc::new(Course { started, most, limit, pace });
        let mut loops = JoinSet::new();
        for line in self.lines.drain(..) {
            loops.spawn(drive_one(line, self.work.clone(), course.clone()));
        }
        let mut driven = Driven::default();
        let all = async {
            while let Some(ended) = loops.join_next().await {
                let (line, part) = ended?;
                self.lines.push(line);
                driven.add(part);
            }
            anyhow::Ok(())
        };
        tokio::time::timeout(most + GRACE, all).await.context("some answers never came")??;
        driven.elapsed_us = started.micros().max(1);
        driven.latencies_us.sort_unstable();
        Ok(driven)
    }
}

impl Driven {
    fn add(&mut self, part: Driven) {
        self.latencies_us.extend(part.latencies_us);
        self.errors += part.errors;
        self.trouble = self.trouble.take().or(part.trouble);
    }

    fn wrong(&mut self, error: &anyhow::Error) {
        self.errors += 1;
        self.trouble.get_or_insert_with(|| format!("{error:#}"));
    }
}

async fn drive_one(mut line: Line, work: Arc<Work>, course: Arc<Course>) -> (Line, Driven) {
    let mut driven = Driven::default();
    while course.pace.turn(course.started, course.most).await {
        // Looked at first, so that no number is lost to a loop that has come to its end.
        if work.next.load(Ordering::Relaxed) >= course.limit {
            break;
        }
        let number = work.next.fetch_add(1, Ordering::Relaxed);
        let begun = Stopwatch::start();
        match work.unit.once(&mut line, number, &work.orders).await {
            Ok(done) => {
                let latency_us = done.micros_after(begun);
                driven.latencies_us.push(u32::try_from(latency_us).unwrap_or(u32::MAX));
            }
            Err(error) => {
                driven.wrong(&error);
                if let Err(error) = line.mend().await {
                    driven.wrong(&error);
                    break;
                }
            }
        }
    }
    (line, driven)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_add_up_and_the_first_trouble_stays() {
        let mut all = Driven { latencies_us: vec![3], errors: 1, trouble: None, elapsed_us: 0 };
        for trouble in ["first", "second"] {
            let mut part = Driven { latencies_us: vec![1, 2], ..Driven::default() };
            part.wrong(&anyhow::anyhow!(trouble));
            all.add(part);
        }
        assert_eq!((all.latencies_us.len(), all.errors, all.trouble.as_deref()), (5, 3, Some("first")));
    }
}
