//! The laws, and the driver that holds every behaviour of the catalogue against them. A law that is
//! broken is reported with the name of the behaviour; all of them are reported at once.

use guichet_core::{Currency, Evidence, FailureReason, Link, Money, Receipt, Seen};
use http::{HeaderMap, Method};
use secrecy::ExposeSecret;

use super::behaviour::{CARD, check_cases, open_cases};
use super::scripted::{Answer, Scripted, answer};
use super::{Checks, Opens, Subject};
use crate::gateway::{AmountLimit, Callback, OpenTrouble};
use crate::payin::PayinRequest;
use crate::rule_violation::RuleViolation;
use crate::transport::TransportError;

/// Any moment will do.
const NOW_MS: i64 = 1_800_000_000_000;

/// No notification may make us remember more than this.
const MOST_REFERENCES: usize = 8;

/// Nor longer ones, in bytes.
const LONGEST_REFERENCE: usize = 100;

/// Opening: a link comes from a whole and sane answer only, a failure only where nothing can have
/// been opened.
///
/// # Panics
/// When a law is broken.
pub async fn opening(subject: &Subject) {
    let mut broken = Vec::new();
    if subject.vendor.is_none() {
        let lost = Err(TransportError::Lost("there is nobody to call".to_owned()));
        let (outcome, complaint) = open_once(subject, lost, 0).await;
        broken.extend(complaint);
        let own = Link {
            reference: subject.request.reference.clone(),
            url: None,
            expires_at_ms: None,
            alias: None,
            fee: None,
        };
        assert_eq!(outcome, Ok(own), "an offline gateway opens by itself");
    }
    for case in open_cases(subject) {
        let (outcome, complaint) = open_once(subject, case.answer, 1).await;
        broken.extend(complaint.map(|complaint| format!("{}: {complaint}", case.name)));
        if !opens(case.expected, &outcome) {
            broken.push(format!("{}: wanted {:?}, got {outcome:?}", case.name, case.expected));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// A check: paid, failed and pending come from the vendor's definite words only.
///
/// # Panics
/// When a law is broken.
pub async fn checking(subject: &Subject) {
    let mut broken = Vec::new();
    let Some(vendor) = &subject.vendor else {
        let (seen, complaint) = check_once(subject, "anything", answer(200, "{}"), 0).await;
        assert!(matches!(seen, Seen::Unknown { .. }), "nobody can be asked, but: {seen:?}");
        assert_eq!(complaint, None);
        return;
    };
    let (good, _) = check_once(subject, vendor.reference, answer(200, vendor.paid), 1).await;
    let settles = matches!(&good, Seen::Paid(evidence)
        if evidence.reference == vendor.reference && evidence.money.is_none_or(|money| money == expected(subject)));
    assert!(settles, "the good sample must pay what the request asks: {good:?}");
    for case in check_cases(subject) {
        let (seen, complaint) = check_once(subject, vendor.reference, case.answer, 1).await;
        broken.extend(complaint.map(|complaint| format!("{}: {complaint}", case.name)));
        if !checks(case.expected, &seen, &good) {
            broken.push(format!("{}: wanted {:?}, got {seen:?}", case.name, case.expected));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// Validation: what the declared limits forbid is refused, their ends are not.
///
/// # Panics
/// When a law is broken.
pub fn validating(subject: &Subject) {
    let good = &subject.request;
    assert_eq!(subject.gateway.validate(good), Ok(()), "the sample request breaks no rule");
    let amounts = |request: &PayinRequest, amounts: &[i64]| -> Vec<PayinRequest> {
        amounts
            .iter()
            .map(|amount| PayinRequest {
                money: Money::new(*amount, request.money.currency),
                ..request.clone()
            })
            .collect()
    };
    let mut wrong = amounts(good, &[0, -1, i64::MIN, -good.money.amount_minor]);
    for limit in subject.gateway.capabilities().limits {
        let AmountLimit { currency, least_minor, most_minor, multiple_of_minor } = *limit;
        let in_currency = |code: &str| {
            let currency = Currency::from_code(code).expect("a currency");
            PayinRequest { money: Money::new(good.money.amount_minor, currency), ..good.clone() }
        };
        let request = in_currency(currency);
        for right in amounts(&request, &[least_minor, most_minor]) {
            // A payer may be tied to the currency of their country; the amount is right all the same.
            let rule = subject.gateway.validate(&right).err();
            let of_payer = |rule: &RuleViolation| {
                currency != good.money.currency.code() && rule.field.starts_with("payer.")
            };
            assert!(rule.as_ref().is_none_or(of_payer), "{right:?}: {rule:?}");
        }
        wrong.extend(amounts(&request, &[least_minor - 1, most_minor + 1, i64::MAX]));
        if multiple_of_minor > 1 {
            wrong.extend(amounts(&request, &[least_minor + 1, most_minor - 1]));
        }
        wrong.extend(["EUR", "KWD", "JPY"].map(in_currency));
    }
    for request in wrong {
        let rule = subject.gateway.validate(&request).err();
        let rule = rule.unwrap_or_else(|| panic!("no rule is broken by {request:?}"));
        assert!(rule.code.status() == 422 && is_snake_case(rule.field), "{rule:?}");
        assert!(
            rule.message().ends_with('.') && !rule.message().contains(['{', '}']),
            "a sentence: {rule:?}"
        );
    }
}

/// Notifications: nonsense is taken quietly, and floods are bounded.
///
/// # Panics
/// When a law is broken.
pub fn callbacks(subject: &Subject) {
    let flood = (0..5000).map(|n| format!("reference=r{n}&ref=s{n}")).collect::<Vec<_>>().join("&");
    let long = format!("reference={}", "x".repeat(70_000));
    let deep = "{\"data\":".repeat(5000);
    let json = format!("{{\"reference\":\"{}\",\"ref\":[],\"data\":7}}", "y".repeat(101));
    for text in ["", "{}", "null", "a=b", "ref=%ff%00", "\0", "=", "&&&", &flood, &long, &deep, &json] {
        for (query, body) in [(text, ""), ("", text), (text, "reference=other&ref=another")] {
            let callback = Callback {
                method: Method::POST,
                headers: HeaderMap::new(),
                query: query.to_owned(),
                body: body.as_bytes().to_vec().into(),
            };
            let references = subject.gateway.read_callback(&subject.account, &callback).references;
            assert!(references.len() <= MOST_REFERENCES, "{} references", references.len());
            for reference in references {
                assert!((1..=LONGEST_REFERENCE).contains(&reference.len()), "{} bytes", reference.len());
            }
        }
    }
}

/// Declarations: what the engine derives its behaviour from makes sense.
///
/// # Panics
/// When a law is broken.
pub fn declarations(subject: &Subject) {
    let (gateway, can) = (subject.gateway, subject.gateway.capabilities());
    assert!(is_snake_case(gateway.name()), "{}", gateway.name());
    let listed = crate::find(gateway.name()).map(|found| found.name());
    assert_eq!(listed, Some(gateway.name()), "it is in the list under its name");
    assert_eq!(gateway.default_base_url().is_some(), subject.vendor.is_some());
    if let Some(base) = gateway.default_base_url() {
        assert!(
            base.starts_with("https://") && !base.ends_with('/') && url::Url::parse(base).is_ok(),
            "{base}"
        );
        assert!(can.link_ttl_ms > 0, "a link lives for a while");
    }
    assert!(can.link_ttl_ms >= 0 && can.min_check_interval_ms >= 0);
    assert!(!can.checkable || (can.checks_per_second > 0 && can.min_check_interval_ms > 0));
    assert!(can.credentials.iter().all(|credential| is_snake_case(credential.name)), "{:?}", can.credentials);
    for limit in can.limits {
        assert!(Currency::from_code(limit.currency).is_ok(), "{limit:?}");
        let sound = limit.multiple_of_minor >= 1
            && (1..=limit.most_minor).contains(&limit.least_minor)
            && limit.least_minor % limit.multiple_of_minor == 0
            && limit.most_minor % limit.multiple_of_minor == 0;
        assert!(sound, "{limit:?}");
    }
}

/// One call to open, and what is wrong with it whatever it came to.
async fn open_once(
    subject: &Subject,
    answer: Answer,
    calls: usize,
) -> (Result<Link, OpenTrouble>, Option<String>) {
    let transport = Scripted::new(answer);
    let outcome = subject.gateway.open(&transport, &subject.account, &subject.request, NOW_MS).await;
    let complaint = complaint(subject, &transport, &format!("{outcome:?}"), calls);
    (outcome, complaint)
}

/// One check, and what is wrong with it whatever it came to.
async fn check_once(
    subject: &Subject,
    reference: &str,
    answer: Answer,
    calls: usize,
) -> (Seen, Option<String>) {
    let transport = Scripted::new(answer);
    let seen = subject.gateway.check(&transport, &subject.account, reference, expected(subject)).await;
    let complaint = complaint(subject, &transport, &format!("{seen:?}"), calls);
    (seen, complaint)
}

/// The laws of every call: one request, and nothing that must be kept secret is.
fn complaint(subject: &Subject, transport: &Scripted, outcome: &str, calls: usize) -> Option<String> {
    let requests = transport.requests();
    let secrets: Vec<&str> = subject.account.secrets.iter().map(|secret| secret.expose_secret()).collect();
    let leaks = |text: &str| secrets.iter().any(|secret| secret.len() >= 8 && text.contains(secret));
    if requests.len() != calls {
        return Some(format!("{} requests instead of {calls}", requests.len()));
    }
    if leaks(outcome) || outcome.contains(CARD) {
        return Some("the outcome shows a secret or a card number".to_owned());
    }
    if requests.iter().any(|request| leaks(request.url.as_str()) || leaks(&format!("{:?}", request.headers)))
    {
        return Some("the request shows the secret in its address or in a header's debug print".to_owned());
    }
    None
}

fn opens(expected: Opens, outcome: &Result<Link, OpenTrouble>) -> bool {
    let link = outcome.as_ref().is_ok_and(is_sane);
    let lost = matches!(outcome, Err(OpenTrouble::Lost(_)));
    match expected {
        Opens::Link => link,
        Opens::LinkOrLost => link || lost,
        Opens::Refused(name) => matches!(
            outcome,
            Err(OpenTrouble::Failed(FailureReason::OpenRefused { refusal, .. })) if refusal == name
        ),
        Opens::NotSent => matches!(outcome, Err(OpenTrouble::Failed(FailureReason::NotSent { .. }))),
        Opens::NotCalled => matches!(outcome, Err(OpenTrouble::NotCalled(_))),
        Opens::Lost => lost,
        Opens::NoLink => outcome.is_err(),
    }
}

fn is_sane(link: &Link) -> bool {
    let page =
        link.url.as_deref().is_none_or(|url| url.starts_with("https://") || url.starts_with("http://"));
    page && !link.reference.is_empty() && link.expires_at_ms.is_none_or(|at| at > NOW_MS)
}

fn checks(expected: Checks, seen: &Seen, good: &Seen) -> bool {
    // What is told beside the outcome may be lost with a part that does not fit.
    let (seen, good) = (&without_receipt(seen), &without_receipt(good));
    match expected {
        Checks::Pending => matches!(seen, Seen::Pending { .. }),
        Checks::Paid => seen == good,
        Checks::PaidOrUnknown => seen == good || matches!(seen, Seen::Unknown { .. }),
        Checks::Failed => matches!(seen, Seen::Failed { .. }),
        Checks::Unknown(code) => {
            matches!(seen, Seen::Unknown { trouble, .. } if code.is_empty() || trouble == code)
        }
        Checks::NotSettled => seen != good && !matches!(seen, Seen::Failed { .. }),
    }
}

fn without_receipt(seen: &Seen) -> Seen {
    match seen {
        Seen::Paid(evidence) => Seen::Paid(Evidence { receipt: Receipt::default(), ..evidence.clone() }),
        Seen::Pending { .. } | Seen::Failed { .. } | Seen::Unknown { .. } => seen.clone(),
    }
}

/// What the sample request asks for.
fn expected(subject: &Subject) -> Money {
    subject.request.money
}

fn is_snake_case(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}
