//! The meaning of an answer to a check. Three fields tell the status of a payment: the session's status, the
//! payer's confirmation, and the transaction's status, which is the truth (the guide). `processed` alone is
//! never final, unlisted words and words that contradict each other are not understood, and the money is the
//! transaction's, never the session's.
//!
//! Generation B leaves the transaction out and says `processed` for paid, by other integrators' account. That is
//! settled only for an account that is declared to get that generation; otherwise it is not understood.

use guichet_core::{Currency, Evidence, FailureReason, Money, Receipt, Seen};

use super::protocol::PAYMENT_DECLINED;
use super::wire::{Amount, Payin, Transaction, read};

/// The generation of the answers that an account gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Generation {
    /// The guide's.
    A,
    /// The docs'.
    B,
}

/// The status of the session (the guide: processing, processed, expired "etc."; the docs and other
/// integrators: failed, success).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Processing,
    Processed,
    Success,
    Failed,
    Expired,
}

/// The payer's confirmation (the guide has two different lists of it).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Confirmation {
    /// `none`, `pending`, or not said.
    Open,
    Accepted,
    Declined,
    Expired,
}

/// The status of the transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// There is no such field (generation B).
    Absent,
    /// It is null or empty: not confirmed yet.
    NotYet,
    Pending,
    Completed,
    Failed,
}

/// The meaning of the three fields together.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Verdict {
    Waiting { processing: bool },
    Paid,
    NotPaid(FailureReason),
}

/// The result of a check of the payment `asked` for, or a code that says why nothing was learnt.
pub(super) fn seen(body: &[u8], asked: &str, generation: Generation) -> Result<Seen, &'static str> {
    let payin: Payin = read(body)?;
    let names = [&payin.id, &payin.reference, &payin.customer_reference];
    let mut names = names.into_iter().flatten().peekable();
    if names.peek().is_none() {
        return Err("missing_reference");
    }
    if !names.any(|name| name == asked) {
        return Err("other_reference");
    }
    match verdict(&payin, generation)? {
        Verdict::Waiting { processing } => Ok(Seen::Pending { processing }),
        Verdict::NotPaid(reason) => Ok(Seen::Failed { reason }),
        Verdict::Paid => evidence(&payin, asked).map(Seen::Paid),
    }
}

fn verdict(payin: &Payin, generation: Generation) -> Result<Verdict, &'static str> {
    let status = status(payin.status.as_deref())?;
    let confirmation = confirmation(payin.confirmation_status.as_deref())?;
    let failed = matches!(payin.failure, Some(Some(_)));
    match step(payin.transaction.as_ref())? {
        Step::Completed => completed(status, confirmation, failed),
        Step::Failed => refused(status, confirmation, payin),
        Step::Pending => under_way(status, confirmation),
        Step::Absent if generation == Generation::B && paid_of_b(status, confirmation, failed) => {
            Ok(Verdict::Paid)
        }
        Step::Absent => unconfirmed(status, confirmation, failed, true),
        Step::NotYet => unconfirmed(status, confirmation, failed, false),
    }
}

fn status(word: Option<&str>) -> Result<Status, &'static str> {
    match word.ok_or("missing_status")? {
        "processing" => Ok(Status::Processing),
        "processed" => Ok(Status::Processed),
        "success" => Ok(Status::Success),
        "failed" => Ok(Status::Failed),
        "expired" => Ok(Status::Expired),
        _ => Err("unlisted_status"),
    }
}

fn confirmation(word: Option<&str>) -> Result<Confirmation, &'static str> {
    match word {
        None | Some("none" | "pending") => Ok(Confirmation::Open),
        Some("accepted") => Ok(Confirmation::Accepted),
        Some("declined") => Ok(Confirmation::Declined),
        Some("expired") => Ok(Confirmation::Expired),
        Some(_) => Err("unlisted_status"),
    }
}

