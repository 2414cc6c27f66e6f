//! What a process has used, as the kernel counts it under `/proc`.

use anyhow::Context;

/// The kernel shows CPU time in hundredths of a second, whatever its own clock runs at.
const MICROS_PER_TICK: u64 = 10_000;

/// A process that is watched.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Process(pub(crate) u32);

impl Process {
    /// User and system time so far, all threads, in µs.
    pub(crate) fn cpu_us(self) -> anyhow::Result<u64> {
        let stat = self.read("stat")?;
        Ok(ticks(&stat).context("the process's CPU time is not shown")? * MICROS_PER_TICK)
    }

    /// Resident memory now, in KiB.
    pub(crate) fn rss_kib(self) -> anyhow::Result<u64> {
        kib(&self.read("status")?, "VmRSS").context("the process's memory is not shown")
    }

    /// The most resident memory so far, in KiB.
    pub(crate) fn peak_rss_kib(self) -> anyhow::Result<u64> {
        kib(&self.read("status")?, "VmHWM").context("the process's peak memory is not shown")
    }

    fn read(self, file: &str) -> anyhow::Result<String> {
        let path = format!("/proc/{}/{file}", self.0);
        std::fs::read_to_string(&path).with_context(|| format!("{path} cannot be read"))
    }
}

/// utime + stime of a `stat` line. The command's name may hold anything, parentheses too, so the
/// fields are counted from its last one.
fn ticks(stat: &str) -> Option<u64> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_ascii_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

fn kib(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpu_time_is_found_behind_any_name() {
        let stat = "4711 (a b) (c) S 1 4711 4711 0 -1 4194560 2103 0 0 0 117 42 0 0 20 0 3 0 88 9 9";
        assert_eq!(ticks(stat), Some(159));
        assert_eq!(ticks("4711 (guichet) S 1 2"), None);
        assert_eq!(ticks(""), None);
    }

    #[test]
    fn memory_is_found_by_its_whole_name() {
        let status = "Name:\tguichet\nVmHWM:\t   14336 kB\nVmRSSx:\t 1 kB\nVmRSS:\t   12288 kB\n";
        assert_eq!(kib(status, "VmHWM"), Some(14_336));
        assert_eq!(kib(status, "VmRSS"), Some(12_288));
        assert_eq!(kib(status, "VmSwap"), None);
    }

    #[test]
    fn this_process_is_shown() {
        let own = Process(std::process::id());
        assert!(own.rss_kib().is_ok_and(|kib| kib > 100));
        assert!(own.peak_rss_kib().is_ok_and(|kib| kib > 100));
        assert!(own.cpu_us().is_ok());
    }
}
