//! The store without a socket, at the first dialect.

use guichet_gateways::{ClientCredential, Currency, DIALECTS, Money};

use super::*;
use crate::misbehaviour_kind::MisbehaviourKind;
use crate::payment_view::Status;

fn store(misbehaviour_rate_percent: u8) -> Store {
    Store::new(InitialState { seed: 1, misbehaviour_rate_percent, most_payments: 3, most_bytes: 10_000 })
}

fn tenant(number: u8) -> Tenant {
    let issued = DIALECTS[0].issue([number; 64]);
    let client = ClientCredential { dialect: DIALECTS[0].name(), key: &issued.key, account: &issued.account };
    Tenant::admit(client, CallKind::Open).unwrap()
}

fn request(title: &str, reference: &str, idempotency_key: Option<&str>) -> PayinRequest {
    PayinRequest {
        title: title.into(),
        reference: reference.into(),
        idempotency_key: idempotency_key.map(str::to_owned),
        ..PayinRequest::of(Money::new(50_000, Currency::DZD))
    }
}

fn open(store: &mut Store, title: &str) -> String {
    let made = store.open(tenant(1), request(title, "", None), "", 0);
    made.unwrap().reference().to_string()
}

fn act(store: &mut Store, reference: &str, action: Action) -> Result<Status, Refusal> {
    store.act(reference, action, Means::default(), false, 0).map(Payment::status)
}

#[test]
fn only_so_many_payments_are_kept_and_the_oldest_goes_first() {
    let mut store = store(0);
    let made: Vec<String> = (0..5).map(|number| open(&mut store, &number.to_string())).collect();
    let kept: Vec<String> = store.newest_first().map(|payment| payment.view().title).collect();
    assert_eq!(kept, ["4", "3", "2"]);
    assert!(store.find(&made[1]).is_err());
    assert_eq!(store.find(&made[2]).unwrap().view().title, "2");
    assert_eq!(store.numbers.len(), 3);
}

#[test]
fn only_so_many_bytes_are_kept_and_the_oldest_goes_first() {
    let mut store = store(0);
    let made: Vec<String> =
        (0..3).map(|number| open(&mut store, &number.to_string().repeat(3_000))).collect();
    assert_eq!(store.newest_first().count(), 2);
    assert!(store.find(&made[0]).is_err());
    // One that is longer than all that may be kept is the only one.
    open(&mut store, &"long".repeat(10_000));
    assert_eq!(store.newest_first().count(), 1);
    open(&mut store, "short");
    assert_eq!(store.newest_first().count(), 1);
    open(&mut store, "another");
    assert_eq!(store.newest_first().count(), 2);
}

#[test]
fn what_a_dropped_payment_was_known_by_is_free_again() {
    let mut store = store(0);
    for _ in 0..2 {
        for reference in ["a", "b", "c", "d"] {
            let request = request("Order", reference, Some(reference));
            assert!(store.open(tenant(1), request, "", 0).is_ok(), "{reference}");
        }
    }
    assert_eq!(store.merchants[&tenant(1)].by_reference.len(), 3);
    for _ in 0..3 {
        store.open(tenant(2), request("Order", "", None), "", 0).map(|_| ()).unwrap();
    }
    assert!(!store.merchants.contains_key(&tenant(1)));
    store.catch_up(i64::MAX);
    assert_eq!(store.next_due_ms(), None);
}

#[test]
fn a_reference_and_an_idempotency_key_count_once_for_each_merchant() {
    let mut store = store(0);
    let first = store.open(tenant(1), request("Order", "a", Some("k")), "", 0).unwrap();
    let first = first.reference().to_string();
    for (merchant, again, expected) in [
        (1, request("Order", "a", Some("k")), Ok(true)),
        (1, request("Other", "a", Some("k")), Err(BackendRefusal::KeyReused)),
        (1, request("Order", "b", Some("k")), Err(BackendRefusal::KeyReused)),
        (1, request("Order", "a", Some("k2")), Err(BackendRefusal::DuplicateReference)),
        (1, request("Order", "a", None), Err(BackendRefusal::DuplicateReference)),
        (2, request("Order", "a", Some("k")), Ok(false)),
        (1, request("Order", "", None), Ok(false)),
        (1, request("Order", "", None), Ok(false)),
    ] {
        let shown = format!("{merchant} {again:?}");
        let made = store.open(tenant(merchant), again, "", 0);
        assert_eq!(made.map(|payment| **payment.reference() == *first), expected, "{shown}");
    }
}

#[test]
fn a_merchant_finds_its_own_payments_by_either_reference() {
    let mut store = store(0);
    let made = store.open(tenant(1), request("Order", "mine", None), "", 0).unwrap();
    let ours = made.reference().to_string();
    for (merchant, lookup, expected) in [
        (1, Lookup::Reference(&ours), true),
        (1, Lookup::Reference("mine"), false),
        (1, Lookup::MerchantReference("mine"), true),
        (1, Lookup::MerchantReference(&ours), false),
        (1, Lookup::Either("mine"), true),
        (1, Lookup::Either(&ours), true),
        (1, Lookup::Either(""), false),
        (2, Lookup::Reference(&ours), false),
        (2, Lookup::Either("mine"), false),
    ] {
        assert_eq!(store.look_up(&tenant(merchant), lookup).is_some(), expected, "{merchant} {lookup:?}");
    }
}

#[test]
fn a_fault_makes_the_next_payment_of_that_reference_late() {
    let mut store = store(0);
    let (first, second) = (open(&mut store, "a"), open(&mut store, "b"));
    let late = Misbehaviour::next(MisbehaviourKind::ConfirmLate { seconds: 60 }).about(second.as_str());
    store.injected.add(late).unwrap();
    assert_eq!(act(&mut store, &first, Action::Pay), Ok(Status::Paid));
    assert!(act(&mut store, &first, Action::Pay).is_err());
    assert_eq!(act(&mut store, &second, Action::Pay), Ok(Status::Confirming));
    store.catch_up(60_000);
    assert_eq!(store.find(&second).unwrap().status(), Status::Paid);
}

#[test]
fn bad_luck_repeats_with_the_seed_and_leaves_the_references_alone() {
    let nobody = Subject { dialect: "", key: "", reference: "", merchant_reference: "" };
    let luck = |percent| {
        let mut store = store(percent);
        let struck: Vec<Option<Misbehaviour>> =
            (0..50).map(|_| store.strike(CallKind::Open, &nobody)).collect();
        (struck, open(&mut store, "a"))
    };
    assert_eq!(luck(30), luck(30));
    assert!(luck(30).0.iter().any(Option::is_some));
    assert!(luck(0).0.iter().all(Option::is_none));
    assert_eq!(luck(30).1, luck(0).1);
}

#[test]
fn a_reset_begins_again() {
    let mut store = store(0);
    let first = open(&mut store, "a");
    store.reset();
    assert_eq!(store.newest_first().len(), 0);
    assert_eq!(open(&mut store, "a"), first);
}
