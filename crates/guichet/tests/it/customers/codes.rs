//! Codes: what they prove, for how long, and how often one may guess.

use std::time::Duration;

use serde_json::{Value, json};

use crate::customers::front::{Front, PASSWORD, Shops, another, error_of};

const AMEL: &str = "amel@example.com";
const MINUTE: Duration = Duration::from_secs(60);

async fn request(front: &Front, event: &str) -> u16 {
    let sent = json!({ "userIdentifier": AMEL, "eventIdentifier": event });
    front.at("email", "generate-code", &sent).await.status
}

async fn check(front: &Front, event: &str, code: &str) -> Value {
    let sent = json!({ "userIdentifier": AMEL, "eventIdentifier": event, "code": code });
    front.at("email", "check-code", &sent).await.expect(200).json()
}

fn change(event: Option<&str>, kind: i64, code: &str, password: &str) -> Value {
    let mut sent = json!({
        "userIdentifier": AMEL, "type": kind, "code": code, "password1": password, "password2": password,
    });
    if let Some(event) = event {
        sent["eventIdentifier"] = json!(event);
    }
    sent
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_replaced_and_every_login_ends() {
    let shops = Shops::open("customers-recovery").await;
    let front = &shops.alger;
    let tokens = shops.proven(AMEL).await;
    shops.server.pass(MINUTE).await;
    assert_eq!(request(front, "recovery").await, 200);
    let code = shops.code(AMEL, 2).await;
    assert_eq!(check(front, "recovery", &code).await, true);
    assert_eq!(check(front, "user_registration", &code).await, false, "it was made for another event");
    let wrong = front.at("email", "change-password", &change(Some("other"), 2, &code, "a new one")).await;
    assert_eq!(error_of(&wrong.expect(400))["message"], "The code is wrong or has expired");
    let recovers = change(Some("recovery"), 2, &code, "a new one");
    let me = front.bearing(&tokens.access);
    assert_eq!(me.at("email", "change-password", &recovers).await.expect(200).json(), true);
    assert!(!front.lets_in(&tokens.access).await, "even the one who asked");
    front.refresh(&tokens.refresh).await.expect(401);
    me.at("email", "change-password", &recovers).await.expect(400);
    front.auth("email", AMEL, PASSWORD).await.expect(401);
    front.auth("email", AMEL, "a new one").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_changes_the_password_signed_in_stays_so() {
    let shops = Shops::open("customers-change").await;
    let front = &shops.alger;
    let here = shops.proven(AMEL).await;
    let there = front.signed_in("email", AMEL, PASSWORD).await;
    shops.server.pass(MINUTE).await;
    assert_eq!(request(front, "change").await, 200);
    let code = shops.code(AMEL, 2).await;
    // Older SDKs send no event.
    let sent = change(None, 1, &code, "a new one");
    let answer = front.bearing(&here.access).at("email", "change-password", &sent).await;
    assert_eq!(answer.expect(200).json(), true);
    assert!(front.lets_in(&here.access).await);
    assert!(!front.lets_in(&there.access).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_proves_the_address_whatever_it_was_asked_for() {
    let shops = Shops::open("customers-recovery-first").await;
    let front = &shops.alger;
    front.sign_up("email", AMEL).await.expect(201);
    let code = shops.code(AMEL, 1).await;
    front.at("email", "change-password", &change(None, 2, &code, "a new one")).await.expect(200);
    front.auth("email", AMEL, "a new one").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_wrong_codes_void_the_right_one() {
    let shops = Shops::open("customers-void").await;
    let front = &shops.alger;
    front.sign_up("email", AMEL).await.expect(201);
    let code = shops.code(AMEL, 1).await;
    let wrong = another(&code);
    for number in 0..10 {
        let guesser = front.from(&format!("198.51.100.{number}"));
        assert_eq!(check(front, "user_registration", &code).await, true, "before wrong try {number}");
        assert_eq!(check(&guesser, "user_registration", &wrong).await, false);
    }
    assert_eq!(check(front, "user_registration", &code).await, false);
    let activation = json!({ "userIdentifier": AMEL, "code": code });
    front.at("email", "activate", &activation).await.expect(400);
    front.at("email", "change-password", &change(None, 2, &code, "a new one")).await.expect(400);
    shops.server.pass(MINUTE).await;
    assert_eq!(request(front, "user_registration").await, 200);
    let fresh = shops.code(AMEL, 2).await;
    let activation = json!({ "userIdentifier": AMEL, "code": fresh });
    assert_eq!(front.at("email", "activate", &activation).await.expect(200).json(), true);
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_at_the_same_time_do_not_get_past_the_bound() {
    let shops = Shops::open("customers-race").await;
    let front = &shops.alger;
    front.sign_up("email", AMEL).await.expect(201);
    let code = shops.code(AMEL, 1).await;
    let guesses: Vec<_> = (0..40)
        .map(|number| {
            let (front, wrong) = (front.from(&format!("198.51.100.{number}")), another(&code));
            tokio::spawn(async move { check(&front, "user_registration", &wrong).await })
        })
        .collect();
    for guess in guesses {
        assert_eq!(guess.await.expect("an answer"), false);
    }
    let tries = shops.server.rows().count("SELECT attempts FROM customer_codes");
    assert_eq!(tries, 10, "what came after was not even compared");
    assert_eq!(check(front, "user_registration", &code).await, false);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_can_take_the_code_from_a_device_that_is_known() {
    let shops = Shops::open("customers-own-code").await;
    let front = &shops.alger;
    shops.proven(AMEL).await;
    // The sign-up has sent one.
    let (phone, mut mails) = (front.on("phone"), 1);
    phone.signed_in("email", AMEL, PASSWORD).await;
    for _ in 0..4 {
        shops.server.pass(MINUTE).await;
        assert_eq!(request(front, "recovery").await, 200, "a stranger asks");
        mails += 1;
    }
    shops.server.pass(MINUTE).await;
    assert_eq!(request(front, "recovery").await, 429, "as often as an address is written to");
    assert_eq!(request(&phone, "recovery").await, 200, "but the customer may");
    let code = shops.code(AMEL, mails + 1).await;
    for number in 0..12 {
        let guesser = front.from(&format!("198.51.100.{number}"));
        assert_eq!(check(&guesser, "recovery", &another(&code)).await, false);
    }
    assert_eq!(check(front, "recovery", &code).await, false, "void for strangers");
    assert_eq!(check(&phone, "recovery", &code).await, true);
    let sent = change(Some("recovery"), 2, &code, "a new one");
    phone.at("email", "change-password", &sent).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_ends_and_a_newer_one_takes_its_place() {
    let shops = Shops::open("customers-code-time").await;
    let front = &shops.alger;
    front.sign_up("email", AMEL).await.expect(201);
    let first = shops.code(AMEL, 1).await;
    assert_eq!(request(front, "user_registration").await, 429, "within a minute of the one before");
    shops.server.pass(Duration::from_secs(599)).await;
    assert_eq!(check(front, "user_registration", &first).await, true);
    shops.server.pass(Duration::from_secs(1)).await;
    assert_eq!(check(front, "user_registration", &first).await, false, "after ten minutes");
    assert_eq!(request(front, "user_registration").await, 200);
    let second = shops.code(AMEL, 2).await;
    assert_eq!(check(front, "user_registration", &second).await, true);
    shops.server.pass(MINUTE).await;
    front.sign_up("email", AMEL).await.expect(201);
    let third = shops.code(AMEL, 3).await;
    assert_eq!(check(front, "user_registration", &third).await, true, "a sign-up again sends one again");
    assert_eq!(check(front, "user_registration", &second).await, second == third);
}
