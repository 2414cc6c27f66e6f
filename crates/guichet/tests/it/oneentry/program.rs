//! The real program as a target for scripts: `guichet apply`, `guichet key create --publishable` and
//! `guichet serve`, each a process of its own, with a sandbox beside it.

use guichet_server::Clock;

use crate::oneentry::sdk::Target;
use crate::oneentry::shops;
use crate::support::program::{ServerProcess, succeed};
use crate::support::scratch::scratch;
use crate::support::test_server::acquirer;

/// The program at work.
pub(crate) struct Program {
    pub(crate) target: Target,
    _server: ServerProcess,
}

impl Program {
    /// Declares the shops, makes their keys, and serves.
    pub(crate) async fn start() -> Program {
        let (_, sandbox) = acquirer(&Clock::default()).await;
        let directory = scratch("oneentry-program");
        shops::file(&sandbox, None).write_to(&directory);
        succeed(&directory, &["apply", "shop.toml", "--allow-network", "127.0.0.0/8"]);
        let keys = ["alger", "oran"].map(|merchant| {
            succeed(&directory, &["key", "create", "--merchant", merchant, "--publishable"]).trim().to_owned()
        });
        let server = ServerProcess::start(&directory, |_| {});
        let target = Target { guichet: server.base_url.clone(), sandbox, control: String::new(), keys };
        Program { target, _server: server }
    }
}
