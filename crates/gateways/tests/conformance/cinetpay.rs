//! CinetPay under test. Two witnesses speak of a payment: the suite takes `code` for the word that
//! says paid, and the cases here set `data.status` against it. The answer names no payment and no
//! world, so those pointers are empty.

use guichet_gateways::conformance::{CheckCase, Checks, OpenCase, Opens, Subject, Vendor, answer};
use guichet_gateways::{Currency, Money, PayinRequest, TransportError, find};

use super::{account, request};

const OPENED: &str = r#"{"code":"201","message":"CREATED","description":"Transaction created with success","data":{"payment_token":"b4a6e6e3f7b6ad8e8c3fd0a1ea4d7ff5","payment_url":"https://checkout.cinetpay.com/payment/b4a6e6e3f7b6ad8e8c3fd0a1ea4d7ff5"},"api_response_id":"1617808789.7749"}"#;
const PAID: &str = include_str!("../../src/cinetpay/golden/check.accepted_2022.json");
const FAILED: &str = include_str!("../../src/cinetpay/golden/check.refused_2022.json");
const PENDING: &str = r#"{"code":"662","message":"WAITING_CUSTOMER_PAYMENT","data":{"amount":"100","currency":"XOF","status":"WAITING_FOR_CUSTOMER","payment_method":"","description":"Two lamps","metadata":null,"operator_id":null,"payment_date":" ","fund_availability_date":""},"api_response_id":"1663323067.7677"}"#;
const PAID_2021: &str = include_str!("../../src/cinetpay/golden/check.succes_2021.json");
const FAILED_2021: &str = include_str!("../../src/cinetpay/golden/check.failed_2021.json");

pub(crate) fn cinetpay_subject() -> Subject {
    Subject {
        gateway: find("cinetpay").expect("it is listed"),
        account: account(
            "https://api-checkout.gateway.example",
            &["12912847765bc0db748fdd44.conformance_canary", "445160", "another_conformance_canary"],
        ),
        request: PayinRequest {
            reference: "pay00000000000000000000000001".to_owned(),
            money: Money::new(100, Currency::XOF),
            notify_url: Some("https://guichet.example/callbacks/cinetpay/acc_1".to_owned()),
            ..request()
        },
        vendor: Some(Vendor {
            reference: "pay00000000000000000000000001",
            opened: OPENED,
            opened_reference: "/data/payment_token",
            opened_url: "/data/payment_url",
            pending: PENDING,
            paid: PAID.trim_ascii_end(),
            failed: FAILED.trim_ascii_end(),
            paid_status: "/code",
            paid_amount: "/data/amount",
            paid_currency: "/data/currency",
            paid_environment: "",
            paid_reference: "",
            open_cases: open_cases(),
            check_cases: check_cases(),
        }),
    }
}

