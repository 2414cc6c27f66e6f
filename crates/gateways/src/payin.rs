//! A payment in words that belong to no vendor: what every dialect reads its requests into, what
//! every client opens, and what a backend behind a dialect answers with.

use async_trait::async_trait;

/// What is to be paid, as handed to a gateway or received from a vendor's client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayinRequest {
    /// The caller's own reference (Guichet's payment id when Guichet calls); empty where the
    /// vendor's protocol has no field for one.
    pub reference: String,
    /// What the customer reads on the gateway's page.
    pub title: String,
    /// More words for the customer.
    pub description: Option<String>,
    /// Minor units of `currency`.
    pub amount_minor: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// Where the customer goes afterwards.
    pub return_url: Option<String>,
    /// Where the gateway may notify; protocols without notifications ignore it.
    pub notify_url: Option<String>,
}

/// Where a payment stands, for a vendor's client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PayinStatus {
    /// Not decided.
    Pending,
    /// The money came.
    Paid,
    /// It will not come.
    Failed,
}

/// A payment as a backend shows it to a dialect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayinView {
    /// The merchant's name at this backend.
    pub merchant: String,
    /// The backend's reference.
    pub reference: String,
    /// The page where the customer pays.
    pub url: String,
    /// What was asked for.
    pub request: PayinRequest,
    /// Where it stands.
    pub status: PayinStatus,
    /// What was really paid, in minor units of the request's currency (the same as asked for,
    /// unless something went wrong); `None` until then.
    pub paid_minor: Option<i64>,
    /// Whether it is play money.
    pub sandbox: bool,
    /// When it was made (unix ms).
    pub created_at_ms: i64,
}

/// Why a backend did not do what a vendor's client asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BackendRefusal {
    /// The key is not known.
    UnknownKey,
    /// The merchant may not take payments yet.
    MerchantNotValidated,
    /// The key may not be used from this address.
    AddressBlocked,
    /// There is no such payment.
    NoSuchPayment,
    /// Too many calls.
    TooManyRequests,
    /// The request is well formed but this backend says no: a sentence.
    Refused(String),
    /// The backend is in trouble.
    Unavailable,
}

/// What stands behind a dialect: the sandbox's simulated acquirer, or a real switchboard.
#[async_trait]
pub trait Backend: Send + Sync {
    /// Now, in unix ms: the backend's clock, which may be virtual.
    fn now_ms(&self) -> i64;

    /// Makes a payment for the merchant of `key`.
    async fn open(&self, key: &str, request: PayinRequest) -> Result<PayinView, BackendRefusal>;

    /// Shows the payment that the merchant of `key` made under `reference`.
    async fn view(&self, key: &str, reference: &str) -> Result<PayinView, BackendRefusal>;
}
