//! Addresses within the back office: where it begins, where one signs in, and where one goes on, which is never another server.

use url::form_urlencoded;

use super::Office;

/// Where the back office is.
pub(super) const PREFIX: &str = "/office";

/// Where one comes who wanted nothing in particular.
const FIRST: &str = "/today";

/// Where the office's own pages begin, the path of the server's address before them.
pub(super) fn base(office: &Office) -> String {
    format!("{}{PREFIX}", office.app.public_url().path())
}

/// Where one signs in, to come to `wanted` then.
pub(super) fn sign_in(office: &Office, wanted: Option<&str>) -> String {
    let base = base(office);
    match wanted.filter(|wanted| *wanted != "/") {
        Some(wanted) => {
            let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", wanted).finish();
            format!("{base}/sign-in?{query}")
        }
        None => format!("{base}/sign-in"),
    }
}

/// Where to go on: a path of the office's own, as it was handed around, or the first screen.
pub(super) fn onward(office: &Office, next: Option<&str>) -> String {
    let is_own = |next: &&str| {
        next.starts_with('/')
            && !next.starts_with("//")
            && !next.contains(['\\', '\r', '\n'])
            && !next.starts_with("/sign-in")
    };
    format!("{}{}", base(office), next.filter(is_own).unwrap_or(FIRST))
}
