//! What the doctor finds about what the server runs with.

use super::finding::{Finding, finding};
use guichet_server::clock::rfc3339;
use guichet_server::kept::Kept;
use guichet_server::store::Store;

/// What the last start of a server kept for the commands beside it.
pub(super) async fn runs_with(store: &Store) -> anyhow::Result<Finding> {
    let Some(Kept { runs_with, version, at_ms }) = Kept::read(store).await? else {
        return Ok(finding("server", true, "no server has run on this database yet"));
    };
    let own = env!("CARGO_PKG_VERSION");
    let other = if version == own { String::new() } else { format!("; this program is version {own}") };
    let (at, url) = (rfc3339(at_ms), runs_with.public_url);
    Ok(finding("server", true, format!("version {version}, started at {at}, is reached at {url}{other}")))
}
