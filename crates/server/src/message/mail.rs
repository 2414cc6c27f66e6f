//! One e-mail by SMTP: written so that every try sends the same bytes, and sent so that what came of it
//! is known stage by stage. Each try has its own connection: the next mail may be hours away, and an
//! idle connection that has died would only cost a try.

use std::iter;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use lettre::Address;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, SinglePart};
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use secrecy::{ExposeSecret, SecretString};

use crate::fields::mailbox;
use crate::outbound::Reach;

use super::relay::{Relay, Security};
use super::settings::{EmailSettings, MessageSecrets};
use super::{Message, Outcome};

/// How long a mail server may take for one mail, from looking up its name to its last word.
const TIMEOUT: Duration = Duration::from_secs(20);

/// How long each address of the server may take to be reached.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long the goodbye may take; the mail is taken by then, so nothing hangs on it.
const QUIT_TIMEOUT: Duration = Duration::from_secs(2);

/// The end of the year 9999.
const LATEST_MS: u64 = 253_402_300_799_000;

/// The most of a server's own words that a log gets.
const MOST_WORDS: usize = 160;

/// How far the conversation had come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Stage {
    #[default]
    Connecting,
    Tls,
    Login,
    Sender,
    Recipient,
    Content,
}

/// Where a conversation is, readable from outside when time runs out.
#[derive(Debug, Default)]
struct Progress(Mutex<Stage>);

impl Progress {
    fn reached(&self, stage: Stage) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = stage;
    }

    fn stage(&self) -> Stage {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A mail as it goes over the wire.
struct Written {
    from: Address,
    to: Address,
    bytes: Vec<u8>,
}

/// Ends when a mail server has had time enough.
pub(super) async fn time_enough() {
    let _ = tokio::time::timeout(TIMEOUT, std::future::pending::<()>()).await;
}

/// Makes one try to send it, which is broken off when `out_of_time` ends.
pub(super) async fn send(
    settings: &EmailSettings,
    secrets: &MessageSecrets,
    reach: &Reach,
    message: &Message,
    out_of_time: impl Future<Output = ()>,
) -> Outcome {
    let relay = match Relay::parse(&settings.smtp) {
        Ok(relay) => relay,
        Err(why) => return Outcome::later(format!("the mail server's address cannot be used: {why}")),
    };
    let password = secrets.smtp_password.as_ref();
    converse(&relay, password, reach, settings, message, out_of_time).await
}

/// The conversation with a server, whatever its address allowed.
pub(super) async fn converse(
    relay: &Relay,
    password: Option<&SecretString>,
    reach: &Reach,
    settings: &EmailSettings,
    message: &Message,
    out_of_time: impl Future<Output = ()>,
) -> Outcome {
    let mail = match write(settings, message) {
        Ok(mail) => mail,
        Err(outcome) => return outcome,
    };
    let progress = Progress::default();
    let talk = async {
        let addresses = relay.addresses(reach).await.map_err(Outcome::later)?;
        let talked = talk(relay, password, &addresses, &mail, &progress).await;
        talked.map_err(|error| refused(progress.stage(), &error, message, password))
    };
    let talked = tokio::select! {
        biased;
        talked = talk => talked,
        () = out_of_time => return given_up(progress.stage()),
    };
    match talked {
        Ok((mut connection, code)) => {
            let _ = tokio::time::timeout(QUIT_TIMEOUT, connection.quit()).await;
            Outcome::Sent { code, outcome: format!("the mail server took it for {}", message.masked()) }
        }
        Err(outcome) => outcome,
    }
}

fn given_up(stage: Stage) -> Outcome {
    let perhaps = if stage == Stage::Content { "; it may have taken the mail" } else { "" };
    let (doing, seconds) = (doing(stage), TIMEOUT.as_secs());
    Outcome::later(format!("the mail server was not done within {seconds} s, {doing}{perhaps}"))
}

/// The mail as bytes, the same at every try. Only addresses that cannot be used keep it from being
/// written.
fn write(settings: &EmailSettings, message: &Message) -> Result<Written, Outcome> {
    let from = sender(&settings.from)
        .ok_or_else(|| Outcome::later("the address in from cannot be used; apply the shop file anew"))?;
    let to = mailbox(&message.to)
        .ok_or_else(|| Outcome::never("the customer's address is none that can be written to"))?;
    // A header has no way to write a year with five digits, and lettre would panic over one.
    let at_ms = u64::try_from(message.at_ms).unwrap_or_default().min(LATEST_MS);
    let date = UNIX_EPOCH + Duration::from_millis(at_ms);
    let raw = |name, value: &str| HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned());
    let mut mail = lettre::Message::builder()
        .date(date)
        .message_id(Some(format!("<{}@{}>", message.id, from.email.domain())))
        .from(from.clone())
        // Without the customer's name: it is theirs to choose, and adds nothing.
        .to(Mailbox::new(None, to.clone()))
        .subject(message.subject.as_str())
        // RFC 3834: nobody's holiday notice answers this.
        .raw_header(raw("Auto-Submitted", "auto-generated"))
        .raw_header(raw("Content-Language", message.language.code()));
    if let Some(reply_to) = settings.reply_to.as_deref().and_then(sender) {
        mail = mail.reply_to(reply_to);
    }
    let part = SinglePart::builder().header(ContentType::TEXT_PLAIN).body(message.text.clone());
    let mail = mail.singlepart(part).map_err(|error| Outcome::never(format!("not a mail: {error}")))?;
    Ok(Written { from: from.email, to, bytes: mail.formatted() })
}

/// A mailbox such as `Lampes <shop@example.com>`, if mail can come from there.
pub(super) fn sender(text: &str) -> Option<Mailbox> {
    let one_line = !text.chars().any(char::is_control);
    let read: Mailbox = Some(text).filter(|_| one_line)?.parse().ok()?;
    let email = mailbox(read.email.as_ref())?;
    Some(Mailbox::new(read.name, email))
}

