//! The catalogue of what a gateway, or something between it and us, may do to a call.

use serde_json::Value;

use super::bodies::{garbage, odd, spoilt, twice, value, with, with_extra, without};
use super::scripted::{Answer, answer};
use super::{CheckCase, Checks, OpenCase, Opens, Subject, Vendor};
use crate::transport::TransportError;
use secrecy::ExposeSecret;

/// Answers that are neither a success nor the vendor's own word: redirects and servers in trouble.
const FOREIGN: &[u16] =
    &[300, 301, 302, 303, 304, 307, 308, 500, 501, 502, 503, 504, 507, 511, 520, 522, 524, 529, 599];

/// Refusals, the vendor's or of something in front of it.
const REFUSALS: &[u16] =
    &[400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 411, 413, 415, 418, 422, 425, 429, 431, 451, 499];

/// A well-known test card number, as a gateway in trouble might print one.
pub(super) const CARD: &str = "4111111111111111";

/// The number of cases that the suite runs for the subject.
pub fn behaviours(subject: &Subject) -> usize {
    open_cases(subject).len() + check_cases(subject).len()
}

fn open(name: impl Into<String>, answer: Answer, expected: Opens) -> OpenCase {
    OpenCase { name: name.into(), answer, expected }
}

fn check(name: impl Into<String>, answer: Answer, expected: Checks) -> CheckCase {
    CheckCase { name: name.into(), answer, expected }
}

/// The cases of opening.
pub(super) fn open_cases(subject: &Subject) -> Vec<OpenCase> {
    let Some(vendor) = &subject.vendor else { return Vec::new() };
    let good = vendor.opened;
    let mut cases = vec![
        open("the good answer", answer(200, good), Opens::Link),
        open("created", answer(201, good), Opens::LinkOrLost),
        open("with an unknown field", answer(200, with_extra(good, "{\"a\":[1]}")), Opens::Link),
        open("never sent", Err(TransportError::NotSent("refused".to_owned())), Opens::NotSent),
        open(
            "never called",
            Err(TransportError::NoDescriptor("too many files".to_owned())),
            Opens::NotCalled,
        ),
        open("no answer", Err(TransportError::Lost("timeout".to_owned())), Opens::Lost),
        open("no content", answer(204, ""), Opens::Lost),
    ];
    for (name, body) in garbage() {
        cases.push(open(format!("200 with {name}"), answer(200, body), Opens::Lost));
    }
    for (name, body) in spoilt(good) {
        cases.push(open(format!("the good answer {name}"), answer(200, body), Opens::Lost));
    }
    for (name, body) in odd(good) {
        cases.push(open(format!("the good answer {name}"), answer(200, body), Opens::LinkOrLost));
    }
    for (status, body) in over(FOREIGN, &[good]) {
        cases.push(open(format!("{status} with {}", start(&body)), answer(status, body), Opens::Lost));
    }
    for (status, body) in over(REFUSALS, &[good]) {
        cases.push(open(format!("{status} with {}", start(&body)), answer(status, body), Opens::NoLink));
    }
    for (name, leak) in leaks(subject) {
        cases.push(open(name, leak, Opens::NoLink));
    }
    cases.extend(opened_fields(vendor));
    cases.extend(vendor.open_cases.iter().cloned());
    cases
}

