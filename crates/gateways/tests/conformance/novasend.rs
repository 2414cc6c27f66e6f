//! Novasend under test.

use guichet_core::{Payer, Phone};
use guichet_gateways::conformance::{CheckCase, Checks, OpenCase, Opens, Subject, Vendor, answer};
use guichet_gateways::{Currency, Money, PayinRequest, TransportError, find};

use super::{account, request};

const OPENED: &str = include_str!("../../src/novasend/golden/session.created.json");

/// The guide's example, paid as asked: there 153.00 were paid of 300.
const PAID: &str = r#"{"type":"payin","fee":6,"reference":"mtr_fhscgaywizujwjyymlge1hncaq","phoneNumber":"+2250749929598","customerName":"Habib","amount":300,"chargedAmount":306,"status":"processed","currency":"XOF","customerReference":"ef76fb64-af0b-4c37-8729-bf61d85721fd","confirmationRequired":true,"confirmationStatus":"none","createdAt":"2025-08-22T02:00:16.026Z","transaction":{"reference":"tr_dkjd5ljficphlqmt","status":"completed","customerName":"dd soûl","processedAt":"2025-11-05T16:12:42.096Z","phoneNumber":"+2250153013761","amount":"300.00","fees":"0.00","chargedAmount":"300.00","currency":"XOF"},"failure":null}"#;
const FAILED: &str = r#"{"type":"payin","fee":6,"reference":"mtr_fhscgaywizujwjyymlge1hncaq","amount":300,"status":"processed","currency":"XOF","customerReference":"ef76fb64-af0b-4c37-8729-bf61d85721fd","confirmationStatus":"accepted","transaction":{"reference":"tr_dkjd5ljficphlqmt","status":"failed","amount":"300.00","currency":"XOF"},"failure":{"code":"no_funds","message":"No."}}"#;
const PENDING: &str = r#"{"type":"payin","fee":6,"reference":"mtr_fhscgaywizujwjyymlge1hncaq","amount":300,"status":"processing","currency":"XOF","customerReference":"ef76fb64-af0b-4c37-8729-bf61d85721fd","confirmationRequired":true,"confirmationStatus":"none","transaction":null,"failure":null}"#;

/// Generation B, as the docs name its fields.
const OPENED_B: &str = r#"{"id":"pr_7","type":"payin","reference":"ef76fb64-af0b-4c37-8729-bf61d85721fd","status":"processing","confirmationRequired":true,"confirmationStatus":"none","paymentUrl":"https://business.novasend.app/link/QGRD4D","customer":{"name":"Awa","phoneNumber":"+2250702968786"},"isDirect":false,"payFee":false,"createdAt":"2025-08-22T01:34:48.189Z","amount":300,"fee":11,"chargedAmount":311,"currency":"XOF","failure":null}"#;

pub(crate) fn novasend_subject() -> Subject {
    let secrets = [
        "key_conformance_canary",
        "client_conformance_canary",
        "account_conformance_canary",
        "webhook_conformance_canary",
    ];
    Subject {
        gateway: find("novasend").expect("it is listed"),
        account: account("https://api.gateway.example", &secrets),
        request: PayinRequest {
            reference: "ef76fb64-af0b-4c37-8729-bf61d85721fd".to_owned(),
            money: Money::new(300, Currency::XOF),
            payer: Payer { phone: Phone::parse("+2250702968786").ok(), ..Payer::default() },
            ..request()
        },
        vendor: Some(Vendor {
            reference: "mtr_fhscgaywizujwjyymlge1hncaq",
            opened: OPENED.trim_ascii_end(),
            opened_reference: "/reference",
            opened_url: "/paymentUrl",
            pending: PENDING,
            paid: PAID,
            failed: FAILED,
            paid_status: "/transaction/status",
            paid_amount: "/transaction/amount",
            // Where the transaction names none, that of the session counts: see the cases below.
            paid_currency: "",
            paid_environment: "",
            paid_reference: "/reference",
            open_cases: open_cases(),
            check_cases: check_cases(),
        }),
    }
}

