//! A payment in words that belong to no vendor: what every dialect reads its requests into, what
//! every client opens, and what a backend behind a dialect answers with.

use async_trait::async_trait;
use guichet_core::{Money, Payer, Presentation};
use serde_json::{Map, Value};

/// What is to be paid, as handed to a gateway or received from a vendor's client.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct PayinRequest {
    /// The caller's own reference (Guichet's name for the payment when Guichet calls); empty where
    /// the vendor's protocol has no field for one.
    pub reference: String,
    /// What the customer reads on the gateway's page.
    pub title: String,
    /// More words for the customer.
    pub description: Option<String>,
    /// What is to be paid.
    pub money: Money,
    /// Who pays.
    pub payer: Payer,
    /// How the gateway's page should meet the customer.
    pub presentation: Presentation,
    /// Where the customer goes afterwards; after success only, where there is a `failure_url`.
    pub return_url: Option<String>,
    /// Where the customer goes when nothing was paid; `return_url` when there is none.
    pub failure_url: Option<String>,
    /// Where the gateway may notify; protocols without notifications ignore it.
    pub notify_url: Option<String>,
    /// Makes a repetition of this request answer the same payment, where the protocol has that.
    pub idempotency_key: Option<String>,
    /// What only this vendor's client says and wants to read again, by the vendor's names.
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

/// Where a payment stands, for a vendor's client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PayinStatus {
    /// Nobody has begun to pay.
    Open,
    /// The payer has begun; nothing is decided.
    Processing,
    /// The money came.
    Paid,
    /// It will not come.
    Failed(PayinFailure),
}

/// Why a payment will not be paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PayinFailure {
    /// The bank or the operator said no.
    Declined,
    /// The payer gave up.
    Cancelled,
    /// The link's time was over.
    Expired,
}

/// A payment as a backend shows it to a dialect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayinView {
    /// The merchant's name at this backend.
    pub merchant: String,
    /// The backend's reference, spelled as [`crate::Dialect::reference`] spells it.
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
    /// What the gateway keeps for itself, in minor units; 0 where the backend takes nothing.
    pub fee_minor: i64,
    /// The way it was paid, by the vendor's code for it (such as `OM`); `None` where unknown.
    pub operator: Option<String>,
    /// The phone number it was paid from, where it is known and differs from the payer's.
    pub paid_from: Option<String>,
    /// Whether it is play money.
    pub sandbox: bool,
    /// When it was made (unix ms).
    pub created_at_ms: i64,
    /// When its status last changed (unix ms); `created_at_ms` until then.
    pub changed_at_ms: i64,
    /// When the link lapses unless paying has begun (unix ms).
    pub expires_at_ms: i64,
}

/// Who a vendor's client says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim<'a> {
    /// The dialect's name: a key of one vendor opens nothing at another.
    pub dialect: &'static str,
    /// The secret part that names the merchant: an access token, an API key.
    pub key: &'a str,
    /// The part that must go with it, such as a site's number; empty where the vendor has none.
    pub account: &'a str,
}

/// By what a payment is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookup<'a> {
    /// The backend's reference.
    Reference(&'a str),
    /// The reference that the merchant gave.
    MerchantReference(&'a str),
    /// Either; the backend's goes first.
    Either(&'a str),
}

/// Why a backend did not do what a vendor's client asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BackendRefusal {
    /// The key is not known.
    UnknownKey,
    /// The key is known, but the account does not go with it.
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
    /// A request with this idempotency key is being worked.
    InProgress,
    /// Too many calls.
    TooManyRequests,
    /// The request is well formed but this backend says no: a stable code and a sentence.
    Refused {
        /// Our stable code, such as `amount_not_whole`.
        code: &'static str,
        /// What was wrong, and what to do.
        message: String,
    },
    /// The backend is in trouble.
    Unavailable,
}

/// What stands behind a dialect: the sandbox's simulated acquirer, or a real switchboard.
#[async_trait]
pub trait Backend: Send + Sync {
    /// Now, in unix ms: the backend's clock, which may be virtual.
    fn now_ms(&self) -> i64;

    /// Makes a payment. The same idempotency key with the same request shows the payment that there
    /// is; without one, a reference that was used before is [`BackendRefusal::DuplicateReference`].
    async fn open(&self, claim: Claim<'_>, request: PayinRequest) -> Result<PayinView, BackendRefusal>;

    /// Shows a payment that the merchant of `claim` made.
    async fn view(&self, claim: Claim<'_>, lookup: Lookup<'_>) -> Result<PayinView, BackendRefusal>;
}
