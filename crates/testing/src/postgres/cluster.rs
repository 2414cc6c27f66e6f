//! A cluster of PostgreSQL in a temporary directory, on a free port of this machine. However the process of the test ends,
//! a shell that waits for the end of a pipe stops the cluster and removes it.

use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::connection::{Connection, PostgresError};
use super::programs;

/// The role that owns the databases, as a server has one: it may do nothing else.
pub(super) const ROLE: &str = "guichet";

/// Whether what is committed survives the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Nothing is flushed: enough for tests during which nobody pulls the plug.
    Fast,
    /// Every COMMIT is flushed, as in production.
    Flushed,
}

/// A running cluster.
#[derive(Debug)]
pub struct Cluster {
    directory: PathBuf,
    port: u16,
    /// Ends it when the pipe to its standard input ends.
    keeper: Child,
}

/// Waits for the end of its standard input, which comes with the end of the process that holds the pipe.
const KEEPER: &str = r#"cat >/dev/null; "$1" stop --pgdata "$2/data" --mode immediate --timeout 20 >/dev/null 2>&1; rm -rf "$2""#;

/// What tests need otherwise than PostgreSQL has it. Texts are compared by a language's rules, so that a statement that
/// needs the order of bytes and does not say so is found out.
const SETTINGS: &str = "
listen_addresses = '127.0.0.1'
max_connections = 400
shared_buffers = 128MB
autovacuum = off
log_min_messages = warning
log_line_prefix = '%m [%p] %q%u@%d '
";

const FAST: &str = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n";

