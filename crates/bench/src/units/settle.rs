//! `settle`: an open order is checked at the gateway and found paid; event and webhook row with it.

use async_trait::async_trait;
use hyper::StatusCode;

use super::{Prepared, Unit, chosen, order};
use crate::line::Line;
use crate::stopwatch::Stopwatch;

/// The unit.
#[derive(Debug)]
pub(crate) struct Settle;

#[async_trait]
impl Unit for Settle {
    fn name(&self) -> &'static str {
        "settle"
    }

    /// Sent to the stub, because nobody waits for them.
    fn webhook_url(&self, stub: &str) -> Option<String> {
        Some(format!("{stub}/hook"))
    }

    fn orders(&self, wanted: u64) -> u64 {
        wanted
    }

    /// An order is paid once.
    fn limit(&self, orders: u64) -> u64 {
        orders
    }

    async fn once(&self, line: &mut Line, number: u64, orders: &[Prepared]) -> anyhow::Result<Stopwatch> {
        let answer = line.post(&format!("/v1/orders/{}/check", chosen(number, orders)?.id)).await?;
        let order = order(&answer, StatusCode::OK)?;
        anyhow::ensure!(order.status == "paid", "the order is {} after the check", order.status);
        Ok(Stopwatch::start())
    }
}
