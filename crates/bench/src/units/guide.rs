//! The same work at a shop's own server, written as the gateways' guides write it: its three routes.

use async_trait::async_trait;
use hyper::StatusCode;
use serde::Deserialize;

use super::{Prepared, Unit, chosen, read, shown};
use crate::line::{Answer, Line};
use crate::stopwatch::Stopwatch;

/// A unit of work there, called as the one of ours that it stands beside.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Guide {
    /// An order and the link to pay it by.
    Checkout,
    /// A callback: the gateway is asked, and the order is paid.
    Settle,
    /// What became of an order.
    Read,
}

/// What is looked at in an answer.
#[derive(Debug, Deserialize)]
struct OrderSeen {
    id: String,
    status: String,
    payment_ref: Option<String>,
}

#[async_trait]
impl Unit for Guide {
    fn name(&self) -> &'static str {
        match self {
            Guide::Checkout => "checkout",
            Guide::Settle => "settle",
            Guide::Read => "read",
        }
    }

    fn orders(&self, wanted: u64) -> u64 {
        match self {
            Guide::Checkout => 0,
            Guide::Settle => wanted,
            Guide::Read => read::ORDERS,
        }
    }

    fn limit(&self, orders: u64) -> u64 {
        match self {
            Guide::Checkout | Guide::Read => u64::MAX,
            Guide::Settle => orders,
        }
    }

    async fn prepare(&self, line: &mut Line, reference: &str) -> anyhow::Result<Prepared> {
        make_order(line, reference).await
    }

    async fn once(&self, line: &mut Line, number: u64, orders: &[Prepared]) -> anyhow::Result<Stopwatch> {
        match self {
            Guide::Checkout => drop(make_order(line, &format!("ORD-2026-{number:09}")).await?),
            Guide::Settle => {
                let body = format!(r#"{{"paymentRef":"{}"}}"#, chosen(number, orders)?.gateway_reference);
                let order = order(&line.notify("/callback", body).await?, StatusCode::OK)?;
                anyhow::ensure!(order.status == "PAID", "the order is {} after the callback", order.status);
            }
            Guide::Read => {
                let asked = &chosen(number, orders)?.id;
                let order = order(&line.get(&format!("/orders/{asked}")).await?, StatusCode::OK)?;
                anyhow::ensure!(order.id == *asked, "asked for {asked}, got {}", order.id);
            }
        }
        Ok(Stopwatch::start())
    }
}

async fn make_order(line: &mut Line, reference: &str) -> anyhow::Result<Prepared> {
    let body = format!(r#"{{"reference":"{reference}","title":"Order {reference}","amount":2500}}"#);
    let answer = line.notify("/orders", body).await?;
    let order = order(&answer, StatusCode::CREATED)?;
    let reference = order.payment_ref;
    let gateway_reference =
        reference.ok_or_else(|| anyhow::anyhow!("the order has no payment_ref: {}", shown(&answer)))?;
    Ok(Prepared { id: order.id, account: String::new(), gateway_reference })
}

fn order(answer: &Answer, expected: StatusCode) -> anyhow::Result<OrderSeen> {
    anyhow::ensure!(answer.status == expected, "answered with {}", shown(answer));
    Ok(serde_json::from_slice(&answer.body)?)
}
