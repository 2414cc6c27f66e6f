//! The browsable API reference: a page around RapiDoc, which is vendored, so that it also reads on a
//! machine without Internet. `assets/README.md` says where it comes from.

use std::sync::LazyLock;

use askama::Template;
use guichet_core::Code;

use super::{source_hash, squeeze};

/// RapiDoc, compressed with gzip.
pub(crate) const RAPIDOC: &[u8] = include_bytes!("../../assets/rapidoc-9.3.8.js.gz");

static DOCS_STYLE: LazyLock<String> = LazyLock::new(|| squeeze(include_str!("../../templates/docs.css")));
static DOCS_SCRIPT: LazyLock<String> = LazyLock::new(|| squeeze(include_str!("../../templates/docs.js")));

/// What stands above the operations.
#[derive(Template)]
#[template(path = "docs.html", whitespace = "minimize")]
pub(crate) struct DocsPage<'a> {
    /// The name of the API.
    pub title: &'a str,
    /// Its version.
    pub version: &'a str,
    /// What it is, in a paragraph.
    pub description: &'a str,
    /// The documents of the other APIs: the address of each, from this page on, and whose API it is.
    pub others: &'a [(String, String)],
}

impl DocsPage<'_> {
    /// The page.
    pub(crate) fn html(&self) -> String {
        // Writing into a String cannot fail, so there is no error to pass on.
        self.render().unwrap_or_default()
    }

    /// The kinds of problems: word, status and sentence.
    fn problems(&self) -> impl Iterator<Item = (&'static str, u16, &'static str)> {
        Code::ALL.iter().map(|code| (code.word(), code.status(), code.about()))
    }

    fn style(&self) -> &'static str {
        &DOCS_STYLE
    }

    fn script(&self) -> &'static str {
        &DOCS_SCRIPT
    }
}

/// The `Content-Security-Policy` of the reference. RapiDoc writes style into what it draws, so style is
/// free here; script is what this server serves, and nothing is loaded from or sent to anywhere else.
pub(crate) fn docs_security_policy() -> &'static str {
    static POLICY: LazyLock<String> = LazyLock::new(|| {
        format!(
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'self' {}; connect-src 'self'; \
             img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            source_hash(&DOCS_SCRIPT),
        )
    });
    &POLICY
}
