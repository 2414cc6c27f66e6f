//! `GET /payments/accounts/{id}`: one way to pay that is in use.

use axum::Json;
use axum::extract::{Path, State};

use crate::catalogue::{PaymentAccount, with_ids};
use crate::oneentry::front::Front;
use crate::oneentry::front_error::FrontError;
use crate::oneentry::signed_in::SignedIn;
use crate::oneentry::way_to_pay;

use super::accounts::AccountEntity;

/// The way to pay of that number.
pub(super) async fn read_account(
    State(front): State<Front>,
    signed: SignedIn,
    Path(id): Path<String>,
) -> Result<Json<AccountEntity>, FrontError> {
    let visitor = &signed.visitor;
    let number = id.parse::<i64>().ok();
    let snapshot = front.registry().snapshot();
    let offered = |account: &PaymentAccount| way_to_pay::is_offered(&snapshot, visitor, account);
    let mut used = with_ids(&visitor.project.accounts).filter(|(_, account)| offered(account));
    let found = used.find(|(id, _)| Some(*id) == number);
    let (id, account) = found.ok_or_else(|| FrontError::not_found("Payment account"))?;
    Ok(Json(AccountEntity::of(&front, visitor, id, account).await?))
}
