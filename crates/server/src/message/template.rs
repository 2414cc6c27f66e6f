//! Text with words in braces that stand for values. A merchant's own words (`wording`) are read
//! strictly, so that a slip is found when the shop file is applied and not by a customer; the request
//! to an SMS provider (`request`) may be JSON, whose own braces mean nothing here.

/// A text that was taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template<'a>(Vec<Piece<'a>>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece<'a> {
    /// As it stands.
    Text(&'a str),
    /// The name of a value.
    Word(&'a str),
}

impl<'a> Template<'a> {
    /// Reads a sentence: `{word}` is a value, `{{` and `}}` are braces, any other brace is a slip.
    pub(super) fn wording(text: &'a str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, from) = rest.split_at(at);
            pieces.push(Piece::Text(before));
            let (piece, read) = if from.starts_with("{{") || from.starts_with("}}") {
                (Piece::Text(&from[..1]), 2)
            } else if let Some(word) = leading_word(from) {
                (Piece::Word(word), word.len() + 2)
            } else {
                return Err(format!(
                    "“{}” is not a word in braces; a brace itself is written twice, {{{{ or }}}}",
                    from.chars().take(20).collect::<String>()
                ));
            };
            pieces.push(piece);
            rest = &from[read..];
        }
        pieces.push(Piece::Text(rest));
        Ok(Template(pieces))
    }

    /// Reads a part of a request: only `{word}` means something, every other brace is itself.
    pub(super) fn request(text: &'a str) -> Self {
        let mut pieces = Vec::new();
        let (mut begun, mut at) = (0, 0);
        while let Some(step) = text[at..].find('{') {
            at += step;
            match leading_word(&text[at..]) {
                Some(word) => {
                    pieces.push(Piece::Text(&text[begun..at]));
                    pieces.push(Piece::Word(word));
                    at += word.len() + 2;
                    begun = at;
                }
                None => at += 1,
            }
        }
        pieces.push(Piece::Text(&text[begun..]));
        Template(pieces)
    }

    /// The names of the values it asks for, in order, with repetitions.
    pub(super) fn words(&self) -> Vec<&'a str> {
        let words = self.0.iter().filter_map(|piece| match piece {
            Piece::Word(word) => Some(*word),
            Piece::Text(_) => None,
        });
        words.collect()
    }

    /// Refuses a name that means nothing, with a sentence that lists those that do.
    pub(super) fn expect_words(&self, known: &[&str]) -> Result<(), String> {
        match self.words().into_iter().find(|word| !known.contains(word)) {
            Some(unknown) => Err(format!(
                "there is no placeholder {{{unknown}}}; there are: {}",
                known.iter().map(|word| format!("{{{word}}}")).collect::<Vec<_>>().join(", ")
            )),
            None => Ok(()),
        }
    }

    /// The text with the values in their places.
    pub(super) fn fill<V: AsRef<str>>(&self, value: impl Fn(&str) -> V) -> String {
        self.filled(value, false)
    }

    /// The same for people: a value that is empty takes the space before it along, so that
    /// “Hello {name},” greets somebody without a name as “Hello,”.
    pub(super) fn fill_sentence<V: AsRef<str>>(&self, value: impl Fn(&str) -> V) -> String {
        self.filled(value, true)
    }

    fn filled<V: AsRef<str>>(&self, value: impl Fn(&str) -> V, closes_gaps: bool) -> String {
        let mut out = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Word(word) => {
                    let value = value(word);
                    if closes_gaps && value.as_ref().is_empty() && out.ends_with(' ') {
                        out.pop();
                    }
                    out.push_str(value.as_ref());
                }
            }
        }
        out
    }
}

/// The `word` of a text that begins with `{word}`.
fn leading_word(text: &str) -> Option<&str> {
    let (word, _) = text.strip_prefix('{')?.split_once('}')?;
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    (!word.is_empty() && word.bytes().all(plain)).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(word: &str) -> &'static str {
        match word {
            "name" => "Amina",
            "nobody" => "",
            "braces" => "{name}",
            _ => "?",
        }
    }

    #[test]
    fn wording_is_read_strictly() {
        let table = [
            ("", Ok("")),
            ("Hello {name}!", Ok("Hello Amina!")),
            ("{name}{name}", Ok("AminaAmina")),
            ("Hello {nobody}, {name}", Ok("Hello, Amina")),
            ("{nobody}", Ok("")),
            ("{{name}} }}{{", Ok("{name} }{")),
            ("{{{name}}}", Ok("{Amina}")),
            ("{braces}", Ok("{name}")),
            ("é{name}é", Ok("éAminaé")),
            ("{name", Err("“{name” is not a word")),
            ("{}", Err("“{}” is not a word")),
            ("{Name}", Err("“{Name}” is not a word")),
            ("a } b", Err("“} b” is not a word")),
            ("{ name }", Err("“{ name }” is not a word")),
        ];
        for (text, expected) in table {
            match (Template::wording(text).map(|template| template.fill_sentence(value)), expected) {
                (Ok(filled), Ok(expected)) => assert_eq!(filled, expected, "{text}"),
                (Err(error), Err(expected)) => assert!(error.starts_with(expected), "{text}: {error}"),
                (read, expected) => panic!("{text}: {read:?}, not {expected:?}"),
            }
        }
    }

    #[test]
    fn a_request_keeps_its_own_braces() {
        let table = [
            (r#"{"to":"{name}","in":{"a":{}}}"#, r#"{"to":"Amina","in":{"a":{}}}"#),
            ("{{name}}", "{Amina}"),
            ("{", "{"),
            ("}{name}{", "}Amina{"),
            ("{é{name}", "{éAmina"),
            ("to {nobody}!", "to !"),
            ("", ""),
        ];
        for (text, expected) in table {
            assert_eq!(Template::request(text).fill(value), expected, "{text}");
        }
    }

    #[test]
    fn an_unknown_word_is_named_and_the_known_ones_are_listed() {
        let template = Template::wording("{name} {amont}").unwrap();
        assert_eq!(
            template.expect_words(&["name", "amount"]),
            Err("there is no placeholder {amont}; there are: {name}, {amount}".to_owned())
        );
        assert_eq!(template.expect_words(&["amont", "name"]), Ok(()));
    }
}