impl Cluster {
    /// The cluster of this process, started when it is first asked for.
    pub fn shared() -> &'static Cluster {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED.get_or_init(|| Cluster::start(Durability::Fast, ""))
    }

    /// A cluster of its own, with further lines of `postgresql.conf`. It ends when this is dropped.
    pub fn start(durability: Durability, settings: &str) -> Cluster {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        // Short, because the path of a socket is, and where others than root may go.
        let directory = std::env::temp_dir().join(format!("guichet-pg-{}-{number}", std::process::id()));
        let _ = std::fs::remove_dir_all(&directory);
        std::fs::create_dir_all(&directory).expect("a directory");
        programs::hand_over(&directory);
        let keeper = keep(&directory);
        let mut cluster = Cluster { directory, port: 0, keeper };
        cluster.make(durability, settings);
        cluster
    }

    fn make(&mut self, durability: Durability, settings: &str) {
        let data = self.data();
        let texts =
            ["--encoding", "UTF8", "--locale", "C.UTF-8", "--locale-provider", "icu", "--icu-locale", "en"];
        programs::succeed(
            programs::program("initdb")
                .args(["--username", "postgres", "--auth", "trust", "--no-sync", "--pgdata"])
                .arg(&data)
                .args(texts),
        );
        let fast = if durability == Durability::Fast { FAST } else { "" };
        let sockets = format!("unix_socket_directories = '{}'\n", self.directory.display());
        let file = data.join("postgresql.conf");
        let made = std::fs::read_to_string(&file).expect("its settings");
        std::fs::write(&file, format!("{made}{SETTINGS}{sockets}{fast}{settings}\n")).expect("its settings");
        self.run_on_a_free_port();
        self.connect("postgres").run(&format!("CREATE ROLE {ROLE} LOGIN"));
    }

    /// Another process may take the port between its being found free and its being used.
    fn run_on_a_free_port(&mut self) {
        for _ in 0..20 {
            let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
            self.port = free.local_addr().expect("a bound port").port();
            drop(free);
            if self.try_run() {
                return;
            }
        }
        panic!("PostgreSQL does not start: {}", self.log());
    }

    fn data(&self) -> PathBuf {
        self.directory.join("data")
    }

    fn try_run(&self) -> bool {
        let port = format!("-p {}", self.port);
        let mut start = programs::program("pg_ctl");
        start.args(["start", "--silent", "--timeout", "60", "--options", &port, "--pgdata"]).arg(self.data());
        start.arg("--log").arg(self.directory.join("log")).stdout(Stdio::null()).stderr(Stdio::null());
        start.status().expect("pg_ctl").success()
    }

    /// Starts it again on its port, after [`Cluster::stop`] or [`Cluster::kill`].
    pub fn run(&self) {
        // What a killed postmaster leaves behind ends by itself, in a moment.
        for _ in 0..100 {
            if self.try_run() {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("PostgreSQL does not start again: {}", self.log());
    }

    /// Has it take nobody but the role, over TLS by that certificate and by that password, and strangers. The role's databases
    /// must be made before.
    pub fn encrypt(&self, certificate: &Path, key: &Path, password: &str) {
        for (file, name) in [(certificate, "server.crt"), (key, "server.key")] {
            let own = self.data().join(name);
            std::fs::copy(file, &own).expect("a copy");
            programs::hand_over(&own);
            programs::succeed(Command::new("chmod").arg("600").arg(&own));
        }
        let mut database = self.connect("postgres");
        database.run(&format!(
            "SET password_encryption = 'scram-sha-256'; ALTER ROLE {ROLE} PASSWORD '{password}'"
        ));
        database.run("ALTER SYSTEM SET ssl = on");
        let rules = format!(
            "hostssl all {ROLE} all scram-sha-256\nhost all {ROLE} all reject\nhost all all all trust\n"
        );
        std::fs::write(self.data().join("pg_hba.conf"), rules).expect("its rules");
        self.stop();
        self.run();
    }

    /// Stops it as an operator does, who waits for nobody (`fast`).
    pub fn stop(&self) {
        programs::succeed(
            programs::program("pg_ctl").args(["stop", "--mode", "fast", "--pgdata"]).arg(self.data()),
        );
    }

    /// Kills the postmaster without warning (`kill -9`).
    pub fn kill(&self) {
        programs::succeed(Command::new("kill").args(["-KILL", &self.process().to_string()]));
    }

    /// The postmaster, which all its processes come from.
    pub fn process(&self) -> u32 {
        let file = std::fs::read_to_string(self.data().join("postmaster.pid")).expect("its process");
        file.lines().next().and_then(|number| number.parse().ok()).expect("its number")
    }

    /// What it logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.directory.join("log")).unwrap_or_default()
    }

    /// Its port of 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where its files are, and the socket.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Where a server finds a database of it.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{ROLE}@127.0.0.1:{}/{database}", self.port)
    }

    /// A stranger's connection, who may do everything.
    pub fn connect(&self, database: &str) -> Connection {
        Connection::open(self.port, "postgres", database)
            .unwrap_or_else(|error| panic!("{database}: {error}\n{}", self.log()))
    }

    /// The same of one that may be refused.
    ///
    /// # Errors
    /// The cluster is stopped, or has no room for another connection.
    pub fn try_connect(&self, database: &str) -> Result<Connection, PostgresError> {
        Connection::open(self.port, "postgres", database)
    }

    /// Makes an empty database that is the role's.
    pub fn create(&self, database: &str) {
        self.connect("postgres").run(&format!("CREATE DATABASE {database} OWNER {ROLE}"));
    }

    /// Makes a database that is like another one, to which nobody is connected.
    pub fn copy(&self, template: &str, database: &str) {
        let sql = format!("CREATE DATABASE {database} TEMPLATE {template} OWNER {ROLE}");
        self.connect("postgres").run(&sql);
    }

    /// Dumps what a server has in a database to a file.
    pub fn dump(&self, database: &str, file: &Path) {
        let mut dump = self.client("pg_dump", ROLE);
        dump.args(["--format", "custom", "--schema", "public", "--dbname", database, "--file"]).arg(file);
        programs::succeed(&mut dump);
    }

    /// Makes a database anew of a dump.
    pub fn load(&self, database: &str, file: &Path) {
        self.drop_database(database);
        self.create(database);
        let mut load = self.client("pg_restore", ROLE);
        // The schema is there in a new database.
        load.args(["--no-owner", "--clean", "--if-exists", "--dbname", database]).arg(file);
        self.connect(database).run(&format!("ALTER SCHEMA public OWNER TO {ROLE}"));
        programs::succeed(&mut load);
    }

    fn client(&self, program: &str, role: &str) -> Command {
        let mut command = Command::new(programs::program_path(program));
        command.args(["--host", "127.0.0.1", "--port", &self.port.to_string(), "--username", role]);
        command
    }

    /// Removes a database, whoever is connected to it.
    pub fn drop_database(&self, database: &str) {
        self.connect("postgres").run(&format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)"));
    }
}

