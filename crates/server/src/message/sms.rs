//! One SMS: one HTTP request to the merchant's provider, and what its answer means. Also the sandbox's
//! outbox, which takes messages of either channel instead of letting them leave.

use reqwest::StatusCode;
use serde::Serialize;

use crate::outbound::{Reach, retry_after_ms};

use super::request::{Filling, fill};
use super::settings::{MessageSecrets, Method, SmsSettings, Success};
use super::{Message, Outcome};

/// How much of an answer is searched for the words of success.
const MOST_ANSWER_BYTES: usize = 64 * 1024;

/// Makes one try to send it.
pub(super) async fn send(
    settings: &SmsSettings,
    secrets: &MessageSecrets,
    reach: &Reach,
    client: &reqwest::Client,
    message: &Message,
) -> Outcome {
    let id = message.id.to_string();
    let from = settings.from.as_deref().unwrap_or_default();
    let filling = Filling { to: &message.to, text: &message.text, from, id: &id, secrets: &secrets.sms };
    let request = match fill(settings, filling) {
        Ok(request) => request,
        Err(why) => return Outcome::later(format!("the request to the SMS provider cannot be sent: {why}")),
    };
    if let Err(why) = reach.judge(&request.url) {
        return Outcome::later(format!("the SMS provider's address cannot be used: {why}"));
    }
    let method = match settings.method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
    };
    let asked = client.request(method, request.url).headers(request.headers).body(request.body);
    match asked.send().await {
        Ok(answer) => answered(answer, &settings.success, message).await,
        Err(error) => Outcome::later(reason(error)),
    }
}

#[derive(Serialize)]
struct Landed<'a> {
    channel: &'a str,
    to: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    subject: &'a str,
    text: &'a str,
}

/// Puts the message into the sandbox's outbox instead of sending it. The caller has judged the address.
pub(crate) async fn send_to_outbox(
    client: &reqwest::Client,
    outbox: &url::Url,
    message: &Message,
) -> Outcome {
    let landed = Landed {
        channel: message.channel.as_str(),
        to: &message.to,
        subject: &message.subject,
        text: &message.text,
    };
    let body = match serde_json::to_string(&landed) {
        Ok(body) => body,
        Err(_) => return Outcome::never("the message cannot be written as JSON"),
    };
    let asked = client.post(outbox.clone()).header("content-type", "application/json").body(body);
    match asked.send().await {
        Ok(answer) if answer.status().is_success() => Outcome::Sent {
            code: Some(i64::from(answer.status().as_u16())),
            outcome: format!("it is in the outbox, for {}", message.masked()),
        },
        Ok(answer) => Outcome::Later {
            code: Some(i64::from(answer.status().as_u16())),
            outcome: format!("the outbox answered {}", answer.status()),
            retry_after_ms: None,
        },
        Err(error) => Outcome::later(reason(error)),
    }
}

/// What an answer means. A refusal that is not about this message (the token, the credit, too many at
/// once: 401, 402, 403, 407, 408, 425, 429) is tried again, as every 3xx and 5xx is; any other 4xx is
/// for good. Which codes are an operator's matter is our choice.
async fn answered(answer: reqwest::Response, success: &Success, message: &Message) -> Outcome {
    let status = answer.status();
    let code = Some(i64::from(status.as_u16()));
    let retry_after_ms = retry_after_ms(answer.headers());
    let well = if success.status.is_empty() {
        status.is_success()
    } else {
        success.status.contains(&status.as_u16())
    };
    if well {
        let words = success.contains.as_deref().unwrap_or_default();
        if words.is_empty() || says(answer, words).await {
            let outcome = format!("the SMS provider took it for {} and answered {status}", message.masked());
            return Outcome::Sent { code, outcome };
        }
        let outcome = format!("the SMS provider answered {status}, but without the words of success");
        return Outcome::Later { code, outcome, retry_after_ms };
    }
    let outcome = format!("the SMS provider answered {status}");
    let curable = [
        StatusCode::UNAUTHORIZED,
        StatusCode::PAYMENT_REQUIRED,
        StatusCode::FORBIDDEN,
        StatusCode::PROXY_AUTHENTICATION_REQUIRED,
        StatusCode::REQUEST_TIMEOUT,
        StatusCode::TOO_EARLY,
        StatusCode::TOO_MANY_REQUESTS,
    ];
    if status.is_client_error() && !curable.contains(&status) {
        return Outcome::Never { code, outcome };
    }
    Outcome::Later { code, outcome, retry_after_ms }
}

/// Whether the words stand at the beginning of an answer.
async fn says(mut answer: reqwest::Response, words: &str) -> bool {
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = answer.chunk().await {
        let left = MOST_ANSWER_BYTES - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(left)]);
        if body.len() >= MOST_ANSWER_BYTES {
            break;
        }
    }
    body.windows(words.len()).any(|window| window == words.as_bytes())
}

/// What kept the other side from answering, without its address, which may hold a secret.
fn reason(error: reqwest::Error) -> String {
    let kind = if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke off"
    };
    let mut deepest: &dyn std::error::Error = &error.without_url();
    while let Some(deeper) = deepest.source() {
        deepest = deeper;
    }
    format!("{kind}: {deepest}")
}
