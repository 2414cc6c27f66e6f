//! The customers' pages and the gateways' callbacks: wrong tokens, wrong forms, wrong callbacks. Here the
//! refusal is a page or a bare status, but never a server error and never a change.

use serde_json::json;

use super::shop;
use crate::support::call::text;
use crate::support::test_server::order;

#[tokio::test(flavor = "multi_thread")]
async fn pages_and_callbacks() {
    let (server, shop) = shop("bad-pages").await;
    let made = shop.order(&order("one", "Book")).await;
    let checkout = text(&made, "/checkout_url");
    let checkout = checkout.trim_start_matches(&server.base_url).to_owned();
    let status = checkout.replace("/checkout/", "/status/");
    let account = text(&made, "/payments/0/account");
    let customer = shop.without_key();
    let form = "application/x-www-form-urlencoded";
    let long = "a".repeat(4000);
    let table: Vec<(&str, String, &str, Vec<u8>, u16)> = vec![
        ("GET", "/checkout/nothing".to_owned(), "", vec![], 404),
        ("GET", format!("/status/{long}"), "", vec![], 404),
        ("GET", "/status/%ff".to_owned(), "", vec![], 404),
        ("GET", "/status/nothing/live".to_owned(), "", vec![], 404),
        ("POST", "/status/nothing/check".to_owned(), form, vec![], 404),
        ("POST", "/checkout/nothing".to_owned(), form, b"account=x".to_vec(), 404),
        ("PUT", checkout.clone(), "", vec![], 405),
        ("PUT", status.clone(), form, vec![], 405),
        // A gateway that sends the customer back by POST wants a page; what is posted proves nothing.
        ("POST", status.clone(), form, b"transaction_id=x&token=%ff".to_vec(), 200),
        ("GET", format!("{status}/check"), "", vec![], 405),
        ("POST", checkout.clone(), form, vec![], 422),
        ("POST", checkout.clone(), form, b"account=1&account=2".to_vec(), 422),
        ("POST", checkout.clone(), "application/json", json!({ "account": account }).to_string().into(), 415),
        ("POST", checkout.clone(), form, vec![b'a'; 70_000], 413),
        ("POST", checkout.clone(), form, b"account=%ff%fe".to_vec(), 200),
        ("POST", checkout.clone(), form, b"account=acc_01kaqwm3v0e9r8t7y6v5w4x3z2".to_vec(), 200),
        ("POST", "/callbacks/ocpay/x".to_owned(), "", b"x".to_vec(), 404),
        ("POST", format!("/callbacks/cash/{account}"), "", b"x".to_vec(), 404),
        ("POST", format!("/callbacks/ocpay/{account}"), "", b"\xff\xfe".to_vec(), 200),
        ("POST", format!("/callbacks/ocpay/{account}"), "", vec![b'x'; 70_000], 413),
        ("GET", format!("/callbacks/ocpay/{account}?ref=nobody"), "", vec![], 200),
        ("PUT", format!("/callbacks/ocpay/{account}"), "", vec![], 405),
    ];
    let before = server.census();
    for (method, path, media, body, expected) in table {
        let media: Vec<(&str, &str)> =
            [("content-type", media)].into_iter().filter(|(_, value)| !value.is_empty()).collect();
        let answer = customer.send(method, &path, &media, body).await;
        let shown: String = path.chars().take(60).collect();
        assert_eq!(answer.status, expected, "{method} {shown}: {}", answer.text());
        assert_eq!(server.census(), before, "{method} {shown}: something was written");
        let safe = !answer.text().contains("<script>alert") && !answer.text().contains("panicked");
        assert!(safe, "{method} {shown}: {}", answer.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_shop_wrote_is_text_on_a_page() {
    let (_house, shop) = shop("bad-markup").await;
    let attack = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
    let made = shop
        .order(&json!({
            "reference": attack, "title": attack, "currency": "DZD",
            "items": [{ "name": attack, "quantity": 1, "unit_amount": 250_000 }],
            "return_url": "https://shop.example/?\"><script>alert(1)</script>",
        }))
        .await;
    for page in ["/checkout_url", "/status_url"] {
        for language in ["en", "fr", "ar", "<script>alert(1)</script>"] {
            let url = text(&made, page);
            let page = shop.send("GET", &format!("{url}?lang={language}"), &[], Vec::new()).await.expect(200);
            let html = page.text();
            assert!(!html.contains("<script>alert") && !html.contains("<img src=x"), "{html}");
            assert!(html.contains("&#60;script&#62;") || html.contains("&lt;script&gt;"), "{html}");
            assert!(page.header("content-security-policy").contains("default-src 'none'"));
        }
    }
}
