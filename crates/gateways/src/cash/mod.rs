//! Cash: a gateway without an API. A person hands over money and another person says so; the order
//! learns it through the same events as from any other gateway.

use async_trait::async_trait;
use guichet_core::{Code, Link, Money, ReferenceFormat, Seen};

use crate::gateway::{Account, Callback, CallbackHint, Callbacks, Capabilities, Gateway, OpenTrouble, Words};
use crate::payin::PayinRequest;
use crate::rule_violation::RuleViolation;
use crate::transport::Transport;

/// The time that an order is given to be paid in cash: a week, because goods travel to who pays for them.
const ORDER_LIFE_MS: i64 = 7 * 24 * 3_600_000;

static CAPABILITIES: Capabilities = Capabilities {
    lookup_by_our_reference: false,
    idempotent_open: false,
    reference_format: ReferenceFormat::AsWritten,
    callbacks: Callbacks::Never,
    checkable: false,
    min_check_interval_ms: 0,
    checks_per_second: 1,
    // An opening that was interrupted left nothing that could be paid, so it expires at once.
    link_ttl_ms: 0,
    tells_begun: false,
    order_life_ms: Some(ORDER_LIFE_MS),
    limits: &[],
    carries: &[],
    credentials: &[],
    options: &[],
    paid_with: Words {
        fr: "Espèces, à la livraison", ar: "نقدًا عند الاستلام", en: "Cash on delivery"
    },
};

/// Payment by hand, at a counter or on delivery.
#[derive(Debug, Clone, Copy)]
pub struct Cash;

#[async_trait]
impl Gateway for Cash {
    fn name(&self) -> &'static str {
        "cash"
    }

    fn title(&self) -> &'static str {
        "Cash"
    }

    fn capabilities(&self) -> &'static Capabilities {
        &CAPABILITIES
    }

    fn default_base_url(&self) -> Option<&'static str> {
        None
    }

    fn validate(&self, request: &PayinRequest) -> Result<(), RuleViolation> {
        if request.money.amount_minor > 0 {
            return Ok(());
        }
        Err(RuleViolation {
            code: Code::AmountOutOfRange,
            field: "amount",
            sentence: "There is nothing to pay: the amount must be more than 0.".to_owned(),
        })
    }

    /// Opens at once: our own reference is all there is to know.
    async fn open(
        &self,
        _transport: &dyn Transport,
        _account: &Account,
        request: &PayinRequest,
        _now_ms: i64,
    ) -> Result<Link, OpenTrouble> {
        Ok(Link {
            reference: request.reference.clone(),
            url: None,
            expires_at_ms: None,
            alias: None,
            fee: None,
        })
    }

    /// There is nothing to check; the engine makes no checks, because `checkable` is false.
    async fn check(
        &self,
        _transport: &dyn Transport,
        _account: &Account,
        _reference: &str,
        _expected: Money,
    ) -> Seen {
        Seen::Unknown { trouble: "cash_has_no_api".to_owned(), raw: String::new(), unclear: false }
    }

    fn read_callback(&self, _account: &Account, _callback: &Callback) -> CallbackHint {
        CallbackHint::default()
    }
}
