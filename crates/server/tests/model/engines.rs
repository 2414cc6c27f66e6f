//! An empty store with two merchants for each sequence, on either engine.

use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use guichet_server::store::{Opening, Store};
use guichet_testing::postgres::Cluster;
use tokio::sync::OnceCell;

use crate::world::declare_merchants;

static COUNT: AtomicUsize = AtomicUsize::new(0);

/// A store of its own, and what removes it.
pub(crate) struct Fresh {
    pub(crate) store: Store,
    place: Place,
}

enum Place {
    File(PathBuf),
    Cluster(String),
}

/// Where files are that need not last: in memory, where this machine has such a place.
fn folder() -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    let beside = if memory.is_dir() { memory } else { std::env::temp_dir() };
    beside.join(format!("guichet-model-{}", std::process::id()))
}

/// A copy of a file that has the schema.
pub(crate) async fn sqlite() -> Fresh {
    static TEMPLATE: OnceLock<Vec<u8>> = OnceLock::new();
    let path = folder().join(format!("{}.db", COUNT.fetch_add(1, Ordering::Relaxed)));
    let url = format!("sqlite:{}", path.display());
    std::fs::create_dir_all(folder()).expect("a folder");
    if let Some(template) = TEMPLATE.get() {
        std::fs::write(&path, template).expect("a copy");
    } else {
        Store::open(&url, Opening::MakeOrMigrate).await.expect("a store").close().await.expect("closed");
        let made = rusqlite::Connection::open(&path).expect("it opens");
        made.execute_batch(&declare_merchants()).expect("two merchants");
        made.pragma_update(None, "wal_checkpoint", "TRUNCATE").expect("one file");
        drop(made);
        TEMPLATE.get_or_init(|| std::fs::read(&path).expect("the file"));
    }
    let store = Store::open(&url, Opening::AsItIs).await.expect("a store");
    Fresh { store, place: Place::File(path) }
}

/// A copy of a database that has the schema.
pub(crate) async fn postgres() -> Fresh {
    const TEMPLATE: &str = "template_model";
    static MADE: OnceCell<()> = OnceCell::const_new();
    let cluster = Cluster::shared();
    let made = MADE.get_or_init(|| async {
        cluster.create(TEMPLATE);
        let made = Store::open(&cluster.url(TEMPLATE), Opening::MakeOrMigrate).await.expect("a store");
        made.close().await.expect("closed");
        drop(made);
        cluster.connect(TEMPLATE).run(&declare_merchants());
    });
    made.await;
    let name = format!("model_{}", COUNT.fetch_add(1, Ordering::Relaxed));
    cluster.copy(TEMPLATE, &name);
    let store = Store::open(&cluster.url(&name), Opening::AsItIs).await.expect("a store");
    Fresh { store, place: Place::Cluster(name) }
}

impl Fresh {
    /// Closes and removes it.
    pub(crate) async fn end(self) {
        self.store.close().await.expect("closed");
        match self.place {
            Place::File(path) => {
                for ending in ["db", "db-wal", "db-shm"] {
                    let _ = std::fs::remove_file(path.with_extension(ending));
                }
                // Only when it is empty.
                let _ = std::fs::remove_dir(folder());
            }
            Place::Cluster(name) => Cluster::shared().drop_database(&name),
        }
    }
}
