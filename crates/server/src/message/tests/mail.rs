//! Mails over a real socket, to a mail server that behaves as it is told.

use std::future::pending;

use secrecy::SecretString;

use super::super::mail::{converse, send};
use super::super::relay::{Relay, Security};
use super::super::settings::EmailSettings;
use super::*;
use guichet_testing::mail_server::{Behaviour, Mail, MailServer};

async fn post(office: &MailServer, message: &Message) -> Outcome {
    let settings = settings(&office.url());
    send(&settings, &MessageSecrets::default(), &at_home(), message, pending()).await
}

fn settings(smtp: &str) -> EmailSettings {
    EmailSettings {
        smtp: smtp.to_owned(),
        from: "Les Lampes d’Alger <shop@lampes.example>".to_owned(),
        reply_to: Some("help@lampes.example".to_owned()),
    }
}

fn written_to(payer: &Payer, language: &str) -> Message {
    let facts = Facts { language: Some(language), ..facts(payer) };
    message(&both(""), Occasion::Paid, Channel::Email, &facts).unwrap()
}

fn only(mut mails: Vec<Mail>) -> Mail {
    assert_eq!(mails.len(), 1);
    mails.pop().unwrap()
}

#[tokio::test]
async fn a_mail_arrives_as_it_was_written() {
    for language in Language::ALL {
        let office = MailServer::open(Behaviour::Takes).await;
        let message = written_to(&payer(), language.code());
        let outcome = post(&office, &message).await;
        let taken = "the mail server took it for a…@example.com".to_owned();
        assert_eq!(outcome, Outcome::Sent { code: Some(250), outcome: taken });
        let mail = only(office.wait_for(1).await);
        assert_eq!(
            (mail.from.as_str(), mail.to.as_slice()),
            ("shop@lampes.example", &["amina@example.com".to_owned()][..])
        );
        for (name, expected) in [
            ("From", "Les Lampes d’Alger <shop@lampes.example>"),
            ("To", "amina@example.com"),
            ("Reply-To", "help@lampes.example"),
            ("Subject", message.subject.as_str()),
            ("Message-ID", &format!("<{}@lampes.example>", message.id)),
            ("Date", "Fri, 15 May 2026 14:32:00 +0000"),
            ("Auto-Submitted", "auto-generated"),
            ("Content-Language", language.code()),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Bcc", ""),
        ] {
            assert_eq!(mail.header(name), expected, "{name}");
        }
        assert_eq!(mail.text(), message.text.trim_end());
        assert!(mail.raw.is_ascii() && mail.raw.lines().all(|line| line.len() <= 998));
        assert_eq!(office.heard().last().map(String::as_str), Some("QUIT"));
    }
}

#[tokio::test]
async fn a_repetition_is_the_same_to_the_byte() {
    let office = MailServer::open(Behaviour::Answers(".", "451 4.3.0 not now")).await;
    let message = written_to(&payer(), "ar");
    assert!(matches!(post(&office, &message).await, Outcome::Later { .. }));
    office.behave(Behaviour::Takes);
    for _ in 0..2 {
        assert!(matches!(post(&office, &message).await, Outcome::Sent { .. }));
    }
    let mails = office.mails();
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[0].raw, mails[1].raw);
}

