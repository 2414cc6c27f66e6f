//! The settings page: what it keeps, what it never shows, and what the test of the connection says.

use serde_json::{Value, json};

use super::shop::Shop;
use crate::support::shop_file::NOWHERE;

const OTHER_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

#[tokio::test(flavor = "multi_thread")]
async fn the_test_of_the_connection_says_what_is_wrong() {
    let shop = Shop::open("woocommerce-settings").await;
    let key = shop.caller.key.clone().expect("a key");
    // What is saved, what of the page says so, and what the test finds. Each row follows the one before.
    let elsewhere = shop.site.url.clone();
    let rows: [(Value, &str, &[&str]); 9] = [
        (json!({}), "nobody really pays", &["test_money", "secret_missing"]),
        (json!({ "url": "pay.example" }), "url_invalid", &["test_money", "secret_missing"]),
        (json!({ "api_key": "pk_test_abc" }), "key_malformed", &["test_money", "secret_missing"]),
        (json!({ "webhook_secret": "secret" }), "secret_malformed", &["test_money", "secret_missing"]),
        (json!({ "expires_minutes": "0" }), "expiry_out_of_range", &["test_money", "secret_missing"]),
        (json!({ "webhook_secret": OTHER_SECRET }), "no endpoint", &["test_money", "endpoint_missing"]),
        (json!({ "url": NOWHERE }), "nobody answers there", &["no_answer"]),
        (json!({ "url": elsewhere }), "is not Guichet", &["not_guichet"]),
        (
            json!({ "url": shop.server.base_url, "api_key": "sk_test_nobody" }),
            "Guichet refuses it",
            &["key_unknown"],
        ),
    ];
    for (saved, said, codes) in rows {
        let page = shop.save(&saved).await;
        let told = format!("{}{}", page["said"], page["page"]);
        assert!(told.contains(said), "{saved}: {told}");
        assert_eq!(page["codes"], json!(codes), "{saved}: {told}");
    }
    shop.save(&json!({ "api_key": key })).await;
    let shop = shop.with_webhooks().await;
    let page = shop.site.act("settings", &json!({})).await;
    assert_eq!(page["codes"], json!(["test_money", "webhook_arrived"]), "{page}");
    // An empty field keeps the secret; another one is noticed.
    assert_eq!(shop.save(&json!({})).await["codes"], json!(["test_money", "webhook_arrived"]));
    let page = shop.save(&json!({ "webhook_secret": OTHER_SECRET })).await;
    assert_eq!(page["codes"], json!(["test_money", "webhook_refused"]), "{page}");
    let create = ["key", "create", "--merchant", "alger", "--environment", "test", "--role", "clerk"];
    let clerk = shop.server.command(&create).trim().to_owned();
    let page = shop.save(&json!({ "api_key": clerk })).await;
    assert_eq!(page["codes"], json!(["test_money", "endpoint_unseen"]), "{page}");
    for secret in [&key, &clerk, &shop.secret, OTHER_SECRET] {
        assert!(!page.to_string().contains(secret), "a secret is shown: {page}");
        assert!(!shop.site.log().contains(secret), "a secret is logged");
    }
    let left = shop.site.act("uninstall", &json!({})).await;
    assert_eq!(left, json!([]), "what was set is gone");
}
