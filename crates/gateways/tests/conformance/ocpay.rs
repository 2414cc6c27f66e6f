//! OCPay under test.

use guichet_gateways::conformance::{CheckCase, Checks, OpenCase, Opens, Subject, Vendor, answer};
use guichet_gateways::{TransportError, find};

use super::{account, request};

const OPENED: &str = include_str!("../../src/ocpay/golden/create_link.response.json");
const PAID: &str = include_str!("../../src/ocpay/golden/check_payment.confirmed.json");
const PENDING: &str = r#"{"success":true,"data":{"status":"PENDING","message":"Payment not yet initiated","paymentRef":"OCPL-A1B2C3-D4E5"},"meta":{"timestamp":"2025-01-15T10:35:00Z","requestId":"req_abc123xyz"}}"#;
const FAILED: &str = r#"{"success":true,"data":{"status":"FAILED","message":"Payment failed","paymentRef":"OCPL-A1B2C3-D4E5"},"meta":{"timestamp":"2025-01-15T10:35:00Z","requestId":"req_abc123xyz"}}"#;

pub(crate) fn ocpay_subject() -> Subject {
    Subject {
        gateway: find("ocpay").expect("it is listed"),
        account: account("https://api.gateway.example", &["sk_sandbox_conformance_canary"]),
        request: request(),
        vendor: Some(Vendor {
            reference: "OCPL-A1B2C3-D4E5",
            opened: OPENED.trim_ascii_end(),
            opened_reference: "/data/paymentRef",
            opened_url: "/data/paymentUrl",
            pending: PENDING,
            paid: PAID.trim_ascii_end(),
            failed: FAILED,
            paid_status: "/data/status",
            paid_amount: "/data/transactionDetails/amount",
            paid_currency: "/data/transactionDetails/currency",
            paid_environment: "/data/transactionDetails/isSandbox",
            paid_reference: "/data/paymentRef",
            open_cases: ocpay_open_cases(),
            check_cases: ocpay_check_cases(),
        }),
    }
}

fn refused(code: &str) -> String {
    format!(
        r#"{{"success":false,"error":{{"code":"{code}","message":"No.","details":{{}}}},"requestId":"req_1"}}"#
    )
}

fn ocpay_open_cases() -> Vec<OpenCase> {
    let mut cases = Vec::new();
    for (status, code, expected) in [
        (400, "ANY", Opens::Refused("gateway_validation")),
        (401, "MISSING_ACCESS_TOKEN", Opens::Refused("gateway_unauthorised")),
        (401, "INVALID_ACCESS_TOKEN", Opens::Refused("gateway_unauthorised")),
        (403, "IP_BLOCKED", Opens::Refused("gateway_address_blocked")),
        (403, "ANY", Opens::Refused("gateway_merchant_not_validated")),
        (404, "ANY", Opens::Refused("gateway_not_found")),
        (408, "ANY", Opens::Lost),
        (409, "ANY", Opens::Refused("gateway_refused")),
        (410, "ANY", Opens::Refused("gateway_refused")),
        (422, "ANY", Opens::Refused("gateway_refused")),
        (429, "ANY", Opens::Refused("gateway_rate_limited")),
        (500, "ANY", Opens::Lost),
        (503, "ANY", Opens::Lost),
        (200, "ANY", Opens::Lost),
    ] {
        cases.push(OpenCase {
            name: format!("{status} {code}"),
            answer: answer(status, refused(code)),
            expected,
        });
    }
    let html = "<html><center>Blocked by the firewall</center></html>";
    for (status, name) in [
        (400, "gateway_validation"),
        (401, "gateway_unauthorised"),
        (403, "gateway_merchant_not_validated"),
        (429, "gateway_rate_limited"),
    ] {
        cases.push(OpenCase {
            name: format!("{status} by a proxy"),
            answer: answer(status, html),
            expected: Opens::Refused(name),
        });
    }
    for (name, body, expected) in [
        ("success false", OPENED.replace("\"success\":true", "\"success\":false"), Opens::Lost),
        ("a link of another shape", OPENED.replace("\"uid\"", "\"userId\""), Opens::Link),
        ("a reference of another shape", OPENED.replace("OCPL-A1B2C3-D4E5\"}", "navio:42\"}"), Opens::Link),
        ("no meta", OPENED.replace("\"meta\"", "\"mata\""), Opens::Link),
    ] {
        cases.push(OpenCase { name: name.to_owned(), answer: answer(200, body), expected });
    }
    cases
}

fn ocpay_check_cases() -> Vec<CheckCase> {
    let mut cases = Vec::new();
    for (status, trouble) in [
        (200, "gateway_says_no_success"),
        (302, "gateway_redirected"),
        (400, "gateway_refused"),
        (401, "gateway_unauthorised"),
        (403, "gateway_forbidden"),
        (404, "gateway_not_found"),
        (410, "gateway_gone"),
        (429, "gateway_rate_limited"),
        (500, "gateway_error"),
        (503, "gateway_error"),
    ] {
        cases.push(CheckCase {
            name: format!("{status} refusal"),
            answer: answer(status, refused("ANY")),
            expected: Checks::Unknown(trouble),
        });
    }
    for (name, body, trouble) in [
        ("HTML", "<html></html>".to_owned(), "gateway_not_json"),
        ("empty", String::new(), "gateway_not_json"),
        ("no shape", "{\"success\":\"yes\"}".to_owned(), "gateway_unreadable"),
        ("confirmed, no details", PENDING.replace("PENDING", "CONFIRMED"), "confirmed_without_details"),
        (
            "confirmed, details of another shape",
            PAID.replace("\"isSandbox\":false,", "\"fee\":0,"),
            "confirmed_without_details",
        ),
        ("confirmed in lower case", PAID.replace("CONFIRMED", "confirmed"), "unlisted_status"),
        ("a fourth word", PENDING.replace("PENDING", "EXPIRED"), "unlisted_status"),
        ("another payment's", FAILED.replace("D4E5", "D4E6"), "other_reference"),
        ("no reference", PAID.replace("paymentRef", "reference"), "missing_reference"),
    ] {
        let expected = Checks::Unknown(trouble);
        cases.push(CheckCase { name: name.to_owned(), answer: answer(200, body), expected });
    }
    for (error, trouble) in [
        (TransportError::NotSent("refused".to_owned()), "gateway_unreachable"),
        (TransportError::NoDescriptor("too many files".to_owned()), "server_out_of_descriptors"),
        (TransportError::Lost("timeout".to_owned()), "gateway_no_answer"),
    ] {
        let name = trouble.to_owned();
        cases.push(CheckCase { name, answer: Err(error), expected: Checks::Unknown(trouble) });
    }
    let empty = PENDING.replace("\"paymentRef\"", "\"transactionDetails\":{},\"paymentRef\"");
    cases.push(CheckCase {
        name: "pending, with empty details".to_owned(),
        answer: answer(200, empty),
        expected: Checks::Pending,
    });
    cases
}
