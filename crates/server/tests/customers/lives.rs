//! Whole lives of customers, from signing up to leaving.

use serde_json::json;

use crate::front::{PASSWORD, Shops, auth_data};

#[tokio::test]
async fn somebody_signs_up_and_signs_in() {
    let shops = Shops::open("customers-sign-up").await;
    let front = &shops.alger;
    let made = front.sign_up("open", " Amel@Example.com ").await.expect(201).json();
    assert_eq!(made["identifier"], "amel@example.com");
    assert_eq!((&made["id"], &made["isActive"], &made["version"]), (&json!(1), &json!(true), &json!(1)));
    assert_eq!(made["formData"], json!([{ "marker": "last_name", "type": "string", "value": "Kaci" }]));
    assert_eq!(made["notificationData"], json!({ "email": "Amel@Example.com", "phonePush": [] }));

    let entity = front.auth("open", "AMEL@example.com", PASSWORD).await.expect(200).json();
    assert_eq!(entity["userIdentifier"], "amel@example.com");
    assert_eq!(entity["authProviderIdentifier"], "open");
    let bare = front.at("open", "auth", &auth_data("amel@example.com", PASSWORD)).await.expect(200).json();
    assert_ne!(bare["refreshToken"], entity["refreshToken"]);
}
