//! A house for one test: a server on a database of its own, the sandbox as its acquirer, and two
//! shops, `alger` and `oran`, with accounts in both environments. The server's clock is the
//! sandbox's clock, and the test moves it.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use guichet_core::Environment;
use guichet_sandbox::Sandbox;
use guichet_server::{Clock, Network, Node, Proxies, Reach, Settings, Vault};
use serde_json::{Value, json};

use super::call::Caller;

/// The server, the sandbox and what the test holds of them.
pub(crate) struct House {
    pub(crate) node: Node,
    pub(crate) sandbox: Sandbox,
    pub(crate) sandbox_url: String,
    pub(crate) clock: Clock,
    pub(crate) database: PathBuf,
    pub(crate) base_url: String,
    vault: Vault,
    reach: Reach,
}

/// A directory of its own for a test, under Cargo's directory for such things.
pub(crate) fn scratch(name: &str) -> PathBuf {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let path =
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}-{number}", std::process::id()));
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).expect("a directory");
    path
}

/// The shop file of the two shops, whose gateway is at that address.
pub(crate) fn shop_file(gateway_url: &str) -> String {
    let shop = |name: &str, title: &str| {
        let account = |environment: &str, kind: &str| {
            format!(
                "[[merchants.accounts]]\nname = \"card\"\ngateway = \"ocpay\"\nlabel = \"OCPay\"\n\
                 environment = \"{environment}\"\nbase_url = \"{gateway_url}\"\nchecks_per_second = 1000\n\
                 secret = {{ access_token = \"sk_{kind}_{name}\" }}\n\
                 [[merchants.accounts]]\nname = \"door\"\ngateway = \"cash\"\nlabel = \"Cash\"\n\
                 environment = \"{environment}\"\n"
            )
        };
        format!(
            "[[merchants]]\nname = \"{name}\"\ntitle = \"{title}\"\n\
             return_origins = [\"https://shop.example\"]\n{}{}",
            account("test", "sandbox"),
            account("live", "live"),
        )
    };
    shop("alger", "Librairie d'Alger") + &shop("oran", "Oran Électro")
}

/// Webhooks may go to this machine.
pub(crate) fn loopback() -> Reach {
    let network: Network = "127.0.0.0/8".parse().expect("a network");
    Reach::with(&[network])
}

impl House {
    /// A house whose webhooks may go to this machine.
    pub(crate) async fn open(name: &str) -> House {
        House::open_with(name, loopback()).await
    }

    /// A house whose webhooks may go there.
    pub(crate) async fn open_with(name: &str, reach: Reach) -> House {
        let clock = Clock::default();
        let source = clock.clone();
        let sandbox = Sandbox::new(guichet_sandbox::Settings {
            clock: guichet_sandbox::Clock::following(move || source.now_ms()),
            ..guichet_sandbox::Settings::default()
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let sandbox_url = format!("http://{}", listener.local_addr().expect("a bound port"));
        tokio::spawn(sandbox.clone().serve(listener));
        let database = scratch(name).join("guichet.db");
        let vault = Vault::from_file(&database.with_file_name("guichet.key")).expect("a key file");
        let node = start(&database, "127.0.0.1:0", &vault, &reach, &clock).await;
        node.declare(&shop_file(&sandbox_url)).await.expect("the shops are declared");
        let base_url = format!("http://{}", node.address());
        House { node, sandbox, sandbox_url, clock, database, base_url, vault, reach }
    }

    /// The same server, ended and begun again on the same database and address.
    pub(crate) async fn restart(self) -> House {
        self.restart_after(Duration::ZERO).await
    }

    /// The same, and so much time passed while it was off.
    pub(crate) async fn restart_after(self, off: Duration) -> House {
        let House { node, sandbox, sandbox_url, clock, database, base_url, vault, reach } = self;
        let address = node.address().to_string();
        node.stop().await.expect("the database is closed");
        clock.advance(i64::try_from(off.as_millis()).expect("a time"));
        let node = start(&database, &address, &vault, &reach, &clock).await;
        House { node, sandbox, sandbox_url, clock, database, base_url, vault, reach }
    }

    /// A client with a new key of that shop.
    pub(crate) async fn caller(&self, merchant: &str, environment: Environment) -> Caller {
        let key = self.node.create_key(merchant, environment).await.expect("a key");
        Caller::new(&self.base_url, Some(&key))
    }

    /// A client of the shop `alger` with play money.
    pub(crate) async fn shop(&self) -> Caller {
        self.caller("alger", Environment::Test).await
    }

    /// Runs a command of the real binary on this house's database.
    #[track_caller]
    pub(crate) fn command(&self, arguments: &[&str]) -> String {
        let directory = self.database.parent().expect("its directory");
        super::program::succeed(directory, arguments)
    }

    /// How many rows each table has, the worker's leases and tries apart: what a request that did nothing leaves as it was.
    pub(crate) fn census(&self) -> Vec<(String, i64)> {
        let read_only = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
        let database =
            rusqlite::Connection::open_with_flags(&self.database, read_only).expect("the database");
        let names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
            AND name NOT IN ('shard_leases', 'delivery_attempts') ORDER BY name";
        let mut names = database.prepare(names).expect("a query");
        let names = names.query_map([], |row| row.get::<_, String>(0)).expect("tables");
        let count = |table: String| {
            let sql = format!("SELECT COUNT(*) FROM {table}");
            let rows = database.query_row(&sql, [], |row| row.get(0)).expect("a count");
            (table, rows)
        };
        names.map(|name| count(name.expect("a name"))).collect()
    }

    /// Lets that much time pass and does what is due by then.
    pub(crate) async fn pass(&self, by: Duration) {
        let by_ms = i64::try_from(by.as_millis()).expect("a time");
        self.node.pass_time(by_ms).await.expect("what is due is done");
    }

    /// Makes an order of that title, opens its payment at the sandbox, and does what is due.
    pub(crate) async fn paid_order(&self, shop: &Caller, reference: &str) -> Value {
        let order = shop.order(&order(reference, "Book [paid]")).await;
        self.pass(Duration::from_secs(30)).await;
        let id = super::call::text(&order, "/id");
        let now = shop.get(&format!("/v1/orders/{id}")).await.expect(200).json();
        assert_eq!(now["status"], "paid", "{now}");
        now
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

async fn start(
    database: &std::path::Path,
    listen: &str,
    vault: &Vault,
    reach: &Reach,
    clock: &Clock,
) -> Node {
    let settings = Settings {
        listen: listen.parse().expect("an address"),
        database: format!("sqlite:{}", database.display()),
        public_url: None,
        vault: vault.clone(),
        reach: reach.clone(),
        proxies: Proxies::default(),
        clock: clock.clone(),
        gateway_timeout: Duration::from_secs(10),
    };
    Node::start(settings, None).await.expect("the server starts")
}
