//! `Idempotency-Key`: the same key with the same request gives the same bytes again, marked as
//! replayed; with another request it is refused. A refusal is not kept: nothing had happened.

use std::sync::{Arc, Mutex, PoisonError};

use axum::response::{IntoResponse, Response};
use guichet_core::{Code, Subject};
use http::{HeaderValue, StatusCode, header};

use crate::app::{App, Attachment, Error};
use crate::clock::Clock;
use crate::random;
use crate::store::{Answer, Claim, Kept, Stored, Write};

use super::caller::Caller;
use super::input::Sent;
use super::problem::Problem;

/// A claimed key whose request never ended is taken over after this: longer than any request runs.
const ABANDONED_MS: i64 = 60_000;

/// The longest key that is taken.
const LONGEST_KEY: usize = 255;

/// Makes the answer once the order's new state is known.
pub(super) type Render = fn(&App, &Stored) -> Answer;

/// The key of a request, if it has one.
pub(super) struct Idempotency {
    claim: Option<Arc<Claim>>,
    /// The answer as it was last handed to the store: what goes out is what is kept.
    kept: Arc<Mutex<Option<Answer>>>,
}

impl Idempotency {
    /// Reads the header.
    pub(super) fn of(caller: &Caller, sent: &Sent) -> Result<Self, Problem> {
        let Some(value) = sent.headers.get("idempotency-key") else { return Ok(Idempotency::with(None)) };
        let key = value.to_str().ok().filter(|key| !key.is_empty() && key.len() <= LONGEST_KEY);
        let key = key.ok_or_else(|| {
            let detail = format!("An Idempotency-Key has 1 to {LONGEST_KEY} visible ASCII characters.");
            Problem::new(Code::IdempotencyKeyInvalid, detail)
        })?;
        let asked = [sent.method.as_str().as_bytes(), sent.uri.path().as_bytes(), &sent.body].join(&0);
        Ok(Idempotency::with(Some(Claim {
            merchant: caller.merchant,
            environment: caller.environment,
            route: format!("{} {}", sent.method, sent.uri.path()),
            key: key.to_owned(),
            fingerprint: random::content_fingerprint(&asked),
        })))
    }

    fn with(claim: Option<Claim>) -> Self {
        Idempotency { claim: claim.map(Arc::new), kept: Arc::default() }
    }

    /// Runs a request at most once. A key is claimed in the transaction of the first effect, so a request
    /// that succeeds is the first one; only one that does not is looked up. `render` answers for one that
    /// died with its server. Hand the request over pinned: it is large, and would be copied.
    pub(super) async fn once(
        &self,
        app: &App,
        render: Render,
        request: impl Future<Output = Result<Response, Problem>>,
    ) -> Result<Response, Problem> {
        let refused = match request.await {
            Ok(response) => return Ok(response),
            Err(refused) => refused,
        };
        match self.kept_before(app).await? {
            None => Err(refused),
            Some(Kept { answer: Some(answer), .. }) => Ok(replayed(answer)),
            Some(kept) if app.clock().now_ms() - kept.created_at_ms > ABANDONED_MS => {
                self.resume(app, render, kept.subject).await
            }
            // It may be this very request that claimed it, before the trouble came.
            Some(_) if refused.is_ours() => Err(refused),
            Some(_) => Err(Error::KeyTaken.into()),
        }
    }

    /// What is kept under the key, if it is for this very request.
    async fn kept_before(&self, app: &App) -> Result<Option<Kept>, Problem> {
        let Some(claim) = &self.claim else { return Ok(None) };
        let Some(kept) = app.store().kept(claim).await? else { return Ok(None) };
        if kept.fingerprint != claim.fingerprint {
            return Err(Problem::new(
                Code::IdempotencyKeyReused,
                "This Idempotency-Key was used with another request; use a new key for a new request.",
            ));
        }
        Ok(Some(kept))
    }

    /// A request that had its first effect and then died with its server: its answer is the order as it
    /// is now.
    async fn resume(&self, app: &App, render: Render, subject: Subject) -> Result<Response, Problem> {
        let order = subject.order().ok_or(Error::NoSuchOrder)?;
        let stored = app.store().order(order).await?.ok_or(Error::NoSuchOrder)?;
        if let Some(end) = self.end(app, render) {
            app.store().commit(end.writes(&stored)).await.map_err(Error::from)?;
        }
        let kept = self.kept_before(app).await?.and_then(|kept| kept.answer);
        kept.map(replayed).ok_or_else(|| Error::KeyTaken.into())
    }

    /// The claim of the key, for the first transaction of a request that has several.
    pub(crate) fn begin(&self, app: &App) -> Option<Box<dyn Attachment>> {
        Some(Box::new(self.claims(app)?))
    }

    /// The keeping of the answer, for the last one.
    pub(crate) fn end(&self, app: &App, render: Render) -> Option<Box<dyn Attachment>> {
        Some(Box::new(self.keeps(app, render)?))
    }

    /// Both, for the only one.
    pub(crate) fn whole(&self, app: &App, render: Render) -> Option<Box<dyn Attachment>> {
        Some(Box::new(ClaimsAndKeeps(self.claims(app)?, self.keeps(app, render)?)))
    }

    fn claims(&self, app: &App) -> Option<ClaimsKey> {
        Some(ClaimsKey { claim: self.claim.clone()?, clock: app.clock().clone() })
    }

    fn keeps(&self, app: &App, render: Render) -> Option<KeepsAnswer> {
        Some(KeepsAnswer { claim: self.claim.clone()?, app: app.clone(), render, kept: self.kept.clone() })
    }

    /// The answer that was kept; without a key, the order as it is now.
    pub(super) fn answer(&self, app: &App, stored: &Stored, render: Render) -> Response {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner).take();
        answered(kept.unwrap_or_else(|| render(app, stored)))
    }
}

/// The claim of a key.
struct ClaimsKey {
    claim: Arc<Claim>,
    clock: Clock,
}

impl Attachment for ClaimsKey {
    fn writes(&self, stored: &Stored) -> Vec<Write> {
        vec![self.claim.insert(stored.order.id.into(), self.clock.now_ms())]
    }
}

/// The answer that is kept under a key.
struct KeepsAnswer {
    claim: Arc<Claim>,
    app: App,
    render: Render,
    kept: Arc<Mutex<Option<Answer>>>,
}

impl Attachment for KeepsAnswer {
    fn writes(&self, stored: &Stored) -> Vec<Write> {
        let answer = (self.render)(&self.app, stored);
        let settled = self.claim.settle(stored.order.id.into(), &answer);
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
        vec![settled]
    }
}

/// Both, for a request with a single transaction.
struct ClaimsAndKeeps(ClaimsKey, KeepsAnswer);

impl Attachment for ClaimsAndKeeps {
    fn writes(&self, stored: &Stored) -> Vec<Write> {
        [self.0.writes(stored), self.1.writes(stored)].concat()
    }
}

/// An answer as it goes out.
pub(super) fn answered(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status_code).unwrap_or(StatusCode::OK);
    let mut response = (status, answer.body).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn replayed(answer: Answer) -> Response {
    let mut response = answered(answer);
    response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
    response
}
