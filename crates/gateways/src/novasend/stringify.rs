//! The result of JavaScript's `JSON.stringify(JSON.parse(text))`, as far as it can be computed without floating
//! point: white space goes, `\/` and `\u00e9` become plain characters, `153.00` becomes
//! `153`. Novasend's sample code verifies signatures over exactly that.

use serde::de::IgnoredAny;

/// JavaScript keeps integers exactly up to 2^53, which has 16 digits.
const EXACT_DIGITS: usize = 15;

/// The bytes rewritten; `None` when they are not JSON, or hold a number or a text that only
/// JavaScript could rewrite (exponents, very many digits, half of a surrogate pair). An object whose
/// keys are repeated or look like numbers comes out otherwise than JavaScript orders it, which only
/// means that a signature over it is not recognised.
pub(super) fn stringified(json: &[u8]) -> Option<Vec<u8>> {
    // Whether it is JSON at all is checked first, so that the rest can scan it without nesting.
    serde_json::from_slice::<IgnoredAny>(json).ok()?;
    let text = std::str::from_utf8(json).ok()?;
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.bytes().next() {
        let taken = match first {
            b' ' | b'\t' | b'\n' | b'\r' => 1,
            b'"' => {
                let length = text_length(rest)?;
                let plain: String = serde_json::from_str(&rest[..length]).ok()?;
                out.push_str(&serde_json::to_string(&plain).ok()?);
                length
            }
            b'-' | b'0'..=b'9' => {
                let length = rest.bytes().take_while(|byte| !b" \t\n\r,]}".contains(byte)).count();
                out.push_str(&number(&rest[..length])?);
                length
            }
            other => {
                out.push(char::from(other));
                1
            }
        };
        rest = rest.get(taken..)?;
    }
    Some(out.into_bytes())
}

/// The length in bytes of the text literal at the beginning, quotes included.
fn text_length(rest: &str) -> Option<usize> {
    let mut escaped = false;
    for (index, byte) in rest.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(index + 1),
            _ => {}
        }
    }
    None
}

/// A number as JavaScript writes it.
fn number(literal: &str) -> Option<String> {
    let (sign, digits) = literal.strip_prefix('-').map_or(("", literal), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !plain(whole) || !plain(fraction) || whole.len() + fraction.len() > EXACT_DIGITS {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    Some(match (whole, fraction) {
        ("0", "") => "0".to_owned(),
        // JavaScript writes anything below a millionth with an exponent.
        ("0", fraction) if fraction.starts_with("000000") => return None,
        (whole, "") => format!("{sign}{whole}"),
        (whole, fraction) => format!("{sign}{whole}.{fraction}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_javascript_would() {
        for (json, expected) in [
            ("{}", Some("{}")),
            (
                " { \"b\" : 1 ,\r\n\t\"a\" : [ true , null , false ] } ",
                Some(r#"{"b":1,"a":[true,null,false]}"#),
            ),
            (r#"{"u":"https:\/\/pay.wave.com\/c\/1"}"#, Some(r#"{"u":"https://pay.wave.com/c/1"}"#)),
            (r#"["\u00e9\u20ac\ud83c\udf81", "é"]"#, Some(r#"["é€🎁","é"]"#)),
            (
                r#""a \"quoted\" \\ \b\f\n\r\t\u001F\u007f""#,
                Some("\"a \\\"quoted\\\" \\\\ \\b\\f\\n\\r\\t\\u001f\u{7f}\""),
            ),
            (r#"{"a:1, b":" , "}"#, Some(r#"{"a:1, b":" , "}"#)),
            ("[153.00,6.50,0.0,-0,-0.0,-7,300]", Some("[153,6.5,0,0,0,-7,300]")),
            ("[0.000001]", Some("[0.000001]")),
            ("[0.0000001]", None),
            ("[999999999999999]", Some("[999999999999999]")),
            ("[9007199254740993]", None),
            ("[1e3]", None),
            ("[1e309]", None),
            (r#""\ud83c""#, None),
            ("", None),
            ("{", None),
            ("{'a':1}", None),
            ("a=b", None),
        ] {
            let found = stringified(json.as_bytes()).map(|bytes| String::from_utf8(bytes).expect("UTF-8"));
            assert_eq!(found.as_deref(), expected, "{json}");
        }
        assert_eq!(stringified(b"\"\xff\""), None);
    }

    #[test]
    fn depth_is_no_danger() {
        let deep = format!("{}{}", "[".repeat(50_000), "]".repeat(50_000));
        assert_eq!(stringified(deep.as_bytes()).as_deref(), Some(deep.as_bytes()));
        assert_eq!(stringified("[".repeat(50_000).as_bytes()), None);
    }
}
