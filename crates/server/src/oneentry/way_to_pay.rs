//! Where a project's way to pay leads: to the gateway accounts that take such an order.

use std::sync::Arc;

use guichet_core::Terms;

use crate::oneentry::front::Front;
use crate::registry::{OpenAccount, Snapshot};

use super::front_error::FrontError;
use super::visitor::Visitor;
use crate::catalogue::{AUTO, PaymentAccount, Storage, marked};

/// What OneEntry says when an order names a way to pay that it may not have.
const WRONG_ACCOUNT: &str = "Payment account identifier is wrong or payment accounts are not defined";

fn wrong() -> FrontError {
    FrontError::bad_request(WRONG_ACCOUNT)
}

/// The way to pay of that marker, which orders of the storage may use.
pub(crate) fn of_storage<'a>(
    visitor: &'a Visitor,
    storage: &Storage,
    marker: &str,
) -> Result<&'a PaymentAccount, FrontError> {
    let (_, account) = marked(&visitor.project.accounts, marker).ok_or_else(wrong)?;
    let usable = account.used && storage.accounts.iter().any(|allowed| allowed == marker);
    if usable { Ok(account) } else { Err(wrong()) }
}

/// Whether customers are shown a way to pay: the project uses it, and it leads to a gateway account that takes payments.
/// One that leads to no account that was ever declared is shown, as not connected.
pub(crate) fn is_offered(snapshot: &Snapshot, visitor: &Visitor, way: &PaymentAccount) -> bool {
    let leads_to =
        |account: &&Arc<OpenAccount>| way.gateway_account == AUTO || way.gateway_account == account.name;
    let mut accounts = snapshot.all_accounts_of(visitor.merchant, visitor.environment);
    accounts.retain(leads_to);
    way.used && (accounts.is_empty() || accounts.iter().any(|account| account.standing.is_in_use()))
}

/// The gateway accounts to try in turn, each of which takes such an order.
///
/// # Errors
/// There is none; or a gateway's rule that such an order breaks.
pub(crate) fn gateway_accounts(
    front: &Front,
    visitor: &Visitor,
    way: &PaymentAccount,
    terms: &Terms,
) -> Result<Vec<Arc<OpenAccount>>, FrontError> {
    let snapshot = front.registry().snapshot();
    let (merchant, environment) = (visitor.merchant, visitor.environment);
    if way.gateway_account == AUTO {
        return Ok(front.serving(&snapshot, merchant, environment, terms)?);
    }
    let accounts = snapshot.accounts_of(merchant, environment);
    let account =
        accounts.into_iter().find(|account| account.name == way.gateway_account).ok_or_else(wrong)?;
    front.takes(account, terms)?;
    Ok(vec![account.clone()])
}
