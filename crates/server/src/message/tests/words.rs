//! What is said: the standard texts, a merchant's own, and values that try to be more than a value.

use expected::{ARABIC_PAID, ENGLISH_FAILED, FRENCH_REVIEW};

use super::*;

/// The seven-bit alphabet of GSM 03.38; those of the second table take two places.
const GSM: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
    ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const GSM_DOUBLE: &str = "^{}\\[~]|€";

/// How many places a text takes in the seven-bit alphabet; `None` if it does not fit there.
fn gsm_length(text: &str) -> Option<usize> {
    let septets = |c: char| match c {
        _ if GSM.contains(c) => Some(1),
        _ if GSM_DOUBLE.contains(c) => Some(2),
        _ => None,
    };
    text.chars().map(septets).sum()
}

#[test]
fn standard_texts_fit() {
    let settings = both("");
    let payer = payer();
    for language in Language::ALL {
        for occasion in Occasion::ALL {
            let facts = Facts { language: Some(language.code()), ..facts(&payer) };
            let sms = message(&settings, occasion, Channel::Sms, &facts).unwrap();
            assert!(sms.subject.is_empty() && sms.text.ends_with(SHORT_URL), "{}", sms.text);
            assert!(!sms.text.contains(['\u{2068}', '\u{2069}']), "{}", sms.text);
            match language {
                Language::Ar => assert!(sms.text.chars().count() <= 201, "three parts: {}", sms.text),
                Language::Fr | Language::En => {
                    let length = gsm_length(&sms.text);
                    assert!(length.is_some_and(|length| length <= 160), "{length:?}: {}", sms.text);
                }
            }
            let mail = message(&settings, occasion, Channel::Email, &facts).unwrap();
            assert!(mail.subject.contains("ORD-2026-000123") && mail.subject.chars().count() <= 100);
            assert_eq!(mail.text.matches("://").count(), 1, "one link: {}", mail.text);
            let isolated = mail.text.contains("\u{2068}ORD-2026-000123\u{2069}");
            assert_eq!(isolated, language == Language::Ar, "{}", mail.text);
            assert_eq!(mail.text.contains('\u{2068}'), language == Language::Ar, "{}", mail.text);
            assert!(!mail.text.contains(['{', '}']), "{}", mail.text);
        }
    }
}

#[test]
fn standard_texts_say_this() {
    let table = [
        ("ar", Occasion::Paid, "تم دفع الطلب ORD-2026-000123", ARABIC_PAID),
        ("en", Occasion::Failed, "Order ORD-2026-000123: the payment did not go through", ENGLISH_FAILED),
        (
            "fr",
            Occasion::Review,
            "Commande ORD-2026-000123\u{a0}: paiement en cours de vérification",
            FRENCH_REVIEW,
        ),
    ];
    let payer = payer();
    for (language, occasion, subject, text) in table {
        let facts = Facts { language: Some(language), ..facts(&payer) };
        let mail = message(&both(""), occasion, Channel::Email, &facts).unwrap();
        assert_eq!((mail.subject.as_str(), mail.text.as_str()), (subject, text));
    }
    let sms = message(&both(""), Occasion::Paid, Channel::Sms, &facts(&payer)).unwrap();
    assert_eq!(sms.text, format!("Lampes: commande ORD-2026-000123 payée (2 500 DA). Merci. {SHORT_URL}"));
}

mod expected {
    //! Whole e-mails, as a customer would read them.

    pub(super) const ARABIC_PAID: &str = "مرحبًا \u{2068}Amina Benali\u{2069}،\n\n\
        شكرًا لك! تم تأكيد دفعتك.\n\n\
        الطلب: \u{2068}Semoule, 5 kg\u{2069}\n\
        المرجع: \u{2068}ORD-2026-000123\u{2069}\n\
        المبلغ: \u{2068}2\u{a0}500\u{a0}د.ج\u{2069}\n\n\
        لمعرفة حالة طلبك:\n\
        https://pay.example.com/status/aaaaaaaaabbbbbbbbbbccccccccccdddddddddd0\n\n\
        \u{2068}Lampes\u{2069}\n";

