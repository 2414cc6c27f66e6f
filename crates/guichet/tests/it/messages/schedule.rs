//! A message that is not taken is tried again on the schedule of webhooks, given up after ten tries,
//! and can be sent again by hand; every try is in the log.

use std::time::Duration;

use serde_json::Value;

use crate::messages::{MASKED, Scene, attempts, message, moment_ms, order};
use crate::support::call::text;
use guichet_testing::mail_server::Behaviour;

/// The published waits, in seconds; the first try is at once.
const WAITS_S: [i64; 9] = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];

#[derive(Clone, Copy, PartialEq)]
enum Channel {
    Email,
    Sms,
}

impl Channel {
    fn word(self) -> &'static str {
        match self {
            Channel::Email => "email",
            Channel::Sms => "sms",
        }
    }

    fn refuse(self, scene: &Scene) {
        match self {
            Channel::Email => scene.post.behave(Behaviour::Answers("RCPT", "451 4.7.1 come back later")),
            Channel::Sms => scene.provider.answer(500),
        }
    }

    fn take(self, scene: &Scene) {
        match self {
            Channel::Email => scene.post.behave(Behaviour::Takes),
            Channel::Sms => scene.provider.answer(204),
        }
    }

    /// How often the other side was asked.
    fn asked(self, scene: &Scene) -> usize {
        match self {
            Channel::Email => scene.post.heard().iter().filter(|line| line.starts_with("RCPT")).count(),
            Channel::Sms => scene.provider.letters().len(),
        }
    }

    /// What each message that arrived is called.
    fn names(self, scene: &Scene) -> Vec<String> {
        match self {
            Channel::Email => scene.post.mails().iter().map(|mail| mail.header("Message-ID")).collect(),
            Channel::Sms => scene.provider.letters().iter().map(|sms| text(&sms.json(), "/ref")).collect(),
        }
    }
}

#[tokio::test]
async fn ten_tries_on_the_published_schedule_and_one_by_hand() {
    for channel in [Channel::Email, Channel::Sms] {
        let scene = Scene::open("schedule-ten", "").await;
        channel.refuse(&scene);
        let id = scene.play_out(&scene.live, &order("ORD-1", "Livre [paid]")).await;
        for (tried, wait_s) in WAITS_S.into_iter().enumerate() {
            let delivery = message(&scene.live, &id, channel.word()).await;
            assert_eq!(
                (attempts(&delivery).len(), channel.asked(&scene)),
                (tried + 1, tried + 1),
                "{delivery}"
            );
            assert_eq!(delivery["status"], "pending", "{delivery}");
            let waits_ms = moment_ms(&delivery["due_at"]) - moment_ms(&delivery["attempts"][tried]["at"]);
            assert!((wait_s * 900..=wait_s * 1100).contains(&waits_ms), "try {tried} waits {waits_ms} ms");
            nothing_goes_before(&scene, channel, &delivery).await;
            scene.pass_until_due(&delivery).await;
        }
        let given_up = message(&scene.live, &id, channel.word()).await;
        assert_eq!((&given_up["status"], attempts(&given_up).len()), (&Value::from("given_up"), 10));
        scene.house.pass(Duration::from_secs(40 * 86_400)).await;
        assert_eq!(channel.asked(&scene), 10, "given up is given up");

        channel.take(&scene);
        resend(&scene, &given_up).await;
        let sent = message(&scene.live, &id, channel.word()).await;
        assert_eq!((&sent["status"], attempts(&sent).len()), (&Value::from("delivered"), 11), "{sent}");
        let masked = MASKED[usize::from(channel == Channel::Sms)];
        let last = text(&sent, "/attempts/10/outcome");
        assert!(last.contains(masked), "{last}");
        let name = channel.names(&scene).pop().expect("it arrived");
        assert!(name.contains(&text(&sent, "/id")), "{name}");
    }
}

#[tokio::test]
async fn what_was_sent_again_by_hand_is_the_same_message() {
    for channel in [Channel::Email, Channel::Sms] {
        let scene = Scene::open("schedule-again", "").await;
        let id = scene.play_out(&scene.live, &order("ORD-1", "Livre [paid]")).await;
        scene.house.pass(Duration::from_secs(7 * 86_400)).await;
        resend(&scene, &message(&scene.live, &id, channel.word()).await).await;
        let names = channel.names(&scene);
        assert_eq!((names.len(), &names[0]), (2, &names[1]));
        match channel {
            Channel::Email => assert_eq!(scene.post.mails()[0].raw, scene.post.mails()[1].raw),
            Channel::Sms => assert_eq!(scene.provider.letters()[0].body, scene.provider.letters()[1].body),
        }
        let sent = message(&scene.live, &id, channel.word()).await;
        assert_eq!(attempts(&sent).len(), 2, "{sent}");
    }
}

#[tokio::test]
async fn what_was_refused_for_good_is_not_tried_again() {
    let scene = Scene::open("schedule-never", "").await;
    scene.post.behave(Behaviour::Answers("RCPT", "550 5.1.1 nobody of that name"));
    scene.provider.answer(400);
    let id = scene.play_out(&scene.live, &order("ORD-1", "Livre [paid]")).await;
    scene.house.pass(Duration::from_secs(40 * 86_400)).await;
    for channel in [Channel::Email, Channel::Sms] {
        let refused = message(&scene.live, &id, channel.word()).await;
        assert_eq!((&refused["status"], channel.asked(&scene)), (&Value::from("given_up"), 1), "{refused}");
    }
}

#[tokio::test]
async fn only_its_own_merchant_sends_a_message_again() {
    let scene = Scene::open("schedule-strangers", "").await;
    let id = scene.play_out(&scene.live, &order("ORD-1", "Livre [paid]")).await;
    let delivery = text(&message(&scene.live, &id, "email").await, "/id");
    let stranger = scene.house.caller("oran", guichet_core::Environment::Live).await;
    for caller in [&stranger, &scene.play] {
        caller.press(&format!("/v1/deliveries/{delivery}/resend")).await.expect(404);
    }
    scene.house.pass(Duration::from_secs(60)).await;
    assert_eq!(scene.post.mails().len(), 1);
}

async fn resend(scene: &Scene, delivery: &Value) {
    let path = format!("/v1/deliveries/{}/resend", text(delivery, "/id"));
    let answer = scene.live.press(&path).await.expect(202).json();
    assert_eq!(answer["status"], "pending", "{answer}");
    scene.house.node.settle_due().await.expect("what is due is done");
}

/// Well before its time, even a worker that is told to work sends nothing.
async fn nothing_goes_before(scene: &Scene, channel: Channel, delivery: &Value) {
    let (asked, due_ms) = (channel.asked(scene), moment_ms(&delivery["due_at"]));
    let half_ms = (due_ms - scene.house.clock.now_ms()) / 2;
    scene.house.pass(Duration::from_millis(half_ms.max(0).unsigned_abs())).await;
    if scene.house.clock.now_ms() < due_ms {
        assert_eq!(channel.asked(scene), asked, "it was sent before its time");
    }
}
