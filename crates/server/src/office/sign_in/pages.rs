//! The pages for those who are not in yet, and the one that asks for the password again.

use askama::Template;

use crate::office::Office;
use crate::office::addresses::base;
use crate::operators::Welcome;
use crate::pages::{Language, Qr};

use super::texts::{Texts, texts};

/// The page to sign in.
#[derive(Template)]
#[template(path = "office/sign_in.html", whitespace = "minimize")]
pub(super) struct SignInPage {
    language: Language,
    base: String,
    words: &'static Texts,
    next: String,
    login: String,
    /// Why it did not work.
    wrong: Option<String>,
}

impl SignInPage {
    /// The page; `wrong` says that it did not work, or after how many seconds it may be tried again.
    pub(super) fn new(
        office: &Office,
        language: Language,
        next: Option<String>,
        login: String,
        wrong: Option<Option<i64>>,
    ) -> Self {
        let words = texts(language);
        let wrong = wrong.map(|retry_s| match retry_s {
            None => words.wrong.to_owned(),
            Some(seconds) => words.too_many.replace("{}", &seconds.to_string()),
        });
        SignInPage { language, base: base(office), words, next: next.unwrap_or_default(), login, wrong }
    }
}

/// What was chosen wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WrongChoice {
    /// The password breaks the rule.
    Password,
    /// The two passwords are not the same.
    Again,
    /// The code is not the one of now.
    Code,
}

/// The page that an invitation leads to.
#[derive(Template)]
#[template(path = "office/welcome.html", whitespace = "minimize")]
pub(super) struct WelcomePage {
    language: Language,
    base: String,
    words: &'static Texts,
    welcome: Welcome,
    qr: Option<Qr>,
    wrong: Option<WrongChoice>,
}

impl WelcomePage {
    pub(super) fn new(
        office: &Office,
        language: Language,
        welcome: Welcome,
        wrong: Option<WrongChoice>,
    ) -> Self {
        let qr = Qr::of(&welcome.secret_link);
        WelcomePage { language, base: base(office), words: texts(language), welcome, qr, wrong }
    }

    fn problem(&self, of: WrongChoice) -> Option<&'static str> {
        self.wrong.filter(|wrong| *wrong == of).map(|wrong| match wrong {
            WrongChoice::Password => self.words.bad_password,
            WrongChoice::Again => self.words.not_the_same,
            WrongChoice::Code => self.words.wrong_code,
        })
    }
}

/// The page with the codes that serve in the stead of one-time codes, which is shown once.
#[derive(Template)]
#[template(path = "office/recovery.html", whitespace = "minimize")]
pub(super) struct RecoveryPage {
    language: Language,
    base: String,
    words: &'static Texts,
    codes: Vec<String>,
}

impl RecoveryPage {
    pub(super) fn new(office: &Office, language: Language, codes: Vec<String>) -> Self {
        RecoveryPage { language, base: base(office), words: texts(language), codes }
    }
}
