//! The shop file's section: what it may say, and what is said back when it cannot work.

use super::super::declared::leaks;
use super::*;

const WHOLE: &str = r#"
occasions = ["paid", "failed", "review"]
language = "ar"
outbox = "http://127.0.0.1:4700/sandbox/outbox"
[email]
smtp = "smtps://lampes@mail.example:465"
password = "env:SMTP_PASSWORD"
from = "Lampes <shop@lampes.example>"
reply_to = "help@lampes.example"
[sms]
url = "https://sms.example/send?key={api_key}"
method = "POST"
content_type = "application/json"
body = '{"to":"{to}","message":"{text}","sender":"{from}","ref":{"id":"{id}"}}'
headers = { Authorization = "env:SMS_AUTH", X-Plain = "canary-plain", X-Id = "{id}" }
secret = { api_key = "canary-key" }
from = "LAMPES"
success = { status = [200, 202], contains = "queued" }
[templates.fr]
paid_subject = "Commande {reference} payée"
paid_text = "Bonjour {name}, votre commande {reference} de {amount} est payée. {status_url}"
paid_sms = "{merchant}: {reference} payée"
"#;

#[test]
fn what_is_declared_is_kept_and_its_secrets_apart() {
    let (settings, secrets) = applied(WHOLE).unwrap();
    assert_eq!(settings.channels(), [Channel::Email, Channel::Sms]);
    assert!(!leaks(&settings, &secrets), "{settings:?}");
    let declared: DeclaredMessages = toml::from_str(WHOLE).unwrap();
    assert!(!format!("{declared:?}").contains("canary"), "{declared:?}");
    let kept = serde_json::to_string(&settings).unwrap();
    assert_eq!(serde_json::from_str::<MessageSettings>(&kept).unwrap(), settings);
    let sealed = secrets.text().unwrap();
    let again = MessageSecrets::read(&sealed).unwrap().text().unwrap();
    use secrecy::ExposeSecret as _;
    assert_eq!(sealed.expose_secret(), again.expose_secret());
    for secret in ["canary-password", "Bearer canary-{token}", "canary-plain", "canary-key"] {
        assert!(sealed.expose_secret().contains(secret), "{secret}");
    }
    assert!(!secrets.is_empty() && MessageSecrets::default().is_empty());
    assert!(MessageSecrets::read(&"canary".to_owned().into()).is_err());
}

#[test]
fn nothing_declared_is_nothing_said() {
    let (settings, secrets) = applied("").unwrap();
    assert!(settings.is_off() && secrets.is_empty());
    let of_old: MessageSettings = serde_json::from_str("{}").unwrap();
    assert_eq!(of_old, MessageSettings::default());
}

