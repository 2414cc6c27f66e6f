//! What the commands about declared things share: how one of them is named on the command line.

use guichet_core::{Environment, MerchantId};
use guichet_server::registry::Snapshot;

/// Reads `test` or `live`.
///
/// # Errors
/// It is neither.
pub(super) fn environment(text: &str) -> Result<Environment, String> {
    let known = [Environment::Test, Environment::Live];
    known.into_iter().find(|known| known.as_str() == text).ok_or_else(|| "it is test or live".to_owned())
}

/// The name of a merchant.
pub(super) fn merchant_name(snapshot: &Snapshot, merchant: MerchantId) -> &str {
    snapshot.merchants.get(&merchant).map_or("?", |merchant| merchant.name.as_str())
}

/// The only one of those that were meant.
///
/// # Errors
/// None was, or several were: the sentence names them.
pub(super) fn the_only<T>(what: &str, mut meant: Vec<T>, told: impl Fn(&T) -> String) -> anyhow::Result<T> {
    if meant.len() > 1 {
        let all: Vec<String> = meant.iter().map(told).collect();
        let sentence = format!("{what} may be any of these; name it by its identifier: {}", all.join("; "));
        return Err(super::exit::Exit::Usage.error(sentence));
    }
    meant.pop().ok_or_else(|| super::exit::Exit::NotFound.error(format!("there is no {what}")))
}
