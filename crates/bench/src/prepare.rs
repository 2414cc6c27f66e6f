//! Makes the open orders that a unit needs before it can be measured, over the same API.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;

use crate::line::{Line, Target};
use crate::load::Load;
use crate::pace::Pace;
use crate::stopwatch::Stopwatch;
use crate::units::{Prepared, Unit};

/// Preparing ends after this, with as many orders as there are. Thirty seconds after it was made an
/// order would be checked by the server itself, and there would be nothing left to measure.
const MOST: Duration = Duration::from_secs(20);

/// Makes the orders of a unit and keeps what it needs to know of them.
struct Opening {
    unit: Arc<dyn Unit>,
    made: Mutex<Vec<Prepared>>,
}

#[async_trait]
impl Unit for Opening {
    fn name(&self) -> &'static str {
        "opening"
    }

    async fn once(&self, line: &mut Line, number: u64, _orders: &[Prepared]) -> anyhow::Result<Stopwatch> {
        let order = self.unit.prepare(line, &format!("PREPARED-{number:09}")).await?;
        self.made.lock().unwrap_or_else(PoisonError::into_inner).push(order);
        Ok(Stopwatch::start())
    }
}

/// Makes that many open orders, or as many as time allows.
pub(crate) async fn open_orders(
    unit: &Arc<dyn Unit>,
    targets: &[Target],
    connections: u16,
    count: u64,
) -> anyhow::Result<Vec<Prepared>> {
    if count == 0 {
        return Ok(Vec::new());
    }
    let opening = Arc::new(Opening { unit: unit.clone(), made: Mutex::default() });
    let mut load = Load::open(targets, connections, opening.clone(), Vec::new()).await?;
    let driven = load.drive(MOST, count, Pace::new(0)).await?;
    if let Some(trouble) = driven.trouble {
        anyhow::bail!("{} orders could not be prepared: {trouble}", driven.errors);
    }
    Ok(std::mem::take(&mut *opening.made.lock().unwrap_or_else(PoisonError::into_inner)))
}
