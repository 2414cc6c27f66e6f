//! One stream: what is told to one open page, and when. It ends by itself after a while, so that who may no longer see a shop does not
//! hear of it for long; the browser comes back.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use guichet_core::EventId;
use hyper::body::{Body, Frame};
use tokio::sync::mpsc;

use crate::app::App;
use crate::repeats;

use crate::office::changes::{EVERY_MS, Live, Shop};

/// How often the page hears that the connection is there, in ms.
const HEARTBEAT_MS: i64 = 15_000;

/// How long a stream lasts, in ms: 10 minutes.
const LIFE_MS: i64 = 10 * 60_000;

/// After how long a browser comes back, in ms.
const RETRY_MS: u32 = 3_000;

/// What is told to one page.
pub(super) struct Stream {
    pub(super) app: App,
    pub(super) live: Live,
    /// What the page shows.
    pub(super) shops: Vec<Shop>,
    /// The newest event that it has heard of, where it comes back.
    pub(super) heard: Option<EventId>,
    /// The way to it.
    pub(super) page: mpsc::Sender<Bytes>,
}

impl Stream {
    /// Tells it, until it goes, the server stops, or the time is over.
    pub(super) async fn run(mut self) {
        let clock = self.app.clock().clone();
        let began_ms = clock.elapsed_ms();
        let mut stop = self.live.stop.clone();
        let (mut seen, mut told_ms) = (None, began_ms);
        while clock.elapsed_ms() - began_ms < LIFE_MS {
            let newest = self.look().await;
            let text = match newest {
                Some(newest) => {
                    let text = message(seen.as_ref(), self.heard.take(), &newest);
                    seen = Some(newest);
                    text
                }
                None => None,
            };
            let is_quiet = clock.elapsed_ms() - told_ms >= HEARTBEAT_MS;
            if let Some(text) = text.or_else(|| is_quiet.then(|| ":\n\n".to_owned())) {
                told_ms = clock.elapsed_ms();
                // A page that does not read is one that is not there.
                if self.page.try_send(text.into()).is_err() {
                    return;
                }
            }
            tokio::select! {
                () = clock.sleep(EVERY_MS) => {}
                () = self.page.closed() => return,
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
    }

    /// The newest events of each shop; `None` where they cannot be read.
    async fn look(&self) -> Option<Vec<Vec<EventId>>> {
        let mut newest = Vec::with_capacity(self.shops.len());
        for shop in &self.shops {
            match self.live.looks.newest(&self.app, *shop).await {
                Ok(events) => newest.push(events),
                Err(fault) => {
                    repeats::fault(
                        "the newest events of a shop could not be read for the back office",
                        &fault,
                    );
                    return None;
                }
            }
        }
        Some(newest)
    }
}

/// What is told of the newest events of each shop, after those that were seen before. A page that has just come hears which is the
/// newest event, so that its browser can say so when it comes back.
fn message(
    seen: Option<&Vec<Vec<EventId>>>,
    heard: Option<EventId>,
    newest: &Vec<Vec<EventId>>,
) -> Option<String> {
    let last = newest.iter().flatten().max().copied();
    let id = last.map(|last| format!("id: {last}\n")).unwrap_or_default();
    let changed = last.map(|last| format!("{id}event: changed\ndata: {last}\n\n")).unwrap_or_default();
    match seen {
        Some(seen) if seen == newest => None,
        Some(_) => Some(changed).filter(|changed| !changed.is_empty()),
        None if heard.is_some() && heard != last => Some(format!("retry: {RETRY_MS}\n{changed}")),
        None => Some(format!("retry: {RETRY_MS}\n{id}\n")),
    }
}

/// What is told, as the body of an answer.
pub(super) struct Told(pub(super) mpsc::Receiver<Bytes>);

impl Body for Told {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.0.poll_recv(context).map(|told| told.map(|bytes| Ok(Frame::data(bytes))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_hears_of_a_change_once_and_of_what_it_missed() {
        let event = |number: i64| EventId::new(number, [0; 10]);
        let shops = |numbers: &[&[i64]]| -> Vec<Vec<EventId>> {
            numbers.iter().map(|shop| shop.iter().map(|number| event(*number)).collect()).collect()
        };
        let (first, second) = (event(1), event(2));
        let changed = |id: EventId| format!("id: {id}\nevent: changed\ndata: {id}\n\n");
        let came = |rest: &str| Some(format!("retry: 3000\n{rest}"));
        let old = shops(&[&[1], &[]]);
        for (seen, heard, newest, told) in [
            (None, None, shops(&[&[], &[]]), came("\n")),
            (None, None, old.clone(), came(&format!("id: {first}\n\n"))),
            (None, Some(first), old.clone(), came(&format!("id: {first}\n\n"))),
            (None, Some(first), shops(&[&[1], &[2]]), came(&changed(second))),
            (Some(&old), None, old.clone(), None),
            (Some(&old), None, shops(&[&[2, 1], &[]]), Some(changed(second))),
            // Another node committed it later than one that is newer.
            (Some(&shops(&[&[2], &[]])), None, shops(&[&[2, 1], &[]]), Some(changed(second))),
        ] {
            assert_eq!(message(seen, heard, &newest), told);
        }
    }
}
