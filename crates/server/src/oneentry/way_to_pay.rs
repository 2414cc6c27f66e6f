//! Where a project's way to pay leads: to the gateway accounts that take such an order.

use std::sync::Arc;

use guichet_core::Terms;

use crate::oneentry::front::Front;
use crate::registry::OpenAccount;

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
