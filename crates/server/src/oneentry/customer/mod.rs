//! Customers as OneEntry's clients speak of them: who they say they are, on which device, and what they are shown.

mod auth_entity;
mod claimed;
mod code;
mod contact;
mod device;
mod entity;
mod entrance;

pub(super) use auth_entity::{AuthEntity, shown_token, token_terms};
pub(super) use claimed::{Claimed, check_identifier};
pub(super) use code::{REGISTRATION, TypedCode, check_event, code_terms, wrong_code};
pub(super) use contact::{Contact, locale};
pub(super) use device::Device;
pub(super) use entity::{SignUpEntity, UserEntity};
pub(super) use entrance::Entrance;
