//! The `[merchants.messages]` section of a shop file, and everything that is checked when it is applied:
//! a slip is found by the operator now and not by a customer later.

use std::collections::BTreeMap;

use anyhow::{Context, bail, ensure};
use secrecy::SecretString;
use serde::Deserialize;

use crate::outbound::Reach;
use crate::pages::Language;

use super::mail::sender;
use super::relay::Relay;
use super::request::{self, Filling, Request, fill};
use super::settings::{
    ContentType, EmailSettings, HEADER_SECRET, MessageSecrets, MessageSettings, Method, SmsSettings, Success,
    Templates,
};
use super::template::Template;
use super::{Occasion, wording};

/// Headers that are not the merchant's to set.
const OUR_HEADERS: [&str; 5] = ["content-type", "content-length", "host", "transfer-encoding", "connection"];

/// Messages as a shop file declares them. The default declares none.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct DeclaredMessages {
    /// On which occasions; all of them when left out.
    occasions: Option<Vec<Occasion>>,
    /// `fr`, `ar` or `en`.
    language: Option<String>,
    email: Option<DeclaredEmail>,
    sms: Option<DeclaredSms>,
    templates: Templates,
    /// Where messages about play orders land instead of leaving.
    outbox: Option<url::Url>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct DeclaredEmail {
    smtp: String,
    password: Option<Hidden>,
    from: String,
    reply_to: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct DeclaredSms {
    url: Hidden,
    #[serde(default)]
    method: Method,
    #[serde(default)]
    content_type: ContentType,
    body: Option<Hidden>,
    /// The value itself, perhaps with placeholders, or `env:NAME`.
    #[serde(default)]
    headers: BTreeMap<String, Hidden>,
    /// Further placeholders: the value itself, or `env:NAME`.
    #[serde(default)]
    secret: BTreeMap<String, Hidden>,
    from: Option<String>,
    #[serde(default)]
    success: Success,
}

/// Text of a shop file that is, or could hold, a secret.
#[derive(Clone, Deserialize)]
struct Hidden(String);

impl std::fmt::Debug for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

/// How a value of the shop file is read: as written, or from the environment when it says `env:NAME`.
type Read<'a> = &'a dyn Fn(&str) -> anyhow::Result<String>;

impl DeclaredMessages {
    /// Whether nothing is declared.
    pub(crate) fn is_default(&self) -> bool {
        let DeclaredMessages { occasions, language, email, sms, templates, outbox } = self;
        occasions.is_none()
            && language.is_none()
            && email.is_none()
            && sms.is_none()
            && *templates == Templates::default()
            && outbox.is_none()
    }

    /// What is kept of the declaration, with its secrets apart.
    ///
    /// # Errors
    /// A sentence that says what cannot work and where, without quoting a secret.
    pub(crate) fn split(
        &self,
        reach: &Reach,
        read: Read<'_>,
    ) -> anyhow::Result<(MessageSettings, MessageSecrets)> {
        let mut secrets = MessageSecrets::default();
        let email = self.email.as_ref().map(|email| email.split(reach, read, &mut secrets));
        let sms = self.sms.as_ref().map(|sms| sms.split(reach, read, &mut secrets));
        let settings = MessageSettings {
            occasions: self.occasions.clone().unwrap_or_else(|| Occasion::ALL.to_vec()),
            language: self.language.clone(),
            email: email.transpose().context("messages by e-mail")?,
            sms: sms.transpose().context("messages by SMS")?,
            templates: self.templates.clone(),
            outbox: self.outbox.clone(),
        };
        if let Some(outbox) = &settings.outbox {
            reach.judge(outbox).map_err(|why| anyhow::anyhow!("the outbox cannot be used: {why}"))?;
        }
        settings.validate().map_err(anyhow::Error::msg)?;
        Ok((settings, secrets))
    }
}

impl MessageSettings {
    /// Refuses a language that there is none of, and words that cannot be read, with a sentence.
    pub(super) fn validate(&self) -> Result<(), String> {
        let codes = Language::ALL.map(Language::code);
        if let Some(unknown) = self.language.as_deref().filter(|code| !codes.contains(code)) {
            return Err(format!("there is no language “{unknown}”; there are: {}", codes.join(", ")));
        }
        for language in Language::ALL {
            let own = self.templates.of(language).map(|own| own.all()).into_iter().flatten();
            for (name, _, part, words) in own {
                let named =
                    |why: wording::Unfit| format!("the words {name} in templates.{}: {why}", language.code());
                words.map(|words| wording::check(part, words)).transpose().map_err(named)?;
            }
        }
        Ok(())
    }
}

impl DeclaredEmail {
    fn split(
        &self,
        reach: &Reach,
        read: Read<'_>,
        secrets: &mut MessageSecrets,
    ) -> anyhow::Result<EmailSettings> {
        let relay = Relay::parse(&self.smtp).map_err(|why| anyhow::anyhow!("the mail server: {why}"))?;
        relay.judge(reach).map_err(|why| anyhow::anyhow!("the mail server cannot be used: {why}"))?;
        match (&relay.user, &self.password) {
            (Some(_), Some(password)) => {
                secrets.smtp_password = Some(read(&password.0).and_then(secret).context("the password")?);
            }
            (None, None) => {}
            (Some(_), None) => bail!("the mail server has a user, so it needs a password"),
            (None, Some(_)) => bail!("there is a password, so the mail server needs a user: smtps://user@…"),
        }
        for (name, mailbox) in [("from", Some(&self.from)), ("reply_to", self.reply_to.as_ref())] {
            ensure!(
                mailbox.is_none_or(|mailbox| mailbox.chars().count() <= 320 && sender(mailbox).is_some()),
                "{name} is written Name <user@host>, as in “Lampes <shop@example.com>”"
            );
        }
        Ok(EmailSettings {
            smtp: self.smtp.clone(),
            from: self.from.clone(),
            reply_to: self.reply_to.clone(),
        })
    }
}

impl DeclaredSms {
    fn split(
        &self,
        reach: &Reach,
        read: Read<'_>,
        secrets: &mut MessageSecrets,
    ) -> anyhow::Result<SmsSettings> {
        let body = self.body.as_ref().map(|body| body.0.clone()).unwrap_or_default();
        ensure!(self.method != Method::Get || body.is_empty(), "a GET has no body");
        ensure!(self.url.0.len() <= 2048, "its address may have 2,048 characters");
        ensure!(body.len() <= 4096, "its body may have 4,096 characters");
        let from = self.from.as_deref().unwrap_or_default();
        ensure!(
            from.chars().count() <= 20 && !from.chars().any(char::is_control),
            "from is one line of at most 20 characters"
        );
        let sound = |status: &u16| (100..600).contains(status);
        ensure!(self.success.status.iter().all(sound), "a status of success is an HTTP status such as 200");
        for (name, value) in &self.secret {
            secrets.sms.insert(
                secret_name(name)?.to_owned(),
                read(&value.0).and_then(secret).with_context(|| format!("the secret {name}"))?,
            );
        }
        let known: Vec<&str> =
            request::WORDS.into_iter().chain(self.secret.keys().map(String::as_str)).collect();
        let settings = SmsSettings {
            url: self.url.0.clone(),
            method: self.method,
            content_type: self.content_type,
            body,
            headers: self.headers(read, &known, secrets)?,
            from: self.from.clone(),
            success: self.success.clone(),
        };
        check(&settings, secrets, &known, reach)?;
        Ok(settings)
    }

    /// The headers as templates. A value without placeholders is taken for a secret and put apart.
    fn headers(
        &self,
        read: Read<'_>,
        known: &[&str],
        secrets: &mut MessageSecrets,
    ) -> anyhow::Result<BTreeMap<String, String>> {
        ensure!(self.headers.len() <= 20, "there may be 20 headers");
        let mut kept = BTreeMap::new();
        for (name, Hidden(value)) in &self.headers {
            let lower = name.to_ascii_lowercase();
            ensure!(!OUR_HEADERS.contains(&lower.as_str()), "the header {name} is set by Guichet");
            ensure!(value.len() <= 1024, "the header {name} may have 1,024 characters");
            let is_fixed = Template::request(value).words().is_empty();
            let template = if is_fixed {
                let placeholder = format!("{HEADER_SECRET}{}", kept.len());
                let value = read(value).and_then(secret).with_context(|| format!("the header {name}"))?;
                secrets.sms.insert(placeholder.clone(), value);
                format!("{{{placeholder}}}")
            } else {
                let unknown = Template::request(value).expect_words(known);
                unknown.map_err(|why| anyhow::anyhow!("the header {name}: {why}"))?;
                value.clone()
            };
            kept.insert(lower, template);
        }
        ensure!(kept.len() == self.headers.len(), "a header is named twice");
        Ok(kept)
    }
}

fn secret(value: String) -> anyhow::Result<SecretString> {
    ensure!(!value.is_empty(), "it is empty");
    ensure!(value.len() <= 4096 && !value.chars().any(char::is_control), "it must be one line of text");
    Ok(SecretString::from(value))
}

fn secret_name(name: &str) -> anyhow::Result<&str> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    ensure!(
        !name.is_empty() && name.bytes().all(plain),
        "a secret's name has lower-case letters, digits and underscores"
    );
    ensure!(
        !request::WORDS.contains(&name) && !name.starts_with(HEADER_SECRET),
        "a secret cannot be called “{name}”: that name is taken"
    );
    Ok(name)
}

