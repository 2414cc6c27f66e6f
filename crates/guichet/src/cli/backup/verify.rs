//! `guichet backup verify FILE`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::{report, told};
use crate::cli::database::Database;
use crate::cli::exit::Exit;
use crate::cli::progress::{Measure, Progress};
use crate::output::print_json;
use guichet_server::store::{Contents, examine};

/// Read a backup whole.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// The backup.
    file: PathBuf,
    /// Print what it holds as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: Database,
}

impl Verify {
    pub(super) async fn run(&self) -> anyhow::Result<ExitCode> {
        if !self.file.exists() {
            return Err(Exit::NotFound.error(format!("there is no file {}", self.file.display())));
        }
        let progress = Progress::of("reading every page", Measure::Unknown);
        let contents = examine(&self.file).await?;
        drop(progress);
        let opens = self.opens(&contents)?;
        if self.json {
            let mut report = report(&self.file, &contents)?;
            report["opens"] = opens.is_none().into();
            print_json(&report)?;
            return Ok(ExitCode::SUCCESS);
        }
        say!("{} is whole: {}.", self.file.display(), told(&contents));
        if let Some(why) = opens {
            note!("The key at hand does not open it: {why}.");
        }
        Ok(ExitCode::SUCCESS)
    }

    /// Why the key at hand does not open its secrets, if it does not.
    fn opens(&self, contents: &Contents) -> anyhow::Result<Option<String>> {
        let Some(needed) = &contents.key else { return Ok(None) };
        Ok(match self.database.key_places()?.find() {
            Ok(found) if found.key.fingerprint() == *needed => None,
            Ok(found) => Some(format!("{} has the fingerprint {}", found.place, found.key.fingerprint())),
            Err(why) => Some(why.to_string()),
        })
    }
}