    pub(super) const ENGLISH_FAILED: &str = "Hello Amina Benali,\n\n\
        The payment for your order did not go through. You can try again. If money has left your account, \
        do not pay again: keep the reference and contact the shop.\n\n\
        Order: Semoule, 5 kg\n\
        Reference: ORD-2026-000123\n\
        Amount: 2,500\u{a0}DA\n\n\
        See how your order is going:\n\
        https://pay.example.com/status/aaaaaaaaabbbbbbbbbbccccccccccdddddddddd0\n\n\
        Lampes\n";

    pub(super) const FRENCH_REVIEW: &str = "Bonjour Amina Benali,\n\n\
        La boutique vérifie un paiement pour votre commande. Vous n’avez rien à faire. Merci de ne pas \
        payer une seconde fois.\n\n\
        Commande\u{a0}: Semoule, 5 kg\n\
        Référence\u{a0}: ORD-2026-000123\n\
        Montant\u{a0}: 2\u{a0}500\u{a0}DA\n\n\
        Où en est votre commande\u{a0}:\n\
        https://pay.example.com/status/aaaaaaaaabbbbbbbbbbccccccccccdddddddddd0\n\n\
        Lampes\n";
}

#[test]
fn nothing_is_said_unless_it_was_asked_for_and_can_arrive() {
    let (whole, nobody) = (payer(), Payer::default());
    let broken = Payer { email: Some("amina".to_owned()), ..Payer::default() };
    let some = "occasions = ['paid']";
    let table = [
        (MessageSettings::default(), Occasion::Paid, &whole, false, false),
        (both(""), Occasion::Review, &whole, true, true),
        (both(some), Occasion::Paid, &whole, true, true),
        (both(some), Occasion::Failed, &whole, false, false),
        (both("occasions = []"), Occasion::Paid, &whole, false, false),
        (applied(EMAIL).unwrap().0, Occasion::Paid, &whole, true, false),
        (applied(SMS).unwrap().0, Occasion::Paid, &whole, false, true),
        (both(""), Occasion::Paid, &nobody, false, false),
        (both(""), Occasion::Paid, &broken, false, false),
    ];
    for (settings, occasion, payer, by_email, by_sms) in table {
        for (channel, expected) in [(Channel::Email, by_email), (Channel::Sms, by_sms)] {
            let said = message(&settings, occasion, channel, &facts(payer));
            assert_eq!(said.is_some(), expected, "{channel:?} {occasion:?} {settings:?}");
            assert_eq!(settings.wants(occasion, channel) && channel.reaches(payer), expected);
        }
    }
    for (kind, expected) in [
        ("order.paid", Some(Occasion::Paid)),
        ("order.failed", Some(Occasion::Failed)),
        ("order.needs_you", Some(Occasion::Review)),
        ("order.expired", None),
        ("payment.failed", None),
    ] {
        assert_eq!(Occasion::of_event(kind), expected, "{kind}");
    }
}

#[test]
fn the_order_then_the_merchant_then_french_chooses_the_language() {
    let table = [
        ("", None, Language::Fr),
        ("", Some("en-GB"), Language::En),
        ("language = 'ar'", None, Language::Ar),
        ("language = 'ar'", Some("de"), Language::Ar),
        ("language = 'ar'", Some("fr"), Language::Fr),
    ];
    for (declared, of_order, expected) in table {
        assert_eq!(both(declared).language(of_order), expected, "{declared} {of_order:?}");
    }
}

