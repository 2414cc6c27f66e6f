//! What may be sent, and what is said about what may not.

use serde_json::{Value, json};

use crate::customers::front::{PASSWORD, Shops, auth_data, error_of, registration};
use crate::support::call::text;

/// A sign-up with something else at a place.
fn with(pointer: &str, value: Value) -> Value {
    let mut sent = registration("amel@example.com", PASSWORD);
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    sent.pointer_mut(parent).expect("a place")[name] = value;
    sent
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_up_that_breaks_a_rule_makes_nobody() {
    let shops = Shops::open("customers-rules").await;
    let before = shops.server.census();
    let long = format!("{}@example.com", "x".repeat(250));
    let table = [
        (json!({}), "formIdentifier is missing"),
        (json!([]), "an object"),
        (json!("x"), "an object"),
        (with("/formIdentifier", json!("order")), "formIdentifier must be 'reg'"),
        (with("/formIdentifier", json!(7)), "formIdentifier is not a string"),
        (with("/authData", json!("x")), "authData is a list"),
        (with("/authData", json!([])), "email_reg, password_reg"),
        (with("/authData", json!([{ "marker": "login", "value": "x" }])), "email_reg, password_reg"),
        (with("/authData", auth_data(" ", PASSWORD)), "email_reg, password_reg"),
        (with("/authData", auth_data("amel@example.com", "12345")), "at least 6 characters"),
        (with("/authData", auth_data("amel@example.com", &"x".repeat(201))), "at most 200 bytes"),
        (with("/authData", auth_data(&long, PASSWORD)), "at most 254 bytes"),
        (with("/authData", auth_data("a\u{0}b", PASSWORD)), "control characters"),
        (with("/formData", json!({ "en_US": [] })), "'last_name' is required"),
        (with("/formData", json!({ "en_US": [null] })), "'last_name' is required"),
        (with("/formData", json!([{ "marker": "password_reg", "value": "x" }])), "not in the form"),
        (with("/notificationData/email", json!("amel")), "notificationData.email"),
        (with("/notificationData/email", json!(7)), "notificationData.email"),
        (with("/notificationData/phoneSMS", json!("066598343")), "A phone number in Algeria is +213"),
        (with("/notificationData/phoneSMS", json!("+22507000001")), "Ivory Coast"),
        (with("/notificationData/phonePush", json!("x")), "notificationData.phonePush"),
        (with("/notificationData/phonePush", json!(vec!["x"; 21])), "at most 20 texts"),
        (with("/notificationData", json!([[]])), "notificationData"),
    ];
    for (sent, rule) in table {
        let answer = shops.alger.at("email", "sign-up", &sent).await.expect(400);
        let message = text(&error_of(&answer), "/message");
        assert!(message.contains(rule), "{sent}: {message}");
    }
    let mut nameless = registration("amel", PASSWORD);
    nameless["notificationData"] = json!({ "email": "" });
    let answer = shops.alger.at("email", "sign-up", &nameless).await.expect(400);
    assert!(text(&answer.json(), "/message").contains("for the code"), "{}", answer.text());
    assert_eq!(shops.server.census(), before);
    nameless["notificationData"] = json!(null);
    let made = shops.alger.at("open", "sign-up", &nameless).await.expect(201).json();
    assert_eq!(made["notificationData"], json!({ "email": "", "phonePush": [], "phoneSMS": "" }));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_sdk_may_send_is_understood() {
    let shops = Shops::open("customers-liberal").await;
    let front = &shops.alger;
    let mut sent = registration("amel@example.com", "12345678");
    sent["formData"] = json!({ "en_US": [{ "en_US": [{ "marker": "last_name", "value": "Kaci" }] }] });
    sent["notificationData"] = json!({ "email": "", "phonePush": null, "phoneSMS": "" });
    sent["something"] = json!({ "else": [] });
    let made = front.at("open", "sign-up", &sent).await.expect(201).json();
    assert_eq!(made["notificationData"]["email"], "amel@example.com", "the identifier is one");
    for data in [
        auth_data("amel@example.com", "12345678"),
        json!({ "en_US": auth_data("amel@example.com", "12345678") }),
        json!([{ "marker": "email_reg", "value": "amel@example.com" }, { "marker": "password_reg", "value": 12_345_678 }]),
    ] {
        front.at("open", "auth", &json!({ "authData": data, "langCode": "en_US" })).await.expect(200);
    }
    for spaced in [" 12345678", "12345678 "] {
        front.auth("open", "amel@example.com", spaced).await.expect(401);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_cannot_be_meant_are_refused() {
    let shops = Shops::open("customers-refused").await;
    let front = &shops.alger;
    let tokens = front.customer("amel@example.com").await;
    let me = front.bearing(&tokens.access);
    let users = "/users-auth-providers/marker/open/users";
    let code = |more: Value| {
        let mut sent = json!({ "userIdentifier": "x", "code": "1", "type": 2, "password1": PASSWORD });
        sent.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        sent
    };
    let table = [
        ("POST", format!("{users}/auth"), json!({}), 400, "email_reg, password_reg"),
        ("POST", format!("{users}/auth"), json!({ "authData": 7 }), 400, "authData is a list"),
        ("POST", format!("{users}/auth"), json!([]), 400, "email_reg, password_reg"),
        (
            "POST",
            format!("{users}/generate-code"),
            json!({ "userIdentifier": "x" }),
            400,
            "eventIdentifier is missing",
        ),
        (
            "POST",
            format!("{users}/generate-code"),
            json!({ "userIdentifier": "x", "eventIdentifier": "" }),
            400,
            "eventIdentifier",
        ),
        (
            "POST",
            format!("{users}/check-code"),
            json!({ "userIdentifier": "x", "code": [] }),
            400,
            "code is not a text of digits",
        ),
        ("POST", format!("{users}/activate"), json!({ "userIdentifier": "x" }), 400, "code is missing"),
        ("POST", format!("{users}/change-password"), code(json!({ "type": 3 })), 400, "type is 1"),
        ("POST", format!("{users}/change-password"), code(json!({ "type": "1" })), 400, "code is wrong"),
        (
            "POST",
            format!("{users}/change-password"),
            code(json!({ "password2": "other" })),
            400,
            "not the same",
        ),
        (
            "POST",
            format!("{users}/change-password"),
            code(json!({ "password1": "12345" })),
            400,
            "at least 6",
        ),
        ("POST", format!("{users}/change-password"), code(json!({})), 400, "code is wrong"),
        ("POST", "/users-auth-providers/marker/open/oauth".into(), json!({}), 501, "Not offered here"),
        ("POST", "/users/me/fcm-token/abc".into(), json!({}), 501, "Not offered here"),
        ("DELETE", "/users/me/fcm-token/abc".into(), json!({}), 501, "Not offered here"),
        (
            "POST",
            "/users-auth-providers/marker/phone/users/auth".into(),
            json!([]),
            404,
            "Auth provider not found",
        ),
        ("GET", "/users-auth-providers/marker/phone".into(), json!({}), 404, "Auth provider not found"),
        ("GET", "/users-auth-providers?limit=x".into(), json!({}), 400, "whole numbers"),
        ("POST", "/users/me".into(), json!({}), 404, "Cannot POST"),
        ("PUT", "/users/me".into(), json!([1]), 400, "cannot be used"),
        (
            "PUT",
            "/users/me".into(),
            json!({ "formIdentifier": "order" }),
            400,
            "formIdentifier must be 'reg'",
        ),
        (
            "PUT",
            "/users/me".into(),
            json!({ "authData": auth_data("other@example.com", PASSWORD) }),
            400,
            "cannot be changed",
        ),
        (
            "PUT",
            "/users/me".into(),
            json!({ "authData": auth_data("amel@example.com", "123") }),
            400,
            "at least 6",
        ),
        (
            "PUT",
            "/users/me".into(),
            json!({ "formData": [{ "marker": "last_name", "value": "" }] }),
            400,
            "is required",
        ),
        (
            "PUT",
            "/users/me".into(),
            json!({ "notificationData": { "email": "x" } }),
            400,
            "notificationData.email",
        ),
        ("PUT", "/users/me".into(), json!({ "state": { "x": "x".repeat(9000) } }), 400, "state has at most"),
        ("PUT", "/users/me".into(), json!({ "state": [] }), 400, "state is not a map"),
    ];
    let before = me.get("/users/me").await.expect(200).json();
    for (method, path, body, status, message) in table {
        let answer = me.call(method, &path, Some(&body)).await;
        assert_eq!(answer.status, status, "{method} {path} {body}: {}", answer.text());
        let said = text(&error_of(&answer), "/message");
        assert!(said.contains(message), "{method} {path} {body}: {said}");
    }
    assert_eq!(me.get("/users/me").await.expect(200).json(), before, "nothing was changed");
    let tokenless = front.bearing("junk").call("GET", "/users/me", None).await;
    assert_eq!(error_of(&tokenless)["message"], "Unauthorized");
}

#[tokio::test(flavor = "multi_thread")]
async fn device_metadata_is_as_the_sdk_writes_it_or_absent() {
    let shops = Shops::open("customers-metadata").await;
    let front = &shops.alger;
    let tokens = front.customer("amel@example.com").await;
    let auth = json!({ "authData": auth_data("amel@example.com", PASSWORD) });
    let refresh = json!({ "refreshToken": tokens.refresh });
    for junk in [
        "",
        "x",
        "{}",
        "[]",
        r#"{"fingerprint":7}"#,
        &format!("{{\"fingerprint\":\"{}\"}}", "x".repeat(3000)),
    ] {
        let odd = front.metadata(junk);
        for (method, body) in [("auth", &auth), ("refresh", &refresh), ("logout", &refresh)] {
            let refused = odd.at("open", method, body).await.expect(400);
            assert_eq!(error_of(&refused)["message"], "Invalid x-device-metadata format", "{method} {junk}");
        }
        odd.sign_up("open", "other@example.com").await.expect(201);
    }
    assert!(front.lets_in(&tokens.access).await);
    front.sign_up("strict", "amel@example.com").await.expect(201);
    for (method, body) in [("auth", &auth), ("refresh", &refresh), ("logout", &refresh)] {
        let refused = front.at("strict", method, body).await.expect(400);
        assert_eq!(error_of(&refused)["message"], "Missing x-device-metadata header", "{method}");
    }
    front.on("phone").auth("strict", "amel@example.com", PASSWORD).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn providers_are_shown_in_the_language_asked_for() {
    let shops = Shops::open("customers-providers").await;
    let email = json!({
        "id": 1,
        "localizeInfos": { "title": "Par courriel" },
        "version": 1,
        "identifier": "email",
        "type": "email",
        "formIdentifier": "reg",
        "userGroupIdentifier": "guest",
        "isActive": true,
        "isCheckCode": true,
        "config": {
            "accessTokenTtlSec": "900",
            "refreshTokenTtlMc": "2592000000",
            "deleteNoneActiveUsersAfterDays": "0",
            "systemCodeTlsSec": "600",
            "systemCodeLength": "6",
            "systemCodeOnlyNumbers": "true",
            "oauthAuthUrl": null,
        },
    });
    let front = &shops.alger;
    for path in
        ["/users-auth-providers?langCode=fr_FR&offset=0&limit=30", "/users-auth-providers/?langCode=fr_FR"]
    {
        let all = front.get(path).await.expect(200).json();
        assert_eq!(all.as_array().map(Vec::len), Some(3), "{path}");
        assert_eq!(all[0], email, "{path}");
    }
    let one = front.get("/users-auth-providers/marker/email?langCode=fr_FR").await.expect(200).json();
    assert_eq!(one, email);
    let page = front.get("/users-auth-providers?offset=1&limit=1").await.expect(200).json();
    assert_eq!(
        (&page[0]["identifier"], &page[0]["id"], page.as_array().map(Vec::len)),
        (&json!("open"), &json!(2), Some(1))
    );
}
