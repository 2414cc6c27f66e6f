//! The Containerfile: no engine is needed to see that what it names is there.

use std::path::Path;

use serde_json::Value;

use super::{help, known_by, read, root};

/// Its instructions, each on one line.
fn instructions() -> Vec<String> {
    let text = read("Containerfile");
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    let joined = lines.join("\n").replace("\\\n", " ");
    joined.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// What stands behind an instruction's name, wherever it does.
fn of(name: &str) -> Vec<String> {
    let all = instructions();
    let found = all.iter().filter_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    found.map(str::to_owned).collect()
}

#[test]
fn what_is_copied_is_there_and_is_sent_to_the_engine() {
    let sent = read(".dockerignore");
    let copies = of("COPY").into_iter().filter(|copy| !copy.starts_with("--from"));
    let sources: Vec<String> = copies
        .flat_map(|copy| copy.split(' ').rev().skip(1).map(str::to_owned).collect::<Vec<_>>())
        .collect();
    assert!(sources.contains(&"Cargo.lock".to_owned()), "{sources:?}");
    // Cargo wants to see every part of the workspace, also those that it does not build.
    let workspace: toml::Table = toml::from_str(&read("Cargo.toml")).expect("TOML");
    let members = workspace["workspace"]["members"].as_array().expect("members");
    for member in members.iter().filter_map(toml::Value::as_str) {
        let is_copied = sources.iter().any(|source| Path::new(member).starts_with(source));
        assert!(is_copied, "{member} is a part of the workspace and not copied");
    }
    for source in sources {
        assert!(root().join(&source).exists(), "{source}");
        assert!(sent.lines().any(|line| line == format!("!{source}")), "{source} is not sent to the engine");
    }
}

#[test]
fn what_it_starts_and_sets_is_known() {
    let settings = of("ENV").concat();
    assert!(settings.contains("GUICHET_DATABASE"), "{settings}");
    let serve = help(&["serve"]);
    for name in settings.split([' ', '=']).filter(|word| word.starts_with("GUICHET_")) {
        assert!(serve.contains(name), "{name}");
    }
    for starts in [of("CMD"), of("HEALTHCHECK")].concat() {
        let list = starts.split_once('[').map(|(_, rest)| format!("[{rest}")).expect("a list");
        let words: Vec<Value> = serde_json::from_str(&list).expect("a list of words");
        let words: Vec<&str> =
            words.iter().filter_map(Value::as_str).filter(|word| *word != "guichet").collect();
        known_by(&words[..1], &words.join(" "));
    }
}

#[test]
fn it_runs_as_nobody_in_particular_and_ends_in_time() {
    assert_eq!(of("USER"), ["guichet"], "it does not run as root");
    assert_eq!(of("STOPSIGNAL"), ["SIGTERM"]);
    assert_eq!(of("VOLUME"), ["/var/lib/guichet"]);
    let last = of("FROM").pop().expect("a stage");
    assert_eq!(last, "base", "what builds it is not in it");
    for line in of("RUN").iter().filter(|line| line.contains("apt-get")) {
        assert!(
            line.contains("--no-install-recommends") && line.contains("rm -rf /var/lib/apt/lists"),
            "{line}"
        );
    }
}
