//! Why no vault key was found, in words that lead an operator on.

use std::path::PathBuf;

/// Why no key was found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoKey {
    /// There is no file in any of the places, which are in the order in which they were looked at.
    #[error("there is no key file: looked for {}", in_order(.0))]
    Missing(Vec<PathBuf>),
    /// There is a file, and it cannot be read.
    #[error("the key file {} cannot be read: {why}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        why: String,
    },
    /// There is a file, and no key in it.
    #[error("the key file {} holds no key: {why}", path.display())]
    NotAKey {
        /// The file.
        path: PathBuf,
        /// What a key is like, and what is there.
        why: String,
    },
}

fn in_order(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", then ")
}
