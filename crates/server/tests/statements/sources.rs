//! The SQL texts of the store, as its sources have them: literals, and what `concat!` and a macro of one literal make of
//! them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// A statement, and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    pub(crate) file: String,
    pub(crate) sql: String,
}

/// What a source is made of, as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Text(String),
    Word(String),
    Sign(char),
}

/// What stands in a macro for its argument.
const ARGUMENT: &str = "\u{0}";

/// Every statement of the store.
pub(crate) fn statements() -> Vec<Statement> {
    let store = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store");
    let mut files = Vec::new();
    rust_files(&store.join("tables"), &mut files);
    files.sort();
    let found: Vec<Statement> = files.iter().flat_map(|file| of_file(file)).collect();
    assert!(found.len() > 100, "only {} statements were found", found.len());
    found
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in
        std::fs::read_dir(folder).expect("the store's folder").map(|entry| entry.expect("a file").path())
    {
        if entry.is_dir() {
            rust_files(&entry, files);
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            files.push(entry);
        }
    }
}

fn of_file(file: &Path) -> Vec<Statement> {
    let source = std::fs::read_to_string(file).expect("a source");
    let source = source.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let tokens = tokens(source);
    let macros = macros(&tokens);
    let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let (mut found, mut at) = (Vec::new(), 0);
    while at < tokens.len() {
        let Some((text, next)) = evaluate(&tokens, at, &macros) else {
            at += 1;
            continue;
        };
        at = next;
        let is_statement = ["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ", "WITH "]
            .iter()
            .any(|verb| text.starts_with(verb));
        if is_statement && !text.contains(ARGUMENT) {
            found.push(Statement { file: name.clone(), sql: text });
        }
    }
    found
}

/// The macros of a file that put their argument into a text.
fn macros(tokens: &[Token]) -> HashMap<String, String> {
    let mut macros = HashMap::new();
    for (at, _) in tokens.iter().enumerate().filter(|(_, token)| is_word(token, "macro_rules")) {
        let Some(Token::Word(name)) = tokens.get(at + 2) else { continue };
        let end = tokens[at + 3..].iter().position(|token| is_word(token, "macro_rules"));
        let rest = &tokens[..end.map_or(tokens.len(), |end| at + 3 + end)];
        let body = (at..rest.len()).filter(|at| is_word(&rest[*at], "concat"));
        let made = body.filter_map(|at| evaluate(rest, at, &HashMap::new())).map(|(text, _)| text);
        if let Some(text) = made.take(1).find(|text| text.contains(ARGUMENT)) {
            macros.insert(name.clone(), text);
        }
    }
    macros
}

fn is_word(token: &Token, word: &str) -> bool {
    matches!(token, Token::Word(found) if found == word)
}

/// The text that begins there, and where what follows it begins.
fn evaluate(tokens: &[Token], at: usize, macros: &HashMap<String, String>) -> Option<(String, usize)> {
    match tokens.get(at)? {
        Token::Text(text) => Some((text.clone(), at + 1)),
        Token::Sign('$') => Some((ARGUMENT.to_owned(), at + 2)),
        Token::Word(word) => {
            let is_called = tokens.get(at + 1) == Some(&Token::Sign('!'))
                && tokens.get(at + 2) == Some(&Token::Sign('('));
            let pattern = macros
                .get(word)
                .map_or(if word == "concat" { Some(ARGUMENT) } else { None }, |text| Some(text));
            let pattern = pattern.filter(|_| is_called)?;
            let (mut inner, mut at) = (String::new(), at + 3);
            while tokens.get(at)? != &Token::Sign(')') {
                if tokens[at] == Token::Sign(',') {
                    at += 1;
                    continue;
                }
                let (text, next) = evaluate(tokens, at, macros)?;
                inner.push_str(&text);
                at = next;
            }
            Some((pattern.replace(ARGUMENT, &inner), at + 1))
        }
        Token::Sign(_) => None,
    }
}

fn tokens(source: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        if rest.starts_with("//") {
            rest = rest.split_once('\n').map_or("", |(_, rest)| rest);
        } else if first == '"' {
            let (text, after) = literal(&rest[1..]);
            tokens.push(Token::Text(text));
            rest = after;
        } else if let Some(after) = character(rest) {
            rest = after;
        } else if first.is_alphanumeric() || first == '_' {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            tokens.push(Token::Word(rest[..end].to_owned()));
            rest = &rest[end..];
        } else {
            if !first.is_whitespace() {
                tokens.push(Token::Sign(first));
            }
            rest = &rest[first.len_utf8()..];
        }
    }
    tokens
}

/// What follows a literal of one character, which may be a quotation mark.
fn character(rest: &str) -> Option<&str> {
    ["'\"'", "'\\\"'", "'\\''", "'\\\\'"].iter().find_map(|literal| rest.strip_prefix(literal))
}

/// A literal whose first quotation mark was read: its text, and what follows it.
fn literal(rest: &str) -> (String, &str) {
    let mut text = String::new();
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (text, &rest[at + 1..]),
            '\\' => match chars.next() {
                Some((_, '\n')) => while chars.next_if(|(_, c)| c.is_whitespace()).is_some() {},
                Some((_, 'n')) => text.push('\n'),
                Some((_, other)) => text.push(other),
                None => {}
            },
            c => text.push(c),
        }
    }
    (text, "")
}

#[test]
fn texts_are_read_as_the_compiler_reads_them() {
    let source = r#"
        macro_rules! of { ($x:literal) => { concat!("SELECT a FROM t WHERE ", $x, " LIMIT 1") }; }
        const ONE: &str = of!("b = $1"); // "SELECT nothing"
        const TWO: &str = concat!(of!("c"), " UNION ALL ", of!("d"));
        fn f(c: char) { if c == '"' { g("UPDATE t \
            SET a = \"x\"") } }
    "#;
    let tokens = tokens(source);
    let macros = macros(&tokens);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match evaluate(&tokens, at, &macros) {
            Some((text, next)) => {
                found.push(text);
                at = next;
            }
            None => at += 1,
        }
    }
    for expected in [
        "SELECT a FROM t WHERE b = $1 LIMIT 1",
        "SELECT a FROM t WHERE c LIMIT 1 UNION ALL SELECT a FROM t WHERE d LIMIT 1",
        "UPDATE t SET a = \"x\"",
    ] {
        assert!(found.iter().any(|text| text == expected), "{expected}: {found:?}");
    }
    assert!(!found.iter().any(|text| text.contains("nothing")), "{found:?}");
}