fn keep(directory: &Path) -> Child {
    let mut keeper = programs::as_owner("/bin/sh");
    keeper.args(["-c", KEEPER, "keeper"]).arg(programs::program_path("pg_ctl")).arg(directory);
    // A terminal's Ctrl-C goes to the whole group, and must not end who cleans up behind the others.
    keeper.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    keeper.spawn().expect("a shell")
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

#[cfg(test)]
mod tests {
    use super::super::pooler::Pooler;
    use super::super::proxy::{Fate, Proxy};
    use super::*;

    #[test]
    fn a_cluster_is_there_stopped_killed_and_gone() {
        let cluster = Cluster::start(Durability::Flushed, "");
        cluster.create("first");
        cluster.connect("first").run("CREATE TABLE kept (word TEXT); INSERT INTO kept VALUES ('é'), (NULL)");
        cluster.copy("first", "second");
        let read = || {
            let rows = cluster.connect("second").query("SELECT word FROM kept ORDER BY word").expect("rows");
            (rows.columns, rows.cells)
        };
        let expected = (vec!["word".to_owned()], vec![vec![Some("é".to_owned())], vec![None]]);
        assert_eq!(read(), expected);
        cluster.stop();
        assert!(cluster.try_connect("second").is_err());
        cluster.run();
        assert_eq!(read(), expected);
        cluster.kill();
        cluster.run();
        assert_eq!(read(), expected);
        let refused = cluster.connect("first").query("SELECT word FROM nobody").expect_err("no such table");
        assert_eq!(refused.code, "42P01", "{refused}");
        cluster.drop_database("second");
        assert!(cluster.try_connect("second").is_err());
        let directory = cluster.directory().to_owned();
        drop(cluster);
        assert!(!directory.exists());
    }

    #[test]
    fn an_answer_is_lost_and_what_was_sent_arrives_or_does_not() {
        let cluster = Cluster::start(Durability::Fast, "");
        cluster.create("kept");
        cluster.connect("kept").run("CREATE TABLE kept (number BIGINT); GRANT ALL ON kept TO PUBLIC");
        let proxy = Proxy::open(cluster.port());
        for (number, fate) in [Fate::Arrives, Fate::IsLost].into_iter().enumerate() {
            let mut client = Connection::open(proxy.port(), ROLE, "kept").expect("a connection");
            client.run(&format!("BEGIN; INSERT INTO kept VALUES ({number})"));
            proxy.cut([fate]);
            let lost = client.query("COMMIT").expect_err("it is cut");
            assert_eq!((lost.code.as_str(), proxy.cuts()), ("08006", number + 1));
        }
        let mut client = Connection::open(proxy.port(), ROLE, "kept").expect("a connection");
        client.run("BEGIN; INSERT INTO kept VALUES (2)");
        client.run("COMMIT");
        // What was cut off ends in its own time.
        let read = || client.query("SELECT number FROM kept ORDER BY number").expect("rows").cells;
        let expected = [vec![Some("0".to_owned())], vec![Some("2".to_owned())]];
        assert!(std::iter::repeat_with(read).take(100_000).any(|rows| rows == expected));
    }

    #[test]
    fn a_pooler_lends_its_connections_for_a_transaction() {
        let cluster = Cluster::start(Durability::Fast, "");
        let pooler = Pooler::before(&cluster, 1);
        let mut clients: Vec<Connection> =
            (0..3).map(|_| Connection::open(pooler.port(), ROLE, "postgres").expect("a client")).collect();
        let backend = |client: &mut Connection| client.query("SELECT pg_backend_pid()").expect("a row").cells;
        let first = backend(&mut clients[0]);
        assert!(clients.iter_mut().all(|client| backend(client) == first));
    }
}
