//! Strangers: they cannot find out who is registered, and they cannot lock anybody out.

use std::time::Duration;

use serde_json::{Value, json};

use crate::customers::front::{Front, PASSWORD, Shops, error_of};
use crate::support::call::Answer;
use crate::support::test_server::TestServer;

const AMEL: &str = "amel@example.com";
const NOBODY: &str = "nobody@example.com";

/// What an answer says, but for the times and the identifier that were asked about.
fn said(answer: &Answer, identifier: &str) -> (u16, String) {
    let mut body: Value = answer.json();
    for moment in ["timestamp", "createdDate", "updatedDate", "id"] {
        if let Some(fields) = body.as_object_mut() {
            fields.remove(moment);
        }
    }
    (answer.status, body.to_string().replace(identifier, "somebody"))
}

#[tokio::test(flavor = "multi_thread")]
async fn known_and_unknown_are_answered_alike() {
    let shops = Shops::open("customers-alike").await;
    let front = shops.alger.on("a stranger's");
    shops.proven(AMEL).await;
    shops.alger.sign_up("email", "inactive@example.com").await.expect(201);
    shops.server.pass(Duration::from_secs(3600)).await;
    let calls = [
        ("auth", json!({ "authData": crate::customers::front::auth_data("?", "wrong password") })),
        ("auth", json!({ "authData": crate::customers::front::auth_data("?", "") })),
        ("generate-code", json!({ "userIdentifier": "?", "eventIdentifier": "recovery" })),
        ("generate-code", json!({ "userIdentifier": "?", "eventIdentifier": "recovery" })),
        ("check-code", json!({ "userIdentifier": "?", "eventIdentifier": "recovery", "code": "x" })),
        ("activate", json!({ "userIdentifier": "?", "code": "x" })),
        (
            "change-password",
            json!({ "userIdentifier": "?", "type": 2, "code": "x", "password1": "123456", "password2": "123456" }),
        ),
        ("sign-up", crate::customers::front::registration("?", "another password")),
        ("auth", json!({ "authData": crate::customers::front::auth_data("?", "another password") })),
        ("generate-code", json!({ "userIdentifier": "?", "eventIdentifier": "recovery" })),
    ];
    for (method, call) in calls {
        let mut all = Vec::new();
        for identifier in [AMEL, "inactive@example.com", NOBODY] {
            let call: Value = serde_json::from_str(&call.to_string().replace('?', identifier)).expect("JSON");
            all.push(said(&front.at("email", method, &call).await, identifier));
        }
        assert_eq!(all[0], all[2], "{method}: active and unknown");
        assert_eq!(all[1], all[2], "{method}: inactive and unknown");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_sign_up_changes_nothing_and_the_customer_is_told() {
    let shops = Shops::open("customers-twice").await;
    let front = &shops.alger;
    shops.proven(AMEL).await;
    let row = "SELECT password || profile || status || version || updated_at_ms FROM customers";
    let read = || shops.server.rows().rows(row, |row| row.get::<String>(0));
    let before = read();
    shops.server.pass(Duration::from_secs(60)).await;
    let first = front.sign_up("email", "karim@example.com").await.expect(201).json();
    let again =
        front.at("email", "sign-up", &crate::customers::front::registration(AMEL, "another password")).await;
    let again = again.expect(201).json();
    assert_eq!(again["isActive"], first["isActive"]);
    assert_eq!(again["id"].as_i64(), first["id"].as_i64().map(|id| id + 1), "a number as anybody gets");
    let told = shops.mail(AMEL, 2).await;
    assert!(told.contains("has an account already"), "{told}");
    front.auth("email", AMEL, PASSWORD).await.expect(200);
    front.auth("email", AMEL, "another password").await.expect(401);
    let rows = shops.server.rows();
    rows.alter(
        "DELETE FROM customer_codes WHERE customer_id IN (SELECT id FROM customers WHERE identifier LIKE 'karim%')",
    );
    rows.alter("DELETE FROM customers WHERE identifier LIKE 'karim%'");
    assert_eq!(read(), before);
}

/// What comes back of a bound while a test goes on, which may be slow; time that the test lets pass is no time of its own.
struct Meanwhile<'a> {
    server: &'a TestServer,
    passed: Duration,
}

impl<'a> Meanwhile<'a> {
    fn of(shops: &'a Shops) -> Self {
        Meanwhile { server: &shops.server, passed: Duration::ZERO }
    }

    async fn pass(&mut self, by: Duration) {
        self.server.pass(by).await;
        self.passed += by;
    }

    /// Insists that so many were let through, and no more beside them than came back, one every `each_s` seconds.
    #[track_caller]
    fn insist(&self, let_through: usize, expected: usize, each_s: i64, what: &str) {
        let passed_ms = i64::try_from(self.passed.as_millis()).expect("a time");
        let took_s = (self.server.clock.elapsed_ms() - passed_ms) / 1000;
        let back = usize::try_from(took_s / each_s).expect("a count");
        let right = expected..=expected + back;
        assert!(right.contains(&let_through), "{what}: {let_through} were let through and not {right:?}");
    }

    /// The same of guesses, of which one comes back every ten seconds.
    async fn guesses(&self, front: &Front, identifier: &str, expected: usize, what: &str) {
        self.insist(guess(front, identifier).await, expected, 10, what);
    }
}

/// Guesses until there are no more; how many were let through.
async fn guess(front: &Front, identifier: &str) -> usize {
    for guesses in 0..100 {
        let answer = front.auth("open", identifier, "a guess").await;
        match answer.status {
            401 => {}
            429 => {
                let seconds: i64 = answer.header("retry-after").parse().expect("seconds");
                assert!((1..=10).contains(&seconds), "{seconds}");
                error_of(&answer);
                return guesses;
            }
            other => panic!("{other}: {}", answer.text()),
        }
    }
    panic!("nobody stops the guessing");
}

/// Insists that whoever guesses there is stopped with the right password too. A guess may come back in that very moment, but
/// not three times in a row.
async fn insist_on_silence(front: &Front, identifier: &str) {
    for _ in 0..3 {
        guess(front, identifier).await;
        if front.auth("open", identifier, PASSWORD).await.status == 429 {
            return;
        }
    }
    panic!("the right password is as good as a guess");
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_ends_and_nobody_else_is_locked_out() {
    let shops = Shops::open("customers-guessing").await;
    let mut meanwhile = Meanwhile::of(&shops);
    let front = &shops.alger;
    front.sign_up("open", AMEL).await.expect(201);
    let phone = front.on("phone").from("203.0.113.1");
    let tokens = phone.signed_in("open", AMEL, PASSWORD).await;
    phone.at("open", "logout", &json!({ "refreshToken": tokens.refresh })).await.expect(200);

    let guesser = front.from("203.0.113.1");
    meanwhile.guesses(&guesser, AMEL, 20, "a stranger").await;
    for identifier in [AMEL, NOBODY] {
        meanwhile.guesses(&guesser, identifier, 0, "whoever is guessed at").await;
        meanwhile.guesses(&guesser.on("a new device"), identifier, 0, "another device").await;
    }
    insist_on_silence(&guesser, AMEL).await;
    front.from("203.0.113.2").auth("open", AMEL, PASSWORD).await.expect(200);
    front.from("2001:db8::1").auth("open", AMEL, PASSWORD).await.expect(200);
    phone.auth("open", AMEL, PASSWORD).await.expect(200);

    meanwhile.pass(Duration::from_secs(20)).await;
    meanwhile.guesses(&guesser, NOBODY, 2, "one for each ten seconds").await;
    meanwhile.guesses(&guesser, AMEL, 0, "and no more").await;
    meanwhile.guesses(&front.from("198.51.100.9, 203.0.113.1"), AMEL, 0, "the proxy's word counts").await;
    meanwhile.guesses(&front.from("2001:db8::2"), AMEL, 20, "another network").await;
    meanwhile.guesses(&front.from("2001:db8::3:4"), AMEL, 0, "the same network").await;

    meanwhile.guesses(&phone, AMEL, 20, "a device that is known has a bound of its own").await;
    insist_on_silence(&phone, AMEL).await;
    let elsewhere = front.on("phone").from("203.0.113.7");
    elsewhere.auth("open", AMEL, PASSWORD).await.expect(200);
}

/// A trusted proxy that hands on what visitors say of themselves makes them come from wherever they like.
#[tokio::test(flavor = "multi_thread")]
async fn seeming_to_come_from_anywhere_gives_no_new_guesses() {
    let shops = Shops::open("customers-anywhere").await;
    let front = &shops.alger;
    for identifier in [AMEL, "yacine@example.com"] {
        front.sign_up("open", identifier).await.expect(201);
    }
    let phone = front.on("phone").from("203.0.113.1");
    phone.signed_in("open", AMEL, PASSWORD).await;
    for identifier in [AMEL, NOBODY] {
        let from = |guess: usize| front.from(&format!("198.51.{}.{}", guess / 250, guess % 250));
        let mut guesses = 0;
        while from(guesses).auth("open", identifier, "a guess").await.status == 401 {
            guesses += 1;
            assert!(guesses < 200, "nobody stops the guessing at {identifier}");
        }
        assert!(guesses >= 100, "{guesses}");
    }
    // One comes back every ten seconds, perhaps in this very moment, but not three times in a row.
    let mut stopped = false;
    for round in 0..3 {
        let elsewhere = front.from(&format!("203.0.113.{}", 100 + round));
        while elsewhere.auth("open", AMEL, "a guess").await.status == 401 {}
        stopped |= elsewhere.auth("open", AMEL, PASSWORD).await.status == 429;
    }
    assert!(stopped, "the right password is as good as a guess");
    phone.auth("open", AMEL, PASSWORD).await.expect(200);
    front.from("198.51.100.1").auth("open", "yacine@example.com", PASSWORD).await.expect(200);
}

/// SDK 1.0.130 gives all devices of a kind one fingerprint.
#[tokio::test(flavor = "multi_thread")]
async fn a_fingerprint_that_others_have_too_says_nothing() {
    let shops = Shops::open("customers-fingerprints").await;
    let front = &shops.alger;
    let guesser = front.from("203.0.113.1");
    let phone = guesser.on("phone");
    for identifier in [AMEL, "yacine@example.com"] {
        front.sign_up("open", identifier).await.expect(201);
        phone.signed_in("open", identifier, PASSWORD).await;
    }
    let meanwhile = Meanwhile::of(&shops);
    meanwhile.guesses(&guesser, AMEL, 20, "a stranger").await;
    meanwhile.guesses(&phone, AMEL, 0, "a device like others").await;
    front.on("phone").from("203.0.113.2").auth("open", AMEL, PASSWORD).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_knows_the_password_is_never_stopped() {
    let shops = Shops::open("customers-successes").await;
    shops.alger.sign_up("open", AMEL).await.expect(201);
    for _ in 0..40 {
        shops.alger.auth("open", AMEL, PASSWORD).await.expect(200);
    }
    Meanwhile::of(&shops).guesses(&shops.alger, AMEL, 20, "after forty successes").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_up_asking_for_codes_and_guessing_them_have_bounds() {
    let shops = Shops::open("customers-bounds").await;
    let until_stopped = async |front: &Front, method: &str, body: &dyn Fn(usize) -> Value| {
        for times in 0..100 {
            let answer = front.at("email", method, &body(times)).await;
            if answer.status == 429 {
                assert!(answer.header("retry-after").parse::<i64>().is_ok_and(|seconds| seconds > 0));
                return times;
            }
        }
        panic!("{method} is never stopped");
    };
    let front = &shops.alger;
    let name = |number: usize| format!("customer{number}@example.com");
    let sign_up = |number| crate::customers::front::registration(&name(number), PASSWORD);
    let meanwhile = Meanwhile::of(&shops);
    meanwhile.insist(until_stopped(front, "sign-up", &sign_up).await, 60, 20, "signing up");
    let other = |number| json!({ "userIdentifier": name(number + 100), "eventIdentifier": "recovery" });
    meanwhile.insist(until_stopped(front, "generate-code", &other).await, 40, 30, "asking for codes");
    let check = |number| json!({ "userIdentifier": name(number), "code": "x" });
    meanwhile.insist(until_stopped(front, "check-code", &check).await, 20, 10, "guessing codes");
    let activate = until_stopped(front, "activate", &check).await;
    meanwhile.insist(activate, 0, 10, "they are counted together");
    let elsewhere = front.from("203.0.113.9");
    meanwhile.insist(until_stopped(&elsewhere, "activate", &check).await, 20, 10, "elsewhere");
    let one = until_stopped(&elsewhere, "generate-code", &|_| other(0)).await;
    meanwhile.insist(one, 0, 60, "one address, whoever asks");
    front.auth("email", &name(0), "wrong").await.expect(401);
}
