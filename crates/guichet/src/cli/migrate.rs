//! `guichet migrate`, and `guichet migrate --from URL --to URL`.

use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;

use super::database::{Database, with_store};
use super::progress::{Measure, Progress};
use crate::output::print_json;
use guichet_server::Clock;
use guichet_server::store::{Move, Moved, Opening, Rows, move_database, shown};

/// Bring the database's schema up to date, as `guichet serve` does when it starts; or, with --from and --to, move everything
/// from one database to another, whichever engines the two are on. A move that was killed goes on when the command is run
/// again. In the end both sides are compared, row by row, and the source is marked as a copy.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples: guichet migrate --database sqlite:guichet.db\n          guichet migrate --from sqlite:guichet.db --to postgres://guichet@db.example.com/guichet"
)]
pub(super) struct Migrate {
    /// The database to move. No server may run on it.
    #[arg(long, value_name = "URL", requires = "to")]
    from: Option<String>,

    /// The empty database to move it to; its schema is made.
    #[arg(long, value_name = "URL", requires = "from")]
    to: Option<String>,

    /// Empty the target of what an earlier move has brought, and begin again.
    #[arg(long, requires = "from")]
    begin_anew: bool,

    /// Print what was moved as JSON.
    #[arg(long, requires = "from")]
    json: bool,

    #[command(flatten)]
    database: Database,
}

impl Migrate {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        if let (Some(from), Some(to)) = (&self.from, &self.to) {
            return self.move_all(from, to).await;
        }
        let progress = Progress::of("changing the schema", Measure::Unknown);
        with_store(&self.database.database, Opening::MakeOrMigrate, async |_| Ok(())).await?;
        drop(progress);
        say!("{} is up to date", shown(&self.database.database));
        Ok(ExitCode::SUCCESS)
    }

    async fn move_all(&self, from: &str, to: &str) -> anyhow::Result<ExitCode> {
        let clock = Clock::default();
        let rows = Arc::new(Rows::default());
        let counted = rows.clone();
        let progress = Progress::of(
            "moving rows, then comparing them",
            Measure::Counts(Box::new(move || counted.read())),
        );
        let asked = Move { from, to, begin_anew: self.begin_anew, now_ms: clock.now_ms() };
        let Moved { tables, rows, resumed_at, sha256, key } = move_database(&asked, &rows).await?;
        drop(progress);
        let (from, to, took_ms) = (shown(from), shown(to), clock.elapsed_ms());
        if self.json {
            print_json(&serde_json::json!({
                "from": from, "to": to, "tables": tables, "rows": rows, "resumed_at": resumed_at,
                "sha256": sha256, "key": key, "took_ms": took_ms,
            }))?;
            return Ok(ExitCode::SUCCESS);
        }
        let (seconds, tenths) = (took_ms / 1000, took_ms / 100 % 10);
        say!(
            "{to} holds all {rows} rows of {tables} tables of {from}, compared row by row, after {seconds}.{tenths} s."
        );
        if resumed_at > 0 {
            say!("{resumed_at} of them were there already, from a move that had stopped.");
        }
        if let Some(key) = key {
            say!("Its secrets open with the vault key of fingerprint {key}: the server needs it there too.");
        }
        say!(
            "{from} is marked as a copy now: a server that is started on it by mistake sends nothing. Keep it until the server \
             has run on the new database for a while."
        );
        Ok(ExitCode::SUCCESS)
    }
}
