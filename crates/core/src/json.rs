//! JSON as programs write it, made ready for a strict reader: one place for what every endpoint tolerates, so that
//! no two of them differ.

use std::borrow::Cow;

/// The byte order mark of UTF-8, which is against RFC 8259, but harmless.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The document without a byte order mark, and with every number whose fraction is zero written as the integer that
/// it is: `5000.0` becomes `5000`. Texts, exponents and everything else stay as they are, also in what is no JSON.
pub fn json_as_read(body: &[u8]) -> Cow<'_, [u8]> {
    let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
    if body.windows(2).any(|pair| pair == b".0") {
        Cow::Owned(with_integers(body))
    } else {
        Cow::Borrowed(body)
    }
}

fn with_integers(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some(first) = rest.first() {
        let length = match first {
            b'"' => text_length(rest),
            b'-' | b'0'..=b'9' => {
                let of_number = |byte: &&u8| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9');
                let length = rest.iter().take_while(of_number).count();
                out.extend_from_slice(integer(&rest[..length]));
                rest = &rest[length..];
                continue;
            }
            _ => 1,
        };
        out.extend_from_slice(&rest[..length]);
        rest = &rest[length..];
    }
    out
}

/// The length in bytes of the text literal at the beginning, quotes included; of all the rest where it does not end.
fn text_length(rest: &[u8]) -> usize {
    let mut escaped = false;
    for (index, byte) in rest.iter().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return index + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The integer that a number literal is; the literal itself where it is none.
fn integer(literal: &[u8]) -> &[u8] {
    let Some(point) = literal.iter().position(|byte| *byte == b'.') else { return literal };
    let (whole, fraction) = (&literal[..point], &literal[point + 1..]);
    let digits = |bytes: &[u8]| !bytes.is_empty() && bytes.iter().all(u8::is_ascii_digit);
    let is_integer = digits(whole.strip_prefix(b"-").unwrap_or(whole))
        && !fraction.is_empty()
        && fraction.iter().all(|byte| *byte == b'0');
    match whole {
        _ if !is_integer => literal,
        // Readers take `-0` for a number with a fraction.
        b"-0" => b"0",
        _ => whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_whose_fraction_is_zero_is_an_integer() {
        for (sent, read) in [
            ("5000.0", "5000"),
            (r#"{"a":5000.00,"b":[1.0,-2.0 ,0.0]}"#, r#"{"a":5000,"b":[1,-2 ,0]}"#),
            ("-0.0", "0"),
            ("-0", "-0"),
            ("5000.5", "5000.5"),
            ("5000.05", "5000.05"),
            ("5.0e3", "5.0e3"),
            ("1e3", "1e3"),
            ("9223372036854775807.0", "9223372036854775807"),
            ("5.", "5."),
            (".0", ".0"),
            ("1.0.0", "1.0.0"),
            (r#"{"v":"5000.0","w":"a\"1.0"}"#, r#"{"v":"5000.0","w":"a\"1.0"}"#),
            (r#""1.0"#, r#""1.0"#),
            (r#"{"1.0":1.0}"#, r#"{"1.0":1}"#),
            ("\u{feff}{\"a\":1.0}", "{\"a\":1}"),
            ("\u{feff}{}", "{}"),
            ("\u{feff}\u{feff}{}", "\u{feff}{}"),
            ("{\"a\":\"\u{feff}\"}", "{\"a\":\"\u{feff}\"}"),
            ("", ""),
            ("v=1.0", "v=1"),
        ] {
            assert_eq!(json_as_read(sent.as_bytes()), read.as_bytes(), "{sent}");
        }
        assert_eq!(&*json_as_read(b"\xff.0"), b"\xff.0");
    }
}
