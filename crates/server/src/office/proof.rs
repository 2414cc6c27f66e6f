//! The page that asks for the password again before something is done that touches money or access, and posts it with what was typed.

use askama::Template;
use axum::response::{IntoResponse as _, Response};

use crate::pages::Language;

use super::answer::page;
use super::desk::Desk;
use super::visitor::Visitor;

/// The field in which the password is asked for again.
pub(super) const PASSWORD: &str = "password";

/// The texts of one language.
#[derive(Debug)]
struct Texts {
    prove: &'static str,
    prove_line: &'static str,
    confirm: &'static str,
    wrong_password: &'static str,
    password: &'static str,
}

fn texts(language: Language) -> &'static Texts {
    language.of(&FRENCH, &ARABIC, &ENGLISH)
}

static FRENCH: Texts = Texts {
    prove: "Est-ce bien vous ?",
    prove_line: "Cette action touche à l’argent ou aux accès. Tapez votre mot de passe : ce que vous avez saisi est gardé.",
    confirm: "Confirmer",
    wrong_password: "Ce n’est pas votre mot de passe. Rien n’a encore été fait.",
    password: "Mot de passe",
};

static ARABIC: Texts = Texts {
    prove: "هل هذا أنت؟",
    prove_line: "هذا الإجراء يمس الأموال أو صلاحيات الدخول. اكتب كلمة السر: ما أدخلته محفوظ.",
    confirm: "تأكيد",
    wrong_password: "ليست كلمة سرك. لم يتغيّر شيء بعد.",
    password: "كلمة السر",
};

static ENGLISH: Texts = Texts {
    prove: "Is it you?",
    prove_line: "This touches money or access. Type your password: what you entered is kept.",
    confirm: "Confirm",
    wrong_password: "This is not your password. Nothing has been done yet.",
    password: "Password",
};

/// The page that asks for the password again before something is done, and posts it with what was typed.
#[derive(Template)]
#[template(path = "office/proof.html", whitespace = "minimize")]
pub(super) struct ProofPage {
    desk: Desk,
    words: &'static Texts,
    action: String,
    was_wrong: bool,
    kept: Vec<(String, String)>,
}

impl ProofPage {
    /// The page for an action at that path with these fields, as it is answered.
    pub(super) async fn answer(
        visitor: &Visitor,
        path: &str,
        was_wrong: bool,
        kept: Vec<(String, String)>,
    ) -> Response {
        let desk = match Desk::of(visitor, None).await {
            Ok(desk) => desk,
            Err(fault) => return visitor.problem(fault.into()).into_response(),
        };
        let words = texts(visitor.language());
        let action = format!("{}{path}", visitor.base());
        page(&ProofPage { desk, words, action, was_wrong, kept })
    }

    fn password(&self) -> &'static str {
        PASSWORD
    }
}
