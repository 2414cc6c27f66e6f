//! A gate in front of a server: whoever comes waits until it is opened, so that a test can do something meanwhile.

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use http::StatusCode;
use tokio::sync::watch;

/// The gate; a clone is the same gate.
#[derive(Clone)]
pub(crate) struct Gate {
    pub(crate) url: String,
    open: watch::Sender<bool>,
    arrived: watch::Sender<usize>,
}

impl Gate {
    /// An open gate in front of that router.
    pub(crate) async fn before(router: Router) -> Gate {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("a bound port"));
        let gate = Gate { url, open: watch::Sender::new(true), arrived: watch::Sender::new(0) };
        let keeper = gate.clone();
        let router = router.layer(from_fn(move |request: Request, next: Next| {
            let keeper = keeper.clone();
            async move { keeper.let_through(request, next).await }
        }));
        tokio::spawn(async move { axum::serve(listener, router).await });
        gate
    }

    /// An open gate behind which everybody is answered 204.
    pub(crate) async fn before_nothing() -> Gate {
        Gate::before(Router::new().fallback(async || StatusCode::NO_CONTENT)).await
    }

    async fn let_through(&self, request: Request, next: Next) -> Response {
        self.arrived.send_modify(|arrived| *arrived += 1);
        let mut open = self.open.subscribe();
        open.wait_for(|open| *open).await.expect("the gate stands");
        next.run(request).await
    }

    /// Whoever comes from now on waits.
    pub(crate) fn close(&self) {
        self.open.send_replace(false);
    }

    /// Everybody may pass.
    pub(crate) fn open(&self) {
        self.open.send_replace(true);
    }

    /// How many have come.
    pub(crate) fn arrived(&self) -> usize {
        *self.arrived.borrow()
    }

    /// Returns once so many have come in all.
    pub(crate) async fn until_arrived(&self, count: usize) {
        let mut arrived = self.arrived.subscribe();
        arrived.wait_for(|arrived| *arrived >= count).await.expect("the gate stands");
    }
}
