//! Fixtures: there from the start, and again after a reset.

use guichet_sandbox::{Clock, Fixtures, Refusal, Sandbox, Settings, Status};
use serde_json::{Value, json};

use crate::shop::START_MS;

fn settings() -> Settings {
    Settings { clock: Clock::frozen(START_MS), ..Settings::default() }
}

fn of(document: Value) -> Result<Sandbox, Refusal> {
    Sandbox::with_fixtures(settings(), Fixtures::read(document)?)
}

/// A payment of a CinetPay merchant.
fn payment(more: Value) -> Value {
    let mut payment = json!({
        "dialect": "cinetpay", "key": "12912847765bc0db748fdd44.40081707", "account": "445160", "currency": "XOF",
        "amount_minor": 2500,
    });
    for (name, value) in more.as_object().expect("an object") {
        payment[name] = value.clone();
    }
    payment
}

#[tokio::test]
async fn they_are_there_and_a_reset_brings_them_back() {
    let sandbox = of(json!({
        "advance_seconds": 60,
        "webhooks": [{ "dialect": "novasend", "key": "k", "account": "c", "url": "http://127.0.0.1:9/" }],
        "payments": [payment(json!({ "reference": "A" })), payment(json!({ "reference": "B", "action": "pay" }))],
        "faults": [{ "fault": "error_503", "on": "check", "count": 2 }],
    }))
    .expect("they make sense");
    let first = sandbox.payments();
    for round in 0..2 {
        let payments = sandbox.payments();
        assert_eq!(payments, first, "the same references, round {round}");
        let shown: Vec<_> =
            payments.iter().map(|one| (one.merchant_reference.as_deref(), one.status)).collect();
        assert_eq!(shown, [(Some("B"), Status::Paid), (Some("A"), Status::Created)]);
        assert_eq!((sandbox.webhooks().len(), sandbox.misbehaviours().len()), (1, 1));
        assert_eq!(sandbox.clock().now_ms(), START_MS + 60_000);
        sandbox.advance(5).expect("a little");
        sandbox.clear_misbehaviours();
        sandbox.reset();
    }
}

#[test]
fn what_makes_no_sense_is_refused_with_its_place() {
    for (document, place) in [
        (json!([]), "body"),
        (json!({ "payment": [] }), "payment"),
        (json!({ "payments": {} }), "payments"),
        (json!({ "payments": [7] }), "payments[0].body"),
        (
            json!({ "payments": [payment(json!({})), payment(json!({ "currency": "DZD" }))] }),
            "payments[1].currency",
        ),
        (json!({ "payments": [payment(json!({ "acount": "1" }))] }), "payments[0].acount"),
        (json!({ "webhooks": [{ "dialect": "ocpay" }] }), "webhooks[0].key"),
        (json!({ "webhooks": [{ "dialect": "ocpay", "key": "x y" }] }), "webhooks[0].key"),
        (json!({ "faults": [{ "fault": "rain" }] }), "faults[0].fault"),
        (json!({ "faults": [{ "fault": "html", "count": 0 }] }), "faults[0].count"),
        (json!({ "advance_seconds": "soon" }), "advance_seconds"),
        (json!({ "advance_seconds": 999_999_999 }), "advance_seconds"),
    ] {
        let refusal = of(document.clone()).err().unwrap_or_else(|| panic!("{document} was taken"));
        assert_eq!(refusal.field(), Some(place), "{document}: {refusal}");
    }
}
