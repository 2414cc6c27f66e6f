//! The check of addresses to which customers are sent.

/// Whether a text is an address that a browser may be sent to. Vendors require public ones; local ones are
/// accepted, so that everything works on one machine too.
pub(crate) fn is_web_address(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}
