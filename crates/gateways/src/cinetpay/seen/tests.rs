//! Every documented code and both documented shapes, and what must not be believed.

use guichet_core::Currency;

use super::*;

const ACCEPTED: &str = include_str!("../golden/check.accepted_2022.json");
const REFUSED: &str = include_str!("../golden/check.refused_2022.json");
const SUCCES_2021: &str = include_str!("../golden/check.succes_2021.json");
const FAILED_2021: &str = include_str!("../golden/check.failed_2021.json");
const CREATED: &str = include_str!("../golden/payment.created.json");

fn paid(money: Option<(i64, &str)>) -> Result<Seen, &'static str> {
    let money = money
        .map(|(amount_minor, code)| Money::new(amount_minor, Currency::from_code(code).expect("a currency")));
    let reference = "ORDER1".to_owned();
    Ok(Seen::Paid(Evidence { money, reference, environment: None, receipt: Receipt::default() }))
}

/// The same without what is told beside the outcome.
fn without_receipt(seen: Result<Seen, &'static str>) -> Result<Seen, &'static str> {
    seen.map(|seen| match seen {
        Seen::Paid(evidence) => Seen::Paid(Evidence { receipt: Receipt::default(), ..evidence }),
        Seen::Pending { .. } | Seen::Failed { .. } | Seen::Unknown { .. } => seen,
    })
}

#[test]
fn what_is_told_beside_the_money_is_kept() {
    let receipt = |body: &str| match seen(body.as_bytes(), "ORDER1") {
        Ok(Seen::Paid(evidence)) => evidence.receipt,
        other => panic!("{body}: {other:?}"),
    };
    let text = |text: &str| Some(text.to_owned());
    let documented = Receipt {
        operator: text("OM"),
        transaction: text("MP220915.2257.A76307"),
        // 2022-09-17T00:00:00Z.
        funds_at_ms: Some(1_663_372_800_000),
        ..Receipt::default()
    };
    assert_eq!(receipt(ACCEPTED), documented);
    let paid_from = |number: &str| Receipt { paid_from: text(number), ..documented.clone() };
    let without = |part: &str| {
        let mut receipt = documented.clone();
        match part {
            "operator" => receipt.operator = None,
            "transaction" => receipt.transaction = None,
            _ => receipt.funds_at_ms = None,
        }
        receipt
    };
    for (from, to, expected) in [
        (
            "\"XOF\"",
            "\"XOF\",\"phone_number\":\"0707000001\",\"phone_prefix\":\"225\"",
            paid_from("+2250707000001"),
        ),
        ("\"XOF\"", "\"XOF\",\"phone_number\":707000001,\"phone_prefix\":225", paid_from("+225707000001")),
        ("\"XOF\"", "\"XOF\",\"phone_number\":\"0707000001\",\"phone_prefix\":\"\"", paid_from("0707000001")),
        ("\"XOF\"", "\"XOF\",\"phone_number\":\"\",\"phone_prefix\":\"225\"", documented.clone()),
        ("\"OM\"", "\"\"", without("operator")),
        ("\"OM\"", "[\"OM\"]", without("operator")),
        ("\"MP220915.2257.A76307\"", "null", without("transaction")),
        ("\"MP220915.2257.A76307\"", "\"a\\nb\"", without("transaction")),
        ("\"2022-09-17 00:00:00\"", "\" \"", without("funds")),
        ("\"2022-09-17 00:00:00\"", "\"17/09/2022\"", without("funds")),
        ("\"2022-09-17 00:00:00\"", "\"9999-99-99 00:00:00\"", without("funds")),
    ] {
        assert!(ACCEPTED.contains(from), "{from}");
        assert_eq!(receipt(&ACCEPTED.replacen(from, to, 1)), expected, "{from} → {to}");
    }
}

fn declined() -> Result<Seen, &'static str> {
    Ok(Seen::Failed { reason: FailureReason::Declined })
}

fn cancelled() -> Result<Seen, &'static str> {
    Ok(Seen::Failed { reason: FailureReason::Cancelled })
}

fn pending(processing: bool) -> Result<Seen, &'static str> {
    Ok(Seen::Pending { processing })
}

fn check(body: &str, expected: &Result<Seen, &'static str>) {
    assert_eq!(&without_receipt(seen(body.as_bytes(), "ORDER1")), expected, "{body}");
}

fn body(code: &str, status: &str) -> String {
    format!(
        r#"{{"code":"{code}","message":"X ","data":{{"amount":"100","currency":"XOF","status":"{status}","payment_method":"OM","payment_date":" "}}}}"#
    )
}

#[test]
fn documented_answers() {
    check(ACCEPTED, &paid(Some((100, "XOF"))));
    check(REFUSED, &cancelled());
    check(FAILED_2021, &declined());
}

