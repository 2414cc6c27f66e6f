//! When an endpoint that fails is tried again: the published schedule, under virtual time.

use std::time::Duration;

use serde_json::Value;

use super::{announced, deliveries, endpoint, moment_ms};
use crate::support::inbox::Inbox;
use crate::support::test_server::TestServer;

/// The published waits, in seconds; the first try is at once.
const WAITS_S: [i64; 9] = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];

#[tokio::test(flavor = "multi_thread")]
async fn ten_tries_on_the_published_schedule_and_then_it_is_given_up() {
    let server = TestServer::start("webhook-schedule").await;
    let shop = server.shop().await;
    let inbox = Inbox::open().await;
    inbox.answer(500);
    endpoint(&shop, &inbox, &["order.created"]).await;
    let order = announced(&server, &shop, "one").await;

    for (tried, wait_s) in WAITS_S.into_iter().enumerate() {
        let delivery = only(deliveries(&shop, &order).await);
        let attempts = delivery["attempts"].as_array().expect("tries");
        assert_eq!((attempts.len(), inbox.letters().len()), (tried + 1, tried + 1), "{delivery}");
        assert_eq!(delivery["status"], "pending", "{delivery}");
        let due_ms = moment_ms(&delivery["due_at"]);
        let waits_ms = due_ms - moment_ms(&attempts[tried]["at"]);
        assert!((wait_s * 900..=wait_s * 1100).contains(&waits_ms), "try {tried} waits {waits_ms} ms");
        sends_nothing_before(&server, &inbox, due_ms).await;
        let left_ms = (due_ms - server.clock.now_ms()).max(0);
        server.pass(Duration::from_millis(left_ms.unsigned_abs())).await;
    }

    let delivery = only(deliveries(&shop, &order).await);
    assert_eq!(delivery["status"], "given_up", "{delivery}");
    assert_eq!(delivery["due_at"], Value::Null);
    assert_eq!(delivery["attempts"].as_array().map(Vec::len), Some(10));
    server.pass(Duration::from_secs(40 * 86_400)).await;
    let letters = inbox.letters();
    assert_eq!(letters.len(), 10);

    // The same event at every try: the same name, the same bytes; only the time of sending moves.
    for letter in &letters {
        assert_eq!(letter.body, letters[0].body);
        assert_eq!(letter.header("webhook-id"), letters[0].header("webhook-id"));
        assert_eq!(letter.header("content-type"), "application/json");
    }
    let times: Vec<i64> =
        letters.iter().map(|letter| letter.header("webhook-timestamp").parse().expect("seconds")).collect();
    assert!(times.is_sorted() && times[0] < times[9], "{times:?}");
}

/// Well before its time, even a worker that is told to work sends nothing.
async fn sends_nothing_before(server: &TestServer, inbox: &Inbox, due_ms: i64) {
    let count = inbox.letters().len();
    let half_ms = (due_ms - server.clock.now_ms()) / 2;
    server.pass(Duration::from_millis(half_ms.max(0).unsigned_abs())).await;
    if server.clock.now_ms() < due_ms {
        assert_eq!(inbox.letters().len(), count, "it was sent before its time");
    }
}

fn only(deliveries: Vec<Value>) -> Value {
    assert_eq!(deliveries.len(), 1, "{deliveries:?}");
    deliveries.into_iter().next().expect("one")
}
