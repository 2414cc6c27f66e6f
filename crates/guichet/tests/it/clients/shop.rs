//! A shop whose code is a published library in a process of its own, as it would run at a merchant's.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;

/// Where a shop sends its calls and by what it is known there.
#[derive(Debug, Clone)]
pub(crate) struct ShopSettings {
    pub(crate) gateway: String,
    pub(crate) apikey: String,
    pub(crate) site_id: String,
    /// The shop's own address, for notifications.
    pub(crate) shop: String,
}

/// The running shop; it ends when dropped.
pub(crate) struct Shop {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Shop {
    /// Starts a shop around that library.
    pub(crate) fn open(library: &str, settings: &ShopSettings) -> Shop {
        let tools = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("test-tools");
        let python = tools.join("venv/bin/python3");
        let installed = python.exists() && {
            let mut asked = Command::new(&python);
            asked.args(["-c", "import paygate_africa, cinetpay"]).stdout(Stdio::null()).stderr(Stdio::null());
            asked.status().is_ok_and(|status| status.success())
        };
        let missing = "The published clients are not in target/test-tools/venv: run ./test once, it installs \
                       what the tests need.";
        assert!(installed, "{missing}");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/clients/client.py");
        let mut child = Command::new(&python)
            .arg(script)
            .arg(library)
            // A proxy for the Internet is none for this machine.
            .envs([("no_proxy", "*"), ("NO_PROXY", "*")])
            .env("SHOP_GATEWAY", &settings.gateway)
            .env("SHOP_APIKEY", &settings.apikey)
            .env("SHOP_SITE_ID", &settings.site_id)
            .env("SHOP_URL", &settings.shop)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("Python starts");
        let questions = child.stdin.take().expect("a pipe");
        let answers = BufReader::new(child.stdout.take().expect("a pipe"));
        Shop { child, questions, answers }
    }

    /// Asks the library; what it said.
    pub(crate) fn ask(&mut self, question: &Value) -> Value {
        tokio::task::block_in_place(|| {
            let asked = writeln!(self.questions, "{question}").and_then(|()| self.questions.flush());
            let mut line = String::new();
            let read = asked.and_then(|()| self.answers.read_line(&mut line));
            if !matches!(read, Ok(length) if length > 0) {
                let _ = self.child.kill();
                let mut said = String::new();
                let _ = self.child.stderr.take().expect("a pipe").read_to_string(&mut said);
                panic!("the client is gone: {said}");
            }
            serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
        })
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