fn refused(status: u16, code: &str) -> String {
    format!(r#"{{"code":"{code}","message":"No.","statusCode":{status}}}"#)
}

fn open_cases() -> Vec<OpenCase> {
    let mut cases = Vec::new();
    let mut case = |name: String, answer, expected| cases.push(OpenCase { name, answer, expected });
    for (status, code, expected) in [
        (400, "Invalid amount", Opens::Refused("gateway_validation")),
        (401, "Unauthorized", Opens::Refused("gateway_unauthorised")),
        (402, "ANY", Opens::Refused("gateway_refused")),
        (403, "api_token_invalid", Opens::Refused("gateway_unauthorised")),
        (403, "client_kyc_not_approved", Opens::Refused("gateway_merchant_not_validated")),
        (403, "wallet_not_enough_cash", Opens::Refused("gateway_refused")),
        (404, "api_token_not_found", Opens::Refused("gateway_unauthorised")),
        (404, "wallet_not_found", Opens::Refused("gateway_not_found")),
        (404, "country_not_found", Opens::Refused("gateway_not_found")),
        (408, "ANY", Opens::Lost),
        (409, "transaction_is_already_processed", Opens::Lost),
        (409, "PAYMENT.DUPLICATE", Opens::Lost),
        (422, "ANY", Opens::Lost),
        (429, "ANY", Opens::Refused("gateway_rate_limited")),
        (302, "ANY", Opens::Lost),
        (500, "Internal Server Error", Opens::Lost),
        (503, "ANY", Opens::Lost),
        (200, "ANY", Opens::Lost),
    ] {
        case(format!("{status} {code}"), answer(status, refused(status, code)), expected);
    }
    let html = "<html><center>Blocked by the firewall</center></html>";
    for (status, name) in [
        (400, "gateway_validation"),
        (401, "gateway_unauthorised"),
        (403, "gateway_refused"),
        (404, "gateway_not_found"),
        (429, "gateway_rate_limited"),
    ] {
        case(format!("{status} by a proxy"), answer(status, html), Opens::Refused(name));
    }
    let list = r#"{"message":["amount must be an integer"],"statusCode":"400"}"#;
    case("400 in another shape".to_owned(), answer(400, list), Opens::Refused("gateway_validation"));
    for (name, body, expected) in [
        ("generation B", OPENED_B.to_owned(), Opens::Link),
        ("generation B, another's", OPENED_B.replace("ef76", "ff76"), Opens::Lost),
        ("generation B without an id", OPENED_B.replace("\"id\"", "\"ID\""), Opens::Lost),
        ("another amount", OPENED.replace("300", "3000"), Opens::Lost),
        ("another currency", OPENED.replace("XOF", "XAF"), Opens::Lost),
        ("another's reference", OPENED.replace("ef76", "ff76"), Opens::Lost),
        (
            "a reference of another shape",
            OPENED.replace("tr_fhchi842jyimwiugjgszcxvb8n", "navio:42"),
            Opens::Link,
        ),
        (
            "other types where it does not matter",
            OPENED.replace("\"fee\":6", "\"fee\":{\"a\":[]}"),
            Opens::Link,
        ),
        ("nothing to confirm", OPENED.replace("true", "false"), Opens::Link),
        (
            "nothing to confirm and no page",
            OPENED.replace("true", "false").replace("\"https://link.novasend.app/link/{shortCode}\"", "null"),
            Opens::Link,
        ),
    ] {
        case(name.to_owned(), answer(201, body), expected);
    }
    cases
}

fn check_cases() -> Vec<CheckCase> {
    let mut cases = Vec::new();
    let mut case = |name: String, answer, expected| cases.push(CheckCase { name, answer, expected });
    for (status, code, trouble) in [
        (200, "ANY", "missing_reference"),
        (302, "ANY", "gateway_redirected"),
        (400, "ANY", "gateway_refused"),
        (401, "Unauthorized", "gateway_unauthorised"),
        (403, "api_token_invalid", "gateway_unauthorised"),
        (403, "transaction_error", "gateway_forbidden"),
        (404, "api_token_not_found", "gateway_unauthorised"),
        (404, "transaction_does_not_exist", "gateway_not_found"),
        (409, "transaction_is_already_processed", "gateway_refused"),
        (410, "ANY", "gateway_gone"),
        (429, "ANY", "gateway_rate_limited"),
        (500, "Internal Server Error", "gateway_error"),
        (503, "ANY", "gateway_error"),
    ] {
        let expected = Checks::Unknown(trouble);
        case(format!("{status} {code}"), answer(status, refused(status, code)), expected);
    }
    for (error, trouble) in [
        (TransportError::NotSent("refused".to_owned()), "gateway_unreachable"),
        (TransportError::NoDescriptor("too many files".to_owned()), "server_out_of_descriptors"),
        (TransportError::Lost("timeout".to_owned()), "gateway_no_answer"),
    ] {
        case(trouble.to_owned(), Err(error), Checks::Unknown(trouble));
    }
    let unlisted = Checks::Unknown("unlisted_status");
    let contradictory = Checks::Unknown("contradictory_words");
    for (name, body, expected) in [
        ("HTML", "<html></html>".to_owned(), Checks::Unknown("gateway_not_json")),
        ("no shape", "{\"status\":1}".to_owned(), Checks::Unknown("gateway_unreadable")),
        ("processed, not confirmed yet", PENDING.replace("processing", "processed"), Checks::Pending),
        (
            "an empty transaction",
            PENDING.replace("\"transaction\":null", "\"transaction\":{}"),
            Checks::Pending,
        ),
        (
            "an empty list for it",
            PENDING.replace("\"transaction\":null", "\"transaction\":[]"),
            Checks::Pending,
        ),
        (
            "accepted, not decided",
            PAID.replace("none", "accepted").replace("completed", "pending"),
            Checks::Pending,
        ),
        ("declined by the payer", PENDING.replace("none", "declined"), Checks::Failed),
        ("lapsed", PENDING.replace("processing", "expired").replace("none", "expired"), Checks::Failed),
        (
            "processed without a transaction",
            PENDING.replace("processing", "processed").replace("transaction", "x"),
            Checks::Unknown("confirmed_without_transaction"),
        ),
        (
            "success without a transaction",
            PENDING.replace("processing", "success"),
            Checks::Unknown("confirmed_without_transaction"),
        ),
        (
            "failed without a reason",
            PENDING.replace("processing", "failed"),
            Checks::Unknown("failed_without_reason"),
        ),
        (
            "no status at all",
            PAID.replace("\"status\":\"processed\",", ""),
            Checks::Unknown("missing_status"),
        ),
        ("another status", PAID.replace("processed\"", "reversed\""), unlisted),
        ("another confirmation", PAID.replace("none", "refused"), unlisted),
        ("completed and declined", PAID.replace("none", "declined"), contradictory),
        ("completed and lapsed", PAID.replace("none", "expired"), contradictory),
        ("completed and failed", PAID.replace("processed\"", "failed\""), contradictory),
        (
            "completed with a reason for failing",
            PAID.replace("\"failure\":null", "\"failure\":{\"code\":\"x\"}"),
            contradictory,
        ),
        ("failed and success", FAILED.replace("processed\"", "success\""), contradictory),
        (
            "accepted and lapsed",
            PENDING.replace("processing", "expired").replace("none", "accepted"),
            contradictory,
        ),
        ("another's", FAILED.replace("mtr_fhsc", "mtr_fhsd"), Checks::Unknown("other_reference")),
        (
            "completed, no amount",
            PAID.replace("\"amount\":\"300.00\",", ""),
            Checks::Unknown("confirmed_without_amount"),
        ),
        (
            "completed, 153.00 of 300",
            PAID.replace("\"300.00\",\"fees", "\"153.00\",\"fees"),
            Checks::NotSettled,
        ),
        (
            "completed, a hundred times as much",
            PAID.replace("\"300.00\",\"fees", "\"30000\",\"fees"),
            Checks::NotSettled,
        ),
        ("the amount as a number", PAID.replace("\"300.00\",\"fees", "300,\"fees"), Checks::Paid),
        ("another session amount", PAID.replace("\"amount\":300,", "\"amount\":1,"), Checks::Paid),
        (
            "the session's currency serves",
            PAID.replace("\"currency\":\"XOF\"},", "\"currency\":null},"),
            Checks::Paid,
        ),
        (
            "no currency",
            PAID.replace("\"currency\":\"XOF\"", "\"currency\":null"),
            Checks::Unknown("confirmed_without_currency"),
        ),
        ("the transaction in euros", PAID.replace("\"XOF\"},", "\"EUR\"},"), Checks::NotSettled),
        (
            "the transaction in small letters",
            PAID.replace("\"XOF\"},", "\"xof\"},"),
            Checks::Unknown("confirmed_in_unknown_currency"),
        ),
        (
            "an empty currency",
            PAID.replace("\"XOF\"},", "\"\"},"),
            Checks::Unknown("confirmed_in_unknown_currency"),
        ),
        (
            "a currency that is a number",
            PAID.replace("\"XOF\"},", "952},"),
            Checks::Unknown("gateway_unreadable"),
        ),
        ("other types where it does not matter", PAID.replace("\"dd soûl\"", "{\"a\":[]}"), Checks::Paid),
    ] {
        case(name.to_owned(), answer(200, body), expected);
    }
    cases
}
