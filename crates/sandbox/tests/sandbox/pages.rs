//! The customer's pages: every button, the links that no longer work, and what a browser is told.

use serde_json::{Value, json};

use crate::shop::{Answer, Shop};

const SHOP_URL: &str = "https://shop.example/return?order=7";

async fn press(shop: &Shop, reference: &str, button: &str) -> Answer {
    shop.post(&format!("/pay/{reference}/{button}"), Value::Null).await
}

#[tokio::test]
async fn the_page_shows_the_payment_and_every_button_and_is_small() {
    let shop = Shop::open().await;
    let reference = shop.create("Order <7> & more").await;
    let page = shop.get(&format!("/pay/{reference}")).await;
    assert_eq!(page.status.as_u16(), 200);
    assert!(page.text.len() < 15 * 1024, "{} bytes", page.text.len());
    for expected in
        ["Order &#60;7&#62; &#38; more", "2,500.00 DZD", "SANDBOX", "10:50:00 UTC", "user_", "lang=\"en\""]
    {
        assert!(page.text.contains(expected), "{expected} is not in {}", page.text);
    }
    for button in ["pay", "pay_late", "pay_no_return", "decline", "cancel", "initiate", "leave"] {
        assert!(page.text.contains(&format!("/pay/{reference}/{button}\"")), "{button}");
    }
    assert!(!page.text.contains("<script"));
    assert_eq!(page.headers["cache-control"], "no-store");
    assert!(page.headers["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
}

#[tokio::test]
async fn every_button_does_what_it_says() {
    let shop = Shop::open().await;
    for (button, back_to_shop, status) in [
        ("pay", true, "CONFIRMED"),
        ("pay_late", true, "PENDING"),
        ("pay_no_return", false, "CONFIRMED"),
        ("decline", false, "FAILED"),
        ("cancel", false, "FAILED"),
        ("initiate", false, "PENDING"),
    ] {
        let reference = shop.create("Order 7").await;
        let page = format!("/pay/{reference}");
        let answer = press(&shop, &reference, button).await;
        assert_eq!(answer.status.as_u16(), 303, "{button}");
        assert_eq!(answer.location(), if back_to_shop { SHOP_URL } else { &page }, "{button}");
        assert_eq!(shop.status(&reference).await, status, "{button}");
        let open = shop.get(&page).await.text.contains("<form");
        assert_eq!(open, button == "initiate", "{button}");
    }
}

#[tokio::test]
async fn leaving_changes_nothing() {
    let shop = Shop::open().await;
    let reference = shop.create("Order 7").await;
    let answer = press(&shop, &reference, "leave").await;
    assert!(answer.status.is_success() && answer.text.contains("left without deciding"));
    assert_eq!(shop.status(&reference).await, "PENDING");
    shop.sandbox.advance(1200).unwrap();
    assert_eq!(shop.status(&reference).await, "FAILED");
}

#[tokio::test]
async fn a_link_that_was_used_refuses_to_be_paid_again() {
    let shop = Shop::open().await;
    for (first, sentence, status) in [
        ("pay", "This link has already been paid.", "CONFIRMED"),
        ("pay_late", "The bank is confirming this payment", "PENDING"),
        ("decline", "This payment was declined.", "FAILED"),
        ("cancel", "This payment was cancelled.", "FAILED"),
    ] {
        let reference = shop.create("Order 7").await;
        press(&shop, &reference, first).await;
        let again = press(&shop, &reference, "pay").await;
        assert_eq!(again.status.as_u16(), 409, "{first}");
        assert!(again.text.contains(sentence), "{first}: {}", again.text);
        assert!(again.text.contains(&format!("href=\"{SHOP_URL}\"")), "{first}");
        assert_eq!(shop.status(&reference).await, status, "{first}");
    }
    let reference = shop.create("Order 7").await;
    shop.sandbox.advance(1200).unwrap();
    let late = press(&shop, &reference, "pay").await;
    assert!(late.status.as_u16() == 409 && late.text.contains("This link has expired."), "{}", late.text);
}

#[tokio::test]
async fn a_payment_without_an_address_ends_on_our_own_page() {
    let shop = Shop::open().await;
    let body = json!({ "productInfo": { "title": "Order 7", "amount": 500 } });
    let made = shop.post("/v3/ocpay/createLink", body).await.json();
    let reference = made["data"]["paymentRef"].as_str().unwrap();
    let answer = press(&shop, reference, "pay").await;
    assert_eq!(answer.location(), format!("/pay/{reference}"));
    assert!(shop.get(answer.location()).await.text.contains("The shop gave no address"));
}

#[tokio::test]
async fn unknown_links_and_buttons_are_not_found() {
    let shop = Shop::open().await;
    let reference = shop.create("Order 7").await;
    for path in ["/pay/OCPL-NOBODY-0000".to_owned(), "/pay/%3Cb%3E".to_owned()] {
        let page = shop.get(&path).await;
        assert_eq!(page.status.as_u16(), 404);
        assert!(page.text.contains("There is no such payment link") && !page.text.contains("<b>"));
    }
    assert_eq!(press(&shop, &reference, "expire").await.status.as_u16(), 404);
    assert_eq!(press(&shop, "OCPL-NOBODY-0000", "pay").await.status.as_u16(), 404);
    assert_eq!(press(&shop, "OCPL-NOBODY-0000", "leave").await.status.as_u16(), 404);
}

#[tokio::test]
async fn the_home_page_explains_everything_and_moves_the_clock() {
    let shop = Shop::open().await;
    assert!(shop.get("/").await.text.contains("createLink"));
    let reference = shop.create("Order 7").await;
    let home = shop.get("/").await.text;
    for expected in
        [reference.as_str(), "sk_sandbox_…2345", "[wrong-amount]", "timeout_after", "10:30:00 UTC"]
    {
        assert!(home.contains(expected), "{expected}");
    }
    assert!(!home.contains(&shop.key));

    let form = [("content-type", "application/x-www-form-urlencoded")];
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let request = client.post(format!("{}/clock", shop.base_url)).header(form[0].0, form[0].1);
    let moved = request.body("seconds=1200").send().await.unwrap();
    assert_eq!(moved.status().as_u16(), 303);
    assert!(shop.get("/").await.text.contains("20 min ahead"));
}
