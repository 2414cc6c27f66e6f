//! A server under a supervisor such as systemd, which listens on a datagram socket: what it is told, and when.

use std::path::Path;

use tokio::net::UnixDatagram;

use crate::support::program::{ServerProcess, to_bear_limits};
use crate::support::scratch::scratch;

/// The supervisor's end.
struct Supervisor(UnixDatagram);

impl Supervisor {
    fn listen(directory: &Path) -> Supervisor {
        Supervisor(UnixDatagram::bind(directory.join("notify")).expect("a socket"))
    }

    /// The next that it is told, line by line.
    async fn told(&self) -> Vec<String> {
        let mut bytes = [0; 4096];
        let length = self.0.recv(&mut bytes).await.expect("a datagram");
        String::from_utf8_lossy(&bytes[..length]).lines().map(str::to_owned).collect()
    }

    /// Listens until it is told that line; everything up to it.
    async fn told_until(&self, line: &str) -> Vec<String> {
        let mut all = Vec::new();
        loop {
            all.extend(self.told().await);
            if all.iter().any(|told| told.starts_with(line)) {
                return all;
            }
        }
    }
}

/// A server whose supervisor wants a sign of life as often as that, in µs.
fn supervised(directory: &Path, watchdog_us: Option<&str>) -> ServerProcess {
    ServerProcess::start(directory, |command| {
        command.env("NOTIFY_SOCKET", directory.join("notify"));
        if let Some(timeout) = watchdog_us {
            command.env("WATCHDOG_USEC", timeout);
        }
        to_bear_limits(command);
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_told_of_the_beginning_the_work_and_the_end() {
    let directory = scratch("operations-supervised");
    let supervisor = Supervisor::listen(&directory);
    let server = supervised(&directory, Some("200000"));
    assert_eq!(supervisor.told().await, ["READY=1"], "nothing comes before the first round");
    let serving = format!("STATUS=Serving on {}", server.base_url.trim_start_matches("http://"));
    for _ in 0..3 {
        assert_eq!(supervisor.told().await, ["WATCHDOG=1", serving.as_str()]);
    }
    server.terminate();
    let told = supervisor.told_until("STOPPING=1").await;
    assert_eq!(told.last().map(String::as_str), Some("STATUS=Stopping: requests under way may finish"));
    let (well, log) = server.ended();
    assert!(well, "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_and_is_no_reason_to_be_ended() {
    let directory = scratch("operations-supervised-full");
    let supervisor = Supervisor::listen(&directory);
    let server = supervised(&directory, Some("200000"));
    supervisor.told_until("STATUS=Serving on ").await;
    server.limit_files(Some(0));
    supervisor.told_until("STATUS=The database cannot be written to").await;
    // Once more, and it is still alive.
    assert_eq!(supervisor.told().await[0], "WATCHDOG=1");
    server.limit_files(None);
    supervisor.told_until("STATUS=Serving on ").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_watchdog_it_is_ready_all_the_same() {
    let directory = scratch("operations-supervised-plain");
    let supervisor = Supervisor::listen(&directory);
    let _server = supervised(&directory, None);
    supervisor.told_until("READY=1").await;
}
