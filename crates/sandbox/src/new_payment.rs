//! A payment that a script makes as a merchant's client would: who its merchant is, what is asked for, and what becomes of it.

use guichet_gateways::{BackendRefusal, ClientCredential, Money, PayinRequest};

use crate::action::{Action, Means};
use crate::refusal::Refusal;
use crate::tenant::Tenant;
use crate::webhooks::web_address;

/// A payment to be made.
#[derive(Debug, Clone)]
pub(crate) struct NewPayment {
    /// The vendor, by the dialect's name.
    pub(crate) dialect: String,
    /// The merchant's key.
    pub(crate) key: String,
    /// The account that belongs to the key; empty where the vendor has none.
    pub(crate) account: String,
    /// The request.
    pub(crate) request: PayinRequest,
    /// The action that decides it at once; nobody begins to pay when `None`.
    pub(crate) action: Option<Action>,
    /// The means of that action.
    pub(crate) means: Means,
    /// Whether the merchant is never notified of it.
    pub(crate) silent: bool,
}

impl NewPayment {
    /// The merchant.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] about a dialect, key, currency, amount or address that the vendor would not take.
    pub(crate) fn tenant(&self) -> Result<Tenant, Refusal> {
        let dialect = guichet_gateways::dialect(&self.dialect).ok_or_else(Refusal::unknown_dialect)?;
        let client = ClientCredential { dialect: dialect.name(), key: &self.key, account: &self.account };
        let tenant = Tenant::known(client).ok_or_else(Refusal::unknown_key)?;
        refuse_amount(dialect.name(), self.request.money)?;
        if self.silent && self.action.is_none() {
            let message = "silent keeps the action from being told; give an action, or leave silent out.";
            return Err(Refusal::invalid("silent", message));
        }
        let addresses = [("notify_url", &self.request.notify_url), ("return_url", &self.request.return_url)];
        for (field, address) in addresses {
            if address.as_deref().is_some_and(|address| web_address(address).is_none()) {
                let message = format!("{field} begins with http:// or https:// and names a host.");
                return Err(Refusal::invalid(field, message));
            }
        }
        Ok(tenant)
    }
}

/// # Errors
/// [`Refusal::Invalid`] about an amount that the vendor does not take.
fn refuse_amount(vendor: &str, money: Money) -> Result<(), Refusal> {
    let Some(gateway) = guichet_gateways::find(vendor) else { return Ok(()) };
    let limits = gateway.capabilities().limits;
    let code = money.currency.code();
    let Some(limit) = limits.iter().find(|limit| limit.currency == code) else {
        let known: Vec<&str> = limits.iter().map(|limit| limit.currency).collect();
        let message = format!("{} takes {}.", gateway.title(), known.join(", "));
        return Err(Refusal::invalid("currency", message));
    };
    let amount = money.amount_minor;
    let fits =
        (limit.least_minor..=limit.most_minor).contains(&amount) && amount % limit.multiple_of_minor == 0;
    if fits {
        return Ok(());
    }
    let message = format!(
        "{} takes {} to {} of {code}'s smallest unit, by steps of {}.",
        gateway.title(),
        limit.least_minor,
        limit.most_minor,
        limit.multiple_of_minor
    );
    Err(Refusal::invalid("amount_minor", message))
}

/// The refusal of a payment that the acquirer itself would refuse.
pub(crate) fn refused(refusal: &BackendRefusal) -> Refusal {
    match refusal {
        BackendRefusal::DuplicateReference | BackendRefusal::KeyReused => Refusal::invalid(
            "reference",
            "This merchant has a payment with that reference already; give another one, or none.",
        ),
        BackendRefusal::UnknownKey | BackendRefusal::WrongAccount => Refusal::unknown_key(),
        BackendRefusal::MerchantNotValidated
        | BackendRefusal::AddressBlocked
        | BackendRefusal::NoSuchPayment
        | BackendRefusal::InProgress
        | BackendRefusal::TooManyRequests
        | BackendRefusal::AgainstARule(_)
        | BackendRefusal::Refused { .. }
        | BackendRefusal::Unavailable => {
            Refusal::invalid("dialect", "The acquirer did not make this payment; try again.")
        }
    }
}
