//! The real program as a ground for scripts: `guichet apply`, `guichet key create --publishable` and
//! `guichet serve`, each a process of its own, with the sandbox of a house beside it.

use crate::oneentry::sdk::Ground;
use crate::oneentry::shops;
use crate::support::house::{House, scratch};
use crate::support::program::{Server, succeed};

/// The program at work.
pub(crate) struct Program {
    pub(crate) ground: Ground,
    _server: Server,
    _sandbox: House,
}

impl Program {
    /// Declares the shops, makes their keys, and serves.
    pub(crate) async fn start() -> Program {
        let sandbox = House::open("oneentry-sandbox").await;
        let directory = scratch("oneentry-program");
        std::fs::write(directory.join("shop.toml"), shops::file(&sandbox.sandbox_url, None)).expect("a file");
        succeed(&directory, &["apply", "shop.toml", "--allow-network", "127.0.0.0/8"]);
        let keys = ["alger", "oran"].map(|merchant| {
            succeed(&directory, &["key", "create", "--merchant", merchant, "--publishable"]).trim().to_owned()
        });
        let server = Server::start(&directory, |_| {});
        let ground = Ground {
            guichet: server.base_url.clone(),
            sandbox: sandbox.sandbox_url.clone(),
            control: String::new(),
            keys,
        };
        Program { ground, _server: server, _sandbox: sandbox }
    }
}
