//! The check of addresses to which customers are sent.

/// Whether a text is an address that a browser may be sent to. Vendors require public ones; local ones are
/// accepted, so that everything works on one machine too.
pub(crate) fn is_web_address(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// Whether a text is an address to which a shop may have its customers returned: on the web, or in an app that
/// has a scheme of its own. Which apps are a merchant's is for the backend to know.
pub(crate) fn is_return_address(text: &str) -> bool {
    let has_authority = |url: &url::Url| url.as_str()[url.scheme().len()..].starts_with("://");
    let runs = |scheme: &str| matches!(scheme, "javascript" | "data" | "vbscript" | "blob" | "file");
    is_web_address(text)
        || url::Url::parse(text)
            .is_ok_and(|url| !url.is_special() && has_authority(&url) && !runs(url.scheme()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shops_have_sites_and_apps() {
        for (text, web, app) in [
            ("https://shop.example/thanks", true, true),
            ("http://localhost:3000", true, true),
            ("shopapp://paid?order=7", false, true),
            ("shopapp:paid", false, false),
            ("javascript://x/%0aalert(1)", false, false),
            ("data:text/html,x", false, false),
            ("file:///etc/passwd", false, false),
            ("ftp://shop.example", false, false),
            ("shop.example", false, false),
            ("", false, false),
        ] {
            assert_eq!((is_web_address(text), is_return_address(text)), (web, app), "{text}");
        }
    }
}
