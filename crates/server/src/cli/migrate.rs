//! `guichet migrate`.

use std::process::ExitCode;

use clap::Args;

use super::place::Place;
use crate::store::{Opening, Store};

/// Bring the database's schema up to date. `guichet serve` does the same when it starts.
#[derive(Debug, Args)]
#[command(after_help = "Example: guichet migrate --database sqlite:guichet.db")]
pub(super) struct Migrate {
    #[command(flatten)]
    place: Place,
}

impl Migrate {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        Store::open(&self.place.database, Opening::MakeOrMigrate)?;
        println!("{} is up to date", self.place.database);
        Ok(ExitCode::SUCCESS)
    }
}
