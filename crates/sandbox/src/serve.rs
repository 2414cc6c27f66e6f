//! The sandbox over HTTP, with the notifications that it sends meanwhile.

use std::io;

use axum::Router;
use axum::serve::ListenerExt;

use crate::refusal::Refusal;
use crate::sandbox::Sandbox;
use crate::{control, home_page, merchant_page, notifier, pay_page, vendor_api};

impl Sandbox {
    /// Everything it serves: the dialects, the customers' pages, the control API. Within a Tokio
    /// runtime this also begins to send notifications, see [`Sandbox::spawn_notifier`].
    pub fn router(&self) -> Router {
        self.spawn_notifier();
        Router::new()
            .merge(control::router())
            .merge(pay_page::router())
            .merge(home_page::router())
            .merge(merchant_page::router())
            .fallback(vendor_api::answer)
            .method_not_allowed_fallback(async || Refusal::WrongMethod)
            .with_state(self.clone())
    }

    /// Serves all of it until the process ends.
    ///
    /// # Errors
    /// The listener's error when it can accept no more.
    pub async fn serve(self, listener: tokio::net::TcpListener) -> io::Result<()> {
        // Small answers must not wait for an acknowledgement (Nagle's algorithm).
        let listener = listener.tap_io(|socket| {
            if let Err(error) = socket.set_nodelay(true) {
                tracing::debug!(%error, "a socket keeps its delay");
            }
        });
        axum::serve(listener, self.router()).await
    }

    /// Begins to send notifications in the background, unless that has begun or no Tokio runtime is
    /// there; it ends when the last handle of the sandbox is gone. [`Sandbox::router`] and
    /// [`Sandbox::serve`] do it by themselves.
    pub fn spawn_notifier(&self) {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        if self.start_notifying() {
            runtime.spawn(notifier::run(self.downgrade(), self.clock().clone()));
        }
    }

    /// Waits until every notification that is due by now was tried: what a test does after it moved
    /// the clock. A receiver that does not answer takes 10 seconds of real time for each try.
    pub async fn settle(&self) {
        self.spawn_notifier();
        let mut looked = self.notifier_looked();
        loop {
            looked.borrow_and_update();
            if !self.with_store(|store, now_ms| store.notifications.is_busy(now_ms)) {
                return;
            }
            // It cannot be closed while this handle is there.
            let _ = looked.changed().await;
        }
    }
}
