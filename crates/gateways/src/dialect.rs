//! A dialect: the inbound HTTP API of a vendor, without an HTTP server. It reads a vendor-shaped
//! request, asks a [`Backend`], and writes a vendor-shaped answer; and it writes the vendor's
//! notifications. What a simulated acquirer must know of the vendor is declared as [`Manners`].

use async_trait::async_trait;
use bytes::Bytes;
use secrecy::SecretString;

use crate::feature::Feature;
use crate::payin::{Backend, PayinView};

/// A request of a vendor's client, as the HTTP server received it.
#[derive(Debug, Clone)]
pub struct VendorRequest {
    /// GET, POST…
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
    /// In how many seconds to come back, where the refusal is one of the moment: `retry-after`.
    pub retry_after_s: Option<u32>,
    /// The raw bytes.
    pub body: Bytes,
}

/// In how many seconds a client that was turned away for the moment may come back: our choice.
const BUSY_S: u32 = 5;

impl VendorResponse {
    /// An answer in JSON; one that turns the client away for the moment says when to come back.
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

/// How a vendor's notifications find the merchant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notifies {
    /// Not at all.
    Never,
    /// At the address that each request names.
    ByRequest,
    /// At one address that the merchant has set up with the vendor.
    BySetting,
}

/// A way to pay on the vendor's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operator {
    /// The vendor's code, such as `OM`.
    pub code: &'static str,
    /// For people.
    pub name: &'static str,
    /// Which kind of way to pay it is.
    pub channel: guichet_core::Channel,
    /// Whether the payer types a code that the operator sent them.
    pub asks_otp: bool,
    /// Whether the operator asks the payer on their phone, so that the payment waits for it.
    pub asks_on_phone: bool,
}

impl Operator {
    /// Whether it is paid from a phone number: everything but a card.
    pub fn has_phone(&self) -> bool {
        self.channel != guichet_core::Channel::Card
    }
}

/// Where the vendor's answers say what, as JSON pointers (RFC 6901); several, because answers to
/// opening and to checking differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Places {
    /// An amount.
    pub amounts: &'static [&'static str],
    /// A currency.
    pub currencies: &'static [&'static str],
    /// Whether it is play money.
    pub environments: &'static [&'static str],
    /// The payment's name, the vendor's or the merchant's.
    pub references: &'static [&'static str],
    /// The word for how it stands.
    pub statuses: &'static [&'static str],
    /// What was paid: the object that holds it, and the member's name.
    pub details: &'static [(&'static str, &'static str)],
}

/// A credential that opens the sandbox, for its home page: an example of each part, and what it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExampleKey {
    /// The parts in the order of [`Manners::credentials`], such as `sk_sandbox_anything`.
    pub example: &'static str,
    /// What it does.
    pub meaning: &'static str,
}

/// What a simulated acquirer, and a switchboard, must know of a vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manners {
    /// For people, such as `CinetPay`.
    pub title: &'static str,
    /// The names of what a merchant is given: the key, what goes with it, the secret that signs
    /// notifications; those that the vendor has.
    pub credentials: &'static [&'static str],
    /// Every endpoint: method, path, what for. Two at the least: opening, then checking.
    pub endpoints: &'static [(&'static str, &'static str, &'static str)],
    /// What its clients can say and want to hear, by the vendor's own names.
    pub speaks: &'static [(&'static str, Feature)],
    /// The currencies that its clients can name (ISO 4217).
    pub currencies: &'static [&'static str],
    /// How long a link lives when nobody starts to pay, in ms.
    pub link_ttl_ms: i64,
    /// The ways to pay on its page; empty where the page has one.
    pub operators: &'static [Operator],
    /// What the vendor keeps, in thousandths of the amount, rounded up to a whole unit of the
    /// currency; 0 where fees do not show on the wire.
    pub fee_per_mille: i64,
    /// How its notifications find the merchant.
    pub notifies: Notifies,
    /// Where its answers say what.
    pub places: Places,
    /// Credentials that open the sandbox.
    pub example_keys: &'static [ExampleKey],
}

/// A credential in a vendor's shape, made by us.
#[derive(Debug, Clone)]
pub struct Issued {
    /// The secret part that names the merchant.
    pub key: String,
    /// What must go with it; empty where the vendor has none.
    pub account: String,
    /// What signs notifications; empty where the vendor signs nothing.
    pub signing: String,
}

/// What serves one vendor's clients.
#[async_trait]
pub trait Dialect: Send + Sync {
    /// The gateway's name.
    fn name(&self) -> &'static str;

    /// What else there is to know of the vendor.
    fn manners(&self) -> &'static Manners;

    /// Whether a request for this path belongs to this dialect.
    fn serves(&self, path: &str) -> bool;

    /// A reference as the vendor spells them, made of that number: the same number, the same text.
    fn reference(&self, number: u128) -> String;

    /// A credential as the vendor spells them, made of those random bytes.
    fn issue(&self, random: [u8; 64]) -> Issued;

    /// Whether the sandbox lets that key in, and then whether its payments are play money.
    fn admits(&self, key: &str, account: &str) -> Option<bool>;

    /// Answers a request; a request that makes no sense gets the vendor's error shape.
    async fn answer(&self, backend: &dyn Backend, request: VendorRequest) -> VendorResponse;

    /// The notification that tells of this payment as it stands; `None` where the vendor tells
    /// nothing of that. `secret` is what the merchant knows to verify it with.
    fn notification(&self, view: &PayinView, secret: &SecretString) -> Option<Notification>;

    /// What the customer's browser posts to the merchant's return address; `None` where it comes
    /// back by an ordinary link.
    fn returned(&self, view: &PayinView) -> Option<Vec<(&'static str, String)>>;
}
