//! `guichet sandbox` as a program: nobody needs a key to let it send a notification, so it goes only where the operator lets it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use serde_json::{Value, json};

use crate::support::call::{Caller, text};
use crate::support::inbox::Inbox;
use crate::support::program::guichet;
use crate::support::scratch::scratch;

/// A running sandbox, killed when it is dropped.
struct SandboxProcess {
    port: String,
    child: Child,
}

impl SandboxProcess {
    fn start(name: &str, options: &[&str]) -> SandboxProcess {
        let mut command = guichet(&scratch(name));
        command.arg("sandbox").args(options).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the binary starts");
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines().map_while(Result::ok);
        let listens = |line: String| Some(line.split_once("http://")?.1.split_once(';')?.0.to_owned());
        let address = lines.filter_map(listens).next().expect("it says where it listens");
        let port = address.rsplit_once(':').expect("a port").1.to_owned();
        SandboxProcess { port, child }
    }
}

impl Drop for SandboxProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A payment that is to be notified there is paid; the notification, once it was tried.
async fn notified(sandbox: &SandboxProcess, notify_url: &str) -> Value {
    let caller = Caller::new(&format!("http://127.0.0.1:{}", sandbox.port), None);
    let asked = json!({
        "apikey": "12912847765bc0db748fdd44.40081707", "site_id": "445160", "transaction_id": "ORDER7",
        "amount": 5000, "currency": "XOF", "description": "Livre [paid]", "channels": "ALL",
        "notify_url": notify_url, "return_url": "https://shop.example/back",
    });
    caller.post("/v2/payment", &asked).await.expect(200);
    loop {
        let known = caller.get("/sandbox/notifications").await.expect(200).json();
        let tried = known
            .pointer("/data/0")
            .filter(|one| one["attempts"].as_array().is_some_and(|all| !all.is_empty()));
        if let Some(tried) = tried {
            return tried.clone();
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn notifications_go_only_where_they_may() {
    let open = ["--listen", "0.0.0.0:0"];
    let table = [
        ("loopback", vec!["--listen", "127.0.0.1:0"], true),
        ("open", open.to_vec(), false),
        ("allowed", [&open[..], &["--allow-network", "127.0.0.0/8"]].concat(), true),
    ];
    for (name, options, arrives) in table {
        let inbox = Inbox::open().await;
        let sandbox = SandboxProcess::start(&format!("sandbox-{name}"), &options);
        let tried = notified(&sandbox, &inbox.url).await;
        assert_eq!(inbox.letters().len(), usize::from(arrives), "{name}: {tried}");
        let answer = text(&tried, "/attempts/0/answer");
        assert_eq!(answer.contains("it leads into a private network"), !arrives, "{name}: {answer}");
    }
}
