//! SMS over a real socket, to a provider that answers as it is told, and the sandbox's outbox.

use super::provider::{Provider, answer};
use super::*;

/// A section for a provider at that port, and what is sent through it with this text.
async fn try_it(port: u16, section: &str, text: &str) -> Outcome {
    let (settings, secrets) = applied(&section.replace("PORT", &port.to_string())).unwrap();
    let payer = payer();
    let mut message = message(&settings, Occasion::Paid, Channel::Sms, &facts(&payer)).unwrap();
    text.clone_into(&mut message.text);
    let (reach, client) = (at_home(), at_home().client().unwrap());
    let sender =
        Sender { settings: &settings, secrets: Some(&secrets), reach: &reach, client: &client, outbox: None };
    sender.send(&message).await
}

const JSON: &str = r#"[sms]
url = "http://127.0.0.1:PORT/send"
body = '{"to":"{to}","message":"{text}","sender":"{from}","ref":{"id":"{id}"}}'
headers = { Authorization = "env:SMS_AUTH", X-Id = "{id}" }
from = "LAMPES"
"#;

const WILD: &str = "a\"b\\c\nd&e=f {to} é أ 😀";

#[tokio::test]
async fn a_request_is_filled_in_and_nothing_breaks_out() {
    let id = DeliveryId::new(AT_MS, [7; 10]);
    let wild_percent = "a%22b%5Cc%0Ad%26e%3Df%20%7Bto%7D%20%C3%A9%20%D8%A3%20%F0%9F%98%80";
    let form = "[sms]\nurl = 'http://127.0.0.1:PORT/{to_digits}/send?k={key}'\n\
        content_type = 'application/x-www-form-urlencoded'\nbody = 'To={to}&Body={text}&From={from}'\n\
        secret = { key = 'a&b {to}' }";
    let get = "[sms]\nmethod = 'GET'\nurl = 'http://127.0.0.1:PORT/s?to={to}&m={text}'";
    let plain = "[sms]\nmethod = 'PUT'\nurl = 'http://127.0.0.1:PORT/{to}'\ncontent_type = 'text/plain'\n\
        body = '{text}'";
    let json = serde_json::json!({
        "to": "+213665983439", "message": WILD, "sender": "LAMPES", "ref": { "id": id.to_string() }
    });
    let table = [
        (JSON, "POST /send".to_owned(), "application/json", None),
        (
            form,
            "POST /213665983439/send?k=a%26b%20%7Bto%7D".to_owned(),
            "application/x-www-form-urlencoded",
            Some(format!("To=%2B213665983439&Body={wild_percent}&From=")),
        ),
        (get, format!("GET /s?to=%2B213665983439&m={wild_percent}"), "", Some(String::new())),
        (plain, "PUT /%2B213665983439".to_owned(), "text/plain; charset=utf-8", Some(WILD.to_owned())),
    ];
    for (section, line, content_type, body) in table {
        let provider = Provider::open(&answer("202 Accepted", "", "")).await;
        let outcome = try_it(provider.port, section, WILD).await;
        let said = "the SMS provider took it for +213…39 and answered 202 Accepted".to_owned();
        assert_eq!(outcome, Outcome::Sent { code: Some(202), outcome: said });
        let asked = provider.asked().pop().unwrap();
        assert_eq!((asked.line.as_str(), asked.header("content-type")), (line.as_str(), content_type));
        match body {
            Some(body) => assert_eq!(asked.body, body),
            None => {
                assert_eq!(serde_json::from_str::<serde_json::Value>(&asked.body).unwrap(), json);
                assert_eq!(asked.header("authorization"), "Bearer canary-{token}");
                assert_eq!(asked.header("x-id"), id.to_string());
            }
        }
    }
}

