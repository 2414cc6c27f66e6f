//! The vault of a database: which key its secrets are sealed with, whether the key at hand is that one, and the change of
//! the key. A vault is only ever made of a key that opened what this database sealed first, so nothing is sealed with a
//! wrong one.

mod rotation;

use anyhow::Context;
use secrecy::{ExposeSecret as _, SecretString};

use crate::random;
use crate::store::{CommitError, Fault, Guard, RootRow, Store, insert_root};
use crate::vault::{FoundKey, KeyPlaces, Locked, NoKey, Secret, Vault, VaultKey, write_new};

pub use rotation::{Rotated, rotate};

/// What the sealed root is bound to.
const ROOT_BINDING: &str = "vault/sealed_root";

/// How a database stands to the key at hand.
#[derive(Debug)]
pub enum Standing {
    /// Nothing is sealed yet, so there is no key that it needs.
    NothingSealed,
    /// Its secrets open.
    Open(Vault),
    /// Its secrets are closed.
    Closed(Locked),
}

/// How the database stands to the key at hand. Nothing is written.
///
/// # Errors
/// The store is in trouble.
pub async fn standing(store: &Store, places: &KeyPlaces) -> Result<Standing, Fault> {
    Ok(match store.vault_root().await? {
        None => Standing::NothingSealed,
        Some(root) => match open(&root, places) {
            Ok(vault) => Standing::Open(vault),
            Err(locked) => Standing::Closed(locked),
        },
    })
}

/// The vault, for a command that may do without.
///
/// # Errors
/// The store is in trouble.
pub async fn unlock(store: &Store, places: &KeyPlaces) -> Result<Secret<Vault>, Fault> {
    Ok(match standing(store, places).await? {
        Standing::Open(vault) => Ok(vault),
        Standing::Closed(locked) => Err(locked),
        Standing::NothingSealed => Err(Locked::because("nothing is sealed in this database yet")),
    })
}

/// The vault, for what seals: where nothing is sealed yet, the key at hand becomes the database's key.
///
/// # Errors
/// There is no key, it is the key of another database, or the store is in trouble.
pub async fn unlock_to_seal(store: &Store, places: &KeyPlaces) -> anyhow::Result<Vault> {
    match standing(store, places).await? {
        Standing::Open(vault) => Ok(vault),
        Standing::Closed(locked) => Err(locked.into()),
        Standing::NothingSealed => {
            let found = places.find().map_err(|why| no_key_yet(&why))?;
            begin(store, found.key).await
        }
    }
}

/// The vault, for a server: where nothing is sealed yet and there is no key either, one is made.
///
/// # Errors
/// The key is missing, cannot be read or is that of another database; or the store is in trouble.
pub async fn unlock_or_make(store: &Store, places: &KeyPlaces) -> anyhow::Result<Vault> {
    match (standing(store, places).await?, places.own()) {
        (Standing::NothingSealed, Some(own)) if matches!(places.find(), Err(NoKey::Missing(_))) => {
            let key = VaultKey::random();
            write_new(own, &key).with_context(|| {
                format!("a vault key is needed, and the file {} cannot be made", own.display())
            })?;
            tracing::warn!(
                file = %own.display(), key = key.fingerprint(),
                "a vault key was made, because nothing was sealed yet; keep a copy of its file apart from the backups"
            );
            begin(store, key).await
        }
        _ => unlock_to_seal(store, places).await,
    }
}

/// Binds the database to a key, unless somebody else did so meanwhile.
async fn begin(store: &Store, key: VaultKey) -> anyhow::Result<Vault> {
    let secret = SecretString::from(random::token());
    let root =
        RootRow { fingerprint: key.fingerprint(), sealed: key.seal(secret.expose_secret(), ROOT_BINDING)? };
    match store.commit(vec![insert_root(&root)]).await {
        Ok(()) => Ok(Vault::new(key, &secret)),
        Err(CommitError::Conflict(Guard::Row)) => {
            let root = store.vault_root().await?.context("what was sealed first is gone")?;
            Ok(open(&root, &KeyPlaces::Given(key))?)
        }
        Err(error) => Err(error.into()),
    }
}

fn no_key_yet(why: &NoKey) -> Locked {
    Locked::because(format!(
        "this needs the vault key, and {why}. Nothing is sealed in this database yet: make a key with `guichet key \
         generate`, or start the server once"
    ))
}

fn open(root: &RootRow, places: &KeyPlaces) -> Secret<Vault> {
    let right = |found: &FoundKey| found.key.fingerprint() == root.fingerprint;
    let found = match places.find() {
        Ok(found) if right(&found) => found,
        other => match places.lying_ready().filter(right) {
            Some(ready) => {
                tracing::warn!(
                    file = ready.place,
                    "the vault key was changed and the change was broken off; end it with `guichet key rotate`"
                );
                ready
            }
            None => return Err(closed(root, &other)),
        },
    };
    let secret = found.key.open(&root.sealed, ROOT_BINDING).map_err(|error| {
        let place = found.place;
        Locked::because(format!(
            "the key in {place} is the right one, and all the same {error:#}; restore a backup"
        ))
    })?;
    Ok(Vault::new(found.key, &secret))
}

/// What the operator is told of a key that does not open the database.
fn closed(root: &RootRow, found: &Result<FoundKey, NoKey>) -> Locked {
    let needed = &root.fingerprint;
    Locked::because(match found {
        Ok(FoundKey { key, place }) => format!(
            "the secrets of this database do not open: the key in {place} (fingerprint {}) is not the key that this \
             database's secrets were sealed with (fingerprint {needed}). Put that one in its place, or name its file \
             with --key-file",
            key.fingerprint()
        ),
        Err(why @ NoKey::Missing(_)) => format!(
            "the secrets of this database do not open: {why}. They were sealed with the key of fingerprint {needed}. \
             Put a copy of that key's file there, or name it with --key-file; a new key would not open them"
        ),
        Err(why @ NoKey::Unreadable { .. }) => format!(
            "the secrets of this database do not open: {why}. Let that user read it, or run this as one who may"
        ),
        Err(why @ NoKey::NotAKey { .. }) => format!(
            "the secrets of this database do not open: {why}. They were sealed with the key of fingerprint {needed}. \
             Put a copy of that key's file there"
        ),
    })
}
