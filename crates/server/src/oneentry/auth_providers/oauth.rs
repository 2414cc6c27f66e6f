//! `POST /users-auth-providers/marker/{marker}/oauth`: not offered; customers sign in with a password.

use crate::oneentry::customer::Entrance;
use crate::oneentry::trouble::Trouble;

pub(super) async fn oauth(_entrance: Entrance) -> Trouble {
    Trouble::not_offered("signing in by OAuth")
}
