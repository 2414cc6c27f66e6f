//! Tables of who may act on whom: `a`, `b` are shops, `*` is all of them; a small letter of a role is test money only.

use guichet_core::OperatorId;

use super::*;

fn shop(letter: char) -> Option<MerchantId> {
    match letter {
        'a' => Some(MerchantId::new(1, [1; 10])),
        'b' => Some(MerchantId::new(2, [2; 10])),
        _ => None,
    }
}

/// Roles such as `*O aC`: owner everywhere, clerk in `a`.
fn roles(text: &str) -> Vec<RoleRow> {
    let read = |word: &str| {
        let letters: Vec<char> = word.chars().collect();
        let role = match letters[1].to_ascii_uppercase() {
            'O' => Role::Owner,
            'A' => Role::Accountant,
            'C' => Role::Clerk,
            _ => Role::Developer,
        };
        RoleRow { merchant: shop(letters[0]), role, live: letters[1].is_uppercase() }
    };
    text.split_whitespace().map(read).collect()
}

fn person(number: u8, text: &str) -> OperatorRow {
    OperatorRow {
        id: OperatorId::new(i64::from(number), [number; 10]),
        login: format!("person{number}"),
        name: String::new(),
        password: "chosen".to_owned(),
        codes_made: 1,
        last_code: 0,
        created_at_ms: 0,
        disabled_at_ms: None,
        roles: roles(text),
    }
}

/// What the first of them may do to the second; a number alone is the first themselves.
fn check<T>(people: &[&str], act: impl Fn(Authority<'_>, &OperatorRow) -> T) -> T {
    let everybody: Vec<OperatorRow> = (1..).zip(people).map(|(number, text)| person(number, text)).collect();
    let shops = [shop('a'), shop('b')].map(|shop| shop.expect("a shop"));
    let authority = Authority { visitor: &everybody[0], everybody: &everybody, shops: &shops };
    act(authority, everybody.get(1).unwrap_or(&everybody[0]))
}

use NotTheirs::{Elsewhere, LastOwner, NotOwner, TestOnly, Themselves};

#[test]
fn an_owner_gives_roles_in_their_own_shops_alone() {
    for (visitor, given, expected) in [
        ("aO", "aC", Ok(())),
        ("aO", "aO", Ok(())),
        ("aO", "bC", Err(NotOwner)),
        ("aO bO", "*C", Err(NotOwner)),
        ("aC", "aC", Err(NotOwner)),
        ("*O", "bO", Ok(())),
        ("*O", "*O", Ok(())),
        ("*O aC", "aC", Err(NotOwner)),
        ("*O aC", "*C", Err(NotOwner)),
        ("ao", "aC", Err(TestOnly)),
        ("ao", "ac", Ok(())),
        ("*o aO", "*C", Err(TestOnly)),
    ] {
        let may = check(&[visitor], |authority, _| authority.may_give(roles(given)[0]));
        assert_eq!(may, expected, "{visitor} gives {given}");
    }
}

#[test]
fn what_somebody_is_changes_by_the_owner_of_that_shop() {
    // Who acts, on whom, where, to what (none takes it away).
    for (visitor, other, place, to, expected) in [
        ("aO", "aC", 'a', "aA", Ok(())),
        ("aO", "aC bC", 'a', "", Ok(())),
        ("aO", "aC bC", 'b', "", Err(NotOwner)),
        ("aO", "aO", 'a', "aC", Ok(())),
        ("ao", "aC", 'a', "ac", Err(TestOnly)),
        ("ao", "ac", 'a', "aC", Err(TestOnly)),
        ("aO", "*O", 'a', "aC", Err(Elsewhere)),
        ("aO", "*C", 'a', "aC", Err(Elsewhere)),
        ("*O", "*O", '*', "*C", Ok(())),
        ("*O", "*C aO", 'a', "", Ok(())),
        ("aO", "bC", 'a', "aC", Ok(())),
    ] {
        let to = roles(to).first().copied();
        let may = check(&[visitor, other], |authority, other| authority.may_change(other, shop(place), to));
        assert_eq!(may, expected, "{visitor} changes {other} in {place}");
    }
}

#[test]
fn nobody_takes_their_own_ownership_away() {
    for (own, place, to, expected) in
        [("aO", 'a', "aC", LastOwner), ("aO", 'a', "", LastOwner), ("*O", '*', "*o", LastOwner)]
    {
        let to = roles(to).first().copied();
        let may = check(&[own], |authority, own| authority.may_change(own, shop(place), to));
        assert_eq!(may, Err(expected), "{own} in {place}");
    }
    // Where there is another owner, it is for them to do.
    let everybody = [person(1, "aO"), person(2, "aO")];
    let shops = [shop('a').expect("a shop")];
    let authority = Authority { visitor: &everybody[0], everybody: &everybody, shops: &shops };
    assert_eq!(authority.may_change(&everybody[0], shop('a'), None), Err(Themselves));
    assert_eq!(authority.may_disable(&everybody[0]), Err(Themselves));
    assert_eq!(authority.may_reset(&everybody[0]), Ok(()));
}

#[test]
fn what_touches_a_person_everywhere_takes_the_owner_of_all_their_shops() {
    for (visitor, other, expected) in [
        ("aO", "aC", Ok(())),
        ("aO bO", "aC bC", Ok(())),
        ("aO", "aC bC", Err(Elsewhere)),
        ("aO bO", "*C", Err(Elsewhere)),
        ("*O", "*C", Ok(())),
        ("*O", "aC bO", Ok(())),
        ("*O bC", "bC", Err(Elsewhere)),
        ("ao", "aC", Err(TestOnly)),
        ("aO", "", Err(NotOwner)),
    ] {
        check(&[visitor, other], |authority, other| {
            assert_eq!(authority.may_disable(other), expected, "{visitor} disables {other:?}");
            assert_eq!(authority.may_reset(other), expected, "{visitor} resets {other:?}");
            assert_eq!(authority.answers_for(other), expected, "{visitor} ends sessions of {other:?}");
        });
    }
}

#[test]
fn the_last_owner_who_can_sign_in_stays() {
    let shops = [shop('a').expect("a shop")];
    let mut everybody = [person(1, "aO"), person(2, "aO")];
    // The other one was invited and never came.
    everybody[1].password = String::new();
    let authority = Authority { visitor: &everybody[0], everybody: &everybody, shops: &shops };
    assert_eq!(authority.may_disable(&everybody[0]), Err(LastOwner));
    assert_eq!(authority.may_reset(&everybody[0]), Err(LastOwner));
    assert_eq!(authority.may_change(&everybody[1], shop('a'), None), Ok(()));
    // An owner for test money only answers for no real money.
    let everybody = [person(1, "aO"), person(2, "ao")];
    let authority = Authority { visitor: &everybody[0], everybody: &everybody, shops: &shops };
    assert_eq!(authority.may_reset(&everybody[0]), Err(LastOwner));
    assert_eq!(authority.may_disable(&everybody[1]), Ok(()));
}
