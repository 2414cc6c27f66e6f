//! The floor on PostgreSQL: `pgbench -M prepared`, each statement by itself or a transaction in one flight, at several
//! numbers of clients. The best of them counts.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Context;

use super::{Recorded, Writes};
use crate::engine::{Database, program};
use crate::figures::{Figures, percentile};

/// How many clients are tried.
pub(crate) const CLIENTS: [u64; 3] = [1, 8, 32];

/// How many orders are made to be settled: as many as so many clients settle in a few seconds, one by one.
const TO_SETTLE: [u64; 3] = [3200, 12_800, 12_800];

/// How many clients make them.
const MAKERS: u64 = 32;

/// The first number; from here on all of them have ten digits.
const FIRST: u64 = 1_000_000_000;

/// How far apart the numbers of two rounds are, and, in a round that lasts so many seconds, those of two clients.
const ROUND: u64 = 400_000_000;
const CLIENT: u64 = 10_000_000;

/// How statements are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sent {
    /// Each answered before the next one is sent.
    OneByOne,
    /// All of a transaction, then their answers.
    InOneFlight,
}

/// How long a round lasts.
enum Length {
    Seconds(u64),
    /// So many transactions of each client.
    Times(u64),
}

struct Round<'a> {
    database: &'a Database<'a>,
    directory: &'a Path,
    clients: u64,
    base: u64,
    /// How far apart the numbers of two clients are.
    span: u64,
    length: Length,
}

/// The best of its clients, and how many they were.
pub(crate) fn best(
    recorded: &Recorded,
    unit: &str,
    sent: Sent,
    database: &Database<'_>,
    directory: &Path,
    seconds: u64,
) -> anyhow::Result<(u64, Figures)> {
    let (before, writes) = recorded.of(unit);
    let mut found: Vec<(u64, Figures)> = Vec::new();
    let rounds = CLIENTS.into_iter().zip(TO_SETTLE).zip(0..);
    for ((clients, to_settle), number) in rounds {
        let base = FIRST + ROUND * number;
        let round =
            Round { database, directory, clients, base, span: CLIENT, length: Length::Seconds(seconds) };
        let round = match before {
            None => round,
            Some(before) => {
                let times = to_settle / MAKERS;
                let making = Round { clients: MAKERS, span: times, length: Length::Times(times), ..round };
                making.run(before, Sent::InOneFlight)?;
                let times = to_settle / clients;
                Round { clients, span: times, length: Length::Times(times), ..making }
            }
        };
        found.push((clients, round.run(writes, sent)?));
    }
    found.into_iter().max_by_key(|(_, figures)| figures.per_second).context("no clients were tried")
}

impl Round<'_> {
    fn run(&self, writes: &Writes, sent: Sent) -> anyhow::Result<Figures> {
        let file = self.directory.join("pgbench.sql");
        std::fs::write(&file, script(writes, sent))?;
        let mut pgbench = Command::new(program("pgbench"));
        pgbench.args(["--no-vacuum", "--protocol=prepared", "--file"]).arg(&file);
        pgbench.args(["--client", &self.clients.to_string(), "--jobs", &self.clients.min(2).to_string()]);
        match self.length {
            Length::Seconds(seconds) => pgbench.args(["--time", &seconds.to_string()]),
            Length::Times(times) => pgbench.args(["--transactions", &times.to_string()]),
        };
        for (name, value) in [("n", 0), ("base", self.base), ("span", self.span)] {
            pgbench.args(["--define", &format!("{name}={value}")]);
        }
        pgbench.args(["--log", "--log-prefix=times"]).arg(&self.database.url).current_dir(self.directory);
        let server = self.database.server().context("pgbench needs PostgreSQL")?;
        let (cpu_us, log_bytes) = (server.cpu_us()?, server.log_bytes()?);
        let output = pgbench.stdin(Stdio::null()).output().context("pgbench cannot be started")?;
        let (cpu_us, log_bytes) = (server.cpu_us()? - cpu_us, server.log_bytes()? - log_bytes);
        let said = String::from_utf8_lossy(&output.stderr);
        anyhow::ensure!(output.status.success(), "pgbench: {}", said.trim());
        // It tells none where not one was done in time.
        let per_second = per_second(&String::from_utf8_lossy(&output.stdout)).unwrap_or(0);
        let times_us = self.times_us()?;
        let done = u64::try_from(times_us.len())?.max(1);
        Ok(Figures {
            per_second,
            p50_us: percentile(&times_us, 500).into(),
            p99_us: percentile(&times_us, 990).into(),
            database_cpu_us: cpu_us / done,
            log_bytes: log_bytes / done,
            ..Figures::default()
        })
    }

    /// How long each transaction took, in rising order; from the files in which pgbench keeps it, which go.
    fn times_us(&self) -> anyhow::Result<Vec<u32>> {
        let mut times_us = Vec::new();
        for file in std::fs::read_dir(self.directory)? {
            let file = file?;
            if file.file_name().to_str().is_some_and(|name| name.starts_with("times.")) {
                times_us.extend(std::fs::read_to_string(file.path())?.lines().filter_map(time_us));
                std::fs::remove_file(file.path())?;
            }
        }
        times_us.sort_unstable();
        Ok(times_us)
    }
}

/// The script as pgbench runs it.
fn script(writes: &Writes, sent: Sent) -> String {
    let (before, after) = match sent {
        Sent::OneByOne => ("", ""),
        Sent::InOneFlight => ("\\startpipeline\n", "\\endpipeline\n"),
    };
    let mut script =
        "\\set n :n + 1\n\\set id :base + :client_id * :span + :n\n\\set shard :id % 64\n".to_owned();
    for statements in &writes.0 {
        let body: String = statements.iter().map(|statement| format!("{statement};\n")).collect();
        script.push_str(&format!("{before}BEGIN;\n{body}END;\n{after}"));
    }
    script
}

/// Client, number, time in µs, script, and when.
fn time_us(line: &str) -> Option<u32> {
    line.split(' ').nth(2)?.parse().ok()
}

/// From `tps = 1234.567890 (without initial connection time)`.
fn per_second(printed: &str) -> Option<u64> {
    let rate = printed.lines().find_map(|line| line.strip_prefix("tps = "))?;
    rate.split(['.', ' ']).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_pgbench_prints_is_read() {
        let printed = "latency average = 0.7 ms\ntps = 1234.567890 (without initial connection time)\n";
        assert_eq!(per_second(printed), Some(1234));
        assert_eq!(per_second("pgbench: error"), None);
        assert_eq!(time_us("3 17 845 0 1768473000 123456"), Some(845));
        assert_eq!(time_us("3 17"), None);
    }

    #[test]
    fn a_transaction_flies_from_its_begin_to_its_end() {
        let writes =
            Writes(vec![vec!["UPDATE a".to_owned(), "UPDATE b".to_owned()], vec!["UPDATE c".to_owned()]]);
        let body = |sent| script(&writes, sent).split_once("64\n").map(|(_, body)| body.to_owned());
        assert_eq!(
            body(Sent::OneByOne).as_deref(),
            Some("BEGIN;\nUPDATE a;\nUPDATE b;\nEND;\nBEGIN;\nUPDATE c;\nEND;\n")
        );
        assert_eq!(
            body(Sent::InOneFlight).as_deref(),
            Some(concat!(
                "\\startpipeline\nBEGIN;\nUPDATE a;\nUPDATE b;\nEND;\n\\endpipeline\n",
                "\\startpipeline\nBEGIN;\nUPDATE c;\nEND;\n\\endpipeline\n"
            ))
        );
    }
}
