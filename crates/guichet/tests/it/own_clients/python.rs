//! The client for Python.

use std::fs;
use std::path::Path;

use super::{Checkout, tools, utf8};
use crate::support::test_server::TestServer;

/// What is made of other files, from the client's folder.
const MADE: [&str; 4] = ["contract.py", "_sync/client.py", "_sync/page.py", "_sync/transport.py"];

#[tokio::test(flavor = "multi_thread")]
async fn the_python_client_does_what_a_shop_does() {
    let server = TestServer::start("own-clients-python").await;
    let mut client = Checkout::of("python", &server).await;
    let walked = tokio::task::spawn_blocking(move || {
        let python = utf8(&tools("venv/bin/python3"));
        let kept = MADE.map(|file| fs::read_to_string(source(&client.folder, file)).expect("it is kept"));
        client.run(&python, &["make.py"]);
        for (file, kept) in MADE.iter().zip(kept) {
            let made = fs::read_to_string(source(&client.folder, file)).expect("it is made");
            assert!(kept == made, "{file} is not what make.py makes of the contract: run it");
        }
        client.run(&python, &["-m", "mypy", "--strict", "src"]);
        client.run(&python, &["-m", "build", "--no-isolation", "--outdir", "built"]);
        let wheel = "built/guichet-0.1.0-py3-none-any.whl";
        let shipped = client.run(&python, &["-m", "zipfile", "-l", wheel]);
        for file in ["guichet/py.typed", "guichet/contract.py", "guichet/_sync/client.py"] {
            assert!(shipped.contains(file), "{file} is not published: {shipped}");
        }
        client
            .run(&python, &["-m", "pip", "install", "--quiet", "--no-deps", "--target", "installed", wheel]);
        client.settings.push(("PYTHONPATH", utf8(&client.folder.join("installed"))));
        client.shop(&python, &["-W", "error"], "python.py");
    });
    walked.await.expect("the script went well");
}

fn source(client: &Path, file: &str) -> std::path::PathBuf {
    client.join("src/guichet").join(file)
}
