//! A picture as OneEntry's clients are shown one. Guichet knows its address and nothing more.

use serde::Serialize;

/// OneEntry's `IPicture`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Picture {
    filename: String,
    download_link: String,
    size: i64,
    preview_link: String,
}

impl Picture {
    /// The picture at that address.
    pub(crate) fn at(url: &str) -> Self {
        let path = url.split(['?', '#']).next().unwrap_or_default();
        Picture {
            filename: path.rsplit('/').next().unwrap_or_default().to_owned(),
            download_link: url.to_owned(),
            size: 0,
            preview_link: url.to_owned(),
        }
    }
}
