//! What the page of one's own account says.

use crate::pages::Language;

/// The texts of one language.
#[derive(Debug)]
pub(super) struct Texts {
    pub(super) login: &'static str,
    pub(super) roles: &'static str,
    pub(super) all_shops: &'static str,
    pub(super) test_only: &'static str,
    pub(super) sessions: &'static str,
    pub(super) sessions_line: &'static str,
    pub(super) browser: &'static str,
    pub(super) address: &'static str,
    pub(super) since: &'static str,
    pub(super) used: &'static str,
    pub(super) this_one: &'static str,
    pub(super) end: &'static str,
    pub(super) sign_out: &'static str,
}

/// The texts of a language.
pub(super) fn texts(language: Language) -> &'static Texts {
    language.of(&FRENCH, &ARABIC, &ENGLISH)
}

static FRENCH: Texts = Texts {
    login: "Identifiant",
    roles: "Vos rôles",
    all_shops: "toutes les boutiques",
    test_only: "argent de test seulement",
    sessions: "Où vous êtes connecté",
    sessions_line: "Un navigateur que vous ne reconnaissez pas ? Fermez-le ici, puis demandez un nouveau lien.",
    browser: "Navigateur",
    address: "Adresse",
    since: "Connecté depuis",
    used: "Utilisé",
    this_one: "celui-ci",
    end: "Fermer",
    sign_out: "Se déconnecter",
};

static ARABIC: Texts = Texts {
    login: "اسم الدخول",
    roles: "أدوارك",
    all_shops: "كل المتاجر",
    test_only: "نقود تجريبية فقط",
    sessions: "أين سجّلت الدخول",
    sessions_line: "متصفح لا تعرفه؟ أغلقه هنا، ثم اطلب رابطا جديدا.",
    browser: "المتصفح",
    address: "العنوان",
    since: "متصل منذ",
    used: "آخر استعمال",
    this_one: "هذا",
    end: "إغلاق",
    sign_out: "تسجيل الخروج",
};

static ENGLISH: Texts = Texts {
    login: "Login",
    roles: "Your roles",
    all_shops: "all shops",
    test_only: "test money only",
    sessions: "Where you are signed in",
    sessions_line: "A browser that you do not know? End it here, then ask for a new link.",
    browser: "Browser",
    address: "Address",
    since: "Signed in since",
    used: "Used",
    this_one: "this one",
    end: "End",
    sign_out: "Sign out",
};
