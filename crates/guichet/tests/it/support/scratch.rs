//! A directory of its own for each test.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::engine;

/// An empty directory, under Cargo's directory for such things.
pub(crate) fn scratch(name: &str) -> PathBuf {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let path =
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}-{number}", std::process::id()));
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).expect("a directory");
    engine::assign(&path, number);
    path
}
