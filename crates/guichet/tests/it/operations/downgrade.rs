//! An older program and a database that a newer one has written: it says so, changes nothing, and the backup of before the
//! upgrade is the way back.

use crate::support::call::Caller;
use crate::support::database::Database;
use crate::support::program::{ServerProcess, run, succeed};
use crate::support::scratch::scratch;
use crate::support::shop_file::{NOWHERE, ShopFile, two_shops};
use crate::support::test_server::plain_order;

#[tokio::test(flavor = "multi_thread")]
async fn an_older_program_opens_no_newer_database_and_the_backup_is_the_way_back() {
    let directory = scratch("operations-downgrade");
    ShopFile::from(two_shops(NOWHERE)).write_to(&directory);
    let server = ServerProcess::start(&directory, |_| {});
    succeed(&directory, &["apply", "shop.toml"]);
    let key = succeed(&directory, &["key", "create", "--merchant", "alger"]).trim().to_owned();
    Caller::new(&server.base_url, Some(&key)).order(&plain_order("before")).await;
    succeed(&directory, &["backup", "before.db"]);
    server.terminate();
    assert!(server.ended().0);

    // What a newer program leaves: a schema with a step that this one does not have.
    let newer = "INSERT INTO migrations (number, name, checksum, additive) VALUES (9999, 'later', 'x', 0)";
    let database = directory.join("guichet.db");
    Database::open(&database).alter(newer);
    let left = Database::open(&database).census();
    let Err((status, log)) = ServerProcess::try_start(&directory, |_| {}) else { panic!("it serves") };
    assert_eq!(status.code(), Some(4), "{log}");
    for words in ["migration 9999", "use the newer program"] {
        assert!(log.contains(words), "{log}");
    }
    for command in [&["doctor"][..], &["order", "list"], &["backup", "after.db"], &["migrate"]] {
        let output = run(&directory, command);
        let said = String::from_utf8_lossy(&output.stderr) + String::from_utf8_lossy(&output.stdout);
        assert!(!output.status.success() && said.contains("use the newer program"), "{command:?}: {said}");
    }
    assert_eq!(Database::open(&database).census(), left, "nothing was changed");
    let copied = format!("VACUUM INTO '{}'", directory.join("newer.db").display());
    Database::open(&database).alter(&copied);
    let refused = run(&directory, &["restore", "newer.db"]);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && said.contains("use the newer program"), "{said}");

    succeed(&directory, &["restore", "before.db"]);
    succeed(&directory, &["copy", "lift", "--yes"]);
    let server = ServerProcess::start(&directory, |_| {});
    let shop = Caller::new(&server.base_url, Some(&key));
    shop.order(&plain_order("after")).await;
    assert_eq!(succeed(&directory, &["order", "list", "--json"]).lines().count(), 2);
}
