//! The calls that are remembered: what was asked and answered, and what the vendor would have answered where a fault struck.

use serde_json::{Value, json};

use crate::shop::Shop;
use crate::wire::sellers;

async fn calls(shop: &Shop) -> Vec<Value> {
    let list = shop.get("/sandbox/calls").await.json();
    list["data"].as_array().expect("a list").clone()
}

#[tokio::test]
async fn a_call_is_remembered_whole_and_without_its_key() {
    for seller in sellers() {
        let shop = Shop::open_at(&seller).await;
        let reference = shop.create("Order 7").await;
        shop.check(&reference).await;
        let calls = calls(&shop).await;
        assert_eq!(calls.len(), 2, "{}", seller.dialect);
        for call in &calls {
            assert_eq!((&call["dialect"], &call["ref"]), (&json!(seller.dialect), &json!(reference)));
            assert_eq!((&call["fault"], &call["without_fault"]), (&Value::Null, &Value::Null));
            assert!(!call.to_string().contains(&seller.key), "{call}");
        }
        let page = shop.get("/sandbox/payments").await.json();
        assert_eq!(calls[0]["merchant"], page["data"][0]["merchant"], "{}", seller.dialect);
        assert!(
            calls[1]["body"].as_str().is_some_and(|body| body.contains("Order 7") || body.contains("order-"))
        );
    }
}

#[tokio::test]
async fn beside_a_fault_stands_what_the_vendor_would_have_said() {
    for seller in sellers() {
        let shop = Shop::open_at(&seller).await;
        let reference = shop.create("Order 7 [paid]").await;
        for (fault, answers, without) in [
            (json!({ "fault": "wrong_amount" }), true, true),
            (json!({ "fault": "html" }), true, true),
            (json!({ "fault": "cut_after" }), false, true),
            (json!({ "fault": "cut_before" }), false, false),
            (json!({ "fault": "error_503" }), true, false),
            (json!({ "fault": "slow", "hold_ms": 0 }), true, true),
        ] {
            shop.post("/sandbox/faults", fault.clone()).await;
            // Where the connection is cut there is no answer to look at.
            let _ = shop.try_check(&reference).await;
            let newest = calls(&shop).await.remove(0);
            assert_eq!(newest["fault"], fault["fault"], "{}", seller.dialect);
            assert_eq!(newest["answer"].is_object(), answers, "{fault} {newest}");
            assert_eq!(newest["without_fault"].is_object(), without, "{fault} {newest}");
            if fault["fault"] == "wrong_amount" {
                assert_ne!(newest["answer"]["body"], newest["without_fault"]["body"], "{newest}");
            }
        }
    }
}

#[tokio::test]
async fn a_refused_key_is_nobodys_and_is_hidden_too() {
    for seller in sellers() {
        let shop = Shop::open_at(&seller.with_key("no key at all")).await;
        shop.try_create("Order 7").await.expect("an answer");
        let call = calls(&shop).await.remove(0);
        assert_eq!((&call["merchant"], &call["ref"]), (&Value::Null, &Value::Null), "{call}");
        assert!(!call.to_string().contains("no key at all"), "{call}");
    }
}

#[tokio::test]
async fn calls_are_narrowed_to_a_merchant_and_a_payment() {
    let shop = Shop::open().await;
    for seller in sellers() {
        let reference = shop.with(&seller).create("Order 7").await;
        shop.with(&seller).check(&reference).await;
        let found = shop.get(&format!("/sandbox/calls?ref={reference}")).await.json();
        assert_eq!(found["data"].as_array().map(Vec::len), Some(2));
        let merchant = found["data"][0]["merchant"].as_str().expect("a merchant");
        let path = format!("/sandbox/calls?dialect={}&merchant={merchant}&limit=1", seller.dialect);
        let found = shop.get(&path).await.json();
        assert_eq!((found["data"].as_array().map(Vec::len), &found["has_more"]), (Some(1), &json!(true)));
    }
}
