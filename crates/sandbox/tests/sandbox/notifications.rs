//! Notifications, as a merchant's server gets them: what they say and who signed them, when they
//! come again, and what goes wrong with them on purpose.

use guichet_gateways::Notifies;
use guichet_sandbox::{Action, Delivery, Misbehaviour, MisbehaviourKind};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::receiver::{DueNotification, Receiver};
use crate::shop::Shop;
use crate::wire::{Seller, seller, sellers};

const DAY_S: u64 = 86_400;

/// The sellers whose vendors notify.
fn notified() -> Vec<Seller> {
    let notifies = |seller: &Seller| seller.profile().notifies != Notifies::Never;
    sellers().into_iter().filter(notifies).collect()
}

/// A shop whose notifications go to a receiver of its own.
async fn told(seller: &Seller) -> (Shop, Receiver) {
    let (shop, receiver) = (Shop::open_at(seller).await, Receiver::open().await);
    assert_eq!(shop.set_webhook(Some(&receiver.url), None).await.status.as_u16(), 201);
    (shop, receiver)
}

/// Opens a payment whose request names the receiver, where the vendor reads that.
async fn create(shop: &Shop, receiver: &Receiver, title: &str) -> String {
    let mut sale = shop.sale(title);
    sale.notify_url.clone_from(&receiver.url);
    shop.create_sale(&sale).await
}

fn hmac(secret: &str, text: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether the vendor's documentation would have the merchant believe this notification.
fn is_signed(seller: &Seller, notification: &DueNotification, secret: &str) -> bool {
    let (header, text) = match seller.dialect {
        // The values of the form in the order in which they came, decoded, without anything between.
        "cinetpay" => ("x-token", form(notification).into_iter().map(|(_, value)| value).collect()),
        _ => ("X-Signature-Value", notification.body.clone()),
    };
    notification.headers[header] == hmac(secret, &text)
}

fn form(notification: &DueNotification) -> Vec<(String, String)> {
    url::form_urlencoded::parse(notification.body.as_bytes()).into_owned().collect()
}

/// What the notification says of the payment: the vendor's word.
fn word(seller: &Seller, notification: &DueNotification) -> String {
    match seller.dialect {
        "cinetpay" => form(notification).pop().expect("a field").1,
        _ => notification.headers["X-Novasend-Event"].to_str().expect("a word").to_owned(),
    }
}

fn paid_word(seller: &Seller) -> &'static str {
    if seller.dialect == "cinetpay" { "SUCCES" } else { "payin.confirmed" }
}

#[tokio::test]
async fn a_paid_payment_is_told_once_in_the_vendors_words_and_signed() {
    for seller in notified() {
        for own_secret in [None, Some("s3cr3t")] {
            let (shop, receiver) = told(&seller).await;
            shop.set_webhook(Some(&receiver.url), own_secret).await;
            let reference = create(&shop, &receiver, "Order 7").await;
            shop.sandbox.settle().await;
            assert!(receiver.due().is_empty(), "nothing has happened yet");
            shop.sandbox.act(&reference, Action::Pay).unwrap();
            shop.sandbox.settle().await;
            let due = receiver.take();
            assert_eq!(due.len(), 1, "{}: {due:?}", seller.dialect);
            let notification = &due[0];
            assert_eq!((notification.method.as_str(), notification.path.as_str()), ("POST", "/told"));
            let usual = format!("secret_of_{}", seller.key);
            let (right, wrong) = match own_secret {
                Some(own) => (own, usual.as_str()),
                None => (usual.as_str(), "s3cr3t"),
            };
            assert!(is_signed(&seller, notification, right), "{} {notification:?}", seller.dialect);
            assert!(!is_signed(&seller, notification, wrong));
            assert_eq!(word(&seller, notification), paid_word(&seller));
            assert_eq!(shop.sandbox.payment(&reference).unwrap().notifications, 1);
        }
    }
}

