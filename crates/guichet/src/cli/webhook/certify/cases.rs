//! What a handler is tried with, and what is expected of it. Whatever it does wrong here happens in earnest sooner or later:
//! the server sends at least once, not in order, and again for as long as it is not answered with 2xx.

use guichet_server::webhook::new_secret;
use serde_json::{Value, json};

use super::letter::{Letter, Writer};

/// What a handler should answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expected {
    /// 2xx.
    Taken,
    /// 4xx.
    Refused,
    /// Anything but a server error or a redirect.
    Borne,
}

impl Expected {
    /// Whether that status is it.
    pub(super) fn is(self, status: u16) -> bool {
        match self {
            Expected::Taken => (200..300).contains(&status),
            // 410 would end all deliveries.
            Expected::Refused => (400..500).contains(&status) && status != 410,
            Expected::Borne => matches!(status, 200..300 | 400..500) && status != 410,
        }
    }

    /// In words.
    pub(super) fn words(self) -> &'static str {
        match self {
            Expected::Taken => "2xx",
            Expected::Refused => "4xx, best 401",
            Expected::Borne => "2xx or 4xx",
        }
    }
}

/// One thing that may happen to a handler.
pub(super) struct Case {
    /// What it is called.
    pub(super) name: &'static str,
    /// What happens.
    pub(super) what: &'static str,
    /// What the handler should answer each time.
    pub(super) expected: Expected,
    /// What is sent: each list at once, one list after the other.
    pub(super) sent: Vec<Vec<Letter>>,
    /// The shop's references of the orders, and how often each should have been fulfilled by then.
    pub(super) fulfilled: Vec<(String, u32)>,
}

/// How many deliveries to one endpoint the server has under way at once.
const AT_ONCE: usize = 16;

/// How long a big body is, in bytes: an order with a hundred lines and as much metadata as it may have takes less.
const BIG: usize = 192 * 1024;

/// Seconds that are outside of the tolerance, and within it.
const TOO_FAR_S: i64 = 15 * 60;
const FAR_S: i64 = 4 * 60;

/// Everything, for a handler that verifies with this secret.
pub(super) fn cases(secret: &str, now_ms: i64) -> Vec<Case> {
    let mut cases = telling(secret, now_ms);
    cases.extend(forging(secret, now_ms));
    cases.extend(surprising(secret, now_ms));
    cases
}

fn one(
    name: &'static str,
    what: &'static str,
    expected: Expected,
    writer: &Writer<'_>,
    fulfilled: u32,
    sent: Vec<Vec<Letter>>,
) -> Case {
    Case { name, what, expected, sent, fulfilled: vec![(writer.reference.clone(), fulfilled)] }
}

/// One letter after the other.
fn in_turn(letters: impl IntoIterator<Item = Letter>) -> Vec<Vec<Letter>> {
    letters.into_iter().map(|letter| vec![letter]).collect()
}

/// What happens every day: once, again, together, out of order.
fn telling(secret: &str, now_ms: i64) -> Vec<Case> {
    use Expected::Taken;
    let new = || Writer::new(secret, now_ms);
    let mut cases = Vec::new();
    let writer = new();
    let paid = writer.letter("order.paid");
    cases.push(one("paid", "an order is paid", Taken, &writer, 1, in_turn([paid])));
    let writer = new();
    let paid = writer.letter("order.paid");
    let again = in_turn([0, 5, 60].map(|later_s| writer.again(&paid, later_s)));
    cases.push(one("duplicates", "the same event comes three times", Taken, &writer, 1, again));
    let writer = new();
    let paid = writer.letter("order.paid");
    let together = vec![vec![paid; 5]];
    cases.push(one(
        "duplicates at once",
        "the same event comes five times at once",
        Taken,
        &writer,
        1,
        together,
    ));
    let writer = new();
    let order = ["order.paid", "payment.paid", "payment.opened", "order.created"];
    let reordered = in_turn(order.map(|kind| writer.letter(kind)));
    cases.push(one("reordering", "what happened first comes last", Taken, &writer, 1, reordered));
    let writer = new();
    let unpaid = [
        "order.created",
        "payment.opened",
        "payment.paid",
        "order.failed",
        "order.expired",
        "order.cancelled",
    ];
    let unpaid = in_turn(unpaid.map(|kind| writer.letter(kind)));
    cases.push(one("not paid", "everything but order.paid happens", Taken, &writer, 0, unpaid));
    let writers: Vec<Writer<'_>> = (0..AT_ONCE).map(|_| new()).collect();
    let many = writers.iter().map(|writer| writer.letter("order.paid")).collect();
    cases.push(Case {
        name: "many at once",
        what: "sixteen orders are paid at once",
        expected: Taken,
        sent: vec![many],
        fulfilled: writers.into_iter().map(|writer| (writer.reference, 1)).collect(),
    });
    cases
}

