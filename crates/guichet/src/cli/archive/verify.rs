//! `guichet archive verify FILE`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::cli::database::{Database, with_store};
use crate::cli::exit::Exit;
use crate::cli::progress::{Measure, Progress};
use crate::output::print_json;
use guichet_server::archive::{Compared, Reading, Whole, compare, examine};
use guichet_server::store::{Opening, Store};

/// Read an archive whole: its compression, its lines and their hash, and the chain of every order in it; and hold the chains
/// against the links that the database kept.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// The archive.
    file: PathBuf,
    /// Do not look into the database: the file is only held against itself.
    #[arg(long)]
    file_only: bool,
    /// Print what it holds as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: Database,
}

/// How many of its orders the database says what of.
#[derive(Debug, Default)]
struct Agreement {
    taken_out: i64,
    kept: i64,
}

impl Verify {
    pub(super) async fn run(&self) -> anyhow::Result<ExitCode> {
        let progress = Progress::of("reading the archive", Measure::Unknown);
        let (whole, agreement) = if self.file_only {
            (examine(&self.file)?, None)
        } else {
            let work = async |store: &Store| self.hold_against(store).await;
            let (whole, agreement) = with_store(&self.database.database, Opening::AsItIs, work).await?;
            (whole, Some(agreement))
        };
        drop(progress);
        self.tell(&whole, agreement.as_ref())?;
        Ok(ExitCode::SUCCESS)
    }

    async fn hold_against(&self, store: &Store) -> anyhow::Result<(Whole, Agreement)> {
        let file = self.file.display();
        let (mut reading, mut agreement) = (Reading::open(&self.file)?, Agreement::default());
        while let Some(order) = reading.next_order()? {
            match compare(store, &order).await? {
                Compared::TakenOut => agreement.taken_out += 1,
                Compared::Kept => agreement.kept += 1,
                Compared::Unknown => {
                    let why = format!(
                        "{file} is whole in itself, but the database knows no order {} with the chain that it has there",
                        order.id
                    );
                    return Err(Exit::Damaged.error(why));
                }
            }
        }
        let whole = reading.finish()?;
        let known = store.archives().await?.into_iter().find(|row| row.number == whole.header.number);
        match known {
            Some(row) if row.sha256 == whole.sha256 => Ok((whole, agreement)),
            Some(_) | None => Err(Exit::Damaged.error(format!(
                "{file} is whole in itself, but it is not the file that the database has on record as archive {}",
                whole.header.number
            ))),
        }
    }

    fn tell(&self, whole: &Whole, agreement: Option<&Agreement>) -> anyhow::Result<()> {
        let Whole { header, end, sha256, bytes } = whole;
        if self.json {
            return print_json(&serde_json::json!({
                "file": self.file, "number": header.number, "made_at": header.made_at, "older_than": header.older_than,
                "orders": end.orders, "events": end.events, "sha256": sha256, "bytes": bytes,
                "taken_out": agreement.map(|one| one.taken_out), "kept": agreement.map(|one| one.kept),
            }));
        }
        say!(
            "{} is whole: {} events of {} orders, {} kB, made at {}.",
            self.file.display(),
            end.events,
            end.orders,
            bytes / 1000,
            header.made_at
        );
        match agreement {
            None => say!("It was not held against a database."),
            Some(Agreement { taken_out, kept: 0 }) => {
                say!("The chains of all {taken_out} orders end in the links that the database kept.");
            }
            Some(Agreement { taken_out, kept }) => say!(
                "The chains of {taken_out} orders end in the links that the database kept; {kept} are in the database as well."
            ),
        }
        Ok(())
    }
}
