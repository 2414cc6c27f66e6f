//! A Guichet server, with the key of one shop.

use std::sync::Arc;
use std::time::Duration;

use rustls_platform_verifier::BuilderVerifierExt as _;

use crate::call::Settings;
use crate::error::Error;
use crate::{Events, Orders, PaymentLinks, Refunds, Reports, WebhookEndpoints};

/// How long one try may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A Guichet server, with the key of one shop. A copy shares its connections.
#[derive(Clone)]
pub struct Guichet {
    settings: Arc<Settings>,
    idempotency_key: Option<String>,
}

impl Guichet {
    /// A server at an address such as `https://pay.example`, with a secret key (`sk_…`) or a restricted one (`rk_…`). A key belongs on a
    /// server, never in a page.
    ///
    /// # Errors
    /// That is no key, or the machine's certificates cannot be read.
    pub fn new(base_url: &str, api_key: &str) -> Result<Self, Error> {
        let machine = |error: rustls::Error| Error::Machine(Box::new(error));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_platform_verifier())
            .map_err(machine)?
            .with_no_client_auth();
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| Error::Machine(Box::new(error)))?;
        Guichet::through(base_url, api_key, http)
    }

    /// The same through a client of yours, with its proxy, its certificates and its timeouts.
    ///
    /// # Errors
    /// That is no key.
    pub fn through(base_url: &str, api_key: &str, http: reqwest::Client) -> Result<Self, Error> {
        let kinds = ["sk_test_", "sk_live_", "rk_test_", "rk_live_", "pk_test_", "pk_live_"];
        if !kinds.iter().any(|kind| api_key.starts_with(kind)) {
            return Err(Error::Misused("That is no key of Guichet, such as sk_test_…."));
        }
        let (base_url, api_key) = (base_url.trim_end_matches('/').to_owned(), api_key.to_owned());
        Ok(Guichet {
            settings: Arc::new(Settings { base_url, api_key, retries: 3, http }),
            idempotency_key: None,
        })
    }

    /// The same, with an idempotency key of yours for one operation: another process may try it again.
    #[must_use]
    pub fn keyed(&self, idempotency_key: impl Into<String>) -> Self {
        Guichet { settings: Arc::clone(&self.settings), idempotency_key: Some(idempotency_key.into()) }
    }

    /// What is to be paid.
    pub fn orders(&self) -> Orders<'_> {
        Orders { settings: &self.settings, idempotency_key: self.idempotency_key.as_deref() }
    }

    /// Addresses to hand out, at which customers make orders themselves.
    pub fn payment_links(&self) -> PaymentLinks<'_> {
        PaymentLinks(&self.settings)
    }

    /// What went back to payers.
    pub fn refunds(&self) -> Refunds<'_> {
        Refunds(&self.settings)
    }

    /// What came and went, summed up.
    pub fn reports(&self) -> Reports<'_> {
        Reports(&self.settings)
    }

    /// What happened, to be pulled by a shop without a public address.
    pub fn events(&self) -> Events<'_> {
        Events(&self.settings)
    }

    /// Where events are sent.
    pub fn webhook_endpoints(&self) -> WebhookEndpoints<'_> {
        WebhookEndpoints(&self.settings)
    }
}
