//! A project that keeps every rule, and every way to break one.

use serde_json::{Value, json};

use super::*;

fn project() -> Value {
    json!({
        "currency": "DZD",
        "return_url": "https://shop.example/thanks",
        "locales": [{ "code": "en_US", "name": "English" }, { "code": "fr_FR", "name": "French" }],
        "forms": [
            { "identifier": "order", "title": { "en_US": "Order" }, "fields": [
                { "marker": "name", "required": true, "role": "family_name", "max_length": 50 },
                { "marker": "when", "type": "list", "values": [{ "value": "am" }, { "value": "pm" }] },
            ] },
            { "identifier": "reg", "type": "sign_in_up", "fields": [
                { "marker": "email", "role": "identifier" }, { "marker": "password", "role": "password" },
            ] },
        ],
        "providers": [{ "identifier": "email", "form": "reg" }],
        "accounts": [
            { "identifier": "cash", "gateway_account": "door" },
            { "identifier": "card", "gateway_account": "auto" },
        ],
        "storages": [{
            "identifier": "orders", "form": "order", "accounts": ["cash", "card"],
            "statuses": [
                { "identifier": "new", "when": ["pending", "failed"] },
                { "identifier": "done", "when": ["paid", "fulfilled"] },
            ],
        }],
    })
}

/// The project with one thing changed, by pointer; `-` at the end of a list adds to it.
fn with(pointer: &str, value: Value) -> Project {
    let mut changed = project();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = changed.pointer_mut(parent).unwrap();
    match (parent.as_array_mut(), name) {
        (Some(list), "-") => list.push(value),
        (Some(list), index) => list[index.parse::<usize>().unwrap()] = value,
        (None, name) => parent[name] = value,
    }
    serde_json::from_value(changed).unwrap()
}

#[test]
fn every_type_of_the_sdks_list_is_declared_or_refused_with_a_reason() {
    let list = "string text textWithHeader integer real float dateTime date time file image groupOfImages \
                radioButton list button spam entity timeInterval";
    for kind in list.split_whitespace() {
        let chosen = matches!(kind, "list" | "radioButton");
        let values = if chosen { json!([{ "value": "x" }]) } else { json!([]) };
        let fields = json!([{ "marker": "a", "type": kind, "values": values }]);
        let broken = with("/forms/-", json!({ "identifier": "more", "fields": fields })).check().err();
        match (kind, broken) {
            ("spam", Some(broken)) => assert!(broken.to_string().contains("captcha"), "{broken}"),
            ("entity", Some(broken)) => assert!(broken.to_string().contains("pages of a site"), "{broken}"),
            (_, broken) => assert_eq!(broken, None, "{kind}"),
        }
    }
}

#[test]
fn a_whole_project_is_taken() {
    let whole: Project = serde_json::from_value(project()).unwrap();
    assert_eq!(whole.check(), Ok(()));
    assert_eq!(whole.check_gateway_accounts(|name| name == "door"), Ok(()));
    let lost = whole.check_gateway_accounts(|_| false).unwrap_err();
    assert_eq!(lost.field, "accounts[0].gateway_account");
    let bare: Project = serde_json::from_value(json!({ "currency": "usd" })).unwrap();
    assert_eq!(bare.check(), Ok(()));
}

