//! `PUT /payments/sessions/{id}`: not offered; only a check at the gateway moves a session.

use crate::oneentry::front_error::FrontError;
use crate::oneentry::signed_in::SignedIn;

pub(super) async fn change_session(_signed: SignedIn) -> FrontError {
    FrontError::not_offered("changing a session; what its gateway says of the payment changes it")
}
