//! What the screens of the webhooks read.

use guichet_core::{EventId, OrderId};

use crate::office::Office;
use crate::office::visitor::Visitor;
use crate::store::{Attempt, DeliveryRow, EndpointRow, Failing, Fault, JournalRow, Target};

/// How many deliveries a page of the log has.
const PAGE: usize = 20;

/// How many decisions are looked at in one go for those that went to an endpoint, and in how many goes for one page.
const STEP: i64 = 100;
const STEPS: usize = 5;

/// Of more than so many deliveries that wait it is only said that there are more.
pub(super) const MOST_WAITING: i64 = 1_000;

/// How an endpoint fares.
#[derive(Debug)]
pub(super) struct Seen {
    /// The endpoint.
    pub(super) row: EndpointRow,
    /// Since when nothing arrives there, and why.
    pub(super) failing: Option<Failing>,
    /// How many deliveries wait for it, up to one more than is counted.
    pub(super) waiting: i64,
    /// Now (unix ms).
    pub(super) now_ms: i64,
}

/// A page of what was sent to an endpoint.
#[derive(Debug, Default)]
pub(super) struct Log {
    /// The deliveries, those of the newest events first.
    pub(super) sent: Vec<Sent>,
    /// Where older ones begin, if there may be some.
    pub(super) older: Option<EventId>,
    /// Whether it is the first page.
    pub(super) is_first: bool,
}

/// Something that was sent, or waits.
#[derive(Debug)]
pub(super) struct Sent {
    /// The delivery.
    pub(super) row: DeliveryRow,
    /// The event that it carries, unless that is in an archive.
    pub(super) event: Option<JournalRow>,
    /// The order that it is about: identifier and reference.
    pub(super) order: Option<(OrderId, String)>,
    /// Its tries, oldest first.
    pub(super) attempts: Vec<Attempt>,
}

/// The endpoints that are looked at.
pub(super) async fn endpoints(office: &Office, visitor: &Visitor) -> Result<Vec<Seen>, Fault> {
    let mut failing = office.app.store().failing_since().await?;
    let mut found = Vec::new();
    for shop in visitor.shops() {
        for endpoint in visitor.snapshot().endpoints_of(*shop, visitor.environment()) {
            let target = Target::Endpoint(endpoint.row.id);
            found.push(seen(office, &endpoint.row, failing.remove(&target)).await?);
        }
    }
    Ok(found)
}

/// One of them.
pub(super) async fn endpoint(office: &Office, row: &EndpointRow) -> Result<Seen, Fault> {
    let mut failing = office.app.store().failing_since().await?;
    seen(office, row, failing.remove(&Target::Endpoint(row.id))).await
}

async fn seen(office: &Office, row: &EndpointRow, failing: Option<Failing>) -> Result<Seen, Fault> {
    let target = Target::Endpoint(row.id);
    let waiting = office.app.store().deliveries_waiting_for(target, MOST_WAITING + 1).await?;
    Ok(Seen { row: row.clone(), failing, waiting, now_ms: office.app.clock().now_ms() })
}

/// What was sent to an endpoint about events before that one.
pub(super) async fn log(
    office: &Office,
    endpoint: &EndpointRow,
    before: Option<EventId>,
) -> Result<Log, Fault> {
    let (store, target) = (office.app.store(), Target::Endpoint(endpoint.id));
    let whose = (endpoint.merchant, endpoint.environment);
    let mut log = Log { is_first: before.is_none(), older: Some(before.unwrap_or(last())), ..Log::default() };
    let mut found: Vec<(EventId, DeliveryRow)> = Vec::new();
    for _ in 0..STEPS {
        let Some(before) = log.older.filter(|_| found.len() < PAGE) else { break };
        let sent = store.sent_to(target, whose, (first(), before), STEP).await?;
        found.extend(sent.deliveries);
        log.older = sent.last;
    }
    let kept = whole_decisions(&found, PAGE);
    if kept < found.len() {
        log.older = found.get(kept.saturating_sub(1)).map(|(event, _)| *event);
    }
    for (_, row) in found.into_iter().take(kept) {
        log.sent.push(self::sent(office, row).await?);
    }
    Ok(log)
}

/// An event before all others, and one behind them.
fn first() -> EventId {
    EventId::new(0, [0; 10])
}

fn last() -> EventId {
    EventId::new((1 << 48) - 1, [255; 10])
}

/// How many of these a page has that has at least so many and breaks off no decision, whose deliveries stand together.
fn whole_decisions<T>(found: &[(EventId, T)], least: usize) -> usize {
    let Some((last, _)) = found.get(least.saturating_sub(1)) else { return found.len() };
    least + found.iter().skip(least).take_while(|(event, _)| event == last).count()
}

/// A delivery with what belongs to it.
pub(super) async fn sent(office: &Office, row: DeliveryRow) -> Result<Sent, Fault> {
    let (store, delivery) = (office.app.store(), &row.delivery);
    let event = store.journal_entry(delivery.subject, delivery.event_seq).await?;
    let attempts = store.attempts(delivery).await?;
    let order = match delivery.subject.order() {
        Some(id) => store.order(id).await?.map(|stored| (id, stored.order.terms.reference.clone())),
        None => None,
    };
    Ok(Sent { row, event, order, attempts })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_breaks_off_no_decision() {
        let event = |number: i64| EventId::new(number, [0; 10]);
        let found: Vec<(EventId, ())> = [9, 8, 8, 8, 7].map(|number| (event(number), ())).into();
        for (least, expected) in [(1, 1), (2, 4), (3, 4), (4, 4), (5, 5), (9, 5)] {
            assert_eq!(whole_decisions(&found, least), expected, "{least}");
        }
    }
}
