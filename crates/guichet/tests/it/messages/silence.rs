//! When nothing is said: nothing declared, an occasion left out, nobody to write to, nowhere to play.

use serde_json::json;

use crate::messages::{Setup, email, message, messages, order, order_with};

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_said_where_nothing_is_declared() {
    let setup = Setup::silent("silence-off").await;
    for (declared, messages) in [("nothing", json!({})), ("no channel", json!({ "language": "en" }))] {
        setup.declare(messages).await;
        for (shop, kind) in [(&setup.live, "live"), (&setup.play, "play")] {
            for tag in ["[paid]", "[declined]", "[wrong-amount]"] {
                let reference = format!("{declared} {kind} {tag}");
                setup.play_out(shop, &order(&reference, &format!("Livre {tag}"))).await;
            }
        }
    }
    nothing_was_said(&setup);
    assert_eq!(setup.rows(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_occasion_that_is_left_out_is_passed_over() {
    for (occasions, told) in [
        (&["paid"][..], &["[paid]"][..]),
        (&["failed", "review"], &["[declined]", "[wrong-amount]"]),
        (&[], &[]),
    ] {
        let setup = Setup::open_with("silence-occasions", json!({ "occasions": occasions })).await;
        for tag in ["[paid]", "[declined]", "[wrong-amount]", "[expired]", "[cancelled]"] {
            let before = setup.rows();
            let id = setup.play_out(&setup.live, &order(tag, &format!("Livre {tag}"))).await;
            // A payment that lapsed or was given up has failed too.
            let tells = told.contains(&tag)
                || (told.contains(&"[declined]") && ["[expired]", "[cancelled]"].contains(&tag));
            let status = setup.live.get(&format!("/v1/orders/{id}")).await.json()["status"].clone();
            let expected = before + if tells { 2 } else { 0 };
            assert_eq!(setup.rows(), expected, "{occasions:?} {tag}: {status}");
        }
        assert_eq!(setup.rows(), 2 * i64::try_from(setup.mail_server.mails().len()).expect("a few"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payer_without_an_address_is_not_written_to() {
    let setup = Setup::open("silence-nobody").await;
    let table = [
        (json!({}), 0, 0),
        (json!({ "family_name": "Benali" }), 0, 0),
        (json!({ "email": "amina@example.com" }), 1, 0),
        (json!({ "phone": "+213665983439" }), 0, 1),
    ];
    for (number, (payer, by_mail, by_sms)) in table.into_iter().enumerate() {
        let asked = order_with(&format!("ORD-{number}"), "Livre [paid]", "payer", payer.clone());
        let id = setup.play_out(&setup.live, &asked).await;
        for (channel, count) in [("email", by_mail), ("sms", by_sms)] {
            assert_eq!(messages(&setup.live, &id, channel).await.len(), count, "{payer} {channel}");
        }
    }
    assert_eq!((setup.rows(), setup.mail_server.mails().len(), setup.provider.letters().len()), (2, 1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_play_order_without_an_outbox_writes_to_nobody() {
    let setup = Setup::silent("silence-play").await;
    setup.declare(setup.channels()).await;
    let id = setup.play_out(&setup.play, &order("ORD-1", "Livre [paid]")).await;
    for channel in ["email", "sms"] {
        let told = message(&setup.play, &id, channel).await;
        assert_eq!(told["status"], "delivered", "{told}");
        let outcome = told["attempts"][0]["outcome"].as_str().expect("words");
        assert!(outcome.contains("a play order writes to nobody"), "{outcome}");
    }
    nothing_was_said(&setup);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_is_taken_away_sends_no_more() {
    let setup = Setup::open("silence-taken-away").await;
    setup.provider.answer(500);
    let id = setup.play_out(&setup.live, &order("ORD-1", "Livre [paid]")).await;
    let waiting = message(&setup.live, &id, "sms").await;
    assert_eq!(waiting["status"], "pending");
    setup.declare(json!({ "email": email(&setup.mail_server) })).await;
    setup.pass_until_due(&waiting).await;
    assert_eq!(setup.provider.letters().len(), 1, "it was tried once");
    let settled = message(&setup.live, &id, "sms").await;
    let outcome = settled["attempts"][1]["outcome"].as_str().expect("words");
    assert!(outcome.contains("does not say this any more"), "{outcome}");
}

fn nothing_was_said(setup: &Setup) {
    assert!(setup.mail_server.heard().is_empty(), "{:?}", setup.mail_server.heard());
    assert!(setup.provider.letters().is_empty());
    assert!(setup.server.sandbox.messages().is_empty());
}
