//! What an order is found by when somebody types it: the payer's phone number, e-mail address and names, as terms in one
//! form for what is stored and for what is asked; and a customer in the same way. References and identifiers have indexes of
//! their own.

use std::collections::BTreeSet;

use guichet_core::{Money, Order, OrderId, Payer, PaymentId, PaymentLinkId};
use icu_normalizer::DecomposingNormalizerBorrowed;

/// The least and the most that somebody may search for, in characters.
pub const SEARCH_CHARS: std::ops::RangeInclusive<usize> = 2..=100;

/// The fewest last digits by which a phone number is found.
const LEAST_DIGITS: usize = 4;

/// The most words of a payer's names that are kept, and the longest part of one, in characters.
const MOST_WORDS: usize = 6;
const WORD_CHARS: usize = 32;

/// The parts of an order that are searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchIn {
    /// References and identifiers, the shop's, ours and the gateways', and the payer.
    Everything,
    /// The payer's phone number, e-mail address and names.
    Payer,
}

/// What somebody searches for, read in every way in which it may be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// The order of that identifier.
    pub(super) order: Option<OrderId>,
    /// The order that has that payment.
    pub(super) payment: Option<PaymentId>,
    /// The orders that were made at that payment link.
    pub(super) payment_link: Option<PaymentLinkId>,
    /// The beginnings of a reference, as it was typed and in capital and small letters.
    pub(super) references: Vec<String>,
    /// The beginnings of terms, any of which an order has.
    pub(super) terms: Vec<String>,
    /// The beginnings of words, all of which the names of the payer have.
    pub(super) words: Vec<String>,
    /// What the order asks for.
    pub(super) amount: Option<TypedAmount>,
}

/// An amount as somebody types it, of whichever currency: its digits and the point between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedAmount {
    whole: String,
    fraction: String,
}

/// The most digits of an amount that is searched for.
const MOST_DIGITS: usize = 12;

impl TypedAmount {
    /// The amount that is meant by `47 500`, `2500,50` or `15 000 F CFA`; `None` for what is none, such as a phone number.
    pub fn read(text: &str) -> Option<Self> {
        let folded = folded(text);
        let typed = folded.trim().trim_end_matches(|c: char| !c.is_ascii_digit());
        let (head, last) = typed.rsplit_once([',', '.']).unwrap_or((typed, ""));
        let (whole, fraction) = if (1..=2).contains(&last.len()) { (head, last) } else { (typed, "") };
        let mut groups = whole.split(|c: char| c.is_whitespace() || matches!(c, ',' | '.'));
        let first = groups.next()?;
        let mut digits = first.to_owned();
        for group in groups {
            if group.len() != 3 || first.len() > 3 {
                return None;
            }
            digits.push_str(group);
        }
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let is_amount = is_number(&digits)
            && is_number(fraction)
            && (1..=MOST_DIGITS).contains(&digits.len())
            && (!digits.starts_with('0') || digits == "0" && !fraction.is_empty());
        is_amount.then(|| TypedAmount { whole: digits, fraction: fraction.to_owned() })
    }

    /// The amount in minor units of a currency that has so many digits behind the point.
    fn minor(&self, exponent: usize) -> Option<i64> {
        let (kept, dropped) = self.fraction.split_at(self.fraction.len().min(exponent));
        let is_exact = dropped.bytes().all(|digit| digit == b'0');
        is_exact.then(|| format!("{}{kept:0<exponent$}", self.whole).parse().ok()).flatten()
    }

    /// What it may be in minor units, of the currencies that have none, two or three digits behind the point.
    pub(super) fn minors(&self) -> [i64; 3] {
        [0, 2, 3].map(|exponent| self.minor(exponent).unwrap_or(NO_AMOUNT))
    }

    /// Whether that is it.
    pub(super) fn is(&self, money: Money) -> bool {
        let exponent = usize::try_from(money.currency.exponent()).unwrap_or_default();
        self.minor(exponent) == Some(money.amount_minor)
    }
}

/// What no order asks for.
pub(super) const NO_AMOUNT: i64 = -2;

impl Search {
    /// What a text may mean; `None` where it is too short or too long to mean anything.
    pub fn read(text: &str, within: SearchIn) -> Option<Self> {
        let text = text.trim();
        if !SEARCH_CHARS.contains(&text.chars().count()) {
            return None;
        }
        let everything = within == SearchIn::Everything;
        let plain = everything && !text.contains(char::is_control);
        let references: BTreeSet<String> = [text.to_owned(), text.to_uppercase(), text.to_lowercase()]
            .into_iter()
            .filter(|_| plain)
            .collect();
        let words = if text.contains('@') { Vec::new() } else { words(text) };
        let mut terms: Vec<String> =
            typed_numbers(text).into_iter().map(|digits| phone_term(&digits)).collect();
        if text.contains('@') {
            terms.push(email_term(text));
        }
        let payment_link = text.parse().ok().filter(|_| everything);
        terms.extend(payment_link.map(link_term));
        Some(Search {
            order: text.parse().ok().filter(|_| everything),
            payment: PaymentId::of_reference(text).filter(|_| everything),
            payment_link,
            references: references.into_iter().collect(),
            terms,
            words,
            amount: TypedAmount::read(text).filter(|_| everything),
        })
    }