#[test]
fn what_does_not_fit_is_named() {
    let form = |identifier: &str| json!({ "identifier": identifier });
    let field = |field: Value| json!({ "identifier": "other", "fields": [field] });
    for (pointer, value, expected) in [
        ("/currency", json!("DA"), "currency"),
        ("/return_url", json!("shop.example"), "return_url"),
        ("/return_url", json!("javascript:alert(1)"), "return_url"),
        ("/return_url", json!("https://a:b@shop.example"), "return_url"),
        ("/locales/-", json!({ "code": "en_US", "name": "Again" }), "locales[2].code"),
        ("/locales/-", json!({ "code": "english!", "name": "E" }), "locales[2].code"),
        ("/locales/-", json!({ "code": "ar_DZ", "name": "" }), "locales[2].name"),
        ("/forms/-", form("order"), "forms[2].identifier"),
        ("/forms/-", form(""), "forms[2].identifier"),
        ("/forms/-", form("with space"), "forms[2].identifier"),
        ("/forms/-", form(&"f".repeat(61)), "forms[2].identifier"),
        ("/forms/-", json!({ "identifier": "other", "id": 1 }), "forms[2].id"),
        ("/forms/-", json!({ "identifier": "other", "id": 0 }), "forms[2].id"),
        ("/forms/-", json!({ "identifier": "other", "title": "t".repeat(201) }), "forms[2].title"),
        ("/forms/-", json!({ "identifier": "other", "title": "a\nb" }), "forms[2].title"),
        ("/forms/-", json!({ "identifier": "other", "title": {} }), "forms[2].title"),
        ("/forms/-", json!({ "identifier": "other", "title": { "?": "a" } }), "forms[2].title"),
        ("/forms/-", field(json!({ "marker": "a b" })), "forms[2].fields[0].marker"),
        ("/forms/-", field(json!({ "marker": "a", "max_length": 0 })), "forms[2].fields[0].max_length"),
        (
            "/forms/-",
            field(json!({ "marker": "a", "min_length": 9, "max_length": 5 })),
            "forms[2].fields[0].min_length",
        ),
        ("/forms/-", field(json!({ "marker": "a", "type": "list" })), "forms[2].fields[0].values"),
        ("/forms/-", field(json!({ "marker": "a", "type": "spam" })), "forms[2].fields[0].type"),
        ("/forms/-", field(json!({ "marker": "a", "type": "entity" })), "forms[2].fields[0].type"),
        (
            "/forms/-",
            field(json!({ "marker": "a", "type": "button", "required": true })),
            "forms[2].fields[0].required",
        ),
        (
            "/forms/-",
            field(json!({ "marker": "a", "values": [{ "value": "x" }] })),
            "forms[2].fields[0].values",
        ),
        (
            "/forms/-",
            field(json!({ "marker": "a", "type": "list", "values": [{ "value": "x" }, { "value": "x" }] })),
            "forms[2].fields[0].values[1].value",
        ),
        (
            "/forms/-",
            field(json!({ "marker": "a", "type": "list", "values": [{ "value": "" }] })),
            "forms[2].fields[0].values[0].value",
        ),
        ("/forms/-", field(json!({ "marker": "a", "role": "password" })), "forms[2].fields[0].role"),
        (
            "/forms/-",
            field(json!({ "marker": "a", "type": "integer", "role": "phone" })),
            "forms[2].fields[0].role",
        ),
        ("/forms/0/fields/-", json!({ "marker": "name" }), "forms[0].fields[2].marker"),
        ("/forms/0/fields/-", json!({ "marker": "again", "role": "family_name" }), "forms[0].fields[2].role"),
        ("/providers/0/form", json!("none"), "providers[0].form"),
        ("/providers/0/form", json!("order"), "providers[0].form"),
        ("/forms/1/fields", json!([{ "marker": "email", "role": "identifier" }]), "providers[0].form"),
        ("/forms/1/fields", json!([{ "marker": "p", "role": "password" }]), "providers[0].form"),
        ("/providers/0/access_token_ttl", json!(59), "providers[0].access_token_ttl"),
        ("/providers/0/refresh_token_ttl", json!(60), "providers[0].refresh_token_ttl"),
        ("/providers/0/code_length", json!(3), "providers[0].code_length"),
        ("/providers/0/code_ttl", json!(0), "providers[0].code_ttl"),
        ("/accounts/-", json!({ "identifier": "cash", "gateway_account": "x" }), "accounts[2].identifier"),
        ("/accounts/-", json!({ "identifier": "x", "gateway_account": "" }), "accounts[2].gateway_account"),
        ("/storages/0/form", json!("none"), "storages[0].form"),
        ("/storages/0/form", json!("reg"), "storages[0].form"),
        ("/storages/0/accounts", json!([]), "storages[0].accounts"),
        ("/storages/0/accounts/-", json!("wallet"), "storages[0].accounts[2]"),
        ("/storages/0/accounts/-", json!("cash"), "storages[0].accounts[2]"),
        ("/storages/0/expires_in", json!(59), "storages[0].expires_in"),
        ("/storages/0/expires_in", json!(2_592_001), "storages[0].expires_in"),
        (
            "/storages/0/statuses/-",
            json!({ "identifier": "new", "when": [] }),
            "storages[0].statuses[2].identifier",
        ),
        (
            "/storages/0/statuses/-",
            json!({ "identifier": "x", "when": ["lost"] }),
            "storages[0].statuses[2].when",
        ),
        (
            "/storages/0/statuses/-",
            json!({ "identifier": "x", "when": ["paid"] }),
            "storages[0].statuses[2].when",
        ),
    ] {
        let broken = with(pointer, value.clone()).check().expect_err(&format!("{pointer}: {value}"));
        assert_eq!(broken.field, expected, "{pointer}: {value}: {}", broken.rule);
    }
}

