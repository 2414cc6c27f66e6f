//! `guichet archive FOLDER`, `guichet archive show`, `verify` and `list`.

mod age;
mod list;
mod show;
mod verify;

use std::fs;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use clap::{Args, Subcommand};

use self::age::Age;
use self::list::List;
use self::show::Show;
use self::verify::Verify;
use super::database::{Database, with_store};
use super::exit::Exit;
use super::progress::{Measure, Progress};
use crate::output::print_json;
use guichet_server::Clock;
use guichet_server::archive::{Counter, Left, Made, Wanted, make, would_take};
use guichet_server::clock::rfc3339;
use guichet_server::store::{Opening, Store, shown};

/// Move the events, deliveries and kept answers of orders that are done and old to a file of compressed JSON lines, while the
/// server runs. Nothing leaves the database before the file is whole, read back and on disk. The orders stay, and whoever
/// asks for their events is told that these are archived. A command that was killed is followed by one that goes on.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "Examples: guichet archive /var/lib/guichet/archives --dry-run\n          guichet archive /var/lib/guichet/archives --older-than 400d\n          guichet archive show ORD-2025-000123 --from guichet-archive-2026-10.jsonl.gz\n          guichet archive verify guichet-archive-2026-10.jsonl.gz"
)]
pub(super) struct Archive {
    #[command(subcommand)]
    command: Option<ArchiveCommand>,

    /// The folder that the file is put into, named by the month; it is made where it is not there.
    #[arg(required = true, value_name = "FOLDER")]
    folder: Option<PathBuf>,

    /// How long nothing must have happened to an order, its deliveries and its keys: days (d), weeks (w) or years (y), 90d
    /// at the least.
    #[arg(long, value_name = "AGE", default_value = "400d")]
    older_than: Age,

    /// Only say what would be archived, and what left.
    #[arg(long)]
    dry_run: bool,

    /// Print what was done as JSON.
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    database: Database,
}

#[derive(Debug, Subcommand)]
enum ArchiveCommand {
    /// Show the events and deliveries of an order from an archive.
    #[command(
        after_help = "Example: guichet archive show ORD-2025-000123 --from guichet-archive-2026-10.jsonl.gz"
    )]
    Show(Show),
    /// Read an archive whole, and hold every order's chain against the database.
    #[command(after_help = "Example: guichet archive verify guichet-archive-2026-10.jsonl.gz --json")]
    Verify(Verify),
    /// List the archives that the database knows of.
    #[command(after_help = "Example: guichet archive list")]
    List(List),
}

impl Archive {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        match (&self.command, &self.folder) {
            (Some(ArchiveCommand::Show(show)), _) => show.run(),
            (Some(ArchiveCommand::Verify(verify)), _) => verify.run().await,
            (Some(ArchiveCommand::List(list)), _) => list.run().await,
            (None, Some(folder)) => self.make(folder).await,
            (None, None) => Err(Exit::Usage.error("name the folder to write to")),
        }
    }

    async fn make(&self, folder: &Path) -> anyhow::Result<ExitCode> {
        let now_ms = Clock::default().now_ms();
        let before_ms = now_ms - self.older_than.ms();
        let counter = Arc::new(Counter::default());
        let counted = counter.clone();
        let measure = Measure::Counts(Box::new(move || counted.read()));
        let url = &self.database.database;
        if self.dry_run {
            let progress = Progress::of("looking at the orders", measure);
            let look = async |store: &Store| Ok(would_take(store, before_ms, &counter).await?);
            let (orders, events, left) = with_store(url, Opening::AsItIs, look).await?;
            drop(progress);
            return self.tell_what_would_be(orders, events, left, before_ms);
        }
        let wanted = Wanted { folder: open(folder)?, before_ms, now_ms };
        let progress = Progress::of("archiving orders", measure);
        let work = async |store: &Store| Ok(make(store, &wanted, &counter).await?);
        let made = with_store(url, Opening::AsItIs, work).await?;
        drop(progress);
        self.tell(&made, before_ms)
    }

    fn tell_what_would_be(
        &self,
        orders: i64,
        events: i64,
        left: Left,
        before_ms: i64,
    ) -> anyhow::Result<ExitCode> {
        let before = rfc3339(before_ms);
        if self.json {
            print_json(&serde_json::json!({
                "dry_run": true, "orders": orders, "events": events, "left": left, "older_than": before,
            }))?;
            return Ok(status(left));
        }
        say!(
            "{events} events of {orders} orders, to which nothing happened since {before}, would be archived."
        );
        tell_left(left);
        Ok(status(left))
    }

    fn tell(&self, made: &Made, before_ms: i64) -> anyhow::Result<ExitCode> {
        if self.json {
            let mut report = serde_json::to_value(made)?;
            report["database"] = shown(&self.database.database).into();
            report["older_than"] = rfc3339(before_ms).into();
            print_json(&report)?;
            return Ok(status(made.left));
        }
        let Made { file, orders, events, bytes, kept, resumed, left } = made;
        match file {
            None => say!("Nothing is to be archived to which nothing happened since {}.", rfc3339(before_ms)),
            Some(file) => {
                let file = file.display();
                if *resumed {
                    say!("An earlier command had begun this archive; it is done now.");
                }
                say!("{file} holds {events} events, {} kB; {orders} orders were taken out.", bytes / 1000);
                say!("Keep that file: the database has no copy of what is in it.");
            }
        }
        if *kept > 0 {
            say!("{kept} orders changed meanwhile; what the file has of them is in the database as well.");
        }
        tell_left(*left);
        Ok(status(*left))
    }
}

/// The folder, made where it is not there, by its whole name.
fn open(folder: &Path) -> anyhow::Result<PathBuf> {
    let shown = || format!("the folder {}", folder.display());
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).with_context(shown)?;
    folder.canonicalize().with_context(shown)
}

/// A journal that is damaged is worse than nothing to be archived.
fn status(left: Left) -> ExitCode {
    if left.damaged > 0 { Exit::Damaged } else { Exit::Done }.into()
}

fn tell_left(left: Left) {
    let Left { waiting, recent, undecided, undelivered, not_acknowledged, damaged } = left;
    for (count, why) in [
        (waiting, "wait for money, or are still watched"),
        (recent, "are of that age, but something happened to them since"),
        (undecided, "wait for a person"),
        (undelivered, "have something to be delivered"),
        (not_acknowledged, "have events that their shop has not acknowledged"),
        (damaged, "HAVE A DAMAGED JOURNAL; see guichet order explain, and restore it from a backup"),
    ] {
        if count > 0 {
            say!("{count} orders stay: they {why}.");
        }
    }
}
