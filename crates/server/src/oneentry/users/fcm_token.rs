//! `POST` and `DELETE /users/me/fcm-token/{token}`: not offered; Guichet sends no push messages.

use crate::oneentry::front_error::FrontError;
use crate::oneentry::signed_in::SignedIn;

pub(super) async fn fcm_token(_signed_in: SignedIn) -> FrontError {
    FrontError::not_offered("push messages")
}
