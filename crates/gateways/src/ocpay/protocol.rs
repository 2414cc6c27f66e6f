//! What holds for both ends of the protocol: its names, its headers and its limits.

/// The gateway's name, on both ends.
pub(super) const NAME: &str = "ocpay";

/// The header of the access token: on both endpoints, and never `Authorization` (the authentication page).
pub(super) const TOKEN_HEADER: http::HeaderName = http::HeaderName::from_static("x-access-token");

/// The life of a link that nobody starts to pay: 20 minutes (the create-link page).
pub(super) const LINK_TTL_MS: i64 = 20 * 60 * 1000;

/// The least amount, in whole dinars (the create-link page).
pub(super) const LEAST_DINARS: i64 = 500;

/// The greatest amount, in whole dinars (the create-link page).
pub(super) const MOST_DINARS: i64 = 500_000;

/// The longest title, in characters (the create-link page).
pub(super) const TITLE_CHARS: usize = 200;

/// The longest description, in characters (the create-link page).
pub(super) const DESCRIPTION_CHARS: usize = 1000;

/// The longest success message, in characters (the create-link page).
pub(super) const SUCCESS_MESSAGE_CHARS: usize = 500;