    /// The orders that were made at that payment link.
    pub fn of_payment_link(link: PaymentLinkId) -> Self {
        Search {
            order: None,
            payment: None,
            payment_link: Some(link),
            references: Vec::new(),
            terms: vec![link_term(link)],
            words: Vec::new(),
            amount: None,
        }
    }

    /// Whether the order is meant.
    pub(super) fn finds(&self, order: &Order) -> bool {
        let has = |beginning: &String, text: &str| text.starts_with(beginning.as_str());
        let payments = || order.payments.iter();
        let named = |reference: &String| {
            let origin = order.terms.origin.as_ref();
            has(reference, &order.terms.reference)
                || origin.is_some_and(|origin| has(reference, &origin.reference))
                || payments().filter_map(|payment| payment.state.link()).any(|link| {
                    has(reference, &link.reference)
                        || link.alias.as_ref().is_some_and(|alias| has(reference, alias))
                })
        };
        self.order == Some(order.id)
            || self.payment.is_some_and(|id| order.payment(id).is_some())
            || self.payment_link.is_some() && self.payment_link == order.terms.payment_link
            || self.references.iter().any(named)
            || self.amount.as_ref().is_some_and(|amount| amount.is(order.terms.money))
            || self.finds_terms(&terms(&order.terms.payer))
    }

    /// Whether whoever has those terms is meant.
    pub(super) fn finds_terms(&self, known: &BTreeSet<String>) -> bool {
        let begins = |beginning: &str| known.iter().any(|known| known.starts_with(beginning));
        self.terms.iter().any(|term| begins(term))
            || (!self.words.is_empty() && self.words.iter().all(|word| begins(&name_term(word))))
    }

    /// The beginning of terms that the fewest are likely to have, of those words.
    pub(super) fn rarest_word(&self) -> Option<String> {
        self.words.iter().max_by_key(|word| word.chars().count()).map(|word| name_term(word))
    }
}

/// The terms that a payer is found by; few, because each is a row that is written with the order.
pub(super) fn terms(payer: &Payer) -> BTreeSet<String> {
    let names = [&payer.given_name, &payer.family_name].into_iter().flatten();
    let words = names.flat_map(|name| words(name)).take(MOST_WORDS);
    let mut terms: BTreeSet<String> = words.map(|word| name_term(&word)).collect();
    terms.extend(payer.email.as_deref().map(email_term));
    terms.extend(payer.phone.as_ref().map(|phone| phone_term(phone.digits())));
    terms
}

/// What a customer is found by.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Findable<'a> {
    /// By what they sign in.
    pub(super) identifier: &'a str,
    /// Their name; empty where it is not known.
    pub(super) name: &'a str,
    /// Their e-mail address.
    pub(super) email: Option<&'a str>,
    /// Their phone number.
    pub(super) phone: Option<&'a str>,
}

/// The terms that a customer is found by; few, as with orders.
pub(super) fn terms_of_customer(customer: Findable<'_>) -> BTreeSet<String> {
    let Findable { identifier, name, email, phone } = customer;
    let numbers = typed_numbers(identifier);
    let login = if identifier.contains('@') || !numbers.is_empty() { "" } else { identifier };
    let words = words(name).into_iter().chain(words(login)).take(MOST_WORDS);
    let mut terms: BTreeSet<String> = words.map(|word| name_term(&word)).collect();
    let phone = phone.map(typed_numbers).unwrap_or_default();
    terms.extend(numbers.iter().chain(&phone).map(|digits| phone_term(digits)));
    let address = Some(identifier).filter(|identifier| identifier.contains('@'));
    terms.extend(email.into_iter().chain(address).map(email_term));
    terms
}

/// What the orders of a payment link are found by.
pub(super) fn link_term(link: PaymentLinkId) -> String {
    format!("l{link}")
}

/// A number is kept from its end, so that its last digits are the beginning of the term.
fn phone_term(digits: &str) -> String {
    format!("p{}", digits.chars().rev().collect::<String>())
}

fn email_term(address: &str) -> String {
    format!("e{}", address.trim().to_lowercase())
}

fn name_term(word: &str) -> String {
    format!("n{word}")
}