#[tokio::test]
async fn the_form_has_every_field_in_order() {
    let seller = seller("cinetpay", 7);
    let (shop, receiver) = told(&seller).await;
    let mut sale = shop.sale("Two books");
    sale.notify_url.clone_from(&receiver.url);
    let reference = shop.create_sale(&sale).await;
    shop.sandbox.act(&reference, Action::Decline).unwrap();
    shop.sandbox.settle().await;
    let notification = receiver.take().pop().unwrap();
    assert_eq!(notification.headers["content-type"], "application/x-www-form-urlencoded");
    let fields = form(&notification);
    let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
    let documented = [
        "cpm_site_id",
        "cpm_trans_id",
        "cpm_trans_date",
        "cpm_amount",
        "cpm_currency",
        "signature",
        "payment_method",
        "cel_phone_num",
        "cpm_phone_prefixe",
        "cpm_language",
        "cpm_version",
        "cpm_payment_config",
        "cpm_page_action",
        "cpm_custom",
        "cpm_designation",
        "cpm_error_message",
    ];
    assert_eq!(names, documented);
    for (name, expected) in [
        ("cpm_site_id", seller.account.as_str()),
        ("cpm_trans_id", sale.reference.as_str()),
        ("cpm_amount", "2500"),
        ("cpm_currency", "XOF"),
        ("cpm_custom", "order 7"),
        ("cpm_designation", "Two books"),
    ] {
        assert!(fields.contains(&(name.to_owned(), expected.to_owned())), "{name} in {fields:?}");
    }
}

#[tokio::test]
async fn the_vendors_object_names_both_references() {
    let seller = seller("novasend", 7);
    let (shop, receiver) = told(&seller).await;
    let sale = shop.sale("Two books");
    let reference = shop.create_sale(&sale).await;
    shop.sandbox.act(&reference, Action::Pay).unwrap();
    shop.sandbox.settle().await;
    let notification = receiver.take().pop().unwrap();
    let body: Value = serde_json::from_str(&notification.body).unwrap();
    let theirs = seller.merchant_reference(&sale);
    assert_eq!((&body["id"], body["reference"].as_str()), (&json!(reference), theirs.as_deref()));
}

#[tokio::test]
async fn what_waits_first_is_told_first() {
    for seller in notified() {
        let (shop, receiver) = told(&seller).await;
        create(&shop, &receiver, "Order 7 [waiting after 30] [declined]").await;
        // Nobody looks: the notifier finds by itself what has become due.
        shop.sandbox.advance(30).unwrap();
        shop.sandbox.settle().await;
        let words: Vec<String> =
            receiver.take().iter().map(|notification| word(&seller, notification)).collect();
        let expected: &[&str] = match seller.dialect {
            "cinetpay" => &["WAITING_FOR_CUSTOMER", "PAYMENT_FAILED"],
            _ => &["payin.declined"],
        };
        assert_eq!(words, expected);
    }
}

#[tokio::test]
async fn what_time_brings_is_told_when_it_comes() {
    for seller in notified() {
        for (title, after_s, told_before) in [
            ("Order 7 [paid after 60]", 60, false),
            ("Order 7 [late]", 180, seller.dialect == "cinetpay"),
            ("Order 7", 2 * DAY_S, false),
            ("Order 7 [no-callback] [paid after 60]", 60, false),
        ] {
            let (shop, receiver) = told(&seller).await;
            create(&shop, &receiver, title).await;
            shop.sandbox.advance(after_s - 1).unwrap();
            shop.sandbox.settle().await;
            let before = receiver.take().len();
            let last_second = if after_s > DAY_S { 1 } else { usize::from(told_before) };
            assert_eq!(before, last_second, "{} {title}", seller.dialect);
            shop.sandbox.advance(1).unwrap();
            shop.sandbox.settle().await;
            let now = usize::from(after_s < DAY_S && !title.contains("no-callback"));
            assert_eq!(receiver.take().len(), now, "{} {title}", seller.dialect);
        }
    }
}

