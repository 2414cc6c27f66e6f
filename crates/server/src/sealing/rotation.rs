//! The change of the vault key: everything sealed is sealed anew in one transaction. The new key lies ready in a file
//! beside the old one before that transaction, and takes its name after it; wherever it is broken off, both keys are
//! there, the database says which one it is sealed with, and whoever looks for the key finds it.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use secrecy::ExposeSecret as _;

use super::{ROOT_BINDING, open};
use crate::clock::Clock;
use crate::registry::{account_binding, credential_binding, endpoint_binding, messages_binding};
use crate::store::{
    RootRow, SealedColumn, SealedRow, Store, Write, move_revision, replace_root, seal_anew, sealed_with,
};
use crate::vault::{KeyPlaces, VaultKey, give_new, kept_as, real, rotation_begun, write_new};

/// How often it is looked whether a server still runs, in ms.
const LOOK_EVERY_MS: i64 = 250;

/// What a change of the key came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotated {
    /// The fingerprint of the key before.
    pub old: String,
    /// The fingerprint of the key that everything is sealed with now.
    pub new: String,
    /// How many secrets were sealed anew; 0 where an earlier change was brought to its end.
    pub sealed: usize,
    /// The file of the new key.
    pub file: PathBuf,
    /// Where the key before is kept.
    pub kept: Option<PathBuf>,
}

/// Changes the vault key, or brings a change to its end that was broken off.
///
/// # Errors
/// A server runs, the key at hand is not the database's, or a file or the database cannot be written. The key in use is
/// then the old one still, or both are there and this ends it when it is run again.
pub async fn rotate(store: &Store, clock: &Clock, places: &KeyPlaces) -> anyhow::Result<Rotated> {
    let own = places.own().context(
        "the vault key is given by GUICHET_KEY or --key, so it cannot be changed here; put it in a file, name that with \
         --key-file, and rotate it there",
    )?;
    let file = real(own);
    until_no_server_runs(store, clock).await?;
    let root = store.vault_root().await?;
    let root = root.context("nothing is sealed in this database yet, so there is no key to change")?;
    let ready = places.lying_ready();
    if let Some(ready) = ready.as_ref().filter(|ready| ready.key.fingerprint() == root.fingerprint) {
        return end(places, &file, &ready.key);
    }
    let found = places.find()?;
    ensure!(
        places.own().is_some_and(|own| found.place == own.display().to_string()),
        "the key in use is {}, which somebody else puts there; name the file that it comes from with --key-file",
        found.place
    );
    let vault = open(&root, places)?;
    let new = match ready {
        // It was written before anything was sealed with it, so it serves as well as another one.
        Some(ready) => ready.key,
        None => lay_ready(&file)?,
    };
    let (writes, sealed) = everything_anew(store, &root, vault.key(), &new).await?;
    store.commit(writes).await.context(
        "nothing was changed: what is sealed was changed by somebody else meanwhile, or cannot be written",
    )?;
    Ok(Rotated { sealed, ..end(places, &file, &new)? })
}

/// A new key in a file beside the one in use.
fn lay_ready(file: &Path) -> anyhow::Result<VaultKey> {
    let (path, new) = (rotation_begun(file), VaultKey::random());
    write_new(&path, &new).with_context(|| format!("the new key cannot be written to {}", path.display()))?;
    Ok(new)
}

/// Gives the new key, with which everything is sealed, its name.
fn end(places: &KeyPlaces, file: &Path, new: &VaultKey) -> anyhow::Result<Rotated> {
    let old = places.find().ok().map(|found| found.key);
    let old = old.filter(|old| old.fingerprint() != new.fingerprint());
    give_new(file, old.as_ref()).with_context(|| {
        format!(
            "everything is sealed with the new key in {}, and that file cannot be given the name {}; run this again",
            rotation_begun(file).display(),
            file.display()
        )
    })?;
    Ok(Rotated {
        old: old.as_ref().map(VaultKey::fingerprint).unwrap_or_default(),
        new: new.fingerprint(),
        sealed: 0,
        file: file.to_owned(),
        kept: old.map(|old| kept_as(file, &old)),
    })
}

/// The writes that seal everything with the new key, if the old one is in use still; how many secrets they are.
async fn everything_anew(
    store: &Store,
    root: &RootRow,
    old: &VaultKey,
    new: &VaultKey,
) -> anyhow::Result<(Vec<Write>, usize)> {
    let anew = |sealed: &str, binding: &str| {
        let secret = old.open(sealed, binding)?;
        new.seal(secret.expose_secret(), binding)
    };
    let (mut writes, mut count) = (vec![sealed_with(&root.fingerprint)], 0);
    for column in SealedColumn::ALL {
        for row in store.sealed_in(column).await? {
            let binding = binding(column, &row)?;
            let fresh = match column {
                SealedColumn::Endpoint => {
                    let secrets: Vec<String> = serde_json::from_str(&row.sealed)?;
                    count += secrets.len();
                    let fresh = secrets.iter().map(|sealed| anew(sealed, &binding));
                    serde_json::to_string(&fresh.collect::<anyhow::Result<Vec<_>>>()?)?
                }
                SealedColumn::Messages | SealedColumn::Account | SealedColumn::Signing => {
                    count += 1;
                    anew(&row.sealed, &binding)?
                }
            };
            writes.push(seal_anew(column, &row, &fresh));
        }
    }
    let fresh = RootRow { fingerprint: new.fingerprint(), sealed: anew(&root.sealed, ROOT_BINDING)? };
    writes.extend([replace_root(root, &fresh), move_revision()]);
    Ok((writes, count))
}

fn binding(column: SealedColumn, row: &SealedRow) -> anyhow::Result<String> {
    Ok(match column {
        SealedColumn::Messages => messages_binding(row.id.parse()?),
        SealedColumn::Account => account_binding(row.id.parse()?),
        SealedColumn::Signing => credential_binding(row.id.parse()?),
        SealedColumn::Endpoint => endpoint_binding(row.id.parse()?),
    })
}

/// Waits for the leases of a server that was killed to lapse. One that runs renews them.
async fn until_no_server_runs(store: &Store, clock: &Clock) -> anyhow::Result<()> {
    let Some(first) = store.worked_until().await? else { return Ok(()) };
    loop {
        clock.sleep(LOOK_EVERY_MS).await;
        match store.worked_until().await? {
            None => return Ok(()),
            Some(until) if until > first => {
                bail!("a server runs on this database; stop it first, because it seals with the old key")
            }
            Some(_) => {}
        }
    }
}
