//! The gateway: the calls that the engine makes to a vendor, and the declaration of what the vendor can do.

use std::collections::BTreeMap;

use async_trait::async_trait;
use bytes::Bytes;
use guichet_core::{FailureReason, Link, Money, PaymentTerms, Recovery, ReferenceFormat, Seen};
use secrecy::{ExposeSecret, SecretString};

use crate::feature::Feature;
use crate::payin::PayinRequest;
use crate::rule_violation::RuleViolation;
use crate::transport::Transport;

/// The amounts that a gateway takes in one currency, in minor units, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AmountLimit {
    /// ISO 4217 code.
    pub currency: &'static str,
    /// The least amount.
    pub least_minor: i64,
    /// The greatest amount.
    pub most_minor: i64,
    /// The divisor of every amount.
    pub multiple_of_minor: i64,
}

/// The capabilities of a gateway; the engine derives from them how a lost answer is recovered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// Whether a payment can be checked by the reference that we sent when opening.
    pub lookup_by_our_reference: bool,
    /// Whether opening again with the same idempotency key answers the same payment.
    pub idempotent_open: bool,
    /// The form in which our reference for a payment is sent.
    pub reference_format: ReferenceFormat,
    /// Its notifications.
    pub callbacks: Callbacks,
    /// Whether a payment can be checked at all.
    pub checkable: bool,
    /// The least time between two checks of one payment, in ms.
    pub min_check_interval_ms: i64,
    /// The most checks that one account may make in a second, unless the account's configuration says otherwise.
    pub checks_per_second: u32,
    /// The life of a link that nobody starts to pay, in ms.
    pub link_ttl_ms: i64,
    /// Whether a check tells a payer who has begun from one who has not.
    pub tells_begun: bool,
    /// The time that an order is given to be paid here, in ms, unless somebody chose another; `None` for the usual.
    pub order_life_ms: Option<i64>,
    /// The amounts that it takes; empty means any amount of any currency.
    pub limits: &'static [AmountLimit],
    /// The features that it carries.
    pub carries: &'static [Feature],
    /// The credentials that an account has, by their names in the shop file, in order.
    pub credentials: &'static [Credential],
    /// The ways to pay there, as customers know them.
    pub paid_with: Words,
    /// The options that an account may be declared with.
    pub options: &'static [&'static AccountOption],
}

/// A text for customers in their languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words {
    /// In French.
    pub fr: &'static str,
    /// In Arabic.
    pub ar: &'static str,
    /// In English.
    pub en: &'static str,
}

/// The declaration of an option of an account: what no credential tells and no answer of the gateway says.
#[derive(Debug, PartialEq, Eq)]
pub struct AccountOption {
    /// Its name in the shop file.
    pub name: &'static str,
    /// The values that it may have, the first of which holds where none is given.
    pub values: &'static [&'static str],
}

/// The declaration of a credential that an account has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Credential {
    /// Its name in the shop file, such as `access_token`.
    pub name: &'static str,
    /// Whether an account needs it.
    pub required: bool,
}

/// The notifications of a gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Callbacks {
    /// It sends none.
    Never,
    /// It sends them without a signature, so that anybody could.
    Unsigned,
    /// It signs what it sends.
    Signed,
}

impl Capabilities {
    /// The capabilities that decisions about one payment depend on.
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
            tells_begun: self.tells_begun,
            order_life_ms: self.order_life_ms,
            declared_fee: None,
        }
    }
}

/// A merchant's credentials at one gateway, opened for use; a debug print shows no secret.
#[derive(Debug, Clone)]
pub struct Account {
    /// The address of the gateway's API, without a trailing slash.
    pub base_url: url::Url,
    /// The merchant's credentials, in the order of [`Capabilities::credentials`].
    pub secrets: Vec<SecretString>,
    /// The options that it was declared with, by name.
    pub options: BTreeMap<String, String>,
}

impl Account {
    /// The credential with that index in [`Capabilities::credentials`]; empty when it was not given.
    pub fn secret(&self, index: usize) -> &str {
        self.secrets.get(index).map_or("", |secret| secret.expose_secret())
    }

    /// The value of an option.
    pub fn option(&self, option: &AccountOption) -> &str {
        let first = option.values.first().copied().unwrap_or_default();
        self.options.get(option.name).map_or(first, String::as_str)
    }
}

/// The reason why opening gave no link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenTrouble {
    /// Nothing was opened, and that is certain.
    Failed(FailureReason),
    /// This server could not make the call: nothing was opened, and it says nothing of the gateway. The cause, free of secrets.
    NotCalled(String),
    /// Nobody can tell whether it was opened: the cause, free of secrets.
    Lost(String),
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

/// The hint in a notification: which payment to check. It proves nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallbackHint {
    /// The references in the body, the gateway's or ours; the first known one counts.
    pub references: Vec<String>,
    /// The result of verifying its signature.
    pub signature: Signature,
    /// A short stable code for the log when something about it is unusual.
    pub anomaly: Option<&'static str>,
}

/// The result of verifying a notification's signature.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Signature {
    /// There is no signature: anybody may have sent it.
    #[default]
    Absent,
    /// The signature is the gateway's.
    Good,
    /// The signature is not the gateway's, or one that must be there is missing.
    Forged,
}

/// One gateway. Adding one costs a folder and a line in [`crate::GATEWAYS`].
#[async_trait]
pub trait Gateway: Send + Sync {
    /// Its name in the API, the configuration and the database.
    fn name(&self) -> &'static str;

    /// Its name for people.
    fn title(&self) -> &'static str;

    /// Its capabilities.
    fn capabilities(&self) -> &'static Capabilities;

    /// Its public address, when the account's configuration names none; `None` for an offline gateway.
    fn default_base_url(&self) -> Option<&'static str>;

    /// Checks the gateway's own rules before anything is written or called.
    fn validate(&self, request: &PayinRequest) -> Result<(), RuleViolation>;

    /// Opens a payment. One call at the most; never repeated here.
    async fn open(
        &self,
        transport: &dyn Transport,
        account: &Account,
        request: &PayinRequest,
        now_ms: i64,
    ) -> Result<Link, OpenTrouble>;

    /// Checks the payment whose reference at the gateway is `reference`, opened for `expected`. Whatever goes
    /// wrong is [`Seen::Unknown`].
    async fn check(
        &self,
        transport: &dyn Transport,
        account: &Account,
        reference: &str,
        expected: Money,
    ) -> Seen;

    /// Reads the references in a notification and verifies its signature. A body that makes no sense gives no
    /// references.
    fn read_callback(&self, account: &Account, callback: &Callback) -> CallbackHint;
}
