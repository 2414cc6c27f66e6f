//! The pages for people: a merchant's own, and the forms that arm faults and move the clock.

use crate::shop::Shop;
use crate::wire::{seller, sellers};

/// The path of the seller's page, as the home page links to it.
async fn own_path(shop: &Shop) -> String {
    let home = shop.get("/").await.text;
    let prefix = format!("/merchants/{}/", shop.seller.dialect);
    let start = home.find(&prefix).expect("a link to the merchant's page");
    home[start..].split('"').next().expect("a path").to_owned()
}

#[tokio::test]
async fn a_merchants_page_shows_its_own_and_nobody_elses() {
    let shop = Shop::open().await;
    for seller in sellers() {
        shop.with(&seller).create(&format!("Sold by {}", seller.dialect)).await;
    }
    for seller in sellers() {
        let shop = shop.with(&seller);
        let page = shop.get(&own_path(&shop).await).await;
        assert_eq!(page.status.as_u16(), 200);
        for other in sellers() {
            let sold = format!("Sold by {}", other.dialect);
            assert_eq!(
                page.text.contains(&sold),
                other.dialect == seller.dialect,
                "{} {sold}",
                seller.dialect
            );
        }
        assert!(!page.text.contains(&seller.key), "the key is hidden");
        assert!(page.text.contains("as far as it is documented"), "its call is there");
    }
}

#[tokio::test]
async fn a_fault_is_armed_by_a_click_and_strikes_this_merchant_alone() {
    let shop = Shop::open_at(&seller("cinetpay", 7)).await;
    let other = shop.with(&shop.seller.with_key("12912847765bc0db748fdd44.40081708"));
    let (reference, others) = (shop.create("Order 7").await, other.create("Order 8").await);
    assert_eq!(shop.get("/").await.text.matches("/merchants/cinetpay/").count(), 2);
    // The merchant that was active last stands first.
    let path = own_path(&other).await;
    let form = "fault=error_503&on=check&count=2&seconds=&ref=";
    assert_eq!(shop.submit(&format!("{path}/faults"), form).await.location(), path);
    assert_eq!(other.try_check(&others).await.expect("an answer").status.as_u16(), 503);
    assert_eq!(shop.status(&reference).await, "pending");
    let page = shop.get(&path).await.text;
    assert!(page.contains("1 ×"), "one is left: {page}");
    assert!(page.contains("It would have carried the call out"), "{page}");
    assert_eq!(shop.submit(&format!("{path}/faults/clear"), "").await.location(), path);
    assert_eq!(other.status(&others).await, "pending");
}

#[tokio::test]
async fn forms_that_make_no_sense_say_so_on_the_page() {
    let shop = Shop::open().await;
    shop.create("Order 7").await;
    let path = own_path(&shop).await;
    for (target, form, expected) in [
        ("/faults", "fault=html&count=0", "count is between 1 and"),
        ("/faults", "fault=html&seconds=5", "seconds means nothing here"),
        ("/clock", "seconds=never", "seconds must be a whole number"),
    ] {
        for page in [String::new(), path.clone()] {
            let answer = shop.submit(&format!("{page}{target}"), form).await;
            assert_eq!(answer.status.as_u16(), 400, "{page} {target} {form}");
            assert!(answer.text.contains(expected), "{page} {target} {form}: {}", answer.text);
        }
    }
    let moved = shop.submit(&format!("{path}/clock"), "seconds=1200").await;
    assert_eq!(moved.location(), path);
    assert!(shop.get(&path).await.text.contains("20 min ahead"));
    assert_eq!(shop.get("/merchants/ocpay/user_nobody").await.status.as_u16(), 404);
}
