//! A real PgBouncer in transaction mode between the server and PostgreSQL: every transaction has another connection, and no
//! statement keeps its name.

use std::sync::Arc;

use guichet_testing::postgres::{Cluster, Durability, Pooler, Proxy};

use crate::postgres::Scene;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn everything_goes_through_a_pooler() {
    let cluster = Arc::new(Cluster::start(Durability::Fast, ""));
    let pooler = Pooler::before(&cluster, 6);
    let proxy = Proxy::open(cluster.port());
    let url = |database: &str| Some(pooler.url(database));
    let mut scene = Scene::behind("postgres-pooler", cluster, proxy, url).await;
    scene.work(600).await;
    let mut database = scene.database();
    let seen =
        "SELECT COUNT(*) FROM pg_stat_activity WHERE usename = 'guichet' AND datname = current_database()";
    let backends = database.query(seen).expect("a row").cells[0][0].clone().unwrap_or_default();
    assert!(backends.parse::<usize>().is_ok_and(|count| (1..=6).contains(&count)), "{backends}");
    scene.judge().await;
}
