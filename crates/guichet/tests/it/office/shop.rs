//! What a shop sells and says, changed by its owner: as a shop file would change it, and until a shop file is applied again.

use guichet_core::Environment;
use guichet_server::store::Role;
use serde_json::{Value, json};

use super::operator::{Operator, between, invited, shop};
use crate::front::shop::Shops;
use crate::support::call::text;
use crate::support::shop_file::two_shops;
use crate::support::test_server::TestServer;

async fn owner(server: &TestServer) -> Operator {
    let owner = Operator::come(server, Role::Owner, Some("alger")).await;
    owner.look_at_test().await;
    owner
}

/// A product as the shop's front shows it.
async fn at_front(shops: &Shops, number: i64) -> Value {
    shops.alger.get(&format!("/products/{number}?langCode=fr_FR")).await.json()
}

/// The form of product 14 as it stands.
const BOOK: [(&str, &str); 8] = [
    ("title.en_US", "Book"),
    ("title.fr_FR", "Livre"),
    ("price", "340.00"),
    ("visible", "yes"),
    ("status", "in_stock"),
    ("sku", "B-14"),
    ("image", "https://cdn.example/book.png?v=2"),
    ("categories", "books\r\nnew"),
];

/// The same with some fields that are others.
fn book<'a>(changed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let stays = |(name, _): &(&str, &str)| !changed.iter().any(|(other, _)| other == name);
    BOOK.into_iter().filter(stays).chain(changed.iter().copied()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_is_changed_until_the_shop_file_sets_it_back() {
    let shops = Shops::open("office-product-changed").await;
    let (server, alger) = (&shops.server, shop(&shops.server, "alger"));
    let owner = owner(server).await;
    let list = owner.get("/office/catalogue").await.expect(200).text();
    assert!(list.contains("Book") && list.contains("340\u{a0}DA") && list.contains("Hidden"), "{list}");
    let path = format!("/office/catalogue/{alger}/14");
    let page = owner.get(&path).await.expect(200).text();
    assert!(page.contains("sets its own values back") && page.contains("value=\"340.00\""), "{page}");
    let before = at_front(&shops, 14).await;
    // Saved as it stands nothing changes, and nothing is written down.
    owner.act(&format!("{path}/change"), &BOOK).await.expect(303);
    assert_eq!(at_front(&shops, 14).await, before);
    let fields = book(&[("title.fr_FR", "Grand livre"), ("price", "1 250,50")]);
    let changed = owner.act(&format!("{path}/change"), &fields).await.expect(303);
    assert!(changed.header("location").ends_with("/14?done=changed"));
    let after = at_front(&shops, 14).await;
    assert_eq!((&after["price"], &after["localizeInfos"]["title"]), (&json!(1250.5), &json!("Grand livre")));
    assert_eq!(
        after["attributeValues"]["color"], before["attributeValues"]["color"],
        "what is not in the form stays"
    );
    let log = owner.get("/office/people/log").await.expect(200).text();
    assert!(log.contains(&owner.login) && log.contains("34000 → 125050"), "{log}");
    assert_eq!(log.matches("changed the product").count(), 1, "{log}");
    shops.declare_again().await;
    assert_eq!(at_front(&shops, 14).await["price"], before["price"], "the file sets its own values back");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_product_stands_beside_its_field() {
    let shops = Shops::open("office-product-wrong").await;
    let owner = owner(&shops.server).await;
    let path = format!("/office/catalogue/{}/14", shop(&shops.server, "alger"));
    let before = at_front(&shops, 14).await;
    owner.get("/office/catalogue?lang=fr").await.expect(200);
    for (field, typed, said) in [
        ("price", "cher", "Un montant tel que 340"),
        ("price", "-5", "Un montant tel que 340"),
        ("price", "9999999999999999999", "Un montant tel que 340"),
        ("image", "javascript:alert(1)", "Une adresse http ou https"),
        ("status", "in stock", "De 1 à 60 lettres"),
    ] {
        let answer = owner.act(&format!("{path}/change"), &book(&[(field, typed), ("sku", "NEU-1")])).await;
        let page = answer.expect(422).text();
        let input = between(&page, &format!("id=\"{field}w\">"), "</div>");
        assert!(input.contains(said) && input.contains(typed) && input.contains("aria-invalid"), "{input}");
        assert!(page.contains("value=\"NEU-1\"") && page.contains("Rien n’est enregistré"), "{page}");
    }
    let none = book(&[("title.en_US", ""), ("title.fr_FR", " ")]);
    let page = owner.act(&format!("{path}/change"), &none).await.expect(422).text();
    assert!(page.contains("Un titre d’au plus 200"), "{page}");
    assert_eq!(at_front(&shops, 14).await, before);
}

/// The form of a new product of that number.
fn new(number: &str) -> [(&str, &str); 5] {
    [
        ("number", number),
        ("title.en_US", "Globe"),
        ("title.fr_FR", "Globe"),
        ("price", "12"),
        ("visible", "yes"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn products_are_made_hidden_and_taken_out() {
    let shops = Shops::open("office-product-made").await;
    let (server, alger) = (&shops.server, shop(&shops.server, "alger"));
    let owner = owner(server).await;
    let base = format!("/office/catalogue/{alger}");
    let form = owner.get(&format!("{base}/new")).await.expect(200).text();
    assert!(form.contains("name=\"number\"") && form.contains("value=\"21\""), "{form}");
    let taken = owner.act(&format!("{base}/make"), &new("14")).await.expect(422).text();
    assert!(
        taken.contains("Another product has this number") && taken.contains("value=\"Globe\""),
        "{taken}"
    );
    owner.act(&format!("{base}/make"), &new("none")).await.expect(422);
    owner.act(&format!("{base}/make"), &new("21")).await.expect(303);
    assert_eq!(at_front(&shops, 21).await["price"], 12.0);
    let hidden = [("title.en_US", "Globe"), ("title.fr_FR", "Globe"), ("price", "12")];
    owner.act(&format!("{base}/21/change"), &hidden).await.expect(303);
    shops.alger.get("/products/21").await.expect(404);
    owner.act(&format!("{base}/21/remove"), &[]).await.expect(303);
    owner.get(&format!("{base}/21")).await.expect(404);
    owner.act(&format!("{base}/21/remove"), &[]).await.expect(404);
    for number in 100..130 {
        owner.act(&format!("{base}/make"), &new(&number.to_string())).await.expect(303);
    }
    let first = owner.get(&format!("/office/catalogue?shop={alger}")).await.expect(200).text();
    let next = between(&first, "from=", "\"").to_owned();
    let shown = |page: &str, number: i64| page.contains(&format!("/{number}\""));
    assert!(shown(&first, 14) && shown(&first, 117) && !shown(&first, 118), "{first}");
    let second = owner.get(&format!("/office/catalogue?shop={alger}&from={next}")).await.expect(200).text();
    assert!(shown(&second, 118) && shown(&second, 129) && !shown(&second, 117), "{second}");
    assert!(!second.contains("rel=\"next\"") && first.len() <= 25_000, "{}", first.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_owner_who_sees_real_money_changes_what_a_shop_sells_and_says() {
    let shops = Shops::open("office-shop-doors").await;
    let (server, alger) = (&shops.server, shop(&shops.server, "alger"));
    let clerk = Operator::come(server, Role::Clerk, Some("alger")).await;
    let link = invited(server, "test-owner", Role::Owner, Some("alger"), false).await;
    let test_owner = Operator::by(server, "test-owner", &link).await;
    for operator in [&clerk, &test_owner] {
        operator.look_at_test().await;
        let page = operator.get(&format!("/office/catalogue/{alger}/14")).await.expect(200).text();
        assert!(page.contains("Only an owner") && !page.contains("<button>Save"), "{page}");
        operator.act(&format!("/office/catalogue/{alger}/14/change"), &BOOK).await.expect(403);
        operator.act(&format!("/office/catalogue/{alger}/14/remove"), &[]).await.expect(403);
        operator.get(&format!("/office/catalogue/{alger}/new")).await.expect(403);
        let page = operator.get("/office/texts").await.expect(200).text();
        assert!(page.contains("Only an owner"), "{page}");
        operator.act(&format!("/office/texts/{alger}/change"), &[("title", "Mine")]).await.expect(403);
        let message = format!("/office/texts/{alger}/messages/paid/fr");
        operator.get(&message).await.expect(200);
        operator.act(&format!("{message}/change"), &[("sms", "Mine")]).await.expect(403);
        operator.act(&format!("{message}/preview"), &[("sms", "Mine")]).await.expect(403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_customers_see_of_a_shop_is_changed_and_set_back_by_its_file() {
    let shops = Shops::open("office-shop-texts").await;
    let (server, alger) = (&shops.server, shop(&shops.server, "alger"));
    let owner = owner(server).await;
    let page = owner.get("/office/texts").await.expect(200).text();
    assert!(page.contains("sets its own values back"), "{page}");
    let path = format!("/office/texts/{alger}/change");
    let right = [
        ("title", "Chez Amel"),
        ("phone", "+213555000001"),
        ("email", "amel@example.dz"),
        ("color", "#7a1f3d"),
        ("logo", "https://cdn.example/logo.svg"),
    ];
    for (field, typed, said) in [
        ("phone", "0555", "country’s code"),
        ("email", "amel", "e-mail address such as"),
        ("logo", "http://cdn.example/logo.svg", "An https address"),
        ("color", "red", "#rrggbb, such as"),
        ("title", " ", "A name of 1 to 100"),
    ] {
        let fields: Vec<_> =
            right.iter().map(|one| if one.0 == field { (field, typed) } else { *one }).collect();
        let page = owner.act(&path, &fields).await.expect(422).text();
        let beside = between(&page, &format!("id=\"{field}w\">"), "</div>");
        assert!(beside.contains(said) && beside.contains(&format!("value=\"{typed}\"")), "{beside}");
    }
    let caller = server.caller("alger", Environment::Test).await;
    let order = caller.order(&json!({ "reference": "T-1", "amount": 250_000, "currency": "DZD" })).await;
    let checkout = text(&order, "/checkout_url");
    let checkout = checkout.strip_prefix(&server.base_url).expect("a page of this server").to_owned();
    owner.act(&path, &right).await.expect(303);
    let shown = owner.get(&checkout).await.expect(200).text();
    assert!(shown.contains("Chez Amel") && shown.contains("+213555000001"), "{shown}");
    let account = server.node().app().registry().snapshot();
    let accounts = account.accounts_of(alger, Environment::Test);
    let door = accounts.iter().find(|account| account.name == "door").expect("the cash account").id;
    let labels = format!("/office/texts/{alger}/labels/{door}/change");
    let long = "x".repeat(61);
    let page = owner.act(&labels, &[("fr", "Au comptoir"), ("en", &long)]).await.expect(422).text();
    assert!(page.contains("At most 60") && page.contains("Au comptoir"), "{page}");
    owner.act(&labels, &[("fr", "Au comptoir"), ("en", "At the counter")]).await.expect(303);
    let shown = owner.get(&checkout).await.expect(200).text();
    assert!(shown.contains("At the counter"), "{shown}");
    let theirs = account.accounts_of(shop(server, "oran"), Environment::Test)[0].id;
    owner.act(&format!("/office/texts/{alger}/labels/{theirs}/change"), &[("en", "Mine")]).await.expect(404);
    let log = owner.get("/office/people/log").await.expect(200).text();
    assert!(log.contains("→ +213555000001") && log.contains("At the counter"), "{log}");
    shops.declare_again().await;
    let shown = owner.get(&checkout).await.expect(200).text();
    assert!(!shown.contains("Chez Amel") && !shown.contains("At the counter"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_seen_as_it_is_sent_with_what_it_costs() {
    let server = TestServer::start("office-messages").await;
    let sms = json!({ "sms": { "url": "https://sms.example/send?to={to}&text={text}" } });
    server.declare(two_shops(&server.sandbox_url).map(|shop| shop.messages(sms.clone()))).await;
    let alger = shop(&server, "alger");
    let owner = owner(&server).await;
    let path = format!("/office/texts/{alger}/messages/paid/fr");
    let page = owner.get(&path).await.expect(200).text();
    assert!(page.contains("No e-mail is sent") && !page.contains("No SMS is sent"), "{page}");
    assert!(page.contains("SMS: 1 part") && page.contains("of 160 signs in a 7-bit"), "{page}");
    for (sms, said) in [
        ("Merci {name}", "SMS: 1 part: 18 of 160 signs in a 7-bit alphabet"),
        ("شكرا {name}", "SMS: 1 part: 17 of 70 signs. A letter outside"),
        (&"é".repeat(161), "SMS: 2 parts: 161 of 306 signs in a 7-bit"),
        (&"ش".repeat(71), "SMS: 2 parts: 71 of 134 signs."),
        (&"€".repeat(81), "SMS: 2 parts: 162 of 306 signs in a 7-bit"),
    ] {
        let page = owner.act(&format!("{path}/preview"), &[("sms", sms)]).await.expect(200).text();
        assert!(page.contains(said) && page.contains("Nothing is saved yet"), "{sms}: {page}");
        assert!(page.contains(&format!("\n{sms}</textarea>")), "what was typed stays: {page}");
    }
    for (field, typed, said) in [
        ("sms", "Merci {nom}", "Near “{nom}”"),
        ("sms", "Merci {name", "Near “{name”"),
        ("subject", "a\u{202e}b", "marks of direction"),
        ("sms", &"long ".repeat(100), "ordinary values 500 characters, at most 480"),
    ] {
        for deed in ["preview", "change"] {
            let page = owner.act(&format!("{path}/{deed}"), &[(field, typed)]).await.expect(422).text();
            let beside = between(&page, &format!("id=\"{field}w\">"), "</div>");
            assert!(beside.contains(said) && beside.contains(typed), "{typed}: {beside}");
        }
    }
    owner
        .act(&format!("{path}/change"), &[("sms", "Merci {name}"), ("text", "Un\r\nDeux")])
        .await
        .expect(303);
    let page = owner.get(&path).await.expect(200).text();
    assert!(page.contains("Merci Amina Benali") && page.contains("Un\nDeux"), "{page}");
    let list = owner.get("/office/texts").await.expect(200).text();
    assert_eq!(list.matches("your words").count(), 1, "{list}");
    // Left empty it is said in the standard words again.
    owner.act(&format!("{path}/change"), &[("sms", " ")]).await.expect(303);
    let page = owner.get(&path).await.expect(200).text();
    assert!(!page.contains("Merci Amina Benali") && page.contains("ORD-2026-000123"), "{page}");
    for wrong in ["never/fr", "paid/de"] {
        owner.get(&format!("/office/texts/{alger}/messages/{wrong}")).await.expect(404);
    }
    let log = owner.get("/office/people/log").await.expect(200).text();
    assert!(log.contains("– → Merci {name}") && log.contains("Merci {name} → –"), "{log}");
}
