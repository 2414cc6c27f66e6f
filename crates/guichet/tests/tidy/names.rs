//! Words that say nothing are no names.

use super::sources::rust;

const MODULES: [&str; 6] = ["util", "utils", "common", "helper", "helpers", "misc"];
const TYPES: [&str; 8] = ["Manager", "Helper", "Util", "Service", "Processor", "Data", "Info", "Impl"];

/// A vendor's own word, spelled as on the wire.
const VENDORS: [&str; 1] = ["ProductInfo"];

#[test]
fn names_say_something() {
    for file in rust("crates") {
        let name = file.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".rs");
        assert!(!MODULES.contains(&name), "{}", file.path);
        for line in file.code().lines() {
            let mut words = line.split_whitespace().skip_while(|word| word.starts_with("pub"));
            let (Some(kind), Some(name)) = (words.next(), words.next()) else { continue };
            let name = name.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
            let bad = match kind {
                "mod" => MODULES.contains(&name),
                // An indented type is one that a trait asks for by that name.
                "struct" | "enum" | "trait" | "type" if !line.starts_with(' ') => {
                    !VENDORS.contains(&name) && camel(name).iter().any(|word| TYPES.contains(&word.as_str()))
                }
                _ => false,
            };
            assert!(!bad, "{}: {line}", file.path);
        }
    }
}

/// The words of a name such as `OrderView`.
fn camel(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for letter in name.chars() {
        match words.last_mut() {
            Some(word) if !letter.is_uppercase() => word.push(letter),
            Some(_) | None => words.push(letter.to_string()),
        }
    }
    words
}
