//! `guichet copy show|mark|lift`: whether a database is a copy, on which a server sends nothing and opens nothing.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::ask::agreed;
use super::database::{Database, with_store};
use super::exit::Exit;
use crate::output::print_json;
use guichet_server::Clock;
use guichet_server::clock::rfc3339;
use guichet_server::store::{CopyMark, Opening, Store, Waiting, shown};

/// A database that was restored is a copy until somebody says otherwise: a server on it sends nothing and opens nothing,
/// because the server that it was copied from may still do so.
#[derive(Debug, Subcommand)]
pub(super) enum CopyCommand {
    /// Say whether this database is a copy, and what waits in it to be sent.
    #[command(after_help = "Example: guichet copy show --json")]
    Show(Show),
    /// Mark this database as a copy, such as one whose files were copied by hand. A running server follows within a
    /// second.
    #[command(after_help = "Example: guichet copy mark --database sqlite:/tmp/drill/guichet.db")]
    Mark(Mark),
    /// Let the server on this database act: everything that waits is sent. Do it where the server that the copy was made of
    /// does not run any more.
    #[command(after_help = "Example: guichet copy lift --yes")]
    Lift(Lift),
}

#[derive(Debug, Args)]
pub(super) struct Show {
    /// Print it as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: Database,
}

#[derive(Debug, Args)]
pub(super) struct Mark {
    #[command(flatten)]
    database: Database,
}

#[derive(Debug, Args)]
pub(super) struct Lift {
    /// Do not ask.
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    database: Database,
}

impl CopyCommand {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            CopyCommand::Show(show) => show.run().await,
            CopyCommand::Mark(mark) => mark.run().await,
            CopyCommand::Lift(lift) => lift.run().await,
        }
    }
}

async fn seen(store: &Store) -> anyhow::Result<(Option<CopyMark>, Waiting)> {
    Ok((store.copy_mark().await?, store.waiting().await?))
}

/// What is told of a mark.
fn made(url: &str, mark: &CopyMark) -> String {
    format!("{} is a copy, made at {} from {}", shown(url), rfc3339(mark.made_at_ms), mark.made_from)
}

/// What waits to be sent, for people.
fn told(waiting: &Waiting) -> String {
    let Waiting { webhooks, notifications, emails, text_messages } = waiting;
    format!(
        "{webhooks} webhooks, {notifications} notifications to vendors' clients, {emails} e-mails and {text_messages} text \
         messages"
    )
}

impl Show {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let url = &self.database.database;
        let (mark, waiting) = with_store(url, Opening::AsItIs, seen).await?;
        if self.json {
            let (at, from) = mark.map(|mark| (rfc3339(mark.made_at_ms), mark.made_from)).unzip();
            print_json(
                &serde_json::json!({ "copy": at.is_some(), "made_at": at, "from": from, "waiting": waiting }),
            )?;
            return Ok(ExitCode::SUCCESS);
        }
        match mark {
            Some(mark) => say!("{}: a server on it sends nothing and opens nothing.", made(url, &mark)),
            None => say!("{} is no copy.", shown(url)),
        }
        say!("{} wait in it.", told(&waiting));
        Ok(ExitCode::SUCCESS)
    }
}

impl Mark {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let url = &self.database.database;
        let made_from = shown(url);
        let mark = CopyMark { made_at_ms: Clock::default().now_ms(), made_from };
        with_store(url, Opening::AsItIs, async |store: &Store| Ok(store.become_copy(&mark).await?)).await?;
        say!(
            "{} is marked as a copy: a server on it sends nothing and opens nothing until `guichet copy lift`.",
            shown(url)
        );
        Ok(ExitCode::SUCCESS)
    }
}

impl Lift {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let url = &self.database.database;
        let lift = async |store: &Store| {
            let (Some(mark), waiting) = seen(store).await? else {
                return Err(
                    Exit::Refused.error(format!("{} is no copy, so there is nothing to lift", shown(url)))
                );
            };
            note!("{}.", made(url, &mark));
            note!("{} wait in it, and a server on it sends them once the mark is lifted.", told(&waiting));
            note!("The server that it was made of must not run any more: both would act on the same orders.");
            if !agreed("Lift the mark?", self.yes)? {
                return Err(Exit::Refused.error("nothing was changed"));
            }
            store.stop_being_copy(env!("CARGO_PKG_VERSION"), Clock::default().now_ms()).await?;
            say!(
                "{} is no copy any more. A running server follows within a second, unless it was started with --quiet.",
                shown(url)
            );
            Ok(())
        };
        with_store(url, Opening::AsItIs, lift).await?;
        Ok(ExitCode::SUCCESS)
    }
}
