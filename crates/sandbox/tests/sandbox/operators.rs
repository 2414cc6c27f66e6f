//! The hosted page of vendors with several ways to pay: the choice, the code, the question on the
//! phone, and what the shop is told of it.

use guichet_gateways::Operator;
use serde_json::json;

use crate::shop::Shop;
use crate::wire::{Seller, sellers};

/// Every vendor's every operator.
fn operators() -> Vec<(Seller, &'static Operator)> {
    let of = |seller: Seller| {
        let profile = seller.profile();
        profile.operators.iter().map(move |operator| (seller.clone(), operator)).collect::<Vec<_>>()
    };
    sellers().into_iter().flat_map(of).collect()
}

#[tokio::test]
async fn the_page_offers_every_operator_and_asks_what_it_needs() {
    for (seller, operator) in operators() {
        let shop = Shop::open_at(&seller).await;
        let reference = shop.create("Order 7").await;
        let choice = shop.get(&format!("/pay/{reference}")).await.text;
        assert!(choice.contains(operator.name), "{choice}");
        assert!(!choice.contains(&format!("/pay/{reference}/pay\"")), "nothing is chosen yet");
        let link = format!("/pay/{reference}?operator={}", operator.code);
        assert!(choice.contains(&link) && !choice.contains("<script"), "{choice}");
        let page = shop.get(&link).await.text;
        assert!(page.contains(&format!("/pay/{reference}/pay\"")) && page.len() < 15 * 1024);
        assert_eq!(page.contains("name=\"otp\""), operator.asks_otp, "{}", operator.code);
        let has_phone = page.contains("name=\"phone\"");
        assert_eq!(has_phone, operator.code != "CARD", "{}", operator.code);
        assert_eq!(has_phone, page.contains("value=\"+2250707000001\""), "the payer's number is filled in");
        assert!(!page.contains("<script"));
    }
}

#[tokio::test]
async fn whom_the_operator_asks_on_the_phone_confirms_or_refuses_there() {
    for (seller, operator) in operators().into_iter().filter(|(_, operator)| operator.asks_on_phone) {
        for (button, expected) in [("confirm", "paid"), ("refuse", "failed"), ("leave", "pending")] {
            let shop = Shop::open_at(&seller).await;
            let reference = shop.create("Order 7").await;
            let typed = format!("operator={}&phone=%2B225+0799+0000+01&otp=1234", operator.code);
            let asked = shop.press(&reference, "pay", &typed).await;
            assert_eq!(asked.location(), format!("/pay/{reference}"));
            assert_eq!(shop.status(&reference).await, "pending");
            let page = shop.get(&format!("/pay/{reference}")).await.text;
            assert!(page.contains("Waiting for your confirmation on the phone"), "{page}");
            assert!(page.contains("+225079900001") || page.contains("+2250799000001"), "{page}");
            shop.sandbox.advance(10 * 86_400).unwrap();
            assert_eq!(shop.status(&reference).await, "pending", "what was begun does not lapse");
            shop.press(&reference, button, "").await;
            assert_eq!(shop.status(&reference).await, expected, "{button}");
            let view = shop.sandbox.payment(&reference).unwrap();
            assert_eq!(view.operator.as_deref(), Some(operator.code));
        }
    }
}

#[tokio::test]
async fn a_code_is_right_unless_it_is_the_wrong_one() {
    for (seller, operator) in operators().into_iter().filter(|(_, operator)| operator.asks_otp) {
        for (otp, expected) in [
            ("1234", "paid"),
            ("123456", "paid"),
            ("0000", "failed"),
            ("", "pending"),
            ("123", "pending"),
            ("1234567", "pending"),
            ("12a4", "pending"),
        ] {
            let shop = Shop::open_at(&seller).await;
            let reference = shop.create("Order 7").await;
            let typed = format!("operator={}&phone=&otp={otp}", operator.code);
            let answer = shop.press(&reference, "pay", &typed).await;
            assert_eq!(shop.status(&reference).await, expected, "{} {otp}", seller.dialect);
            let again = answer.text.contains("The code that the operator sends");
            assert_eq!(
                (again, answer.status.as_u16() == 400),
                (expected == "pending", expected == "pending")
            );
            assert_eq!(again, answer.text.contains("name=\"otp\""), "the form is shown again");
        }
    }
}

#[tokio::test]
async fn the_shop_learns_by_what_it_was_paid_and_from_where() {
    for (seller, operator) in operators() {
        let shop = Shop::open_at(&seller).await;
        let reference = shop.create("Order 7").await;
        let path = format!("/sandbox/payments/{reference}/pay");
        let body = json!({ "operator": operator.code, "phone": "+2250799000001" });
        let view = shop.post(&path, body).await.json();
        assert_eq!((&view["status"], &view["operator"]), (&json!("paid"), &json!(operator.code)));
        let paid = shop.check(&reference).await;
        match seller.dialect {
            "cinetpay" => {
                assert_eq!(paid["data"]["payment_method"], operator.code);
                assert_eq!(paid["data"]["phone_number"], "0799000001");
            }
            _ => assert_eq!(paid["transaction"]["phoneNumber"], "+2250799000001"),
        }
    }
}

#[tokio::test]
async fn means_that_make_no_sense_are_refused() {
    for seller in sellers() {
        let shop = Shop::open_at(&seller).await;
        let reference = shop.create("Order 7").await;
        for (body, field) in [
            (json!({ "operator": "NOBODY" }), "operator"),
            (json!({ "operator": 7 }), "operator"),
            (json!({ "phone": "what" }), "phone"),
            (json!({ "pin": "1" }), "pin"),
        ] {
            let answer = shop.post(&format!("/sandbox/payments/{reference}/pay"), body).await;
            let refused = (answer.status.as_u16(), answer.json()["error"]["field"].clone());
            assert_eq!(refused, (400, json!(field)), "{} {}", seller.dialect, answer.text);
        }
        let page = shop.press(&reference, "pay", "phone=what").await;
        assert!(page.status.as_u16() == 400 && page.text.contains("4 to 15 digits"), "{}", page.text);
        assert_eq!(shop.status(&reference).await, "pending");
    }
}

#[tokio::test]
async fn a_number_that_is_locked_cannot_be_changed_and_channels_narrow_the_choice() {
    let shop = Shop::open_at(&crate::wire::seller("cinetpay", 7)).await;
    let mut sale = shop.sale("Order 7");
    sale.more = json!({ "channels": "MOBILE_MONEY", "lock_phone_number": true });
    let reference = shop.create_sale(&sale).await;
    let choice = shop.get(&format!("/pay/{reference}")).await.text;
    assert!(choice.contains("operator=OM") && !choice.contains("operator=CARD"), "{choice}");
    let page = shop.get(&format!("/pay/{reference}?operator=MOMO")).await.text;
    assert!(page.contains("readonly"), "{page}");
    shop.press(&reference, "pay", "operator=OM&phone=%2B2250799000001&otp=1234").await;
    assert_eq!(shop.check(&reference).await["data"]["phone_number"], "0707000001");
}
