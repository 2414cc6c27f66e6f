//! Real servers on one database, and what their own command says of them.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::patience::Patience;
use crate::support::program::{ServerProcess, succeed};

/// Another server on the database of that directory.
pub(crate) fn node(directory: &Path) -> ServerProcess {
    node_with(directory, |_| {})
}

/// The same, prepared.
pub(crate) fn node_with(directory: &Path, prepare: impl FnOnce(&mut Command)) -> ServerProcess {
    tokio::task::block_in_place(|| {
        ServerProcess::start(directory, |command| {
            command.env("GUICHET_PUBLIC_URL", "http://tickets.example");
            prepare(command);
        })
    })
}

/// What `guichet node list` says.
pub(crate) fn nodes(directory: &Path) -> Vec<Value> {
    let listed = tokio::task::block_in_place(|| succeed(directory, &["node", "list", "--json"]));
    listed.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// How many shards each node works, by its port. What a node that is gone still has counts as worked by nobody.
pub(crate) fn shares(directory: &Path) -> BTreeMap<String, usize> {
    let living = nodes(directory).into_iter().filter(|node| node["state"] != "gone");
    let share = |node: Value| {
        let name = node["name"].as_str().expect("a name");
        let port = name.rsplit_once(':').expect("a port").1.to_owned();
        (port, node["shards"].as_array().expect("shards").len())
    };
    living.map(share).collect()
}

/// The port of a server.
pub(crate) fn port(server: &ServerProcess) -> String {
    server.base_url.rsplit_once(':').expect("a port").1.to_owned()
}

/// Waits until the nodes share like that.
pub(crate) async fn until_shared(directory: &Path, expected: &[(&ServerProcess, usize)]) {
    let expected: BTreeMap<String, usize> =
        expected.iter().map(|(server, count)| (port(server), *count)).collect();
    let mut patience = Patience::that("each node has its share");
    while shares(directory) != expected {
        patience.again().await;
    }
}

/// Sends a server that signal.
pub(crate) fn signal(server: &ServerProcess, signal: &str) {
    let sent = Command::new("kill").args([signal, &server.id().to_string()]).status();
    assert!(sent.expect("kill").success());
}