#[tokio::test]
async fn a_clock_that_follows_another_is_believed_when_it_says_so() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    let now = Arc::new(AtomicI64::new(crate::shop::START_MS));
    let source = Arc::clone(&now);
    let clock = guichet_sandbox::Clock::following(move || source.load(Ordering::SeqCst));
    let settings = guichet_sandbox::Settings { clock, ..guichet_sandbox::Settings::default() };
    let shop = Shop::open_with(&notified()[0], settings).await;
    let receiver = Receiver::open().await;
    shop.set_webhook(Some(&receiver.url), None).await;
    create(&shop, &receiver, "Order 7 [paid after 3600]").await;
    now.fetch_add(3_600_000, Ordering::SeqCst);
    shop.sandbox.clock().wake();
    receiver.wait_for(1).await;
}

#[tokio::test]
async fn a_failed_notification_comes_again_on_schedule_the_same_to_the_byte() {
    for seller in notified() {
        let (shop, receiver) = told(&seller).await;
        receiver.answer(&[500, 302, 404, 503, 300, 418]);
        let reference = create(&shop, &receiver, "Order 7 [paid]").await;
        shop.sandbox.settle().await;
        let mut bodies: Vec<String> =
            receiver.take().into_iter().map(|notification| notification.body).collect();
        for wait_s in [60, 300, 1800, 7200, 21_600] {
            shop.sandbox.advance(wait_s - 1).unwrap();
            shop.sandbox.settle().await;
            assert_eq!(receiver.due().len(), 0, "{wait_s} is not over");
            shop.sandbox.advance(1).unwrap();
            shop.sandbox.settle().await;
            let due = receiver.take();
            assert!(due.iter().all(|notification| notification.path == "/told"), "a redirect was followed");
            bodies.extend(due.into_iter().map(|notification| notification.body));
        }
        assert_eq!(bodies.len(), 6);
        assert!(bodies.iter().all(|body| *body == bodies[0]));
        shop.sandbox.advance(30 * DAY_S).unwrap();
        shop.sandbox.settle().await;
        assert_eq!(receiver.due().len(), 0, "it was given up");
        let log = shop.sandbox.notifications();
        let answers: Vec<&str> = log[0].attempts.iter().map(|attempt| attempt.answer.as_str()).collect();
        assert_eq!(answers, ["500", "302", "404", "503", "300", "418"]);
        assert_eq!(
            (log[0].status, log[0].attempts[0].at.as_str()),
            (Delivery::GivenUp, "2025-01-15T10:30:00Z")
        );
        assert_eq!(shop.sandbox.payment(&reference).unwrap().notifications, 6);
    }
}

#[tokio::test]
async fn a_clock_that_is_moved_far_makes_up_for_every_try_and_a_good_one_ends_them() {
    let (shop, receiver) = told(&notified()[0]).await;
    receiver.answer(&[500, 500, 500]);
    create(&shop, &receiver, "Order 7 [paid]").await;
    shop.sandbox.settle().await;
    shop.sandbox.advance(DAY_S).unwrap();
    shop.sandbox.settle().await;
    assert_eq!(receiver.due().len(), 4);
    let log = shop.get("/sandbox/notifications").await.json();
    assert_eq!((&log["data"][0]["status"], &log["data"][0]["next_at"]), (&json!("delivered"), &Value::Null));
}

#[tokio::test]
async fn an_address_where_nobody_listens_is_tried_again() {
    let (shop, mut gone) = told(&notified()[0]).await;
    gone.url = "http://127.0.0.1:1/".to_owned();
    shop.set_webhook(Some(&gone.url), None).await;
    create(&shop, &gone, "Order 7 [paid]").await;
    shop.sandbox.settle().await;
    let log = shop.get("/sandbox/notifications").await.json();
    let entry = &log["data"][0];
    assert_eq!((&entry["status"], &entry["next_at"]), (&json!("waiting"), &json!("2025-01-15T10:31:00Z")));
    assert!(entry["attempts"][0]["answer"].as_str().unwrap().contains("no connection"), "{entry}");
}

