//! Misbehaviour of a connection: it is held for a while, or it is cut. A connection is held in real time; payments
//! live in virtual time.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};

/// Holds a connection for `hold_ms`, unless the client leaves first.
pub(crate) async fn hold(hold_ms: u64) {
    if hold_ms > 0 {
        #[expect(
            clippy::disallowed_methods,
            reason = "a socket is held in real time; no payment waits here"
        )]
        tokio::time::sleep(Duration::from_millis(hold_ms)).await;
    }
}

/// An answer that the server cannot finish, which makes it close the connection.
pub(crate) fn cut() -> Response {
    Response::new(Body::new(Broken))
}

/// A body that promises a byte and breaks instead.
struct Broken;

impl HttpBody for Broken {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        Poll::Ready(Some(Err(io::Error::new(io::ErrorKind::ConnectionAborted, "a fault cut the answer"))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(1)
    }
}