/// The digits with which a number that was typed may end as it is written by E.164: as they stand, and without the zero
/// or zeros that are dialled first. None where it is no number.
fn typed_numbers(text: &str) -> Vec<String> {
    let folded: String = folded(text);
    let digits: String = folded.chars().filter(char::is_ascii_digit).collect();
    let of_a_number =
        |c: char| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '+' | '.' | '-' | '/' | '(' | ')');
    if digits.len() < LEAST_DIGITS || digits.len() > 20 || !folded.chars().all(of_a_number) {
        return Vec::new();
    }
    let bare = digits.trim_start_matches('0').to_owned();
    let readings: BTreeSet<String> =
        [digits, bare].into_iter().filter(|digits| digits.len() >= LEAST_DIGITS).collect();
    readings.into_iter().collect()
}

/// The words of a name, folded.
fn words(text: &str) -> Vec<String> {
    let folded = folded(text);
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| word.chars().take(WORD_CHARS).collect()).collect()
}

/// The text in small letters, without accents, vowel marks and apostrophes, with one form for the letters that Arabic
/// and Persian keyboards write in several, and with ASCII digits.
fn folded(text: &str) -> String {
    let decomposed = DecomposingNormalizerBorrowed::new_nfkd().normalize(text);
    let mut out = String::with_capacity(decomposed.len());
    for c in decomposed.chars().flat_map(char::to_lowercase) {
        match c {
            // Accents, the marks of Arabic vowels and hamzas, the stroke that stretches a word, marks of direction.
            '\u{300}'..='\u{36f}'
            | '\u{610}'..='\u{61a}'
            | '\u{64b}'..='\u{65f}'
            | '\u{670}'
            | '\u{6d6}'..='\u{6ed}'
            | '\u{640}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' => {}
            '\'' | '’' | '‘' | 'ʼ' | '`' => {}
            'œ' => out.push_str("oe"),
            'æ' => out.push_str("ae"),
            'ß' => out.push_str("ss"),
            'ø' => out.push('o'),
            'ł' => out.push('l'),
            'đ' => out.push('d'),
            'ı' => out.push('i'),
            'ɛ' => out.push('e'),
            'ɔ' => out.push('o'),
            'ŋ' => out.push('n'),
            // The end of feminine words, the dotless end, and the letters of Persian keyboards.
            'ة' => out.push('ه'),
            'ى' | 'ی' => out.push('ي'),
            'ک' => out.push('ك'),
            'ٱ' => out.push('ا'),
            '\u{660}'..='\u{669}' => out.push(digit(c, 0x660)),
            '\u{6f0}'..='\u{6f9}' => out.push(digit(c, 0x6f0)),
            other => out.push(other),
        }
    }
    out
}

fn digit(c: char, zero: u32) -> char {
    char::from_digit((c as u32).saturating_sub(zero), 10).unwrap_or('0')
}

#[cfg(test)]
mod tests {
    use guichet_core::Phone;

    use super::*;

    fn payer(given: &str, family: &str, email: &str, phone: &str) -> Payer {
        let text = |text: &str| Some(text).filter(|text| !text.is_empty()).map(str::to_owned);
        Payer {
            given_name: text(given),
            family_name: text(family),
            email: text(email),
            phone: Phone::e164(phone).ok(),
            ..Payer::default()
        }
    }

    fn finds(search: &str, payer: &Payer) -> bool {
        let search = Search::read(search, SearchIn::Payer).expect("long enough");
        let payer = terms(payer);
        search.finds_terms(&payer)
    }

    #[test]
    fn payers_are_found_as_customers_say_it() {
        let amina = payer("Amina", "Ben Ali", "Amina@Example.com", "+213551234567");
        let kouame = payer("Aïcha", "N’Guessan", "", "+2250707000001");
        let arab = payer("أحمد", "بن عَلِيّ", "", "+212612345678");
        for (search, payer, found) in [
            ("amina", &amina, true),
            ("ben", &amina, true),
            ("BEN ALI", &amina, true),
            ("ali amina", &amina, true),
            ("amina benali", &amina, false),
            ("ami", &amina, true),
            ("mina", &amina, false),
            ("amina@example.com", &amina, true),
            ("AMINA@", &amina, true),
            ("amina@example.org", &amina, false),
            ("0551 23 45 67", &amina, true),
            ("0551234567", &amina, true),
            ("+213 551-234-567", &amina, true),
            ("00213551234567", &amina, true),
            ("٠٥٥١٢٣٤٥٦٧", &amina, true),
            ("4567", &amina, true),
            ("23 45 67", &amina, true),
            ("567", &amina, false),
            ("5512345", &amina, false),
            ("0707000001", &kouame, true),
            ("07 07 00 00 01", &kouame, true),
            ("0001", &kouame, true),
            ("aicha", &kouame, true),
            ("nguessan", &kouame, true),
            ("n'guessan aïcha", &kouame, true),
            ("احمد", &arab, true),
            ("علي", &arab, true),
            ("بن على", &arab, true),
            ("0612345678", &arab, true),
        ] {
            assert_eq!(finds(search, payer), found, "{search}");
        }
    }

