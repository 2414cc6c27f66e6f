//! The wire breaks right after a COMMIT was sent: whether it arrived nobody is told.

use guichet_testing::postgres::{Durability, Fate};

use crate::postgres::Scene;
use crate::support::dice::setting;
use crate::support::patience::Patience;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_acknowledged_survives_three_hundred_lost_answers() {
    let cuts = usize::try_from(setting("GUICHET_TEST_CUTS", 300)).expect("a number");
    let mut scene = Scene::begin("postgres-cuts", Durability::Fast, "").await;
    for cut in 0..cuts {
        let fate = if scene.dice.percent(60) { Fate::Arrives } else { Fate::IsLost };
        scene.proxy.cut([fate]);
        scene.work(1 + scene_steps(cut)).await;
    }
    let mut patience = Patience::that("every cut was made");
    while scene.proxy.cuts() < cuts {
        scene.work(1).await;
        patience.again().await;
    }
    scene.judge().await;
}

/// At first one cut comes on the heels of the other, then there is work between them.
fn scene_steps(cut: usize) -> u64 {
    (cut as u64 / 30) % 8
}
