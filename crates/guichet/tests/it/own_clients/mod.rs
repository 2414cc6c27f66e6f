//! Our own clients against a real server: each is built as whoever publishes it builds it, and a script in its language does what
//! a shop does.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::support::scratch::scratch;
use crate::support::test_server::TestServer;

/// Runs a program there, which must go well; what it printed.
fn run(directory: &Path, program: &str, arguments: &[&str], settings: &[(&str, &str)]) -> String {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(directory).envs(settings.iter().copied()).stdin(Stdio::null());
    let output = command.output().unwrap_or_else(|error| panic!("{program}: {error}"));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{program} {arguments:?}: {said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    said
}

/// A copy of what is published, beside the tools that build it.
fn checkout(name: &str) -> PathBuf {
    let clients = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../clients");
    let tools = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("test-tools/node_modules");
    assert!(tools.join("typescript").exists(), "{} lacks typescript: run ./test once", tools.display());
    let place = scratch(&format!("client-{name}"));
    fs::copy(clients.join("openapi.json"), place.join("openapi.json")).expect("the description");
    copy(&clients.join(name), &place.join(name));
    symlink(tools, place.join(name).join("node_modules")).expect("the tools");
    place.join(name)
}

/// Copies a folder, without what was built in it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").map(|entry| entry.expect("an entry")) {
        let name = entry.file_name();
        match name.to_str() {
            Some("node_modules" | "dist" | "contract.ts") => {}
            _ if entry.path().is_dir() => copy(&entry.path(), &to.join(name)),
            _ => drop(fs::copy(entry.path(), to.join(name)).expect("a file")),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_typescript_client_does_what_a_shop_does() {
    let server = TestServer::start("own-clients-typescript").await;
    let key = server.shop().await.key.expect("a key");
    let (url, sandbox) = (server.base_url.clone(), server.sandbox_url.clone());
    let walked = tokio::task::spawn_blocking(move || {
        let client = checkout("typescript");
        run(&client, "npm", &["run", "--silent", "build"], &[]);
        let packed = run(&client, "npm", &["pack", "--dry-run", "--json", "--silent"], &[]);
        for file in ["README.md", "dist/index.js", "dist/index.d.ts", "package.json"] {
            assert!(packed.contains(&format!("\"{file}\"")), "{file} is not published: {packed}");
        }
        assert!(!packed.contains("\"src/"), "sources are published: {packed}");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/own_clients/typescript.mjs");
        let script = script.to_str().expect("UTF-8").to_owned();
        let settings = [
            ("CLIENT", client.join("dist/index.js").to_str().expect("UTF-8").to_owned()),
            ("GUICHET", url),
            ("SANDBOX", sandbox),
            ("KEY", key),
        ];
        let settings: Vec<(&str, &str)> =
            settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
        run(&client, "node", &["--test", &script], &settings)
    });
    println!("{}", walked.await.expect("the script went well"));
}
