//! A dialect: the inbound HTTP API of a vendor, without an HTTP server. It reads a vendor-shaped
//! request, asks a [`Backend`], and writes a vendor-shaped answer; and it writes the vendor's
//! notifications. The facts about the vendor that others need are declared as its [`VendorProfile`].

use async_trait::async_trait;
use bytes::Bytes;
use secrecy::SecretString;

use crate::feature::Feature;
use crate::payin::{Backend, BackendRefusal, PayinView};

/// A request of a vendor's client, as the HTTP server received it.
#[derive(Debug, Clone)]
pub struct VendorRequest {
    /// The method: GET, POST…
    pub method: http::Method,
    /// The path, without the query.
    pub path: String,
    /// All headers.
    pub headers: http::HeaderMap,
    /// The raw bytes.
    pub body: Bytes,
}

/// The answer to it.
#[derive(Debug, Clone)]
pub struct VendorResponse {
    /// The status code.
    pub status: http::StatusCode,
    /// The value of `content-type`.
    pub content_type: &'static str,
    /// The value of `retry-after`, in seconds, where the same request may succeed later.
    pub retry_after_s: Option<u32>,
    /// The raw bytes.
    pub body: Bytes,
}

/// The `retry-after` of answers that refuse for the moment, in seconds: our choice.
const BUSY_S: u32 = 5;

impl VendorResponse {
    /// An answer in JSON, with `retry-after` where its status is 429 or 503.
    pub fn json(status: http::StatusCode, body: Bytes) -> Self {
        let busy =
            matches!(status, http::StatusCode::TOO_MANY_REQUESTS | http::StatusCode::SERVICE_UNAVAILABLE);
        VendorResponse {
            status,
            content_type: "application/json",
            retry_after_s: busy.then_some(BUSY_S),
            body,
        }
    }
}

/// A notification that the vendor would send: a POST.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// Headers beside `content-type`, signatures among them.
    pub headers: Vec<(&'static str, String)>,
    /// The value of `content-type`.
    pub content_type: &'static str,
    /// The raw bytes.
    pub body: Bytes,
}

/// The address to which a vendor sends notifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notifies {
    /// None: the vendor does not notify.
    Never,
    /// The address that each request names.
    ByRequest,
    /// One address that the merchant has set up with the vendor.
    BySetting,
}

/// The outcomes after which a vendor sends the customer to the return address. Where it does so after success
/// only, being there is what some shops take for being paid, so nobody may be led there unpaid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returns {
    /// Whatever the outcome.
    Always,
    /// After success; a failure has an address of its own, or none.
    WhenPaid,
}

/// A way to pay on the vendor's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operator {
    /// The vendor's code, such as `OM`.
    pub code: &'static str,
    /// The name for people.
    pub name: &'static str,
    /// The channel that it belongs to.
    pub channel: guichet_core::Channel,
    /// Whether the payer types a one-time code that the operator sent them.
    pub asks_otp: bool,
    /// Whether the operator asks the payer to confirm on the phone, so that the payment waits for it.
    pub asks_on_phone: bool,
}

impl Operator {
    /// Whether it is paid from a phone number: everything but a card.
    pub fn has_phone(&self) -> bool {
        self.channel != guichet_core::Channel::Card
    }
}

/// The fields of the vendor's answers, as JSON pointers (RFC 6901); several of a kind, because answers to
/// opening and to checking differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResponseFields {
    /// The amounts.
    pub amounts: &'static [&'static str],
    /// The currencies.
    pub currencies: &'static [&'static str],
    /// Whether it is play money: booleans.
    pub environments: &'static [&'static str],
    /// The payment's references, the vendor's and the merchant's.
    pub references: &'static [&'static str],
    /// The statuses.
    pub statuses: &'static [&'static str],
    /// The details of what was paid: the object that holds them, and the member's name.
    pub details: &'static [(&'static str, &'static str)],
    /// The words that shops take for paid and that the vendor may say before the money is there: the field, the word.
    /// Only the sandbox says them then, and only where it is told to.
    pub premature: &'static [(&'static str, &'static str)],
}

/// An example of a credential that the sandbox accepts, for its home page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExampleKey {
    /// The parts in the order of [`VendorProfile::credentials`], such as `sk_sandbox_anything`.
    pub example: &'static str,
    /// The effect of using it.
    pub meaning: &'static str,
}