#[test]
fn a_merchant_s_own_words_win_where_there_are_any() {
    let own = "[templates.fr]\n\
        paid_subject = 'Merci {name} !'\n\
        paid_text = \"\"\"{{{merchant}}}: {title}, {amount}, {reference}, {date}\nOui.\"\"\"\n\
        paid_sms = '{merchant}: payé {amount}'\n\
        [templates.en]\n\
        paid_text = 'On {date}'";
    let settings = applied(&format!("{EMAIL}\n{SMS}\n{own}")).unwrap().0;
    let payer = payer();
    let said = |language, occasion, channel| {
        let facts = Facts { language: Some(language), ..facts(&payer) };
        message(&settings, occasion, channel, &facts).unwrap()
    };
    let french = said("fr", Occasion::Paid, Channel::Email);
    assert_eq!(french.subject, "Merci Amina Benali !");
    assert_eq!(
        french.text,
        "{Lampes}: Semoule, 5 kg, 2\u{a0}500\u{a0}DA, ORD-2026-000123, 15/05/2026 à 14:32 UTC\nOui."
    );
    assert_eq!(said("fr", Occasion::Paid, Channel::Sms).text, "Lampes: payé 2 500 DA");
    let english = said("en", Occasion::Paid, Channel::Email);
    assert_eq!(english.subject, "Order ORD-2026-000123 is paid");
    assert_eq!(english.text, "On 15 May 2026, 14:32 UTC");
    assert!(said("fr", Occasion::Failed, Channel::Email).text.starts_with("Bonjour Amina Benali,"));
}

#[test]
fn a_value_stays_a_value() {
    let table = [
        ("Amina\r\nBcc: all@example.com", "Amina", ""),
        ("Amina {reference} {{x}}", "Benali", "Amina {reference} {{x}} Benali"),
        ("Amina\u{202e}\u{2066}", "Ben\u{2069}ali", "Amina Benali"),
        ("Win at evil.example", "now", ""),
        ("https", "//evil.example", ""),
        ("amina@example.com", "", ""),
        ("J. P.", "Benali", "J. P. Benali"),
        ("", "", ""),
        ("أمينة", "بن علي", "أمينة بن علي"),
    ];
    for (given, family, shown) in table {
        let payer =
            Payer { given_name: Some(given.to_owned()), family_name: Some(family.to_owned()), ..payer() };
        let facts = Facts { language: Some("en"), ..facts(&payer) };
        let mail = message(&both(""), Occasion::Paid, Channel::Email, &facts).unwrap();
        let greeting = if shown.is_empty() { "Hello,".to_owned() } else { format!("Hello {shown},") };
        assert_eq!(mail.text.lines().next(), Some(greeting.as_str()), "{given:?} {family:?}");
    }
    let payer = payer();
    let facts = Facts {
        reference: "R\r\nBcc: all@example.com\r\n\r\nHello",
        title: "T\nReference: none",
        merchant: "M\u{2028}\u{0}",
        ..facts(&payer)
    };
    for occasion in Occasion::ALL {
        let mail = message(&both(""), occasion, Channel::Email, &facts).unwrap();
        assert!(!mail.subject.contains(char::is_control), "{:?}", mail.subject);
        assert_eq!(mail.text.lines().filter(|line| line.contains("none")).count(), 1);
        assert!(mail.text.contains("T Reference: none"), "{}", mail.text);
        assert!(mail.text.ends_with("\nM\n"), "{:?}", mail.text);
        let sms = message(&both(""), occasion, Channel::Sms, &facts).unwrap();
        assert!(!sms.text.contains(char::is_control), "{:?}", sms.text);
    }
}

#[test]
fn words_that_were_kept_unread_do_no_harm() {
    let unread = r#"{"occasions":["paid"],"email":{"smtp":"","from":""},"templates":{"fr":
        {"paid_subject":"a\r\nBcc: all@example.com {name}","paid_text":"{unknown}{name"}}}"#;
    let settings: MessageSettings = serde_json::from_str(unread).unwrap();
    let mail = message(&settings, Occasion::Paid, Channel::Email, &facts(&payer())).unwrap();
    assert_eq!(mail.subject, "a  Bcc: all@example.com Amina Benali");
    assert!(mail.text.starts_with("Bonjour Amina Benali,"), "{}", mail.text);
}

