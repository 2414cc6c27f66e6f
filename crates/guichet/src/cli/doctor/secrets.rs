//! What the doctor finds about the vault key.

use super::finding::{Finding, finding};
use guichet_server::sealing::{Standing, standing};
use guichet_server::store::Store;
use guichet_server::vault::KeyPlaces;

/// Whether the secrets open with the key at hand.
pub(super) async fn secrets(store: &Store, places: &KeyPlaces) -> anyhow::Result<Finding> {
    Ok(match standing(store, places).await? {
        Standing::Open(vault) => {
            let detail = format!("they open with the vault key of fingerprint {}", vault.key().fingerprint());
            finding("secrets", true, detail)
        }
        Standing::NothingSealed => finding("secrets", true, "nothing is sealed yet"),
        Standing::Closed(locked) => finding("secrets", false, locked.to_string()),
    })
}
