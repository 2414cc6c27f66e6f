//! The gateways Guichet speaks, both ways: one folder each, with the vendor's wire types (shared
//! by our client and by the dialect that serves the vendor's own clients), and one list.
//!
//! Nothing here knows SQL, an HTTP server or a clock.

pub mod cash;
pub mod conformance;
mod dialect;
mod gateway;
pub mod ocpay;
mod payin;
mod scrub;
mod transport;

pub use dialect::{Dialect, VendorRequest, VendorResponse};
pub use gateway::{
    Account, AmountLimit, AmountUnit, Callback, CallbackHint, Capabilities, Gateway, OpenTrouble, RuleBroken,
};
pub use payin::{Backend, BackendRefusal, PayinRequest, PayinStatus, PayinView};
pub use scrub::scrubbed_within;
pub use transport::{HttpTransport, MAX_BODY_BYTES, Request, Response, Transport, TransportError};

/// Every gateway: one line each.
pub static GATEWAYS: &[&dyn Gateway] = &[&ocpay::OcPay, &cash::Cash];

/// Every dialect: one line each.
pub static DIALECTS: &[&dyn Dialect] = &[&ocpay::OcPayDialect];

/// The gateway of that name.
pub fn find(name: &str) -> Option<&'static dyn Gateway> {
    GATEWAYS.iter().copied().find(|gateway| gateway.name() == name)
}
