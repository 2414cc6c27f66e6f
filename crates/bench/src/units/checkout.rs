//! `checkout`: an order with a payment at a gateway, from nothing to an address to pay at.

use async_trait::async_trait;

use super::{Prepared, Unit, make_order};
use crate::line::Line;
use crate::stopwatch::Stopwatch;

/// The unit.
#[derive(Debug)]
pub(crate) struct Checkout;

#[async_trait]
impl Unit for Checkout {
    fn name(&self) -> &'static str {
        "checkout"
    }

    async fn once(&self, line: &mut Line, number: u64, _orders: &[Prepared]) -> anyhow::Result<Stopwatch> {
        make_order(line, &format!("ORD-2026-{number:09}")).await.map(|_order| Stopwatch::start())
    }
}
