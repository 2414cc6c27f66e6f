//! What is sold, filled in and spoken, as anybody at the front may read it.

use serde_json::{Value, json};

use crate::front::shop::Shops;

fn ids(answer: &Value) -> Vec<i64> {
    let list = answer["items"].as_array().or_else(|| answer.as_array()).expect("a list");
    list.iter().filter_map(|product| product["id"].as_i64()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn products() {
    let shops = Shops::open("front-products").await;
    let front = &shops.alger;
    let book = front.get("/products/14?langCode=fr_FR").await.expect(200).json();
    let picture = json!({
        "filename": "book.png", "downloadLink": "https://cdn.example/book.png?v=2", "size": 0,
        "previewLink": "https://cdn.example/book.png?v=2",
    });
    let expected = json!({
        "id": 14, "localizeInfos": { "title": "Livre" }, "statusIdentifier": "in_stock",
        "statusLocalizeInfos": { "title": "in_stock" }, "attributeSetIdentifier": null, "position": 14,
        "price": 340, "additional": { "prices": { "min": 340, "max": 340 } }, "sku": "B-14", "isSync": false,
        "attributeValues": {
            "color": { "type": "string", "value": "Bleu", "position": 1, "additionalFields": {} },
            "image": { "type": "image", "value": [picture], "position": 0, "additionalFields": {} },
            "weight": { "type": "float", "value": 1.25, "position": 2, "additionalFields": {} },
        },
        "categories": ["books", "new"], "isVisible": true, "templateIdentifier": null,
        "shortDescTemplateIdentifier": null, "blocks": [], "moduleFormConfigs": [],
    });
    assert_eq!(book, expected);
    let many = front.get("/products/ids?ids=15,99,20,14&langCode=en_US").await.expect(200).json();
    assert_eq!(ids(&many), [15, 14]);
    let found = front.get("/products/quick/search?langCode=en_US&name=BOOK").await.expect(200).json();
    assert_eq!(ids(&found), [14, 19]);
    let none = front.get("/products/quick/search?langCode=fr_FR&name=secret").await.expect(200).json();
    assert_eq!(ids(&none), [0_i64; 0]);
    // Somebody who is signed in, or was, sees the same.
    let amel = front.customer("amel@example.com").await;
    assert_eq!(amel.get("/products/14?langCode=fr_FR").await.expect(200).json(), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn filters() {
    let shops = Shops::open("front-filters").await;
    let front = &shops.alger;
    let price = |marker: &str, value: Value| json!({ "attributeMarker": "price", "conditionMarker": marker, "conditionValue": value });
    for (query, body, expected) in [
        ("", json!({ "filter": [] }), vec![14, 15, 16, 17, 18, 19]),
        ("", json!([]), vec![14, 15, 16, 17, 18, 19]),
        ("limit=2&offset=1", json!([]), vec![15, 16]),
        ("sortKey=price&sortOrder=ASC&limit=3", json!([]), vec![19, 16, 14]),
        ("sortKey=price&limit=2", json!([]), vec![18, 15]),
        ("sortKey=id&sortOrder=DESC&limit=2", json!([]), vec![19, 18]),
        ("sortKey=title&sortOrder=ASC&limit=2&langCode=fr_FR", json!([]), vec![15, 19]),
        ("", json!({ "filter": [price("mth", json!(340)), price("lth", json!(2500.01))] }), vec![15, 17]),
        ("", json!([price("eq", json!(340))]), vec![14]),
        ("", json!([price("in", json!([0.5, 340]))]), vec![14, 16]),
        ("", json!([{ "attributeMarker": "weight", "conditionMarker": "exs" }]), vec![14, 15]),
        ("attributeMarker=weight&conditionMarker=mth&conditionValue=2", json!([]), vec![15]),
        ("statusMarker=in_stock", json!([]), vec![14]),
        ("", json!([{ "pageUrls": ["books"] }]), vec![14, 15]),
        ("langCode=fr_FR", json!([{ "title": "livre" }]), vec![14]),
        ("", json!([{ "title": "secret" }]), vec![]),
    ] {
        let answer = front.post(&format!("/products/all?{query}"), &body).await.expect(200).json();
        assert_eq!(ids(&answer), expected, "{query} {body}");
        if !query.contains("limit") {
            assert_eq!(answer["total"], json!(expected.len()), "{query} {body}");
        }
    }
    assert_eq!(front.send("POST", "/products/all", Vec::new()).await.expect(200).json()["total"], 6);
    let counts =
        front.post("/products/all/counts", &json!([price("mth", json!(300))])).await.expect(200).json();
    assert_eq!(counts, json!({ "totalAll": 4, "totalInCategory": 2, "totalInCategoryWithNested": 2 }));
    for (query, body) in [
        ("sortKey=colour", "[]"),
        ("sortKey=id&sortOrder=UP", "[]"),
        ("limit=0", "[]"),
        ("", "{"),
        ("", r#"{"filter":"price"}"#),
        ("", r#"[{"attributeMarker":"price","conditionMarker":"about"}]"#),
    ] {
        crate::front::shop::refused(
            &front.send("POST", &format!("/products/all?{query}"), body.into()).await,
            400,
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_and_locales() {
    let shops = Shops::open("front-forms").await;
    let front = &shops.alger;
    let forms = front.get("/forms?langCode=fr_FR&offset=0&limit=30").await.expect(200).json();
    assert_eq!((&forms["total"], forms["items"].as_array().map(Vec::len)), (&json!(2), Some(2)));
    let order = front.get("/forms/marker/order?langCode=fr_FR").await.expect(200).json();
    assert_eq!(forms["items"][1], order);
    assert_eq!((&order["type"], &order["localizeInfos"]["title"]), (&json!("order"), &json!("Commande")));
    let when = &order["attributes"][4];
    assert_eq!((&when["marker"], &when["type"]), (&json!("when"), &json!("list")));
    assert_eq!(
        when["listTitles"][0],
        json!({ "title": "Matin", "value": "am", "position": 1, "extended": { "value": null, "type": null } })
    );
    let name = &order["attributes"][0];
    let lengths = json!({ "stringMin": 0, "stringMax": 40, "stringLength": 0 });
    assert_eq!(
        name["validators"],
        json!({ "requiredValidator": { "strict": true }, "stringInspectionValidator": lengths })
    );
    let reg = front.get("/forms/marker/reg?langCode=en_US").await.expect(200).json();
    assert_eq!(reg["type"], "sing_in_up");
    let flags =
        |place: usize| (&reg["attributes"][place]["isLogin"], &reg["attributes"][place]["isPassword"]);
    assert_eq!(flags(0), (&json!(true), &json!(false)));
    assert_eq!(flags(1), (&json!(false), &json!(true)));

    let locales = front.get("/locales/active/all").await.expect(200).json();
    let french = json!({
        "id": 2, "shortCode": "fr", "code": "fr_FR", "name": "French", "nativeName": "Français",
        "isActive": true, "image": null, "position": 2,
    });
    assert_eq!(locales[1], french);
}

#[tokio::test(flavor = "multi_thread")]
async fn storages_statuses_and_ways_to_pay() {
    let shops = Shops::open("front-storages").await;
    let front = &shops.alger;
    let storages = front.get("/orders-storage?langCode=fr_FR&limit=30&offset=0").await.expect(200).json();
    let orders = json!({
        "id": 1, "localizeInfos": { "title": "Commandes" }, "position": 1, "identifier": "orders",
        "formIdentifier": "order", "generalTypeId": null,
        "paymentAccountIdentifiers": [
            { "identifier": "cash" }, { "identifier": "card" }, { "identifier": "auto" }, { "identifier": "wire" },
        ],
    });
    assert_eq!(storages[0], orders);
    assert_eq!(front.get("/orders-storage/marker/orders?langCode=fr_FR").await.expect(200).json(), orders);
    let statuses = "/orders-storage/marker/orders/order-statuses?langCode=fr_FR&offset=0&limit=30";
    let statuses = front.get(statuses).await.expect(200).json();
    let first = json!({
        "id": 1, "identifier": "inProgress", "localizeInfos": { "title": "En cours" }, "position": 1,
        "isUsed": true, "isDefault": true,
    });
    assert_eq!(statuses[0], first);
    let words: Vec<_> =
        statuses.as_array().expect("a list").iter().map(|one| one["identifier"].clone()).collect();
    assert_eq!(words, ["inProgress", "done", "expired", "cancelled"]);
    let own =
        front.get("/orders-storage/marker/pickup/order-statuses?langCode=en_US").await.expect(200).json();
    assert_eq!((own.as_array().map(Vec::len), &own[0]["identifier"]), (Some(6), &json!("pending")));

    let amel = front.customer("amel@example.com").await;
    let accounts = amel.get("/payments/accounts?langCode=fr_FR").await.expect(200).json();
    let words: Vec<_> =
        accounts.as_array().expect("a list").iter().map(|one| one["identifier"].clone()).collect();
    assert_eq!(words, ["cash", "card", "auto", "wire", "elsewhere"]);
    let cash = json!({
        "id": 1, "identifier": "cash", "localizeInfos": { "title": "Espèces" }, "type": "custom",
        "isVisible": true, "isUsed": true, "testMode": true, "settings": { "status": "connected" },
        "updatedDate": accounts[0]["updatedDate"],
    });
    assert_eq!(accounts[0], cash);
    assert_eq!(amel.get("/payments/accounts/1?langCode=fr_FR").await.expect(200).json(), cash);
    assert_eq!(accounts[3]["settings"]["status"], "disconnected");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_as_it_is_read() {
    let shops = Shops::open("front-order-shape").await;
    let amel = shops.alger.customer("amel@example.com").await;
    let id = amel.orders("cash", 14).await;
    let path = format!("/orders-storage/marker/orders/orders/{id}?langCode=fr_FR");
    let read = amel.get(&path).await.expect(200).json();
    let picture = json!({
        "filename": "book.png", "downloadLink": "https://cdn.example/book.png?v=2", "size": 0,
        "previewLink": "https://cdn.example/book.png?v=2",
    });
    let expected = json!({
        "id": id, "storageId": 1, "createdDate": read["createdDate"], "statusIdentifier": "inProgress",
        "statusLocalizeInfos": { "title": "En cours" }, "formIdentifier": "order",
        "formData": [{ "marker": "name", "type": "string", "value": "Christina" }],
        "totalSum": "340.00", "currency": "DZD", "paymentAccountIdentifier": "cash",
        "paymentAccountLocalizeInfos": { "title": "Espèces" }, "paymentUrl": null, "isCompleted": false,
        "products": [{
            "id": 14, "quantity": 1, "title": "Book", "sku": "B-14", "previewImage": picture, "price": 340,
            "isGift": false,
        }],
    });
    assert_eq!(read, expected);
}
