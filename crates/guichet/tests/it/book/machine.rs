//! A machine on which Guichet was just installed and on which its operator is root: namespaces of their own over a copy of this
//! machine's files that is thrown away. The files lie as the package lays them, the server runs as its unit says, and
//! `machine/` holds what stands for the programs that do not run here.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::packaging::root;
use crate::support::scratch::scratch;

/// A machine; nothing of it is left once its script has ended.
pub(super) struct Machine {
    place: PathBuf,
    /// The script in `machine/` that says what holds at the beginning.
    before: &'static str,
}

/// What came of a script.
pub(super) struct Outcome {
    pub(super) well: bool,
    /// Everything it printed.
    pub(super) told: String,
}

impl Machine {
    /// A machine with a server running and a shop declared, in the folder of its operator.
    pub(super) fn installed(name: &str) -> Machine {
        Machine { place: scratch(name), before: "installed" }
    }

    /// A machine of a developer, with Guichet's program and files and nothing running, in the home of root.
    pub(super) fn of_a_developer(name: &str) -> Machine {
        Machine { place: scratch(name), before: "developers" }
    }

    /// Runs a script of bash as root.
    pub(super) fn run(self, script: &str) -> Outcome {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/book/machine");
        let mut machine = Command::new("unshare");
        machine.args(["--user", "--map-root-user", "--mount", "--net", "--pid", "--fork", "--kill-child"]);
        machine.arg("bash").arg(here.join("begin.sh")).arg(&self.place).arg(env!("CARGO_BIN_EXE_guichet"));
        let tools = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("test-tools");
        machine.arg(&here).arg(root()).arg(tools).arg(self.before).env_clear();
        machine.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut machine = machine.spawn().expect("unshare");
        let mut input = machine.stdin.take().expect("a pipe");
        input.write_all(script.as_bytes()).expect("the script is read");
        drop(input);
        let output = machine.wait_with_output().expect("its end");
        Outcome { well: output.status.success(), told: String::from_utf8_lossy(&output.stdout).into_owned() }
    }
}
