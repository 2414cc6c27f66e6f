//! A payment independent of any vendor: the request that dialects read and clients open, and the view with
//! which a backend answers a dialect.

use async_trait::async_trait;
use guichet_core::{Money, Payer, Presentation, Receipt};
use serde_json::{Map, Value};

use crate::rule_violation::RuleViolation;

/// A request for a payment, as sent to a gateway or received from a vendor's client.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct PayinRequest {
    /// The caller's reference (Guichet's for the payment when Guichet calls); empty where the vendor's protocol
    /// has no field for one.
    pub reference: String,
    /// The title that the customer reads on the gateway's page.
    pub title: String,
    /// The description below the title.
    pub description: Option<String>,
    /// The money that is to be paid.
    pub money: Money,
    /// The person who pays.
    pub payer: Payer,
    /// Wishes for the gateway's page.
    pub presentation: Presentation,
    /// The address to which the customer returns; after success only, where there is a `failure_url`.
    pub return_url: Option<String>,
    /// The address to which the customer returns when nothing was paid; `return_url` when there is none.
    pub failure_url: Option<String>,
    /// The address for notifications; protocols without notifications ignore it.
    pub notify_url: Option<String>,
    /// The idempotency key, where the protocol has one: a repetition of the request answers the same payment.
    pub idempotency_key: Option<String>,
    /// The client's fields that only this vendor has and gives back, by the vendor's names.
    pub echo: Map<String, Value>,
}

impl PayinRequest {
    /// A request for `money` that says nothing else: every text is empty, everything optional is absent.
    pub fn of(money: Money) -> Self {
        PayinRequest {
            reference: String::new(),
            title: String::new(),
            description: None,
            money,
            payer: Payer::default(),
            presentation: Presentation::default(),
            return_url: None,
            failure_url: None,
            notify_url: None,
            idempotency_key: None,
            echo: Map::new(),
        }
    }
}

/// The status of a payment, for a vendor's client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PayinStatus {
    /// Nobody has begun to pay.
    Open,
    /// The payer has begun; nothing is decided.
    Processing,
    /// The money came.
    Paid,
    /// It will not be paid.
    Failed(PayinFailure),
}

/// The reason why a payment will not be paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PayinFailure {
    /// The bank or the operator declined.
    Declined,
    /// The payer cancelled.
    Cancelled,
    /// The link expired.
    Expired,
}

/// A payment as a backend shows it to a dialect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayinView {
    /// The merchant's name at this backend.
    pub merchant: String,
    /// The backend's reference, in the format of [`crate::Dialect::reference`].
    pub reference: String,
    /// The page where the customer pays.
    pub url: String,
    /// The request.
    pub request: PayinRequest,
    /// The status.
    pub status: PayinStatus,
    /// The amount that was really paid, in minor units of the request's currency (the same as requested, unless
    /// something went wrong); `None` until then.
    pub paid_minor: Option<i64>,
    /// The fee as it was first told, in the request's currency; `None` where nobody told it.
    pub fee: Option<Money>,
    /// What is told of the payment itself; a dialect leaves empty what is not.
    pub receipt: Receipt,
    /// Whether it is play money.
    pub sandbox: bool,
    /// The time of creation (unix ms).
    pub created_at_ms: i64,
    /// The time of the last change of the status (unix ms); `created_at_ms` until then.
    pub changed_at_ms: i64,
    /// The time at which the link expires unless paying has begun (unix ms).
    pub expires_at_ms: i64,
}

/// The credential that a vendor's client sends with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientCredential<'a> {
    /// The dialect's name: a key of one vendor is not valid at another.
    pub dialect: &'static str,
    /// The secret part that names the merchant: an access token, an API key.
    pub key: &'a str,
    /// The account that belongs to the key, such as a site's number; empty where the vendor has none.
    pub account: &'a str,
}

/// The reference by which a payment is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookup<'a> {
    /// The backend's reference.
    Reference(&'a str),
    /// The merchant's reference.
    MerchantReference(&'a str),
    /// Either; the backend's goes first.
    Either(&'a str),
}

/// The reason why a backend refused a client's request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BackendRefusal {
    /// The key is not known.
    UnknownKey,
    /// The key is known, but the account does not belong to it.
    WrongAccount,
    /// The merchant may not take payments yet.
    MerchantNotValidated,
    /// The key may not be used from this address.
    AddressBlocked,
    /// There is no such payment.
    NoSuchPayment,
    /// The merchant has used this reference before.
    DuplicateReference,
    /// The idempotency key was used for another request.
    KeyReused,
    /// A request with this idempotency key is being processed.
    InProgress,
    /// Too many calls.
    TooManyRequests,
    /// The request is well formed, but breaks a rule.
    AgainstARule(RuleViolation),
    /// The request is well formed, but this backend refuses it.
    Refused {
        /// Our stable code, such as `amount_not_whole`.
        code: &'static str,
        /// A sentence that says what is wrong, and what to do.
        message: String,
    },
    /// The backend cannot answer now.
    Unavailable,
}

/// The backend of a dialect: the sandbox's simulated acquirer, or the orders of the server.
#[async_trait]
pub trait Backend: Send + Sync {
    /// The current time in unix ms by the backend's clock, which may be virtual.
    fn now_ms(&self) -> i64;

    /// Lets a client in, or not, before anything else of its request is read.
    async fn admit(&self, client: ClientCredential<'_>) -> Result<(), BackendRefusal>;

    /// Opens a payment. The same idempotency key with the same request answers the payment that it opened
    /// before; without one, a reference that was used before is [`BackendRefusal::DuplicateReference`].
    async fn open(
        &self,
        client: ClientCredential<'_>,
        request: PayinRequest,
    ) -> Result<PayinView, BackendRefusal>;

    /// Shows a payment of the merchant to whom `client` belongs.
    async fn view(
        &self,
        client: ClientCredential<'_>,
        lookup: Lookup<'_>,
    ) -> Result<PayinView, BackendRefusal>;
}
