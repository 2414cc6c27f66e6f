//! A storm: many orders, each with twenty notifications, true ones and forged ones, doubled and out of
//! order. Each order is settled once, and the gateway is asked no more often than it wants to be.

use std::sync::Arc;

use guichet_sandbox::Action;
use serde_json::json;
use tokio::task::JoinSet;

use super::market::{Market, at};
use super::notices::cinetpay_form;
use crate::support::call::{Caller, text};
use crate::support::dice::{Dice, setting};
use crate::support::shop_file::NOWHERE;

/// How many notifications each order gets.
const PER_ORDER: usize = 20;

/// How many callers there are at once.
const AT_ONCE: usize = 16;

/// CinetPay's least time between two checks of one payment, in ms.
const LEAST_MS: i64 = 5_000;

const SITE: &str = "445160";
const SECRET: &str = "secret_of_key-of-cinetpay";

/// What happens in the storm.
enum Gust {
    /// The customer of that payment pays.
    Pays(String),
    /// Somebody posts a form to the callback address, with an `x-token` or without.
    Posts(Option<String>, Vec<u8>),
}

/// The notifications about one payment: half of them true, the rest forged or senseless.
fn notifications(name: &str, dice: &mut Dice) -> Vec<Gust> {
    let sixteen = |secret: &str, transaction: &str, word: &str| {
        let given = [("cpm_site_id", SITE), ("cpm_trans_id", transaction), ("cpm_error_message", word)];
        let (token, body) = cinetpay_form(secret, &given);
        Gust::Posts(Some(token), body)
    };
    let post = |_| match dice.below(10) {
        0..3 => sixteen(SECRET, name, "SUCCES"),
        3 => sixteen(SECRET, name, "WAITING_FOR_CUSTOMER"),
        4 => sixteen(SECRET, name, "PAYMENT_FAILED"),
        5 => Gust::Posts(None, format!("cpm_trans_id={SITE}&cpm_site_id={name}").into_bytes()),
        6..8 => sixteen("forged", name, "SUCCES"),
        8 => sixteen(SECRET, "paynobody", "SUCCES"),
        _ => Gust::Posts(None, b"%00=[&{".to_vec()),
    };
    (0..PER_ORDER).map(post).collect()
}

/// So many things done by a few at once.
async fn all<T, F, Fut>(things: Vec<T>, deed: F)
where
    T: Send + 'static,
    F: Fn(T) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send,
{
    let (things, deed) = (Arc::new(std::sync::Mutex::new(things.into_iter())), Arc::new(deed));
    let mut callers = JoinSet::new();
    for _ in 0..AT_ONCE {
        let (things, deed) = (things.clone(), deed.clone());
        callers.spawn(async move {
            loop {
                let Some(next) = things.lock().expect("a whole list").next() else { return };
                deed(next).await;
            }
        });
    }
    callers.join_all().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_of_notifications_settles_each_order_once() {
    let orders = usize::try_from(setting("GUICHET_TEST_STORM", 1_000)).expect("a number");
    let market = Market::open("storm", &[at("cinetpay")], &[]).await;
    let (shop, begun_ms) = (market.native.clone(), market.server.clock.now_ms());
    let numbers = (0..orders).collect();
    all(numbers, move |number: usize| {
        let shop = shop.clone();
        async move {
            let body = json!({
                "reference": format!("basket-{number}"), "amount": 2_500, "currency": "XOF",
                "gateway": "auto", "title": "Semolina [no-callback]", "expires_in": 86_400,
            });
            assert_eq!(text(&shop.order(&body).await, "/payments/0/status"), "open");
        }
    })
    .await;

    let mut dice = Dice::new(setting("GUICHET_TEST_SEED", 7));
    let mut gusts = Vec::new();
    for payment in market.at_gateway() {
        gusts.push(Gust::Pays(payment.reference));
        gusts.extend(notifications(&payment.merchant_reference.expect("our name"), &mut dice));
    }
    dice.shuffle(&mut gusts);
    let (url, sandbox) = (market.callback_url("cinetpay"), market.server.sandbox.clone());
    let anybody = Caller::new(NOWHERE, None);
    all(gusts, move |gust| {
        let (url, sandbox, anybody) = (url.clone(), sandbox.clone(), anybody.clone());
        async move {
            match gust {
                Gust::Pays(reference) => {
                    sandbox.act(&reference, Action::Pay).expect("the customer pays");
                }
                Gust::Posts(token, body) => {
                    let form = ("content-type", "application/x-www-form-urlencoded");
                    let signed = token.as_deref().map(|token| ("x-token", token));
                    let headers: Vec<_> = std::iter::once(form).chain(signed).collect();
                    anybody.send("POST", &url, &headers, body).await.expect(200);
                }
            }
        }
    })
    .await;
    // Whoever was asked about just before the payment is asked again when the gateway allows it, or at
    // the worker's own next look where every true notification came before the payment.
    market.pass_s(6).await;
    market.pass_s(31).await;

    let (checks, lasted_ms) = (
        market.gateways.checks().values().map(Vec::len).sum::<usize>(),
        market.server.clock.now_ms() - begun_ms,
    );
    println!("{orders} orders, {} notifications: {checks} checks", orders * PER_ORDER);
    market.gateways.was_never_pestered(LEAST_MS);
    let most = orders * usize::try_from(1 + lasted_ms / LEAST_MS).expect("a number");
    assert!((orders..=most).contains(&checks), "{checks} checks of {orders} payments in {lasted_ms} ms");
    assert_eq!(market.gateways.openings().len(), orders);
    let book = market.server.rows();
    let count = |sql: &str| usize::try_from(book.count(sql)).expect("a count");
    assert_eq!(count("SELECT COUNT(*) FROM orders WHERE status = 'paid'"), orders);
    let paid = "SELECT COUNT(*) FROM journal j, json_each(unpacked(j.entries, j.id || j.subject || j.at_ms)) entry \
        WHERE json_extract(entry.value, '$.type') = 'order.paid'";
    assert_eq!(count(paid), orders);
    assert_eq!(count("SELECT COUNT(*) FROM orders WHERE held <> '[]'"), 0);
}
