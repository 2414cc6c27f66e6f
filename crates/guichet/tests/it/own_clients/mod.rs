//! Our own clients against a real server: each is built as whoever publishes it builds it, and a script in its language does what
//! a shop does.

mod php;
mod python;
mod rust;
mod typescript;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::support::scratch::scratch;
use crate::support::test_server::TestServer;

/// A copy of what is published of a client, where it may be built.
struct Checkout {
    /// The folder of the client.
    folder: PathBuf,
    /// What its programs are told: where the server is, and with which key.
    settings: Vec<(&'static str, String)>,
}

impl Checkout {
    /// The client of that language, for a shop of the server.
    async fn of(language: &str, server: &TestServer) -> Self {
        let clients = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../clients");
        let scratch = scratch(&format!("client-{language}"));
        fs::copy(clients.join("openapi.json"), scratch.join("openapi.json")).expect("the description");
        let folder = scratch.join(language);
        copy(&clients.join(language), &folder);
        let key = server.shop().await.key.expect("a key");
        let settings = vec![("GUICHET", server.base_url.clone()), ("KEY", key), ("FOLDER", utf8(&scratch))];
        Checkout { folder, settings }
    }

    /// Runs a program there, which must go well; what it printed.
    fn run(&self, program: &str, arguments: &[&str]) -> String {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(&self.folder).stdin(Stdio::null());
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        let output = command.output().unwrap_or_else(|error| panic!("{program}: {error}: run ./test once"));
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program} {arguments:?}: {said}{complaint}");
        said
    }

    /// Runs the script that does what a shop does.
    fn shop(&self, program: &str, before: &[&str], script: &str) {
        let script = utf8(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/own_clients").join(script));
        println!("{}", self.run(program, &[before, &[script.as_str()]].concat()));
    }
}

/// Where `./test` puts what the tests need.
fn tools(part: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("test-tools").join(part)
}

fn utf8(path: &Path) -> String {
    path.to_str().expect("UTF-8").to_owned()
}

/// Copies a folder, without what was built in it.
fn copy(from: &Path, to: &Path) {
    const BUILT: [&str; 5] = ["node_modules", "dist", "contract.ts", "__pycache__", "vendor"];
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").map(|entry| entry.expect("an entry")) {
        let name = entry.file_name();
        match name.to_str() {
            Some(name) if BUILT.contains(&name) => {}
            _ if entry.path().is_dir() => copy(&entry.path(), &to.join(name)),
            _ => drop(fs::copy(entry.path(), to.join(name)).expect("a file")),
        }
    }
}
