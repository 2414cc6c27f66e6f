//! What a customer is told about their account at a shop's front: the code that proves an address, and
//! that somebody tried to sign up with it. As with the other texts, a missing translation does not
//! compile, and French and English SMS keep to the letters of a phone network's seven-bit alphabet.

use guichet_core::DeliveryId;

use crate::pages::Language;

use super::gsm::folded;
use super::part::Part;
use super::template::Template;
use super::texts::Texts;
use super::wording::{cut, one_line};
use super::{Channel, Message, MessageSettings};

/// What an account's customer is told.
#[derive(Clone, Copy)]
pub(crate) enum About<'a> {
    /// A code to prove the address with.
    Code {
        /// The digits.
        code: &'a str,
        /// For how many minutes it serves.
        minutes: i64,
    },
    /// Somebody tried to sign up with this address, which has an account.
    SignUpTried,
}

/// A message about an account at the front of that merchant, to that address.
pub(crate) fn account_message(
    settings: &MessageSettings,
    (channel, to): (Channel, String),
    (merchant, locale): (&str, &str),
    about: About<'_>,
    (id, at_ms): (DeliveryId, i64),
) -> Message {
    let language = settings.language(Some(locale));
    let texts = texts(language, about);
    let (subject, text) = match channel {
        Channel::Email => (texts.subject, write(Part::Text, texts.text, language, merchant, about)),
        Channel::Sms => ("", write(Part::Sms, texts.sms, language, merchant, about)),
    };
    let subject = one_line(&write(Part::Subject, subject, language, merchant, about));
    Message { id, channel, to, subject, text, language, at_ms }
}

fn write(part: Part, template: &str, language: Language, merchant: &str, about: About<'_>) -> String {
    // The standard texts are read in the tests.
    let Ok(template) = Template::wording(template) else { return String::new() };
    let text = template.fill_sentence(|word| {
        let value = match (word, about) {
            ("merchant", _) => cut(one_line(merchant), 60, part),
            ("code", About::Code { code, .. }) => code.to_owned(),
            ("minutes", About::Code { minutes, .. }) => minutes.to_string(),
            (_, About::Code { .. } | About::SignUpTried) => String::new(),
        };
        // First-strong isolate and its end, as in the messages about orders.
        let isolated = language == Language::Ar && part == Part::Text && !value.is_empty();
        if isolated { format!("\u{2068}{value}\u{2069}") } else { value }
    });
    let folds = part == Part::Sms && language != Language::Ar;
    cut(if folds { folded(&text) } else { text }, part.most(), part)
}

