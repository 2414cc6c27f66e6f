//! The small page shown when there is no order to show: it says what to do, and never whose fault in
//! technical words.

use askama::Template;

use super::STYLE;
use super::language::Language;
use super::texts::{StateTexts, Texts, texts};

/// What the problem page shows.
#[derive(Clone, Debug, Template)]
#[template(path = "problem.html", whitespace = "minimize")]
pub(crate) struct ProblemPage {
    /// The customer's language.
    pub(crate) language: Language,
    /// What went wrong.
    pub(crate) kind: ProblemKind,
    /// The page to try again, where trying again makes sense.
    pub(crate) again_url: Option<String>,
}

/// What went wrong, in the customer's eyes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum ProblemKind {
    /// The link leads nowhere.
    NotFound,
    /// The payment link makes no orders any more.
    LinkOver,
    /// So much was asked for from there that it has to wait.
    TooMany,
    /// Our fault.
    Trouble,
}

impl ProblemPage {
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

    fn told(&self) -> &'static StateTexts {
        let texts = self.texts();
        match self.kind {
            ProblemKind::NotFound => &texts.not_found,
            ProblemKind::LinkOver => &texts.link_over,
            ProblemKind::TooMany => &texts.too_many,
            ProblemKind::Trouble => &texts.trouble,
        }
    }

    /// The drawing inside the postmark, as an SVG path on a 48 × 48 field.
    fn icon(&self) -> &'static str {
        match self.kind {
            ProblemKind::NotFound => "M19 20a5 5 0 1 1 7.5 4.3c-1.7 1-2.5 2-2.5 4.2M24 33.5h.1",
            ProblemKind::LinkOver | ProblemKind::TooMany => "M24 13v11l7 5",
            ProblemKind::Trouble => "M24 14v13M24 33.5h.1",
        }
    }
}