/// A whole answer with one field of it spoilt.
fn opened_fields(vendor: &Vendor) -> Vec<OpenCase> {
    let long = format!("\"https://pay.example/{}\"", "x".repeat(5000));
    let never = ["null", "7", "true", "[]", "{}", "\"\"", "\" \"", "\"\\u0000\"", long.as_str()];
    let urls = [
        "\"javascript:alert(1)\"",
        "\"data:text/html,x\"",
        "\"file:///etc/passwd\"",
        "\"ftp://pay.example/\"",
        "\"//pay.example/\"",
        "\"/pay/1\"",
        "\"http://\"",
        "\"https://[::1\"",
    ];
    let references = ["\"..\"", "\"a b\"", "\"a\\nb\"", "\"réf\""];
    let mut cases = Vec::new();
    for (field, own) in [(vendor.opened_reference, &references[..]), (vendor.opened_url, &urls[..])] {
        if field.is_empty() {
            continue;
        }
        cases.push(open(format!("no {field}"), answer(200, without(vendor.opened, field)), Opens::Lost));
        let doubled = twice(vendor.opened, field, "\"https://other.example/\"");
        cases.push(open(format!("{field} twice"), answer(200, doubled), Opens::Lost));
        for raw in never.iter().chain(own) {
            let name = format!("{field} is {}", start(raw.as_bytes()));
            cases.push(open(name, answer(200, with(vendor.opened, field, raw)), Opens::Lost));
        }
    }
    cases
}

/// The cases of checking.
pub(super) fn check_cases(subject: &Subject) -> Vec<CheckCase> {
    let Some(vendor) = &subject.vendor else { return Vec::new() };
    let (good, unknown) = (vendor.paid, Checks::Unknown(""));
    let mut cases = vec![
        check("pending", answer(200, vendor.pending), Checks::Pending),
        check("paid", answer(200, good), Checks::Paid),
        check("failed", answer(200, vendor.failed), Checks::Failed),
        check("paid, with an unknown field", answer(200, with_extra(good, "{\"a\":[1]}")), Checks::Paid),
        check("never sent", Err(TransportError::NotSent("refused".to_owned())), unknown),
        check("never called", Err(TransportError::NoDescriptor("too many files".to_owned())), unknown),
        check("no answer", Err(TransportError::Lost("timeout".to_owned())), unknown),
        check("no content", answer(204, ""), unknown),
    ];
    for (name, body) in garbage() {
        cases.push(check(format!("200 with {name}"), answer(200, body), unknown));
    }
    for (word, sample) in [("paid", good), ("failed", vendor.failed)] {
        for (name, body) in spoilt(sample) {
            cases.push(check(format!("{word} {name}"), answer(200, body), unknown));
        }
    }
    for (name, body) in odd(good) {
        cases.push(check(format!("paid {name}"), answer(200, body), Checks::PaidOrUnknown));
    }
    for (status, body) in over(&[FOREIGN, REFUSALS].concat(), &[good, vendor.failed]) {
        cases.push(check(format!("{status} with {}", start(&body)), answer(status, body), unknown));
    }
    for (name, leak) in leaks(subject) {
        cases.push(check(name, leak, unknown));
    }
    cases.extend(paid_words(vendor));
    cases.extend(paid_fields(vendor));
    cases.extend(vendor.check_cases.iter().cloned());
    cases
}

/// Words that are not quite the one for "paid".
fn paid_words(vendor: &Vendor) -> Vec<CheckCase> {
    let (good, field) = (vendor.paid, vendor.paid_status);
    let word = value(good, field).as_str().unwrap_or_default().to_owned();
    let texts = [
        if word == word.to_lowercase() { word.to_uppercase() } else { word.to_lowercase() },
        format!(" {word}"),
        format!("{word}\0"),
        format!("{word}_"),
        word.chars().skip(1).collect(),
        "REFUNDED".to_owned(),
        "PROCESSING".to_owned(),
        "EXPIRED".to_owned(),
        "CANCELLED".to_owned(),
        String::new(),
    ];
    // A word of digits is the same in either case.
    let raw = texts.into_iter().filter(|text| *text != word).map(|text| Value::from(text).to_string());
    let others = ["null", "1", "true", "[]", "{}", "1e309"].map(str::to_owned);
    let unknown = Checks::Unknown("");
    let mut cases: Vec<CheckCase> = raw
        .chain(others)
        .map(|raw| check(format!("{field} is {raw}"), answer(200, with(good, field, &raw)), unknown))
        .collect();
    cases.push(check(format!("no {field}"), answer(200, without(good, field)), unknown));
    let failed = value(vendor.failed, field).to_string();
    cases.push(check("paid and failed at once", answer(200, twice(good, field, &failed)), unknown));
    cases.push(check(
        "paid twice over",
        answer(200, twice(good, field, &value(good, field).to_string())),
        unknown,
    ));
    cases
}

