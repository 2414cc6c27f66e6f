//! The C shim that records what the server writes and lets calls fail: compiled here, loaded into the server by
//! `LD_PRELOAD`.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use super::trace::Kind;

/// How a call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// With EIO: the device failed.
    Io,
    /// With ENOSPC: the disk is full.
    Full,
    /// The first write stops half-way and later ones find the disk full.
    Short,
}

/// How many calls fail when all do from the first one on.
pub(crate) const FOREVER: u64 = u64::MAX / 2;

/// Which calls of the server fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) kind: Kind,
    /// The first call of that kind that fails, counted from 1.
    pub(crate) nth: u64,
    /// How many calls fail from there on.
    pub(crate) times: u64,
    pub(crate) how: How,
}

/// As the shim reads it.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = match self.how {
            How::Io => "EIO",
            How::Full => "ENOSPC",
            How::Short => "SHORT",
        };
        write!(f, "{}:{}:{}:{how}", self.kind, self.nth, self.times)
    }
}

/// Has the binary started with the shim: its calls are recorded at `trace`, and those of the fault fail.
pub(crate) fn load(command: &mut Command, trace: &Path, fault: Option<Fault>) {
    command.env("LD_PRELOAD", library()).env("GUICHET_DISK_TRACE", trace);
    if let Some(fault) = fault {
        command.env("GUICHET_DISK_FAULT", fault.to_string());
    }
}

fn library() -> &'static Path {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    LIBRARY.get_or_init(compile)
}

fn compile() -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR"));
    // Several runs of the tests may share the directory: each compiles its own and puts it there whole.
    let stem = format!("disk-shim-{}", std::process::id());
    let (source, compiled) = (directory.join(format!("{stem}.c")), directory.join(format!("{stem}.so")));
    let library = directory.join("disk-shim.so");
    std::fs::write(&source, include_str!("shim.c")).expect("the shim's source");
    let output = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-o"])
        .args([&compiled, &source])
        .output()
        .expect("a C compiler named cc, which these tests need");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    std::fs::rename(&compiled, &library).expect("the shim at its name");
    std::fs::remove_file(&source).expect("the shim's source is needed no more");
    library
}
