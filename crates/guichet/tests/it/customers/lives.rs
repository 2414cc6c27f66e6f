//! Whole lives of customers, from signing up to leaving.

use std::time::Duration;

use guichet_core::Environment;
use serde_json::json;

use crate::customers::front::{Front, PASSWORD, Shops, auth_data, code_in};
use crate::support::test_server::{TestServer, order};
use guichet_testing::mail_server::{Behaviour, MailServer};

#[tokio::test(flavor = "multi_thread")]
async fn somebody_signs_up_and_signs_in() {
    let shops = Shops::open("customers-sign-up").await;
    let front = &shops.alger;
    let made = front.sign_up("open", " Amel@Example.com ").await.expect(201).json();
    assert_eq!(made["identifier"], "amel@example.com");
    assert_eq!((&made["id"], &made["isActive"], &made["version"]), (&json!(1), &json!(true), &json!(1)));
    assert_eq!(made["formData"], json!([{ "marker": "last_name", "type": "string", "value": "Kaci" }]));
    assert_eq!(
        made["notificationData"],
        json!({ "email": "Amel@Example.com", "phonePush": [], "phoneSMS": "" })
    );

    let entity = front.auth("open", "AMEL@example.com", PASSWORD).await.expect(200).json();
    assert_eq!(entity["userIdentifier"], "amel@example.com");
    assert_eq!(entity["authProviderIdentifier"], "open");
    let bare = front.at("open", "auth", &auth_data("amel@example.com", PASSWORD)).await.expect(200).json();
    assert_ne!(bare["refreshToken"], entity["refreshToken"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_customer_proves_the_address_first() {
    let shops = Shops::open("customers-activation").await;
    let front = &shops.alger;
    let made = front.sign_up("email", "amel@example.com").await.expect(201).json();
    assert_eq!(made["isActive"], false);
    front.auth("email", "amel@example.com", PASSWORD).await.expect(401);
    let code = shops.code("amel@example.com", 1).await;
    assert_eq!(code.len(), 6);

    let check = json!({
        "userIdentifier": "Amel@example.com", "eventIdentifier": "user_registration", "code": code,
    });
    for _ in 0..15 {
        assert_eq!(
            front.at("email", "check-code", &check).await.expect(200).json(),
            true,
            "asking uses nothing up"
        );
    }
    let activation = json!({ "userIdentifier": "amel@example.com", "code": code });
    assert_eq!(front.at("email", "activate", &activation).await.expect(200).json(), true);
    front.at("email", "activate", &activation).await.expect(400);
    assert_eq!(front.at("email", "check-code", &check).await.expect(200).json(), false, "used up");
    let tokens = front.signed_in("email", "amel@example.com", PASSWORD).await;
    assert!(front.lets_in(&tokens.access).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_reads_and_changes_themselves() {
    let shops = Shops::open("customers-me").await;
    let front = &shops.alger;
    let tokens = front.customer("amel@example.com").await;
    let me = front.bearing(&tokens.access);
    let read = me.get("/users/me?langCode=fr_FR").await.expect(200).json();
    let expected = json!({
        "id": 1,
        "identifier": "amel@example.com",
        "authProviderIdentifier": "open",
        "formIdentifier": "reg",
        "formData": [{ "marker": "last_name", "type": "string", "value": "Kaci" }],
        "notificationData": { "email": "amel@example.com", "phonePush": [], "phoneSMS": "" },
        "total": "0.00",
        "groups": [],
        "state": {},
        "locale": "en_US",
    });
    assert_eq!(read, expected);

    let change = json!({
        "formIdentifier": "reg",
        "langCode": "en_US",
        "authData": [{ "marker": "email_reg", "value": "Amel@example.com" }],
        "formData": { "en_US": [{ "marker": "last_name", "type": "string", "value": "Haddad" }] },
        "notificationData": { "email": "other@example.com", "phonePush": ["+213665983439"], "phoneSMS": "+213665983439" },
        "state": { "basket": [1, 2] },
    });
    assert_eq!(me.call("PUT", "/users/me", Some(&change)).await.expect(200).json(), true);
    let part = json!({ "notificationData": { "phoneSMS": "" }, "unknown": 1 });
    assert_eq!(me.call("PUT", "/users/me", Some(&part)).await.expect(200).json(), true);
    let read = me.get("/users/me").await.expect(200).json();
    assert_eq!(read["formData"][0]["value"], "Haddad");
    assert_eq!(read["state"], json!({ "basket": [1, 2] }));
    let contact = json!({ "email": "other@example.com", "phonePush": ["+213665983439"], "phoneSMS": "" });
    assert_eq!(read["notificationData"], contact);
    assert!(front.lets_in(&tokens.access).await, "nobody is signed out by it");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_total_is_what_the_paid_orders_come_to() {
    let shops = Shops::open("customers-total").await;
    let (server, front) = (&shops.server, &shops.alger);
    let tokens = front.customer("amel@example.com").await;
    let shop = server.shop().await;
    let paid = server.paid_order(&shop, "one").await;
    let waiting = shop.order(&order("two", "Book")).await;
    for (number, order) in [(1, &paid), (2, &waiting)] {
        let order = order["id"].as_str().expect("an id");
        server.rows().alter(&format!(
            "INSERT INTO purchases (merchant_id, environment, number, customer_id, storage, shard, order_id) \
             SELECT customers.merchant_id, customers.environment, {number}, customers.id, 'orders', orders.shard, \
             orders.id FROM customers JOIN orders ON orders.id = '{order}' \
             WHERE customers.identifier = 'amel@example.com'"
        ));
    }
    assert_eq!(server.rows().count("SELECT COUNT(*) FROM purchases"), 2);
    let tokens = front.refresh(&tokens.refresh).await.expect(200).json();
    let access = tokens["accessToken"].as_str().expect("a token");
    let read = front.bearing(access).get("/users/me").await.expect(200).json();
    assert_eq!(read["total"], "2500.00");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_signs_the_others_out() {
    let shops = Shops::open("customers-own-password").await;
    let front = &shops.alger;
    let here = front.customer("amel@example.com").await;
    let there = front.signed_in("open", "amel@example.com", PASSWORD).await;
    let change = json!({ "authData": auth_data("amel@example.com", "a new one") });
    let me = front.bearing(&here.access);
    assert_eq!(me.call("PUT", "/users/me", Some(&change)).await.expect(200).json(), true);
    assert!(front.lets_in(&here.access).await);
    assert!(!front.lets_in(&there.access).await);
    front.refresh(&there.refresh).await.expect(401);
    front.auth("open", "amel@example.com", PASSWORD).await.expect(401);
    front.auth("open", "amel@example.com", "a new one").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archived_customer_is_kept_and_stays_out() {
    let shops = Shops::open("customers-archive").await;
    let front = &shops.alger;
    let tokens = shops.proven("amel@example.com").await;
    assert_eq!(
        front.bearing(&tokens.access).call("DELETE", "/users/me", None).await.expect(200).json(),
        true
    );
    assert!(!front.lets_in(&tokens.access).await);
    front.refresh(&tokens.refresh).await.expect(401);
    front.auth("email", "amel@example.com", PASSWORD).await.expect(401);
    shops.server.pass(Duration::from_secs(3600)).await;
    let request = json!({ "userIdentifier": "amel@example.com", "eventIdentifier": "recovery" });
    front.at("email", "generate-code", &request).await.expect(200);
    shops.server.pass(Duration::from_secs(60)).await;
    front.sign_up("email", "amel@example.com").await.expect(201);
    front.auth("email", "amel@example.com", PASSWORD).await.expect(401);
    let told = shops.mail("amel@example.com", 2).await;
    assert!(told.contains("has an account already"), "neither code came, only this: {told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_customer_is_forgotten_and_the_name_is_free() {
    let shops = Shops::open("customers-delete").await;
    let front = &shops.alger;
    let tokens = front.customer("amel@example.com").await;
    let gone = front.bearing(&tokens.access).call("DELETE", "/users/me/account", None).await;
    assert_eq!(gone.expect(200).json(), true);
    assert!(!front.lets_in(&tokens.access).await);
    front.auth("open", "amel@example.com", PASSWORD).await.expect(401);
    for word in ["amel", "Kaci", "argon2"] {
        let left =
            format!("SELECT COUNT(*) FROM customers WHERE identifier || profile || password LIKE '%{word}%'");
        assert_eq!(shops.server.rows().count(&left), 0, "{word} is left of the person");
    }
    let again = front.customer("amel@example.com").await;
    let read = front.bearing(&again.access).get("/users/me").await.expect(200).json();
    assert_eq!(read["id"], 2, "somebody else");
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_of_the_same_name_are_apart() {
    let shops = Shops::open("customers-apart").await;
    let live = Front::of(&shops.server, "alger", Environment::Live).await;
    shops.alger.customer("amel@example.com").await;
    for front in [&shops.oran, &live] {
        front.auth("open", "amel@example.com", PASSWORD).await.expect(401);
        let made = front.sign_up("open", "amel@example.com").await.expect(201).json();
        assert_eq!(made["id"], 1, "numbers are counted for each");
        front.auth("open", "amel@example.com", PASSWORD).await.expect(200);
    }
    shops.alger.auth("strict", "amel@example.com", PASSWORD).await.expect(400);
    shops.alger.on("one").auth("strict", "amel@example.com", PASSWORD).await.expect(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_with_real_money_leaves_as_a_mail() {
    let mail_server = MailServer::open(Behaviour::Takes).await;
    let email = json!({ "smtp": mail_server.url(), "from": "Shop <shop@alger.example>" });
    let server = TestServer::start("customers-mail").await;
    let shops = Shops::open_on(server, json!({ "email": email })).await;
    let live = Front::of(&shops.server, "alger", Environment::Live).await;
    let mut registration = crate::customers::front::registration("amel@example.com", PASSWORD);
    registration["langCode"] = json!("fr_FR");
    registration["notificationData"] = json!({ "email": "elsewhere@example.com" });
    live.at("email", "sign-up", &registration).await.expect(201);
    let mail = mail_server.wait_for(1).await.remove(0);
    assert_eq!(mail.to, ["amel@example.com"], "to the address that is to be proved");
    assert!(mail.text().starts_with("Bonjour,"), "{}", mail.text());
    let activation = json!({ "userIdentifier": "amel@example.com", "code": code_in(&mail.text()) });
    assert_eq!(live.at("email", "activate", &activation).await.expect(200).json(), true);
    live.auth("email", "amel@example.com", PASSWORD).await.expect(200);
}