#[tokio::test]
async fn no_value_becomes_a_header_or_a_command() {
    let office = MailServer::open(Behaviour::Takes).await;
    let wild = Payer {
        given_name: Some("A\r\nBcc: all@example.com\r\n\r\n.\r\nRCPT TO:<all@example.com>".to_owned()),
        ..payer()
    };
    let facts = Facts { reference: "R\r\nBcc: all@example.com", ..facts(&wild) };
    let own = format!(
        "{EMAIL}[templates.fr]\npaid_subject = '{{reference}}'\npaid_text = \"\"\"{{reference}}\n.\nRCPT TO:<x@example.com>\n..\nend\"\"\""
    );
    let settings = applied(&own).unwrap().0;
    let message = message(&settings, Occasion::Paid, Channel::Email, &facts).unwrap();
    assert!(matches!(post(&office, &message).await, Outcome::Sent { .. }));
    let mail = only(office.mails());
    assert!(mail.headers("Bcc").is_empty());
    assert_eq!(mail.header("Subject"), "R  Bcc: all@example.com");
    assert_eq!(mail.text(), "R  Bcc: all@example.com\n.\nRCPT TO:<x@example.com>\n..\nend");
    assert_eq!(mail.to, ["amina@example.com"]);
    assert_eq!(office.heard().iter().filter(|line| line.starts_with("RCPT")).count(), 1);
    for at_ms in [i64::MIN, i64::MAX] {
        let odd = Message { at_ms, ..message.clone() };
        assert!(matches!(post(&office, &odd).await, Outcome::Sent { .. }));
    }
    // A message that was not made here is looked at once more.
    let forged = Message { to: "a@b.example>\r\nDATA".to_owned(), ..message };
    assert!(matches!(post(&office, &forged).await, Outcome::Never { .. }));
}

#[tokio::test]
async fn what_a_refusal_means() {
    let later = |code, words| ("later", code, words);
    let never = |code, words| ("never", code, words);
    let table = [
        (Behaviour::Answers("CONNECT", "421 4.3.2 closing"), later(Some(421), "421 4.3.2 closing")),
        (Behaviour::Answers("CONNECT", "554 5.7.1 your address is listed"), later(Some(554), "is listed")),
        (Behaviour::Answers("EHLO", "550 5.7.1 who are you"), later(Some(550), "who are you")),
        (Behaviour::Answers("EHLO", "nonsense"), later(None, "no conversation")),
        (
            Behaviour::Answers("MAIL", "553 5.7.1 not your sender"),
            later(Some(553), "did not take the sender"),
        ),
        (Behaviour::Answers("MAIL", "530 5.7.0 log in first"), later(Some(530), "log in first")),
        (Behaviour::Answers("RCPT", "451 4.7.1 greylisted"), later(Some(451), "greylisted")),
        (Behaviour::Answers("RCPT", "450 4.2.0 <AMINA@example.com>: busy"), later(Some(450), "<…>: busy")),
        (Behaviour::Answers("RCPT", "550 5.1.1 amina is unknown"), never(Some(550), "… is unknown")),
        (Behaviour::Answers("RCPT", "535 5.7.8 log in"), later(Some(535), "log in")),
        (Behaviour::Answers("DATA", "554 5.5.1 none valid"), never(Some(554), "did not take the recipient")),
        (Behaviour::Answers(".", "552 5.3.4 too big"), never(Some(552), "did not take the mail")),
        (
            Behaviour::Answers(".", "554 5.7.1 spam: Référence\u{a0}: ORD-2026-000123"),
            never(Some(554), "spam: …"),
        ),
        (Behaviour::Answers(".", "452 4.3.1 full"), later(Some(452), "full")),
        (Behaviour::HangsUpAt("CONNECT"), later(None, "no conversation")),
        (Behaviour::HangsUpAt("MAIL"), later(None, "did not take the sender")),
        (Behaviour::HangsUpWithin, later(None, "did not take the mail")),
        (Behaviour::HangsUpAt("."), later(None, "did not take the mail")),
        (Behaviour::HangsUpAt("QUIT"), ("sent", Some(250), "took it")),
        (Behaviour::Answers("QUIT", "500 stay"), ("sent", Some(250), "took it")),
    ];
    let message = written_to(&payer(), "fr");
    for (manner, (kind, code, words)) in table {
        let office = MailServer::open(manner).await;
        let outcome = post(&office, &message).await;
        let (found, found_code, said) = taken_apart(&outcome);
        assert_eq!((found, found_code), (kind, code), "{manner:?}: {outcome:?}");
        assert!(said.contains(words), "{manner:?}: {said}");
        for hidden in ["amina@", "AMINA", "Semoule", "ORD-2026", "://"] {
            assert!(!said.contains(hidden), "{manner:?}: {said}");
        }
        assert_eq!(office.mails().len(), usize::from(kind == "sent"), "{manner:?}");
    }
}

