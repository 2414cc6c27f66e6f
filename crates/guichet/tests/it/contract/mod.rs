//! The description of the API, as the programs of others read it: linters, a client that tries everything, and clients that are made
//! of it. All of it against a running server, whose own description it is. The linters also read the documents of the other APIs that
//! it speaks.

mod examples;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use guichet_core::Environment;
use guichet_gateways::DIALECTS;
use serde_json::json;

use crate::support::call::{Caller, text};
use crate::support::scratch::scratch;
use crate::support::shop_file::{Account, Merchant};
use crate::support::test_server::{TestServer, plain_order};

/// How many cases are tried at the least, and how many of each operation are made up; `GUICHET_TEST_CASES` in the environment says
/// otherwise.
const LEAST_CASES: usize = 3_000;
const MADE_UP: usize = 50;

fn tool(path: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("test-tools/contract");
    assert!(folder.join("versions").exists(), "{} lacks the tools: run ./test once", folder.display());
    folder.join(path)
}

/// A running server, its description in a folder, and what the programs there are told.
struct Reader {
    server: TestServer,
    shop: Caller,
    folder: PathBuf,
    settings: Vec<(&'static str, String)>,
}

impl Reader {
    async fn of(name: &str) -> Reader {
        let mut server = TestServer::start(&format!("contract-{name}")).await;
        server.without_audit(
            "its account may be asked once a second, so checks that are due may wait in the end",
        );
        let card = Account::at("ocpay", "card", Environment::Test)
            .usual_url(&server.sandbox_url)
            .checks_per_second(1);
        let card = card.secret(json!({ "access_token": "sk_sandbox_reader" }));
        server.declare(Merchant::named("reader").account(card)).await;
        let shop = server.caller("reader", Environment::Test).await;
        let folder = scratch(&format!("contract-{name}-files"));
        let description = shop.get("/openapi.json").await.expect(200).text();
        std::fs::write(folder.join("openapi.json"), description).expect("written");
        let mut orders = Vec::new();
        for number in 0..10 {
            let mut order = plain_order(&format!("contract-{number}"));
            order["gateway"] = json!("ocpay");
            orders.push(text(&shop.order(&order).await, "/id"));
        }
        let key = shop.key.clone().expect("a key");
        let settings = vec![("GUICHET", server.base_url.clone()), ("KEY", key), ("ORDERS", orders.join(" "))];
        Reader { server, shop, folder, settings }
    }

    /// Runs a program, which must go well; what it printed.
    fn run(&self, program: &Path, arguments: &[&str]) -> String {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(&self.folder).stdin(Stdio::null());
        command.env("NO_COLOR", "1").envs(self.settings.iter().map(|(name, value)| (name, value)));
        let output = tokio::task::block_in_place(|| command.output());
        let output = output.unwrap_or_else(|error| panic!("{}: {error}", program.display()));
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{} {arguments:?}: {said}{complaint}", program.display());
        said + &complaint
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn linters_find_nothing() {
    let reader = Reader::of("linters").await;
    std::fs::write(reader.folder.join(".spectral.yaml"), "extends: [\"spectral:oas\"]\n").expect("written");
    let page = reader.shop.get("/docs").await.expect(200).text();
    let others = DIALECTS.iter().map(|dialect| dialect.name()).chain(["oneentry"]);
    let mut documents = vec!["openapi.json".to_owned()];
    for address in others.map(|name| format!("openapi/{name}.json")) {
        assert!(page.contains(&format!("href=\"{address}\"")), "/docs does not lead to {address}");
        let served = reader.shop.get(&format!("/{address}")).await.expect(200);
        assert_eq!(served.header("content-type"), "application/json", "{address}");
        assert_eq!(served.json()["servers"], json!([{ "url": reader.server.base_url }]), "{address}");
        let file = address.replace('/', "-");
        std::fs::write(reader.folder.join(&file), served.text()).expect("written");
        documents.push(file);
    }
    for document in &documents {
        let lint = reader.run(&tool("node_modules/.bin/redocly"), &["lint", document]);
        assert!(lint.contains("Your API description is valid.") && !lint.contains("Warning was"), "{lint}");
        let lint =
            reader.run(&tool("node_modules/.bin/spectral"), &["lint", "--fail-severity=hint", document]);
        assert!(lint.contains("No results"), "{lint}");
    }
}

/// What is sent is valid or not, and what comes back is what the description says. Only that all that is valid is also taken cannot be
/// said there: a field's value may be wrong beside another's.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_sent_the_answer_is_as_described() {
    let reader = Reader::of("cases").await;
    let (url, key) = (&reader.server.base_url, &reader.settings[1].1);
    let made_up = std::env::var("GUICHET_TEST_CASES").unwrap_or_else(|_| MADE_UP.to_string());
    let said = reader.run(
        &tool("venv/bin/schemathesis"),
        &[
            "run",
            &format!("{url}/openapi.json"),
            "--header",
            &format!("Authorization: Bearer {key}"),
            "--phases=examples,coverage,fuzzing",
            &format!("--max-examples={made_up}"),
            "--exclude-checks=positive_data_acceptance",
            "--warnings=off",
            "--workers=2",
            "--seed=1",
        ],
    );
    let cases = said.lines().find_map(|line| line.trim().split_once(" generated")?.0.parse::<usize>().ok());
    assert!(cases.is_some_and(|cases| cases >= LEAST_CASES), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_made_for_typescript_reads_every_answer() {
    let reader = Reader::of("typescript").await;
    reader.run(&tool("node_modules/.bin/openapi-ts"), &["--input", "openapi.json", "--output", "made"]);
    std::fs::write(reader.folder.join("package.json"), r#"{"type":"commonjs"}"#).expect("written");
    let options = [
        "--module",
        "commonjs",
        "--target",
        "es2022",
        "--lib",
        "es2023,dom,dom.iterable",
        "--strict",
        "--skipLibCheck",
    ];
    let tsc = tool("node_modules/.bin/tsc");
    reader.run(&tsc, &[&options[..], &["--outDir", "built", "made/index.ts", "made/client.gen.ts"]].concat());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/contract/made.cjs");
    reader.run(Path::new("node"), &[script.to_str().expect("UTF-8")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_made_for_python_reads_every_answer() {
    let reader = Reader::of("python").await;
    let made = reader.run(
        &tool("venv/bin/openapi-python-client"),
        &["generate", "--path", "openapi.json", "--output-path", "made", "--meta", "none"],
    );
    assert!(!made.contains("WARNING") && !made.contains("unsupported"), "{made}");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/contract/made.py");
    reader.run(&tool("venv/bin/python3"), &[script.to_str().expect("UTF-8")]);
}
