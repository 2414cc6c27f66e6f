//! `guichet events tail`.

use std::collections::HashSet;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use guichet_core::EventId;

use super::database::Beside;
use super::print_json;
use crate::output;
use guichet_server::app::App;
use guichet_server::clock::rfc3339;
use guichet_server::store::Opening;

/// How often new events are looked for, in ms.
const EVERY_MS: i64 = 500;

/// How late an event may be committed after it was decided, in ms: those of so long before are looked at again.
const LATE_MS: i64 = 2_000;

/// How many decisions are read at once.
const AT_ONCE: i64 = 2_000;

/// Follow what happens.
#[derive(Debug, Subcommand)]
pub(super) enum EventsCommand {
    /// Print events as they happen, of all merchants, until interrupted.
    #[command(after_help = "Example: guichet events tail --json")]
    Tail(Tail),
}

#[derive(Debug, Args)]
pub(super) struct Tail {
    /// Print them as JSON, one a line.
    #[arg(long)]
    json: bool,
    /// Begin with those of the last so many seconds.
    #[arg(long, default_value_t = 0, value_name = "SECONDS")]
    since: i64,
    #[command(flatten)]
    database: Beside,
}

impl EventsCommand {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let EventsCommand::Tail(tail) = self;
        tokio::select! {
            followed = tail.database.with_app(Opening::AsItIs, async |app| tail.follow(app).await) => followed?,
            interrupted = tokio::signal::ctrl_c() => interrupted?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Tail {
    async fn follow(&self, app: &App) -> anyhow::Result<()> {
        let begin_ms = app.clock().now_ms() - self.since * 1000;
        if self.since > 0
            && let Some(newest) = app.store().newest_archived_ms().await?
            && newest >= begin_ms
        {
            note!("guichet: some events up to {} are archived; see guichet archive list", rfc3339(newest));
        }
        let (mut from_ms, mut shown) = (begin_ms, HashSet::new());
        loop {
            let looked_at_ms = app.clock().now_ms();
            let first = EventId::new(from_ms, [0; 10]).first();
            let mut last = first;
            loop {
                let rows = app.store().events_after(last, AT_ONCE).await?;
                let Some(newest) = rows.last() else { break };
                last = newest.record.id.first();
                for row in &rows {
                    if shown.insert(row.record.id) {
                        self.print(&row.record)?;
                    }
                }
            }
            if output::is_closed() {
                return Ok(());
            }
            shown.retain(|id| *id > first);
            from_ms = begin_ms.max(looked_at_ms - LATE_MS);
            app.clock().sleep(EVERY_MS).await;
        }
    }

    fn print(&self, record: &guichet_server::store::Record) -> anyhow::Result<()> {
        if self.json {
            return print_json(record);
        }
        say!("{}  {}  {}  {}", rfc3339(record.at_ms), record.subject, record.kind, record.why);
        Ok(())
    }
}
