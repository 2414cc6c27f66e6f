//! The real binary: run to its end, or kept running as a server.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use super::database::Database;
use super::engine;
use super::patience::Patience;

/// The binary in a directory, with nothing of this process's settings.
pub(crate) fn guichet(directory: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guichet"));
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("GUICHET_") || name == "RUST_LOG" || name == "CREDENTIALS_DIRECTORY" {
            command.env_remove(&*name);
        }
    }
    // On SQLite it is where the binary looks for it by itself.
    if engine::in_a_cluster(directory).is_some() {
        command.env("GUICHET_DATABASE", engine::database_url(directory));
    }
    command.current_dir(directory).stdin(Stdio::null());
    command
}

/// Runs it to its end.
pub(crate) fn run(directory: &Path, arguments: &[&str]) -> Output {
    guichet(directory).args(arguments).output().expect("the binary starts")
}

/// Runs it to its end and insists on success; what it printed.
#[track_caller]
pub(crate) fn succeed(directory: &Path, arguments: &[&str]) -> String {
    let output = run(directory, arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "guichet {}: {} {said}", arguments.join(" "), output.status);
    String::from_utf8(output.stdout).expect("text")
}

/// A running `guichet serve`. When it is dropped it is killed, and its database must be sound all the same.
pub(crate) struct ServerProcess {
    pub(crate) base_url: String,
    /// Where its metrics are.
    pub(crate) metrics_url: String,
    pub(crate) directory: PathBuf,
    child: Child,
    log: Arc<Mutex<String>>,
    readers: Vec<std::thread::JoinHandle<()>>,
    /// Whether the database is audited when it is dropped.
    audited: bool,
}

impl ServerProcess {
    /// Starts it in that directory on a free port, and returns once it serves.
    pub(crate) fn start(directory: &Path, prepare: impl FnOnce(&mut Command)) -> ServerProcess {
        ServerProcess::try_start(directory, prepare)
            .unwrap_or_else(|(status, log)| panic!("it never served, {status}: {log}"))
    }

    /// The same for one that may end before it serves: its status then, and all it logged.
    pub(crate) fn try_start(
        directory: &Path,
        prepare: impl FnOnce(&mut Command),
    ) -> Result<ServerProcess, (ExitStatus, String)> {
        let mut command = guichet(directory);
        command.args(["serve", "--listen", "127.0.0.1:0", "--allow-network", "127.0.0.0/8"]);
        command.args(["--metrics-listen", "127.0.0.1:0"]);
        prepare(&mut command);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary starts");
        let log = Arc::new(Mutex::new(String::new()));
        let (told, addresses) = std::sync::mpsc::channel();
        let outputs: [Box<dyn Read + Send>; 2] =
            [Box::new(child.stdout.take().expect("a pipe")), Box::new(child.stderr.take().expect("a pipe"))];
        let readers = outputs.into_iter().map(|output| {
            let (log, told) = (log.clone(), told.clone());
            std::thread::spawn(move || {
                for line in BufReader::new(output).lines().map_while(Result::ok) {
                    if let Some(addresses) = serving(&line) {
                        let _ = told.send(addresses);
                    }
                    let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
                    log.push_str(&line);
                    log.push('\n');
                }
            })
        });
        let readers = readers.collect();
        drop(told);
        let mut server = ServerProcess {
            base_url: String::new(),
            metrics_url: String::new(),
            directory: directory.to_owned(),
            child,
            log,
            readers,
            audited: true,
        };
        // Both outputs are closed when nobody can tell the address any more.
        let Ok((address, metrics)) = addresses.recv() else {
            server.audited = false;
            return Err(server.end());
        };
        server.base_url = format!("http://{address}");
        server.metrics_url = format!("http://{metrics}/metrics");
        Ok(server)
    }

    /// What it logged so far.
    pub(crate) fn log(&self) -> String {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The first line of its log that is so, once there is one: what is logged is written a moment later.
    pub(crate) async fn logged(&self, what: &'static str, is_it: impl Fn(&str) -> bool) -> String {
        let mut patience = Patience::that(what);
        loop {
            if let Some(line) = self.log().lines().find(|line| is_it(line)) {
                return line.to_owned();
            }
            patience.again().await;
        }
    }

    /// Its process number.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Lets no file of it grow beyond so many bytes, as on a disk that is full; or lets them grow again. It must
    /// have been started [`to_bear_limits`].
    pub(crate) fn limit_files(&self, bytes: Option<u64>) {
        let bytes = bytes.map_or("unlimited".to_owned(), |bytes| bytes.to_string());
        let (id, limit) = (self.id().to_string(), format!("--fsize={bytes}:"));
        let set = Command::new("prlimit").args(["--pid", &id, &limit]).status();
        assert!(set.expect("prlimit").success());
    }

    /// Lets it open no descriptor beyond that number; or as many as ever.
    pub(crate) fn limit_descriptors(&self, most: Option<u32>) {
        let most = most.map_or_else(|| "1024".to_owned(), |most| most.to_string());
        let (id, limit) = (self.id().to_string(), format!("--nofile={most}:"));
        let set = Command::new("prlimit").args(["--pid", &id, &limit]).status();
        assert!(set.expect("prlimit").success());
    }

    /// Asks it to end (SIGTERM).
    pub(crate) fn terminate(&self) {
        let sent = Command::new("kill").args(["-TERM", &self.id().to_string()]).status();
        assert!(sent.expect("kill").success());
    }

    /// Kills it; its database is audited after a later life.
    pub(crate) fn kill(mut self) {
        self.audited = false;
    }

    /// Waits for its end; whether it went well, and all it logged.
    pub(crate) fn ended(mut self) -> (bool, String) {
        let (status, log) = self.end();
        (status.success(), log)
    }

    /// The same with its status.
    pub(crate) fn end(&mut self) -> (ExitStatus, String) {
        let status = self.child.wait().expect("its status");
        for reader in self.readers.drain(..) {
            let _ = reader.join();
        }
        (status, self.log())
    }

    /// Whether it has ended.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("its status").is_some()
    }
}

/// Has the binary started so that a file that may not grow is an error of the write, as on a full disk, and not
/// the end of the process.
pub(crate) fn to_bear_limits(command: &mut Command) {
    let mut shell = Command::new("bash");
    shell.args(["-c", r#"trap '' XFSZ; exec "$0" "$@""#]).arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell.current_dir(command.get_current_dir().expect("a directory")).stdin(Stdio::null());
    *command = shell;
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if self.audited && !std::thread::panicking() && engine::is_there(&self.directory) {
            Database::of(&self.directory).audit();
        }
    }
}

/// The addresses in the log line that says where it serves, and where its metrics are.
fn serving(line: &str) -> Option<(String, String)> {
    let line: serde_json::Value = serde_json::from_str(line).ok()?;
    let address = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
    (line["message"] == "serving").then(|| (address("address"), address("metrics")))
}
