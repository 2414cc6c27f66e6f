//! Many at once.

use std::collections::BTreeSet;

use guichet_sandbox::Action;

use crate::front::shop::{Shops, order, refused, session};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_sessions_of_one_order_are_one() {
    let shops = Shops::open("front-eight").await;
    let amel = shops.alger.customer("amel@example.com").await;
    for way in ["card", "auto", "cash"] {
        let id = amel.orders(way, 15).await;
        let links = shops.server.sandbox.payments().len();
        let asking: Vec<_> = (0..8)
            .map(|_| {
                let amel = amel.clone();
                tokio::spawn(async move { amel.opens(id).await.to_string() })
            })
            .collect();
        let mut answers = BTreeSet::new();
        for asked in asking {
            answers.insert(asked.await.expect("an answer"));
        }
        assert_eq!(answers.len(), 1, "{way}: {answers:?}");
        let opened = shops.server.sandbox.payments().len() - links;
        assert_eq!(opened, usize::from(way != "cash"), "{way}");
        amel.agreed(id, "waiting").await;
    }
    assert_eq!(amel.get("/payments/sessions").await.expect(200).json()["total"], 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn orders_made_together_have_numbers_of_their_own() {
    let shops = Shops::open("front-numbers").await;
    let amel = shops.alger.customer("amel@example.com").await;
    // The shop's own orders may have taken a name.
    let shop = shops.server.shop().await;
    for number in [3, 5] {
        shop.order(&crate::support::test_server::plain_order(&format!("orders-{number}"))).await;
    }
    let making: Vec<_> = (0..20)
        .map(|_| {
            let amel = amel.clone();
            tokio::spawn(async move { amel.orders("cash", 14).await })
        })
        .collect();
    let mut numbers = BTreeSet::new();
    for made in making {
        numbers.insert(made.await.expect("an order"));
    }
    assert_eq!(numbers.len(), 20);
    assert!(!numbers.contains(&3) && !numbers.contains(&5), "{numbers:?}");
    let listed = amel.get("/orders-storage/marker/orders/orders?limit=7&offset=5").await.expect(200).json();
    assert_eq!(listed["total"], 20);
    let page: Vec<i64> =
        listed["items"].as_array().expect("items").iter().filter_map(|order| order["id"].as_i64()).collect();
    let newest: Vec<i64> = numbers.iter().rev().skip(5).take(7).copied().collect();
    assert_eq!(page, newest);
}

/// Whatever comes first, what is opened is what the order asks for.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_change_and_a_session_at_once_agree() {
    let shops = Shops::open("front-change-and-session").await;
    let amel = shops.alger.customer("amel@example.com").await;
    for quantity in 2..8 {
        let id = amel.orders("card", 15).await;
        let before = shops.server.sandbox.payments();
        let path = format!("/orders-storage/marker/orders/orders/{id}");
        let (changer, opener) = (amel.clone(), amel.clone());
        let changing =
            tokio::spawn(async move { changer.call("PUT", &path, Some(&order("card", 15, quantity))).await });
        let opening = tokio::spawn(async move { opener.opens(id).await });
        let (changed, opened) = (changing.await.expect("an answer"), opening.await.expect("a session"));
        if changed.status != 200 {
            refused(&changed, 400);
        }
        let (read, current) = amel.agreed(id, "waiting").await;
        let asked = read["totalSum"].as_str().expect("a sum").replace('.', "");
        let mut opened_now = shops.server.sandbox.payments();
        opened_now.retain(|payment| !before.iter().any(|known| known.reference == payment.reference));
        let [payment] = opened_now.as_slice() else { panic!("one link: {opened_now:?}") };
        assert_eq!(payment.amount_minor.to_string(), asked, "{read}");
        assert_eq!(current["id"], opened["id"]);
        shops.server.sandbox.act(&payment.reference, Action::Pay).expect("it can be paid");
        shops.pass_s(31).await;
        amel.agreed(id, "completed").await;
        refused(&amel.post("/payments/sessions", &session(id)).await, 400);
    }
}
