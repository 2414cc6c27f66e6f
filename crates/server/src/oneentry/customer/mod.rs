//! Customers at the door: who they say they are, how that is proved, and what keeps strangers from
//! guessing. What is kept in memory for it is bounded, and belongs to one node.

mod body;
mod contact;
mod device;
mod entity;
mod entrance;
mod login;
mod password;
mod sign_in;
mod source;
mod throttle;
mod tokens;

use crate::vault::Vault;

pub(super) use body::Body;
pub(super) use contact::{Contact, locale};
pub(super) use device::Device;
pub(super) use entity::SignUpEntity;
pub(super) use entrance::Entrance;
pub(super) use login::{AuthEntity, sign_in};
pub(super) use password::{Password, Passwords};
pub(super) use sign_in::{Claimant, Claimed, check_identifier};
pub(super) use source::Source;
pub(super) use throttle::{Key, Throttle};
pub(super) use tokens::{AccessTokens, bearer};

/// What this node needs to let customers in.
pub(crate) struct Doorkeeper {
    /// Makes and compares the hashes of passwords.
    pub(super) passwords: Passwords,
    /// Makes and reads access tokens.
    pub(super) tokens: AccessTokens,
    /// How often somebody may fail to sign in.
    pub(super) failures: Throttle,
    /// How often somebody may sign up.
    pub(super) sign_ups: Throttle,
}

impl Doorkeeper {
    /// A doorkeeper whose tokens are good for every node under the same vault.
    pub(crate) fn new(vault: &Vault) -> Self {
        Doorkeeper {
            passwords: Passwords::new(),
            tokens: AccessTokens::under(vault),
            failures: Throttle::new(20, 10_000),
            sign_ups: Throttle::new(30, 20_000),
        }
    }
}
