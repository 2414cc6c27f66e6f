//! `guichet webhook listen`: it registers itself, refuses what is old or forged, and hands on the rest untouched.

use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, Stdio};

use guichet_core::Environment;
use guichet_server::webhook::{new_secret, signature};
use guichet_server::{Clock, Reach};
use serde_json::Value;

use crate::support::call::Caller;
use crate::support::inbox::Inbox;
use crate::support::program::{guichet, run};
use crate::support::scratch::scratch;
use crate::support::test_server::{TestServer, plain_order};

/// The command at work, ended when dropped.
struct Listener {
    url: String,
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Listener {
    fn start(directory: &std::path::Path, arguments: &[&str]) -> Listener {
        let mut command = guichet(directory);
        command.args(["webhook", "listen", "--listen", "127.0.0.1:0"]).args(arguments);
        let mut child = command.stdout(Stdio::piped()).spawn().expect("it starts");
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let mut listener = Listener { url: String::new(), child, lines };
        let line = listener.line_with("Listening for webhooks on ");
        listener.url = line.rsplit(' ').next().expect("an address").to_owned();
        listener
    }

    /// The next line that has that in it.
    fn line_with(&mut self, part: &str) -> String {
        loop {
            let line = self.lines.next().expect("it goes on").expect("a line");
            if line.contains(part) {
                return line;
            }
        }
    }

    /// Asks it to end, and waits for that.
    fn end(&mut self) {
        let sent = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(sent.expect("kill").success());
        assert!(self.child.wait().expect("its status").success());
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn endpoints(shop: &Caller) -> Vec<Value> {
    shop.get("/v1/webhook_endpoints").await.expect(200).json()["data"].as_array().expect("a list").clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_registers_itself_forwards_and_is_gone_at_the_end() {
    let mut server = TestServer::start("listen-register").await;
    server.without_audit("the endpoint is there for a while, and no row remembers from when to when");
    let shop = server.shop().await;
    let inbox = Inbox::open().await;
    inbox.answer_next([(503, vec![("retry-after", "7".to_owned())])]);
    let directory = server.directory().to_owned();
    let mut listener = Listener::start(
        &directory,
        &["--register", "--merchant", "alger", "--event", "order.created", "--forward", &inbox.url],
    );
    server.settle().await;
    let registered = endpoints(&shop).await;
    assert_eq!(registered.len(), 1, "{registered:?}");
    assert_eq!(registered[0]["url"], format!("{}/", listener.url));
    let order = shop.order(&plain_order("one")).await;
    server.settle().await;
    let line = listener.line_with("order.created");
    assert!(line.contains("evt_") && line.contains("signature good"), "{line}");
    listener.line_with("answered 503");
    // What the handler answered is what the server heard.
    let path = format!("/v1/orders/{}/deliveries", order["id"].as_str().expect("an id"));
    let log = shop.get(&path).await.expect(200).json();
    assert_eq!(log["data"][0]["attempts"][0]["status_code"], 503, "{log}");
    server.pass(std::time::Duration::from_secs(10)).await;
    let letters = inbox.wait_for(2).await;
    assert_eq!(letters[0].body, letters[1].body);
    for name in ["webhook-id", "webhook-timestamp", "webhook-signature", "content-type", "user-agent"] {
        assert!(!letters[0].header(name).is_empty(), "{name} is handed on");
    }
    assert_eq!(letters[1].json()["type"], "order.created");
    listener.end();
    server.settle().await;
    assert_eq!(endpoints(&shop).await, Vec::<Value>::new(), "it is taken away");
}

/// An endpoint that the server would never call would wait for ever without a word.
#[tokio::test(flavor = "multi_thread")]
async fn it_does_not_register_where_the_server_may_not_send() {
    let server = TestServer::start_with("listen-private", Reach::default()).await;
    let directory = server.directory();
    let output = run(
        directory,
        &["webhook", "listen", "--listen", "127.0.0.1:0", "--register", "--merchant", "alger"],
    );
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && told.contains("--allow-network"), "{told}");
    let shop = server.caller("alger", Environment::Test).await;
    assert_eq!(endpoints(&shop).await, Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_old_or_forged_is_refused_and_goes_no_further() {
    let (secret, inbox) = (new_secret(), Inbox::open().await);
    let mut listener =
        Listener::start(&scratch("listen-old"), &["--secret", &secret, "--forward", &inbox.url]);
    let sender = Caller::new(&listener.url, None);
    let now_s = Clock::default().now_ms() / 1000;
    let body = r#"{"id":"evt_1","type":"order.paid"}"#;
    for (at_s, by, status, said) in [
        (now_s, secret.clone(), 204, "signature good"),
        (now_s - 280, secret.clone(), 204, "signature good"),
        (now_s - 360, secret.clone(), 401, "REFUSED: it was signed 36"),
        (now_s + 400, secret.clone(), 401, "from now"),
        (now_s, new_secret(), 401, "REFUSED: SIGNATURE BAD"),
    ] {
        let signed = signature(&by, "evt_1", at_s, body.as_bytes()).expect("a secret");
        let at = at_s.to_string();
        let headers =
            [("webhook-id", "evt_1"), ("webhook-timestamp", at.as_str()), ("webhook-signature", &signed)];
        sender.send("POST", "/hook", &headers, body.into()).await.expect(status);
        let line = listener.line_with("order.paid evt_1");
        assert!(line.contains(said), "{line}");
    }
    assert_eq!(inbox.letters().len(), 2);
    listener.end();
}
