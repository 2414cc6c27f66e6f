//! The gateways Guichet speaks, both ways: one folder each, with the vendor's wire types (shared
//! by our client and by the dialect that serves the vendor's own clients), and one list.
//!
//! Nothing here knows SQL, an HTTP server or a clock.

mod address;
pub mod cash;
pub mod catalogue;
pub mod cinetpay;
#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
mod dialect;
mod exchange;
mod feature;
mod gateway;
mod loss;
pub mod novasend;
pub mod ocpay;
mod payin;
mod scrub;
mod transport;

pub use dialect::{
    Dialect, ExampleKey, Issued, Manners, Notification, Notifies, Operator, Places, VendorRequest,
    VendorResponse,
};
pub use gateway::{
    Account, AmountLimit, Callback, CallbackHint, Callbacks, Capabilities, Credential, Gateway, OpenTrouble,
    RuleBroken, Signature,
};
pub use guichet_core::{Currency, Money};
pub use payin::{Backend, BackendRefusal, Claim, Lookup, PayinFailure, PayinRequest, PayinStatus, PayinView};
pub use scrub::scrubbed_within;
pub use transport::{HttpTransport, MAX_BODY_BYTES, Request, Response, Transport, TransportError};

/// Every gateway: one line each.
pub static GATEWAYS: &[&dyn Gateway] =
    &[&ocpay::OcPay, &cinetpay::CinetPay, &novasend::Novasend, &cash::Cash];

/// Every dialect: one line each.
pub static DIALECTS: &[&dyn Dialect] =
    &[&ocpay::OcPayDialect, &cinetpay::CinetPayDialect, &novasend::NovasendDialect];

/// The dialect of that name.
pub fn dialect(name: &str) -> Option<&'static dyn Dialect> {
    DIALECTS.iter().copied().find(|dialect| dialect.name() == name)
}

/// The gateway of that name.
pub fn find(name: &str) -> Option<&'static dyn Gateway> {
    GATEWAYS.iter().copied().find(|gateway| gateway.name() == name)
}
