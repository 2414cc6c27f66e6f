//! What may change something runs to its end even when the client has gone meanwhile: an order that is
//! on disk gets its payment opened.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::runtime::Handle;

use crate::store::Fault;

/// Work that goes on in a task of its own when whoever waits for it has gone. Until then it runs where
/// it is waited for, since another task would have to be woken for every answer.
pub(super) struct ToItsEnd<T: Send + 'static>(Option<Pin<Box<dyn Future<Output = T> + Send>>>);

impl<T: Send + 'static> ToItsEnd<T> {
    pub(super) fn new(work: impl Future<Output = T> + Send + 'static) -> Self {
        ToItsEnd(Some(Box::pin(work)))
    }
}

impl<T: Send + 'static> Future for ToItsEnd<T> {
    /// What came of it; a fault when it panicked.
    type Output = Result<T, Fault>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(work) = &mut self.0 else { return Poll::Ready(Err(broken_off())) };
        let polled = catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context)));
        if !matches!(polled, Ok(Poll::Pending)) {
            self.0 = None;
        }
        match polled {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(outcome)) => Poll::Ready(Ok(outcome)),
            Err(_) => Poll::Ready(Err(broken_off())),
        }
    }
}

impl<T: Send + 'static> Drop for ToItsEnd<T> {
    fn drop(&mut self) {
        if let (Some(work), Ok(runtime)) = (self.0.take(), Handle::try_current()) {
            runtime.spawn(work);
        }
    }
}

fn broken_off() -> Fault {
    Fault::new("a request was broken off by a panic".to_owned())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::sync::{Notify, oneshot};

    use super::*;

    #[tokio::test]
    async fn who_waits_gets_the_outcome() {
        assert_eq!(ToItsEnd::new(async { 7 }).await.ok(), Some(7));
    }

    #[tokio::test]
    async fn it_goes_on_when_nobody_waits_any_more() {
        let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (ended, end) = oneshot::channel();
        let (begins, waits) = (begun.clone(), go_on.clone());
        let work = ToItsEnd::new(async move {
            begins.notify_one();
            waits.notified().await;
            ended.send("the end").expect("somebody looks");
        });
        tokio::select! {
            biased;
            _ = work => panic!("it ended by itself"),
            () = begun.notified() => {}
        }
        go_on.notify_one();
        assert_eq!(end.await, Ok("the end"));
    }

    #[tokio::test]
    async fn a_panic_is_a_fault() {
        let work = ToItsEnd::new(async { assert_eq!(1, 2, "on purpose") });
        assert!(work.await.is_err());
    }
}
