//! A transport that gives one prepared answer and records the requests.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;

use crate::transport::{Request, Response, Transport, TransportError};

/// The answer of a transport to a request.
pub type Answer = Result<Response, TransportError>;

/// An answer of that status and body; a status that does not exist becomes 500.
pub fn answer(status: u16, body: impl Into<Bytes>) -> Answer {
    let status = http::StatusCode::from_u16(status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    Ok(Response { status, body: body.into() })
}

/// Gives the same answer to every request.
pub struct Scripted {
    answer: Answer,
    requests: Mutex<Vec<Request>>,
}

impl Scripted {
    /// A transport with that answer.
    pub fn new(answer: Answer) -> Self {
        Scripted { answer, requests: Mutex::new(Vec::new()) }
    }

    /// Every request so far, oldest first.
    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl Transport for Scripted {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).push(request);
        self.answer.clone()
    }
}
