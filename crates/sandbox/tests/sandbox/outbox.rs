//! Messages to customers, laid down by a server and read by people and by tests.

use reqwest::Method;
use serde_json::json;

use crate::shop::Shop;
use crate::wire::Call;

#[tokio::test]
async fn messages_are_laid_down_and_read_newest_first() {
    let shop = Shop::open().await;
    let mail =
        json!({ "channel": "email", "to": "a@b.example", "subject": "Paid <7>", "text": "Thank\nyou" });
    let sms = json!({ "channel": "sms", "to": "+2250700000000", "text": "Paid." });
    for body in [&mail, &sms] {
        assert_eq!(shop.post("/sandbox/outbox", body.clone()).await.status.as_u16(), 201);
    }
    let at = "2025-01-15T10:30:00Z";
    let list = shop.get("/sandbox/outbox").await.json();
    let expected = json!([
        { "channel": "sms", "to": "+2250700000000", "subject": null, "text": "Paid.", "at": at },
        { "channel": "email", "to": "a@b.example", "subject": "Paid <7>", "text": "Thank\nyou", "at": at },
    ]);
    assert_eq!(list["data"], expected);

    let headers = vec![("Accept", "text/html,application/xhtml+xml".to_owned())];
    let (path, body) = ("/sandbox/outbox".to_owned(), String::new());
    let page = shop.send(Call { method: Method::GET, path, headers, body }).await.unwrap();
    assert!(page.headers["content-type"].to_str().unwrap().starts_with("text/html"));
    for text in [page.text, shop.get("/").await.text] {
        assert!(text.contains("Paid &#60;7&#62;") && text.contains("+2250700000000"), "{text}");
    }
    shop.sandbox.reset();
    assert_eq!(shop.sandbox.messages(), []);
}

#[tokio::test]
async fn messages_that_make_no_sense_are_refused() {
    let shop = Shop::open().await;
    let long = "x".repeat(70_000);
    for (body, field) in [
        (json!({ "channel": "post", "to": "a", "text": "b" }), "channel"),
        (json!({ "to": "a", "text": "b" }), "channel"),
        (json!({ "channel": "sms", "text": "b" }), "to"),
        (json!({ "channel": "sms", "to": "a" }), "text"),
        (json!({ "channel": "sms", "to": "a", "text": long }), "text"),
        (json!({ "channel": "sms", "to": long, "text": "b" }), "to"),
        (json!({ "channel": "sms", "to": "a", "text": "b", "cc": "c" }), "cc"),
    ] {
        let answer = shop.post("/sandbox/outbox", body).await;
        let refused = (answer.status.as_u16(), answer.json()["error"]["field"].clone());
        assert_eq!(refused, (400, json!(field)), "{}", answer.text);
    }
    assert_eq!(shop.sandbox.messages(), []);
}
