//! The matrix: what must become of an order for every client, every gateway and every outcome, and the
//! test that plays each cell on a server of its own and prints what it saw.

use super::client::{Client, Word};
use super::play::{Outcome, play};

/// What must become of a cell.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cell {
    /// It is played to this end.
    Ends(End),
    /// The order is refused with this code of ours, and nothing is written.
    Refused(&'static str),
    /// There is no such thing.
    NotApplicable,
}

/// How a cell ends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct End {
    /// The order's status in our own API.
    pub(crate) order: &'static str,
    /// What the client hears when it asks, in nobody's words.
    pub(crate) word: Word,
    /// What a client that is notified is told, one after the other.
    pub(crate) told: &'static [Word],
    /// How many payments were opened at the gateway.
    pub(crate) opened: usize,
}

const fn ends(order: &'static str, word: Word, told: &'static [Word], opened: usize) -> Cell {
    Cell::Ends(End { order, word, told, opened })
}

const PAID: Cell = ends("paid", Word::Paid, &[Word::Paid], 1);
const DECLINED: Cell = ends("failed", Word::Declined, &[Word::Declined], 1);
const EXPIRED: Cell = ends("expired", Word::Expired, &[Word::Expired], 1);
/// The gateway says that the payer has begun; then the order expires; then the money comes.
const LATE: Cell = ends("paid", Word::Paid, &[Word::Processing, Word::Paid], 1);
/// The link whose answer was lost was never handed out; the customer tries again and gets another.
const PAID_ANEW: Cell = ends("paid", Word::Paid, &[Word::Paid], 2);
/// Nothing is opened anywhere: a person says that the money came.
const BY_HAND: [Cell; 5] = [
    ends("paid", Word::Paid, &[Word::Paid], 0),
    ends("cancelled", Word::Cancelled, &[Word::Cancelled], 0),
    ends("expired", Word::Expired, &[Word::Expired], 0),
    ends("paid", Word::Paid, &[Word::Expired, Word::Paid], 0),
    Cell::NotApplicable,
];
const NO_SUCH_CURRENCY: [Cell; 5] = [Cell::Refused("currency_not_supported"); 5];

/// The columns.
const GATEWAYS: [&str; 4] = ["ocpay", "cinetpay", "novasend", "cash"];

/// The outcomes, in the order of the cells.
const OUTCOMES: [Outcome; 5] =
    [Outcome::Paid, Outcome::Declined, Outcome::Expired, Outcome::Late, Outcome::LostAnswer];

const THROUGH_OCPAY: [Cell; 5] = [PAID, DECLINED, EXPIRED, LATE, PAID_ANEW];
const THROUGH_CINETPAY: [Cell; 5] = [PAID, DECLINED, EXPIRED, LATE, PAID_ANEW];
const THROUGH_NOVASEND: [Cell; 5] = [PAID, DECLINED, EXPIRED, LATE, PAID];

/// A row for each client; in it the cells of each gateway, in the order of [`GATEWAYS`].
const MATRIX: [(Client, [[Cell; 5]; 4]); 5] = [
    (Client::NativeDzd, [THROUGH_OCPAY, NO_SUCH_CURRENCY, NO_SUCH_CURRENCY, BY_HAND]),
    (Client::NativeXof, [NO_SUCH_CURRENCY, THROUGH_CINETPAY, THROUGH_NOVASEND, BY_HAND]),
    (Client::OcPay, [THROUGH_OCPAY, NO_SUCH_CURRENCY, NO_SUCH_CURRENCY, BY_HAND]),
    (Client::CinetPay, [NO_SUCH_CURRENCY, THROUGH_CINETPAY, THROUGH_NOVASEND, BY_HAND]),
    (Client::Novasend, [NO_SUCH_CURRENCY, THROUGH_CINETPAY, THROUGH_NOVASEND, BY_HAND]),
];

/// What a cell shows: how the order ended, and the client's own word for it.
fn shown(client: Client, cell: Cell, outcome: Outcome) -> String {
    match cell {
        Cell::Ends(End { order, word, opened, .. }) => {
            let late = if outcome == Outcome::Late { " late" } else { "" };
            let links = if opened > 1 { format!(", link {opened}") } else { String::new() };
            let own = client.says(word).map_or(String::new(), |own| format!(" = {own}"));
            format!("{order}{late}{own}{links}")
        }
        Cell::Refused(_) => "refused".to_owned(),
        Cell::NotApplicable => "n/a".to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_client_through_every_gateway() {
    let mut failed = Vec::new();
    println!("\n| client in | outcome | {} |", GATEWAYS.map(|name| format!("{name:<26}")).join(" | "));
    println!("|---|---|---|---|---|---|");
    for (client, row) in MATRIX {
        for (place, outcome) in OUTCOMES.into_iter().enumerate() {
            let mut line = Vec::new();
            let playing = GATEWAYS.map(|gateway| {
                let at = GATEWAYS.iter().position(|known| *known == gateway).expect("a column");
                let cell = row[at][place];
                (gateway, cell, tokio::spawn(play(client, gateway, outcome, cell)))
            });
            for (gateway, cell, playing) in playing {
                let mut text = shown(client, cell, outcome);
                if playing.await.is_err() {
                    failed.push(format!("{client:?} through {gateway}, {outcome:?}"));
                    text = "NOT SO".to_owned();
                }
                line.push(format!("{text:<26}"));
            }
            println!("| {:<11} | {:<11} | {} |", client.title(), outcome.title(), line.join(" | "));
        }
    }
    assert_eq!(failed, Vec::<String>::new(), "these cells are not as the table says");
}
