//! The codes that CinetPay is known to answer, and the meaning of each for a payment that is checked and for one
//! that is being opened. A code that is not listed means nothing; it never means "failed".

/// The meaning of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The money came.
    Paid,
    /// It can still come.
    Waiting {
        /// Whether the payer has begun.
        processing: bool,
    },
    /// It will not come: the operator declined.
    Declined,
    /// It will not come: the payer cancelled, or nobody paid.
    Cancelled,
    /// The call was refused and did nothing; our code for that.
    Refused(&'static str),
    /// One code for many errors: with HTTP 4xx the call did nothing; our code for that.
    Vague(&'static str),
    /// There is a payment, but the code does not tell its status; or the gateway has an error. Our code for that.
    Nothing(&'static str),
}

/// One line of the table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Code {
    /// Always a text on the wire, also where it looks like a number.
    pub(super) code: &'static str,
    /// The vendor's word for it; empty where none is published.
    pub(super) message: &'static str,
    /// The meaning.
    pub(super) meaning: Meaning,
}

/// Paid.
pub(super) const SUCCES: &str = "00";
/// A transaction was initialised.
pub(super) const CREATED: &str = "201";
/// Wrong or missing parameters; the `description` says which.
pub(super) const FIELDS: &str = "608";

/// The answer to what has no code of its own.
pub(super) const UNKNOWN_ERROR: &str = "624";
/// The apikey is not known.
pub(super) const UNKNOWN_KEY: &str = "609";
/// The site does not go with the apikey.
pub(super) const UNKNOWN_SITE: &str = "613";
/// The call may not be made.
pub(super) const NOT_ALLOWED: &str = "403";
/// Too many calls.
pub(super) const TOO_MANY: &str = "429";
/// The gateway is in trouble.
pub(super) const UNAVAILABLE: &str = "603";
/// Less than the least amount.
pub(super) const AMOUNT_TOO_LOW: &str = "641";
/// More than the most.
pub(super) const AMOUNT_TOO_HIGH: &str = "642";
/// The transaction_id was used before.
pub(super) const DOUBLE: &str = "620";
/// Nobody has begun to pay.
pub(super) const OPEN: &str = "662";
/// The payer has begun.
pub(super) const PROCESSING: &str = "623";
/// The operator declined.
pub(super) const FAILED: &str = "600";
/// The payer cancelled.
pub(super) const CANCELLED: &str = "627";

const WAITING: Meaning = Meaning::Waiting { processing: true };
const BEFORE: Meaning = Meaning::Waiting { processing: false };
const KEY: Meaning = Meaning::Refused("gateway_unauthorised");
const INVALID: Meaning = Meaning::Refused("gateway_validation");
const AMOUNT: Meaning = Meaning::Refused("gateway_amount_out_of_range");
const FORBIDDEN: Meaning = Meaning::Refused("gateway_forbidden");
const LIMIT: Meaning = Meaning::Refused("gateway_limit_reached");
const OPERATOR: Meaning = Meaning::Refused("gateway_operator_unavailable");
const UNWELL: Meaning = Meaning::Nothing("gateway_error");
const EXISTS: Meaning = Meaning::Nothing("gateway_has_it_already");
const REFUND: Meaning = Meaning::Nothing("gateway_refunds");

const fn row(code: &'static str, message: &'static str, meaning: Meaning) -> Code {
    Code { code, message, meaning }
}

/// The table, by source.
pub(super) static CODES: &[Code] = &[
    // The vendor's table of codes.
    row(SUCCES, "SUCCES", Meaning::Paid),
    row(CREATED, "CREATED", BEFORE),
    row(FAILED, "PAYMENT_FAILED", Meaning::Declined),
    row("602", "INSUFFICIENT_BALANCE", Meaning::Declined),
    row("604", "OTP_CODE_ERROR", Meaning::Declined),
    row("606", "INCORRECT_SETTINGS", Meaning::Declined),
    row(FIELDS, "MINIMUM_REQUIRED_FIELDS", INVALID),
    row(UNKNOWN_KEY, "AUTH_NOT_FOUND", KEY),
    row(PROCESSING, "WAITING_CUSTOMER_TO_VALIDATE", WAITING),
    row(UNKNOWN_ERROR, "UNKNOWN_ERROR", Meaning::Vague("gateway_refused")),
    row("625", "ABONNEMENT_OR_TRANSACTIONS_EXPIRED", Meaning::Refused("gateway_service_expired")),
    row(CANCELLED, "TRANSACTION_CANCEL", Meaning::Cancelled),
    row(OPEN, "WAITING_CUSTOMER_PAYMENT", BEFORE),
    row("663", "WAITING_CUSTOMER_OTP_CODE", WAITING),
    // The vendor's page of frequent problems.
    row(NOT_ALLOWED, "FORBIDDEN", FORBIDDEN),
    row(TOO_MANY, "TOO_MANY_REQUEST", Meaning::Refused("gateway_rate_limited")),
    row(UNKNOWN_SITE, "ERROR_SITE_ID_NOTVALID", KEY),
    row("1010", "", Meaning::Refused("gateway_no_user_agent")),
    // A later version of the guide.
    row(UNAVAILABLE, "SERVICE_UNAVAILABLE", UNWELL),
    row("635", "ERROR_PHONE_NUMBER_NOT_FOUND", INVALID),
    row("636", "ERROR_PHONE_NUMBER_NOT_SUPPORTED", INVALID),
    row(AMOUNT_TOO_LOW, "ERROR_AMOUNT_TOO_LOW", AMOUNT),
    row(AMOUNT_TOO_HIGH, "ERROR_AMOUNT_TOO_HIGH", AMOUNT),
    // A third party reads it as FRAUD_DETECTED; the vendor's own meaning loses nobody's money.
    row("664", "WAITING_CUSTOMER_PAYMENT_AT_OPERATOR_SIDE", WAITING),
    row("804", "OPERATOR_UNAVAILABLE", OPERATOR),
    row("807", "", LIMIT),
    row("808", "", LIMIT),
    row("809", "", LIMIT),
    row("810", "", LIMIT),
    row("811", "", LIMIT),
    row("812", "", LIMIT),
    // Constants that third parties list; not verified.
    row("601", "MERCHANT_NOT_FOUND", KEY),
    row("605", "TRANSACTION_CLOSED", EXISTS),
    row("607", "PENDING", WAITING),
    row("610", "ERROR_PAYMETHOD_NOTFOUND", INVALID),
    row("611", "ERROR_AMOUNT_TYPE", INVALID),
    row("612", "ERROR_CURRENCY_NOTVALID", INVALID),
    row("614", "", INVALID),
    row("615", "", INVALID),
    row("616", "", INVALID),
    row("617", "", INVALID),
    row("618", "", INVALID),
    row("619", "", INVALID),
    // Spelled so by those who list it.
    row(DOUBLE, "ERROR_DOUBLE_PAYEMNT", EXISTS),
    row("621", "OMPAY_UNAVAILABLE", OPERATOR),
    row("622", "MOMOPAY_UNAVAILABLE", OPERATOR),
    row("626", "FLOOZPAY_UNAVAILABLE", OPERATOR),
    row("628", "INTERNAL_ERROR", UNWELL),
    row("629", "GENERAL_FAILURE", UNWELL),
    row("638", "SECURE_PAYMENT_WAITING_CONFIRMATION", Meaning::Nothing("gateway_awaits_confirmation")),
    row("660", "REFUNDED", REFUND),
    row("661", "REFUNDING_IN_PROCESS", REFUND),
    row("800", "ACCESS_RESTRICTED", FORBIDDEN),
    row("801", "QUOTA_REACHED", LIMIT),
    row("802", "PAYMENT_METHOD_DISABLED", Meaning::Refused("gateway_refused")),
    row("803", "OTP_VALIDATION", Meaning::Nothing("gateway_awaits_otp")),
];

/// The meaning of a code; `None` for one that is not listed. Exactly the text counts: `0`, ` 00` and `00 `
/// are other codes.
pub(super) fn meaning(code: &str) -> Option<Meaning> {
    CODES.iter().find(|row| row.code == code).map(|row| row.meaning)
}

/// The vendor's word for a code; empty where there is none.
pub(super) fn message(code: &str) -> &'static str {
    CODES.iter().find(|row| row.code == code).map_or("", |row| row.message)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_code_stands_once() {
        let codes: BTreeSet<&str> = CODES.iter().map(|row| row.code).collect();
        assert_eq!(codes.len(), CODES.len());
        assert_eq!((meaning("00"), message("00")), (Some(Meaning::Paid), "SUCCES"));
        for near in ["", "0", "000", " 00", "00 ", "200", "SUCCES", "SUCCESS", "6OO"] {
            assert_eq!((meaning(near), message(near)), (None, ""), "{near}");
        }
    }

    #[test]
    fn only_the_documented_words_are_final() {
        let of = |wanted: fn(Meaning) -> bool| -> Vec<&str> {
            CODES.iter().filter(|row| wanted(row.meaning)).map(|row| row.code).collect()
        };
        assert_eq!(of(|meaning| meaning == Meaning::Paid), ["00"]);
        assert_eq!(of(|meaning| meaning == Meaning::Declined), ["600", "602", "604", "606"]);
        assert_eq!(of(|meaning| meaning == Meaning::Cancelled), ["627"]);
        assert_eq!(
            of(|meaning| matches!(meaning, Meaning::Waiting { .. })),
            ["201", "623", "662", "663", "664", "607"]
        );
    }
}
