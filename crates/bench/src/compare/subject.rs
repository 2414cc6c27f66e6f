//! What is compared, and in which units.

use super::Cell;
use crate::engine::Engine;
use crate::report::Setting;

/// Who does the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    /// Guichet, as so many nodes.
    Guichet {
        /// The database below.
        on: Engine,
        /// How many processes.
        nodes: u16,
    },
    /// A shop's own server as the gateways' guides have it written, on PostgreSQL.
    Express,
    /// Nobody: the same writes by `pgbench`, or by a plain loop.
    Floor(Engine),
}

impl Subject {
    /// Its name for people.
    pub(crate) fn name(self) -> String {
        match self {
            Subject::Guichet { on: Engine::Sqlite, .. } => "Guichet, SQLite".to_owned(),
            Subject::Guichet { on: Engine::Postgres, nodes: 1 } => "Guichet, PostgreSQL".to_owned(),
            Subject::Guichet { on: Engine::Postgres, nodes } => format!("Guichet, PostgreSQL, {nodes} nodes"),
            Subject::Express => "Express, PostgreSQL".to_owned(),
            Subject::Floor(Engine::Sqlite) => "writes alone, SQLite".to_owned(),
            Subject::Floor(Engine::Postgres) => "writes alone, pgbench".to_owned(),
        }
    }

    /// How its measurement is told to programs.
    pub(crate) fn setting(self, unit: &'static str, connections: u16) -> Setting {
        let (program, database, nodes) = match self {
            Subject::Guichet { on, nodes } => (None, on, nodes),
            Subject::Express => (Some("express"), Engine::Postgres, 1),
            Subject::Floor(Engine::Postgres) => (Some("pgbench"), Engine::Postgres, 0),
            Subject::Floor(Engine::Sqlite) => (Some("loop"), Engine::Sqlite, 0),
        };
        Setting { unit, database, connections, nodes, rate: None, program }
    }
}

/// Everything that is measured, in the order in which a run does it.
pub(crate) fn cells(nodes: u16) -> Vec<Cell> {
    let guichet = [(Engine::Sqlite, 1), (Engine::Postgres, 1), (Engine::Postgres, nodes)];
    let guichet = guichet.map(|(on, nodes)| Subject::Guichet { on, nodes });
    let floors = [Subject::Floor(Engine::Sqlite), Subject::Floor(Engine::Postgres)];
    let of = |unit, subjects: &[&[Subject]]| {
        let subjects = subjects.concat().into_iter();
        subjects.map(move |subject| Cell { unit, subject, runs: Vec::new() }).collect::<Vec<_>>()
    };
    let all = [
        of("checkout", &[&guichet, &[Subject::Express], &floors]),
        of("settle", &[&guichet, &[Subject::Express], &floors]),
        // The guides' shop hears of a payment by the callback itself; nothing is sent on.
        of("callback", &[&guichet]),
        of("read", &[&guichet, &[Subject::Express]]),
    ];
    all.into_iter().flatten().collect()
}
