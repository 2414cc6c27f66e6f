//! A message that is not taken is tried again on the schedule of webhooks, given up after ten tries,
//! and can be sent again by hand; every try is in the log.

use std::time::Duration;

use serde_json::Value;

use crate::messages::{MASKED, Setup, attempts, message, moment_ms, order};
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

    fn refuse(self, setup: &Setup) {
        match self {
            Channel::Email => {
                setup.mail_server.behave(Behaviour::Answers("RCPT", "451 4.7.1 come back later"))
            }
            Channel::Sms => setup.provider.answer(500),
        }
    }

    fn take(self, setup: &Setup) {
        match self {
            Channel::Email => setup.mail_server.behave(Behaviour::Takes),
            Channel::Sms => setup.provider.answer(204),
        }
    }

    /// How often the other side was asked.
    fn asked(self, setup: &Setup) -> usize {
        match self {
            Channel::Email => {
                setup.mail_server.heard().iter().filter(|line| line.starts_with("RCPT")).count()
            }
            Channel::Sms => setup.provider.letters().len(),
        }
    }

    /// What each message that arrived is called.
    fn names(self, setup: &Setup) -> Vec<String> {
        match self {
            Channel::Email => {
                setup.mail_server.mails().iter().map(|mail| mail.header("Message-ID")).collect()
            }
            Channel::Sms => setup.provider.letters().iter().map(|sms| text(&sms.json(), "/ref")).collect(),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_tries_on_the_published_schedule_and_one_by_hand() {
    for channel in [Channel::Email, Channel::Sms] {
        let setup = Setup::open("schedule-ten").await;
        channel.refuse(&setup);
        let id = setup.play_out(&setup.live, &order("ORD-1", "Livre [paid]")).await;
        for (tried, wait_s) in WAITS_S.into_iter().enumerate() {
            let delivery = message(&setup.live, &id, channel.word()).await;
            assert_eq!(
                (attempts(&delivery).len(), channel.asked(&setup)),
                (tried + 1, tried + 1),
                "{delivery}"
            );
            assert_eq!(delivery["status"], "pending", "{delivery}");
            let waits_ms = moment_ms(&delivery["due_at"]) - moment_ms(&delivery["attempts"][tried]["at"]);
            assert!((wait_s * 900..=wait_s * 1100).contains(&waits_ms), "try {tried} waits {waits_ms} ms");
            nothing_goes_before(&setup, channel, &delivery).await;
            setup.pass_until_due(&delivery).await;
        }
        let given_up = message(&setup.live, &id, channel.word()).await;
        assert_eq!((&given_up["status"], attempts(&given_up).len()), (&Value::from("given_up"), 10));
        setup.server.pass(Duration::from_secs(40 * 86_400)).await;
        assert_eq!(channel.asked(&setup), 10, "given up is given up");

        channel.take(&setup);
        resend(&setup, &given_up).await;
        let sent = message(&setup.live, &id, channel.word()).await;
        assert_eq!((&sent["status"], attempts(&sent).len()), (&Value::from("delivered"), 11), "{sent}");
        let masked = MASKED[usize::from(channel == Channel::Sms)];
        let last = text(&sent, "/attempts/10/outcome");
        assert!(last.contains(masked), "{last}");
        let name = channel.names(&setup).pop().expect("it arrived");
        assert!(name.contains(&text(&sent, "/id")), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_again_by_hand_is_the_same_message() {
    for channel in [Channel::Email, Channel::Sms] {
        let setup = Setup::open("schedule-again").await;
        let id = setup.play_out(&setup.live, &order("ORD-1", "Livre [paid]")).await;
        setup.server.pass(Duration::from_secs(7 * 86_400)).await;
        resend(&setup, &message(&setup.live, &id, channel.word()).await).await;
        let names = channel.names(&setup);
        assert_eq!((names.len(), &names[0]), (2, &names[1]));
        match channel {
            Channel::Email => assert_eq!(setup.mail_server.mails()[0].raw, setup.mail_server.mails()[1].raw),
            Channel::Sms => assert_eq!(setup.provider.letters()[0].body, setup.provider.letters()[1].body),
        }
        let sent = message(&setup.live, &id, channel.word()).await;
        assert_eq!(attempts(&sent).len(), 2, "{sent}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_refused_for_good_is_not_tried_again() {
    let setup = Setup::open("schedule-never").await;
    setup.mail_server.behave(Behaviour::Answers("RCPT", "550 5.1.1 nobody of that name"));
    setup.provider.answer(400);
    let id = setup.play_out(&setup.live, &order("ORD-1", "Livre [paid]")).await;
    setup.server.pass(Duration::from_secs(40 * 86_400)).await;
    for channel in [Channel::Email, Channel::Sms] {
        let refused = message(&setup.live, &id, channel.word()).await;
        assert_eq!((&refused["status"], channel.asked(&setup)), (&Value::from("given_up"), 1), "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_its_own_merchant_sends_a_message_again() {
    let setup = Setup::open("schedule-strangers").await;
    let id = setup.play_out(&setup.live, &order("ORD-1", "Livre [paid]")).await;
    let delivery = text(&message(&setup.live, &id, "email").await, "/id");
    let stranger = setup.server.caller("oran", guichet_core::Environment::Live).await;
    for caller in [&stranger, &setup.play] {
        caller.press(&format!("/v1/deliveries/{delivery}/resend")).await.expect(404);
    }
    setup.server.pass(Duration::from_secs(60)).await;
    assert_eq!(setup.mail_server.mails().len(), 1);
}

async fn resend(setup: &Setup, delivery: &Value) {
    let path = format!("/v1/deliveries/{}/resend", text(delivery, "/id"));
    let answer = setup.live.press(&path).await.expect(202).json();
    assert_eq!(answer["status"], "pending", "{answer}");
    setup.server.settle().await;
}

/// Well before its time, even a worker that is told to work sends nothing.
async fn nothing_goes_before(setup: &Setup, channel: Channel, delivery: &Value) {
    let (asked, due_ms) = (channel.asked(setup), moment_ms(&delivery["due_at"]));
    let half_ms = (due_ms - setup.server.clock.now_ms()) / 2;
    setup.server.pass(Duration::from_millis(half_ms.max(0).unsigned_abs())).await;
    if setup.server.clock.now_ms() < due_ms {
        assert_eq!(channel.asked(setup), asked, "it was sent before its time");
    }
}
