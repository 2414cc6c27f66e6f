//! When nothing is said: nothing declared, an occasion left out, nobody to write to, nowhere to play.

use serde_json::json;

use crate::messages::{Scene, email, message, messages, order, order_with};

#[tokio::test]
async fn nothing_is_said_where_nothing_is_declared() {
    let scene = Scene::silent("silence-off").await;
    for (declared, more) in [("nothing", ""), ("no channel", "[merchants.messages]\nlanguage = \"en\"\n")] {
        scene.declare(more).await;
        for (shop, kind) in [(&scene.live, "live"), (&scene.play, "play")] {
            for tag in ["[paid]", "[declined]", "[wrong-amount]"] {
                let reference = format!("{declared} {kind} {tag}");
                scene.play_out(shop, &order(&reference, &format!("Livre {tag}"))).await;
            }
        }
    }
    nothing_was_said(&scene);
    assert_eq!(scene.rows(), 0);
}

#[tokio::test]
async fn an_occasion_that_is_left_out_is_passed_over() {
    for (occasions, told) in [
        ("[\"paid\"]", ["[paid]"].as_slice()),
        ("[\"failed\", \"review\"]", &["[declined]", "[wrong-amount]"]),
        ("[]", &[]),
    ] {
        let scene = Scene::open("silence-occasions", &format!("occasions = {occasions}\n")).await;
        for tag in ["[paid]", "[declined]", "[wrong-amount]", "[expired]", "[cancelled]"] {
            let before = scene.rows();
            let id = scene.play_out(&scene.live, &order(tag, &format!("Livre {tag}"))).await;
            // A payment that lapsed or was given up has failed too.
            let tells = told.contains(&tag)
                || (told.contains(&"[declined]") && ["[expired]", "[cancelled]"].contains(&tag));
            let status = scene.live.get(&format!("/v1/orders/{id}")).await.json()["status"].clone();
            let expected = before + if tells { 2 } else { 0 };
            assert_eq!(scene.rows(), expected, "{occasions} {tag}: {status}");
        }
        assert_eq!(scene.rows(), 2 * i64::try_from(scene.post.mails().len()).expect("a few"));
    }
}

#[tokio::test]
async fn a_payer_without_an_address_is_not_written_to() {
    let scene = Scene::open("silence-nobody", "").await;
    let table = [
        (json!({}), 0, 0),
        (json!({ "name": "Benali" }), 0, 0),
        (json!({ "email": "amina@example.com" }), 1, 0),
        (json!({ "phone": "+213665983439" }), 0, 1),
        // Addresses that an order may have and that no mail server would take.
        (json!({ "email": "amina@10.0.0.1", "phone": "+213665983439" }), 0, 1),
        (json!({ "email": "أمينة@example.com" }), 0, 0),
    ];
    for (number, (payer, by_mail, by_sms)) in table.into_iter().enumerate() {
        let asked = order_with(&format!("ORD-{number}"), "Livre [paid]", "payer", payer.clone());
        let id = scene.play_out(&scene.live, &asked).await;
        for (channel, count) in [("email", by_mail), ("sms", by_sms)] {
            assert_eq!(messages(&scene.live, &id, channel).await.len(), count, "{payer} {channel}");
        }
    }
    assert_eq!((scene.rows(), scene.post.mails().len(), scene.provider.letters().len()), (3, 1, 2));
}

#[tokio::test]
async fn a_play_order_without_an_outbox_writes_to_nobody() {
    let scene = Scene::silent("silence-play").await;
    scene.declare(&scene.channels()).await;
    let id = scene.play_out(&scene.play, &order("ORD-1", "Livre [paid]")).await;
    for channel in ["email", "sms"] {
        let told = message(&scene.play, &id, channel).await;
        assert_eq!(told["status"], "delivered", "{told}");
        let outcome = told["attempts"][0]["outcome"].as_str().expect("words");
        assert!(outcome.contains("a play order writes to nobody"), "{outcome}");
    }
    nothing_was_said(&scene);
}

#[tokio::test]
async fn a_channel_that_is_taken_away_sends_no_more() {
    let scene = Scene::open("silence-taken-away", "").await;
    scene.provider.answer(500);
    let id = scene.play_out(&scene.live, &order("ORD-1", "Livre [paid]")).await;
    let waiting = message(&scene.live, &id, "sms").await;
    assert_eq!(waiting["status"], "pending");
    scene.declare(&email(&scene.post)).await;
    scene.pass_until_due(&waiting).await;
    assert_eq!(scene.provider.letters().len(), 1, "it was tried once");
    let settled = message(&scene.live, &id, "sms").await;
    let outcome = settled["attempts"][1]["outcome"].as_str().expect("words");
    assert!(outcome.contains("does not say this any more"), "{outcome}");
}

fn nothing_was_said(scene: &Scene) {
    assert!(scene.post.heard().is_empty(), "{:?}", scene.post.heard());
    assert!(scene.provider.letters().is_empty());
    assert!(scene.house.sandbox.messages().is_empty());
}
