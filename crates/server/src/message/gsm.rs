//! The seven-bit alphabet of phone networks (3GPP TS 23.038, section 6.2.1): an SMS that keeps to it has 160 letters in a
//! part, and one with a single other letter has 70. Texts in Latin letters are folded into it, and what an SMS costs in
//! parts is counted.

/// The letters that are one septet each, beside those of ASCII that are.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§\
                     ¿abcdefghijklmnopqrstuvwxyzäöñüà";

/// The letters that are two septets each: an escape and a letter.
const EXTENDED: &str = "^{}\\[~]|€";

/// What is written instead of a letter that the alphabet has not.
const FOLDED: [(&str, &str); 43] = [
    ("êëēęě", "e"),
    ("ÈÊËĒĘĚ", "E"),
    ("âáãāăą", "a"),
    ("ÀÂÁÃĀĂĄ", "A"),
    ("îïíīĩ", "i"),
    ("ÎÏÍÌĪİ", "I"),
    ("ôóõō", "o"),
    ("ÔÓÒÕŌ", "O"),
    ("ûúūů", "u"),
    ("ÛÚÙŪŮ", "U"),
    ("çćč", "c"),
    ("ĆČ", "C"),
    ("ÿý", "y"),
    ("ŸÝ", "Y"),
    ("ńňņ", "n"),
    ("ŃŇŅ", "N"),
    ("śšş", "s"),
    ("ŚŠŞ", "S"),
    ("źžż", "z"),
    ("ŹŽŻ", "Z"),
    ("ğǧɣ", "g"),
    ("ĞǦƔ", "G"),
    ("ḥħ", "h"),
    ("ḤĦ", "H"),
    ("ḍđď", "d"),
    ("ḌĐĎ", "D"),
    ("ṭţť", "t"),
    ("ṬŢŤ", "T"),
    ("ṛř", "r"),
    ("ṣ", "s"),
    ("ẓ", "z"),
    ("ɛ", "e"),
    ("łľ", "l"),
    ("œ", "oe"),
    ("Œ", "OE"),
    ("ºᵒ°", "o"),
    ("ª", "a"),
    ("’‘‚‛ʼ′`´ˈ", "'"),
    ("“”„‟«»″", "\""),
    ("–—―‐‑‒−", "-"),
    ("…", "..."),
    ("×", "x"),
    ("•·", "-"),
];

/// The text in the alphabet. One with letters of another script stays as it is: without them it would not be read, and
/// with them it costs the same whatever its other letters are.
pub(super) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        match fold(c) {
            Some(Fold::Same) => folded.push(c),
            Some(Fold::To(instead)) => folded.push_str(instead),
            None => return text.to_owned(),
        }
    }
    folded
}

enum Fold {
    Same,
    To(&'static str),
}

/// What becomes of a letter; `None` for those of another script.
fn fold(c: char) -> Option<Fold> {
    if septets(c).is_some() {
        return Some(Fold::Same);
    }
    if let Some((_, instead)) = FOLDED.iter().find(|(letters, _)| letters.contains(c)) {
        return Some(Fold::To(instead));
    }
    if c.is_whitespace() {
        return Some(Fold::To(" "));
    }
    // A picture, a mark of direction or an accent by itself is worth no part of its own.
    if c.is_alphabetic() && !is_combining(c) { None } else { Some(Fold::To("")) }
}

fn is_combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// How many septets a letter takes; `None` where the alphabet has not got it.
fn septets(c: char) -> Option<usize> {
    if BASIC.contains(c) {
        Some(1)
    } else if EXTENDED.contains(c) {
        Some(2)
    } else {
        None
    }
}

/// What an SMS costs, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SmsCost {
    /// How many parts it is sent and paid as.
    pub(crate) parts: usize,
    /// How much it takes: septets, or UTF-16 units where it does not keep to the alphabet.
    pub(crate) units: usize,
    /// How much those parts have room for.
    pub(crate) room: usize,
    /// Whether it keeps to the seven-bit alphabet.
    pub(crate) keeps_to_gsm: bool,
}