#[tokio::test]
async fn what_an_answer_means() {
    let success = "success = { status = [200], contains = '\"queued\":true' }";
    let later = |code, wait_ms| ("later", code, wait_ms);
    let table = [
        ("", answer("200 OK", "", "x"), ("sent", Some(200), None)),
        ("", answer("204 No Content", "", ""), ("sent", Some(204), None)),
        ("", answer("302 Found", "location: http://127.0.0.1:1/\r\n", ""), later(Some(302), None)),
        ("", answer("400 Bad Request", "retry-after: 9\r\n", ""), ("never", Some(400), None)),
        ("", answer("401 Unauthorized", "", ""), later(Some(401), None)),
        ("", answer("402 Payment Required", "", ""), later(Some(402), None)),
        ("", answer("403 Forbidden", "", ""), later(Some(403), None)),
        ("", answer("404 Not Found", "", ""), ("never", Some(404), None)),
        ("", answer("408 Request Timeout", "", ""), later(Some(408), None)),
        ("", answer("410 Gone", "", ""), ("never", Some(410), None)),
        ("", answer("425 Too Early", "", ""), later(Some(425), None)),
        ("", answer("429 Too Many", "retry-after: 120\r\n", ""), later(Some(429), Some(120_000))),
        ("", answer("429 Too Many", "retry-after: -1\r\n", ""), later(Some(429), None)),
        ("", answer("500 Broken", "", "+213665983439 canary"), later(Some(500), None)),
        ("", answer("503 Busy", "retry-after: 99999999999999999999\r\n", ""), later(Some(503), None)),
        ("", answer("503 Busy", "retry-after: 9999999\r\n", ""), later(Some(503), Some(86_400_000))),
        ("", String::new(), later(None, None)),
        ("", "HTTP/1.1 nonsense\r\n\r\n".to_owned(), later(None, None)),
        (success, answer("200 OK", "", "{\"queued\":true}"), ("sent", Some(200), None)),
        (success, answer("200 OK", "", "{\"queued\":false}"), later(Some(200), None)),
        (success, answer("200 OK", "", ""), later(Some(200), None)),
        (success, answer("202 Accepted", "", "{\"queued\":true}"), later(Some(202), None)),
        (success, answer("422 Bad", "", "{\"queued\":true}"), ("never", Some(422), None)),
        ("success = { status = [418] }", answer("418 I'm a teapot", "", ""), ("sent", Some(418), None)),
        (
            success,
            answer("200 OK", "", &format!("{}\"queued\":true", " ".repeat(70_000))),
            later(Some(200), None),
        ),
    ];
    for (more, answer, (kind, code, wait_ms)) in table {
        let provider = Provider::open(&answer).await;
        let outcome = try_it(provider.port, &format!("{JSON}{more}"), "hello").await;
        let found = match &outcome {
            Outcome::Sent { code, outcome: _ } => ("sent", *code, None),
            Outcome::Later { code, outcome: _, retry_after_ms } => ("later", *code, *retry_after_ms),
            Outcome::Never { code, outcome: _ } => ("never", *code, None),
        };
        assert_eq!(found, (kind, code, wait_ms), "{answer:.80}: {outcome:?}");
        let shown = format!("{outcome:?}");
        assert!(
            !["canary", "665983439", "hello", "/send"].iter().any(|hidden| shown.contains(hidden)),
            "{shown}"
        );
    }
}

#[tokio::test]
async fn a_provider_inside_is_not_called() {
    let provider = Provider::open(&answer("200 OK", "", "")).await;
    let (settings, secrets) = applied(&JSON.replace("PORT", &provider.port.to_string())).unwrap();
    let payer = payer();
    let message = message(&settings, Occasion::Paid, Channel::Sms, &facts(&payer)).unwrap();
    let reach = Reach::default();
    let client = reach.client().unwrap();
    let sender =
        Sender { settings: &settings, secrets: Some(&secrets), reach: &reach, client: &client, outbox: None };
    let outcome = sender.send(&message).await;
    assert_eq!(
        outcome,
        Outcome::later("the SMS provider's address cannot be used: it leads into a private network")
    );
    assert!(provider.asked().is_empty());
}

#[tokio::test]
async fn in_the_sandbox_messages_land_in_an_outbox() {
    let settings = both("");
    let payer = payer();
    let (reach, client) = (at_home(), at_home().client().unwrap());
    for channel in [Channel::Email, Channel::Sms] {
        let message = message(&settings, Occasion::Paid, channel, &facts(&payer)).unwrap();
        for (answer, kept) in [
            (answer("204 No Content", "", ""), true),
            (answer("404 Not Found", "", ""), false),
            (String::new(), false),
        ] {
            let provider = Provider::open(&answer).await;
            let outbox = url::Url::parse(&format!("http://127.0.0.1:{}/outbox", provider.port)).unwrap();
            let sender = Sender {
                settings: &settings,
                secrets: None,
                reach: &reach,
                client: &client,
                outbox: Some(&outbox),
            };
            let outcome = sender.send(&message).await;
            assert_eq!(matches!(outcome, Outcome::Sent { code: Some(204), .. }), kept, "{outcome:?}");
            assert!(kept || matches!(outcome, Outcome::Later { .. }), "{outcome:?}");
            let asked = provider.asked().pop().unwrap();
            assert_eq!(asked.line, "POST /outbox");
            let mut landed = serde_json::json!({
                "channel": channel.as_str(), "to": message.to, "subject": message.subject,
                "text": message.text
            });
            if channel == Channel::Sms {
                landed.as_object_mut().unwrap().remove("subject");
            }
            assert_eq!(serde_json::from_str::<serde_json::Value>(&asked.body).unwrap(), landed);
            let narrow = Reach::default();
            let outcome = Sender { reach: &narrow, ..sender }.send(&message).await;
            assert!(matches!(outcome, Outcome::Later { code: None, .. }), "{outcome:?}");
            assert_eq!(provider.asked().len(), 1);
        }
    }
}

#[tokio::test]
async fn a_channel_that_was_taken_back_sends_nothing() {
    let payer = payer();
    let (reach, client) = (at_home(), at_home().client().unwrap());
    for channel in [Channel::Email, Channel::Sms] {
        let message = message(&both(""), Occasion::Paid, channel, &facts(&payer)).unwrap();
        let settings = MessageSettings::default();
        let sender =
            Sender { settings: &settings, secrets: None, reach: &reach, client: &client, outbox: None };
        let gone = Outcome::never(format!("the merchant has no {} any more", channel.as_str()));
        assert_eq!(may_move(sender.send(&message)).await, gone);
    }
}

/// The worker's tasks move between threads, so a try must be able to.
fn may_move<T: Future + Send>(task: T) -> T {
    task
}