fn step(transaction: Option<&Option<Transaction>>) -> Result<Step, &'static str> {
    let Some(transaction) = transaction else { return Ok(Step::Absent) };
    let Some(transaction) = transaction.as_ref().filter(|some| **some != Transaction::default()) else {
        return Ok(Step::NotYet);
    };
    match transaction.status.as_deref() {
        Some("pending") => Ok(Step::Pending),
        Some("completed") => Ok(Step::Completed),
        Some("failed") => Ok(Step::Failed),
        Some(_) => Err("unlisted_status"),
        None => Err("transaction_without_status"),
    }
}

fn completed(status: Status, confirmation: Confirmation, failed: bool) -> Result<Verdict, &'static str> {
    match (status, confirmation) {
        (Status::Failed | Status::Expired, _) | (_, Confirmation::Declined | Confirmation::Expired) => {
            Err("contradictory_words")
        }
        (Status::Processing | Status::Processed | Status::Success, _) if failed => Err("contradictory_words"),
        (Status::Processing | Status::Processed | Status::Success, _) => Ok(Verdict::Paid),
    }
}

/// Generation B's words for money that came: `processed`, accepted, and no failure.
fn paid_of_b(status: Status, confirmation: Confirmation, failed: bool) -> bool {
    status == Status::Processed && confirmation == Confirmation::Accepted && !failed
}

fn refused(status: Status, confirmation: Confirmation, payin: &Payin) -> Result<Verdict, &'static str> {
    let code = payin.failure.iter().flatten().find_map(|failure| failure.code.as_deref());
    let reason = match (status, confirmation) {
        (Status::Success, _) => return Err("contradictory_words"),
        // Where our own dialect answers, it says of the operator's refusal that nothing was confirmed either.
        (_, Confirmation::Declined) if code == Some(PAYMENT_DECLINED) => FailureReason::Declined,
        (_, Confirmation::Declined) => FailureReason::Cancelled,
        (_, Confirmation::Expired) | (Status::Expired, Confirmation::Open) => FailureReason::LinkExpired,
        (_, Confirmation::Open | Confirmation::Accepted) => FailureReason::Declined,
    };
    Ok(Verdict::NotPaid(reason))
}

fn under_way(status: Status, confirmation: Confirmation) -> Result<Verdict, &'static str> {
    match (status, confirmation) {
        (Status::Success | Status::Failed | Status::Expired, _)
        | (_, Confirmation::Declined | Confirmation::Expired) => Err("contradictory_words"),
        // There is no transaction before the payer has confirmed (the guide), whatever the confirmation says.
        (Status::Processing | Status::Processed, Confirmation::Open | Confirmation::Accepted) => {
            Ok(Verdict::Waiting { processing: true })
        }
    }
}

fn unconfirmed(
    status: Status,
    confirmation: Confirmation,
    failed: bool,
    absent: bool,
) -> Result<Verdict, &'static str> {
    match (status, confirmation) {
        (Status::Success, Confirmation::Open | Confirmation::Accepted) => {
            Err("confirmed_without_transaction")
        }
        // A payer who accepted may have paid before the session expired.
        (Status::Success, Confirmation::Declined | Confirmation::Expired)
        | (Status::Expired, Confirmation::Accepted) => Err("contradictory_words"),
        (_, Confirmation::Declined) => Ok(Verdict::NotPaid(FailureReason::Cancelled)),
        (_, Confirmation::Expired) | (Status::Expired, Confirmation::Open) => {
            Ok(Verdict::NotPaid(FailureReason::LinkExpired))
        }
        // `failed` is not in the guide, so it counts only together with the reason.
        (Status::Failed, _) if failed => Ok(Verdict::NotPaid(FailureReason::Declined)),
        (Status::Failed, _) => Err("failed_without_reason"),
        (Status::Processing | Status::Processed, _) if failed => Err("contradictory_words"),
        (Status::Processed, _) if absent => Err("confirmed_without_transaction"),
        (Status::Processing | Status::Processed, _) => {
            Ok(Verdict::Waiting { processing: confirmation == Confirmation::Accepted })
        }
    }
}

