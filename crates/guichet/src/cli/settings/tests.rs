//! What a setting file may say, and what is said about one that says something else.

use std::path::Path;

use clap::CommandFactory;

use super::super::CommandLine;
use super::*;

fn known() -> Vec<Setting> {
    settings_of(&CommandLine::command())
}

#[test]
fn the_book_lists_every_setting() {
    let mut table =
        "| in guichet.toml | option | environment | otherwise | what it is |\n|---|---|---|---|---|\n"
            .to_owned();
    for setting in known() {
        let key = match setting.is_secret() {
            true => "never".to_owned(),
            false => format!("`{}`", setting.key),
        };
        let row = [
            key,
            format!("`{}`", setting.option()),
            format!("`{}`", setting.variable()),
            setting.otherwise(),
            setting.meaning(),
        ];
        table.push_str(&format!("| {} |\n", row.join(" | ")));
    }
    crate::cli::book::holds("running.md", "settings", &table);
}

/// A file with that text has these problems, each a line and a part of what is said.
#[track_caller]
fn check(text: &str, problems: &[(usize, &str)]) {
    let told = match SettingFile::parse(Path::new("guichet.toml"), text, &known()) {
        Ok(_) => String::new(),
        Err(problems) => problems.to_string(),
    };
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines.len(), problems.len(), "{text}\n{told}");
    for (line, (number, part)) in lines.iter().zip(problems) {
        assert!(
            line.starts_with(&format!("guichet.toml:{number}: ")) && line.contains(part),
            "{text}\n{line}"
        );
    }
}

#[test]
fn a_file_that_cannot_be_meant_is_refused_with_all_its_lines() {
    check("", &[]);
    check("# nothing yet\n", &[]);
    check("listen = \":8080\"\ngateway_timeout = 20\nlog_requests = true\n", &[]);
    check("gateway_timeout = \"20\"", &[]);
    check("allow_networks = [\"10.0.0.0/8\", \"127.0.0.0/8\"]", &[]);
    check("allow_networks = \"10.0.0.0/8, 127.0.0.0/8\"", &[]);
    check("trusted_proxies = []", &[]);
    check(
        "database = \"postgres://guichet@db.example/guichet?password_file=/etc/guichet/database.password\"",
        &[],
    );
    for (text, part) in [
        ("publc_url = \"https://a.example\"", "did you mean public_url?"),
        ("public-url = \"https://a.example\"", "did you mean public_url?"),
        ("allow_network = []", "did you mean allow_networks?"),
        ("colour = \"red\"", "`guichet config show` lists them all"),
        ("public_url = \"shop\"", "public_url: “shop” cannot be used: it is not a URL"),
        ("gateway_timeout = 61", "61 is not in 1..=60"),
        ("gateway_timeout = 1.5", "has one value"),
        ("gateway_timeout = -1", "cannot be used"),
        ("listen = \"8080\"", "the port is missing"),
        ("listen = [\":8080\"]", "has one value"),
        ("log_format = \"yaml\"", "it is one of json, text"),
        ("log_requests = \"perhaps\"", "it is true or false"),
        ("allow_networks = [\"10.0.0.0/8\", \"nonsense\"]", "“nonsense” cannot be used"),
        ("allow_networks = [[\"10.0.0.0/8\"]]", "a list of texts"),
        ("key = \"00\"", "key_file = "),
        ("database = \"postgres://guichet:secret@db.example/guichet\"", "?password_file="),
        ("database = \"postgres://guichet@db.example/guichet?password=secret\"", "?password_file="),
        ("[server]\nlisten = \":1\"", "there is no setting server"),
        ("listen", ""),
    ] {
        check(text, &[(1, part)]);
    }
    check(
        "public_url = \"x\"\n\nlog_fromat = \"json\"\ngateway_timeout = 0\n",
        &[(1, "public_url"), (3, "log_format?"), (4, "1..=60")],
    );
    check("listen = \":1\"\nlisten = \":2\"\n", &[(2, "duplicate")]);
}

#[test]
fn paths_are_meant_from_where_the_file_is() {
    for (text, expected) in [
        ("sqlite:guichet.db", "sqlite:/etc/guichet/guichet.db"),
        ("sqlite://guichet.db", "sqlite:/etc/guichet/guichet.db"),
        ("shop/guichet.db", "/etc/guichet/shop/guichet.db"),
        ("sqlite:/var/lib/guichet/guichet.db", "sqlite:/var/lib/guichet/guichet.db"),
        ("postgres://guichet@db.example/guichet", "postgres://guichet@db.example/guichet"),
    ] {
        let file = format!("database = \"{text}\"");
        let file = SettingFile::parse(Path::new("/etc/guichet/guichet.toml"), &file, &known()).expect("good");
        assert_eq!(file.values("database"), Some(&[expected.to_owned()][..]));
    }
    let file = SettingFile::parse(Path::new("guichet.toml"), "key_file = \"k\"", &known()).expect("good");
    assert_eq!(file.values("key_file"), Some(&["k".to_owned()][..]));
}
