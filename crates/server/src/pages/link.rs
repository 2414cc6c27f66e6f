//! The page of a payment link: what the shop asks for, what the customer types for it, and a button. It makes nothing by
//! being opened.

use askama::Template;
use guichet_core::Money;

use super::CHECKOUT_STYLE;
use super::language::Language;
use super::payer_form::AskedField;
use super::shop::Shop;
use super::texts::{Texts, texts};

/// What the page of a payment link shows. Every text is escaped on its way into the page.
#[derive(Clone, Debug, Template)]
#[template(path = "link.html", whitespace = "minimize")]
pub(crate) struct LinkPage {
    /// The customer's language.
    pub(crate) language: Language,
    /// The shop.
    pub(crate) shop: Shop,
    /// What is being paid, in the shop's words.
    pub(crate) offer_title: String,
    /// More words of the shop's.
    pub(crate) description: Option<String>,
    /// What is to be paid, where the shop says how much.
    pub(crate) money: Option<Money>,
    /// The field for it, where the customer does.
    pub(crate) asked_amount: Option<AskedAmount>,
    /// What the customer fills in, posted as the field's name.
    pub(crate) fields: Vec<AskedField>,
    /// The mark of this page: sent twice, it makes one order.
    pub(crate) mark: String,
    /// Whether nobody can be paid at present.
    pub(crate) is_closed: bool,
    /// Where the form posts.
    pub(crate) form_action: String,
}

/// The field of an amount that the customer says.
#[derive(Clone, Debug)]
pub(crate) struct AskedAmount {
    /// What stands in it.
    pub(crate) value: String,
    /// The least.
    pub(crate) least: Money,
    /// The most.
    pub(crate) most: Money,
    /// Whether the value cannot be used.
    pub(crate) is_wrong: bool,
}

/// The sentences of one language.
struct LinkTexts {
    amount: &'static str,
    least: &'static str,
    most: &'static str,
    wrong: &'static str,
    go_on: &'static str,
    next: &'static str,
}

impl AskedAmount {
    fn currency(&self) -> &'static str {
        self.least.currency.code()
    }
}

impl LinkPage {
    /// The complete HTML page.
    pub(crate) fn render(&self) -> String {
        // Writing into a String cannot fail, so there is no error to pass on.
        Template::render(self).unwrap_or_default()
    }

    fn style(&self) -> &'static str {
        &CHECKOUT_STYLE
    }

    fn texts(&self) -> &'static Texts {
        texts(self.language)
    }

    fn words(&self) -> &'static LinkTexts {
        self.language.of(&FRENCH, &ARABIC, &ENGLISH)
    }

    fn shown(&self, money: &Money) -> String {
        self.language.money(*money)
    }

    /// What may be typed, in words.
    fn bounds(&self, asked: &AskedAmount) -> String {
        let words = self.words();
        let least = words.least.replace("{}", &self.language.money(asked.least));
        let most = words.most.replace("{}", &self.language.money(asked.most));
        format!("{least} {most}")
    }
}

static FRENCH: LinkTexts = LinkTexts {
    amount: "Combien payez-vous\u{a0}?",
    least: "Au moins {},",
    most: "au plus {}.",
    wrong: "Ce montant ne peut pas être payé ici\u{a0}: écrivez-le en chiffres, et rond s’il est trop précis.",
    go_on: "Continuer",
    next: "Vous choisissez ensuite comment payer. Rien n’est débité avant.",
};

static ARABIC: LinkTexts = LinkTexts {
    amount: "كم تدفع؟",
    least: "على الأقل {}،",
    most: "وعلى الأكثر {}.",
    wrong: "لا يمكن دفع هذا المبلغ هنا: اكتبه بالأرقام، ومدوّرًا إن كان دقيقًا جدًا.",
    go_on: "متابعة",
    next: "تختار بعد ذلك وسيلة الدفع. لن يُقتطع شيء قبلها.",
};

static ENGLISH: LinkTexts = LinkTexts {
    amount: "How much do you pay?",
    least: "At least {},",
    most: "at most {}.",
    wrong: "This amount cannot be paid here: write it in digits, and round if it is too exact.",
    go_on: "Continue",
    next: "You choose how to pay next. Nothing is taken before.",
};
