//! Standard output and standard error are written to in one place, which knows what to do when nobody reads any more.

use super::sources::rust;

/// What writes to them by itself, and panics when they are closed.
const WRITES: [&str; 5] = ["println!", "print!", "eprintln!", "eprint!", "dbg!"];

#[test]
fn only_one_place_prints() {
    for below in [
        "crates/guichet/src",
        "crates/demo/src",
        "crates/server/src",
        "crates/core/src",
        "crates/gateways/src",
    ] {
        for file in rust(below).into_iter().filter(|file| !file.is_test()) {
            let code = file.code();
            let found: Vec<_> = WRITES.iter().filter(|word| code.contains(*word)).collect();
            assert!(
                found.is_empty(),
                "{} uses {found:?}; `say!` and `note!` of crates/guichet/src/output.rs print",
                file.path
            );
        }
    }
}