#[test]
fn a_slip_is_found_when_the_file_is_applied() {
    let email = |lines: &str| format!("[email]\n{lines}");
    let from = "from = 'shop@lampes.example'";
    let sms = |lines: &str| format!("[sms]\n{lines}");
    let url = "url = 'https://sms.example/{to}/{text}'";
    let own = |lines: &str| format!("[templates.fr]\n{lines}");
    let table = [
        ("occasion = []".to_owned(), "unknown field `occasion`"),
        ("occasions = ['expired']".to_owned(), "unknown variant `expired`"),
        ("language = 'de'".to_owned(), "there is no language “de”; there are: fr, ar, en"),
        ("outbox = 'http://10.0.0.1/'".to_owned(), "the outbox cannot be used: it leads into a private"),
        ("outbox = 'sandbox'".to_owned(), "relative URL"),
        (email(&format!("{from}\nsmtp = 'https://mail.example'")), "it must begin with smtps://"),
        (email(&format!("{from}\nsmtp = 'smtps://u:canary@mail.example'")), "give it as password"),
        (email(&format!("{from}\nsmtp = 'smtps://u@mail.example'")), "so it needs a password"),
        (email(&format!("{from}\nsmtp = 'smtps://mail.example'\npassword = 'canary'")), "needs a user"),
        (
            email(&format!("{from}\nsmtp = 'smtps://u@mail.example'\npassword = ''")),
            "the password: it is empty",
        ),
        (
            email(&format!("{from}\nsmtp = 'smtps://u@mail.example'\npassword = 'env:BAD'")),
            "one line of text",
        ),
        (email(&format!("{from}\nsmtp = 'smtps://u@mail.example'\npassword = 'env:NONE'")), "variable NONE"),
        (email(&format!("{from}\nsmtp = 'smtps://10.0.0.1'")), "leads into a private network"),
        (email(&format!("{from}\nsmtp = 'smtp://8.8.8.8'")), "stays within a private network"),
        (email("smtp = 'smtps://mail.example'\nfrom = 'Lampes'"), "from is written Name <user@host>"),
        (email("smtp = 'smtps://mail.example'\nfrom = \"A\\nB <a@b.example>\""), "from is written"),
        (email(&format!("{from}\nsmtp = 'smtps://mail.example'\nreply_to = 'x'")), "reply_to is written"),
        (email(&format!("{from}\nsmtp = 'smtps://mail.example'\nto = 'x'")), "unknown field `to`"),
        (sms("url = 'https://sms.example/{text}'"), "url or body must hold {to} or {to_digits}"),
        (sms("url = 'https://sms.example/{to}'"), "url or body must hold {text}"),
        (sms("url = 'https://sms.example/{to}/{text}/{txet}'"), "in url: there is no placeholder {txet}"),
        (sms("url = 'https://{to}.example/{text}'"), "may not stand in the host"),
        (sms("url = 'ftp://sms.example/{to}/{text}'"), "it must begin with https:// or http://"),
        (sms("url = 'sms.example/{to}/{text}'"), "its address cannot be read"),
        (sms("url = 'https://a:canary@sms.example/{to}/{text}'"), "must not carry a user name"),
        (sms("url = 'http://169.254.169.254/{to}/{text}'"), "leads into a private network"),
        (sms(&format!("{url}\nbody = '{{\"to\":{{to}}}}'")), "its body is not JSON once it is filled in"),
        (sms(&format!("{url}\nbody = '{{to}}&{{nobody}}'")), "in body: there is no placeholder {nobody}"),
        (sms(&format!("{url}\nmethod = 'GET'\nbody = 'x'")), "a GET has no body"),
        (sms(&format!("{url}\nmethod = 'DELETE'")), "unknown variant `DELETE`"),
        (sms(&format!("{url}\ncontent_type = 'text/xml'")), "unknown variant `text/xml`"),
        (sms(&format!("{url}\nfrom = 'LAMPES ET COMPAGNIE D ALGER'")), "at most 20 characters"),
        (sms(&format!("{url}\nheaders = {{ Host = 'x' }}")), "the header Host is set by Guichet"),
        (sms(&format!("{url}\nheaders = {{ 'A B' = 'x' }}")), "a header's name cannot be sent"),
        (sms(&format!("{url}\nheaders = {{ A = 'x', a = 'y' }}")), "a header is named twice"),
        (sms(&format!("{url}\nheaders = {{ A = 'env:NONE' }}")), "the header A"),
        (sms(&format!("{url}\nheaders = {{ A = '{{header_0}}' }}")), "there is no placeholder {header_0}"),
        (sms(&format!("{url}\nsecret = {{ to = 'canary' }}")), "that name is taken"),
        (sms(&format!("{url}\nsecret = {{ header_0 = 'canary' }}")), "that name is taken"),
        (sms(&format!("{url}\nsecret = {{ Key = 'canary' }}")), "lower-case letters"),
        (sms(&format!("{url}\nsuccess = {{ status = [20] }}")), "a status of success is an HTTP status"),
        (
            own("paid_subject = 'Merci {nom}'"),
            "the words paid_subject in templates.fr: there is no placeholder \
            {nom}; there are: {name}, {reference}, {amount}, {title}, {merchant}, {status_url}, {date}",
        ),
        (own("paid_subject = 'Merci {name'"), "“{name” is not a word in braces"),
        (own("paid_subject = \"a\\nb\""), "it must be one line"),
        (own("paid_sms = \"a\\u202eb\""), "direction override"),
        (own("paid_text = ' '"), "it is empty"),
        (own(&format!("paid_sms = '{}'", "x".repeat(481))), "comes to 481 characters; there may be 480"),
        (own(&format!("paid_subject = '{}'", "{title}".repeat(6))), "there may be 200"),
        (own("expired_text = 'x'"), "unknown field `expired_text`"),
        ("[templates.de]\npaid_text = 'x'".to_owned(), "unknown field `de`"),
    ];
    for (section, expected) in table {
        let error = format!("{:#}", applied(&section).expect_err(&section));
        assert!(error.contains(expected), "{section}\n{error}");
        // The parser quotes the line it stumbled over; the shop file's own reader does not.
        assert!(error.contains("TOML") || !error.contains("canary"), "{section}\n{error}");
    }
}

#[test]
fn a_provider_of_any_kind_can_be_declared() {
    for section in [
        "[sms]\nmethod = 'GET'\nurl = 'http://sms.example:8080/a?u=x&p={key}&to={to_digits}&m={text}'\n\
            secret = { key = 'env:SMS_AUTH' }",
        "[sms]\nurl = 'https://sms.example'\ncontent_type = 'application/x-www-form-urlencoded'\n\
            body = 'To={to}&From={from}&Body={text}'",
        "[sms]\nurl = 'https://sms.example/{to}'\ncontent_type = 'text/plain'\nbody = '{text}'",
        "[sms]\nmethod = 'PUT'\nurl = 'https://sms.example/{id}'\nbody = '[{\"n\":{to_digits},\"t\":\"{text}\"}]'",
        "[email]\nsmtp = 'smtp://mailpit:1025'\nfrom = 'a@b.example'",
        "[email]\nsmtp = 'smtp+starttls://a%40b.example@mail.example'\npassword = 'x'\nfrom = 'Ø <a@b.example>'",
    ] {
        applied(section).expect(section);
    }
}