/// The right word with evidence that does not fit.
fn paid_fields(vendor: &Vendor) -> Vec<CheckCase> {
    let good = vendor.paid;
    let flipped = value(good, vendor.paid_environment).as_bool().map_or(Value::Null, |is| Value::from(!is));
    let flipped = flipped.to_string();
    let fields: [(&str, &[&str]); 4] = [
        (
            vendor.paid_amount,
            &[
                "0",
                "-5000",
                "1",
                "5001",
                "5000.5",
                "50.00",
                "1e309",
                "1e3",
                "9223372036854775807",
                "9223372036854775808",
                "99999999999999999999999999",
                "\"5000 DZD\"",
                "\"\"",
                "true",
            ],
        ),
        (vendor.paid_currency, &["\"EUR\"", "\"XOF\"", "\"dzd\"", "\"ZZZ\"", "\"\"", "12"]),
        (vendor.paid_environment, &[&flipped, "\"maybe\"", "2"]),
        (vendor.paid_reference, &["\"OTHER-1\"", "\"\"", "12", "true"]),
    ];
    let mut cases = Vec::new();
    for (field, raws) in fields.into_iter().filter(|(field, _)| !field.is_empty()) {
        let right = value(good, field).to_string();
        for raw in raws.iter().copied().chain(["null", "[]", "{}"]).filter(|raw| *raw != right) {
            let name = format!("paid, but {field} is {raw}");
            cases.push(check(name, answer(200, with(good, field, raw)), Checks::NotSettled));
        }
        cases.push(check(
            format!("paid, but no {field}"),
            answer(200, without(good, field)),
            Checks::NotSettled,
        ));
        let doubled = twice(good, field, "12");
        cases.push(check(format!("paid, but {field} twice"), answer(200, doubled), Checks::NotSettled));
    }
    cases
}

/// Every status with every body that tends to come with it.
fn over(statuses: &[u16], own: &[&str]) -> Vec<(u16, Vec<u8>)> {
    let bodies: Vec<&str> = ["", "{}", "<html><h1>Sorry</h1></html>"].iter().chain(own).copied().collect();
    statuses
        .iter()
        .flat_map(|status| bodies.iter().map(move |body| (*status, body.as_bytes().to_vec())))
        .collect()
}

/// Answers that hold what must not be kept.
fn leaks(subject: &Subject) -> Vec<(String, Answer)> {
    let secrets: Vec<&str> = subject.account.secrets.iter().map(|secret| secret.expose_secret()).collect();
    let secret = secrets.join(" or ");
    let said = format!("the key {secret} with the card {CARD}");
    let envelope = serde_json::json!({
        "success": false, "status": 400, "message": said, "description": said,
        "error": {"code": said, "message": said, "details": {"key": said}},
    })
    .to_string();
    let mut leaks: Vec<(String, Answer)> = [200, 302, 400, 401, 403, 404, 422, 429, 500, 503]
        .into_iter()
        .flat_map(|status| [(status, said.clone()), (status, envelope.clone())])
        .map(|(status, body)| {
            (format!("{status} that leaks, {}", start(body.as_bytes())), answer(status, body))
        })
        .collect();
    leaks.push(("an error that leaks, sent".to_owned(), Err(TransportError::Lost(said.clone()))));
    leaks.push(("an error that leaks, not sent".to_owned(), Err(TransportError::NotSent(said))));
    leaks
}

/// The beginning of a body, for a case's name.
fn start(body: &[u8]) -> String {
    String::from_utf8_lossy(&body[..body.len().min(24)]).into_owned()
}
