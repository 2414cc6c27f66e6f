//! The project and its products are declared: by the shop file, and by the native API.

use guichet_core::Environment;
use serde_json::{Value, json};

use crate::front::shop::Shops;
use crate::support::call::{Answer, Caller};
use crate::support::shop_file::{Account, Merchant};

async fn put(caller: &Caller, path: &str, body: &Value) -> Answer {
    caller.send("PUT", path, &[], body.to_string().into_bytes()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_project_by_the_api() {
    let shops = Shops::open("front-project").await;
    let live = shops.server.caller("alger", Environment::Live).await;
    let test = shops.server.shop().await;
    let project = live.get("/v1/project").await.expect(200).json();
    assert_eq!(test.get("/v1/project").await.expect(200).json(), project);
    assert_eq!(
        put(&live, "/v1/project", &project).await.expect(200).json(),
        project,
        "what is read can be put"
    );
    assert_eq!(put(&test, "/v1/project", &project).await.expect(403).json()["code"], "live_key_needed");

    let mut changed = project.clone();
    changed["storages"][0]["identifier"] = json!("shop");
    put(&live, "/v1/project", &changed).await.expect(200);
    let storages = shops.alger.get("/orders-storage").await.expect(200).json();
    assert_eq!(storages[0]["identifier"], "shop", "at once");
    let others = shops.oran.get("/orders-storage").await.expect(200).json();
    assert_eq!(others[0]["identifier"], "orders");

    for (pointer, value, field) in [
        ("/storages/0/form", json!("none"), "storages[0].form"),
        ("/accounts/0/gateway_account", json!("nowhere"), "accounts[0].gateway_account"),
        ("/currency", json!("DA"), "currency"),
    ] {
        let mut wrong = project.clone();
        *wrong.pointer_mut(pointer).expect("a place") = value;
        let problem = put(&live, "/v1/project", &wrong).await.expect(422).json();
        assert_eq!((&problem["code"], &problem["field"]), (&json!("project_invalid"), &json!(field)));
    }
    let mut elsewhere = project.clone();
    elsewhere["return_url"] = json!("https://evil.example/");
    assert_eq!(put(&live, "/v1/project", &elsewhere).await.expect(422).json()["code"], "return_url_origin");
    let mut unknown = project;
    unknown["colour"] = json!("red");
    assert_eq!(put(&live, "/v1/project", &unknown).await.expect(422).json()["code"], "field_unknown");
    assert_eq!(live.get("/v1/project").await.expect(200).json(), changed);
}

#[tokio::test(flavor = "multi_thread")]
async fn products_by_the_api() {
    let shops = Shops::open("front-native-products").await;
    let live = shops.server.caller("alger", Environment::Live).await;
    let test = shops.server.shop().await;
    let page = test.get("/v1/products?limit=3").await.expect(200).json();
    assert_eq!((&page["has_more"], &page["data"][2]["id"]), (&json!(true), &json!(16)));
    let rest = test.get("/v1/products?cursor=16").await.expect(200).json();
    assert_eq!((&rest["has_more"], rest["data"].as_array().map(Vec::len)), (&json!(false), Some(4)));
    let book = &page["data"][0];
    assert_eq!(put(&live, "/v1/products/14", book).await.expect(200).json(), *book);

    let lamp = json!({ "id": 3, "title": "Lamp", "price": 99_900 });
    assert_eq!(put(&test, "/v1/products/3", &lamp).await.expect(403).json()["code"], "live_key_needed");
    let made = put(&live, "/v1/products/3", &lamp).await.expect(200).json();
    assert_eq!(put(&live, "/v1/products/3", &lamp).await.expect(200).json(), made);
    assert_eq!(shops.alger.get("/products/3").await.expect(200).json()["price"], 999);
    shops.oran.get("/products/3").await.expect(404);
    for (path, body, field) in [
        ("/v1/products/4", lamp.clone(), "id"),
        ("/v1/products/3", json!({ "id": 3, "title": "Lamp", "price": -1 }), "price"),
        ("/v1/products/3", json!({ "id": 3, "title": "", "price": 1 }), "title"),
    ] {
        let problem = put(&live, path, &body).await.expect(422).json();
        assert_eq!((&problem["code"], &problem["field"]), (&json!("product_invalid"), &json!(field)));
    }
    let delete = |caller: &Caller| {
        let caller = caller.clone();
        async move { caller.send("DELETE", "/v1/products/3", &[], Vec::new()).await }
    };
    delete(&test).await.expect(403);
    delete(&shops.server.caller("oran", Environment::Live).await).await.expect(404);
    delete(&live).await.expect(204);
    assert_eq!(delete(&live).await.expect(404).json()["code"], "not_found");
    shops.alger.get("/products/3").await.expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shop_file_is_held_to_the_same_rules() {
    let shops = Shops::open("front-file").await;
    let before = shops.server.census();
    let project = |currency: &str, account: &str| {
        let accounts = json!([{ "identifier": "cash", "gateway_account": account }]);
        json!({ "currency": currency, "accounts": accounts })
    };
    let product = |id: i64| json!({ "id": id, "title": "A", "price": 1 });
    let mut elsewhere = project("DZD", "door");
    elsewhere["return_url"] = json!("https://evil.example/");
    let alger = || Merchant::named("alger").return_origin("https://shop.example");
    for (merchant, rule) in [
        (alger().project(project("DZD", "nowhere")), "accounts[0].gateway_account"),
        (alger().project(project("DA", "door")), "currency"),
        (alger().products(json!([product(0)])), "id"),
        (alger().products(json!([product(1), product(1)])), "product 1 is declared twice"),
        (alger().account(Account::at("cash", "door", Environment::Live)).project(elsewhere), "return_url"),
    ] {
        let error = shops.server.try_declare(merchant).await.expect_err(rule);
        assert!(format!("{error:#}").contains(rule), "{error:#}");
    }
    assert_eq!(shops.server.census(), before);
    // One that was declared earlier ends when the file does not name it.
    let earlier = Merchant::named("alger").project(project("DZD", "door"));
    let error = shops.server.try_declare(earlier).await.expect_err("it ends");
    assert!(format!("{error:#}").contains("accounts[0].gateway_account"), "{error:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_way_to_pay_is_shown_while_its_account_is_in_use() {
    let shops = Shops::open("front-disabled").await;
    let amel = shops.alger.customer("amel@example.com").await;
    let shown = async || {
        let accounts = amel.get("/payments/accounts").await.expect(200).json();
        let storages = shops.alger.get("/orders-storage").await.expect(200).json();
        let names = |list: &Value| -> Vec<String> {
            let list = list.as_array().expect("a list").iter();
            list.map(|one| one["identifier"].as_str().expect("a marker").to_owned()).collect()
        };
        (names(&accounts), names(&storages[0]["paymentAccountIdentifiers"]))
    };
    let before = shown().await;
    assert_eq!(before.0, ["cash", "card", "auto", "wire", "elsewhere"]);
    let door = ["door", "--merchant", "alger", "--environment", "test"];
    shops.server.command(&[&["account", "disable"][..], &door].concat());
    shops.server.settle().await;
    let (accounts, of_storage) = shown().await;
    assert_eq!(accounts, ["card", "auto", "wire"]);
    assert_eq!(of_storage, ["card", "auto", "wire"]);
    amel.get("/payments/accounts/1").await.expect(404);
    shops.server.command(&[&["account", "enable"][..], &door].concat());
    shops.server.settle().await;
    assert_eq!(shown().await, before);
}
