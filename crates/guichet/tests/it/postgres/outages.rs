//! PostgreSQL ends connections, dies, is stopped, or takes no more of them.

use guichet_testing::postgres::Durability;

use crate::crash::until_readiness_is;
use crate::postgres::Scene;
use crate::support::call::Caller;
use crate::support::card_shop::order;
use crate::support::dice::setting;
use crate::support::engine;
use crate::support::patience::moment;

/// Ends every connection of the server's.
const END_THEM: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'guichet'";

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_acknowledged_survives_connections_that_are_ended() {
    let mut scene = Scene::begin("postgres-ended", Durability::Fast, "").await;
    let mut database = scene.database();
    for _ in 0..30 {
        let (steps, pause) = (5 + scene.dice.below(40), scene.dice.below(12));
        scene.work(steps).await;
        moment(pause).await;
        database.run(END_THEM);
    }
    scene.judge().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_acknowledged_survives_a_postmaster_that_is_killed_again_and_again() {
    let kills = setting("GUICHET_TEST_POSTMASTERS", 20);
    let mut scene = Scene::begin("postgres-postmaster", Durability::Flushed, "").await;
    for _ in 0..kills {
        let (steps, pause) = (20 + scene.dice.below(60), scene.dice.below(12));
        scene.work(steps).await;
        moment(pause).await;
        scene.cluster.kill();
        tokio::task::block_in_place(|| scene.cluster.run());
    }
    scene.judge().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_stopped_postgres_is_told_and_waited_for() {
    let mut scene = Scene::begin("postgres-stopped", Durability::Fast, "").await;
    for _ in 0..3 {
        scene.work(60).await;
        tokio::task::block_in_place(|| scene.cluster.stop());
        until_readiness_is(&scene.stranger, 503).await;
        scene.stranger.get("/healthz").await.expect(200);
        let shop = Caller::new(&scene.server.base_url, Some(&scene.setup.key));
        let refused = shop.post("/v1/orders", &order("refused", 3600)).await.expect(503);
        assert_eq!(refused.json()["code"], "storage_unavailable", "{}", refused.text());
        let again_s: u64 = refused.header("retry-after").parse().expect("how long to wait");
        assert!((1..=60).contains(&again_s), "{again_s}");
        tokio::task::block_in_place(|| scene.cluster.run());
        until_readiness_is(&scene.stranger, 200).await;
    }
    scene.judge().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_postgres_that_takes_no_more_connections_is_waited_for() {
    let mut scene = Scene::begin("postgres-full", Durability::Fast, "").await;
    let mut database = scene.database();
    let limit = |most: i64| format!("ALTER DATABASE {} CONNECTION LIMIT {most}", engine::TEMPLATE);
    for _ in 0..3 {
        scene.work(60).await;
        // As if others had every place: whoever connects is told that there are too many (53300).
        database.run(&limit(0));
        database.run(END_THEM);
        until_readiness_is(&scene.stranger, 503).await;
        database.run(&limit(-1));
        until_readiness_is(&scene.stranger, 200).await;
    }
    scene.judge().await;
}
