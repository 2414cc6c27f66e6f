//! The page at the root of the server, for people who typed its address: what is here, and where to look for an order
//! or for the API. It names no shop: who is paid here is between a shop and its customers.

use askama::Template;

use super::STYLE;
use super::language::Language;
use super::texts::{Texts, texts};

/// What the home page shows.
#[derive(Clone, Debug, Template)]
#[template(path = "home.html", whitespace = "minimize")]
pub(crate) struct HomePage {
    /// The visitor's language.
    pub(crate) language: Language,
    /// Where the API is described.
    pub(crate) docs_url: String,
    /// Says that nothing can be paid here, because the server is quiet.
    pub(crate) quiet: bool,
}

/// The sentences of the page in one language.
struct HomeTexts {
    word: &'static str,
    line: &'static str,
    developers: &'static str,
}

impl HomePage {
    /// The complete HTML page.
    pub(crate) fn render(&self) -> String {
        // Writing into a String cannot fail, so there is no error to pass on.
        Template::render(self).unwrap_or_default()
    }

    fn style(&self) -> &'static str {
        &STYLE
    }

    fn texts(&self) -> &'static Texts {
        texts(self.language)
    }

    fn told(&self) -> &'static HomeTexts {
        self.language.of(&FRENCH, &ARABIC, &ENGLISH)
    }
}

const FRENCH: HomeTexts = HomeTexts {
    word: "Paiements en ligne",
    line: "Des boutiques encaissent ici leurs commandes. Pour voir la vôtre, ouvrez le lien que la boutique vous a \
        donné par SMS ou par e-mail.",
    developers: "Pour les développeurs : l’API",
};

const ARABIC: HomeTexts = HomeTexts {
    word: "الدفع عبر الإنترنت",
    line: "تستقبل المتاجر هنا دفعات طلباتها. لرؤية طلبك، افتح الرابط الذي أرسله إليك المتجر في رسالة قصيرة أو بالبريد \
        الإلكتروني.",
    developers: "للمطوّرين: واجهة البرمجة",
};

const ENGLISH: HomeTexts = HomeTexts {
    word: "Online payments",
    line: "Shops are paid for their orders here. To see yours, open the link that the shop gave you by SMS or e-mail.",
    developers: "For developers: the API",
};
