//! What the system tells of this process, by the names that every Prometheus client uses. It is written by hand, because
//! a counter of ours is a whole number and the processor's time is not.

/// The metrics of the process, as Prometheus reads them; nothing where the system does not tell.
pub(super) fn metrics() -> String {
    read().unwrap_or_default()
}

#[cfg(target_os = "linux")]
fn read() -> Option<String> {
    use std::fmt::Write as _;

    use procfs::{WithCurrentSystemInfo as _, process::Process};

    let process = Process::myself().ok()?;
    let stat = process.stat().ok()?;
    let ticks = procfs::ticks_per_second();
    let hundredths = (stat.utime + stat.stime) * 100 / ticks;
    let open = u64::try_from(process.fd_count().ok()?).ok()?;
    let most = match process.limits().ok()?.max_open_files.soft_limit {
        procfs::process::LimitValue::Value(most) => most,
        procfs::process::LimitValue::Unlimited => u64::MAX,
    };
    let started_s = procfs::boot_time_secs().ok()? + stat.starttime / ticks;
    let cpu = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    let threads = u64::try_from(stat.num_threads).ok()?;
    let mut text = String::new();
    for (name, kind, help, value) in [
        ("process_cpu_seconds_total", "counter", "Time of the processor that was used.", cpu),
        (
            "process_resident_memory_bytes",
            "gauge",
            "Memory that is used.",
            stat.rss_bytes().get().to_string(),
        ),
        ("process_virtual_memory_bytes", "gauge", "Memory that is reserved.", stat.vsize.to_string()),
        ("process_open_fds", "gauge", "Descriptors that are open.", open.to_string()),
        ("process_max_fds", "gauge", "Descriptors that may be open.", most.to_string()),
        ("process_threads", "gauge", "Threads that run.", threads.to_string()),
        ("process_start_time_seconds", "gauge", "When the process began (unix).", started_s.to_string()),
    ] {
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}");
    }
    Some(text)
}

#[cfg(not(target_os = "linux"))]
fn read() -> Option<String> {
    None
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #[test]
    fn the_process_is_told_of() {
        let text = super::metrics();
        let value = |name: &str| {
            let line = text.lines().find(|line| line.starts_with(&format!("{name} ")));
            line.and_then(|line| line.split(' ').nth(1))
                .unwrap_or_else(|| panic!("{name}: {text}"))
                .to_owned()
        };
        assert!(value("process_resident_memory_bytes").parse::<u64>().unwrap() > 1 << 20);
        assert!(value("process_open_fds").parse::<u64>().unwrap() >= 3);
        assert!(value("process_start_time_seconds").parse::<u64>().unwrap() > 1_500_000_000);
        assert_eq!(value("process_cpu_seconds_total").split('.').nth(1).map(str::len), Some(2));
    }
}
