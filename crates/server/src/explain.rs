//! An order's story as sentences: everything that happened, when, and the evidence for it, from the
//! journal whose chain is verified on the way.

use std::fmt;

use serde::Serialize;

use crate::app::App;
use crate::clock::rfc3339;
use crate::store::{Fault, Stored};

/// The story of one order.
#[derive(Debug, Serialize)]
pub struct Story {
    order: String,
    reference: String,
    amount: String,
    status: &'static str,
    archived: Option<Earlier>,
    steps: Vec<Step>,
    deliveries: Vec<String>,
    next: Option<String>,
    journal_is_whole: bool,
}

/// What of it is in archives, before the first step.
#[derive(Debug, Serialize)]
struct Earlier {
    events: i64,
    deliveries: i64,
    archives: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Step {
    at: String,
    kind: String,
    payment: Option<String>,
    change: Option<String>,
    why: String,
}

/// Reads the story of an order.
pub async fn story(app: &App, stored: &Stored) -> Result<Story, Fault> {
    let order = &stored.order;
    let journal = app.store().journal(order.id.into()).await?;
    let here = i64::try_from(journal.len()).unwrap_or(i64::MAX);
    // The order may be revised between two reads; what is archived is asked for where something is missing alone.
    let archived = if here < stored.entries { app.store().archived(order.id.into()).await? } else { None };
    let whole = match journal.last() {
        Some(last) => last.chained == Some(true),
        None => archived.as_ref().is_none_or(|archived| archived.chain == stored.chain),
    };
    let complete = here + archived.as_ref().map_or(0, |archived| archived.entries) == stored.entries;
    let steps = journal
        .into_iter()
        .map(|row| Step {
            at: rfc3339(row.record.at_ms),
            kind: row.record.kind,
            payment: row.record.payment.map(|payment| payment.to_string()),
            change: row.record.old.zip(row.record.new).map(|(old, new)| format!("{old} → {new}")),
            why: row.record.why,
        })
        .collect();
    let mut deliveries = Vec::new();
    for row in app.store().deliveries_of(order.id.into()).await? {
        let last = app.store().attempts(&row.delivery).await?.pop();
        let last = last.map_or_else(
            || "not tried yet".to_owned(),
            |last| format!("try {} at {}: {}", last.number, rfc3339(last.at_ms), last.outcome),
        );
        let (id, sequence, endpoint) = (row.delivery.id, row.delivery.event_seq, row.delivery.target);
        deliveries.push(format!("{id}: entry {sequence} to {endpoint} is {}; {last}", row.status));
    }
    Ok(Story {
        order: order.id.to_string(),
        reference: order.terms.reference.clone(),
        amount: order.terms.money.to_string(),
        status: order.state.status(),
        archived: archived.map(|archived| Earlier {
            events: archived.entries,
            deliveries: archived.deliveries,
            archives: archived.archives,
        }),
        steps,
        deliveries,
        next: order.wake_at_ms().map(rfc3339),
        journal_is_whole: whole && complete,
    })
}

impl Story {
    /// Whether nothing was removed from the journal or altered in it.
    pub fn is_whole(&self) -> bool {
        self.journal_is_whole
    }
}

impl fmt::Display for Story {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} “{}” for {}: {}", self.order, self.reference, self.amount, self.status)?;
        if let Some(Earlier { events, deliveries, archives }) = &self.archived {
            let archives = archives.join(", ");
            writeln!(f, "  {events} events and {deliveries} deliveries are archived in {archives}.")?;
        }
        for step in &self.steps {
            let change = step.change.as_ref().map(|change| format!(" [{change}]")).unwrap_or_default();
            writeln!(f, "  {}  {}{change}", step.at, step.kind)?;
            let payment = step.payment.as_ref().map(|payment| format!("{payment}: ")).unwrap_or_default();
            writeln!(f, "      {payment}{}", step.why)?;
        }
        for delivery in &self.deliveries {
            writeln!(f, "  delivery {delivery}")?;
        }
        match &self.next {
            Some(next) => writeln!(f, "  Next, something is due at {next}.")?,
            None => writeln!(f, "  Nothing more is due.")?,
        }
        let verdict = match (&self.archived, self.journal_is_whole) {
            (None, true) => "The journal is whole.",
            (Some(_), true) => "The journal is whole, as far as it is here.",
            (_, false) => "THE JOURNAL WAS ALTERED.",
        };
        writeln!(f, "  {verdict}")
    }
}
