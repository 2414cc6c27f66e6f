//! The sandbox itself: one lock, one clock, and the same doors for a script in this process as for
//! one that speaks HTTP.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::serve::ListenerExt;
use http::{HeaderMap, header};

use crate::clock::Clock;
use crate::faults::{Fault, FaultView};
use crate::ledger::{Beginning, Ledger};
use crate::payment::{Action, PaymentView};
use crate::refusal::Refusal;
use crate::{control, home, page, vendor};

/// At most so many payments are kept; then the oldest is dropped for each new one.
pub const MAX_PAYMENTS: usize = 100_000;

/// How a sandbox begins.
#[derive(Clone)]
pub struct Settings {
    /// The same seed gives the same references and the same random faults, in the same order.
    pub seed: u64,
    /// Where customers reach it, scheme and host, such as `https://sandbox.example`; without it,
    /// the address that the shop itself used (its `Host` header).
    pub public_url: Option<String>,
    /// Its time.
    pub clock: Clock,
    /// In how many of 100 calls something goes wrong at random.
    pub fault_rate_percent: u8,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { seed: 1, public_url: None, clock: Clock::real(), fault_rate_percent: 0 }
    }
}

/// The simulated acquirer; a clone is the same acquirer.
#[derive(Clone)]
pub struct Sandbox {
    acquirer: Arc<Acquirer>,
}

struct Acquirer {
    public_url: Option<String>,
    clock: Clock,
    ledger: Mutex<Ledger>,
}

impl Sandbox {
    /// An empty one.
    pub fn new(settings: Settings) -> Sandbox {
        let Settings { seed, public_url, clock, fault_rate_percent } = settings;
        let beginning = Beginning { seed, fault_rate_percent, most_payments: MAX_PAYMENTS };
        let public_url = public_url.map(|url| url.trim_end_matches('/').to_owned());
        let ledger = Mutex::new(Ledger::new(beginning));
        Sandbox { acquirer: Arc::new(Acquirer { public_url, clock, ledger }) }
    }

    /// Everything it serves: the dialects, the customers' pages, the control API.
    pub fn router(&self) -> Router {
        Router::new()
            .merge(control::router())
            .merge(page::router())
            .merge(home::router())
            .fallback(vendor::answer)
            .method_not_allowed_fallback(async || Refusal::WrongMethod)
            .with_state(self.clone())
    }

    /// Serves all of it until the process ends.
    ///
    /// # Errors
    /// What the listener reports when it can accept no more.
    pub async fn serve(self, listener: tokio::net::TcpListener) -> io::Result<()> {
        // Small answers must not wait for an acknowledgement (Nagle's algorithm).
        let listener = listener.tap_io(|socket| {
            if let Err(error) = socket.set_nodelay(true) {
                tracing::debug!(%error, "a socket keeps its delay");
            }
        });
        axum::serve(listener, self.router()).await
    }

    /// Its clock.
    pub fn clock(&self) -> &Clock {
        &self.acquirer.clock
    }

    /// Lets `seconds` pass and says the new time, in unix ms.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when that is too far; see [`Clock::advance`].
    pub fn advance(&self, seconds: u64) -> Result<i64, Refusal> {
        self.acquirer.clock.advance(seconds)
    }

    /// Every payment, newest first.
    pub fn payments(&self) -> Vec<PaymentView> {
        self.newest(usize::MAX).0
    }

    /// The newest payments, at most `limit`, and whether there are more.
    pub(crate) fn newest(&self, limit: usize) -> (Vec<PaymentView>, bool) {
        let now_ms = self.clock().now_ms();
        let mut ledger = self.ledger();
        let all = ledger.newest_first(now_ms);
        let has_more = all.len() > limit;
        (all.take(limit).map(|payment| payment.view()).collect(), has_more)
    }

    /// One payment.
    ///
    /// # Errors
    /// [`Refusal::NoSuchPayment`].
    pub fn payment(&self, reference: &str) -> Result<PaymentView, Refusal> {
        let now_ms = self.clock().now_ms();
        self.ledger().find(reference, now_ms).map(|payment| payment.view())
    }

    /// Does what a customer or the bank wants with a payment, now.
    ///
    /// # Errors
    /// [`Refusal::NoSuchPayment`]; [`Refusal::Closed`] when the link was used or lapsed.
    pub fn act(&self, reference: &str, action: Action) -> Result<PaymentView, Refusal> {
        let now_ms = self.clock().now_ms();
        let view = self.ledger().act(reference, action, now_ms)?.view();
        tracing::debug!(reference, status = view.status.as_str(), "a customer or the bank acted");
        Ok(view)
    }

    /// Lets something go wrong at the next calls.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when the fault makes no sense, or when a hundred wait already.
    pub fn inject(&self, fault: Fault) -> Result<(), Refusal> {
        self.ledger().armed.add(fault)
    }

    /// The faults that wait, oldest first.
    pub fn faults(&self) -> Vec<FaultView> {
        self.ledger().armed.views()
    }

    /// Lets nothing more go wrong.
    pub fn clear_faults(&self) {
        self.ledger().armed.clear();
    }

    /// Begins again: no payments, no faults, the clock as it was, the seed as at the start.
    pub fn reset(&self) {
        self.ledger().reset();
        self.acquirer.clock.rewind();
    }

    /// Where customers reach it, without a trailing slash.
    pub(crate) fn base_url(&self, headers: &HeaderMap) -> String {
        if let Some(public_url) = &self.acquirer.public_url {
            return public_url.clone();
        }
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let secure = text(header::HeaderName::from_static("x-forwarded-proto")) == Some("https");
        let scheme = if secure { "https" } else { "http" };
        format!("{scheme}://{}", text(header::HOST).unwrap_or("localhost"))
    }

    /// Its memory. A panic elsewhere leaves it whole, because every change is one assignment.
    pub(crate) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.acquirer.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
