//! The gateways: one folder for each vendor, with its wire types (shared by our client and by the dialect that
//! serves the vendor's own clients), and one list of them all.
//!
//! Nothing here knows SQL, an HTTP server or a clock.

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
mod redact;
mod rule_violation;
mod transport;
mod web_address;

pub use dialect::{
    Dialect, ExampleKey, IssuedCredential, Notification, Notifies, Operator, ResponseFields, Returns,
    VendorProfile, VendorRequest, VendorResponse,
};
pub use exchange::NOT_CALLED;
pub use gateway::{
    Account, AccountOption, AmountLimit, Callback, CallbackHint, Callbacks, Capabilities, Credential,
    Gateway, OpenTrouble, Signature, Words,
};
pub use guichet_core::{Currency, Money, Receipt, json_as_read};
pub use payin::{
    Backend, BackendRefusal, ClientCredential, Lookup, PayinFailure, PayinRequest, PayinStatus, PayinView,
};
pub use redact::redacted_within;
pub use rule_violation::RuleViolation;
pub use transport::{
    HttpTransport, MAX_BODY_BYTES, Request, Response, Transport, TransportError, is_out_of_descriptors,
};

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
