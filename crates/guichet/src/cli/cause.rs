//! Why a call over HTTP came to nothing.

/// What is behind an error of a call.
pub(super) fn cause(error: reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = &error.without_url();
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}