fn texts(language: Language, about: About<'_>) -> &'static Texts {
    let (code, tried) = match language {
        Language::Fr => (&FRENCH_CODE, &FRENCH_TRIED),
        Language::Ar => (&ARABIC_CODE, &ARABIC_TRIED),
        Language::En => (&ENGLISH_CODE, &ENGLISH_TRIED),
    };
    match about {
        About::Code { .. } => code,
        About::SignUpTried => tried,
    }
}

static FRENCH_CODE: Texts = Texts {
    subject: "{merchant}\u{a0}: votre code",
    text: "Bonjour,\n\n\
        Votre code pour {merchant}\u{a0}:\n\n\
        {code}\n\n\
        Il est valable {minutes}\u{a0}minutes. Ne le donnez à personne. Si vous n’avez rien demandé, \
        ignorez ce message\u{a0}: sans ce code, rien ne change.\n\n\
        {merchant}\n",
    sms: "{merchant}: votre code est {code}, valable {minutes} min. Ne le donnez à personne.",
};

static FRENCH_TRIED: Texts = Texts {
    subject: "{merchant}\u{a0}: vous avez déjà un compte",
    text: "Bonjour,\n\n\
        Quelqu’un a voulu s’inscrire chez {merchant} avec cette adresse, qui a déjà un compte. Rien n’a \
        changé. Si c’était vous, connectez-vous, ou demandez un code pour choisir un nouveau mot de passe. \
        Sinon, ignorez ce message.\n\n\
        {merchant}\n",
    sms: "{merchant}: quelqu'un a voulu s'inscrire avec ce numéro, qui a déjà un compte. Rien n'a changé.",
};

static ARABIC_CODE: Texts = Texts {
    subject: "رمزك لدى {merchant}",
    text: "مرحبًا،\n\n\
        رمزك لدى {merchant}:\n\n\
        {code}\n\n\
        الرمز صالح لمدة {minutes} دقيقة. لا تعطه لأحد. إذا لم تطلب شيئًا فتجاهل هذه الرسالة: لا يتغير أي \
        شيء من دون هذا الرمز.\n\n\
        {merchant}\n",
    sms: "متجر {merchant}: رمزك هو {code}، صالح لمدة {minutes} دقيقة. لا تعطه لأحد.",
};

static ARABIC_TRIED: Texts = Texts {
    subject: "لديك حساب لدى {merchant}",
    text: "مرحبًا،\n\n\
        حاول شخص ما التسجيل لدى {merchant} بهذا العنوان، وله حساب من قبل. لم يتغير أي شيء. إذا كنت أنت من \
        حاول فسجّل الدخول، أو اطلب رمزًا لاختيار كلمة مرور جديدة. وإلا فتجاهل هذه الرسالة.\n\n\
        {merchant}\n",
    sms: "متجر {merchant}: حاول شخص ما التسجيل بهذا الرقم، وله حساب من قبل. لم يتغير أي شيء.",
};

static ENGLISH_CODE: Texts = Texts {
    subject: "{merchant}: your code",
    text: "Hello,\n\n\
        Your code for {merchant} is:\n\n\
        {code}\n\n\
        It is valid for {minutes} minutes. Give it to nobody. If you did not ask for anything, ignore this \
        message: nothing changes without the code.\n\n\
        {merchant}\n",
    sms: "{merchant}: your code is {code}, valid for {minutes} min. Give it to nobody.",
};

static ENGLISH_TRIED: Texts = Texts {
    subject: "{merchant}: you have an account already",
    text: "Hello,\n\n\
        Somebody tried to sign up at {merchant} with this address, which has an account already. Nothing \
        has changed. If it was you, sign in, or ask for a code to choose a new password. Otherwise, ignore \
        this message.\n\n\
        {merchant}\n",
    sms: "{merchant}: somebody tried to sign up with this number, which has an account. Nothing has changed.",
};

#[cfg(test)]
mod tests {
    use super::*;

    fn said(locale: &str, channel: Channel, about: About<'_>) -> Message {
        let (settings, to) = (MessageSettings::default(), (channel, "amina@example.com".to_owned()));
        let shop = ("La Maison\r\nBcc: x", locale);
        account_message(&settings, to, shop, about, (DeliveryId::new(1, [1; 10]), 1))
    }

    #[test]
    fn every_language_says_the_code_and_who_writes() {
        let about = About::Code { code: "048213", minutes: 10 };
        for locale in ["fr_FR", "ar_DZ", "en_US", "xx"] {
            for channel in [Channel::Email, Channel::Sms] {
                let message = said(locale, channel, about);
                for word in ["048213", "10", "La Maison  Bcc: x"] {
                    assert!(message.text.contains(word), "{locale}: {word}: {}", message.text);
                }
                assert!(!message.subject.contains("048213"), "subjects stand on locked screens");
                assert_eq!(message.subject.is_empty(), channel == Channel::Sms);
                assert!(!message.subject.contains(['\r', '\n']) && !message.text.contains(['{', '}', '\r']));
                let tried = said(locale, channel, About::SignUpTried);
                assert!(
                    tried.text.contains("La Maison") && !tried.text.contains(['{', '}']),
                    "{}",
                    tried.text
                );
                assert_ne!(tried.text, message.text);
            }
        }
        assert_eq!(said("xx", Channel::Sms, about).language, Language::Fr);
    }

    #[test]
    fn an_sms_is_one_part() {
        let seven_bit = |c: char| c.is_ascii_graphic() || matches!(c, ' ' | 'é' | 'à');
        for about in [About::Code { code: "048213", minutes: 10 }, About::SignUpTried] {
            for locale in ["fr_FR", "en_US"] {
                let text = said(locale, Channel::Sms, about).text;
                assert!(text.chars().count() <= 160 && text.chars().all(seven_bit), "{text}");
            }
        }
    }
}
