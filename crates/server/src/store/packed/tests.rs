//! Whatever is packed comes back byte for byte; what is damaged never comes back as something else unnoticed by its reader.

use super::*;

const ORDER: &str = r#"[{"id":"evt_01m8kb5qr3e008m7vqzt575e20","type":"order.created","subject":"ord_01m8kb5qr3e7m9tebnfafm0xrs","new":"pending","why":"The shop (key_01m8kb5qn5ezwbs32zxzhj05ys) asked for 950.00 DZD under the reference “CMD-HOIDOIZ5”.","at_ms":1795945586435,"data":{"id":"ord_01m8kb5qr3e7m9tebnfafm0xrs","reference":"CMD-HOIDOIZ5","environment":"test","status":"pending","version":1,"amount":95000,"currency":"DZD","amount_decimal":"950.00","items":[{"name":"Dattes Deglet Nour, 1 kg","quantity":1,"unit_amount":95000}],"discount":0,"tax":0,"included_tax":0,"title":"Dattes Deglet Nour, 1 kg","payer":{"family_name":"Benali","given_name":"Amel","email":"amel@example.com","phone":"+213550000001","country":"DZ"},"return_url":"https://shop.example/commandes/CMD-HOIDOIZ5","metadata":{},"payment_url":null,"checkout_url":"https://pay.example/checkout/01m8kb5qr3e7m9tebnfafm0xrsnbouxko76zeu4bjuwefptrxxgogixnzq","status_url":"https://pay.example/status/01m8kb5qr3e7m9tebnfafm0xrsnbouxko76zeu4bjuwefptrxxgogixnzq","payments":[],"held":[],"needs_you":false,"paid_late":false,"paid_at":null,"created_at":"2026-11-29T09:46:26.435Z","expires_at":"2026-11-29T10:06:26.434Z"}}]"#;

const KNOWN: &str = "evt_01m8kb5qr3e008m7vqzt575e20ord_01m8kb5qr3e7m9tebnfafm0xrs1795945586435";

/// Numbers that look random and are the same every time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("a number") % end
    }
}

#[test]
fn a_text_comes_back_as_it_was() {
    let long = "ab".repeat(4000);
    let dictionary = dictionary::DICTIONARY;
    let doubled = format!("{dictionary}{dictionary}");
    let kept: [&str; 15] = [
        "",
        "a",
        "éé",
        "[]",
        "{}",
        "”",
        "“”.\",\"at_ms\":",
        ORDER,
        KNOWN,
        &long,
        dictionary,
        &doubled,
        "\u{1}",
        "\u{2}x\n\t",
        "[\"\u{0}\u{1f}\"]",
    ];
    for text in kept {
        for known in ["", KNOWN, text, &dictionary[..100]] {
            let packed = pack(text, known);
            assert_eq!(unpack(&packed, known).expect(text), text);
            assert!(!packed.contains('\0') || text.contains('\0'), "{packed:?}");
            assert!(
                !packed.ends_with(' ') || text.ends_with(' '),
                "spaces behind it are somebody else's: {packed:?}"
            );
        }
    }
}

#[test]
fn texts_made_of_pieces_come_back_as_they_were() {
    let pieces: Vec<char> = format!("{}{ORDER}“”éß漢😀", dictionary::DICTIONARY).chars().collect();
    let mut numbers = Numbers(7);
    for _ in 0..3000 {
        let mut text = String::new();
        while text.is_empty() || numbers.below(8) > 0 {
            let from = numbers.below(pieces.len());
            let length = numbers.below(200).min(pieces.len() - from);
            text.extend(&pieces[from..from + length]);
        }
        let known: String = text.chars().take(numbers.below(90)).collect();
        let packed = pack(&text, &known);
        assert_eq!(unpack(&packed, &known).expect("it was packed"), text);
        assert!(packed.len() <= text.len());
    }
}

#[test]
fn what_a_row_repeats_is_not_stored() {
    let packed = pack(ORDER, KNOWN);
    assert!(packed.len() * 3 < ORDER.len(), "{} bytes of {}: {packed:?}", packed.len(), ORDER.len());
    for repeated in ["8m7vqzt575e20", "7m9tebnfafm0xrs", "1795945586435"] {
        assert!(!packed.contains(repeated), "{repeated}: {packed:?}");
    }
}

#[test]
fn damage_is_an_error_or_another_text_and_never_a_panic() {
    let packed = pack(ORDER, KNOWN);
    let (mut numbers, mut noticed) = (Numbers(11), 0);
    for _ in 0..20_000 {
        let mut damaged = packed.clone().into_bytes();
        for _ in 0..=numbers.below(3) {
            let at = numbers.below(damaged.len());
            damaged[at] = u8::try_from(1 + numbers.below(127)).expect("ASCII");
        }
        let Ok(damaged) = String::from_utf8(damaged) else { continue };
        match unpack(&damaged, KNOWN) {
            Ok(text) => assert!(damaged == packed || text != ORDER || damaged.len() == packed.len()),
            Err(_) => noticed += 1,
        }
    }
    assert!(noticed > 0);
    for end in 1..packed.len() {
        if let Some(cut) = packed.get(..end) {
            assert!(unpack(cut, KNOWN).ok().as_deref() != Some(ORDER));
        }
    }
}
