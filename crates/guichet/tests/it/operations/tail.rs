//! `guichet events tail`: what happens, as it happens.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStdout, Stdio};

use guichet_core::Environment;
use serde_json::Value;

use crate::support::program::guichet;
use crate::support::test_server::{TestServer, plain_order};

/// Far more than are read at once.
const MANY: usize = 2_500;

/// The command at work, ended when dropped.
struct Tail {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Tail {
    fn of(server: &TestServer, since: &str) -> Tail {
        let mut command = guichet(server.directory());
        command.args(["events", "tail", "--json", "--since", since]).stdout(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        Tail { child, lines }
    }

    /// The orders that it tells of next as created, so many.
    fn orders(&mut self, count: usize) -> HashSet<String> {
        let mut told = HashSet::new();
        while told.len() < count {
            let line = self.lines.next().expect("it goes on").expect("a line");
            let event: Value = serde_json::from_str(&line).expect("JSON");
            assert_eq!(event["type"], "order.created", "{event}");
            let order = event["subject"].as_str().expect("an order").to_owned();
            assert!(told.insert(order), "it was told before: {event}");
        }
        told
    }
}

impl Drop for Tail {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Makes orders, all at once, and returns their identifiers.
async fn make(
    server: &TestServer,
    merchant: &str,
    environment: Environment,
    count: usize,
) -> HashSet<String> {
    let shop = server.caller(merchant, environment).await;
    let orders = (0..count).map(|number| {
        let (shop, order) = (shop.clone(), plain_order(&format!("{merchant}-{number}")));
        tokio::spawn(
            async move { shop.order(&order).await["id"].as_str().expect("an identifier").to_owned() },
        )
    });
    let mut made = HashSet::new();
    for order in orders.collect::<Vec<_>>() {
        made.insert(order.await.expect("an order"));
    }
    made
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_event_of_everyone_is_told_once_however_many_there_are() {
    let server = TestServer::start("operations-tail").await;
    let mut all = make(&server, "alger", Environment::Test, MANY).await;
    all.extend(make(&server, "oran", Environment::Live, 20).await);
    let mut tail = Tail::of(&server, "600");
    assert_eq!(tail.orders(all.len()), all);
    // What happens while it looks comes next, and nothing a second time.
    let more = make(&server, "oran", Environment::Test, 20).await;
    assert_eq!(tail.orders(more.len()), more);
}
