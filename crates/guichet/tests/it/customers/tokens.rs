//! Tokens: how long they serve, what takes their place, and what ends them.

use std::time::Duration;

use guichet_core::Environment;
use serde_json::{Value, json};

use crate::customers::front::{Front, PASSWORD, Shops, Tokens, error_of};

const QUARTER: Duration = Duration::from_secs(900);
const MONTH: Duration = Duration::from_secs(30 * 24 * 3600);

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_access_token_is_refreshed() {
    let shops = Shops::open("customers-refresh").await;
    let front = &shops.alger;
    let old = front.customer("amel@example.com").await;
    shops.server.pass(QUARTER).await;
    assert!(!front.lets_in(&old.access).await);
    let entity = front.bearing(&old.access).refresh(&old.refresh).await.expect(200).json();
    assert_eq!(entity["userIdentifier"], "amel@example.com");
    assert_eq!(entity["authProviderIdentifier"], "open", "though it was asked for at the marker email");
    let new = Tokens::of(&entity);
    assert!(front.lets_in(&new.access).await);
    assert!(!front.lets_in(&old.access).await);
    for _ in 0..4 {
        shops.server.pass(MONTH - QUARTER).await;
        let tokens = front.signed_in("open", "amel@example.com", PASSWORD).await;
        assert!(front.lets_in(&tokens.access).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_back_in_time_stays_signed_in() {
    let shops = Shops::open("customers-sliding").await;
    let front = &shops.alger;
    let mut tokens = front.customer("amel@example.com").await;
    for _ in 0..4 {
        shops.server.pass(MONTH - QUARTER).await;
        tokens = Tokens::of(&front.refresh(&tokens.refresh).await.expect(200).json());
        assert!(front.lets_in(&tokens.access).await);
    }
    shops.server.pass(MONTH).await;
    front.refresh(&tokens.refresh).await.expect(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_refreshes_at_once_all_succeed() {
    let shops = Shops::open("customers-parallel").await;
    let front = &shops.alger;
    let old = front.customer("amel@example.com").await;
    shops.server.pass(QUARTER).await;
    let calls: Vec<_> = (0..8)
        .map(|number| {
            let (front, token) = (front.on(&format!("module {number}")), old.refresh.clone());
            tokio::spawn(async move { Tokens::of(&front.refresh(&token).await.expect(200).json()) })
        })
        .collect();
    let mut all = Vec::new();
    for call in calls {
        all.push(call.await.expect("an answer"));
    }
    for tokens in &all {
        assert!(front.lets_in(&tokens.access).await);
        let next = Tokens::of(&front.refresh(&tokens.refresh).await.expect(200).json());
        assert!(front.lets_in(&next.access).await);
    }
    let different: std::collections::HashSet<_> = all.iter().map(|tokens| &tokens.refresh).collect();
    assert_eq!(different.len(), 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_token_serves_for_a_minute() {
    let shops = Shops::open("customers-replaced").await;
    let front = &shops.alger;
    let old = front.customer("amel@example.com").await;
    let new = Tokens::of(&front.refresh(&old.refresh).await.expect(200).json());
    shops.server.pass(Duration::from_secs(50)).await;
    front.refresh(&old.refresh).await.expect(200);
    shops.server.pass(Duration::from_secs(10)).await;
    let refused = front.refresh(&old.refresh).await.expect(401);
    assert_eq!(error_of(&refused)["message"], "Unauthorized");
    let newer = Tokens::of(&front.refresh(&new.refresh).await.expect(200).json());
    front.refresh(&old.refresh).await.expect(401);
    assert!(front.lets_in(&newer.access).await, "and it ends nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_keeps_few_tokens() {
    let shops = Shops::open("customers-many-refreshes").await;
    let front = &shops.alger;
    let mut tokens = front.customer("amel@example.com").await;
    for _ in 0..40 {
        shops.server.pass(Duration::from_millis(10)).await;
        tokens = Tokens::of(&front.refresh(&tokens.refresh).await.expect(200).json());
    }
    let kept = shops.server.census().into_iter().find(|(table, _)| table == "refresh_tokens");
    assert_eq!(kept.expect("the table").1, 32);
    assert!(front.lets_in(&tokens.access).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_the_access_token_at_once() {
    let shops = Shops::open("customers-logout").await;
    let front = &shops.alger;
    let one = front.customer("amel@example.com").await;
    let other = front.signed_in("open", "amel@example.com", PASSWORD).await;
    let out = json!({ "refreshToken": one.refresh });
    for _ in 0..2 {
        assert_eq!(front.at("open", "logout", &out).await.expect(200).json(), true);
        assert!(!front.lets_in(&one.access).await);
        front.refresh(&one.refresh).await.expect(401);
    }
    assert!(front.lets_in(&other.access).await);
    for junk in
        [json!({}), json!([]), json!(null), json!({ "refreshToken": 7 }), json!({ "refreshToken": "x" })]
    {
        assert_eq!(front.at("open", "logout", &junk).await.expect(200).json(), true, "{junk}");
        front.at("open", "refresh", &junk).await.expect(401);
    }
    assert!(front.lets_in(&other.access).await);
    front.bearing(&other.access).at("open", "logout", &json!({})).await.expect(200);
    assert!(!front.lets_in(&other.access).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_everywhere_ends_them_all() {
    let shops = Shops::open("customers-logout-all").await;
    let front = &shops.alger;
    let mine = [
        front.customer("amel@example.com").await,
        front.signed_in("open", "amel@example.com", PASSWORD).await,
    ];
    let theirs = front.customer("karim@example.com").await;
    let path = "/users-auth-providers/marker/open/users/logout-all";
    assert_eq!(front.bearing(&mine[0].access).call("POST", path, None).await.expect(200).json(), true);
    for tokens in &mine {
        assert!(!front.lets_in(&tokens.access).await);
        front.refresh(&tokens.refresh).await.expect(401);
    }
    assert!(front.lets_in(&theirs.access).await);
    front.bearing(&mine[0].access).call("POST", path, None).await.expect(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_has_one_login_and_a_customer_twenty() {
    let shops = Shops::open("customers-devices").await;
    let front = &shops.alger;
    front.sign_up("open", "amel@example.com").await.expect(201);
    let phone = front.on("phone").signed_in("open", "amel@example.com", PASSWORD).await;
    let laptop = front.on("laptop").signed_in("open", "amel@example.com", PASSWORD).await;
    let again = front.on("phone").signed_in("open", "amel@example.com", PASSWORD).await;
    assert!(!front.lets_in(&phone.access).await, "the same device's login takes its place");
    front.refresh(&phone.refresh).await.expect(401);
    assert!(front.lets_in(&laptop.access).await && front.lets_in(&again.access).await);

    let path = "/users-auth-providers/marker/open/users/sessions";
    let sessions = front.bearing(&again.access).get(path).await.expect(200).json();
    let device =
        |name: &str| json!({ "deviceInfo": { "os": "Linux", "browser": name, "location": "fr-DZ" } });
    assert_eq!(sessions, json!([device("phone"), device("laptop")]));

    for number in 0..19 {
        shops.server.pass(Duration::from_secs(1)).await;
        front.on(&format!("device {number}")).signed_in("open", "amel@example.com", PASSWORD).await;
    }
    let sessions = front.bearing(&again.access).get(path).await.expect(200).json();
    assert_eq!(sessions.as_array().map(Vec::len), Some(20));
    assert!(!front.lets_in(&laptop.access).await, "the oldest made room");
    front.refresh(&laptop.refresh).await.expect(401);
    assert!(front.lets_in(&again.access).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_expired_is_forgotten() {
    let shops = Shops::open("customers-forgotten").await;
    shops.alger.on("phone").sign_up("email", "amel@example.com").await.expect(201);
    shops.alger.on("phone").customer("karim@example.com").await;
    let count =
        |table: &str| shops.server.census().into_iter().find(|(name, _)| name == table).expect("a table").1;
    assert_eq!((count("logins"), count("customer_codes"), count("known_devices")), (1, 1, 1));
    shops.server.pass(MONTH + QUARTER).await;
    let mut patience = crate::support::patience::Patience::that("the expired login was forgotten");
    while count("logins") + count("refresh_tokens") + count("customer_codes") > 0 {
        patience.again().await;
    }
    assert_eq!(count("known_devices"), 1, "devices are remembered longer");
    shops.server.pass(6 * MONTH).await;
    let mut patience = crate::support::patience::Patience::that("the device was forgotten");
    while count("known_devices") > 0 {
        patience.again().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_of_others_open_nothing() {
    let shops = Shops::open("customers-others").await;
    let front = &shops.alger;
    let tokens = front.customer("amel@example.com").await;
    let live = Front::of(&shops.server, "alger", Environment::Live).await;
    for elsewhere in [&shops.oran, &live] {
        assert!(!elsewhere.lets_in(&tokens.access).await);
        elsewhere.refresh(&tokens.refresh).await.expect(401);
        elsewhere.at("open", "logout", &json!({ "refreshToken": tokens.refresh })).await.expect(200);
    }
    assert!(front.lets_in(&tokens.access).await, "nobody else can end it");

    let mut wrong: Vec<String> = ["", "x", "undefined", "null", "a.b.c"].map(str::to_owned).into();
    wrong.push(format!("{}x", tokens.access));
    wrong.push(tokens.access.to_uppercase());
    let (said, code) = tokens.access.rsplit_once('.').expect("a token");
    let (head, until) = said.rsplit_once('.').expect("a token");
    let later = until.parse::<i64>().expect("a moment") + 3_600_000;
    wrong.push(format!("{head}.{later}.{code}"));
    wrong.push(format!("{said}."));
    for token in &wrong {
        assert!(!front.lets_in(token).await, "{token}");
        front.refresh(token).await.expect(401);
    }
    assert!(!front.lets_in(&tokens.refresh).await);
    front.refresh(&tokens.access).await.expect(401);
    let no_bearer: Value = front.get("/users/me").await.expect(401).json();
    assert_eq!(no_bearer["statusCode"], 401);
    assert!(front.lets_in(&tokens.access).await);
}
