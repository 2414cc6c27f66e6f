//! Customers as the people of the shop see them: found, signed out, archived and taken back, and what that means at the front.

use guichet_core::{Environment, LoginId};
use guichet_server::store::{CustomerFilter, CustomerRow, LoginRow, Role, open_login};
use serde_json::json;

use super::operator::{Operator, between, shop};
use crate::customers::front::{PASSWORD, Shops, registration};
use crate::front::shop::Shops as SellingShops;
use crate::support::test_server::TestServer;

/// The most that a screen after the first may weigh, in bytes.
const MOST_BYTES: usize = 25_000;

/// The identifier of the only customer who is called so.
async fn customer(server: &TestServer, merchant: &str, identifier: &str) -> String {
    row(server, merchant, identifier).await.id.to_string()
}

/// The only customer who is called so.
async fn row(server: &TestServer, merchant: &str, identifier: &str) -> CustomerRow {
    let filter = CustomerFilter::default();
    let store = server.node().app().store();
    let found = store.customers(shop(server, merchant), Environment::Test, &filter, None, 100).await;
    let mut found = found.expect("customers");
    found.retain(|customer| customer.identifier == identifier);
    assert_eq!(found.len(), 1, "{identifier}");
    found.swap_remove(0)
}

/// Signs a customer in on so many devices more.
async fn sign_in(server: &TestServer, customer: &CustomerRow, devices: i64) {
    let now_ms = server.clock.now_ms();
    for number in 0..devices {
        let login = LoginRow {
            id: LoginId::new(now_ms + number, [7; 10]),
            customer: customer.id,
            fingerprint: format!("device {number}"),
            device: json!({ "os": "Windows 11", "browser": "Chrome 142.0", "location": "fr-DZ" }).to_string(),
            created_at_ms: now_ms,
            used_at_ms: now_ms + number,
            expires_at_ms: i64::MAX,
        };
        let writes = open_login(&login, &customer.password, &format!("token {number}"));
        server.node().app().store().commit(writes).await.expect("signed in");
    }
}

