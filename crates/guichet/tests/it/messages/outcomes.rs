//! What an answer means: taken, to be tried again, or refused for good; and what the log tells of it.

use serde_json::{Value, json};

use crate::messages::{EMAIL, MASKED, PHONE, Setup, attempts, message, order};
use crate::support::call::text;
use crate::support::inbox::Reply;
use guichet_testing::mail_server::Behaviour;

const TAKEN: &str = "delivered";
const LATER: &str = "pending";
const NEVER: &str = "given_up";

/// What the log says of the first try: where the delivery stands, the code, a part of the words. No
/// address stands there whole.
#[track_caller]
fn check(delivery: &Value, channel: usize, expected: (&str, Option<i64>, &str)) {
    let tried = attempts(delivery);
    assert_eq!(tried.len(), 1, "{delivery}");
    let (status, code, words) = expected;
    assert_eq!(delivery["status"], status, "{delivery}");
    assert_eq!(tried[0]["status_code"].as_i64(), code, "{delivery}");
    let outcome = text(delivery, "/attempts/0/outcome");
    assert!(outcome.contains(words), "{outcome}");
    let whole = delivery.to_string();
    assert!(!whole.contains(EMAIL) && !whole.contains(PHONE) && !whole.contains("665983439"), "{whole}");
    assert!(status != TAKEN || outcome.contains(MASKED[channel]), "{outcome}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_mail_server_says() {
    let setup = Setup::open("outcomes-mail").await;
    let table = [
        (Behaviour::Takes, TAKEN, Some(250), "took it for a…@example.com"),
        (
            Behaviour::Answers("RCPT", "451 4.7.1 greylisted, amina@example.com"),
            LATER,
            Some(451),
            "the recipient",
        ),
        (
            Behaviour::Answers("RCPT", "550 5.1.1 <amina@example.com> is nobody"),
            NEVER,
            Some(550),
            "(a…@example.com)",
        ),
        (Behaviour::Answers("RCPT", "530 5.7.0 log in first"), LATER, Some(530), "the recipient"),
        (Behaviour::Answers(".", "452 4.2.2 the box is full"), LATER, Some(452), "the mail"),
        (Behaviour::Answers(".", "554 5.7.1 we do not like it"), NEVER, Some(554), "the mail"),
        (Behaviour::Answers("MAIL", "550 5.7.1 not from you"), LATER, Some(550), "the sender"),
        (Behaviour::Answers("CONNECT", "421 4.3.2 not now"), LATER, Some(421), "no conversation"),
        (Behaviour::Answers("CONNECT", "554 5.3.2 not ever"), LATER, Some(554), "no conversation"),
        (Behaviour::HangsUpAt("EHLO"), LATER, None, "no conversation"),
        (Behaviour::HangsUpAt("DATA"), LATER, None, "the recipient"),
        (Behaviour::HangsUpWithin, LATER, None, "the mail"),
        (Behaviour::HangsUpAt("."), LATER, None, "the mail"),
        (Behaviour::HangsUpAt("QUIT"), TAKEN, Some(250), "took it"),
    ];
    for (number, (manner, status, code, words)) in table.into_iter().enumerate() {
        setup.mail_server.behave(manner);
        let id = setup.play_out(&setup.live, &order(&format!("ORD-{number}"), "Livre [paid]")).await;
        check(&message(&setup.live, &id, "email").await, 0, (status, code, words));
        check(&message(&setup.live, &id, "sms").await, 1, (TAKEN, Some(204), "took it for +213…39"));
    }
}

/// A coupon for the whole price leaves nothing to pay; the customer is told all the same, and once.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_of_nothing_is_told_of_like_any_other() {
    let setup = Setup::open("outcomes-nothing").await;
    let mut free = order("ORD-0", "Livre");
    free["discount"] = free["amount"].clone();
    free["amount"] = json!(0);
    let id = setup.play_out(&setup.live, &free).await;
    setup.live.post("/v1/orders", &free).await.expect(200);
    setup.play_out(&setup.live, &free).await;
    check(&message(&setup.live, &id, "email").await, 0, (TAKEN, Some(250), "took it for a…@example.com"));
    check(&message(&setup.live, &id, "sms").await, 1, (TAKEN, Some(204), "took it for +213…39"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_sms_provider_says() {
    let setup = Setup::open("outcomes-sms").await;
    let table = [
        (204, TAKEN),
        (200, TAKEN),
        (202, TAKEN),
        (302, LATER),
        (400, NEVER),
        (401, LATER),
        (402, LATER),
        (403, LATER),
        (404, NEVER),
        (408, LATER),
        (410, NEVER),
        (422, NEVER),
        (425, LATER),
        (429, LATER),
        (500, LATER),
        (503, LATER),
    ];
    for (number, (answer, status)) in table.into_iter().enumerate() {
        setup.provider.answer(answer);
        let id = setup.play_out(&setup.live, &order(&format!("ORD-{number}"), "Livre [paid]")).await;
        let code = Some(i64::from(answer));
        check(&message(&setup.live, &id, "sms").await, 1, (status, code, "the SMS provider"));
        check(&message(&setup.live, &id, "email").await, 0, (TAKEN, Some(250), "took it"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_asks_for_time_gets_it() {
    let setup = Setup::open("outcomes-retry-after").await;
    for (number, (asked, waits_s)) in
        [("600", 600), ("0", 4), ("99999999999", 86_400), ("-5", 4), ("tomorrow", 4)].into_iter().enumerate()
    {
        let reply: Reply = (429, vec![("retry-after", asked.to_owned())]);
        setup.provider.answer_next([reply]);
        let id = setup.play_out(&setup.live, &order(&format!("ORD-{number}"), "Livre [paid]")).await;
        let delivery = message(&setup.live, &id, "sms").await;
        let tried_ms = crate::messages::moment_ms(&delivery["attempts"][0]["at"]);
        let waits_ms = crate::messages::moment_ms(&delivery["due_at"]) - tried_ms;
        assert!((waits_s * 1000..=waits_s * 1000 + 2_000).contains(&waits_ms), "{asked}: {waits_ms}");
        setup.provider.answer(204);
        setup.pass_until_due(&delivery).await;
        assert_eq!(message(&setup.live, &id, "sms").await["status"], TAKEN);
    }
}

/// A status of success without the words of success is no success: that is what they are for, and why
/// wrong words cost an SMS at every try.
#[tokio::test(flavor = "multi_thread")]
async fn words_of_success_are_waited_for() {
    let setup = Setup::silent("outcomes-words").await;
    let mut messages = setup.channels();
    messages["sms"]["success"] = json!({ "status": [200, 204], "contains": "accepted" });
    setup.declare(messages).await;
    let id = setup.play_out(&setup.live, &order("ORD-1", "Livre [paid]")).await;
    check(&message(&setup.live, &id, "sms").await, 1, (LATER, Some(204), "without the words of success"));
    for tried in 2..=4 {
        setup.pass_until_due(&message(&setup.live, &id, "sms").await).await;
        assert_eq!(setup.provider.letters().len(), tried, "the customer has an SMS for each try");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_offers_no_tls_is_told_nothing() {
    let setup = Setup::silent("outcomes-tls").await;
    for (scheme, words) in [("smtp+starttls", "did not go over to TLS"), ("smtps", "no conversation")] {
        let server = format!("{scheme}://shop@127.0.0.1:{}", setup.mail_server.port);
        let email = json!({ "smtp": server, "password": "not said", "from": "shop@alger.example" });
        setup.declare(json!({ "email": email })).await;
        let before = setup.mail_server.heard().len();
        let id = setup.play_out(&setup.live, &order(scheme, "Livre [paid]")).await;
        check(&message(&setup.live, &id, "email").await, 0, (LATER, None, words));
        let said = setup.mail_server.heard().split_off(before);
        let told = |line: &String| ["AUTH", "MAIL", "RCPT"].iter().any(|verb| line.starts_with(verb));
        assert!(!said.iter().any(told), "{scheme}: {said:?}");
    }
}
