//! What is printed: a table for people, and one JSON object per measured unit for programs.

use serde::Serialize;

use crate::engine::Engine;
use crate::figures::{Decimal, Figures, tenths_of_mb};

/// The table's columns: width and heading.
const COLUMNS: [(usize, &str); 14] = [
    (14, "run"),
    (9, "per s"),
    (8, "p50 ms"),
    (9, "p99 ms"),
    (8, "cpu ms"),
    (8, "db cpu"),
    (8, "log KB"),
    (7, "batch"),
    (8, "peak MB"),
    (8, "idle MB"),
    (9, "start ms"),
    (10, "ceiling/s"),
    (7, "ratio"),
    (7, "errors"),
];

/// The JSON object; its keys are a promise.
#[derive(Serialize)]
struct Measured {
    unit: &'static str,
    database: &'static str,
    connections: u16,
    per_second: u64,
    p50_ms: Decimal,
    p99_ms: Decimal,
    cpu_ms_per_unit: Decimal,
    rss_mb: Decimal,
    ceiling_per_second: u64,
    ceiling_ratio: Decimal,
    errors: u64,
    start_ms: Decimal,
    idle_rss_mb: Decimal,
    changes_per_commit: Decimal,
    runs: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    rate: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    program: Option<&'static str>,
    #[serde(flatten)]
    on_postgres: Option<OnPostgres>,
}

/// What is known besides where the database is a PostgreSQL.
#[derive(Serialize)]
struct OnPostgres {
    nodes: u16,
    database_cpu_ms_per_unit: Decimal,
    log_kb_per_unit: Decimal,
}

/// What was measured, and how.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting {
    /// The unit's name.
    pub(crate) unit: &'static str,
    /// The database.
    pub(crate) database: Engine,
    /// How many connections were driven.
    pub(crate) connections: u16,
    /// How many processes of the server worked on it.
    pub(crate) nodes: u16,
    /// How many units were begun in a second at the most; none is as many as possible.
    pub(crate) rate: Option<u64>,
    /// What was measured instead of Guichet, if something was.
    pub(crate) program: Option<&'static str>,
}

/// What stands above the table.
pub(crate) fn title(settings: &[Setting]) -> String {
    let Some(Setting { unit, connections, rate, .. }) = settings.first() else { return String::new() };
    let on = |setting: &Setting| match setting.nodes {
        1 => setting.database.name().to_owned(),
        nodes => format!("{} with {nodes} nodes", setting.database.name()),
    };
    let databases = settings.iter().map(on).collect::<Vec<_>>().join(" and ");
    let rate = rate.map(|rate| format!(", at most {rate} a second")).unwrap_or_default();
    format!("{unit}, {databases}, {connections} connections{rate}")
}

/// What a line about that database begins with.
pub(crate) fn name(setting: Setting, which: &str) -> String {
    format!("{} {which}", setting.database.name())
}

/// The table's head.
pub(crate) fn head() -> String {
    row(COLUMNS.map(|(_, heading)| heading.to_owned()))
}

/// One line of the table.
pub(crate) fn line(name: &str, figures: &Figures) -> String {
    row([
        name.to_owned(),
        figures.per_second.to_string(),
        thousandths(figures.p50_us).to_string(),
        thousandths(figures.p99_us).to_string(),
        thousandths(figures.cpu_us).to_string(),
        thousandths(figures.database_cpu_us).to_string(),
        kilobytes(figures.log_bytes).to_string(),
        tenths(figures.batch_tenths).to_string(),
        megabytes(figures.rss_kib).to_string(),
        megabytes(figures.idle_rss_kib).to_string(),
        tenths_of_ms(figures.start_us).to_string(),
        figures.ceiling_per_second.to_string(),
        thousandths(figures.ceiling_per_mille).to_string(),
        figures.errors.to_string(),
    ])
}

/// The lines that sum the runs up.
pub(crate) fn summary(setting: Setting, runs: &[Figures]) -> String {
    let lines = [
        ("median", Figures::median(runs)),
        ("min", Figures::over(runs, 0)),
        ("max", Figures::over(runs, 1000)),
    ];
    lines.map(|(which, figures)| line(&name(setting, which), &figures)).join("\n")
}

