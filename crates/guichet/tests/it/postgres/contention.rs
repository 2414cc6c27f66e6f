//! Somebody else works on the same rows: deadlocks, and transactions that PostgreSQL undoes for the sake of others. They are
//! tried again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use guichet_testing::postgres::{Connection, Durability};

use crate::postgres::Scene;
use crate::support::patience::Patience;

/// Refuses every seventeenth decision, as a transaction that lost against another one. The counter is not undone with it.
const PLANTED: &str = "
CREATE SEQUENCE stranger.decisions;
CREATE FUNCTION stranger.refuse() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
    IF nextval('stranger.decisions') % 17 = 0 THEN
        RAISE EXCEPTION 'somebody else was faster' USING ERRCODE = '40001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER refuse BEFORE INSERT ON journal FOR EACH ROW EXECUTE FUNCTION stranger.refuse()";

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_transaction_that_was_undone_for_another_is_tried_again() {
    let mut scene = Scene::begin("postgres-undone", Durability::Fast, "").await;
    let mut database = scene.database();
    database.run(PLANTED);
    scene.work(600).await;
    let counted = database.query("SELECT last_value FROM stranger.decisions").expect("a row").cells;
    let counted: u64 = counted[0][0].as_deref().and_then(|text| text.parse().ok()).expect("a number");
    assert!(counted > 70, "only {counted} decisions came by");
    scene.judge().await;
}

/// Takes the newest orders and what gateways know them by, one after the other, as no batch does.
fn quarrel(mut other: Connection, stop: &AtomicBool) {
    let mut backwards = false;
    while !stop.load(Ordering::Relaxed) {
        let direction = if backwards { "DESC" } else { "ASC" };
        backwards = !backwards;
        let one_by_one = format!(
            "DO $$ DECLARE one RECORD; BEGIN FOR one IN SELECT shard, id FROM \
             (SELECT shard, id FROM orders ORDER BY id DESC LIMIT 12) AS newest ORDER BY id {direction} LOOP \
             UPDATE orders SET held = held WHERE shard = one.shard AND id = one.id; \
             UPDATE journal SET taken = taken WHERE shard = one.shard AND subject = one.id; END LOOP; END $$"
        );
        // It is the one that is undone as often as the server is.
        let _ = other.query(&one_by_one);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn deadlocks_are_tried_again() {
    let mut scene = Scene::begin("postgres-deadlocks", Durability::Fast, "deadlock_timeout = 5ms").await;
    let stop = Arc::new(AtomicBool::new(false));
    let others: Vec<_> = (0..2)
        .map(|_| {
            let (other, stop) = (scene.database(), stop.clone());
            std::thread::spawn(move || quarrel(other, &stop))
        })
        .collect();
    let mut database = scene.database();
    let mut patience = Patience::that("there were deadlocks enough");
    loop {
        scene.work(20).await;
        let sql = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
        let deadlocks = database.query(sql).expect("a row").cells[0][0].clone().unwrap_or_default();
        if deadlocks.parse::<u64>().is_ok_and(|count| count >= 20) {
            break;
        }
        patience.again().await;
    }
    stop.store(true, Ordering::Relaxed);
    others.into_iter().for_each(|other| other.join().expect("it ends"));
    scene.judge().await;
}
