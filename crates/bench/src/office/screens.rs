//! Every screen of the office and every way of looking for an order, asked for over HTTP again and again.

use anyhow::Context;
use guichet_core::{Order, OrderId};
use guichet_server::clock::rfc3339;

use super::filling::SPAN_MS;
use super::visitor::{Visitor, between};
use crate::figures::percentile;
use crate::stopwatch::Stopwatch;

/// A day, in ms.
const DAY_MS: i64 = 24 * 3_600_000;

/// A screen, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Screen {
    pub(super) name: &'static str,
    pub(super) path: String,
}

/// How long a screen takes, and how large it is.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    /// The screen.
    pub(super) name: &'static str,
    /// Its size in bytes.
    pub(super) bytes: u64,
    /// Half of the answers took no longer than this, in µs.
    pub(super) p50_us: u64,
    /// 99 of 100 took no longer than this, in µs.
    pub(super) p99_us: u64,
}

/// The screens, and the searches that find that order, at that time (unix ms).
pub(super) fn screens(known: &Order, now_ms: i64) -> anyhow::Result<Vec<Screen>> {
    let mut screens = plain(known, now_ms);
    screens.extend(narrowed(known, now_ms));
    screens.extend(searches(known)?);
    Ok(screens)
}

fn screen(name: &'static str, path: impl Into<String>) -> Screen {
    Screen { name, path: format!("/office/{}", path.into()) }
}

fn plain(known: &Order, now_ms: i64) -> Vec<Screen> {
    let deep = OrderId::new(now_ms - SPAN_MS / 2, [0; 10]);
    let day = &rfc3339(now_ms - SPAN_MS / 3)[..10];
    vec![
        screen("today", "today"),
        screen("needs you", "needs-you"),
        screen("orders", "orders"),
        screen("orders, deep", format!("orders?before={deep}")),
        screen("order", format!("orders/{}", known.id)),
        screen("cash", "cash"),
        screen("refund requests", "refund-requests"),
        screen("day book, month", "day-book"),
        screen("day book, older month", format!("day-book?month={}", &day[..7])),
        screen("day book, day", format!("day-book/{}/{day}", known.merchant)),
        screen("webhooks", "webhooks"),
        screen("gateways", "gateways"),
        screen("people", "people"),
        screen("log", "people/log"),
        screen("developers", "developers"),
        screen("account", "account"),
    ]
}

/// The list of orders by each thing that narrows it.
fn narrowed(known: &Order, now_ms: i64) -> Vec<Screen> {
    let day = |ago_ms: i64| rfc3339(now_ms - ago_ms)[..10].to_owned();
    let account = known.main_payment().map(|main| main.account.to_string()).unwrap_or_default();
    let list = |name, query: String| screen(name, format!("orders?{query}"));
    vec![
        list("orders, pending", "status=pending".to_owned()),
        list("orders, failed", "status=failed".to_owned()),
        list("orders, paid", "status=paid".to_owned()),
        list("orders, fulfilled", "status=fulfilled".to_owned()),
        list("orders, expired", "status=expired".to_owned()),
        list("orders, cancelled", "status=cancelled".to_owned()),
        list("orders, needing you", "needs_you=1".to_owned()),
        list(
            "orders, created on a day",
            format!("created_after={}&created_before={}", day(60 * DAY_MS), day(59 * DAY_MS)),
        ),
        list("orders, created until", format!("created_before={}", day(170 * DAY_MS))),
        list(
            "orders, paid on a day",
            format!("paid_after={}&paid_before={}", day(60 * DAY_MS), day(59 * DAY_MS)),
        ),
        list("orders, paid since", format!("paid_after={}", day(170 * DAY_MS))),
        list("orders, paid until", format!("paid_before={}", day(10 * DAY_MS))),
        list("orders, by gateway", "gateway=cinetpay".to_owned()),
        list("orders, by a rare gateway", "gateway=cash&status=cancelled".to_owned()),
        list("orders, by account", format!("account={account}")),
        list("orders, by currency", "currency=XOF".to_owned()),
        list("orders, by an unused currency", "currency=GNF".to_owned()),
        list("orders, by amount", format!("amount={}", known.terms.money.decimal())),
        list("orders, by an unused amount", "amount=123456789".to_owned()),
        list("orders, by name and gateway", "q=karim&gateway=novasend&status=paid".to_owned()),
    ]
}

/// The list of orders by everything that somebody may type.
fn searches(known: &Order) -> anyhow::Result<Vec<Screen>> {
    let payer = &known.terms.payer;
    let main = known.main_payment().context("no payment")?;
    let link = main.state.link().context("no link")?;
    let phone = payer.phone.as_ref().context("no phone")?.digits();
    let family = payer.family_name.clone().unwrap_or_default();
    let typed = |name, typed: &str| {
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", typed).finish();
        screen(name, format!("orders?{query}"))
    };
    let amount =
        url::form_urlencoded::byte_serialize(known.terms.money.decimal().as_bytes()).collect::<String>();
    let phone_and_amount = screen("find phone and amount", format!("orders?q={phone}&amount={amount}"));
    Ok(vec![
        typed("find id", &known.id.to_string()),
        typed("find payment", &main.id.to_string()),
        typed("find reference", &known.terms.reference),
        typed("find reference's beginning", &known.terms.reference[..13]),
        typed("find what all begin with", &known.terms.reference[..4]),
        typed("find gateway's reference", &link.reference),
        typed("find phone", phone),
        typed("find phone's last digits", &phone[phone.len() - 6..]),
        typed("find e-mail", payer.email.as_deref().unwrap_or_default()),
        typed("find name", &payer.full_name()),
        typed("find family name", &family),
        typed("find name's beginning", &family[..3]),
        typed("find name's two letters", &family[..2]),
        typed("find amount", &known.terms.money.decimal()),
        typed("find nothing", "zzzzqqqq"),
        phone_and_amount,
    ])
}

/// What the first screen brings along: its style and its script, in bytes.
pub(super) async fn brought_along(visitor: &mut Visitor) -> anyhow::Result<u64> {
    let page = visitor.read("/office/today").await?;
    let mut bytes = 0;
    for (tag, name) in [("<link rel=\"stylesheet\"", "href=\""), ("<script ", "src=\"")] {
        for rest in page.split(tag).skip(1) {
            let path = between(rest, name, "\"")?;
            let path = path.find("/office/").map_or(path, |at| &path[at..]);
            bytes += u64::try_from(visitor.get(path).await?.body.len())?;
        }
    }
    anyhow::ensure!(bytes > 0, "the first screen brings no style along");
    Ok(bytes)
}

/// Asks for a screen so often, after once that does not count.
pub(super) async fn measured(visitor: &mut Visitor, screen: &Screen, requests: u64) -> anyhow::Result<Shown> {
    let bytes = u64::try_from(visitor.get(&screen.path).await?.body.len())?;
    let mut took_us = Vec::new();
    for _ in 0..requests {
        let begun = Stopwatch::start();
        visitor.get(&screen.path).await?;
        took_us.push(begun.micros());
    }
    took_us.sort_unstable();
    let (p50_us, p99_us) = (percentile(&took_us, 500), percentile(&took_us, 990));
    Ok(Shown { name: screen.name, bytes, p50_us, p99_us })
}
