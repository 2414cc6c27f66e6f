//! `DELETE /users/me/account`: the customer leaves and is forgotten; their orders stay.

use axum::Json;
use axum::extract::State;

use crate::oneentry::front::Front;
use crate::oneentry::front_error::FrontError;
use crate::oneentry::signed_in::SignedIn;
use crate::store::{CustomerRow, CustomerStatus, Profile};

use super::update::change;

/// What stays is a row without a person, which the orders refer to. Nobody can sign up by an identifier
/// in capitals, so it takes no name from anybody.
pub(super) async fn delete_me(
    State(front): State<Front>,
    signed_in: SignedIn,
) -> Result<Json<bool>, FrontError> {
    let forgotten = |customer: &mut CustomerRow| {
        customer.identifier = format!("DELETED {}", customer.id);
        customer.password.clear();
        customer.profile = Profile { form: customer.profile.form.clone(), ..Profile::default() };
        customer.status = CustomerStatus::Archived;
        Ok(())
    };
    change(&front, signed_in, forgotten, true).await
}
