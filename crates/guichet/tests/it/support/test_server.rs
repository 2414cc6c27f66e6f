//! The server of one test: a node on a database of its own, the sandbox as its acquirer, and two shops, `alger` and
//! `oran`, with accounts in both environments. The server's clock is the sandbox's clock, and the test moves it.
//!
//! Nobody ends it: when it is dropped, what is due is done, the node stops, and its database is audited.

use std::path::{Path, PathBuf};
use std::time::Duration;

use guichet_core::Environment;
use guichet_sandbox::Sandbox;
use guichet_server::{Clock, KeyPlaces, Network, Node, Proxies, PublicUrl, Reach, Settings};
use serde_json::{Value, json};
use tokio::runtime::{Handle, RuntimeFlavor};

use super::call::Caller;
use super::database::Database;
use super::engine;
use super::scratch::scratch;
use super::shop_file::{self, ShopFile};

/// The server, the sandbox and what the test holds of them.
pub(crate) struct TestServer {
    pub(crate) sandbox: Sandbox,
    pub(crate) sandbox_url: String,
    pub(crate) clock: Clock,
    pub(crate) base_url: String,
    directory: PathBuf,
    /// The node; `None` only while it is restarted or after the end.
    node: Option<Node>,
    reach: Reach,
    public_url: Option<PublicUrl>,
    /// Why the books of this test are not audited.
    unaudited: Option<&'static str>,
}

/// The reach of a server whose webhooks may go to this machine.
pub(crate) fn loopback() -> Reach {
    let network: Network = "127.0.0.0/8".parse().expect("a network");
    Reach::with(&[network])
}