#[tokio::test]
async fn faults_strike_notifications_by_seller_and_payment() {
    for seller in notified() {
        let (shop, receiver) = told(&seller).await;
        let secret = format!("secret_of_{}", seller.key);
        for (misbehaviour, sent, signed) in [
            (MisbehaviourKind::DropNotification, 0, true),
            (MisbehaviourKind::DuplicateNotification, 3, true),
            (MisbehaviourKind::ForgeSignature, 1, false),
        ] {
            let other = Misbehaviour::next(misbehaviour).with_key("somebody else's");
            shop.sandbox.inject(other.clone()).unwrap();
            let reference = create(&shop, &receiver, "Order 7").await;
            let about =
                Misbehaviour::next(misbehaviour).at(seller.dialect).with_key(&*seller.key).about(&*reference);
            shop.sandbox.inject(about).unwrap();
            create(&shop, &receiver, "Order 8 [paid]").await;
            shop.sandbox.settle().await;
            assert_eq!(receiver.take().len(), 1, "another payment meets no fault");
            shop.sandbox.act(&reference, Action::Pay).unwrap();
            shop.sandbox.settle().await;
            let due = receiver.take();
            assert_eq!(due.len(), sent, "{} {misbehaviour:?}", seller.dialect);
            assert!(
                due.iter().all(|notification| is_signed(&seller, notification, &secret) == signed),
                "{misbehaviour:?}"
            );
            assert_eq!(shop.sandbox.notifications()[0].misbehaviours, [misbehaviour.name()]);
            assert_eq!(shop.sandbox.misbehaviours().len(), 1, "the other seller's still waits");
            shop.sandbox.clear_misbehaviours();
        }
        assert!(shop.sandbox.notifications().iter().any(|entry| entry.status == Delivery::Dropped));
    }
}

#[tokio::test]
async fn a_late_notification_comes_late() {
    for seller in notified() {
        let (shop, receiver) = told(&seller).await;
        shop.post("/sandbox/faults", json!({ "fault": "late_notification", "seconds": 90 })).await;
        create(&shop, &receiver, "Order 7 [paid]").await;
        shop.sandbox.advance(89).unwrap();
        shop.sandbox.settle().await;
        assert_eq!(receiver.due().len(), 0);
        shop.sandbox.advance(1).unwrap();
        shop.sandbox.settle().await;
        assert_eq!(receiver.due().len(), 1);
    }
}

#[tokio::test]
async fn a_slow_receiver_delays_no_other_and_gets_one_at_a_time() {
    let seller = seller("cinetpay", 7);
    let (shop, slow) = told(&seller).await;
    let quick = Receiver::open().await;
    slow.hold();
    for receiver in [&slow, &slow, &quick, &quick] {
        create(&shop, receiver, "Order 7 [paid]").await;
    }
    slow.wait_for(1).await;
    quick.wait_for(2).await;
    assert_eq!(slow.due().len(), 1);
    slow.let_go();
    shop.sandbox.settle().await;
    let order: Vec<String> = slow.due().iter().map(|notification| form(notification)[1].1.clone()).collect();
    assert_eq!(order, ["order-0", "order-1"]);
}

#[tokio::test]
async fn a_reset_forgets_what_is_on_its_way() {
    let seller = seller("cinetpay", 7);
    let (shop, receiver) = told(&seller).await;
    receiver.hold();
    create(&shop, &receiver, "Order 7 [paid]").await;
    receiver.wait_for(1).await;
    shop.sandbox.reset();
    receiver.let_go();
    create(&shop, &receiver, "Order 8 [paid]").await;
    shop.sandbox.settle().await;
    receiver.wait_for(2).await;
    assert_eq!(shop.sandbox.notifications().len(), 1);
    assert_eq!(shop.sandbox.webhooks(), []);
}

