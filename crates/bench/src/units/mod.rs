//! The work that is measured: one file per unit. A unit says what must exist before, does itself
//! once over a connection, and says when it was done; who counts the time, and how often, is not its
//! business. The same unit is driven against the server and against the ceiling.

mod callback;
mod checkout;
mod guide;
mod read;
mod settle;

use anyhow::Context;
use async_trait::async_trait;
use hyper::StatusCode;
use serde::Deserialize;

pub(crate) use callback::Callback;
pub(crate) use checkout::Checkout;
pub(crate) use guide::Guide;
pub(crate) use read::Read;
pub(crate) use settle::Settle;

use crate::line::{Answer, Line};
use crate::stopwatch::Stopwatch;

/// A unit of work.
#[async_trait]
pub(crate) trait Unit: Send + Sync {
    /// Its name on the command line and in the figures.
    fn name(&self) -> &'static str;

    /// Where the shop has a webhook endpoint, if it has one; `stub` is the stub's address.
    fn webhook_url(&self, _stub: &str) -> Option<String> {
        None
    }

    /// How many open orders must exist before, when `wanted` is what the command line asks for.
    fn orders(&self, _wanted: u64) -> u64 {
        0
    }

    /// Makes one of them.
    async fn prepare(&self, line: &mut Line, reference: &str) -> anyhow::Result<Prepared> {
        make_order(line, reference).await
    }

    /// How often it can be done at the most, with that many orders prepared.
    fn limit(&self, _orders: u64) -> u64 {
        u64::MAX
    }

    /// Does it, for the `number`th time (from zero, each number once), and says at which moment it
    /// was done; anything but the right answer is an error.
    async fn once(&self, line: &mut Line, number: u64, orders: &[Prepared]) -> anyhow::Result<Stopwatch>;
}

/// An open order.
#[derive(Debug)]
pub(crate) struct Prepared {
    /// Its identifier.
    pub(crate) id: String,
    /// The gateway account that it is to be paid through.
    pub(crate) account: String,
    /// The reference by which the gateway knows its payment.
    pub(crate) gateway_reference: String,
}

/// What a unit looks at in an order.
#[derive(Debug, Deserialize)]
struct OrderSeen {
    id: String,
    status: String,
    payment_url: Option<String>,
    payments: Vec<PaymentSeen>,
}

/// What a unit looks at in an order's payment.
#[derive(Debug, Deserialize)]
struct PaymentSeen {
    account: String,
    reference: Option<String>,
}

/// Makes an order with an open payment.
pub(crate) async fn make_order(line: &mut Line, reference: &str) -> anyhow::Result<Prepared> {
    let body = format!(
        r#"{{"reference":"{reference}","amount":250000,"currency":"DZD","gateway":"ocpay","title":"Order {reference}"}}"#
    );
    let answer = line.post_json("/v1/orders", reference, body).await?;
    let mut order = order(&answer, StatusCode::CREATED)?;
    anyhow::ensure!(order.payment_url.is_some(), "the order has no payment_url: {}", shown(&answer));
    let payment = order.payments.pop();
    let link = payment.and_then(|payment| Some((payment.account, payment.reference?)));
    let (account, gateway_reference) =
        link.with_context(|| format!("the order has no payment with a reference: {}", shown(&answer)))?;
    Ok(Prepared { id: order.id, account, gateway_reference })
}

fn order(answer: &Answer, expected: StatusCode) -> anyhow::Result<OrderSeen> {
    anyhow::ensure!(answer.status == expected, "answered with {}", shown(answer));
    Ok(serde_json::from_slice(&answer.body)?)
}

/// The order a number stands for, round robin.
fn chosen(number: u64, orders: &[Prepared]) -> anyhow::Result<&Prepared> {
    let count = u64::try_from(orders.len())?;
    anyhow::ensure!(count > 0, "no orders were prepared");
    Ok(&orders[usize::try_from(number % count)?])
}

fn shown(answer: &Answer) -> String {
    let text: String = String::from_utf8_lossy(&answer.body).chars().take(400).collect();
    format!("{} {text}", answer.status.as_u16())
}