#[test]
fn a_2021_reply_without_amount_is_weaker_evidence() {
    check(SUCCES_2021, &paid(None));
    // Half of either shape is neither.
    check(&SUCCES_2021.replace("\"data\":{", "\"data\":{\"amount\":\"100\","), &Err("paid_without_details"));
    check(
        &SUCCES_2021.replace("\"data\":{", "\"data\":{\"currency\":\"XOF\","),
        &Err("paid_without_details"),
    );
    check(
        &SUCCES_2021.replace("\"data\":{", "\"data\":{\"amount\":null,\"currency\":null,"),
        &Err("paid_in_unknown_currency"),
    );
    for nothing in ["{}", "[]", "null", "\"\"", "7", r#"{"payment_method":"","payment_date":" "}"#] {
        let body = format!(r#"{{"code":"00","message":"SUCCES","data":{nothing}}}"#);
        check(&body, &Err("paid_without_details"));
    }
}

#[test]
fn success_is_spelled_by_its_code_only() {
    for message in ["SUCCES", "SUCCESS", "PAYMENT_FAILED", "", " "] {
        check(&ACCEPTED.replace("SUCCES", message), &paid(Some((100, "XOF"))));
        check(&ACCEPTED.replace("\"00\"", "\"777\"").replace("SUCCES", message), &Err("unlisted_code"));
    }
    check(&ACCEPTED.replace("\"message\":\"SUCCES\",", ""), &paid(Some((100, "XOF"))));
    for code in ["0", "\"0\"", "00", "0.0", "\"000\"", "\"00 \"", "\" 00\"", "\"SUCCES\"", "null", "[\"00\"]"]
    {
        let seen = seen(ACCEPTED.replace("\"00\"", code).as_bytes(), "ORDER1");
        assert!(seen.is_err(), "{code}: {seen:?}");
    }
}

#[test]
fn both_witnesses_must_agree() {
    for (code, status, expected) in [
        ("00", "ACCEPTED", paid(Some((100, "XOF")))),
        ("00", "REFUSED", Err("contradictory_status")),
        ("00", "WAITING_FOR_CUSTOMER", Err("contradictory_status")),
        ("00", "accepted", Err("contradictory_status")),
        ("00", "", Err("contradictory_status")),
        ("600", "REFUSED", declined()),
        ("600", "ACCEPTED", Err("contradictory_status")),
        ("600", "CANCELLED", Err("contradictory_status")),
        ("600", "WAITING_FOR_CUSTOMER", Err("contradictory_status")),
        ("627", "REFUSED", cancelled()),
        ("627", "ACCEPTED", Err("contradictory_status")),
        ("662", "ACCEPTED", Err("contradictory_status")),
        ("662", "REFUSED", Err("contradictory_status")),
        ("662", "WAITING", pending(false)),
        ("777", "ACCEPTED", Err("unlisted_code")),
        ("777", "REFUSED", Err("unlisted_code")),
    ] {
        check(&body(code, status), &expected);
    }
    check(&ACCEPTED.replace("\"ACCEPTED\"", "null"), &Err("contradictory_status"));
    check(&ACCEPTED.replace("\"ACCEPTED\"", "true"), &Err("contradictory_status"));
    check(&ACCEPTED.replace("\"status\":\"ACCEPTED\",", ""), &paid(Some((100, "XOF"))));
    check(&REFUSED.replace("\"status\":\"REFUSED\",", ""), &cancelled());
}

#[test]
fn every_code_with_every_kind_of_status() {
    for row in codes::CODES {
        let expected = |status: &str| match row.meaning {
            Meaning::Paid if status == "ACCEPTED" => paid(Some((100, "XOF"))),
            Meaning::Waiting { processing } if status == "WAITING_FOR_CUSTOMER" => pending(processing),
            Meaning::Declined if status == "REFUSED" => declined(),
            Meaning::Cancelled if status == "REFUSED" => cancelled(),
            Meaning::Paid | Meaning::Waiting { .. } | Meaning::Declined | Meaning::Cancelled => {
                Err("contradictory_status")
            }
            Meaning::Refused(trouble) | Meaning::Nothing(trouble) => Err(trouble),
            Meaning::Vague(_) => Err("gateway_says_unknown_error"),
        };
        for status in ["ACCEPTED", "REFUSED", "WAITING_FOR_CUSTOMER"] {
            check(&body(row.code, status), &expected(status));
        }
    }
}

#[test]
fn waiting_and_unlisted_codes_stay_pending() {
    for (code, expected) in [
        ("201", pending(false)),
        ("607", pending(true)),
        ("623", pending(true)),
        ("662", pending(false)),
        ("663", pending(true)),
        ("664", pending(true)),
    ] {
        for status in ["WAITING", "WAITING_FOR_CUSTOMER", "PENDING", ""] {
            check(&body(code, status), &expected);
        }
        for data in ["null", "[]", "{}", r#"{"status":null}"#] {
            check(&format!(r#"{{"code":"{code}","message":"WAITING","data":{data}}}"#), &expected);
        }
        check(&format!(r#"{{"code":"{code}"}}"#), &expected);
    }
    // Nothing is learnt, and a payment of which nothing is learnt stays as it is.
    for code in ["", "1", "99", "200", "404", "500", "633", "665", "999", "ERROR", "6000"] {
        for status in ["REFUSED", "ACCEPTED", "CANCELLED", "WAITING"] {
            check(&body(code, status), &Err("unlisted_code"));
        }
    }
}

#[test]
fn a_failure_needs_an_answer_proper() {
    for code in ["600", "602", "604", "606", "627"] {
        for data in ["null", "[]", "{}", "\"REFUSED\"", r#"{"payment_date":" "}"#] {
            let body = format!(r#"{{"code":"{code}","message":"PAYMENT_FAILED","data":{data}}}"#);
            check(&body, &Err("failed_without_details"));
        }
        check(&format!(r#"{{"code":"{code}"}}"#), &Err("failed_without_details"));
    }
    check(&REFUSED.replace("\"TRANSACTION_CANCEL\"", "\"TRANSACTION_CANCEL \""), &cancelled());
}

#[test]
fn an_amount_is_a_number_or_a_text() {
    for (amount, currency, expected) in [
        ("100", "\"XOF\"", paid(Some((100, "XOF")))),
        ("\"100\"", "\"XOF\"", paid(Some((100, "XOF")))),
        ("\"100.00\"", "\"XOF\"", paid(Some((100, "XOF")))),
        ("100.00", "\"XOF\"", paid(Some((100, "XOF")))),
        ("\"1.50\"", "\"USD\"", paid(Some((150, "USD")))),
        ("400", "\"CDF\"", paid(Some((40_000, "CDF")))),
        ("100.5", "\"XOF\"", Err("paid_with_impossible_amount")),
        ("1e2", "\"XOF\"", Err("paid_with_impossible_amount")),
        ("1e309", "\"XOF\"", Err("paid_with_impossible_amount")),
        ("-100", "\"XOF\"", Err("paid_with_impossible_amount")),
        ("0", "\"XOF\"", Err("paid_with_impossible_amount")),
        ("\"100 XOF\"", "\"XOF\"", Err("paid_with_impossible_amount")),
        ("\"\"", "\"XOF\"", Err("paid_with_impossible_amount")),
        ("null", "\"XOF\"", Err("paid_with_impossible_amount")),
        ("true", "\"XOF\"", Err("paid_with_impossible_amount")),
        ("[100]", "\"XOF\"", Err("paid_with_impossible_amount")),
        ("100", "\"CFA\"", Err("paid_in_unknown_currency")),
        ("100", "\"xof\"", Err("paid_in_unknown_currency")),
        ("100", "952", Err("paid_in_unknown_currency")),
        ("100", "null", Err("paid_in_unknown_currency")),
    ] {
        let body = ACCEPTED
            .replace("\"amount\":\"100\"", &format!("\"amount\":{amount}"))
            .replace("\"currency\":\"XOF\"", &format!("\"currency\":{currency}"));
        check(&body, &expected);
    }
}

#[test]
fn gbf_means_gnf() {
    check(&ACCEPTED.replace("\"XOF\"", "\"GBF\""), &paid(Some((100, "GNF"))));
    check(&ACCEPTED.replace("\"XOF\"", "\"GNF\""), &paid(Some((100, "GNF"))));
}

#[test]
fn the_documented_link_is_read() {
    let body = CREATED.replace("PAYMENT_URL_HERE", "https://checkout.cinetpay.com/payment/abc");
    let read = |body: &str| link(&reply(body.as_bytes()).expect("a reply"), "ORDER1", 7);
    let expected = Link {
        reference: "ORDER1".to_owned(),
        url: Some("https://checkout.cinetpay.com/payment/abc".to_owned()),
        expires_at_ms: Some(24 * 3_600_000 + 7),
        alias: Some("YOUR_TOKEN_HERE".to_owned()),
        fee: None,
    };
    assert_eq!(read(&body), Ok(expected));
    for (from, to, expected) in [
        ("\"201\"", "\"00\"", "gateway_says_no_success"),
        ("\"201\"", "\"200\"", "gateway_says_no_success"),
        ("YOUR_TOKEN_HERE", "", "gateway_bad_reference"),
        ("YOUR_TOKEN_HERE", "a b", "gateway_bad_reference"),
        ("\"YOUR_TOKEN_HERE\"", "7", "gateway_unreadable"),
        ("payment_url", "url", "gateway_unreadable"),
        ("https:", "javascript:", "gateway_bad_url"),
        ("https://checkout.cinetpay.com", "", "gateway_bad_url"),
    ] {
        assert_eq!(read(&body.replace(from, to)), Err(expected), "{from} → {to}");
    }
    let long = "t".repeat(REFERENCE_BYTES + 1);
    assert_eq!(read(&body.replace("YOUR_TOKEN_HERE", &long)), Err("gateway_bad_reference"));
}
