//! Both ends of a protocol against each other in memory: our client's requests go straight to the
//! dialect that serves the vendor's own clients, with a till behind it that keeps one payment.

use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use crate::dialect::{Dialect, VendorRequest};
use crate::payin::{Backend, BackendRefusal, Claim, Lookup, PayinRequest, PayinStatus, PayinView};
use crate::transport::{Request, Response, Transport, TransportError};

/// The time at the till (unix ms).
pub const TILL_MS: i64 = 1_800_000_000_000;

/// A backend that lets one key in and keeps the last payment made.
pub struct Till {
    dialect: &'static dyn Dialect,
    key: &'static str,
    account: &'static str,
    kept: Mutex<Option<PayinView>>,
}

impl Till {
    /// An empty one, for a vendor's clients with that key.
    pub fn new(dialect: &'static dyn Dialect, key: &'static str, account: &'static str) -> Till {
        Till { dialect, key, account, kept: Mutex::default() }
    }

    /// The payment, once there is one.
    pub fn kept(&self) -> Option<PayinView> {
        self.lock().clone()
    }

    /// Changes the payment.
    pub fn turn(&self, change: impl FnOnce(&mut PayinView)) {
        if let Some(view) = self.lock().as_mut() {
            change(view);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<PayinView>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn admit(&self, claim: Claim<'_>) -> Result<(), BackendRefusal> {
        if claim.dialect != self.dialect.name() || claim.key != self.key {
            return Err(BackendRefusal::UnknownKey);
        }
        if claim.account == self.account { Ok(()) } else { Err(BackendRefusal::WrongAccount) }
    }
}

#[async_trait]
impl Transport for Till {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let Request { method, url, headers, body } = request;
        let request = VendorRequest { method, path: url.path().to_owned(), headers, body };
        let answer = self.dialect.answer(self, request).await;
        Ok(Response { status: answer.status, body: answer.body })
    }
}

#[async_trait]
impl Backend for Till {
    fn now_ms(&self) -> i64 {
        TILL_MS
    }

    async fn open(&self, claim: Claim<'_>, request: PayinRequest) -> Result<PayinView, BackendRefusal> {
        self.admit(claim)?;
        let key = request.idempotency_key.as_ref();
        let made = self.kept().filter(|kept| key.is_some() && kept.request.idempotency_key.as_ref() == key);
        if let Some(kept) = made {
            return if kept.request == request { Ok(kept) } else { Err(BackendRefusal::KeyReused) };
        }
        let manners = self.dialect.manners();
        let reference = self.dialect.reference(7);
        let view = PayinView {
            merchant: "Lamps".to_owned(),
            url: format!("http://127.0.0.1/pay/{reference}"),
            reference,
            fee_minor: 0,
            request,
            status: PayinStatus::Open,
            paid_minor: None,
            operator: None,
            paid_from: None,
            sandbox: true,
            created_at_ms: TILL_MS,
            changed_at_ms: TILL_MS,
            expires_at_ms: TILL_MS + manners.link_ttl_ms,
        };
        Ok(self.lock().insert(view).clone())
    }

    async fn view(&self, claim: Claim<'_>, lookup: Lookup<'_>) -> Result<PayinView, BackendRefusal> {
        self.admit(claim)?;
        let kept = self.lock().clone().ok_or(BackendRefusal::NoSuchPayment)?;
        let found = match lookup {
            Lookup::Reference(text) => kept.reference == text,
            Lookup::MerchantReference(text) => kept.request.reference == text,
            Lookup::Either(text) => kept.reference == text || kept.request.reference == text,
        };
        if found { Ok(kept) } else { Err(BackendRefusal::NoSuchPayment) }
    }
}
