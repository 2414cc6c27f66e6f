//! The ratios that the comparison is made for: of the medians, and in brackets the least and the most of one run.

use super::Cell;
use super::subject::Subject;
use crate::engine::Engine;
use crate::figures::{Decimal, Figures, percentile};

/// What is put in relation.
struct Ratio {
    name: &'static str,
    unit: &'static str,
    of: Who,
    to: Who,
    figure: fn(&Figures) -> u64,
}

/// A subject, whatever the number of its nodes where there are several.
#[derive(Clone, Copy)]
enum Who {
    Sqlite,
    Postgres,
    Nodes,
    Express,
    SqliteFloor,
    PostgresFloor,
}

/// The ratios, each with what it is of.
const RATIOS: [Ratio; 10] = [
    ratio("checkouts a second, SQLite to Express", "checkout", Who::Sqlite, Who::Express, RATE),
    ratio("checkouts a second, PostgreSQL to Express", "checkout", Who::Postgres, Who::Express, RATE),
    ratio("checkout p99, SQLite to Express", "checkout", Who::Sqlite, Who::Express, P99),
    ratio("checkout p99, PostgreSQL to Express", "checkout", Who::Postgres, Who::Express, P99),
    ratio("checkout cpu, Express with its database to SQLite", "checkout", Who::Express, Who::Sqlite, CPU),
    ratio("checkout cpu, Express to PostgreSQL, both with it", "checkout", Who::Express, Who::Postgres, CPU),
    ratio("checkouts a second, several nodes to one", "checkout", Who::Nodes, Who::Postgres, RATE),
    ratio("settles a second, several nodes to one", "settle", Who::Nodes, Who::Postgres, RATE),
    ratio("settles a second, PostgreSQL to pgbench", "settle", Who::Postgres, Who::PostgresFloor, RATE),
    ratio("settles a second, SQLite to the plain loop", "settle", Who::Sqlite, Who::SqliteFloor, RATE),
];

const RATE: fn(&Figures) -> u64 = |figures| figures.per_second;
const P99: fn(&Figures) -> u64 = |figures| figures.p99_us;
const CPU: fn(&Figures) -> u64 = |figures| figures.cpu_us + figures.database_cpu_us;

const fn ratio(
    name: &'static str,
    unit: &'static str,
    of: Who,
    to: Who,
    figure: fn(&Figures) -> u64,
) -> Ratio {
    Ratio { name, unit, of, to, figure }
}

impl Who {
    fn is(self, subject: Subject) -> bool {
        match (self, subject) {
            (Who::Sqlite, Subject::Guichet { on, .. }) => on == Engine::Sqlite,
            (Who::Postgres, Subject::Guichet { on, nodes }) => on == Engine::Postgres && nodes == 1,
            (Who::Nodes, Subject::Guichet { on, nodes }) => on == Engine::Postgres && nodes > 1,
            (Who::Express, Subject::Express) => true,
            (Who::SqliteFloor, Subject::Floor(on)) => on == Engine::Sqlite,
            (Who::PostgresFloor, Subject::Floor(on)) => on == Engine::Postgres,
            (Who::Sqlite | Who::Postgres | Who::Nodes, Subject::Express | Subject::Floor(_))
            | (Who::Express, Subject::Guichet { .. } | Subject::Floor(_))
            | (Who::SqliteFloor | Who::PostgresFloor, Subject::Guichet { .. } | Subject::Express) => false,
        }
    }
}

/// One line for each ratio whose both sides were measured.
pub(crate) fn lines(cells: &[Cell]) -> String {
    RATIOS.iter().filter_map(|ratio| line(ratio, cells)).collect::<Vec<_>>().join("\n")
}

fn line(ratio: &Ratio, cells: &[Cell]) -> Option<String> {
    let find = |who: Who| {
        let found = cells.iter().find(|cell| cell.unit == ratio.unit && who.is(cell.subject));
        found.map(|cell| cell.runs.as_slice())
    };
    let (of, to) = (find(ratio.of)?, find(ratio.to)?);
    let hundredths = |of: &Figures, to: &Figures| (ratio.figure)(of) * 100 / (ratio.figure)(to).max(1);
    let mut each: Vec<u64> = of.iter().zip(to).map(|(of, to)| hundredths(of, to)).collect();
    each.sort_unstable();
    let shown = |digits| Decimal { digits, decimals: 2 };
    let (least, most) = (shown(percentile(&each, 0)), shown(percentile(&each, 1000)));
    let medians = shown(hundredths(&Figures::median(of), &Figures::median(to)));
    Some(format!("{:<52} {medians:>6} ({least} to {most})", ratio.name))
}