fn coded(code: &str) -> String {
    format!(r#"{{"code":"{code}","message":"NO","description":"No.","api_response_id":"1716800180.4474"}}"#)
}

fn open_cases() -> Vec<OpenCase> {
    let mut cases = Vec::new();
    for (status, code, expected) in [
        (400, "608", Opens::Refused("gateway_validation")),
        (200, "608", Opens::Refused("gateway_validation")),
        (400, "609", Opens::Refused("gateway_unauthorised")),
        (401, "609", Opens::Refused("gateway_unauthorised")),
        (400, "613", Opens::Refused("gateway_unauthorised")),
        (400, "612", Opens::Refused("gateway_validation")),
        (400, "624", Opens::Refused("gateway_refused")),
        (200, "624", Opens::Lost),
        (500, "624", Opens::Lost),
        (400, "625", Opens::Refused("gateway_service_expired")),
        (400, "641", Opens::Refused("gateway_amount_out_of_range")),
        (400, "642", Opens::Refused("gateway_amount_out_of_range")),
        (400, "804", Opens::Refused("gateway_operator_unavailable")),
        (400, "809", Opens::Refused("gateway_limit_reached")),
        (403, "403", Opens::Refused("gateway_forbidden")),
        (403, "1010", Opens::Refused("gateway_no_user_agent")),
        (429, "429", Opens::Refused("gateway_rate_limited")),
        (200, "429", Opens::Refused("gateway_rate_limited")),
        (408, "608", Opens::Lost),
        (503, "603", Opens::Lost),
        (400, "603", Opens::Lost),
        (200, "603", Opens::Lost),
        // Whatever may mean that a payment exists: an earlier request of ours has arrived.
        (400, "620", Opens::Lost),
        (200, "620", Opens::Lost),
        (400, "605", Opens::Lost),
        (409, "777", Opens::Lost),
        (400, "00", Opens::Lost),
        (400, "201", Opens::Lost),
        (400, "600", Opens::Lost),
        (400, "627", Opens::Lost),
        (400, "662", Opens::Lost),
        (400, "660", Opens::Lost),
        (200, "00", Opens::Lost),
        (200, "600", Opens::Lost),
        (200, "662", Opens::Lost),
        // Codes that nobody lists.
        (400, "777", Opens::Refused("gateway_refused")),
        (422, "", Opens::Refused("gateway_refused")),
        (200, "777", Opens::Lost),
    ] {
        let name = format!("{status} with code {code}");
        cases.push(OpenCase { name, answer: answer(status, coded(code)), expected });
    }
    for (name, status, body, expected) in [
        (
            "a duplicate, in words",
            400,
            coded("608").replace("No.", "transaction_id already exists"),
            Opens::Lost,
        ),
        ("a duplicate, in French", 400, coded("624").replace("No.", "ID déjà utilisé"), Opens::Lost),
        (
            "a refusal with empty data",
            400,
            coded("608").replace('}', ",\"data\":[]}"),
            Opens::Refused("gateway_validation"),
        ),
        ("403 by a firewall", 403, "<html>Blocked</html>".to_owned(), Opens::Refused("gateway_forbidden")),
        (
            "403 for no user agent",
            403,
            "error code: 1010".to_owned(),
            Opens::Refused("gateway_no_user_agent"),
        ),
        ("429 by a proxy", 429, "<html>Slow</html>".to_owned(), Opens::Refused("gateway_rate_limited")),
        ("409 by a proxy", 409, "<html>Conflict</html>".to_owned(), Opens::Lost),
        ("202", 202, OPENED.to_owned(), Opens::Link),
        ("no message", 200, OPENED.replace("\"message\":\"CREATED\",", ""), Opens::Link),
        ("another message", 200, OPENED.replace("CREATED", "FAILED"), Opens::Link),
        ("a response id that is a number", 200, OPENED.replace("\"1617808789.7749\"", "1e309"), Opens::Link),
        ("the code as a number", 200, OPENED.replace("\"201\"", "201"), Opens::Lost),
        ("the code 200", 200, OPENED.replace("\"201\"", "\"200\""), Opens::Lost),
        (
            "data as a list",
            200,
            OPENED.replace("\"data\":{", "\"data\":[{").replace("},\"api", "}],\"api"),
            Opens::Lost,
        ),
        (
            "a list in the order of the fields",
            200,
            r#"["201","CREATED","",{"payment_token":"a","payment_url":"https://a.example/"},"1"]"#.to_owned(),
            Opens::Lost,
        ),
    ] {
        cases.push(OpenCase { name: name.to_owned(), answer: answer(status, body), expected });
    }
    cases
}

fn check_cases() -> Vec<CheckCase> {
    let mut cases = Vec::new();
    for (code, status, expected) in [
        ("00", "REFUSED", Checks::Unknown("contradictory_status")),
        ("00", "WAITING_FOR_CUSTOMER", Checks::Unknown("contradictory_status")),
        ("00", "PENDING", Checks::Unknown("contradictory_status")),
        ("00", "accepted", Checks::Unknown("contradictory_status")),
        ("00", "", Checks::Unknown("contradictory_status")),
        ("600", "REFUSED", Checks::Failed),
        ("602", "REFUSED", Checks::Failed),
        ("604", "REFUSED", Checks::Failed),
        ("606", "REFUSED", Checks::Failed),
        ("627", "REFUSED", Checks::Failed),
        ("600", "ACCEPTED", Checks::Unknown("contradictory_status")),
        ("627", "ACCEPTED", Checks::Unknown("contradictory_status")),
        ("600", "WAITING", Checks::Unknown("contradictory_status")),
        ("600", "CANCELLED", Checks::Unknown("contradictory_status")),
        ("201", "PENDING", Checks::Pending),
        ("607", "PENDING", Checks::Pending),
        ("623", "WAITING_FOR_CUSTOMER", Checks::Pending),
        ("662", "WAITING_CUSTOMER_PAYMENT", Checks::Pending),
        ("663", "WAITING_CUSTOMER_OTP_CODE", Checks::Pending),
        ("664", "WAITING_CUSTOMER_PAYMENT_AT_OPERATOR_SIDE", Checks::Pending),
        ("662", "", Checks::Pending),
        ("662", "ACCEPTED", Checks::Unknown("contradictory_status")),
        ("662", "REFUSED", Checks::Unknown("contradictory_status")),
        ("601", "REFUSED", Checks::Unknown("gateway_unauthorised")),
        ("605", "REFUSED", Checks::Unknown("gateway_has_it_already")),
        ("603", "REFUSED", Checks::Unknown("gateway_error")),
        ("608", "REFUSED", Checks::Unknown("gateway_validation")),
        ("609", "REFUSED", Checks::Unknown("gateway_unauthorised")),
        ("613", "REFUSED", Checks::Unknown("gateway_unauthorised")),
        ("624", "REFUSED", Checks::Unknown("gateway_says_unknown_error")),
        ("625", "REFUSED", Checks::Unknown("gateway_service_expired")),
        ("628", "REFUSED", Checks::Unknown("gateway_error")),
        ("638", "REFUSED", Checks::Unknown("gateway_awaits_confirmation")),
        ("660", "REFUSED", Checks::Unknown("gateway_refunds")),
        ("804", "REFUSED", Checks::Unknown("gateway_operator_unavailable")),
        ("810", "REFUSED", Checks::Unknown("gateway_limit_reached")),
        ("429", "REFUSED", Checks::Unknown("gateway_rate_limited")),
        ("1010", "REFUSED", Checks::Unknown("gateway_no_user_agent")),
        ("404", "REFUSED", Checks::Unknown("unlisted_code")),
        ("777", "REFUSED", Checks::Unknown("unlisted_code")),
        ("777", "ACCEPTED", Checks::Unknown("unlisted_code")),
        ("", "ACCEPTED", Checks::Unknown("unlisted_code")),
        ("SUCCES", "ACCEPTED", Checks::Unknown("unlisted_code")),
        ("SUCCESS", "ACCEPTED", Checks::Unknown("unlisted_code")),
        ("200", "ACCEPTED", Checks::Unknown("unlisted_code")),
    ] {
        let body = PAID.replace("\"00\"", &format!("\"{code}\"")).replace("ACCEPTED", status);
        let name = format!("code {code} with status {status}");
        cases.push(CheckCase { name, answer: answer(200, body), expected });
    }
    cases.extend(shapes());
    for (status, code, trouble) in [
        (201, "00", "gateway_unexpected_status"),
        (302, "00", "gateway_redirected"),
        (400, "609", "gateway_unauthorised"),
        (400, "608", "gateway_validation"),
        (400, "624", "gateway_refused"),
        (400, "627", "gateway_refused"),
        (401, "777", "gateway_unauthorised"),
        (403, "403", "gateway_forbidden"),
        (404, "608", "gateway_not_found"),
        (404, "627", "gateway_not_found"),
        (429, "429", "gateway_rate_limited"),
        (500, "600", "gateway_error"),
        (503, "603", "gateway_error"),
    ] {
        let expected = Checks::Unknown(trouble);
        let name = format!("{status} with code {code}");
        cases.push(CheckCase { name, answer: answer(status, coded(code)), expected });
    }
    for (error, trouble) in [
        (TransportError::NotSent("refused".to_owned()), "gateway_unreachable"),
        (TransportError::NoDescriptor("too many files".to_owned()), "server_out_of_descriptors"),
        (TransportError::Lost("timeout".to_owned()), "gateway_no_answer"),
    ] {
        let name = trouble.to_owned();
        cases.push(CheckCase { name, answer: Err(error), expected: Checks::Unknown(trouble) });
    }
    cases
}

/// The same words in other shapes.
fn shapes() -> Vec<CheckCase> {
    let with = |from: &str, to: &str| PAID.replace(from, to);
    let unclear = Checks::Unknown("contradictory_status");
    let impossible = Checks::Unknown("paid_with_impossible_amount");
    let cases = [
        ("success spelled SUCCESS", with("SUCCES", "SUCCESS"), Checks::Paid),
        ("success with a word of failure", with("SUCCES", "PAYMENT_FAILED"), Checks::Paid),
        ("success without a word", with("\"message\":\"SUCCES\",", ""), Checks::Paid),
        ("the amount as a number", with("\"100\"", "100"), Checks::Paid),
        ("the amount with decimals", with("\"100\"", "\"100.00\""), Checks::Paid),
        ("the amount as a number with decimals", with("\"100\"", "100.0"), Checks::Paid),
        ("the amount with a currency", with("\"100\"", "\"100 XOF\""), impossible),
        ("the amount with a fraction", with("\"100\"", "\"100.5\""), impossible),
        ("the amount in scientific notation", with("\"100\"", "1e2"), impossible),
        ("a currency nobody knows", with("XOF", "CFA"), Checks::Unknown("paid_in_unknown_currency")),
        ("no status, as in 2021", with("\"status\":\"ACCEPTED\",", ""), Checks::Paid),
        ("a status of null", with("\"ACCEPTED\"", "null"), unclear),
        ("a status that is no text", with("\"ACCEPTED\"", "1"), unclear),
        ("a status twice", with("\"status\":", "\"status\":\"REFUSED\",\"status\":"), Checks::Unknown("")),
        ("the code as a number", with("\"00\"", "0"), Checks::Unknown("gateway_unreadable")),
        ("the shape of 2021, without an amount", PAID_2021.to_owned(), Checks::NotSettled),
        ("the failure of 2021", FAILED_2021.to_owned(), Checks::Failed),
        ("paid, and no data", coded("00"), Checks::Unknown("paid_without_details")),
        ("failed, and no data", coded("600"), Checks::Unknown("failed_without_details")),
        (
            "failed, and data as PHP writes nothing",
            coded("627").replace('}', ",\"data\":[]}"),
            Checks::Unknown("failed_without_details"),
        ),
        ("waiting, and no data", coded("623"), Checks::Pending),
        (
            "waiting, and data as PHP writes nothing",
            coded("662").replace('}', ",\"data\":[]}"),
            Checks::Pending,
        ),
        (
            "cancelled, with the space of the guide",
            FAILED.replace("TRANSACTION_CANCEL", "TRANSACTION_CANCEL "),
            Checks::Failed,
        ),
        (
            "metadata that is an object",
            with("\"metadata\":null", "\"metadata\":{\"a\":[1e309]}"),
            Checks::Paid,
        ),
        ("an operator id that is a number", with("\"MP220915.2257.A76307\"", "8210407187720"), Checks::Paid),
    ];
    let cases = cases.into_iter();
    let cases = cases.map(|(name, body, expected)| (name.to_owned(), answer(200, body), expected));
    cases.map(|(name, answer, expected)| CheckCase { name, answer, expected }).collect()
}

/// How many behaviours are CinetPay's own, beside the catalogue's.
#[test]
fn its_own_behaviours_are_many() {
    let count = open_cases().len() + check_cases().len();
    assert!(count >= 60, "{count} behaviours");
}
