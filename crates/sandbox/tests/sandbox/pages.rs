//! The customer's pages: every button, the links that no longer work, the way back to the shop, and
//! what a browser is told.

use serde_json::json;

use crate::shop::{RETURN_URL, Shop};
use crate::wire::{seller, sellers};

const FAILURE_URL: &str = "https://shop.example/failed?order=7";

#[tokio::test]
async fn the_page_shows_the_payment_and_every_button_and_is_small() {
    let shop = Shop::open_at(&seller("ocpay", 7)).await;
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

/// Where a browser ends up after a button.
#[derive(Debug, PartialEq)]
enum Back {
    /// On the sandbox's own page.
    Here,
    /// At the shop, by a link.
    Link(&'static str),
    /// At the shop, with a form.
    Form(&'static str),
}

#[tokio::test]
async fn every_button_does_what_it_says_and_leads_where_the_vendor_leads() {
    for seller in sellers() {
        let posts = seller.dialect == "cinetpay";
        let to = |address| if posts { Back::Form(address) } else { Back::Link(address) };
        for with_failure_url in [false, seller.dialect == "novasend"] {
            let failed = || match (with_failure_url, posts) {
                (true, _) => to(FAILURE_URL),
                (false, true) => to(RETURN_URL),
                (false, false) => Back::Here,
            };
            for (button, back, status) in [
                ("pay", to(RETURN_URL), "paid"),
                ("pay_late", to(RETURN_URL), "pending"),
                ("pay_no_return", Back::Here, "paid"),
                ("decline", failed(), "failed"),
                ("cancel", failed(), "failed"),
                ("initiate", Back::Here, "pending"),
            ] {
                let shop = Shop::open_at(&seller).await;
                let mut sale = shop.sale("Order 7");
                sale.failure_url = with_failure_url.then(|| FAILURE_URL.to_owned());
                let reference = shop.create_sale(&sale).await;
                let page = format!("/pay/{reference}");
                let answer = shop.press(&reference, button, "").await;
                let found = match answer.status.as_u16() {
                    303 if answer.location() == page => Back::Here,
                    303 if answer.location() == RETURN_URL => Back::Link(RETURN_URL),
                    303 if answer.location() == FAILURE_URL => Back::Link(FAILURE_URL),
                    200 if answer.text.contains(&format!("method=\"post\" action=\"{RETURN_URL}\"")) => {
                        Back::Form(RETURN_URL)
                    }
                    other => panic!("{other} {} {}", answer.text, seller.dialect),
                };
                assert_eq!(found, back, "{} {button}", seller.dialect);
                assert_eq!(shop.status(&reference).await, status, "{} {button}", seller.dialect);
                let open = shop.get(&page).await.text.contains(&format!("{page}/decline\""));
                assert_eq!(open, button == "initiate", "{button}");
            }
        }
    }
}

#[tokio::test]
async fn the_form_that_goes_back_says_what_the_vendor_says_and_runs_one_script() {
    let shop = Shop::open_at(&seller("cinetpay", 7)).await;
    let mut sale = shop.sale("Order 7");
    sale.return_url = "https://shop.example/?a=\"><b>".to_owned();
    let reference = shop.create_sale(&sale).await;
    let answer = shop.press(&reference, "pay", "").await;
    assert!(answer.text.contains(&format!("name=\"transaction_id\" value=\"{}\"", sale.reference)));
    assert!(answer.text.contains("<script>document.forms[0].submit()</script>"), "{}", answer.text);
    assert!(!answer.text.contains("><b>"), "{}", answer.text);
    let policy = answer.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'") && policy.contains("script-src 'sha256-"), "{policy}");
    let closed = shop.get(&format!("/pay/{reference}")).await.text;
    assert!(closed.contains("Back to the shop") && closed.contains("name=\"transaction_id\""), "{closed}");
    assert!(!closed.contains("<script"));
}

#[tokio::test]
async fn paying_without_calling_back_tells_nobody() {
    for seller in sellers() {
        let shop = Shop::open_at(&seller).await;
        shop.set_webhook(Some("http://127.0.0.1:9/"), None).await;
        let reference = shop.create("Order 7").await;
        shop.press(&reference, "pay_no_return", "").await;
        shop.sandbox.settle().await;
        assert_eq!(shop.sandbox.notifications(), [], "{}", seller.dialect);
    }
}

#[tokio::test]
async fn leaving_changes_nothing() {
    for seller in sellers() {
        let shop = Shop::open_at(&seller).await;
        let reference = shop.create("Order 7").await;
        let answer = shop.press(&reference, "leave", "").await;
        assert!(answer.status.is_success() && answer.text.contains("left without deciding"));
        assert_eq!(shop.status(&reference).await, "pending");
        shop.sandbox.advance(shop.link_ttl_s()).unwrap();
        assert_eq!(shop.status(&reference).await, "failed");
    }
}

#[tokio::test]
async fn a_link_that_was_used_refuses_to_be_paid_again() {
    for seller in sellers() {
        let shop = Shop::open_at(&seller).await;
        for (first, sentence, status) in [
            ("pay", "This link has already been paid.", "paid"),
            ("pay_late", "The bank is confirming this payment", "pending"),
            ("decline", "This payment was declined.", "failed"),
            ("cancel", "This payment was cancelled.", "failed"),
        ] {
            let reference = shop.create("Order 7").await;
            shop.press(&reference, first, "").await;
            let again = shop.press(&reference, "pay", "").await;
            assert_eq!(again.status.as_u16(), 409, "{first}");
            assert!(again.text.contains(sentence), "{first}: {}", again.text);
            assert!(again.text.contains(&format!("\"{RETURN_URL}\"")), "{first}");
            assert_eq!(shop.status(&reference).await, status, "{first}");
        }
        let reference = shop.create("Order 7").await;
        shop.sandbox.advance(shop.link_ttl_s()).unwrap();
        let late = shop.press(&reference, "pay", "").await;
        assert!(late.status.as_u16() == 409 && late.text.contains("This link has expired."), "{}", late.text);
    }
}

#[tokio::test]
async fn only_web_addresses_are_gone_back_to() {
    let shop = Shop::open_at(&seller("ocpay", 7)).await;
    for more in [json!({ "redirectUrl": null }), json!({ "redirectUrl": "javascript://alert(1)" })] {
        let mut sale = shop.sale("Order 7");
        sale.more = more;
        let answer = shop.send(shop.seller.open(&sale)).await.unwrap();
        if !answer.status.is_success() {
            continue; // The vendor refuses it itself.
        }
        let (reference, _) = shop.seller.opened(&answer.json());
        let answer = shop.press(&reference, "pay", "").await;
        assert_eq!(answer.location(), format!("/pay/{reference}"));
        let page = shop.get(answer.location()).await.text;
        assert!(page.contains("The shop gave no address") && !page.contains("javascript:"), "{page}");
    }
}

#[tokio::test]
async fn unknown_links_and_buttons_are_not_found() {
    let shop = Shop::open().await;
    let reference = shop.create("Order 7").await;
    for path in ["/pay/NOBODY-0000".to_owned(), "/pay/%3Cb%3E".to_owned()] {
        let page = shop.get(&path).await;
        assert_eq!(page.status.as_u16(), 404);
        assert!(page.text.contains("There is no such payment link") && !page.text.contains("<b>"));
    }
    for (reference, button) in
        [(reference.as_str(), "expire"), ("NOBODY-0000", "pay"), ("NOBODY-0000", "leave")]
    {
        assert_eq!(shop.press(reference, button, "").await.status.as_u16(), 404, "{button}");
    }
}

#[tokio::test]
async fn the_home_page_explains_every_vendor_and_moves_the_clock() {
    let shop = Shop::open().await;
    for seller in sellers() {
        let profile = seller.profile();
        let reference = shop.with(&seller).create("Order 7").await;
        let home = shop.get("/").await.text;
        let (_, path, _) = profile.endpoints[0];
        for expected in [profile.title, path, reference.as_str(), "[wrong-amount]", "timeout_after"] {
            assert!(home.contains(expected), "{expected}");
        }
        assert!(profile.operators.iter().all(|operator| home.contains(operator.name)));
        assert!(home.contains("_unvalidated") && home.contains("10:30:00 UTC"));
        assert!(!home.contains(&seller.key));
    }
    for (typed, status) in [("seconds=x", 400), ("seconds=1200", 303)] {
        assert_eq!(shop.submit("/clock", typed).await.status.as_u16(), status, "{typed}");
    }
    assert!(shop.get("/").await.text.contains("20 min ahead"));
}