/// A simulated acquirer on a socket of its own, whose time is that clock's; the address is where it is reached.
pub(crate) async fn acquirer(clock: &Clock) -> (Sandbox, String) {
    let source = clock.clone();
    let sandbox = Sandbox::new(guichet_sandbox::Settings {
        clock: guichet_sandbox::Clock::following(move || source.now_ms()),
        ..guichet_sandbox::Settings::default()
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("a bound port"));
    tokio::spawn(sandbox.clone().serve(listener));
    (sandbox, url)
}

impl TestServer {
    /// A server whose webhooks may go to this machine.
    pub(crate) async fn start(name: &str) -> TestServer {
        TestServer::start_with(name, loopback()).await
    }

    /// A server whose webhooks may go there.
    pub(crate) async fn start_with(name: &str, reach: Reach) -> TestServer {
        let flavor = Handle::current().runtime_flavor();
        assert_eq!(
            flavor,
            RuntimeFlavor::MultiThread,
            "a server is audited at its end, which needs other threads"
        );
        let clock = Clock::default();
        let (sandbox, sandbox_url) = acquirer(&clock).await;
        let mut server = TestServer {
            sandbox,
            sandbox_url,
            clock,
            base_url: String::new(),
            directory: scratch(name),
            node: None,
            reach,
            public_url: None,
            unaudited: None,
        };
        server.serve("127.0.0.1:0").await;
        server.base_url = format!("http://{}", server.node().address());
        server.declare(shop_file::two_shops(&server.sandbox_url)).await;
        server
    }

    /// The same, whose public address has that path.
    pub(crate) async fn under(mut self, path: &str) -> TestServer {
        self.public_url = Some(format!("{}{path}", self.base_url).parse().expect("an address"));
        self.restart().await;
        self
    }

    /// The same, whose books are odd in the end for that reason.
    pub(crate) fn without_audit(&mut self, reason: &'static str) {
        self.unaudited = Some(reason);
    }

    /// Where commands on its database are run.
    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Its database, as a server and a command are told of it.
    pub(crate) fn database_url(&self) -> String {
        engine::database_url(&self.directory)
    }

    /// The running node.
    pub(crate) fn node(&self) -> &Node {
        self.node.as_ref().expect("it runs")
    }

    /// The report of a shop file that is declared.
    pub(crate) async fn declare(&self, file: impl Into<ShopFile>) -> Vec<String> {
        self.try_declare(file).await.expect("the shop file is applied")
    }

    /// The same of one that may be refused.
    pub(crate) async fn try_declare(&self, file: impl Into<ShopFile>) -> anyhow::Result<Vec<String>> {
        self.node().declare(&file.into().to_string()).await
    }

    /// Ends the node and begins another one on the same database and address.
    pub(crate) async fn restart(&mut self) {
        self.restart_after(Duration::ZERO).await;
    }

    /// The same, and so much time passes while it is off.
    pub(crate) async fn restart_after(&mut self, off: Duration) {
        let node = self.node.take().expect("it runs");
        let address = node.address().to_string();
        node.stop().await.expect("the database is closed");
        self.clock.advance(i64::try_from(off.as_millis()).expect("a time"));
        self.clock.believe_machine();
        self.serve(&address).await;
    }

    /// Copies its database to a file, by the engine's own means.
    pub(crate) fn backup(&self, file: &str) {
        if !engine::dump(&self.directory, file) {
            self.command(&["backup", file]);
        }
    }

    /// Ends the node, puts a backup in the stead of its database, and begins another one that may act, on the same address.
    pub(crate) async fn restore(&mut self, backup: &str) {
        let node = self.node.take().expect("it runs");
        let address = node.address().to_string();
        node.stop().await.expect("the database is closed");
        if engine::load(&self.directory, backup) {
            self.command(&["copy", "mark"]);
        } else {
            self.command(&["restore", backup]);
        }
        self.command(&["copy", "lift", "--yes"]);
        self.serve(&address).await;
    }

    /// Ends the node for good; its database stays.
    pub(crate) async fn stop(&mut self) {
        let node = self.node.take().expect("it runs");
        node.stop().await.expect("the database is closed");
    }

    async fn serve(&mut self, listen: &str) {
        let settings = self.settings(listen, self.public_url.clone());
        self.node = Some(Node::start(settings, None).await.expect("the server starts"));
    }

    /// Another node on the same database and under the same address for everybody outside. The test stops it.
    pub(crate) async fn another_node(&self) -> Node {
        let public_url = Some(self.node().app().public_url().clone());
        Node::start(self.settings("127.0.0.1:0", public_url), None).await.expect("the server starts")
    }

    fn settings(&self, listen: &str, public_url: Option<PublicUrl>) -> Settings {
        Settings {
            listen: listen.parse().expect("an address"),
            database: self.database_url(),
            public_url,
            key: KeyPlaces::Files { handed: None, own: self.directory.join("guichet.key") },
            quiet: false,
            reach: self.reach.clone(),
            proxies: Proxies::only(&["127.0.0.0/8".parse().expect("a network")]),
            clock: self.clock.clone(),
            gateway_timeout: Duration::from_secs(10),
            calls_per_minute: None,
        }
    }

    /// A client with a new key of that shop.
    pub(crate) async fn caller(&self, merchant: &str, environment: Environment) -> Caller {
        let key = self.node().create_key(merchant, environment).await.expect("a key");
        Caller::new(&self.base_url, Some(&key))
    }

    /// A client of the shop `alger` with play money.
    pub(crate) async fn shop(&self) -> Caller {
        self.caller("alger", Environment::Test).await
    }

    /// What a command of the real binary says on this server's database.
    #[track_caller]
    pub(crate) fn command(&self, arguments: &[&str]) -> String {
        super::program::succeed(&self.directory, arguments)
    }

    /// The stored rows, read beside the server.
    pub(crate) fn rows(&self) -> Database {
        Database::of(&self.directory)
    }

    /// How many rows each table has: what a request that did nothing leaves as it was.
    pub(crate) fn census(&self) -> Vec<(String, i64)> {
        self.rows().census()
    }

    /// Lets that much time pass and does what is due by then.
    pub(crate) async fn pass(&self, by: Duration) {
        let by_ms = i64::try_from(by.as_millis()).expect("a time");
        self.node().pass_time(by_ms).await.expect("what is due is done");
    }

    /// Does what is due now.
    pub(crate) async fn settle(&self) {
        self.node().settle_due().await.expect("what is due is done");
    }

    /// An order that was made, paid at the sandbox and told of.
    pub(crate) async fn paid_order(&self, shop: &Caller, reference: &str) -> Value {
        let order = shop.order(&order(reference, "Book [paid]")).await;
        self.pass(Duration::from_secs(30)).await;
        let id = super::call::text(&order, "/id");
        let now = shop.get(&format!("/v1/orders/{id}")).await.expect(200).json();
        assert_eq!(now["status"], "paid", "{now}");
        now
    }

    /// The end: what is due is done, the node stops, and its database, which stands alone then, is found sound.
    async fn finish(&self, node: Node) {
        let now_ms = self.clock.now_ms();
        node.settle_due().await.expect("what is due is done");
        node.stop().await.expect("the database is closed");
        let log = engine::file(&self.directory).with_extension("db-wal");
        assert!(!log.exists(), "a database that was closed has no log beside it");
        match self.unaudited {
            Some(reason) => println!("the books are not audited: {reason}"),
            None => self.rows().audit_at_rest(now_ms),
        }
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        // A test that failed says why itself, and its server ends with its runtime.
        let Some(node) = self.node.take().filter(|_| !std::thread::panicking()) else { return };
        let (server, handle) = (&*self, Handle::current());
        // On a thread of its own: one that waits within its own waiting would take the calls that wake the outer one.
        let ended = tokio::task::block_in_place(|| {
            std::thread::scope(|scope| scope.spawn(|| handle.block_on(server.finish(node))).join())
        });
        if let Err(panic) = ended {
            std::panic::resume_unwind(panic);
        }
    }
}

/// An order of 2,500 dinars paid at the simulated acquirer; a tag in the title decides its outcome.
pub(crate) fn order(reference: &str, title: &str) -> Value {
    json!({
        "reference": reference, "amount": 250_000, "currency": "DZD", "title": title, "gateway": "ocpay",
    })
}

/// The same without a payment.
pub(crate) fn plain_order(reference: &str) -> Value {
    json!({ "reference": reference, "amount": 250_000, "currency": "DZD" })
}
