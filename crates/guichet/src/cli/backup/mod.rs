//! `guichet backup FILE|FOLDER` and `guichet backup verify FILE`.

mod folder;
mod keep;
mod verify;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};

use self::folder::Folder;
use self::keep::Keep;
use self::verify::Verify;
use super::database::{Database, with_store};
use super::exit::Exit;
use super::progress::{Measure, Progress};
use crate::output::print_json;
use guichet_server::clock::rfc3339;
use guichet_server::store::{Contents, Opening, Store, UNFINISHED, file_of, shown};

/// Copy the database, as of one moment, while the server runs: to a new file, or into a folder under the moment's name. The
/// copy is read whole before it has its name, so no half one ever stands there. The vault key is not in it: keep that apart.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "Examples: guichet backup /var/backups/guichet-monday.db\n          guichet backup /var/backups/guichet --keep 7d4w12m\n          guichet backup verify /var/backups/guichet-monday.db"
)]
pub(super) struct Backup {
    #[command(subcommand)]
    verify: Option<BackupCommand>,

    /// The file to write, which must not be there yet; or a folder, in which it is named by the moment.
    #[arg(required = true, value_name = "FILE|FOLDER")]
    to: Option<PathBuf>,

    /// Which backups stay in the folder: the newest of each of so many hours (h), days (d), weeks (w), months (m) and years
    /// (y) in which there is one, such as 7d4w12m; or the newest so many, such as 10. The others are removed once the new
    /// one is verified. All stay when left out.
    #[arg(long, value_name = "KEEP")]
    keep: Option<Keep>,

    /// Print what was done as JSON.
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    database: Database,
}

#[derive(Debug, Subcommand)]
enum BackupCommand {
    /// Read a backup whole: every page and index, its schema, how much it holds, and whether the key at hand opens it.
    #[command(after_help = "Example: guichet backup verify /var/backups/guichet-monday.db --json")]
    Verify(Verify),
}

impl Backup {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        match (&self.verify, &self.to) {
            (Some(BackupCommand::Verify(verify)), _) => verify.run().await,
            (None, Some(to)) => self.make(to).await,
            (None, None) => Err(Exit::Usage.error("name the file or the folder to write to")),
        }
    }

    async fn make(&self, to: &Path) -> anyhow::Result<ExitCode> {
        let is_folder = to.is_dir() || self.keep.is_some() || to.as_os_str().to_string_lossy().ends_with('/');
        if !is_folder {
            let contents = self.copy(to).await?;
            return self.tell(to, &contents, None);
        }
        let folder = Folder::open(to, self.database_file()?)?;
        let file = folder.new_name();
        let contents = self.copy(&file).await?;
        let removed = match &self.keep {
            Some(keep) => folder.prune(keep)?,
            None => Vec::new(),
        };
        self.tell(&file, &contents, Some((&folder, removed)))
    }

    /// The file that is copied.
    fn database_file(&self) -> anyhow::Result<&Path> {
        let url = &self.database.database;
        file_of(url).ok_or_else(|| {
            Exit::Refused.error(format!(
                "{} is no file: back it up by PostgreSQL's own means, such as pg_dump or pgBackRest",
                shown(url)
            ))
        })
    }

    async fn copy(&self, to: &Path) -> anyhow::Result<Contents> {
        let url = &self.database.database;
        let length = std::fs::metadata(self.database_file()?).map_or(0, |file| file.len());
        let mut growing = to.as_os_str().to_owned();
        growing.push(UNFINISHED);
        let _progress = Progress::of("copying the database", Measure::FileGrows(growing.into(), length));
        with_store(url, Opening::AsItIs, async |store: &Store| Ok(store.backup(to).await?)).await
    }

    fn tell(
        &self,
        file: &Path,
        contents: &Contents,
        rotated: Option<(&Folder, Vec<PathBuf>)>,
    ) -> anyhow::Result<ExitCode> {
        let (database, kept) =
            (&self.database.database, rotated.as_ref().map(|(folder, _)| folder.backups()));
        let (kept, removed) = (kept.transpose()?, rotated.map(|(_, removed)| removed));
        if self.json {
            let mut report = report(file, contents)?;
            report["database"] = serde_json::json!(database);
            if let (Some(kept), Some(removed)) = (kept, removed) {
                report["kept"] = serde_json::json!(kept);
                report["removed"] = serde_json::json!(removed);
            }
            print_json(&report)?;
            return Ok(ExitCode::SUCCESS);
        }
        say!("{} holds a whole copy of {database}: {}.", file.display(), told(contents));
        if let (Some(kept), Some(removed)) = (kept, removed) {
            removed.iter().for_each(|file| say!("removed {}", file.display()));
            say!("{} backups are in the folder.", kept.len());
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// What a backup holds, as JSON.
fn report(file: &Path, contents: &Contents) -> anyhow::Result<serde_json::Value> {
    let mut report = serde_json::to_value(contents)?;
    if let Some(fields) = report.as_object_mut() {
        fields.remove("newest_at_ms");
        fields.insert("newest_at".to_owned(), contents.newest_at_ms.map(rfc3339).into());
        fields.insert("file".to_owned(), serde_json::to_value(file)?);
    }
    Ok(report)
}

/// What a backup holds, for people.
fn told(contents: &Contents) -> String {
    let Contents { merchants, orders, decisions, newest_at_ms, archived_events, bytes, key } = contents;
    let newest = newest_at_ms
        .map_or_else(|| "nothing has happened".to_owned(), |at| format!("the last at {}", rfc3339(at)));
    let sealed = key.as_ref().map_or_else(
        || "nothing is sealed in it".to_owned(),
        |key| format!("its secrets open with the vault key of fingerprint {key}"),
    );
    let archived = match archived_events {
        0 => String::new(),
        events => format!(", {events} events in archives, which are kept apart"),
    };
    format!(
        "{merchants} merchants, {orders} orders, {decisions} decisions ({newest}){archived}, {} kB; {sealed}",
        bytes / 1000
    )
}
