//! `callback`: a gateway notifies, the server checks there and settles the order, and the shop has
//! the signed webhook. The unit is done when that arrives.

use async_trait::async_trait;
use hyper::StatusCode;

use super::{Prepared, Unit, chosen, shown};
use crate::line::Line;
use crate::receiver::Receiver;
use crate::stopwatch::Stopwatch;

/// The unit.
#[derive(Debug)]
pub(crate) struct Callback {
    receiver: Receiver,
}

impl Callback {
    /// With a receiver of its own, in the runtime that this is called in.
    pub(crate) fn new() -> anyhow::Result<Self> {
        Ok(Callback { receiver: Receiver::start()? })
    }
}

#[async_trait]
impl Unit for Callback {
    fn name(&self) -> &'static str {
        "callback"
    }

    fn webhook_url(&self, _stub: &str) -> Option<String> {
        Some(self.receiver.url())
    }

    fn orders(&self, wanted: u64) -> u64 {
        wanted
    }

    /// An order is paid once.
    fn limit(&self, orders: u64) -> u64 {
        orders
    }

    async fn once(&self, line: &mut Line, number: u64, orders: &[Prepared]) -> anyhow::Result<Stopwatch> {
        let order = chosen(number, orders)?;
        let webhook = self.receiver.expect(&order.id)?;
        let body = format!(r#"{{"paymentRef":"{}"}}"#, order.gateway_reference);
        let answer = line.notify(&format!("/callbacks/ocpay/{}", order.account), body).await?;
        anyhow::ensure!(answer.status == StatusCode::OK, "answered with {}", shown(&answer));
        webhook.arrived().await
    }
}