#[test]
fn what_can_be_sold() {
    let product = |change: Value| -> Product {
        let mut product = json!({ "id": 14, "title": "Book", "price": 34_000 });
        for (name, value) in change.as_object().unwrap() {
            product[name] = value.clone();
        }
        serde_json::from_value(product).unwrap()
    };
    for good in [
        json!({}),
        json!({ "price": 0 }),
        json!({ "price": MOST_MINOR, "visible": false }),
        json!({ "sku": "B-1", "image": "https://cdn.example/b.png", "status": "in_stock" }),
        json!({ "attributes": { "weight": { "type": "float", "value": "1.5" } } }),
        json!({ "attributes": { "text": { "type": "text", "value": { "fr": "a\nb" } } } }),
    ] {
        assert_eq!(product(good.clone()).check(), Ok(()), "{good}");
    }
    for (change, field) in [
        (json!({ "id": 0 }), "id"),
        (json!({ "id": i64::MAX }), "id"),
        (json!({ "title": " " }), "title"),
        (json!({ "title": "t".repeat(201) }), "title"),
        (json!({ "title": { "en_US": "Book", "fr_FR": "" } }), "title"),
        (json!({ "title": { "en_US": "Bo\u{7}ok" } }), "title.en_US"),
        (json!({ "title": "paid \u{202e}DIAP" }), "title"),
        (json!({ "price": -1 }), "price"),
        (json!({ "price": MOST_MINOR + 1 }), "price"),
        (json!({ "sku": "s".repeat(101) }), "sku"),
        (json!({ "image": "b.png" }), "image"),
        (json!({ "image": format!("https://cdn.example/{}", "b".repeat(500)) }), "image"),
        (json!({ "status": "in stock" }), "status"),
        (json!({ "categories": [""] }), "categories[0]"),
        (json!({ "attributes": { "a b": { "type": "string", "value": "x" } } }), "attributes.a b"),
        (json!({ "attributes": { "a": { "type": "", "value": "x" } } }), "attributes.a.type"),
        (json!({ "attributes": { "a": { "type": "integer", "value": "x" } } }), "attributes.a.value"),
        (
            json!({ "attributes": { "a": { "type": "integer", "value": { "en": "1" } } } }),
            "attributes.a.value",
        ),
        (
            json!({ "attributes": { "a": { "type": "text", "value": "x".repeat(4001) } } }),
            "attributes.a.value",
        ),
    ] {
        let broken = product(change.clone()).check().expect_err(&change.to_string());
        assert_eq!(broken.field, field, "{change}: {}", broken.rule);
    }
}