/// The profile of a vendor: what the sandbox and the server need to know of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VendorProfile {
    /// The name for people, such as `CinetPay`.
    pub title: &'static str,
    /// The names of the parts of a merchant's credential: the key, the account, the secret that signs
    /// notifications; those that the vendor has.
    pub credentials: &'static [&'static str],
    /// The endpoints: method, path, purpose. At least two: opening, then checking.
    pub endpoints: &'static [(&'static str, &'static str, &'static str)],
    /// The fields of an order that its requests have: our API's name, the vendor's name.
    pub fields: &'static [(&'static str, &'static str)],
    /// The features of its protocol, by the vendor's own names for them.
    pub speaks: &'static [(&'static str, Feature)],
    /// The currencies of its protocol (ISO 4217).
    pub currencies: &'static [&'static str],
    /// The life of a link that nobody starts to pay, in ms.
    pub link_ttl_ms: i64,
    /// The operators on its page; empty where the page has no choice.
    pub operators: &'static [Operator],
    /// The vendor's fee, in thousandths of the amount, rounded up to a whole unit of the currency; 0 where fees
    /// do not show on the wire.
    pub fee_per_mille: i64,
    /// The address to which it notifies.
    pub notifies: Notifies,
    /// The outcomes after which the customer is sent to the return address.
    pub returns: Returns,
    /// The fields of its answers.
    pub response_fields: ResponseFields,
    /// Examples of credentials that the sandbox accepts.
    pub example_keys: &'static [ExampleKey],
    /// The vendor's behaviour that a shop does not meet at the sandbox, or that is documented nowhere: sentences for the
    /// merchant's page.
    pub beside_sandbox: &'static [&'static str],
    /// The OpenAPI 3.1 document of what the dialect takes and answers, without the servers that serve it.
    pub document: &'static str,
}

impl VendorProfile {
    /// The vendor's name for one of our fields; our own where its requests have no such field.
    pub fn field<'a>(&self, ours: &'a str) -> &'a str {
        self.fields.iter().find(|(known, _)| *known == ours).map_or(ours, |(_, theirs)| theirs)
    }
}

/// A credential in a vendor's format, issued by us.
#[derive(Debug, Clone)]
pub struct IssuedCredential {
    /// The secret part that names the merchant.
    pub key: String,
    /// The account that belongs to the key; empty where the vendor has none.
    pub account: String,
    /// The secret that signs notifications; empty where the vendor signs nothing.
    pub signing: String,
}

/// The dialect of one vendor: it serves the vendor's clients.
#[async_trait]
pub trait Dialect: Send + Sync {
    /// The gateway's name.
    fn name(&self) -> &'static str;

    /// The vendor's profile.
    fn profile(&self) -> &'static VendorProfile;

    /// Whether a request for this path belongs to this dialect.
    fn serves(&self, path: &str) -> bool;

    /// A reference in the vendor's format, derived from `number`: the same number gives the same text.
    fn reference(&self, number: u128) -> String;

    /// A credential in the vendor's format, derived from random bytes.
    fn issue(&self, random: [u8; 64]) -> IssuedCredential;

    /// Whether the payments of that key are play money; `None` when the sandbox does not accept the key.
    fn accepts(&self, key: &str, account: &str) -> Option<bool>;

    /// The vendor's form of a refusal, to a request that was not answered because of it.
    fn refuse(&self, request: &VendorRequest, refusal: BackendRefusal, now_ms: i64) -> VendorResponse;

    /// Answers a request. An invalid one gets the vendor's form of an error.
    async fn answer(&self, backend: &dyn Backend, request: VendorRequest) -> VendorResponse;

    /// The notification about this payment in its current state, without a signature; `None` where the vendor sends
    /// none.
    fn unsigned_notification(&self, view: &PayinView) -> Option<Notification>;

    /// Signs a notification's body as the vendor does; an empty secret signs nothing.
    fn sign(&self, notification: &mut Notification, secret: &SecretString);

    /// The notification about this payment in its current state, signed with `secret`; `None` where the vendor sends
    /// none.
    fn notification(&self, view: &PayinView, secret: &SecretString) -> Option<Notification> {
        let mut notification = self.unsigned_notification(view)?;
        self.sign(&mut notification, secret);
        Some(notification)
    }

    /// The form that the customer's browser posts to the merchant's return address; `None` where it returns by an
    /// ordinary link.
    fn return_form(&self, view: &PayinView) -> Option<Vec<(&'static str, String)>>;
}
