//! The files of the repository, read whole.

use std::path::{Path, PathBuf};

/// A file: its path from the repository's root, and its text.
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the workspace").to_owned()
}

/// What is made, fetched or another tool's, and so is not ours.
const NOT_OURS: [&str; 6] = ["target", ".git", "node_modules", ".venv", "book", "pictures"];

/// Every text file below that directory.
pub(crate) fn files(below: &str) -> Vec<File> {
    let mut found = Vec::new();
    walk(&root(), &root().join(below), &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(!found.is_empty(), "{below} has no files");
    found
}

/// Every Rust file below that directory.
pub(crate) fn rust(below: &str) -> Vec<File> {
    files(below).into_iter().filter(|file| file.path.ends_with(".rs")).collect()
}

fn walk(root: &Path, directory: &Path, found: &mut Vec<File>) {
    for entry in std::fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if NOT_OURS.contains(&name.as_str()) {
            continue;
        }
        if path.is_dir() {
            walk(root, &path, found);
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            let path = path.strip_prefix(root).expect("below the root");
            found.push(File { path: path.to_string_lossy().into_owned(), text });
        }
    }
}

impl File {
    /// Whether it is a test from its first line to its last.
    pub(crate) fn is_test(&self) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        let tests = ["tests.rs", "laws.rs", "table.rs", "fixtures.rs"];
        self.path.contains("/tests/") || name.ends_with("_tests.rs") || tests.contains(&name)
    }

    /// The text before the tests within it.
    pub(crate) fn without_tests(&self) -> &str {
        self.text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or_default()
    }

    /// The code before the tests: its lines without comments.
    pub(crate) fn code(&self) -> String {
        let code = self.without_tests().lines().map(|line| match line.find("//") {
            Some(at) if line[..at].trim().is_empty() || line[..at].ends_with(' ') => &line[..at],
            Some(_) | None => line,
        });
        code.collect::<Vec<_>>().join("\n")
    }
}

/// The words of a text: letters, digits and underscores together.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}
