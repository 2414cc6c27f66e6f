//! `read`: an order is asked for by its identifier.

use async_trait::async_trait;
use hyper::StatusCode;

use super::{Prepared, Unit, chosen, order};
use crate::line::Line;
use crate::stopwatch::Stopwatch;

/// How many orders are read in turn.
pub(super) const ORDERS: u64 = 1000;

/// The unit.
#[derive(Debug)]
pub(crate) struct Read;

#[async_trait]
impl Unit for Read {
    fn name(&self) -> &'static str {
        "read"
    }

    fn orders(&self, _wanted: u64) -> u64 {
        ORDERS
    }

    async fn once(&self, line: &mut Line, number: u64, orders: &[Prepared]) -> anyhow::Result<Stopwatch> {
        let asked = &chosen(number, orders)?.id;
        let answer = line.get(&format!("/v1/orders/{asked}")).await?;
        let order = order(&answer, StatusCode::OK)?;
        anyhow::ensure!(order.id == *asked, "asked for {asked}, got {}", order.id);
        Ok(Stopwatch::start())
    }
}
