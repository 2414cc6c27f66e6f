//! Sending again what failed within some days: which days these are, and what of it is found without reading more than a bound.

use guichet_core::EventId;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::office::Office;
use crate::store::{DeliveryRow, DueDelivery, EndpointRow, Fault, Target};

/// How many are sent again at once.
pub(super) const MOST: usize = 1_000;

/// How many decisions are looked at in one go, and in how many goes.
const STEP: i64 = 1_000;
const STEPS: usize = 50;

/// What failed.
#[derive(Debug)]
pub(super) struct Failed {
    /// The deliveries.
    pub(super) deliveries: Vec<DueDelivery>,
    /// What there is beside them.
    pub(super) rest: Rest,
}

/// What there is beside what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rest {
    /// Nothing.
    None,
    /// There may be more that failed.
    More,
    /// Too many events happened within these days to look at all.
    TooLong,
}

/// The span of time from the beginning of one day to the end of another by these clocks (unix ms): from a moment on, and before
/// another. None where they are no days, or the last is before the first.
pub(super) fn span(first: &str, last: &str, zone: &TimeZone) -> Option<(i64, i64)> {
    let begins = |date: Date| {
        let begins = date.to_zoned_datetime(zone.clone()).ok()?;
        Some(begins.timestamp().as_millisecond())
    };
    let (first, last): (Date, Date) = (first.parse().ok()?, last.parse().ok()?);
    let span = (begins(first)?, begins(last.tomorrow().ok()?)?);
    (first <= last && span.0 >= 0).then_some(span)
}

/// Whether that did not arrive, and was tried.
fn has_failed(row: &DeliveryRow) -> bool {
    match row.status.as_str() {
        "given_up" => true,
        "pending" => row.delivery.attempts > 0,
        _ => false,
    }
}

/// What failed of the events in that span, those of the newest first.
pub(super) async fn failed(
    office: &Office,
    endpoint: &EndpointRow,
    (from_ms, before_ms): (i64, i64),
) -> Result<Failed, Fault> {
    let (target, whose) = (Target::Endpoint(endpoint.id), (endpoint.merchant, endpoint.environment));
    let from = EventId::new(from_ms, [0; 10]);
    let mut before = EventId::new(before_ms, [0; 10]);
    let mut deliveries = Vec::new();
    for _ in 0..STEPS {
        let sent = office.app.store().sent_to(target, whose, (from, before), STEP).await?;
        let failed = sent.deliveries.into_iter().map(|(_, row)| row).filter(has_failed);
        deliveries.extend(failed.map(|row| row.delivery));
        if deliveries.len() > MOST {
            deliveries.truncate(MOST);
            return Ok(Failed { deliveries, rest: Rest::More });
        }
        let Some(last) = sent.last else { return Ok(Failed { deliveries, rest: Rest::None }) };
        before = last;
    }
    Ok(Failed { deliveries, rest: Rest::TooLong })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_has_both_its_days() {
        let zone = TimeZone::get("Africa/Lagos").expect("a zone");
        let hour_ms = 3_600_000;
        // Midnight in Lagos is 23:00 in UTC, in 1970 too.
        for (first, last, expected) in [
            ("1970-01-02", "1970-01-02", Some((23 * hour_ms, 47 * hour_ms))),
            ("1970-01-02", "1970-01-04", Some((23 * hour_ms, 95 * hour_ms))),
            ("1970-01-03", "1970-01-02", None),
            ("1970-01-01", "1970-01-02", None),
            ("", "1970-01-02", None),
            ("1970-01-02", "yesterday", None),
            ("1970-01-02", "1970-02-30", None),
        ] {
            assert_eq!(span(first, last, &zone), expected, "{first} {last}");
        }
    }
}
