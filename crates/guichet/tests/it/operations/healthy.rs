//! `guichet healthcheck`, which asks a server as a container's engine does.

use crate::support::patience::Patience;
use crate::support::program::{ServerProcess, run, succeed, to_bear_limits};
use crate::support::scratch::scratch;

#[tokio::test(flavor = "multi_thread")]
async fn a_server_says_whether_it_is_ready() {
    let directory = scratch("operations-healthcheck");
    let server = ServerProcess::start(&directory, to_bear_limits);
    let address = server.base_url.trim_start_matches("http://").to_owned();
    let ask = ["healthcheck", "--listen", &address];
    assert_eq!(succeed(&directory, &ask), "ready\n");

    server.limit_files(Some(0));
    let mut patience = Patience::that("a full disk makes it unready");
    let refused = loop {
        let answer = run(&directory, &ask);
        if !answer.status.success() {
            break answer;
        }
        patience.again().await;
    };
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(5), "{said}");
    assert!(said.contains("is not ready: the database cannot be written to"), "{said}");

    server.limit_files(None);
    server.terminate();
    assert!(server.ended().0);
    let silent = run(&directory, &ask);
    let said = String::from_utf8_lossy(&silent.stderr).into_owned();
    assert_eq!(silent.status.code(), Some(5), "{said}");
    assert!(said.contains(&format!("no server answers at {address}")), "{said}");
}
