//! Messages, tried as a whole: a shop file's section goes in, and what a customer would
//! read, or what a log would say, comes out. Mails and SMS go over real sockets.

mod declared;
mod mail;
mod provider;
mod sms;
mod words;

use guichet_core::{Currency, DeliveryId, Money, Payer, Phone};

use super::*;

/// 15 May 2026, 14:32 UTC.
const AT_MS: i64 = 1_778_855_520_000;

/// With a host of twenty letters.
const SHORT_URL: &str = "https://pay.shops-in-dz.shop/s/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklm";

const STATUS_URL: &str = "https://pay.example.com/status/aaaaaaaaabbbbbbbbbbccccccccccdddddddddd0";

/// A shop file's section, applied where this machine may be reached.
fn applied(section: &str) -> anyhow::Result<(MessageSettings, MessageSecrets)> {
    let declared: DeclaredMessages = toml::from_str(section)?;
    declared.split(&at_home(), &read)
}

fn at_home() -> Reach {
    Reach::with(&["127.0.0.0/8".parse().unwrap()])
}

/// The environment of the tests.
fn read(value: &str) -> anyhow::Result<String> {
    match value.strip_prefix("env:") {
        Some("SMTP_PASSWORD") => Ok("canary-password".to_owned()),
        Some("SMS_AUTH") => Ok("Bearer canary-{token}".to_owned()),
        Some("BAD") => Ok("canary\nline".to_owned()),
        Some(name) => anyhow::bail!("the environment has no variable {name}"),
        None => Ok(value.to_owned()),
    }
}

fn payer() -> Payer {
    Payer {
        family_name: Some("Benali".to_owned()),
        given_name: Some("Amina".to_owned()),
        email: Some("amina@example.com".to_owned()),
        phone: Some(Phone::parse("+213665983439").unwrap()),
        ..Payer::default()
    }
}

fn facts(payer: &Payer) -> Facts<'_> {
    Facts {
        time_zone: None,
        id: DeliveryId::new(AT_MS, [7; 10]),
        payer,
        reference: "ORD-2026-000123",
        money: Money::new(250_000, Currency::DZD),
        title: "Semoule, 5 kg",
        merchant: "Lampes",
        status_url: STATUS_URL,
        short_url: SHORT_URL,
        language: None,
        at_ms: AT_MS,
    }
}

const EMAIL: &str = "[email]\nsmtp = 'smtps://mail.example'\nfrom = 'Lampes <shop@lampes.example>'\n";
const SMS: &str = "[sms]\nurl = 'https://sms.example/send?to={to}&text={text}'\n";

fn both(more: &str) -> MessageSettings {
    applied(&format!("{more}\n{EMAIL}\n{SMS}")).unwrap().0
}
