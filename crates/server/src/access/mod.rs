//! Who may come in: passwords, codes and tokens, and what keeps strangers from guessing. Customers of fronts come in by
//! it. What is kept in memory for it is bounded, and belongs to one node.

mod claimant;
mod code_hasher;
mod codes;
mod entry;
mod even_time;
mod identifier;
mod limits;
mod logins;
mod notices;
mod password;
mod refused;
mod standing;
mod tokens;

pub(crate) use crate::source::Source;
pub(crate) use claimant::Claim;
pub(crate) use codes::CodeTerms;
pub(crate) use entry::Access;
pub(crate) use identifier::{LONGEST_IDENTIFIER, is_identifier, normalized};
pub(crate) use logins::{Login, LoginDevice, ShownDevice, TokenTerms, Tokens};
pub(crate) use notices::proving_address;
pub(crate) use password::{BadPassword, Password};
pub(crate) use refused::NotLetIn;
pub(crate) use standing::{archive, leaving, take_back};
pub(crate) use tokens::bearer;
