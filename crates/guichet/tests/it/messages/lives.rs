//! The real server, killed between the commit of what happened and the mail about it: the next server
//! sends it, once, under the name that it had.

use std::path::Path;

use guichet_server::Clock;
use serde_json::{Value, json};

use crate::messages::{email, message, messages, order};
use crate::support::call::{Caller, text};
use crate::support::database::Database;
use crate::support::patience::Patience;
use crate::support::program::{ServerProcess, succeed};
use crate::support::scratch::scratch;
use crate::support::shop_file::{ShopFile, alger};
use crate::support::test_server::acquirer;
use guichet_testing::mail_server::{Behaviour, MailServer};

fn server(directory: &Path) -> ServerProcess {
    tokio::task::block_in_place(|| ServerProcess::start(directory, |_| {}))
}

/// A dead server's leases lapse after six seconds; here they lapse at once.
fn let_leases_lapse(directory: &Path) {
    Database::of(directory).alter("UPDATE nodes SET expires_at_ms = 0");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_mail_outlives_the_server_that_was_to_send_it() {
    for silent_at in ["CONNECT", "EHLO", "RCPT", "DATA", "."] {
        let directory = scratch("messages-killed");
        let mail_server = MailServer::open(Behaviour::FallsSilentAt(silent_at)).await;
        let (_, gateway) = acquirer(&Clock::default()).await;
        let shop = alger(&gateway).messages(json!({ "email": email(&mail_server) }));
        ShopFile::from(shop).write_to(&directory);
        succeed(&directory, &["apply", "shop.toml", "--allow-network", "127.0.0.0/8"]);
        let key = succeed(&directory, &["key", "create", "--merchant", "alger", "--environment", "live"]);
        let first = server(&directory);
        let shop = Caller::new(&first.base_url, Some(key.trim()));
        let id = text(&shop.order(&order("ORD-1", "Livre [paid]")).await, "/id");
        shop.press(&format!("/v1/orders/{id}/check")).await.expect(200);
        mail_server.until_silent().await;
        let waiting = message(&shop, &id, "email").await;
        assert_eq!((waiting["attempts"].as_array().map(Vec::len), mail_server.mails().len()), (Some(0), 0));

        drop(first);
        let_leases_lapse(&directory);
        mail_server.behave(Behaviour::Takes);
        let second = server(&directory);
        let shop = Caller::new(&second.base_url, Some(key.trim()));
        let mails = mail_server.wait_for(1).await;
        let sent = delivered(&shop, &id).await;
        assert_eq!(sent["id"], waiting["id"]);
        assert_eq!(mails[0].header("Message-ID"), format!("<{}@alger.example>", text(&sent, "/id")));
        second.terminate();
        assert!(second.ended().0);

        let third = server(&directory);
        let shop = Caller::new(&third.base_url, Some(key.trim()));
        assert_eq!(messages(&shop, &id, "email").await.len(), 1, "{silent_at}");
        assert_eq!(mail_server.mails().len(), 1, "{silent_at}: sent once");
    }
}

async fn delivered(shop: &Caller, id: &str) -> Value {
    let mut patience = Patience::that("the mail is in the log");
    loop {
        let sent = message(shop, id, "email").await;
        if sent["status"] == "delivered" {
            return sent;
        }
        patience.again().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_refused_is_tried_by_the_next_server_under_the_same_name() {
    let setup = crate::messages::Setup::open("messages-next-server").await;
    setup.mail_server.behave(Behaviour::Answers("RCPT", "451 4.7.1 later"));
    let id = setup.play_out(&setup.live, &order("ORD-1", "Livre [paid]")).await;
    let refused = message(&setup.live, &id, "email").await;
    setup.mail_server.behave(Behaviour::Takes);
    let crate::messages::Setup { mut server, mail_server, live, .. } = setup;
    server.restart_after(std::time::Duration::from_secs(3600)).await;
    server.settle().await;
    let sent = message(&live, &id, "email").await;
    assert_eq!((&sent["status"], &sent["id"]), (&Value::from("delivered"), &refused["id"]));
    server.pass(std::time::Duration::from_secs(30 * 86_400)).await;
    let mails = mail_server.mails();
    assert_eq!(mails.len(), 1, "sent once");
    assert!(mails[0].header("Message-ID").contains(&text(&refused, "/id")));
}
