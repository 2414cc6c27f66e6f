//! Every problem code that the server can send is explained to those who meet it.

use std::collections::BTreeSet;

use super::sources::{root, rust};

/// The arguments of the call whose parenthesis was just opened, at the top level.
fn arguments(rest: &str) -> Vec<String> {
    let (mut depth, mut quoted, mut escaped) = (0, false, false);
    let mut found = vec![String::new()];
    for letter in rest.chars() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '(' | '[' | '{' if !quoted => depth += 1,
            ')' | ']' | '}' if !quoted && depth == 0 => break,
            ')' | ']' | '}' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                found.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(argument) = found.last_mut() {
            argument.push(letter);
        }
    }
    found.into_iter().map(|argument| argument.trim().to_owned()).collect()
}

fn literal(argument: &str) -> Option<String> {
    let code = argument.strip_prefix('"')?.strip_suffix('"')?;
    code.chars().all(|c| c.is_ascii_lowercase() || c == '_').then(|| code.to_owned())
}

/// The codes that the sources send.
fn codes() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for file in rust("crates/server/src") {
        for call in ["Problem::new(", "Problem::field("] {
            for rest in file.without_tests().split(call).skip(1) {
                found.extend(arguments(rest).get(1).and_then(|code| literal(code)));
            }
        }
        for rest in file.without_tests().split("refuse(").skip(1) {
            found.extend(arguments(rest).first().and_then(|code| literal(code)));
        }
    }
    for file in rust("crates/gateways/src").into_iter().chain(rust("crates/core/src")) {
        let given = file.without_tests().split("code: \"").skip(1).filter_map(|rest| rest.split('"').next());
        found.extend(given.map(str::to_owned));
        if file.path.ends_with("refusal.rs") {
            let arms = file.text.split("=> \"").skip(1).filter_map(|rest| rest.split('"').next());
            found.extend(arms.map(str::to_owned));
        }
        for rest in file.without_tests().split("broken(").skip(1) {
            found.extend(arguments(rest).first().and_then(|code| literal(code)));
        }
    }
    found.retain(|code| code.contains('_'));
    found
}

#[test]
fn every_code_is_explained() {
    let codes = codes();
    for known in ["not_found", "key_revoked", "amount_not_whole", "order_already_paid", "text_length"] {
        assert!(codes.contains(known), "the search lost {known}: {codes:?}");
    }
    let pages = ["docs/problems.md", "docs/src/problems.md"];
    let Some(page) = pages.iter().find_map(|page| std::fs::read_to_string(root().join(page)).ok()) else {
        return;
    };
    let silent: Vec<_> = codes.iter().filter(|code| !page.contains(&format!("`{code}`"))).collect();
    assert!(silent.is_empty(), "docs say nothing about {silent:?}");
}
