//! What a gateway is to Guichet: a few calls, and a declaration of what it can do.

use async_trait::async_trait;
use bytes::Bytes;
use guichet_core::{FailureReason, Link, Money, PaymentTerms, Recovery, ReferenceFormat, Seen};
use secrecy::{ExposeSecret, SecretString};

use crate::feature::Feature;
use crate::payin::PayinRequest;
use crate::transport::Transport;

/// The amounts a gateway takes in one currency, in minor units, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AmountLimit {
    /// ISO 4217 code.
    pub currency: &'static str,
    /// The least.
    pub least_minor: i64,
    /// The most.
    pub most_minor: i64,
    /// Every amount is a multiple of this.
    pub multiple_of_minor: i64,
}

/// What a gateway can do; the engine derives from it how a lost answer is recovered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// It can be asked by the reference we sent when opening.
    pub lookup_by_our_reference: bool,
    /// Opening again with the same key answers the same payment.
    pub idempotent_open: bool,
    /// How it is told our name for a payment.
    pub reference_format: ReferenceFormat,
    /// It notifies.
    pub callbacks: Callbacks,
    /// It can be asked what it knows of a payment.
    pub checkable: bool,
    /// The least time between two checks of one payment, in ms.
    pub min_check_interval_ms: i64,
    /// How many checks a second one account may make, unless the account says otherwise.
    pub checks_per_second: u32,
    /// How long a link lives when nobody starts to pay, in ms.
    pub link_ttl_ms: i64,
    /// Which amounts it takes; empty means any amount of any currency.
    pub limits: &'static [AmountLimit],
    /// What it can carry of what a vendor's client says or wants to hear.
    pub carries: &'static [Feature],
    /// The credentials that an account has, by their names in the shop file, in order.
    pub credentials: &'static [Credential],
}

/// A credential that an account has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Credential {
    /// Its name in the shop file, such as `access_token`.
    pub name: &'static str,
    /// Whether an account is of no use without it.
    pub required: bool,
}

/// How a gateway notifies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Callbacks {
    /// It does not.
    Never,
    /// It does, and anybody could.
    Unsigned,
    /// It does, and signs what it sends.
    Signed,
}

impl Capabilities {
    /// What the engine must remember of these for one payment.
    pub fn payment_terms(&self) -> PaymentTerms {
        let recovery = if self.lookup_by_our_reference {
            Recovery::LookupByOurReference
        } else if self.idempotent_open {
            Recovery::OpenAgain
        } else {
            Recovery::LapsesUnseen
        };
        PaymentTerms {
            recovery,
            checkable: self.checkable,
            min_check_interval_ms: self.min_check_interval_ms,
            link_ttl_ms: self.link_ttl_ms,
            reference_format: self.reference_format,
        }
    }
}

/// A merchant's credentials at one gateway, opened for use; a debug print shows no secret.
#[derive(Debug, Clone)]
pub struct Account {
    /// Where the gateway's API is, without a trailing slash.
    pub base_url: url::Url,
    /// What the gateway knows the merchant by, in the order of [`Capabilities::credentials`].
    pub secrets: Vec<SecretString>,
}

impl Account {
    /// The credential at that place; empty when it was not given.
    pub fn secret(&self, place: usize) -> &str {
        self.secrets.get(place).map_or("", |secret| secret.expose_secret())
    }
}

/// Why opening did not give a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenTrouble {
    /// Nothing was opened, and that is certain.
    Failed(FailureReason),
    /// Nobody can tell whether it was opened: what went wrong, free of secrets.
    Lost(String),
}

/// A rule of the gateway that the request breaks, found before any call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RuleBroken {
    /// Our stable code, such as `amount_not_whole`.
    pub code: &'static str,
    /// The order's field that broke it, such as `amount`.
    pub field: &'static str,
    /// A sentence: what was wrong, and what to do.
    pub message: String,
}

/// A notification as it came in.
#[derive(Debug, Clone)]
pub struct Callback {
    /// GET (a ping at some gateways) or POST.
    pub method: http::Method,
    /// All headers.
    pub headers: http::HeaderMap,
    /// The query of the address, without the question mark.
    pub query: String,
    /// The raw bytes.
    pub body: Bytes,
}

/// What a notification seems to be about. It proves nothing: it only says what to check.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallbackHint {
    /// References, the gateway's or ours, that the body names; the first that is known counts.
    pub references: Vec<String>,
    /// Whether the gateway's signature is on it.
    pub signature: Signature,
    /// What is odd about it, for the log: a short stable code.
    pub anomaly: Option<&'static str>,
}

/// What a notification's signature says of its sender.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Signature {
    /// There is none to verify: anybody may have sent it.
    #[default]
    Absent,
    /// It is the gateway's.
    Good,
    /// It is not the gateway's, or a signature that must be there is missing: somebody else sent it.
    Forged,
}

/// One gateway. Adding one costs a folder and a line in [`crate::GATEWAYS`].
#[async_trait]
pub trait Gateway: Send + Sync {
    /// Its name in the API, the configuration and the database.
    fn name(&self) -> &'static str;

    /// Its name for people.
    fn title(&self) -> &'static str;

    /// What it can do.
    fn capabilities(&self) -> &'static Capabilities;

    /// Its public address, when the account's configuration names none; `None` for an offline gateway.
    fn default_base_url(&self) -> Option<&'static str>;

    /// Checks the gateway's own rules before anything is written or called.
    fn validate(&self, request: &PayinRequest) -> Result<(), RuleBroken>;

    /// Opens a payment. One call at the most; never repeated here.
    async fn open(
        &self,
        transport: &dyn Transport,
        account: &Account,
        request: &PayinRequest,
        now_ms: i64,
    ) -> Result<Link, OpenTrouble>;

    /// Asks what the gateway knows of the payment it calls `reference`, of which `expected` was
    /// asked for. Whatever goes wrong is [`Seen::Unknown`].
    async fn check(
        &self,
        transport: &dyn Transport,
        account: &Account,
        reference: &str,
        expected: Money,
    ) -> Seen;

    /// Reads what a notification seems to be about, and verifies its signature. Nonsense gives no
    /// references.
    fn read_callback(&self, account: &Account, callback: &Callback) -> CallbackHint;
}
