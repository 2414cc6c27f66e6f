//! The profile of CinetPay: what the sandbox and the server need to know of the vendor beside its messages.

use guichet_core::Channel;

use super::protocol::LINK_TTL_MS;
use crate::dialect::{ExampleKey, Notifies, Operator, ResponseFields, Returns, VendorProfile};
use crate::feature::Feature;

const fn operator(code: &'static str, name: &'static str, channel: Channel) -> Operator {
    Operator { code, name, channel, asks_otp: false, asks_on_phone: false }
}

pub(super) static PROFILE: VendorProfile = VendorProfile {
    title: "CinetPay",
    credentials: &["apikey", "site_id", "secret_key"],
    endpoints: &[
        ("POST", "/v2/payment", "opens a payment"),
        ("POST", "/v2/payment/check", "says how it stands"),
    ],
    fields: &[
        ("reference", "transaction_id"),
        ("amount", "amount"),
        ("currency", "currency"),
        ("title", "description"),
        ("description", "description"),
        ("return_url", "return_url"),
        ("notify_url", "notify_url"),
        ("payer.family_name", "customer_name"),
        ("payer.given_name", "customer_surname"),
        ("payer.email", "customer_email"),
        ("payer.phone", "customer_phone_number"),
        ("payer.address", "customer_address"),
        ("payer.city", "customer_city"),
        ("payer.country", "customer_country"),
        ("payer.state", "customer_state"),
        ("payer.zip_code", "customer_zip_code"),
        ("presentation.receipt", "invoice_data"),
    ],
    speaks: &[
        ("description (beyond 200 characters)", Feature::Description),
        ("customer_name, customer_surname", Feature::PayerName),
        ("customer_email", Feature::PayerEmail),
        ("customer_phone_number", Feature::PayerPhone),
        ("customer_address, customer_city, customer_country, …", Feature::PayerAddress),
        ("lang", Feature::Language),
        ("channels", Feature::Channels),
        ("lock_phone_number", Feature::LockedPhone),
        ("invoice_data", Feature::ReceiptLines),
        ("metadata", Feature::Notes),
        ("data.payment_method", Feature::Operator),
        ("data.phone_number, cel_phone_num", Feature::PaidFrom),
        ("data.operator_id", Feature::TransactionNumber),
        ("data.fund_availability_date", Feature::FundsDate),
        ("623, WAITING…", Feature::Processing),
        ("600, 627", Feature::FailureKind),
    ],
    currencies: &["XOF", "XAF", "CDF", "GNF", "USD"],
    link_ttl_ms: LINK_TTL_MS,
    operators: &[
        Operator { asks_otp: true, ..operator("OM", "Orange Money", Channel::MobileMoney) },
        Operator { asks_on_phone: true, ..operator("MOMO", "MTN MoMo", Channel::MobileMoney) },
        Operator { asks_on_phone: true, ..operator("FLOOZ", "Moov Money", Channel::MobileMoney) },
        operator("WAVE", "Wave", Channel::Wallet),
        operator("CARD", "Bank card", Channel::Card),
    ],
    fee_per_mille: 0,
    notifies: Notifies::ByRequest,
    returns: Returns::Always,
    response_fields: ResponseFields {
        amounts: &["/data/amount"],
        currencies: &["/data/currency"],
        environments: &[],
        references: &["/data/payment_token"],
        statuses: &["/code", "/data/status"],
        details: &[("/data", "amount")],
        premature: &[],
    },
    example_keys: &[ExampleKey {
        example: "12912847765bc0db748fdd44.40081707 445160",
        meaning: "any apikey of letters, digits, dots and dashes, with any site_id of digits: play money, \
                  though the vendor itself has no sandbox and its answers do not say so",
    }],
    beside_sandbox: &[
        "CinetPay calls the notification and return addresses by GET first, to see whether they answer; here nothing is called before the notification itself.",
        "It has no test mode for this API: its real page takes real money.",
        "How long a page can be paid, how often it notifies again, and the code for a transaction_id that was used before are documented nowhere: here they are our choice.",
        "It refuses a key or a site that it did not issue, and a client that names itself by no User-Agent; here any key of its form is a merchant.",
    ],
    document: include_str!("openapi.json"),
};
