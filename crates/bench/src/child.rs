//! A process that this one started: its output goes to a file, and it ends when it is dropped.

use std::fs::File;
use std::io::Read as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::Context;

use crate::line::{Line, Target};
use crate::proc::Process;
use crate::stopwatch::Stopwatch;

/// How long a child may take until it answers.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often it is asked meanwhile.
const PAUSE: Duration = Duration::from_millis(1);

/// How much of the end of its output is shown when it does not come up.
const SHOWN_BYTES: usize = 4096;

/// A running child.
#[derive(Debug)]
pub(crate) struct Child {
    name: String,
    process: std::process::Child,
    log: PathBuf,
    started: Stopwatch,
}

impl Child {
    /// Starts `command` in `directory`. The child holds the other end of a pipe on its standard
    /// input, by which it can tell that this process has gone.
    pub(crate) fn spawn(name: &str, mut command: Command, directory: &Path) -> anyhow::Result<Self> {
        let log = directory.join(format!("{name}.log"));
        let output = File::create(&log).with_context(|| format!("{} cannot be made", log.display()))?;
        command.current_dir(directory).stdin(Stdio::piped()).stdout(output.try_clone()?).stderr(output);
        let started = Stopwatch::start();
        let process = command.spawn().with_context(|| format!("the {name} cannot be started"))?;
        Ok(Child { name: name.to_owned(), process, log, started })
    }

    /// This program again, as something else.
    pub(crate) fn of_this_program(name: &str, arguments: &[&str], directory: &Path) -> anyhow::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(name).args(arguments);
        Child::spawn(name, command, directory)
    }

    /// Waits until `GET /readyz` answers 200; how long that took from the start, in µs.
    pub(crate) async fn ready(&mut self, address: SocketAddr) -> anyhow::Result<u64> {
        let target = Target::new(address, "")?;
        let mut pauses = tokio::time::interval(PAUSE);
        while self.started.elapsed() < PATIENCE {
            if is_ready(&target).await {
                return Ok(self.started.micros());
            }
            if let Some(status) = self.process.try_wait()? {
                anyhow::bail!("the {} ended with {status}:\n{}", self.name, self.tail());
            }
            pauses.tick().await;
        }
        anyhow::bail!("the {} does not answer:\n{}", self.name, self.tail())
    }

    /// What the kernel knows of it.
    pub(crate) fn process(&self) -> Process {
        Process(self.process.id())
    }

    /// The end of what it has printed.
    pub(crate) fn tail(&self) -> String {
        let text = std::fs::read(&self.log).unwrap_or_default();
        String::from_utf8_lossy(&text[text.len().saturating_sub(SHOWN_BYTES)..]).into_owned()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // Fails when it has ended already, which is just as good.
        let _ended = self.process.kill();
        let _reaped = self.process.wait();
    }
}

async fn is_ready(target: &Target) -> bool {
    let Ok(mut line) = Line::open(target).await else { return false };
    line.get("/readyz").await.is_ok_and(|answer| answer.status.is_success())
}

/// Ends this process when the one that started it is gone, however it went.
pub(crate) fn end_with_parent() {
    std::thread::spawn(|| {
        let mut sink = [0; 64];
        while std::io::stdin().read(&mut sink).is_ok_and(|bytes| bytes > 0) {}
        std::process::exit(0);
    });
}
