//! The figures of one run and of several, in integers of a named unit; a point is only ever put in
//! when they are written.

use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// A number with that many decimals: 1234 with 3 is written 1.234.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Decimal {
    /// The number without its point.
    pub(crate) digits: u64,
    /// How many of its digits stand behind the point.
    pub(crate) decimals: u32,
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.decimals == 0 {
            return f.pad(&self.digits.to_string());
        }
        let one = 10_u64.pow(self.decimals);
        let width = usize::try_from(self.decimals).unwrap_or(0);
        f.pad(&format!("{}.{:0width$}", self.digits / one, self.digits % one))
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw = RawValue::from_string(self.to_string()).map_err(serde::ser::Error::custom)?;
        raw.serialize(serializer)
    }
}

/// The smallest of `sorted` that at least so many thousandths of them do not exceed; 0 of none.
pub(crate) fn percentile<T: Copy + Default>(sorted: &[T], per_mille: usize) -> T {
    let rank = (sorted.len() * per_mille).div_ceil(1000).max(1);
    sorted.get(rank - 1).copied().unwrap_or_default()
}

/// What one run came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Figures {
    /// Units done in a second.
    pub(crate) per_second: u64,
    /// Half of them took no longer than this, in µs.
    pub(crate) p50_us: u64,
    /// 99 of 100 took no longer than this, in µs.
    pub(crate) p99_us: u64,
    /// CPU time of the server for one unit, in µs; of all its nodes.
    pub(crate) cpu_us: u64,
    /// CPU time of PostgreSQL for one unit, in µs; 0 without one.
    pub(crate) database_cpu_us: u64,
    /// What PostgreSQL wrote to its log for one unit, in bytes; 0 without one.
    pub(crate) log_bytes: u64,
    /// Changes that were written with one flush, in tenths; 0 where it is not known.
    pub(crate) batch_tenths: u64,
    /// The most resident memory of the server, in KiB; of its largest node.
    pub(crate) rss_kib: u64,
    /// Resident memory of the server before the load, in KiB.
    pub(crate) idle_rss_kib: u64,
    /// From the server's start to its first answer, in µs.
    pub(crate) start_us: u64,
    /// The same hops without a store, in a second.
    pub(crate) ceiling_per_second: u64,
    /// `per_second` in thousandths of the ceiling's.
    pub(crate) ceiling_per_mille: u64,
    /// Units that went wrong, at the server or at the ceiling.
    pub(crate) errors: u64,
}

impl Figures {
    /// With the ratio that its own figures give.
    pub(crate) fn with_ratio(self) -> Self {
        let ratio = (self.per_second * 1000).checked_div(self.ceiling_per_second);
        Figures { ceiling_per_mille: ratio.unwrap_or(0), ..self }
    }

    /// The median of every figure; the ratio is that of the medians, so that the line adds up.
    pub(crate) fn median(runs: &[Figures]) -> Figures {
        Figures::over(runs, 500).with_ratio()
    }

    /// Every figure by itself over all runs: `per_mille` 0 is the least, 1000 the most.
    pub(crate) fn over(runs: &[Figures], per_mille: usize) -> Figures {
        let at = |of: fn(&Figures) -> u64| {
            let mut values: Vec<u64> = runs.iter().map(of).collect();
            values.sort_unstable();
            percentile(&values, per_mille)
        };
        Figures {
            per_second: at(|run| run.per_second),
            p50_us: at(|run| run.p50_us),
            p99_us: at(|run| run.p99_us),
            cpu_us: at(|run| run.cpu_us),
            database_cpu_us: at(|run| run.database_cpu_us),
            log_bytes: at(|run| run.log_bytes),
            batch_tenths: at(|run| run.batch_tenths),
            rss_kib: at(|run| run.rss_kib),
            idle_rss_kib: at(|run| run.idle_rss_kib),
            start_us: at(|run| run.start_us),
            ceiling_per_second: at(|run| run.ceiling_per_second),
            ceiling_per_mille: at(|run| run.ceiling_per_mille),
            errors: at(|run| run.errors),
        }
    }
}

/// KiB in tenths of a megabyte.
pub(crate) fn tenths_of_mb(kib: u64) -> u64 {
    kib * 1024 / 100_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_written_exactly() {
        for (digits, decimals, expected) in [
            (0, 0, "0"),
            (1234, 0, "1234"),
            (1234, 3, "1.234"),
            (7, 3, "0.007"),
            (1000, 3, "1.000"),
            (15, 1, "1.5"),
        ] {
            let decimal = Decimal { digits, decimals };
            assert_eq!(decimal.to_string(), expected);
            assert_eq!(serde_json::to_string(&decimal).ok().as_deref(), Some(expected));
        }
    }

    #[test]
    fn percentiles_are_the_nearest_rank() {
        let hundred: Vec<u32> = (1..=100).collect();
        for (per_mille, expected) in [(0, 1), (10, 1), (11, 2), (500, 50), (990, 99), (999, 100), (1000, 100)]
        {
            assert_eq!(percentile(&hundred, per_mille), expected, "{per_mille}");
        }
        assert_eq!(percentile(&[7_u32], 990), 7);
        assert_eq!(percentile(&[1_u32, 2], 500), 1);
        assert_eq!(percentile::<u32>(&[], 500), 0);
    }

    #[test]
    fn runs_are_summed_up_figure_by_figure() {
        let run = |per_second, p99_us, ceiling_per_second| {
            Figures { per_second, p99_us, ceiling_per_second, ..Figures::default() }.with_ratio()
        };
        let runs = [run(100, 9, 500), run(300, 7, 400), run(200, 8, 300)];
        let (least, median, most) =
            (Figures::over(&runs, 0), Figures::median(&runs), Figures::over(&runs, 1000));
        assert_eq!((least.per_second, median.per_second, most.per_second), (100, 200, 300));
        assert_eq!((least.p99_us, median.p99_us, most.p99_us), (7, 8, 9));
        let ratios = [least, median, most].map(|figures| figures.ceiling_per_mille);
        assert_eq!(ratios, [200, 500, 750]);
        assert_eq!(Figures::default().with_ratio().ceiling_per_mille, 0);
    }
}
