//! `guichet archive show ORDER --from FILE`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::cli::exit::Exit;
use crate::cli::progress::{Measure, Progress};
use crate::output::print_json;
use guichet_server::archive::{OldDelivery, OldOrder, find};
use guichet_server::clock::rfc3339;

/// Show an order from an archive.
#[derive(Debug, Args)]
pub(super) struct Show {
    /// The order's identifier, or the shop's own reference.
    order: String,
    /// The archive.
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// Print its lines as they stand in the archive, as JSON.
    #[arg(long)]
    json: bool,
}

impl Show {
    pub(super) fn run(&self) -> anyhow::Result<ExitCode> {
        let progress = Progress::of("reading the archive", Measure::Unknown);
        let found = find(&self.from, &self.order)?;
        drop(progress);
        if found.is_empty() {
            let why = format!("{} has no order {}", self.from.display(), self.order);
            return Err(Exit::NotFound.error(why));
        }
        for order in &found {
            if self.json {
                print_json(order)?;
            } else {
                tell(order)?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn tell(order: &OldOrder) -> anyhow::Result<()> {
    let OldOrder { id, reference, amount, status, environment, merchant, after, .. } = order;
    say!("{id} “{reference}” for {amount}: {status} ({merchant}, {})", environment.as_str());
    if *after > 0 {
        say!("  Its first {after} events are in an earlier archive.");
    }
    for event in order.events()? {
        let record = event.record;
        let change = record.old.zip(record.new).map(|(old, new)| format!(" [{old} → {new}]"));
        say!("  {}  {}{}", rfc3339(record.at_ms), record.kind, change.unwrap_or_default());
        let payment = record.payment.map(|payment| format!("{payment}: ")).unwrap_or_default();
        say!("      {payment}{}", record.why);
    }
    for OldDelivery { id, event_seq, target, status, attempts, .. } in &order.deliveries {
        let last = attempts.last().map_or_else(
            || "it was not tried".to_owned(),
            |last| format!("try {} at {}: {}", last.number, rfc3339(last.at_ms), last.outcome),
        );
        say!("  delivery {id}: entry {event_seq} to {target} is {status}; {last}");
    }
    say!("  The chain is whole from entry {} to {}: {}", after + 1, order.entries, order.chain);
    Ok(())
}
