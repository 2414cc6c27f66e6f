//! OCPay (OneClickDz, Algeria): hosted card payment in whole dinars, learnt of by asking only, for
//! there are no notifications. Written after the vendor's public documentation of the v3 API
//! (create-link, check-payment, error-handling, status-polling) and its published client libraries.

mod client;
mod dialect;
mod read;
mod rules;
pub mod wire;

pub use client::OcPay;
pub use dialect::OcPayDialect;

/// The gateway's name, on both ends.
const NAME: &str = "ocpay";

/// Who is calling: on both endpoints, and never `Authorization` (the authentication page).
const TOKEN_HEADER: http::HeaderName = http::HeaderName::from_static("x-access-token");

/// A link that nobody starts to pay lapses after 20 minutes (the create-link page).
const LINK_TTL_MS: i64 = 20 * 60 * 1000;

/// The least amount, in whole dinars (the create-link page).
const LEAST_DINARS: i64 = 500;

/// The greatest amount, in whole dinars (the create-link page).
const MOST_DINARS: i64 = 500_000;

/// The longest title, in characters (the create-link page).
const TITLE_CHARS: usize = 200;

/// The longest description, in characters (the create-link page).
const DESCRIPTION_CHARS: usize = 1000;

/// The longest success message, in characters (the create-link page).
const SUCCESS_MESSAGE_CHARS: usize = 500;