async fn clerk(server: &TestServer) -> Operator {
    let clerk = Operator::come(server, Role::Clerk, Some("alger")).await;
    clerk.look_at_test().await;
    clerk
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_is_found_by_whatever_somebody_knows_of_them() {
    let shops = Shops::open("office-customers-found").await;
    for (front, identifier) in [
        (&shops.alger, "amel@example.com"),
        (&shops.alger, "karim.z"),
        (&shops.alger, "0555123456"),
        (&shops.oran, "amel@example.com"),
    ] {
        let mut sent = registration(identifier, PASSWORD);
        sent["notificationData"] = json!({ "phonePush": [], "phoneSMS": "+213665983439" });
        front.at("open", "sign-up", &sent).await.expect(201);
    }
    let clerk = clerk(&shops.server).await;
    for (query, found) in [
        ("", vec!["amel@example.com", "karim.z", "0555123456"]),
        ("q=AMEL%40", vec!["amel@example.com"]),
        ("q=karim", vec!["karim.z"]),
        ("q=kaci", vec!["amel@example.com", "karim.z", "0555123456"]),
        ("q=0665+98+34+39", vec!["amel@example.com", "karim.z", "0555123456"]),
        ("q=123456", vec!["0555123456"]),
        ("q=kaci&status=active", vec!["amel@example.com", "karim.z", "0555123456"]),
        ("q=kaci&status=archived", vec![]),
        ("status=inactive", vec![]),
        ("q=x", vec![]),
        ("q=nobody", vec![]),
    ] {
        let page = clerk.get(&format!("/office/customers?{query}")).await.expect(200).text();
        for identifier in ["amel@example.com", "karim.z", "0555123456"] {
            let times = page.matches(&format!("<small><bdi dir=\"ltr\">{identifier}</bdi>")).count();
            assert_eq!(times, usize::from(found.contains(&identifier)), "{query} {identifier}: {page}");
        }
    }
    clerk.get("/office/customers?status=happy").await.expect(422);
    clerk.get("/office/customers?before=yesterday").await.expect(422);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_goes_on_behind_its_last_customer() {
    let shops = SellingShops::open("office-customers-pages").await;
    for number in 0..30 {
        shops.alger.customer(&format!("c{number:02}@example.com")).await;
    }
    let clerk = clerk(&shops.server).await;
    for query in ["", "q=kaci", "status=active"] {
        let first = clerk.get(&format!("/office/customers?{query}")).await.expect(200).text();
        assert!(first.contains("c29@example.com") && first.contains("c05@example.com"), "{query}");
        assert!(!first.contains("c04@example.com") && first.len() <= MOST_BYTES, "{query} {}", first.len());
        let (head, _) = first.split_once("\" rel=\"next\"").expect("there are older ones");
        let link = head.rsplit_once("href=\"").expect("a link").1.replace("&#38;", "&");
        let second = clerk.get(&link).await.expect(200).text();
        assert!(second.contains("c04@example.com") && second.contains("c00@example.com"), "{query} {link}");
        assert!(!second.contains("c05@example.com") && !second.contains("rel=\"next\""), "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customers_page_tells_what_they_ordered() {
    let shops = SellingShops::open("office-customers-orders").await;
    let amel = shops.alger.customer("amel@example.com").await;
    let number = amel.orders("cash", 14).await;
    for _ in 0..11 {
        amel.orders("cash", 16).await;
    }
    shops.alger.customer("karim@example.com").await.orders("cash", 15).await;
    let clerk = clerk(&shops.server).await;
    let id = customer(&shops.server, "alger", "amel@example.com").await;
    let page = clerk.get(&format!("/office/customers/{id}")).await.expect(200).text();
    assert!(page.contains("Kaci") && page.contains("+213665983439") && page.contains("Active"), "{page}");
    assert_eq!(page.matches("0.50\u{a0}DA").count(), 10, "{page}");
    sign_in(&shops.server, &row(&shops.server, "alger", "amel@example.com").await, 20).await;
    let page = clerk.get(&format!("/office/customers/{id}?lang=ar")).await.expect(200).text();
    let devices = page.matches("Chrome 142.0 · Windows 11</bdi>").count();
    assert!(devices == 20 && page.len() <= MOST_BYTES, "{devices} devices, {} bytes", page.len());
    let page = clerk.get(&format!("/office/customers/{id}?lang=en")).await.expect(200).text();
    let before = between(&page, "?before=", "#orders").to_owned();
    let older = clerk.get(&format!("/office/customers/{id}?before={before}")).await.expect(200).text();
    assert_eq!(older.matches("0.50\u{a0}DA").count(), 1);
    assert!(older.contains("340\u{a0}DA") || older.contains("340.00\u{a0}DA"), "{older}");
    // Its order leads back to the customer.
    let order = between(&older, &format!("orders-{number}"), "</tr>");
    assert!(order.contains("DA"));
    let path = between(&older, "class=\"ref\" href=\"", "\"").to_owned();
    let order = clerk.get(&path).await.expect(200).text();
    assert!(order.contains(&format!("/office/customers/{id}")), "{order}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_end_one_by_one_or_all_at_once() {
    let shops = Shops::open("office-customers-sessions").await;
    let server = &shops.server;
    let phone = shops.alger.on("phone").customer("amel@example.com").await;
    let desk = shops.alger.on("desk").signed_in("open", "amel@example.com", PASSWORD).await;
    let other = shops.oran.on("other").customer("amel@example.com").await;
    let clerk = clerk(server).await;
    let id = customer(server, "alger", "amel@example.com").await;
    let theirs = customer(server, "oran", "amel@example.com").await;
    let path = format!("/office/customers/{id}");
    let page = clerk.get(&path).await.expect(200).text();
    assert!(page.contains("phone · Linux") && page.contains("desk · Linux"), "{page}");
    let row = page.split("<tr>").find(|row| row.contains("desk · Linux")).expect("a row");
    let session = between(row, "/sessions/", "/end").to_owned();
    // Somebody else's page does not end it.
    clerk.act(&format!("/office/customers/{theirs}/sessions/{session}/end"), &[]).await.expect(404);
    let ended = clerk.act(&format!("{path}/sessions/{session}/end"), &[]).await.expect(303);
    assert!(ended.header("location").ends_with("?done=ended"));
    assert!(!shops.alger.lets_in(&desk.access).await && shops.alger.lets_in(&phone.access).await);
    clerk.act(&format!("{path}/sessions/{session}/end"), &[]).await.expect(303);
    shops.alger.signed_in("open", "amel@example.com", PASSWORD).await;
    clerk.act(&format!("{path}/sessions/end"), &[]).await.expect(303);
    assert!(!shops.alger.lets_in(&phone.access).await);
    shops.alger.refresh(&phone.refresh).await.expect(401);
    assert!(shops.oran.lets_in(&other.access).await, "another shop's customer stays signed in");
    let page = clerk.get(&path).await.expect(200).text();
    assert!(page.contains("signed in nowhere"), "{page}");
    let owner = Operator::come(server, Role::Owner, Some("alger")).await;
    let log = owner.get("/office/people/log").await.expect(200).text();
    assert!(log.contains(&clerk.login) && log.contains("ended a session of the customer"), "{log}");
    assert!(log.contains(&format!("/office/customers/{id}")) && log.contains(&session), "{log}");
    assert_eq!(log.matches("ended a session of the customer").count(), 2, "what had ended is no deed");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_archived_is_out_until_it_is_taken_back() {
    let shops = Shops::open("office-customers-archived").await;
    let server = &shops.server;
    let tokens = shops.proven("amel@example.com").await;
    let clerk = clerk(server).await;
    let path = format!("/office/customers/{}", customer(server, "alger", "amel@example.com").await);
    // A code that is out when the shop archives is no way back.
    let sent = json!({ "userIdentifier": "amel@example.com", "eventIdentifier": "recovery" });
    server.pass(std::time::Duration::from_secs(120)).await;
    shops.alger.at("email", "generate-code", &sent).await.expect(200);
    let code = shops.code("amel@example.com", 2).await;
    clerk.act(&format!("{path}/take-back"), &[]).await.expect(409);
    clerk.act(&format!("{path}/archive"), &[]).await.expect(303);
    assert!(!shops.alger.lets_in(&tokens.access).await);
    shops.alger.auth("email", "amel@example.com", PASSWORD).await.expect(401);
    shops.alger.refresh(&tokens.refresh).await.expect(401);
    let change = json!({
        "userIdentifier": "amel@example.com", "eventIdentifier": "recovery", "type": 2, "code": code,
        "password1": "another one", "password2": "another one",
    });
    shops.alger.at("email", "change-password", &change).await.expect(400);
    let again = clerk.act(&format!("{path}/archive"), &[]).await.expect(409).text();
    assert!(again.contains("Nothing was done") && again.contains("Take the archiving back"), "{again}");
    let list = clerk.get("/office/customers?status=archived").await.expect(200).text();
    assert!(list.contains("amel@example.com"), "{list}");
    clerk.act(&format!("{path}/take-back"), &[]).await.expect(303);
    let back = shops.alger.signed_in("email", "amel@example.com", PASSWORD).await;
    assert!(shops.alger.lets_in(&back.access).await && !shops.alger.lets_in(&tokens.access).await);
    let owner = Operator::come(server, Role::Owner, Some("alger")).await;
    let log = owner.get("/office/people/log?lang=fr").await.expect(200).text();
    assert!(log.contains("a archivé le client") && log.contains("a repris l’archivage du client"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_taken_back_is_not_offered() {
    let shops = Shops::open("office-customers-standing").await;
    let server = &shops.server;
    shops.alger.sign_up("email", "new@example.com").await.expect(201);
    let gone = shops.alger.customer("gone@example.com").await;
    let clerk = clerk(server).await;
    let new = format!("/office/customers/{}", customer(server, "alger", "new@example.com").await);
    let left = format!("/office/customers/{}", customer(server, "alger", "gone@example.com").await);
    // Taken back, they would be in without ever having proved the address.
    let page = clerk.get(&new).await.expect(200).text();
    assert!(page.contains("not proved") && !page.contains("/archive\""), "{page}");
    clerk.act(&format!("{new}/archive"), &[]).await.expect(409);
    clerk.act(&format!("{new}/take-back"), &[]).await.expect(409);
    shops.alger.bearing(&gone.access).call("DELETE", "/users/me/account", None).await.expect(200);
    let page = clerk.get(&left).await.expect(200).text();
    assert!(page.contains("had their account deleted") && !page.contains("gone@"), "{page}");
    clerk.act(&format!("{left}/take-back"), &[]).await.expect(409);
    let found = clerk.get("/office/customers?q=gone").await.expect(200).text();
    assert!(found.contains("No customer matches"), "{found}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_accountant_sees_customers_and_changes_nothing() {
    let shops = Shops::open("office-customers-seen").await;
    shops.alger.customer("amel@example.com").await;
    let id = customer(&shops.server, "alger", "amel@example.com").await;
    let accountant = Operator::come(&shops.server, Role::Accountant, Some("alger")).await;
    accountant.look_at_test().await;
    let page = accountant.get(&format!("/office/customers/{id}")).await.expect(200).text();
    assert!(page.contains("amel@example.com") && !page.contains("/archive"), "{page}");
    accountant.act(&format!("/office/customers/{id}/archive"), &[]).await.expect(403);
    let developer = Operator::come(&shops.server, Role::Developer, Some("alger")).await;
    developer.look_at_test().await;
    developer.get("/office/customers").await.expect(403);
}