fn taken_apart(outcome: &Outcome) -> (&'static str, Option<i64>, &str) {
    match outcome {
        Outcome::Sent { code, outcome } => ("sent", *code, outcome),
        Outcome::Later { code, outcome, retry_after_ms: _ } => ("later", *code, outcome),
        Outcome::Never { code, outcome } => ("never", *code, outcome),
    }
}

#[tokio::test]
async fn a_silent_server_is_left() {
    let table = [
        ("CONNECT", "when it was to greet"),
        ("RCPT", "when it was to take the recipient"),
        (".", "when it was to confirm the mail; it may have taken the mail"),
    ];
    let message = written_to(&payer(), "fr");
    for (at, words) in table {
        let office = MailServer::open(Behaviour::FallsSilentAt(at)).await;
        let settings = settings(&office.url());
        let outcome =
            send(&settings, &MessageSecrets::default(), &at_home(), &message, office.until_silent()).await;
        let (kind, code, said) = taken_apart(&outcome);
        assert_eq!((kind, code), ("later", None), "{outcome:?}");
        assert!(said.ends_with(words), "{said}");
    }
}

#[tokio::test]
async fn what_cannot_be_reached_is_tried_later() {
    let message = written_to(&payer(), "fr");
    let office = MailServer::open(Behaviour::Takes).await;
    let table = [
        // It speaks no TLS, so it is told nothing.
        (format!("smtps://127.0.0.1:{}", office.port), "no conversation"),
        (format!("smtp+starttls://127.0.0.1:{}", office.port), "did not go over to TLS"),
        ("smtp://127.0.0.1:1".to_owned(), "no conversation"),
        ("smtps://10.0.0.1".to_owned(), "leads into a private network"),
        ("smtp://8.8.8.8".to_owned(), "stays within a private network"),
        ("nonsense".to_owned(), "the mail server's address cannot be used"),
    ];
    for (smtp, words) in table {
        let none = MessageSecrets::default();
        let outcome = send(&settings(&smtp), &none, &at_home(), &message, pending()).await;
        let (kind, code, said) = taken_apart(&outcome);
        assert_eq!((kind, code), ("later", None), "{smtp}: {outcome:?}");
        assert!(said.contains(words), "{smtp}: {said}");
    }
    assert!(office.mails().is_empty());
    assert!(!office.heard().iter().any(|line| line.starts_with("MAIL")), "{:?}", office.heard());
}

#[tokio::test]
async fn a_login_that_is_not_taken_is_for_the_operator() {
    let message = written_to(&payer(), "fr");
    let password = SecretString::from("canary-password");
    let table = [
        (Behaviour::Takes, "sent", Some(250)),
        (Behaviour::Answers("AUTH", "535 5.7.8 canary-password is wrong"), "later", Some(535)),
        (Behaviour::Answers("AUTH", "454 4.7.0 not now"), "later", Some(454)),
        (Behaviour::Answers("AUTH", "501 5.5.2 PLAIN AGxhbXBlcwBjYW5hcnktcGFzc3dvcmQ="), "later", Some(501)),
        (Behaviour::Answers("EHLO", "250 post.example"), "later", None),
        (Behaviour::Answers("MAIL", "501 canary-password"), "later", Some(501)),
    ];
    for (manner, kind, code) in table {
        let office = MailServer::open(manner).await;
        // No shop file can say this: a login in the clear.
        let relay = Relay {
            security: Security::Plain,
            host: url::Host::Ipv4(std::net::Ipv4Addr::LOCALHOST),
            port: office.port,
            user: Some("lampes".to_owned()),
        };
        let settings = settings(&office.url());
        let outcome = converse(&relay, Some(&password), &at_home(), &settings, &message, pending()).await;
        let (found, found_code, said) = taken_apart(&outcome);
        assert_eq!((found, found_code), (kind, code), "{manner:?}: {outcome:?}");
        assert!(!said.contains("canary") && !said.contains("AGxhbXBlcw"), "{said}");
        let logged_in = office.heard().iter().any(|line| line.starts_with("AUTH PLAIN "));
        assert_eq!(logged_in, code.is_some(), "{:?}", office.heard());
    }
}
