//! `guichet restore FILE`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use guichet_server::clock::rfc3339;
use guichet_server::sealing::{Standing, standing};
use guichet_server::store::{CopyMark, Opening, Store, restore};
use guichet_server::{Clock, Locked};

use super::database::{Database, with_store};
use super::progress::{Measure, Progress};
use crate::output::print_json;

/// Put a backup in the stead of the database. The server must be stopped. The backup is verified first, and the present
/// database is kept beside it under another name. What is restored is a copy: a server on it reads and asks the gateways, and
/// sends nothing and opens nothing until `guichet copy lift`.
#[derive(Debug, Args)]
#[command(after_help = "Example: guichet restore /var/backups/guichet-monday.db")]
pub(super) struct Restore {
    /// The backup, as `guichet backup` made it.
    file: PathBuf,

    /// Print what was done as JSON.
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    database: Database,
}

impl Restore {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let url = &self.database.database;
        let now_ms = Clock::default().now_ms();
        let mark = CopyMark { made_at_ms: now_ms, made_from: self.file.display().to_string() };
        let progress = Progress::of("reading every page", Measure::Unknown);
        let kept = restore(url, &self.file, &format!(".before-{now_ms}"), &mark).await?;
        drop(progress);
        let places = self.database.key_places()?;
        let look = async |store: &Store| {
            let orders = store.census(now_ms).await?.orders.iter().map(|(_, count)| count).sum::<i64>();
            Ok((orders, store.waiting().await?, standing(store, &places).await?))
        };
        let (orders, waiting, standing) = with_store(url, Opening::AsItIs, look).await?;
        let locked = match standing {
            Standing::Closed(locked) => Some(locked),
            Standing::Open(_) | Standing::NothingSealed => None,
        };
        let kept = kept.map(|path| path.display().to_string());
        if self.json {
            print_json(&serde_json::json!({
                "database": url, "from": self.file, "orders": orders, "kept": kept, "at": rfc3339(now_ms), "copy": true,
                "waiting": waiting, "secrets": locked.map(|locked| locked.to_string()),
            }))?;
            return Ok(ExitCode::SUCCESS);
        }
        say!("{url} is now what {} holds: {orders} orders.", self.file.display());
        match kept {
            Some(kept) => say!("What was there before is {kept}."),
            None => say!("There was no database before."),
        }
        next_steps(locked.as_ref());
        Ok(ExitCode::SUCCESS)
    }
}

/// What is to be done now, in order.
fn next_steps(locked: Option<&Locked>) {
    let key = match locked {
        Some(locked) => format!("First: {locked}. A server does not start without it.\n"),
        None => String::new(),
    };
    say!(
        "{key}It is a copy: a server on it reads and asks the gateways, and sends nothing and opens nothing. Start the server \
         and look at it with `guichet doctor`.\nIf this was to try a backup, leave it so. If it is to go on in the stead of \
         the server that is lost, make sure that that one does not run any more, and let it act with `guichet copy lift`: \
         what waits is sent then, once."
    );
}
