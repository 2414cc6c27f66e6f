//! The body of a request. It must arrive in time: a sender that stops in the middle would hold a connection, and what was
//! begun for it, as long as it likes. What nobody wants to read of it is taken in all the same, within bounds: a connection
//! that is closed while its client still sends is reset, and the client never reads why it was refused.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::sync::watch;

use crate::inbound::BodyTooSlow;

/// How long a body may take as a whole, from when it is first waited for.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// How long it may still take when the server stops.
const STOP_TIMEOUT: Duration = Duration::from_secs(2);

/// The most that is taken in of what nobody reads, in bytes.
const MOST_UNREAD_BYTES: u64 = 16 * 1024 * 1024;

/// How long that may take.
const UNREAD_TIMEOUT: Duration = Duration::from_secs(5);

/// A body with its deadline, which is set when the body is first waited for: most are there with their heads.
pub(super) struct TimedBody {
    incoming: Option<Incoming>,
    stop: watch::Receiver<bool>,
    deadline: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl TimedBody {
    pub(super) fn new(incoming: Incoming, stop: watch::Receiver<bool>) -> Self {
        TimedBody { incoming: Some(incoming), stop, deadline: None }
    }
}

impl Body for TimedBody {
    type Data = Bytes;
    type Error = axum::BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::BoxError>>> {
        let Some(incoming) = &mut self.incoming else { return Poll::Ready(None) };
        if let Poll::Ready(frame) = Pin::new(incoming).poll_frame(context) {
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let stop = self.stop.clone();
        let deadline = self.deadline.get_or_insert_with(|| Box::pin(deadline(stop)));
        if deadline.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        self.incoming = None;
        Poll::Ready(Some(Err(BodyTooSlow.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.as_ref().map(Body::size_hint).unwrap_or_default()
    }
}

impl Drop for TimedBody {
    fn drop(&mut self) {
        if let Some(incoming) = self.incoming.take().filter(|incoming| !incoming.is_end_stream())
            && incoming.size_hint().lower() <= MOST_UNREAD_BYTES
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(take_in(incoming));
        }
    }
}

/// Reads what is left, as far as it is bearable.
async fn take_in(mut incoming: Incoming) {
    let rest = async {
        let mut taken = 0;
        while let Some(Ok(frame)) = incoming.frame().await {
            taken += frame.data_ref().map_or(0, |data| data.len() as u64);
            if taken > MOST_UNREAD_BYTES {
                return;
            }
        }
    };
    let _ = tokio::time::timeout(UNREAD_TIMEOUT, rest).await;
}

#[expect(clippy::disallowed_methods, reason = "how long a sender takes is a real duration")]
async fn deadline(mut stop: watch::Receiver<bool>) {
    let stopping = async {
        let _ = stop.wait_for(|stop| *stop).await;
        tokio::time::sleep(STOP_TIMEOUT).await;
    };
    tokio::select! {
        () = tokio::time::sleep(BODY_TIMEOUT) => {}
        () = stopping => {}
    }
}