/// The medians as one line of JSON; errors are those of all runs.
pub(crate) fn json(setting: Setting, runs: &[Figures]) -> anyhow::Result<String> {
    let Setting { unit, database, connections, nodes, rate, program } = setting;
    let median = Figures::median(runs);
    Ok(serde_json::to_string(&Measured {
        unit,
        database: database.name(),
        connections,
        per_second: median.per_second,
        p50_ms: thousandths(median.p50_us),
        p99_ms: thousandths(median.p99_us),
        cpu_ms_per_unit: thousandths(median.cpu_us),
        rss_mb: megabytes(median.rss_kib),
        ceiling_per_second: median.ceiling_per_second,
        ceiling_ratio: thousandths(median.ceiling_per_mille),
        errors: runs.iter().map(|run| run.errors).sum(),
        start_ms: tenths_of_ms(median.start_us),
        idle_rss_mb: megabytes(median.idle_rss_kib),
        changes_per_commit: tenths(median.batch_tenths),
        runs: runs.len(),
        rate,
        program,
        on_postgres: (database == Engine::Postgres).then(|| OnPostgres {
            nodes,
            database_cpu_ms_per_unit: thousandths(median.database_cpu_us),
            log_kb_per_unit: kilobytes(median.log_bytes),
        }),
    })?)
}

fn row(cells: [String; COLUMNS.len()]) -> String {
    let cells = cells.iter().zip(COLUMNS).map(|(cell, (width, _))| format!("{cell:>width$}"));
    cells.collect::<Vec<_>>().join(" ")
}

pub(crate) fn thousandths(digits: u64) -> Decimal {
    Decimal { digits, decimals: 3 }
}

fn tenths_of_ms(us: u64) -> Decimal {
    tenths(us / 100)
}

pub(crate) fn tenths(digits: u64) -> Decimal {
    Decimal { digits, decimals: 1 }
}

pub(crate) fn megabytes(kib: u64) -> Decimal {
    tenths(tenths_of_mb(kib))
}

pub(crate) fn kilobytes(bytes: u64) -> Decimal {
    tenths(bytes / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUN: Figures = Figures {
        per_second: 4000,
        p50_us: 7012,
        p99_us: 15_900,
        cpu_us: 301,
        database_cpu_us: 222,
        log_bytes: 4096,
        batch_tenths: 93,
        rss_kib: 29_297,
        idle_rss_kib: 14_649,
        start_us: 21_480,
        ceiling_per_second: 8000,
        ceiling_per_mille: 500,
        errors: 1,
    };

    const SETTING: Setting = Setting {
        unit: "checkout",
        database: Engine::Sqlite,
        connections: 32,
        nodes: 1,
        rate: None,
        program: None,
    };

    #[test]
    fn the_json_line_has_its_keys_in_order_and_plain_numbers() {
        let mut setting = SETTING;
        let line = json(setting, &[RUN, RUN, RUN]).expect("a line of JSON");
        assert_eq!(
            line,
            concat!(
                r#"{"unit":"checkout","database":"sqlite","connections":32,"per_second":4000,"#,
                r#""p50_ms":7.012,"p99_ms":15.900,"cpu_ms_per_unit":0.301,"rss_mb":30.0,"#,
                r#""ceiling_per_second":8000,"ceiling_ratio":0.500,"errors":3,"#,
                r#""start_ms":21.4,"idle_rss_mb":15.0,"changes_per_commit":9.3,"runs":3}"#
            )
        );
        setting.rate = Some(100);
        let paced = json(setting, &[RUN, RUN, RUN]).expect("a line of JSON");
        assert_eq!(paced, line.replace(r#""runs":3}"#, r#""runs":3,"rate":100}"#));
        let on_postgres = Setting { database: Engine::Postgres, nodes: 3, ..SETTING };
        let line = json(on_postgres, &[RUN]).expect("a line of JSON");
        let besides = r#""runs":1,"nodes":3,"database_cpu_ms_per_unit":0.222,"log_kb_per_unit":4.0}"#;
        assert!(line.ends_with(besides), "{line}");
    }

    #[test]
    fn the_table_is_aligned() {
        let width = head().chars().count();
        for line in summary(SETTING, &[RUN]).lines() {
            assert_eq!(line.chars().count(), width, "{line}");
        }
    }
}