#[tokio::test]
async fn vendors_without_notifications_and_merchants_without_an_address_hear_nothing() {
    for seller in sellers() {
        let profile = seller.profile();
        let shop = Shop::open_at(&seller).await;
        if profile.notifies == Notifies::Never {
            shop.set_webhook(Some("http://127.0.0.1:9/"), None).await;
        }
        if profile.notifies != Notifies::ByRequest {
            shop.create("Order 7 [paid]").await;
            shop.sandbox.settle().await;
            assert_eq!(shop.sandbox.notifications(), [], "{}", seller.dialect);
        }
    }
}

#[tokio::test]
async fn webhooks_are_set_listed_and_dropped_without_showing_secrets() {
    let shop = Shop::open().await;
    for seller in sellers() {
        let set = shop.with(&seller).set_webhook(Some("http://127.0.0.1:9/told"), Some("s3cr3t")).await;
        assert_eq!(set.status.as_u16(), 201, "{}", set.text);
    }
    let list = shop.get("/sandbox/webhooks").await;
    assert_eq!(list.json()["data"].as_array().unwrap().len(), sellers().len());
    assert!(!list.text.contains("s3cr3t") && sellers().iter().all(|seller| !list.text.contains(&seller.key)));
    let path = format!("/sandbox/webhooks?dialect={}", sellers()[0].dialect);
    assert_eq!(shop.delete(&path).await.status.as_u16(), 204);
    assert_eq!(shop.sandbox.webhooks().len(), sellers().len() - 1);
    shop.delete("/sandbox/webhooks?dialect=nowhere").await;
    assert_eq!(shop.sandbox.webhooks().len(), sellers().len() - 1);
    shop.delete("/sandbox/webhooks").await;
    assert_eq!(shop.sandbox.webhooks(), []);

    let (dialect, key, account) = {
        let Seller { dialect, key, account } = sellers()[1].clone();
        (dialect, key, account)
    };
    for (body, field) in [
        (json!({ "dialect": "nowhere", "key": key, "account": account }), "dialect"),
        (json!({ "key": key, "account": account }), "dialect"),
        (json!({ "dialect": dialect, "account": account }), "key"),
        (json!({ "dialect": dialect, "key": "é", "account": account }), "key"),
        (json!({ "dialect": dialect, "key": key, "account": account, "url": "ftp://a/" }), "url"),
        (json!({ "dialect": dialect, "key": key, "account": account, "secret": 7 }), "secret"),
        (json!({ "dialect": dialect, "key": key, "account": account, "x": 7 }), "x"),
    ] {
        let answer = shop.post("/sandbox/webhooks", body).await;
        let refused = (answer.status.as_u16(), answer.json()["error"]["field"].clone());
        assert_eq!(refused, (400, json!(field)), "{}", answer.text);
    }
}

#[tokio::test]
async fn the_log_is_listed_by_dialect_and_payment_and_shown_at_home() {
    let shop = Shop::open().await;
    let mut made = Vec::new();
    for seller in notified() {
        let shop = shop.with(&seller);
        let receiver = Receiver::open().await;
        shop.set_webhook(Some(&receiver.url), None).await;
        made.push((seller.dialect, create(&shop, &receiver, "Order 7 [paid]").await));
    }
    shop.sandbox.settle().await;
    for (dialect, reference) in &made {
        for path in [format!("?dialect={dialect}"), format!("?ref={reference}")] {
            let list = shop.get(&format!("/sandbox/notifications{path}")).await.json();
            let found = list["data"].as_array().unwrap();
            assert_eq!(found.len(), 1, "{path}");
            let attempts = json!([{ "at": "2025-01-15T10:30:00Z", "answer": "200" }]);
            assert_eq!((&found[0]["ref"], &found[0]["attempts"]), (&json!(reference), &attempts));
            assert_eq!(found[0]["payment_status"], "paid");
        }
        assert!(shop.get("/").await.text.contains("delivered"));
    }
    let short = shop.get("/sandbox/notifications?limit=1").await.json();
    assert_eq!((short["data"].as_array().unwrap().len(), &short["has_more"]), (1, &json!(made.len() > 1)));
}
