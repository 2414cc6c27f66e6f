//! `DELETE /users/me`: the customer leaves; what is known of them stays, for the shop's books.

use axum::Json;
use axum::extract::State;

use crate::oneentry::front::Front;
use crate::oneentry::front_error::FrontError;
use crate::oneentry::signed_in::SignedIn;
use crate::store::{CustomerRow, CustomerStatus};

use super::update::change;

pub(super) async fn archive_me(
    State(front): State<Front>,
    signed_in: SignedIn,
) -> Result<Json<bool>, FrontError> {
    let archived = |customer: &mut CustomerRow| {
        customer.status = CustomerStatus::Archived;
        Ok(())
    };
    change(&front, signed_in, archived, true).await
}
