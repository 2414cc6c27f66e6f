//! Customers at the door: who they say they are, how that is proved, and what keeps strangers from
//! guessing. What is kept in memory for it is bounded, and belongs to one node.

mod codes;
mod contact;
mod device;
mod entity;
mod entrance;
mod login;
mod pacing;
mod password;
mod post;
mod sign_in;
mod source;
mod throttle;
mod tokens;
mod unhurried;

use hmac::Hmac;
use sha2::Sha256;

use crate::vault::Vault;

pub(super) use codes::{REGISTRATION, TypedCode, check_event, new_code, right_code, send_code, wrong_code};
pub(super) use contact::{Contact, locale};
pub(super) use device::{Device, ShownDevice};
pub(super) use entity::{SignUpEntity, UserEntity};
pub(super) use entrance::Entrance;
pub(super) use login::{AuthEntity, login_of, renew, shown_token, sign_in};
pub(super) use pacing::Pacing;
pub(super) use password::{Password, Passwords};
pub(super) use post::{Tidings, proving_address, tell};
pub(super) use sign_in::{Claimant, Claimed, check_identifier, name, normalized};
pub(super) use source::Source;
pub(super) use throttle::{Key, Throttle};
pub(super) use tokens::{AccessTokens, bearer};
pub(super) use unhurried::Unhurried;

/// What this node needs to let customers in.
pub(crate) struct Doorkeeper {
    /// Makes and compares the hashes of passwords.
    pub(super) passwords: Passwords,
    /// Makes and reads access tokens.
    pub(super) tokens: AccessTokens,
    /// How often somebody may fail to sign in.
    pub(super) failures: Throttle,
    /// How many passwords somebody may have hashed, right ones too: whoever has an account must not
    /// keep everybody else waiting.
    pub(super) hashes: Throttle,
    /// How often somebody may sign up.
    pub(super) sign_ups: Throttle,
    /// How often somebody may ask for codes.
    pub(super) code_requests: Throttle,
    /// How often somebody may type a wrong code.
    pub(super) wrong_codes: Throttle,
    /// How often one customer is sent a code.
    pub(super) pacing: Pacing,
    /// What hashes codes.
    codes: Hmac<Sha256>,
    post: post::Post,
}

impl Doorkeeper {
    /// A doorkeeper whose tokens are good for every node under the same vault.
    pub(crate) fn new(vault: &Vault) -> Self {
        Doorkeeper {
            passwords: Passwords::new(),
            tokens: AccessTokens::under(vault),
            failures: Throttle::new(20, 10_000),
            hashes: Throttle::new(400, 50),
            sign_ups: Throttle::new(60, 20_000),
            code_requests: Throttle::new(40, 30_000),
            wrong_codes: Throttle::new(20, 10_000),
            pacing: Pacing::default(),
            codes: vault.derive("codes of customers"),
            post: post::Post::default(),
        }
    }
}
