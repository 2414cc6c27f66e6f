//! `POST` and `DELETE /users/me/fcm-token/{token}`: not offered; Guichet sends no push messages.

use crate::oneentry::signed_in::SignedIn;
use crate::oneentry::trouble::Trouble;

pub(super) async fn fcm_token(_signed_in: SignedIn) -> Trouble {
    Trouble::not_offered("push messages")
}
