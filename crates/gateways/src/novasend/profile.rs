//! The profile of Novasend: what the sandbox and the server need to know of the vendor beside its messages.

use guichet_core::Channel;

use super::protocol::LINK_TTL_MS;
use crate::dialect::{ExampleKey, Notifies, Operator, ResponseFields, Returns, VendorProfile};
use crate::feature::Feature;

const fn operator(code: &'static str, name: &'static str, asks_otp: bool, asks_on_phone: bool) -> Operator {
    Operator { code, name, channel: Channel::MobileMoney, asks_otp, asks_on_phone }
}

pub(super) static PROFILE: VendorProfile = VendorProfile {
    title: "Novasend",
    credentials: &["api_key", "api_client", "webhook_secret"],
    endpoints: &[
        ("POST", "/v1/payin/sessions", "makes a payin"),
        ("GET", "/v1/payin/{reference}", "says how it stands, by either reference"),
    ],
    fields: &[
        ("reference", "reference"),
        // The protocol has no title: one is made of the reference.
        ("title", "reference"),
        ("amount", "amount"),
        // The country decides the currency.
        ("currency", "country"),
        ("return_url", "action.successUrl"),
        ("failure_url", "action.failureUrl"),
        ("payer.family_name", "customerName"),
        ("payer.given_name", "customerName"),
        ("payer.phone", "msisdn"),
        ("payer.country", "country"),
    ],
    speaks: &[
        ("accountId", Feature::SubAccount),
        ("msisdn", Feature::PayerPhone),
        ("customerName", Feature::PayerName),
        ("action.failureUrl", Feature::FailureAddress),
        ("fee", Feature::Fee),
        ("confirmationStatus", Feature::Consent),
        ("transaction.status", Feature::Processing),
        ("transaction.reference", Feature::OwnReference),
        ("transaction.phoneNumber", Feature::PaidFrom),
        ("failure", Feature::FailureKind),
    ],
    currencies: &["XOF", "XAF"],
    link_ttl_ms: LINK_TTL_MS,
    // The providers of the docs' direct payin, with what the docs say about each.
    operators: &[
        operator("WAVE", "Wave", false, false),
        operator("ORANGE", "Orange Money", true, false),
        operator("MOMO", "MTN MoMo", false, true),
        operator("MOOV", "Moov Money", false, true),
    ],
    // The fee schedule is published nowhere; the guide's example has 2 %.
    fee_per_mille: 20,
    notifies: Notifies::BySetting,
    returns: Returns::WhenPaid,
    response_fields: ResponseFields {
        amounts: &["/amount", "/transaction/amount"],
        currencies: &["/currency", "/transaction/currency"],
        environments: &[],
        references: &["/id", "/reference", "/customerReference"],
        statuses: &["/status", "/transaction/status"],
        details: &[("", "transaction")],
        premature: &[("/status", "processed"), ("/confirmationStatus", "accepted")],
    },
    example_keys: &[ExampleKey {
        example: "any-key:any-client",
        meaning: "any two texts without spaces and colons, as user name and password of Basic authentication",
    }],
    beside_sandbox: &[
        "Novasend keeps test and live apart by key, but says that even its test payments move real money; here none does.",
        "Its fees are published nowhere: 2 % here, as in the guide's example.",
        "How long its link lives, how often and when it notifies again, and what it says to a second reference or key are documented nowhere: here it is 15 minutes, and the refusals are our choice.",
        "It refuses credentials that it did not issue, with 401, 403 or 404; here any pair is a merchant.",
    ],
    document: include_str!("openapi.json"),
};
