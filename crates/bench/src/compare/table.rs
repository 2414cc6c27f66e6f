//! The comparison as a table for people: medians, and for the rate the least and the most of all runs.

use super::{Cell, CompareOptions};
use crate::figures::Figures;
use crate::report::{kilobytes, megabytes, tenths, thousandths};

/// The columns: width and heading.
const COLUMNS: [(usize, &str); 10] = [
    (8, "per s"),
    (17, "min to max"),
    (9, "p50 ms"),
    (9, "p99 ms"),
    (8, "cpu ms"),
    (8, "db cpu"),
    (8, "log KB"),
    (7, "batch"),
    (8, "peak MB"),
    (7, "errors"),
];

/// How wide the names are.
const NAMES: usize = 30;

/// The table.
pub(crate) fn table(cells: &[Cell], options: &CompareOptions) -> String {
    let mut lines = vec![format!(
        "{} connections, {} s each, medians of {} runs; cpu is the server's, db cpu is PostgreSQL's, for one unit",
        options.conditions.connections, options.conditions.seconds, options.conditions.runs
    )];
    let mut unit = "";
    for cell in cells {
        if cell.unit != unit {
            unit = cell.unit;
            let ceiling = Figures::median(&cell.runs).ceiling_per_second;
            lines.push(String::new());
            lines.push(row(unit, COLUMNS.map(|(_, heading)| heading.to_owned())));
            lines.push(format!("  {:<width$}{ceiling:>8}", "no store (ceiling)", width = NAMES - 2));
        }
        lines.push(row(&format!("  {}", cell.subject.name()), figures(cell)));
    }
    lines.join("\n")
}

fn figures(cell: &Cell) -> [String; COLUMNS.len()] {
    let runs = &cell.runs;
    let (median, least, most) = (Figures::median(runs), Figures::over(runs, 0), Figures::over(runs, 1000));
    let errors: u64 = runs.iter().map(|run| run.errors).sum();
    let known = |value: u64, shown: String| if value == 0 { "–".to_owned() } else { shown };
    [
        median.per_second.to_string(),
        format!("{} to {}", least.per_second, most.per_second),
        known(median.p50_us, thousandths(median.p50_us).to_string()),
        known(median.p99_us, thousandths(median.p99_us).to_string()),
        known(median.cpu_us, thousandths(median.cpu_us).to_string()),
        known(median.database_cpu_us, thousandths(median.database_cpu_us).to_string()),
        known(median.log_bytes, kilobytes(median.log_bytes).to_string()),
        known(median.batch_tenths, tenths(median.batch_tenths).to_string()),
        known(median.rss_kib, megabytes(median.rss_kib).to_string()),
        errors.to_string(),
    ]
}

fn row(name: &str, cells: [String; COLUMNS.len()]) -> String {
    let cells = cells.iter().zip(COLUMNS).map(|(cell, (width, _))| format!("{cell:>width$}"));
    format!("{name:<NAMES$}{}", cells.collect::<String>())
}