/// How many parts an SMS of that text is sent and paid as.
pub(super) fn parts(text: &str) -> usize {
    cost(text).parts
}

/// What an SMS of that text costs: 160 septets in one part or 153 in each of several, and with any other letter 70 UTF-16 units in one or
/// 67 in each of several.
pub(super) fn cost(text: &str) -> SmsCost {
    let septets: Option<Vec<usize>> = text.chars().map(septets).collect();
    let keeps_to_gsm = septets.is_some();
    let (lengths, alone, together) = match septets {
        Some(septets) => (septets, 160, 153),
        None => (text.chars().map(char::len_utf16).collect(), 70, 67),
    };
    let units = lengths.iter().sum();
    if units <= alone {
        return SmsCost { parts: 1, units, room: alone, keeps_to_gsm };
    }
    // A letter of two is not parted.
    let mut parts = 1;
    let mut filled = 0;
    for length in lengths {
        if filled + length > together {
            parts += 1;
            filled = 0;
        }
        filled += length;
    }
    SmsCost { parts, units, room: parts * together, keeps_to_gsm }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn french_and_english_keep_to_the_alphabet() {
        for (text, expected) in [
            ("Prêt-à-porter, reçu n° 7 : cœur d’artichaut", "Pret-à-porter, recu no 7 : coeur d'artichaut"),
            ("“Fleurs” «du mal»… 2 × 5 €", "\"Fleurs\" \"du mal\"... 2 x 5 €"),
            ("Nº 1ª – ŒUVRE À ÊTRE", "No 1a - OEUVRE A ETRE"),
            ("2\u{a0}500\u{202f}DA\u{2009}!", "2 500 DA !"),
            ("Bonjour 👋🏽 Amina", "Bonjour  Amina"),
            ("e\u{301}te\u{301}", "ete"),
            ("\u{2066}ORD-1\u{2069}\u{200b}", "ORD-1"),
            ("Aḍrar n Ǧerǧer", "Adrar n Gerger"),
            ("@£$¥èéùìòÇØøÅåΔ_ß{}[]~|^\\", "@£$¥èéùìòÇØøÅåΔ_ß{}[]~|^\\"),
            ("", ""),
            // Letters of another script are the text itself.
            ("Boutique النور, reçu", "Boutique النور, reçu"),
            ("Магазин", "Магазин"),
        ] {
            assert_eq!(folded(text), expected);
        }
    }

    #[test]
    fn every_letter_of_latin_1_folds_into_the_alphabet() {
        for c in ('\u{a0}'..='\u{17f}').filter(|c| c.is_alphabetic()) {
            let text = folded(&c.to_string());
            let known = text.chars().all(|c| septets(c).is_some());
            assert!(known || !"àâäçéèêëîïôöùûüÿœæ".contains(c.to_lowercase().next().unwrap()), "{c}: {text}");
        }
    }

    #[test]
    fn an_sms_is_counted_in_parts() {
        for (text, expected) in [
            (String::new(), 1),
            ("a".repeat(160), 1),
            ("a".repeat(161), 2),
            ("a".repeat(306), 2),
            ("a".repeat(307), 3),
            ("€".repeat(80), 1),
            ("€".repeat(81), 2),
            // 76 letters of two septets fill a part; one septet of it stays empty.
            ("€".repeat(153), 3),
            ("é".repeat(160), 1),
            ("ê".repeat(70), 1),
            ("ê".repeat(71), 2),
            ("ش".repeat(134), 2),
            ("ش".repeat(135), 3),
            ("😀".repeat(35), 1),
            ("😀".repeat(36), 2),
        ] {
            assert_eq!(
                parts(&text),
                expected,
                "{} of {}",
                text.chars().count(),
                text.chars().take(3).collect::<String>()
            );
        }
    }
}
