//! What stands behind the dialects here: one merchant with one payment, of which a test says how it stands.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use guichet_gateways::{
    Backend, BackendRefusal, ClientCredential, Dialect, Lookup, Money, PayinRequest, PayinStatus, PayinView,
    Receipt,
};

/// The time of everything (unix ms).
const NOW_MS: i64 = 1_755_826_488_189;

/// How the payment stands.
#[derive(Clone)]
pub(crate) struct Standing {
    pub(crate) refusal: Option<BackendRefusal>,
    pub(crate) status: PayinStatus,
    pub(crate) paid_minor: Option<i64>,
    /// Whether the gateway tells all that a gateway can tell.
    pub(crate) is_told: bool,
}

impl Standing {
    pub(crate) const OPEN: Standing =
        Standing { refusal: None, status: PayinStatus::Open, paid_minor: None, is_told: false };

    pub(crate) fn refusing(refusal: BackendRefusal) -> Self {
        Standing { refusal: Some(refusal), ..Standing::OPEN }
    }
}

pub(crate) struct Shop {
    dialect: &'static dyn Dialect,
    standing: Mutex<Standing>,
    /// The request that opened the payment.
    asked: Mutex<Option<PayinRequest>>,
}

impl Shop {
    pub(crate) fn of(dialect: &'static dyn Dialect) -> Self {
        Shop { dialect, standing: Mutex::new(Standing::OPEN), asked: Mutex::new(None) }
    }

    pub(crate) fn now_stands(&self, standing: Standing) {
        *self.standing.lock().unwrap_or_else(PoisonError::into_inner) = standing;
    }

    fn standing(&self) -> Standing {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The reference of the payment.
    pub(crate) fn reference(&self) -> String {
        self.dialect.reference(7)
    }

    /// The payment as it stands.
    pub(crate) fn payment(&self) -> PayinView {
        let Standing { status, paid_minor, is_told, .. } = self.standing();
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let request = asked.expect("it was opened before");
        let fee = Some(Money::new(6, request.money.currency)).filter(|_| is_told);
        let told = Receipt {
            operator: Some("OM".to_owned()),
            paid_from: Some("+2250707000001".to_owned()),
            transaction: Some("MP220915.2257.A76307".to_owned()),
            funds_at_ms: Some(NOW_MS + 86_400_000),
            fee,
            ..Receipt::default()
        };
        PayinView {
            merchant: "Lamps".to_owned(),
            reference: self.reference(),
            url: "https://pay.example/pay/1".to_owned(),
            request,
            status,
            paid_minor,
            fee,
            receipt: if is_told { told } else { Receipt::default() },
            sandbox: true,
            created_at_ms: NOW_MS,
            changed_at_ms: NOW_MS + 60_000,
            expires_at_ms: NOW_MS + 900_000,
        }
    }

    fn let_in(&self) -> Result<(), BackendRefusal> {
        self.standing().refusal.map_or(Ok(()), Err)
    }
}

#[async_trait]
impl Backend for Shop {
    fn now_ms(&self) -> i64 {
        NOW_MS
    }

    async fn admit(&self, _client: ClientCredential<'_>) -> Result<(), BackendRefusal> {
        self.let_in()
    }

    async fn open(
        &self,
        _client: ClientCredential<'_>,
        request: PayinRequest,
    ) -> Result<PayinView, BackendRefusal> {
        self.let_in()?;
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner) = Some(request);
        Ok(self.payment())
    }

    async fn view(
        &self,
        _client: ClientCredential<'_>,
        lookup: Lookup<'_>,
    ) -> Result<PayinView, BackendRefusal> {
        self.let_in()?;
        let (Lookup::Reference(name) | Lookup::MerchantReference(name) | Lookup::Either(name)) = lookup;
        let payment = self.payment();
        let is_known = name == payment.reference || name == payment.request.reference;
        if is_known { Ok(payment) } else { Err(BackendRefusal::NoSuchPayment) }
    }
}
