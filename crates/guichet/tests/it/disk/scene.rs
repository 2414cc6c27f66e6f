//! What a run needs: a directory in memory with a database in which a shop is declared, the server in it under the
//! shim, and clients that order over HTTP.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use guichet_core::Environment;
use serde_json::{Value, json};

use super::model::Image;
use crate::support::call::text;
use crate::support::program::succeed;
use crate::support::scratch::scratch;
use crate::support::shop_file::{Account, Endpoint, Merchant, NOWHERE, ShopFile};

/// A shop that is paid in cash, so that no gateway takes part. Its endpoint is at a port where nobody listens: what
/// is to be told is kept, and so is every try.
fn shop_file() -> ShopFile {
    let cash = Account::at("cash", "cash", Environment::Test).label("Cash");
    let endpoint = Endpoint::at(NOWHERE, &["order.*"]);
    ShopFile::from([Merchant::named("kiosk").account(cash).endpoint(endpoint)])
}

/// A directory for the length of a test: in memory where there is a file system for that.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new(name: &str) -> Scratch {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let memory = Path::new("/dev/shm");
        if !memory.is_dir() {
            return Scratch(scratch(name));
        }
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = memory.join(format!("guichet-{name}-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a directory in memory");
        Scratch(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// A file in it.
    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A database in which the shop is declared, and the shop's key.
#[derive(Debug)]
pub(crate) struct Declared {
    pub(crate) image: Image,
    pub(crate) key: String,
    /// What the server finds its secrets sealed with.
    sealing_key: Vec<u8>,
}

impl Declared {
    /// Puts that image of the database into a directory, with what the server needs beside it.
    pub(crate) fn restore(&self, image: &Image, directory: &Path) {
        image.write(directory);
        std::fs::write(directory.join("guichet.key"), &self.sealing_key).expect("a key file");
    }
}

/// The one that every run begins with.
pub(crate) fn declared() -> &'static Declared {
    static DECLARED: OnceLock<Declared> = OnceLock::new();
    DECLARED.get_or_init(|| {
        let directory = Scratch::new("disk-declared");
        shop_file().write_to(directory.path());
        succeed(directory.path(), &["apply", "shop.toml", "--allow-network", "127.0.0.0/8"]);
        let key = succeed(directory.path(), &["key", "create", "--merchant", "kiosk"]).trim().to_owned();
        let sealing_key = std::fs::read(directory.join("guichet.key")).expect("a key file");
        Declared { image: Image::read(directory.path()), key, sealing_key }
    })
}

/// An order with that reference, some of them with more to keep than fits on a page.
pub(crate) fn order(reference: &str, note_bytes: usize) -> Value {
    json!({
        "reference": reference, "amount": 250_000, "currency": "DZD", "title": format!("Order {reference}"),
        "metadata": { "basket": reference, "note": "x".repeat(note_bytes) },
    })
}

/// An order as the server acknowledged it.
#[derive(Debug, Clone)]
pub(crate) struct Acknowledged {
    pub(crate) id: String,
    pub(crate) version: i64,
    /// How long the trace was at most when it was: what it stands on had been recorded by then.
    pub(crate) trace_bytes: u64,
}

impl Acknowledged {
    /// By that body of a good answer.
    pub(crate) fn by(body: &Value, trace_bytes: u64) -> Acknowledged {
        let version = body["version"].as_i64().expect("a version");
        Acknowledged { id: text(body, "/id"), version, trace_bytes }
    }
}

/// Runs a future to its end on the thread of the caller.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(future)
}