/// What an attacker sends, and what looks like it but is ours.
fn forging(secret: &str, now_ms: i64) -> Vec<Case> {
    use Expected::{Refused, Taken};
    let (other, mut cases) = (new_secret(), Vec::new());
    let mut add = |name, what, expected, fulfilled, letter: &dyn Fn(&Writer<'_>, Letter) -> Letter| {
        let writer = Writer::new(secret, now_ms);
        let letter = letter(&writer, writer.letter("order.paid"));
        cases.push(one(name, what, expected, &writer, fulfilled, in_turn([letter])));
    };
    let digest = |letter: &Letter| {
        letter.signature.as_deref().unwrap_or_default().trim_start_matches("v1,").to_owned()
    };
    add("forged", "it is signed with another secret", Refused, 0, &|_, letter| {
        Writer::new(&other, now_ms).again(&letter, 0)
    });
    add("altered", "one byte of the body is another", Refused, 0, &|_, mut letter| {
        letter.body.push(b' ');
        letter
    });
    add(
        "another identifier",
        "a good signature stands under another webhook-id",
        Refused,
        0,
        &|_, letter| Letter { id: letter.id.map(|id| format!("{id}0")), ..letter },
    );
    add(
        "another time",
        "an old signature stands under a new webhook-timestamp",
        Refused,
        0,
        &|writer, letter| {
            let old = writer.again(&letter, -TOO_FAR_S);
            Letter { signature: old.signature, ..letter }
        },
    );
    add("no signature", "webhook-signature is missing", Refused, 0, &|_, letter| Letter {
        signature: None,
        ..letter
    });
    add("no headers", "none of the three headers is there", Refused, 0, &|_, letter| Letter {
        id: None,
        timestamp: None,
        signature: None,
        ..letter
    });
    add("empty signature", "webhook-signature is “v1,”", Refused, 0, &|_, letter| {
        letter.signature("v1,")
    });
    add(
        "another version",
        "the right digest stands under a version that is none",
        Refused,
        0,
        &|_, letter| {
            let digest = digest(&letter);
            letter.signature(format!("v9,{digest}"))
        },
    );
    add("old", "it was rightly signed a quarter of an hour ago", Refused, 0, &|writer, letter| {
        writer.again(&letter, -TOO_FAR_S)
    });
    add("early", "it is rightly signed for a quarter of an hour from now", Refused, 0, &|writer, letter| {
        writer.again(&letter, TOO_FAR_S)
    });
    add("no time", "webhook-timestamp is no number", Refused, 0, &|_, letter| Letter {
        timestamp: Some("yesterday".to_owned()),
        ..letter
    });
    add("on its way", "it was signed four minutes ago", Taken, 1, &|writer, letter| {
        writer.again(&letter, -FAR_S)
    });
    add("rotation", "the second of two signatures is the right one", Taken, 1, &|writer, letter| {
        let (good, bad) = (digest(&letter), digest(&Writer::new(&other, now_ms).again(&letter, 0)));
        writer.again(&letter, 0).signature(format!("v1,{bad} v9,{bad} v1,{good}"))
    });
    cases
}

/// What is rightly signed and unlike what came before.
fn surprising(secret: &str, now_ms: i64) -> Vec<Case> {
    use Expected::{Borne, Taken};
    let mut cases = Vec::new();
    let mut add = |name, what, expected, fulfilled, body: &dyn Fn(&Writer<'_>) -> Vec<u8>| {
        let writer = Writer::new(secret, now_ms);
        let body = body(&writer);
        let event = serde_json::from_slice::<Value>(&body).unwrap_or_default();
        let id = event["id"].as_str().unwrap_or("evt_01kaqwm3v0e9r8t7y6v5w4x3z1").to_owned();
        cases.push(one(name, what, expected, &writer, fulfilled, in_turn([writer.signed(&id, body, 0)])));
    };
    let paid_with = |writer: &Writer<'_>, name: &str, value: Value| {
        let mut data = writer.data("order.paid");
        data[name] = value;
        writer.event("order.paid", 0, data)
    };
    add("unknown type", "a type comes that a later version may have", Taken, 0, &|writer| {
        writer.event("order.weighed", 0, writer.data("order.paid")).to_string().into_bytes()
    });
    add("unknown members", "members come that a later version may have", Taken, 1, &|writer| {
        let mut event = paid_with(writer, "colour", json!({ "of": ["the", "sky"] }));
        event["tenant"] = json!(7);
        event.to_string().into_bytes()
    });
    add("nothing in it", "data is null", Taken, 0, &|writer| {
        writer.event("payment.trouble", 0, Value::Null).to_string().into_bytes()
    });
    add("languages", "the title is Arabic, with quotes and an emoji", Taken, 1, &|writer| {
        let title = "كتاب “الأمير” \"Prince\" \\ 📚\u{2028}";
        paid_with(writer, "title", json!(title)).to_string().into_bytes()
    });
    add("white space", "the JSON is spread over lines; what is signed are its bytes", Taken, 1, &|writer| {
        let event = writer.event("order.paid", 0, writer.data("order.paid"));
        format!("\n{event:#}\n").into_bytes()
    });
    add("big", "the body has 192 KiB", Taken, 1, &|writer| {
        let notes = json!({ "notes": "é".repeat(BIG / 2) });
        paid_with(writer, "metadata", notes).to_string().into_bytes()
    });
    add("no JSON", "it is rightly signed and no JSON", Borne, 0, &|_| b"{\"id\": \"evt_".to_vec());
    cases
}
