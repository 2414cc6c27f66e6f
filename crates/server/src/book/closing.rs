//! Closed days: the accountant has held a day against the statements, and its sums stay as they were. What the orders add to it
//! later, or take away, is told beside them as a correction.

use std::collections::BTreeMap;

use guichet_core::{Environment, Line, MerchantId, Share, Sums, difference};

use crate::store::{ClosedDay, CommitError, Fault, Guard, Store, close_day};
use crate::zones::Zones;

/// A day of a merchant's book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// Whose book it is.
    pub merchant: MerchantId,
    /// Play money or real money.
    pub environment: Environment,
    /// The day in the merchant's time zone, in days since 1970-01-01.
    pub day: i64,
}

/// What stands in the book of a day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BookDay {
    /// The lines as the orders make them now.
    pub present: Share,
    /// The day as it was closed, if it was.
    pub closed: Option<ClosedDay>,
}

impl BookDay {
    /// What the orders have added to the day since it was closed, and taken away, by line; nothing where it is not closed.
    pub fn corrections(&self) -> Share {
        self.closed.as_ref().map(|closed| difference(&closed.lines, &self.present)).unwrap_or_default()
    }

    /// Every line in which something stands now, or stood when the day was closed: what stands now, and its correction.
    pub fn lines(&self) -> BTreeMap<Line, (Sums, Option<Sums>)> {
        let mut lines: BTreeMap<Line, (Sums, Option<Sums>)> =
            self.present.iter().map(|(line, sums)| (line.clone(), (*sums, None))).collect();
        for (line, later) in self.corrections() {
            lines.entry(line).or_default().1 = Some(later);
        }
        lines
    }

    /// The lines that count: those that were closed, or else those of now.
    pub fn standing(&self) -> &Share {
        self.closed.as_ref().map_or(&self.present, |closed| &closed.lines)
    }
}

/// Why a day is not closed.
#[derive(Debug, thiserror::Error)]
pub enum NotClosed {
    /// Something may still come on that day.
    #[error("the day is not over by the clocks of the shop; close it when it is")]
    NotOver,
    /// Its sums stay as they were closed.
    #[error("the day was closed already; what differs from its closed sums is told as a correction")]
    Already,
    /// It cannot be written.
    #[error(transparent)]
    Commit(#[from] CommitError),
}

impl From<Fault> for NotClosed {
    fn from(fault: Fault) -> Self {
        NotClosed::Commit(fault.into())
    }
}

/// The days of a merchant's book from one to another, both counted: those in which something stands, or stood when they were
/// closed, and those that were closed empty.
///
/// # Errors
/// They cannot be read.
pub async fn days(
    store: &Store,
    merchant: MerchantId,
    environment: Environment,
    span: (i64, i64),
) -> Result<BTreeMap<i64, BookDay>, Fault> {
    let mut days: BTreeMap<i64, BookDay> = BTreeMap::new();
    // The closed ones first: what is written between the two reads is told as a correction, and not as closed.
    for closed in store.closed_days(merchant, environment, span).await? {
        let day = days.entry(closed.day).or_default();
        day.closed = Some(closed);
    }
    for (line, sums) in store.book(merchant, environment, span).await? {
        days.entry(line.day).or_default().present.insert(line, sums);
    }
    Ok(days)
}

/// Closes a day that is over: its lines stay as they stand now.
///
/// # Errors
/// The day is not over in the merchant's time zone, was closed already, or cannot be written.
pub async fn close(
    store: &Store,
    Day { merchant, environment, day }: Day,
    (zones, now_ms): (&Zones, i64),
    (by, note): (&str, &str),
) -> Result<ClosedDay, NotClosed> {
    if zones.day_of(now_ms) <= day {
        return Err(NotClosed::NotOver);
    }
    let lines = store.book(merchant, environment, (day, day)).await?;
    let closed = ClosedDay { day, lines, by: by.to_owned(), note: note.to_owned(), at_ms: now_ms };
    match store.commit(vec![close_day(merchant, environment, &closed)]).await {
        Ok(()) => Ok(closed),
        Err(CommitError::Conflict(Guard::Row)) => Err(NotClosed::Already),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use guichet_core::{AccountId, Currency};

    use super::*;

    fn line(account: u8, currency: Currency) -> Line {
        let account = AccountId::new(1, [account; 10]);
        Line { day: 20_785, account, currency, gateway: "ocpay".to_owned() }
    }

    fn paid(count: i64, amount: i64) -> Sums {
        Sums { paid_payments: count, paid_amount: amount, ..Sums::default() }
    }

    fn share(lines: &[(u8, Currency, Sums)]) -> Share {
        lines.iter().map(|(account, currency, sums)| (line(*account, *currency), *sums)).collect()
    }

    #[test]
    fn a_correction_is_what_stands_less_what_was_closed() {
        let refunded = Sums { refunds: 1, refunded_amount: 400, ..Sums::default() };
        let dinars = |account, sums| (account, Currency::DZD, sums);
        for (closed, present, expected) in [
            (vec![], vec![], vec![]),
            (vec![dinars(1, paid(2, 500))], vec![dinars(1, paid(2, 500))], vec![]),
            // Money that was seen late, by another node's clock.
            (vec![dinars(1, paid(2, 500))], vec![dinars(1, paid(3, 800))], vec![dinars(1, paid(1, 300))]),
            // The only refund was withdrawn: its line is gone.
            (vec![dinars(1, refunded)], vec![], vec![dinars(1, -refunded)]),
            // Another account and another currency are lines of their own.
            (
                vec![dinars(1, paid(2, 500))],
                vec![dinars(1, paid(2, 500)), dinars(2, paid(1, 7)), (1, Currency::XOF, paid(1, 9))],
                vec![dinars(2, paid(1, 7)), (1, Currency::XOF, paid(1, 9))],
            ),
        ] {
            let lines = share(&closed);
            let row = ClosedDay { day: 20_785, lines, by: "n".to_owned(), note: String::new(), at_ms: 1 };
            let day = BookDay { present: share(&present), closed: Some(row) };
            assert_eq!(day.corrections(), share(&expected));
            assert_eq!(day.standing(), &share(&closed), "what was closed stays");
            let sum = |share: &Share| share.values().fold(Sums::default(), |sums, one| sums + *one);
            assert_eq!(sum(day.standing()) + sum(&day.corrections()), sum(&day.present));
            let corrected = day.lines().into_iter().filter_map(|(line, (_, later))| Some((line, later?)));
            assert_eq!(corrected.collect::<Share>(), share(&expected), "each line has its own");
        }
        let open = BookDay { present: share(&[dinars(1, paid(1, 1))]), closed: None };
        assert_eq!((open.corrections(), open.standing()), (Share::new(), &open.present));
    }
}
