//! An empty database of the store's schema on each engine.

use std::path::PathBuf;

use guichet_server::store::{Opening, Store};
use guichet_testing::postgres::{Cluster, Connection};

/// A file of SQLite's, removed when this is dropped.
pub(crate) struct File {
    pub(crate) database: rusqlite::Connection,
    path: PathBuf,
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Where SQLite has it.
pub(crate) async fn sqlite(name: &str) -> File {
    let path = std::env::temp_dir().join(format!("guichet-statements-{name}-{}.db", std::process::id()));
    let url = format!("sqlite:{}", path.display());
    Store::open(&url, Opening::MakeOrMigrate).await.expect("a store").close().await.expect("closed");
    File { database: rusqlite::Connection::open(&path).expect("it opens"), path }
}

/// Where PostgreSQL has it.
pub(crate) async fn postgres(name: &str) -> Connection {
    let cluster = Cluster::shared();
    cluster.create(name);
    let store = Store::open(&cluster.url(name), Opening::MakeOrMigrate).await.expect("a store");
    store.close().await.expect("closed");
    cluster.connect(name)
}
