//! The simulated acquirer as the backend of one call of a vendor's client: where misbehaviours strike, and where it is noted who
//! called about which payment.

use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use guichet_gateways::{Backend, BackendRefusal, ClientCredential, Lookup, PayinRequest, PayinView};
use secrecy::SecretString;

use crate::calls::Caller;
use crate::misbehaviour::{Misbehaviour, Subject};
use crate::misbehaviour_kind::CallKind;
use crate::payment::Payment;
use crate::sandbox::Sandbox;
use crate::store::Store;
use crate::tenant::Tenant;

/// The backend of one call of a vendor's client, with what the call has told so far.
pub(crate) struct VendorCall<'a> {
    sandbox: &'a Sandbox,
    base_url: String,
    told: Mutex<Told>,
}

/// Who called, and the misbehaviour that struck the call.
#[derive(Default)]
pub(crate) struct Told {
    /// The misbehaviour.
    pub(crate) struck: Option<Misbehaviour>,
    /// The caller.
    pub(crate) caller: Caller,
}

impl<'a> VendorCall<'a> {
    /// A call that has told nothing yet; hosted pages are under `base_url`.
    pub(crate) fn new(sandbox: &'a Sandbox, base_url: String) -> VendorCall<'a> {
        VendorCall { sandbox, base_url, told: Mutex::default() }
    }

    /// What it told in the end.
    pub(crate) fn into_told(self) -> Told {
        self.told.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers who calls.
    fn note_caller(&self, client: ClientCredential<'_>) {
        let key = SecretString::from(client.key);
        self.told().caller = Caller { tenant: Tenant::known(client), key, reference: None };
    }

    /// Remembers which payment it is about.
    fn note_payment(&self, view: &PayinView) {
        self.told().caller.reference = Some(view.reference.clone());
    }

    /// Lets an injected or a random misbehaviour strike.
    ///
    /// # Errors
    /// The answer of the backend where the misbehaviour prevents the effect.
    fn strike(&self, store: &mut Store, call: CallKind, subject: &Subject<'_>) -> Result<(), BackendRefusal> {
        let Some(misbehaviour) = store.strike(call, subject) else { return Ok(()) };
        let refusal = misbehaviour.kind.way().refusal();
        self.told().struck = Some(misbehaviour);
        refusal.map_or(Ok(()), Err)
    }
}

#[async_trait]
impl Backend for VendorCall<'_> {
    fn now_ms(&self) -> i64 {
        self.sandbox.clock().now_ms()
    }

    /// Only whether the key is one at all: what else a key may not do is told by the call itself, after misbehaviours
    /// had their turn.
    async fn admit(&self, client: ClientCredential<'_>) -> Result<(), BackendRefusal> {
        self.note_caller(client);
        Tenant::known(client).map(|_tenant| ()).ok_or(BackendRefusal::UnknownKey)
    }

    async fn open(
        &self,
        client: ClientCredential<'_>,
        request: PayinRequest,
    ) -> Result<PayinView, BackendRefusal> {
        self.note_caller(client);
        let opened = self.sandbox.with_store(|store, now_ms| {
            let subject = Subject {
                dialect: client.dialect,
                key: client.key,
                reference: "",
                merchant_reference: &request.reference,
            };
            self.strike(store, CallKind::Open, &subject)?;
            let tenant = Tenant::admit(client, CallKind::Open)?;
            if request.money.amount_minor <= 0 {
                return Err(BackendRefusal::Refused {
                    code: "amount_not_positive",
                    message: "The amount must be more than nothing.".to_owned(),
                });
            }
            store.open(tenant, request, &self.base_url, now_ms).map(Payment::payin_view)
        })?;
        self.note_payment(&opened);
        Ok(opened)
    }

    async fn view(
        &self,
        client: ClientCredential<'_>,
        lookup: Lookup<'_>,
    ) -> Result<PayinView, BackendRefusal> {
        self.note_caller(client);
        self.sandbox.with_store(|store, _| {
            let tenant = Tenant::admit(client, CallKind::Check);
            let found = tenant.as_ref().ok().and_then(|tenant| store.look_up(tenant, lookup));
            let view = found.map(Payment::payin_view);
            view.iter().for_each(|view| self.note_payment(view));
            let (Lookup::Reference(asked) | Lookup::MerchantReference(asked) | Lookup::Either(asked)) =
                lookup;
            let subject = Subject {
                dialect: client.dialect,
                key: client.key,
                reference: view.as_ref().map_or(asked, |view| &view.reference),
                merchant_reference: view.as_ref().map_or(asked, |view| &view.request.reference),
            };
            self.strike(store, CallKind::Check, &subject)?;
            tenant?;
            view.ok_or(BackendRefusal::NoSuchPayment)
        })
    }
}
