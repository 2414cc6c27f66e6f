//! A PostgreSQL that is spread over machines by shard: where the URL says so, no transaction touches two shards.

use std::sync::Arc;

use guichet_testing::postgres::{Cluster, Durability, Proxy};

use crate::postgres::Scene;

/// Notes which transaction touched which shard. One statement after the other: together they would lock several tables, which
/// the server at work locks in another order.
const WATCHED: [&str; 6] = [
    "CREATE TABLE stranger.touched (transaction TEXT, shard BIGINT)",
    "CREATE FUNCTION stranger.watch() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN \
         INSERT INTO stranger.touched VALUES (pg_current_xact_id()::text, NEW.shard); RETURN NEW; \
     END $$",
    "CREATE TRIGGER watch BEFORE INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION stranger.watch()",
    "CREATE TRIGGER watch BEFORE INSERT OR UPDATE ON journal FOR EACH ROW EXECUTE FUNCTION stranger.watch()",
    "CREATE TRIGGER watch BEFORE INSERT OR UPDATE ON deliveries FOR EACH ROW EXECUTE FUNCTION stranger.watch()",
    "CREATE TRIGGER watch BEFORE INSERT OR UPDATE ON idempotency_answers FOR EACH ROW EXECUTE FUNCTION stranger.watch()",
];

/// How many transactions there were, and how many of them touched more than one shard.
async fn touched(name: &str, parameters: &'static str) -> (u64, u64) {
    let cluster = Arc::new(Cluster::start(Durability::Fast, ""));
    let proxy = Proxy::open(cluster.port());
    let at = cluster.clone();
    let mut scene = Scene::behind(name, cluster, proxy, move |database| {
        Some(format!("{}{parameters}", at.url(database)))
    })
    .await;
    let mut database = scene.database();
    WATCHED.into_iter().for_each(|statement| database.run(statement));
    scene.work(500).await;
    let counted = "SELECT COUNT(*), COUNT(*) FILTER (WHERE shards > 1) FROM \
        (SELECT COUNT(DISTINCT shard) AS shards FROM stranger.touched GROUP BY transaction) AS transactions";
    let cells = database.query(counted).expect("a row").cells.remove(0);
    let number =
        |cell: &Option<String>| cell.as_deref().and_then(|text| text.parse().ok()).expect("a number");
    scene.judge().await;
    (number(&cells[0]), number(&cells[1]))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_transaction_touches_two_shards_where_they_are_apart() {
    let (all, mixed) = touched("postgres-apart", "?batches=one-shard&lanes=2").await;
    assert!(all > 20 && mixed == 0, "{mixed} of {all} transactions touch several shards");
    // The same is seen to happen where it may: one lane has something of every shard.
    let (all, mixed) = touched("postgres-mixed", "?batches=mixed&lanes=1").await;
    assert!(mixed > 0, "none of {all} transactions has two shards");
}