    #[test]
    fn customers_are_found_by_their_login_too() {
        let given = |text: &'static str| Some(text).filter(|text| !text.is_empty());
        let terms = |identifier, name, email, phone| {
            let (email, phone) = (given(email), given(phone));
            terms_of_customer(Findable { identifier, name, email, phone })
        };
        let amel = terms("amel@example.com", "Amel Haddad", "amel@work.example", "+213551234567");
        let karim = terms("karim.z", "", "", "");
        let phone = terms("0661 11 22 33", "", "", "");
        for (search, found) in [
            ("amel", [true, false, false]),
            ("haddad amel", [true, false, false]),
            ("amel@", [true, false, false]),
            ("AMEL@work", [true, false, false]),
            ("0551234567", [true, false, false]),
            ("karim", [false, true, false]),
            ("karim.z", [false, true, false]),
            ("112233", [false, false, true]),
            ("+213 661 11 22 33", [false, false, false]),
            ("0661112233", [false, false, true]),
            ("nobody", [false, false, false]),
        ] {
            let read = Search::read(search, SearchIn::Payer).expect("long enough");
            assert_eq!([&amel, &karim, &phone].map(|known| read.finds_terms(known)), found, "{search}");
        }
        assert_eq!(terms("DELETED cus_1", "", "", "").len(), 3, "the words of what stays, and nothing else");
    }

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (text, minors) in [
            ("47 500", Some([47_500, 4_750_000, 47_500_000])),
            ("47500", Some([47_500, 4_750_000, 47_500_000])),
            ("47\u{202f}500 F CFA", Some([47_500, 4_750_000, 47_500_000])),
            ("2500,50 DA", Some([NO_AMOUNT, 250_050, 2_500_500])),
            ("2,500.00", Some([2_500, 250_000, 2_500_000])),
            ("1.234.567", Some([1_234_567, 123_456_700, 1_234_567_000])),
            ("٤٧٥٠٠", Some([47_500, 4_750_000, 47_500_000])),
            ("0,5", Some([NO_AMOUNT, 50, 500])),
            ("07 07 00 41 27", None),
            ("0707004127", None),
            ("+225 07", None),
            ("1234 567", None),
            ("12 34", None),
            ("AKW-4131", None),
            ("4131 A7", None),
            ("", None),
            ("1234567890123", None),
        ] {
            assert_eq!(TypedAmount::read(text).map(|amount| amount.minors()), minors, "{text}");
        }
        let amount = TypedAmount::read("25,00").expect("an amount");
        let money =
            |minor, code| Money::new(minor, guichet_core::Currency::from_code(code).expect("a currency"));
        assert!(amount.is(money(2_500, "DZD")) && amount.is(money(25, "XOF")));
        assert!(!amount.is(money(2_500, "XOF")) && !amount.is(money(25, "DZD")));
    }

    #[test]
    fn only_what_an_order_has_is_written() {
        assert_eq!(terms(&Payer::default()), BTreeSet::new());
        let all: Vec<String> =
            terms(&payer("Œuvre", "Ben  Ali-Ben", "A@B.co", "+213551234567")).into_iter().collect();
        assert_eq!(all, ["ea@b.co", "nali", "nben", "noeuvre", "p765432155312"]);
        let long = payer(&"mot ".repeat(40), &"x".repeat(90), "", "");
        assert!(terms(&long).iter().all(|term| term.len() <= 33));
        let many = (0..20).map(|n| format!("w{n} ")).collect::<String>();
        assert_eq!(terms(&payer(&many, "", "", "")).len(), MOST_WORDS);
    }

    #[test]
    fn a_search_is_read_in_every_way_that_it_may_be_meant() {
        let read = |text: &str| Search::read(text, SearchIn::Everything).expect("long enough");
        assert_eq!(read("ord-1").references, ["ORD-1", "ord-1"]);
        assert_eq!(read("Ord-1").references.len(), 3);
        let id = OrderId::new(1_770_000_000_000, [7; 10]);
        assert_eq!(read(&id.to_string()).order, Some(id));
        let payment = PaymentId::new(1_770_000_000_000, [7; 10]);
        assert_eq!(read(&payment.to_string()).payment, Some(payment));
        assert_eq!(read(&payment.to_string().replace('_', "")).payment, Some(payment));
        let payer = Search::read(&id.to_string(), SearchIn::Payer).expect("long enough");
        assert_eq!((payer.order, payer.references), (None, Vec::new()));
        for wrong in ["", " ", "a", &"x".repeat(101)] {
            assert_eq!(Search::read(wrong, SearchIn::Everything), None, "{wrong}");
        }
    }
}