#[test]
fn nothing_grows_without_bounds() {
    let long = "é ".repeat(5_000);
    let payer = Payer { given_name: Some(long.clone()), ..payer() };
    let url = format!("https://pay.example.com/{}", "x".repeat(9_000));
    let many = "{status_url} ".repeat(3);
    let own = format!(
        "{EMAIL}\n{SMS}\n[templates.en]\npaid_subject = '{{title}} {{name}} {{merchant}} {{reference}}'"
    );
    let own = format!("{own}\npaid_sms = '{many}'\npaid_text = '{many}'");
    let settings = applied(&own).unwrap().0;
    for language in Language::ALL {
        for occasion in Occasion::ALL {
            let facts = Facts {
                language: Some(language.code()),
                reference: &long,
                title: &long,
                merchant: &long,
                ..facts(&payer)
            };
            let sms = message(&settings, occasion, Channel::Sms, &facts).unwrap();
            if occasion != Occasion::Paid {
                assert!(sms.text.ends_with(SHORT_URL), "the link is whole: {}", sms.text);
            }
            let facts = Facts { status_url: &url, short_url: &url, ..facts };
            let sms = message(&settings, occasion, Channel::Sms, &facts).unwrap();
            assert!(sms.text.chars().count() <= 480);
            let mail = message(&settings, occasion, Channel::Email, &facts).unwrap();
            assert!(mail.subject.chars().count() <= 200 && mail.text.chars().count() <= 4_000);
        }
    }
}

#[test]
fn a_message_is_shown_without_its_words() {
    let payer = payer();
    let said = |channel| message(&both(""), Occasion::Paid, channel, &facts(&payer)).unwrap();
    let id = DeliveryId::new(AT_MS, [7; 10]);
    assert_eq!(format!("{:?}", said(Channel::Email)), format!("Message({id}, email to a…@example.com)"));
    assert_eq!(format!("{:?}", said(Channel::Sms)), format!("Message({id}, sms to +213…39)"));
}

#[test]
fn no_sms_in_latin_letters_costs_three_parts_for_one_of_them() {
    let settings =
        both("[templates.fr]\npaid_sms = 'Reçu n° {reference} – prêt ! {merchant} {title} {status_url}'");
    let payer = payer();
    for language in ["fr", "en"] {
        for merchant in ["Fête & Cœur", "L’Être – Œuvre", "Boutique “Nº 1” 🌸", "Pâtisserie Ḥamza"]
        {
            for occasion in Occasion::ALL {
                let facts =
                    Facts { language: Some(language), merchant, title: "Gâteau (ça)", ..facts(&payer) };
                let sms = message(&settings, occasion, Channel::Sms, &facts).unwrap();
                let length = gsm_length(&sms.text);
                assert!(length.is_some_and(|length| length <= 160), "{length:?}: {}", sms.text);
                let mail = message(&settings, occasion, Channel::Email, &facts).unwrap();
                assert!(mail.text.contains(merchant.trim()), "mail keeps its letters: {}", mail.text);
            }
        }
    }
    let facts = Facts { language: Some("fr"), merchant: "متجر النور", ..facts(&payer) };
    let sms = message(&both(""), Occasion::Paid, Channel::Sms, &facts).unwrap();
    assert!(sms.text.starts_with("متجر النور: commande ORD-2026-000123 payée"), "{}", sms.text);
}

#[test]
fn a_shop_is_told_what_its_sms_cost() {
    let unknown = applied(SMS).unwrap().0.sms_costs("Lampes", "");
    assert!(unknown.len() == 1 && unknown[0].contains("--public-url"), "{unknown:?}");
    let costs = |section: &str| applied(section).unwrap().0.sms_costs("Lampes", "https://pay.example.com");
    assert_eq!(
        costs(SMS),
        [
            "an SMS in fr costs: paid 1 part, failed 1 part, review 1 part",
            "an SMS in ar costs: paid 3 parts, failed 3 parts, review 3 parts",
            "an SMS in en costs: paid 1 part, failed 1 part, review 1 part",
        ]
    );
    let long = format!(
        "occasions = ['paid']\n{SMS}\n[templates.fr]\npaid_sms = '{}'",
        "Merci beaucoup. ".repeat(20)
    );
    assert_eq!(costs(&long)[0], "an SMS in fr costs: paid 3 parts");
    assert_eq!(costs(EMAIL), Vec::<String>::new());
}