/// Fills the request in with two strange messages, to see that both would be sent, to the same address.
fn check(
    settings: &SmsSettings,
    secrets: &MessageSecrets,
    known: &[&str],
    reach: &Reach,
) -> anyhow::Result<()> {
    let mut used = Vec::new();
    for (index, template) in [("url", &settings.url), ("body", &settings.body)] {
        let template = Template::request(template);
        template.expect_words(known).map_err(|why| anyhow::anyhow!("in {index}: {why}"))?;
        used.extend(template.words());
    }
    ensure!(
        used.contains(&"to") || used.contains(&"to_digits"),
        "url or body must hold {{to}} or {{to_digits}}"
    );
    ensure!(used.contains(&"text"), "url or body must hold {{text}}");
    let one = filled(settings, secrets, "+213600000001", "a\"b\\c\nd&e=f {text} é أ 😀 <>'%")?;
    let other = filled(settings, secrets, "+33700000002", "-")?;
    ensure!(one.url.origin() == other.url.origin(), "a placeholder may not stand in the host of url");
    reach.judge(&one.url).map_err(|why| anyhow::anyhow!("its address cannot be used: {why}"))?;
    if settings.content_type == ContentType::Json && !settings.body.is_empty() {
        let is_json = |body: &str| serde_json::from_str::<serde::de::IgnoredAny>(body).is_ok();
        ensure!(
            is_json(&one.body) && is_json(&other.body),
            "its body is not JSON once it is filled in; a placeholder stands inside quotes"
        );
    }
    Ok(())
}

fn filled(settings: &SmsSettings, secrets: &MessageSecrets, to: &str, text: &str) -> anyhow::Result<Request> {
    let from = settings.from.as_deref().unwrap_or_default();
    let filling = Filling { to, text, from, id: "dlv_01kaqwm3v0e9r8t7y6v5w4x3z1", secrets: &secrets.sms };
    fill(settings, filling).map_err(anyhow::Error::msg)
}

/// Whether the text of a secret stands anywhere in what is kept; the tests ask.
#[cfg(test)]
pub(super) fn leaks(settings: &MessageSettings, secrets: &MessageSecrets) -> bool {
    use secrecy::ExposeSecret as _;
    let kept = serde_json::to_string(settings).unwrap();
    let shown = format!("{settings:?} {secrets:?}");
    let all = secrets.smtp_password.iter().chain(secrets.sms.values());
    all.into_iter().any(|one| kept.contains(one.expose_secret()) || shown.contains(one.expose_secret()))
}
