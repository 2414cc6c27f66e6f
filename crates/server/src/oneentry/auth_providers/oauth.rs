//! `POST /users-auth-providers/marker/{marker}/oauth`: not offered; customers sign in with a password.

use crate::oneentry::customer::Entrance;
use crate::oneentry::front_error::FrontError;

pub(super) async fn oauth(_entrance: Entrance) -> FrontError {
    FrontError::not_offered("signing in by OAuth")
}
