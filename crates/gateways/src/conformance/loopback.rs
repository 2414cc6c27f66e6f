//! Both ends of a protocol against each other in memory: our client's requests go straight to the
//! dialect that serves the vendor's own clients, whose backend keeps one payment.

use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use guichet_core::Receipt;

use crate::dialect::{Dialect, VendorRequest};
use crate::payin::{Backend, BackendRefusal, ClientCredential, Lookup, PayinRequest, PayinStatus, PayinView};
use crate::transport::{Request, Response, Transport, TransportError};

/// The time at this backend (unix ms).
pub const LOOPBACK_NOW_MS: i64 = 1_800_000_000_000;

/// A transport into a dialect, and the backend of that dialect: it accepts one key and keeps the last payment.
pub struct Loopback {
    dialect: &'static dyn Dialect,
    key: &'static str,
    account: &'static str,
    kept: Mutex<Option<PayinView>>,
}

impl Loopback {
    /// An empty one, for a vendor's clients with that key.
    pub fn new(dialect: &'static dyn Dialect, key: &'static str, account: &'static str) -> Loopback {
        Loopback { dialect, key, account, kept: Mutex::default() }
    }

    /// The payment, once there is one.
    pub fn kept(&self) -> Option<PayinView> {
        self.lock().clone()
    }

    /// Changes the payment.
    pub fn change(&self, change: impl FnOnce(&mut PayinView)) {
        if let Some(view) = self.lock().as_mut() {
            change(view);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<PayinView>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn let_in(&self, client: ClientCredential<'_>) -> Result<(), BackendRefusal> {
        if client.dialect != self.dialect.name() || client.key != self.key {
            return Err(BackendRefusal::UnknownKey);
        }
        if client.account == self.account { Ok(()) } else { Err(BackendRefusal::WrongAccount) }
    }
}

#[async_trait]
impl Transport for Loopback {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let Request { method, url, headers, body } = request;
        let request = VendorRequest { method, path: url.path().to_owned(), headers, body };
        let answer = self.dialect.answer(self, request).await;
        Ok(Response { status: answer.status, body: answer.body })
    }
}

#[async_trait]
impl Backend for Loopback {
    fn now_ms(&self) -> i64 {
        LOOPBACK_NOW_MS
    }

    async fn admit(&self, client: ClientCredential<'_>) -> Result<(), BackendRefusal> {
        self.let_in(client)
    }

    async fn open(
        &self,
        client: ClientCredential<'_>,
        request: PayinRequest,
    ) -> Result<PayinView, BackendRefusal> {
        self.let_in(client)?;
        let key = request.idempotency_key.as_ref();
        let made = self.kept().filter(|kept| key.is_some() && kept.request.idempotency_key.as_ref() == key);
        if let Some(kept) = made {
            return if kept.request == request { Ok(kept) } else { Err(BackendRefusal::KeyReused) };
        }
        let profile = self.dialect.profile();
        let reference = self.dialect.reference(7);
        let view = PayinView {
            merchant: "Lamps".to_owned(),
            url: format!("http://127.0.0.1/pay/{reference}"),
            reference,
            request,
            status: PayinStatus::Open,
            paid_minor: None,
            fee: None,
            receipt: Receipt::default(),
            sandbox: true,
            created_at_ms: LOOPBACK_NOW_MS,
            changed_at_ms: LOOPBACK_NOW_MS,
            expires_at_ms: LOOPBACK_NOW_MS + profile.link_ttl_ms,
        };
        Ok(self.lock().insert(view).clone())
    }

    async fn view(
        &self,
        client: ClientCredential<'_>,
        lookup: Lookup<'_>,
    ) -> Result<PayinView, BackendRefusal> {
        self.let_in(client)?;
        let kept = self.lock().clone().ok_or(BackendRefusal::NoSuchPayment)?;
        let found = match lookup {
            Lookup::Reference(text) => kept.reference == text,
            Lookup::MerchantReference(text) => kept.request.reference == text,
            Lookup::Either(text) => kept.reference == text || kept.request.reference == text,
        };
        if found { Ok(kept) } else { Err(BackendRefusal::NoSuchPayment) }
    }
}
