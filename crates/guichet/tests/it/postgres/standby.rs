//! A COMMIT that waits for a standby which is not there, and is told to wait no longer: it is written here and warned of
//! (01000), so that whether it lasts is not known.

use guichet_testing::postgres::Durability;

use crate::postgres::Scene;
use crate::support::patience::Patience;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_acknowledged_survives_commits_that_no_standby_confirms() {
    let mut scene = Scene::begin("postgres-standby", Durability::Flushed, "").await;
    let mut database = scene.database();
    // These are the stranger's own, who waits for nobody.
    database.run("SET synchronous_commit = local");
    let mut cancelled = 0;
    while cancelled < 60 {
        database.run("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
        database.run("SELECT pg_reload_conf()");
        let mut patience = Patience::that("a COMMIT waits for the standby");
        while cancel(&mut database) == 0 {
            patience.again().await;
        }
        cancelled += 1;
        if cancelled % 20 == 0 {
            database.run("ALTER SYSTEM RESET synchronous_standby_names");
            database.run("SELECT pg_reload_conf()");
            while cancel(&mut database) > 0 {}
            scene.work(40).await;
        }
    }
    scene.judge().await;
}

/// Ends the waiting of those that wait now; how many they were.
fn cancel(database: &mut guichet_testing::postgres::Connection) -> usize {
    let sql = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
    database.query(sql).expect("rows").cells.len()
}