/// The evidence. The guide's own example shows 300 asked for and 153.00 paid: only the transaction's
/// amount counts, and whether it fits is not decided here. Without a transaction, in generation B, there is one amount
/// only.
fn evidence(payin: &Payin, asked: &str) -> Result<Evidence, &'static str> {
    let transaction = payin.transaction.as_ref().and_then(Option::as_ref);
    let code =
        transaction.and_then(|transaction| transaction.currency.as_deref()).or(payin.currency.as_deref());
    let currency = code
        .ok_or("confirmed_without_currency")
        .and_then(|code| Currency::from_code(code).map_err(|_| "confirmed_in_unknown_currency"))?;
    let amount = transaction.map_or(payin.amount.as_ref(), |transaction| transaction.amount.as_ref());
    let amount_minor = amount.ok_or("confirmed_without_amount")?.minor(currency);
    let amount_minor = amount_minor.filter(|amount| *amount > 0).ok_or("confirmed_with_impossible_amount")?;
    let also = |within: Option<&Option<Amount>>, outside: Option<&Amount>| {
        let amount = within.and_then(Option::as_ref).or(outside)?.minor(currency)?;
        Some(Money::new(amount, currency))
    };
    let told = |text: Option<&Option<String>>| Receipt::text(text?.as_deref()?);
    Ok(Evidence {
        money: Some(Money::new(amount_minor, currency)),
        reference: asked.to_owned(),
        // No field of an answer tells it, and the vendor's own sandbox moves real money (the docs).
        environment: None,
        receipt: Receipt {
            paid_from: told(transaction.map(|transaction| &transaction.phone_number)),
            transaction: told(transaction.map(|transaction| &transaction.reference)),
            fee: also(transaction.map(|transaction| &transaction.fees), payin.any_fee()),
            charged: also(
                transaction.map(|transaction| &transaction.charged_amount),
                payin.charged_amount.as_ref(),
            ),
            ..Receipt::default()
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMPLETED: &str = include_str!("golden/payin.completed.json");
    const REFERENCE: &str = "mtr_fhscgaywizujwjyymlge1hncaq";

    /// What each pair of words means, by what the transaction says: absent, null, `{}`, pending,
    /// completed, failed, another word. `.` waits, `o` waits for the operator, `$` is paid, `D`
    /// declined, `C` cancelled, `L` lapsed; `?` is not understood.
    const TABLE: &str = "
        processing none        . . . o $ D ?
        processing pending     . . . o $ D ?
        processing -           . . . o $ D ?
        processing accepted    o o o o $ D ?
        processing declined    C C C ? ? C ?
        processing expired     L L L ? ? L ?
        processing refused     ? ? ? ? ? ? ?
        processed  none        ? . . o $ D ?
        processed  pending     ? . . o $ D ?
        processed  -           ? . . o $ D ?
        processed  accepted    ? o o o $ D ?
        processed  declined    C C C ? ? C ?
        processed  expired     L L L ? ? L ?
        processed  refused     ? ? ? ? ? ? ?
        success    none        ? ? ? ? $ ? ?
        success    pending     ? ? ? ? $ ? ?
        success    -           ? ? ? ? $ ? ?
        success    accepted    ? ? ? ? $ ? ?
        success    declined    ? ? ? ? ? ? ?
        success    expired     ? ? ? ? ? ? ?
        success    refused     ? ? ? ? ? ? ?
        failed     none        ? ? ? ? ? D ?
        failed     pending     ? ? ? ? ? D ?
        failed     -           ? ? ? ? ? D ?
        failed     accepted    ? ? ? ? ? D ?
        failed     declined    C C C ? ? C ?
        failed     expired     L L L ? ? L ?
        failed     refused     ? ? ? ? ? ? ?
        expired    none        L L L ? ? L ?
        expired    pending     L L L ? ? L ?
        expired    -           L L L ? ? L ?
        expired    accepted    ? ? ? ? ? D ?
        expired    declined    C C C ? ? C ?
        expired    expired     L L L ? ? L ?
        expired    refused     ? ? ? ? ? ? ?
        refunded   none        ? ? ? ? ? ? ?
        refunded   accepted    ? ? ? ? ? ? ?
        PROCESSED  accepted    ? ? ? ? ? ? ?
        -          none        ? ? ? ? ? ? ?
        -          accepted    ? ? ? ? ? ? ?";

    /// The same where a reason for a failure is given, where that makes a difference.
    const WITH_FAILURE: &str = "
        processing none        ? ? ? o ? D ?
        processing accepted    ? ? ? o ? D ?
        processing declined    C C C ? ? C ?
        processed  none        ? ? ? o ? D ?
        processed  accepted    ? ? ? o ? D ?
        processed  expired     L L L ? ? L ?
        success    none        ? ? ? ? ? ? ?
        failed     none        D D D ? ? D ?
        failed     -           D D D ? ? D ?
        failed     accepted    D D D ? ? D ?
        failed     declined    C C C ? ? C ?
        expired    none        L L L ? ? L ?
        expired    accepted    ? ? ? ? ? D ?";

    const TRANSACTIONS: [&str; 7] = [
        "",
        ",\"transaction\":null",
        ",\"transaction\":{}",
        ",\"transaction\":{\"status\":\"pending\"}",
        ",\"transaction\":{\"status\":\"completed\",\"amount\":\"300.00\",\"currency\":\"XOF\"}",
        ",\"transaction\":{\"status\":\"failed\"}",
        ",\"transaction\":{\"status\":\"reversed\",\"amount\":\"300.00\",\"currency\":\"XOF\"}",
    ];

    fn letter(seen: Result<Seen, &'static str>) -> char {
        match seen {
            Ok(Seen::Pending { processing: false }) => '.',
            Ok(Seen::Pending { processing: true }) => 'o',
            Ok(Seen::Paid(_)) => '$',
            Ok(Seen::Failed { reason: FailureReason::Declined }) => 'D',
            Ok(Seen::Failed { reason: FailureReason::Cancelled }) => 'C',
            Ok(Seen::Failed { reason: FailureReason::LinkExpired }) => 'L',
            Err(_) => '?',
            Ok(other) => panic!("{other:?}"),
        }
    }

    fn check(table: &str, failure: &str, generation: Generation) {
        for row in table.trim().lines() {
            let mut columns = row.split_whitespace();
            let mut word = |name: &str| match columns.next().expect("a word") {
                "-" => String::new(),
                word => format!(",\"{name}\":\"{word}\""),
            };
            let words = word("status") + &word("confirmationStatus");
            let found = TRANSACTIONS.map(|transaction| {
                let body = format!("{{\"reference\":\"tr_1\"{words}{transaction}{failure}}}");
                letter(seen(body.as_bytes(), "tr_1", generation))
            });
            let expected: Vec<char> = columns.filter_map(|letter| letter.chars().next()).collect();
            assert_eq!(found[..], expected, "{row} {failure}");
        }
    }

    #[test]
    fn every_combination_of_words() {
        for failure in ["", ",\"failure\":null", ",\"failure\":{}", ",\"failure\":[]"] {
            check(TABLE, failure, Generation::A);
        }
        for generation in [Generation::A, Generation::B] {
            check(WITH_FAILURE, ",\"failure\":{\"code\":\"no_funds\",\"message\":\"No.\"}", generation);
        }
    }

    /// What generation B changes: one answer without a transaction, and nothing where there is one.
    #[test]
    fn generation_b_may_say_paid_without_a_transaction() {
        let of_b = r#"{"id":"pr_1","reference":"pay_1","status":"processed","confirmationStatus":"accepted","amount":200,"fee":7,"chargedAmount":207,"currency":"XOF","failure":null}"#;
        let francs = |amount| Money::new(amount, Currency::XOF);
        let paid = Evidence {
            money: Some(francs(200)),
            reference: "pr_1".to_owned(),
            environment: None,
            receipt: Receipt { fee: Some(francs(7)), charged: Some(francs(207)), ..Receipt::default() },
        };
        assert_eq!(seen(of_b.as_bytes(), "pr_1", Generation::B), Ok(Seen::Paid(paid)));
        assert_eq!(seen(of_b.as_bytes(), "pr_1", Generation::A), Err("confirmed_without_transaction"));
        for (from, to, expected) in [
            ("\"accepted\"", "\"none\"", Err("confirmed_without_transaction")),
            ("\"processed\"", "\"success\"", Err("confirmed_without_transaction")),
            ("\"processed\"", "\"processing\"", Ok(Seen::Pending { processing: true })),
            ("\"failure\":null", "\"failure\":{\"code\":\"x\"}", Err("contradictory_words")),
            ("\"failure\":null", "\"transaction\":null", Ok(Seen::Pending { processing: true })),
            ("\"amount\":200,", "", Err("confirmed_without_amount")),
            ("\"currency\":\"XOF\",", "", Err("confirmed_without_currency")),
            ("pr_1", "pr_2", Err("other_reference")),
        ] {
            let body = of_b.replacen(from, to, 1);
            assert_eq!(seen(body.as_bytes(), "pr_1", Generation::B), expected, "{from} → {to}");
        }
        let table = TABLE.replace("processed  accepted    ? o", "processed  accepted    $ o");
        assert_ne!(table, TABLE);
        check(&table, ",\"amount\":300,\"currency\":\"XOF\"", Generation::B);
    }

    #[test]
    fn our_own_dialects_refusals_are_told_apart() {
        for (code, expected) in [(PAYMENT_DECLINED, 'D'), ("confirmation_declined", 'C'), ("no_funds", 'C')] {
            let body = format!(
                r#"{{"reference":"tr_1","status":"failed","confirmationStatus":"declined","transaction":{{"status":"failed"}},"failure":{{"code":"{code}"}}}}"#
            );
            assert_eq!(letter(seen(body.as_bytes(), "tr_1", Generation::A)), expected, "{code}");
        }
    }

    fn read_changed(from: &str, to: &str) -> Result<Seen, &'static str> {
        assert!(from.is_empty() || COMPLETED.contains(from), "{from}");
        seen(COMPLETED.replacen(from, to, 1).as_bytes(), REFERENCE, Generation::A)
    }

    fn paid(amount: i64, fee: Option<i64>, charged: Option<i64>) -> Result<Seen, &'static str> {
        let money = |amount| Money::new(amount, Currency::XOF);
        Ok(Seen::Paid(Evidence {
            money: Some(money(amount)),
            reference: REFERENCE.to_owned(),
            environment: None,
            receipt: Receipt {
                paid_from: Some("+2250153013761".to_owned()),
                transaction: Some("tr_dkjd5ljficphlqmt".to_owned()),
                fee: fee.map(money),
                charged: charged.map(money),
                ..Receipt::default()
            },
        }))
    }

    #[test]
    fn trap_the_transaction_s_amount_counts_and_not_the_session_s() {
        assert_eq!(read_changed("", ""), paid(153, Some(0), Some(153)));
        assert_eq!(read_changed("\"amount\":300", "\"amount\":999999"), paid(153, Some(0), Some(153)));
        assert_eq!(read_changed("\"amount\":\"153.00\",", ""), Err("confirmed_without_amount"));
    }

    #[test]
    fn trap_numbers_and_decimal_texts() {
        for (to, expected) in [
            ("153", paid(153, Some(0), Some(153))),
            ("153.00", paid(153, Some(0), Some(153))),
            ("\"153\"", paid(153, Some(0), Some(153))),
            ("\"15300\"", paid(15_300, Some(0), Some(153))),
            ("\"153.50\"", Err("confirmed_with_impossible_amount")),
            ("\"0.00\"", Err("confirmed_with_impossible_amount")),
            ("\"-153.00\"", Err("confirmed_with_impossible_amount")),
            ("1e309", Err("confirmed_with_impossible_amount")),
            ("\"\"", Err("confirmed_with_impossible_amount")),
            ("99999999999999999999", Err("confirmed_with_impossible_amount")),
            ("null", Err("confirmed_without_amount")),
            ("[153]", Err("gateway_unreadable")),
            ("153,\"amount\":300", Err("gateway_unreadable")),
        ] {
            assert_eq!(read_changed("\"153.00\"", to), expected, "{to}");
        }
    }

    #[test]
    fn trap_processed_is_not_final() {
        for transaction in ["null", "{}", "[]"] {
            let from = &COMPLETED[COMPLETED.find("{\"reference\":\"tr_").expect("a transaction")..];
            let from = &from[..=from.find('}').expect("its end")];
            assert_eq!(read_changed(from, transaction), Ok(Seen::Pending { processing: false }));
        }
        assert_eq!(
            read_changed("\"status\":\"completed\"", "\"status\":\"pending\""),
            Ok(Seen::Pending { processing: true })
        );
        assert_eq!(read_changed("\"transaction\"", "\"transactions\""), Err("confirmed_without_transaction"));
        assert_eq!(read_changed("\"status\":\"completed\",", ""), Err("transaction_without_status"));
    }

    #[test]
    fn trap_reference_means_two_things() {
        let b = COMPLETED.replacen("\"reference\":\"mtr", "\"id\":\"mtr", 1);
        assert_eq!(seen(b.as_bytes(), REFERENCE, Generation::A), paid(153, Some(0), Some(153)));
        let merchants = "55a4e677-5700-4ed0-9a2a-9300db894ddb";
        assert!(matches!(seen(COMPLETED.as_bytes(), merchants, Generation::A), Ok(Seen::Paid(_))));
        // The transaction's own reference is neither.
        assert_eq!(seen(COMPLETED.as_bytes(), "tr_dkjd5ljficphlqmt", Generation::A), Err("other_reference"));
        assert_eq!(seen(b"{\"status\":\"processing\"}", REFERENCE, Generation::A), Err("missing_reference"));
    }

    #[test]
    fn currencies_and_what_else_was_charged() {
        let inner = "\"currency\":\"XOF\"},";
        for (from, to, expected) in [
            (inner, "\"currency\":null},", paid(153, Some(0), Some(153))),
            (inner, "\"currency\":\"FCFA\"},", Err("confirmed_in_unknown_currency")),
            (inner, "\"currency\":\"\"},", Err("confirmed_in_unknown_currency")),
            ("\"fees\":\"0.00\",", "", paid(153, Some(6), Some(153))),
            ("\"fees\":\"0.00\"", "\"fees\":[]", paid(153, Some(6), Some(153))),
            ("\"fees\":\"0.00\"", "\"fees\":\"0.50\"", paid(153, None, Some(153))),
            ("\"fees\":\"0.00\"", "\"fees\":\"-3\"", paid(153, None, Some(153))),
            ("\"chargedAmount\":\"153.00\",", "", paid(153, Some(0), Some(306))),
        ] {
            assert_eq!(read_changed(from, to), expected, "{from} → {to}");
        }
        let none = COMPLETED.replace("\"currency\":\"XOF\"", "\"currency\":null");
        assert_eq!(seen(none.as_bytes(), REFERENCE, Generation::A), Err("confirmed_without_currency"));
    }
}