type Taken = (AsyncSmtpConnection, Option<i64>);

async fn talk(
    relay: &Relay,
    password: Option<&SecretString>,
    addresses: &[SocketAddr],
    mail: &Written,
    progress: &Progress,
) -> Result<Taken, SmtpError> {
    let hello = ClientId::Domain(mail.from.domain().to_owned());
    let mut implicit = None;
    if relay.security == Security::Tls {
        implicit = Some(tls(relay).await?);
    }
    let connect =
        AsyncSmtpConnection::connect_tokio1(addresses, Some(CONNECT_TIMEOUT), &hello, implicit, None);
    let mut connection = connect.await?;
    if relay.security == Security::StartTls {
        progress.reached(Stage::Tls);
        connection.starttls(tls(relay).await?, &hello).await?;
    }
    if let Some((user, password)) = relay.user.as_ref().zip(password) {
        progress.reached(Stage::Login);
        let credentials = Credentials::new(user.clone(), password.expose_secret().to_owned());
        connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).await?;
    }
    progress.reached(Stage::Sender);
    connection.command(Mail::new(Some(mail.from.clone()), Vec::new())).await?;
    progress.reached(Stage::Recipient);
    connection.command(Rcpt::new(mail.to.clone(), Vec::new())).await?;
    connection.command(Data).await?;
    progress.reached(Stage::Content);
    let answer = connection.message(&mail.bytes).await?;
    Ok((connection, Some(i64::from(u16::from(answer.code())))))
}

/// TLS with the certificates that this machine trusts. They are read from its disk, so elsewhere.
async fn tls(relay: &Relay) -> Result<TlsParameters, SmtpError> {
    let name = relay.certified_name();
    let fallback = name.clone();
    match tokio::task::spawn_blocking(move || TlsParameters::new(name)).await {
        Ok(parameters) => parameters,
        Err(_) => TlsParameters::new(fallback),
    }
}

/// What a refusal means. What an operator can put right (the server, TLS, the login, the sender) is
/// tried again; so is a 4yz reply, by RFC 5321, 4.2.1. A 5yz reply about the recipient or the content
/// is for good.
fn refused(stage: Stage, error: &SmtpError, message: &Message, password: Option<&SecretString>) -> Outcome {
    let code = error.status().map(u16::from);
    let words = words(stage, error, message, password);
    let outcome = format!("{} ({}){words}", failing(stage), message.masked());
    // Some servers ask for a login only when the recipient is named (RFC 4954, 6).
    let is_login = matches!(code, Some(530 | 534 | 535 | 538));
    let is_about_the_mail = matches!(stage, Stage::Recipient | Stage::Content);
    let code = code.map(i64::from);
    if error.is_permanent() && is_about_the_mail && !is_login {
        return Outcome::Never { code, outcome };
    }
    Outcome::Later { code, outcome, retry_after_ms: None }
}

fn failing(stage: Stage) -> &'static str {
    match stage {
        Stage::Connecting => "no conversation with the mail server",
        Stage::Tls => "the mail server did not go over to TLS",
        Stage::Login => "the mail server did not take the login",
        Stage::Sender => "the mail server did not take the sender",
        Stage::Recipient => "the mail server did not take the recipient",
        Stage::Content => "the mail server did not take the mail",
    }
}

fn doing(stage: Stage) -> &'static str {
    match stage {
        Stage::Connecting => "when it was to greet",
        Stage::Tls => "when it was to go over to TLS",
        Stage::Login => "when it was to take the login",
        Stage::Sender => "when it was to take the sender",
        Stage::Recipient => "when it was to take the recipient",
        Stage::Content => "when it was to confirm the mail",
    }
}

/// The other side's words, in so far as they are not the customer's, the mail's or a secret.
fn words(stage: Stage, error: &SmtpError, message: &Message, password: Option<&SecretString>) -> String {
    let code = error.status().map(|code| format!(" {code}")).unwrap_or_default();
    if stage == Stage::Login {
        return if code.is_empty() { ": no common way to log in".to_owned() } else { format!(":{code}") };
    }
    let mut deepest: &dyn std::error::Error = error;
    while let Some(deeper) = deepest.source() {
        deepest = deeper;
    }
    let mut said: String =
        deepest.to_string().chars().map(|c| if c.is_control() { ' ' } else { c }).take(2_000).collect();
    let local = message.to.rsplit_once('@').map(|(local, _)| local).filter(|local| local.len() >= 4);
    let lines = message.text.lines().map(str::trim).filter(|line| line.chars().count() >= 12);
    let password = password.map(ExposeSecret::expose_secret).filter(|password| !password.is_empty());
    let subject = Some(message.subject.as_str()).filter(|subject| !subject.is_empty());
    for hidden in iter::once(message.to.as_str()).chain(local).chain(lines).chain(subject).chain(password) {
        if contains_caseless(&said, hidden) {
            said = without(&said, hidden);
        }
    }
    format!(":{code} {}", said.chars().take(MOST_WORDS).collect::<String>().trim())
}

fn contains_caseless(text: &str, part: &str) -> bool {
    text.to_ascii_lowercase().contains(&part.to_ascii_lowercase())
}

fn without(text: &str, part: &str) -> String {
    let (lower, part) = (text.to_ascii_lowercase(), part.to_ascii_lowercase());
    let mut out = String::new();
    let mut kept = 0;
    for (at, found) in lower.match_indices(&part) {
        out.push_str(&text[kept..at]);
        out.push('…');
        kept = at + found.len();
    }
    out.push_str(&text[kept..]);
    out
}
