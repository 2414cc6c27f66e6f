//! What is said, to whom, in which language: live orders by mail and SMS, play orders in the outbox.

use serde_json::{Value, json};

use crate::messages::{EMAIL, PHONE, Setup, message, order, order_with, sms_text};
use crate::support::call::text;

/// An occasion in a language: what the order says, and a part of each thing that is said.
struct Case {
    tag: &'static str,
    language: Value,
    subject: &'static str,
    text: &'static str,
    sms: &'static str,
}

fn case(
    tag: &'static str,
    language: &str,
    subject: &'static str,
    text: &'static str,
    sms: &'static str,
) -> Case {
    let language = if language.is_empty() { Value::Null } else { json!(language) };
    Case { tag, language, subject, text, sms }
}

fn cases() -> Vec<Case> {
    vec![
        case("[paid]", "fr", "Commande NR payée", "Votre paiement est confirmé.", "commande NR payée"),
        case("[paid]", "", "Commande NR payée", "Bonjour Amina Benali,", "payée (2\u{a0}500 DA)"),
        case("[paid]", "en", "Order NR is paid", "Your payment is confirmed.", "order NR is paid"),
        case("[paid]", "ar", "تم دفع الطلب NR", "تم تأكيد دفعتك", "تم دفع الطلب NR"),
        case("[declined]", "fr", "Commande NR\u{a0}: paiement non abouti", "n’a pas abouti", "non abouti"),
        case("[declined]", "en", "Order NR: the payment did not go through", "did not", "not completed"),
        case("[declined]", "ar", "لم يتم دفع الطلب NR", "لم تتم عملية دفع طلبك", "لم يتم دفع الطلب NR"),
        case(
            "[wrong-amount]",
            "fr",
            "Commande NR\u{a0}: paiement en cours de vérification",
            "vérifie",
            "ne repayez pas",
        ),
        case("[wrong-amount]", "en", "Order NR: a payment is being verified", "a second time", "pay twice"),
        case("[wrong-amount]", "ar", "دفع الطلب NR قيد التحقق", "يتحقق المتجر", "نتحقق من دفعة الطلب NR"),
    ]
}

/// Spaces of every width as one, as a phone shows them.
fn plain(text: &str) -> String {
    text.replace(['\u{a0}', '\u{202f}'], " ")
}

