//! A body as people read it: with the line breaks that it is sent without.

/// JSON with a line for each of its parts. What stands in its texts stays as it is.
pub(super) fn indented(json: &str) -> String {
    let mut text = String::with_capacity(json.len() * 2);
    let (mut depth, mut in_text, mut is_escaped, mut is_empty) = (0_usize, false, false, false);
    let turn = |text: &mut String, depth: usize| {
        text.push('\n');
        text.extend(std::iter::repeat_n("  ", depth));
    };
    for sign in json.chars() {
        if in_text {
            text.push(sign);
            in_text = is_escaped || sign != '"';
            is_escaped = !is_escaped && sign == '\\';
            continue;
        }
        match sign {
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                if !is_empty {
                    turn(&mut text, depth);
                }
                text.push(sign);
            }
            '{' | '[' => {
                if is_empty {
                    turn(&mut text, depth);
                }
                depth += 1;
                text.push(sign);
            }
            _ => {
                if is_empty {
                    turn(&mut text, depth);
                }
                text.push(sign);
            }
        }
        match sign {
            ',' => turn(&mut text, depth),
            ':' => text.push(' '),
            '"' => in_text = true,
            _ => {}
        }
        is_empty = matches!(sign, '{' | '[');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_has_a_line() {
        let json =
            r#"{"id":"evt_1","why":"a \"{,:}\" \\","data":{"items":[{"n":1},{"n":2}],"none":{},"no":[]}}"#;
        let expected = "{\n  \"id\": \"evt_1\",\n  \"why\": \"a \\\"{,:}\\\" \\\\\",\n  \"data\": {\n    \"items\": [\n      {\n        \"n\": 1\n      },\n      {\n        \"n\": 2\n      }\n    ],\n    \"none\": {},\n    \"no\": []\n  }\n}";
        assert_eq!(indented(json), expected);
        assert_eq!(indented(""), "");
    }
}
