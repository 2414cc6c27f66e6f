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

    /// The same of a process and its children, those that have ended included.
    pub(crate) fn family_cpu_us(self) -> anyhow::Result<u64> {
        let ended = ticks_of_ended(&self.read("stat")?).context("the process's CPU time is not shown")?;
        let mut sum_us = self.cpu_us()? + ended * MICROS_PER_TICK;
        for child in self.read(&format!("task/{}/children", self.0))?.split_ascii_whitespace() {
            // One that ended a moment ago is counted by its parent from now on.
            sum_us += Process(child.parse()?).cpu_us().unwrap_or(0);
        }
        Ok(sum_us)
    }

    /// Resident memory now, in KiB.
    pub(crate) fn rss_kib(self) -> anyhow::Result<u64> {
        kib(&self.read("status")?, "VmRSS").context("the process's memory is not shown")
    }

    /// The most resident memory so far, in KiB.
    pub(crate) fn peak_rss_kib(self) -> anyhow::Result<u64> {
        kib(&self.read("status")?, "VmHWM").context("the process's peak memory is not shown")
    }

    /// From now on the most resident memory is counted anew.
    pub(crate) fn forget_peak(self) -> anyhow::Result<()> {
        let path = format!("/proc/{}/clear_refs", self.0);
        // The number that stands for the peak, by proc(5).
        std::fs::write(&path, "5").with_context(|| format!("{path} cannot be written"))
    }

    /// What it had written to the disk so far, in bytes, as far as the kernel knows whose it was.
    pub(crate) fn written_bytes(self) -> anyhow::Result<u64> {
        let io = self.read("io")?;
        let line = io.lines().find_map(|line| line.strip_prefix("write_bytes: "));
        line.and_then(|bytes| bytes.parse().ok()).context("what the process writes is not shown")
    }

    fn read(self, file: &str) -> anyhow::Result<String> {
        let path = format!("/proc/{}/{file}", self.0);
        std::fs::read_to_string(&path).with_context(|| format!("{path} cannot be read"))
    }
}

/// utime + stime of a `stat` line.
fn ticks(stat: &str) -> Option<u64> {
    two_fields(stat, 11)
}

/// cutime + cstime of a `stat` line.
fn ticks_of_ended(stat: &str) -> Option<u64> {
    two_fields(stat, 13)
}

/// The sum of two fields behind the command's name. That may hold anything, parentheses too, so the fields are counted from
/// its last one.
fn two_fields(stat: &str, skipped: usize) -> Option<u64> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_ascii_whitespace().skip(skipped);
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
        let stat = "4711 (a b) (c) S 1 4711 4711 0 -1 4194560 2103 0 0 0 117 42 5 6 20 0 3 0 88 9 9";
        assert_eq!((ticks(stat), ticks_of_ended(stat)), (Some(159), Some(11)));
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
        assert!(own.cpu_us().is_ok() && own.family_cpu_us().is_ok() && own.written_bytes().is_ok());
    }
}
