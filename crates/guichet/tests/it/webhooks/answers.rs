//! What an endpoint's answer means, and how a delivery is sent again by hand.

use serde_json::json;

use super::{announced, deliveries, endpoint, moment_ms};
use crate::support::call::text;
use crate::support::inbox::Inbox;
use crate::support::test_server::TestServer;

#[tokio::test(flavor = "multi_thread")]
async fn only_2xx_is_success_and_no_redirect_is_followed() {
    let server = TestServer::start("webhook-answers").await;
    let shop = server.shop().await;
    let (inbox, elsewhere) = (Inbox::open().await, Inbox::open().await);
    endpoint(&shop, &inbox, &["order.created"]).await;
    let table = [
        (200, "delivered"),
        (201, "delivered"),
        (202, "delivered"),
        (204, "delivered"),
        (299, "delivered"),
        (300, "pending"),
        (301, "pending"),
        (302, "pending"),
        (303, "pending"),
        (304, "pending"),
        (307, "pending"),
        (308, "pending"),
        (400, "pending"),
        (401, "pending"),
        (404, "pending"),
        (409, "pending"),
        (422, "pending"),
        (500, "pending"),
        (502, "pending"),
        (599, "pending"),
    ];
    for (answered, expected) in table {
        // What failed before would be brought forward by a success, so those come first; what is tried again meanwhile, on
        // a slow machine, is answered like this one.
        inbox.answer_with((answered, vec![("location", elsewhere.url.clone())]));
        let order = announced(&server, &shop, &format!("answer-{answered}")).await;
        let log = deliveries(&shop, &order).await;
        assert_eq!(log[0]["status"], expected, "{answered}: {log:?}");
        assert_eq!(log[0]["attempts"][0]["status_code"], answered, "{log:?}");
        assert_eq!(log[0]["attempts"][0]["number"], 1);
        assert_eq!(log[0]["due_at"].is_string(), expected == "pending");
        assert_eq!(log[0]["settled_at"].is_string(), expected == "delivered");
    }
    assert!(elsewhere.letters().is_empty(), "a redirect was followed");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_what_an_endpoint_that_refused_wrote_the_beginning_is_kept() {
    let server = TestServer::start("webhook-texts").await;
    let shop = server.shop().await;
    let inbox = Inbox::open().await;
    endpoint(&shop, &inbox, &["order.created"]).await;
    let long = "é".repeat(2_000);
    let table: [(u16, &[u8], Option<&str>); 6] = [
        (500, b"Fatal error in webhook.php:12\n", Some("Fatal error in webhook.php:12")),
        (404, "لا شيء هنا".as_bytes(), Some("لا شيء هنا")),
        (500, b"a\x1b[31mb\0c\xff", Some("a [31mb c\u{fffd}")),
        (503, long.as_bytes(), Some(&long[..1024])),
        (500, b" \n", None),
        (200, b"ok", None),
    ];
    for (number, (status, body, expected)) in table.into_iter().enumerate() {
        inbox.answer(status);
        inbox.write(body);
        let order = announced(&server, &shop, &format!("text-{number}")).await;
        let log = deliveries(&shop, &order).await;
        assert_eq!(log[0]["attempts"][0]["answer"].as_str(), expected, "{status}: {log:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_may_say_when() {
    let server = TestServer::start("webhook-retry-after").await;
    let shop = server.shop().await;
    let inbox = Inbox::open().await;
    inbox.answer(500);
    endpoint(&shop, &inbox, &["order.created"]).await;
    // Status, Retry-After, and the least and the most that is waited, in seconds.
    let table = [
        (429, "3600", 3600, 3600),
        (503, "7200", 7200, 7200),
        (503, "1", 4, 6),
        (429, "99999999", 86_400, 86_400),
        (429, "-5", 4, 6),
        (503, "soon", 4, 6),
        (503, "", 4, 6),
    ];
    for (number, (status, asked, least_s, most_s)) in table.into_iter().enumerate() {
        inbox.answer_next([(status, vec![("retry-after", asked.to_owned())])]);
        let order = announced(&server, &shop, &format!("when-{number}")).await;
        let log = deliveries(&shop, &order).await;
        let waits_ms = moment_ms(&log[0]["due_at"]) - moment_ms(&log[0]["attempts"][0]["at"]);
        let within = (least_s * 1000..=most_s * 1000).contains(&waits_ms);
        assert!(within, "{status} with Retry-After “{asked}” waits {waits_ms} ms");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn gone_disables_until_the_secret_is_rotated() {
    let mut server = TestServer::start("webhook-gone").await;
    server.without_audit("an endpoint is disabled for a while, and no row remembers from when to when");
    let shop = server.shop().await;
    let inbox = Inbox::open().await;
    let id = text(&endpoint(&shop, &inbox, &["order.created"]).await, "/id");
    inbox.answer(410);
    announced(&server, &shop, "one").await;
    let listed = shop.get("/v1/webhook_endpoints").await.expect(200).json();
    assert_eq!(listed["data"][0]["status"], "disabled", "{listed}");
    inbox.answer(204);
    let unheard = announced(&server, &shop, "two").await;
    assert!(deliveries(&shop, &unheard).await.is_empty());
    assert_eq!(inbox.letters().len(), 1);

    shop.press(&format!("/v1/webhook_endpoints/{id}/rotate_secret")).await.expect(200);
    announced(&server, &shop, "three").await;
    assert_eq!(inbox.letters().len(), 2);
    let listed = shop.get("/v1/webhook_endpoints").await.expect(200).json();
    assert_eq!(listed["data"][0]["status"], "in_use", "{listed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn resent_by_the_api_and_by_the_command_line() {
    let server = TestServer::start("webhook-resend").await;
    let shop = server.shop().await;
    let inbox = Inbox::open().await;
    endpoint(&shop, &inbox, &["order.created"]).await;
    let order = announced(&server, &shop, "one").await;
    let id = text(&json!(deliveries(&shop, &order).await), "/0/id");

    let again = shop.press(&format!("/v1/deliveries/{id}/resend")).await.expect(202).json();
    assert_eq!(again["id"], id.as_str());
    server.settle().await;
    server.command(&["webhook", "resend", &id]);
    server.settle().await;

    let letters = inbox.letters();
    assert_eq!(letters.len(), 3);
    for letter in &letters {
        assert_eq!(letter.body, letters[0].body);
        assert_eq!(letter.header("webhook-id"), letters[0].header("webhook-id"));
    }
    let log = deliveries(&shop, &order).await;
    assert_eq!(
        (log[0]["status"].as_str(), log[0]["attempts"].as_array().map(Vec::len)),
        (Some("delivered"), Some(3))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn given_up_is_sent_again_by_hand() {
    let server = TestServer::start("webhook-given-up").await;
    let shop = server.shop().await;
    let inbox = Inbox::open().await;
    inbox.answer(500);
    endpoint(&shop, &inbox, &["order.created"]).await;
    let order = announced(&server, &shop, "one").await;
    for _ in 0..9 {
        server.pass(std::time::Duration::from_secs(27 * 3600)).await;
    }
    let log = deliveries(&shop, &order).await;
    assert_eq!(log[0]["status"], "given_up", "{log:?}");
    inbox.answer(200);
    shop.press(&format!("/v1/deliveries/{}/resend", text(&log[0], "/id"))).await.expect(202);
    server.settle().await;
    let log = deliveries(&shop, &order).await;
    assert_eq!(log[0]["status"], "delivered", "{log:?}");
}