#[track_caller]
fn holds(said: &str, part: &str, reference: &str) {
    let (said, part) = (plain(said), plain(&part.replace("NR", reference)));
    assert!(said.contains(&part), "“{part}” is not in “{said}”");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_live_order_is_told_of_by_mail_and_sms_in_the_language_of_the_order() {
    let setup = Setup::open("words-live").await;
    for (number, case) in cases().into_iter().enumerate() {
        let reference = format!("ORD-{number}");
        let title = format!("Livre {}", case.tag);
        let asked = order_with(&reference, &title, "language", case.language);
        let id = setup.play_out(&setup.live, &asked).await;

        let mails = setup.mail_server.mails();
        assert_eq!(mails.len(), number + 1, "{reference}: one mail");
        let mail = &mails[number];
        assert_eq!((mail.from.as_str(), mail.to.as_slice()), ("shop@alger.example", &[EMAIL.to_owned()][..]));
        assert_eq!(plain(&mail.header("Subject")), plain(&case.subject.replace("NR", &reference)));
        holds(&mail.text(), case.text, &reference);
        holds(&mail.text(), &title, &reference);
        assert_eq!(mail.header("From"), "Librairie d'Alger <shop@alger.example>");
        assert_eq!(mail.header("To"), EMAIL);
        assert_eq!(mail.header("Auto-Submitted"), "auto-generated");

        let letters = setup.provider.letters();
        assert_eq!(letters.len(), number + 1, "{reference}: one SMS");
        let letter = &letters[number];
        holds(&sms_text(letter), case.sms, &reference);
        assert_eq!(
            (letter.json()["to"].as_str(), letter.json()["from"].as_str()),
            (Some(PHONE), Some("LIBRAIRIE"))
        );
        assert_eq!(letter.header("authorization"), "Bearer of good news");

        let by_mail = message(&setup.live, &id, "email").await;
        assert_eq!(mail.header("Message-ID"), format!("<{}@alger.example>", text(&by_mail, "/id")));
        let by_sms = message(&setup.live, &id, "sms").await;
        assert_eq!(letter.json()["ref"], by_sms["id"]);
        for said in [mail.text(), sms_text(letter)] {
            let link = said.split_whitespace().find(|word| word.contains("://")).expect("a link");
            let anybody = setup.live.without_key();
            let link = match link.contains("/s/") {
                // The short link of an SMS leads to the page whose link stands in the mail.
                true => anybody.get(link).await.expect(303).header("location").to_owned(),
                false => link.to_owned(),
            };
            assert!(link.contains("/status/"), "{link}");
            let page = anybody.get(&link).await.expect(200).text();
            assert!(page.contains(&reference), "{page}");
        }
    }
    assert!(setup.server.sandbox.messages().is_empty(), "live orders leave nothing in the outbox");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_play_order_leaves_its_messages_in_the_outbox_and_none_leaves() {
    let setup = Setup::open("words-play").await;
    for (number, case) in cases().into_iter().enumerate() {
        let reference = format!("ORD-{number}");
        let asked = order_with(&reference, &format!("Livre {}", case.tag), "language", case.language);
        let id = setup.play_out(&setup.play, &asked).await;
        let landed = setup.play.get(&format!("{}/sandbox/outbox", setup.server.sandbox_url)).await;
        let landed = landed.expect(200).json()["data"].as_array().expect("messages").clone();
        assert_eq!(landed.len(), 2 * (number + 1));
        let by = |channel: &str| {
            let found = landed[..2].iter().find(|message| message["channel"] == channel);
            found.unwrap_or_else(|| panic!("no {channel}: {landed:?}")).clone()
        };
        let (mail, sms) = (by("email"), by("sms"));
        assert_eq!((mail["to"].as_str(), sms["to"].as_str()), (Some(EMAIL), Some(PHONE)));
        holds(&text(&mail, "/subject"), case.subject, &reference);
        holds(&text(&mail, "/text"), case.text, &reference);
        holds(&text(&sms, "/text"), case.sms, &reference);
        for channel in ["email", "sms"] {
            let told = message(&setup.play, &id, channel).await;
            assert_eq!(told["status"], "delivered");
            assert!(text(&told, "/attempts/0/outcome").contains("outbox"), "{told}");
        }
    }
    assert!(
        setup.mail_server.mails().is_empty() && setup.mail_server.heard().is_empty(),
        "the mail server heard something"
    );
    assert!(setup.provider.letters().is_empty(), "the SMS provider heard something");
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_a_script_pays_wrongly_is_being_verified() {
    let setup = Setup::open("words-script").await;
    let made = setup.live.order(&order("ORD-1", "Livre")).await;
    let reference = text(&made, "/payments/0/reference");
    setup.server.sandbox.act(&reference, guichet_sandbox::Action::PayOther).expect("it is paid");
    let id = text(&made, "/id");
    let seen = setup.live.press(&format!("/v1/orders/{id}/check")).await.expect(200).json();
    assert_eq!(seen["needs_you"], true, "{seen}");
    setup.server.settle().await;
    let mails = setup.mail_server.mails();
    assert_eq!(mails.len(), 1);
    holds(&mails[0].header("Subject"), "paiement en cours de vérification", "ORD-1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merchant_has_words_and_a_language_of_its_own() {
    let english = json!({
        "paid_subject": "{merchant} thanks you for {reference}",
        "paid_text": "Dear {name},\n{{{title}}} for {amount} is yours.\n{status_url}\n",
        "paid_sms": "{reference} {amount} {status_url}",
    });
    let french = json!({ "failed_subject": "Raté, {name}" });
    let words = json!({ "language": "en", "templates": { "en": english, "fr": french } });
    let setup = Setup::open_with("words-own", words).await;
    let table = [
        (
            "[paid]",
            "",
            "Librairie d'Alger thanks you for ORD-0",
            "Dear Amina Benali,\n{Livre [paid]} for 2,500 DA",
            "ORD-0 2,500 DA http",
        ),
        ("[paid]", "fr", "Commande ORD-1 payée", "Votre paiement est confirmé.", "commande ORD-1"),
        ("[declined]", "fr", "Raté, Amina Benali", "n’a pas abouti", "non abouti"),
        ("[declined]", "", "Order ORD-3: the payment did not go through", "did not go", "not completed"),
    ];
    for (number, (tag, language, subject, body, sms)) in table.into_iter().enumerate() {
        let language = if language.is_empty() { Value::Null } else { json!(language) };
        let reference = format!("ORD-{number}");
        let asked = order_with(&reference, &format!("Livre {tag}"), "language", language);
        setup.play_out(&setup.live, &asked).await;
        let mail = setup.mail_server.mails().pop().expect("a mail");
        assert_eq!(plain(&mail.header("Subject")), subject);
        holds(&mail.text(), body, &reference);
        holds(&sms_text(&setup.provider.letters()[number]), sms, &reference);
    }
}
