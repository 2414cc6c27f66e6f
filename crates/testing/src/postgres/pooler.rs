//! A real PgBouncer before a cluster, in transaction mode, as installations have one.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::Duration;

use super::cluster::{Cluster, ROLE};
use super::connection::Connection;
use super::programs;

/// Runs it until the standard input ends.
const KEEPER: &str = r#""$1" --quiet "$2" & cat >/dev/null; kill -KILL $!; rm -f "$2""#;

/// A running PgBouncer. It ends when this is dropped, or with the process of the test.
#[derive(Debug)]
pub struct Pooler {
    port: u16,
    keeper: Child,
}

impl Pooler {
    /// One before that cluster, with so many connections to it for each database.
    pub fn before(cluster: &Cluster, connections: usize) -> Pooler {
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = free.local_addr().expect("a bound port").port();
        drop(free);
        let file = cluster.directory().join(format!("pgbouncer-{port}.ini"));
        let target = cluster.port();
        let settings = format!(
            "[databases]\n* = host=127.0.0.1 port={target} user={ROLE}\n\
             [pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n\
             pool_mode = transaction\nmax_client_conn = 200\ndefault_pool_size = {connections}\n"
        );
        std::fs::write(&file, settings).expect("its settings");
        let mut keeper = programs::as_owner("/bin/sh");
        keeper.args(["-c", KEEPER, "keeper", &program().display().to_string()]).arg(&file);
        keeper.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let pooler = Pooler { port, keeper: keeper.spawn().expect("a shell") };
        for _ in 0..200 {
            if Connection::open(port, ROLE, "postgres").is_ok() {
                return pooler;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("PgBouncer does not serve");
    }

    /// Where a server finds a database behind it.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{ROLE}@127.0.0.1:{}/{database}", self.port)
    }

    /// Its port of 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

fn program() -> PathBuf {
    let path = PathBuf::from("/usr/sbin/pgbouncer");
    assert!(path.exists(), "PgBouncer is not installed on this machine; ./test installs it");
    path
}
