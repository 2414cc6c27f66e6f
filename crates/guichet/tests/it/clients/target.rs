//! What the clients are tried against: the sandbox itself, and a node that takes their calls and is paid
//! through one gateway or another.

use std::time::Duration;

use guichet_core::Environment;
use guichet_sandbox::{Action, Status};
use serde_json::json;

use super::shop::ShopSettings;
use crate::support::call::{Caller, text};
use crate::support::inbox::Inbox;
use crate::support::shop_file::{Account, Merchant};
use crate::support::test_server::TestServer;

/// Who answers a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answers {
    /// `guichet sandbox`.
    Sandbox,
    /// `guichet serve`, paid through that gateway.
    Server(&'static str),
}

/// Every one of them.
pub(crate) const TARGETS: [Answers; 3] =
    [Answers::Sandbox, Answers::Server("novasend"), Answers::Server("cinetpay")];

/// One of them, open.
pub(crate) struct Target {
    pub(crate) answers: Answers,
    pub(crate) settings: ShopSettings,
    pub(crate) inbox: Inbox,
    server: TestServer,
    /// The merchant's own view of the orders, where there are any.
    merchant: Option<Caller>,
}

/// How many payments the acquirer has, and how many of them are paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Payments {
    pub(crate) made: usize,
    pub(crate) paid: usize,
}

impl Target {
    pub(crate) async fn open(answers: Answers) -> Target {
        let (server, inbox) = (TestServer::start("clients").await, Inbox::open().await);
        let shop = inbox.url.trim_end_matches("/hook").to_owned();
        let settings = match answers {
            Answers::Sandbox => ShopSettings {
                gateway: server.sandbox_url.clone(),
                apikey: "12912847765bc0db748fdd44.40081707".to_owned(),
                site_id: "445160".to_owned(),
                shop,
            },
            Answers::Server(gateway) => {
                server.declare(declared(gateway, &server.sandbox_url)).await;
                let made =
                    server.node().create_credential("abidjan", Environment::Test, "cinetpay", None).await;
                let parts = made.expect("a credential");
                let part = |wanted| {
                    let found = parts.iter().find(|(name, _)| *name == wanted);
                    found.map(|(_, text)| text.clone()).expect("a part of it")
                };
                ShopSettings {
                    gateway: server.base_url.clone(),
                    apikey: part("apikey"),
                    site_id: part("site_id"),
                    shop,
                }
            }
        };
        let merchant = match answers {
            Answers::Sandbox => None,
            Answers::Server(_) => Some(server.caller("abidjan", Environment::Test).await),
        };
        Target { answers, settings, inbox, server, merchant }
    }

    /// The customer presses a button of the page that the client was given. Then a while passes, longer
    /// than any gateway wants between two checks.
    pub(crate) async fn customer(&self, page: &str, button: &str) {
        assert!(page.starts_with(&self.server.sandbox_url), "not a page of the acquirer: {page}");
        let browser = Caller::new(&self.server.sandbox_url, None);
        let pressed = browser.press(&format!("{page}/{button}")).await;
        assert!(pressed.status < 400, "{button}: {} {}", pressed.status, pressed.text());
        self.server.clock.advance(10_000);
    }

    /// The acquirer does that with the payment of that page, and then a while passes.
    pub(crate) fn acquirer(&self, page: &str, action: Action) {
        let reference = page.rsplit('/').next().expect("a reference");
        self.server.sandbox.act(reference, action).expect("it can be done");
        self.server.clock.advance(10_000);
    }

    /// So many seconds pass, and what is due by then is done.
    pub(crate) async fn pass(&self, seconds: u64) {
        self.server.pass(Duration::from_secs(seconds)).await;
    }

    /// How many payments there are at the acquirer, whoever made them.
    pub(crate) fn payments(&self) -> Payments {
        let payments = self.server.sandbox.payments();
        let through = match self.answers {
            Answers::Sandbox => "cinetpay",
            Answers::Server(gateway) => gateway,
        };
        assert!(payments.iter().all(|payment| payment.dialect == through), "{payments:?}");
        let paid = payments.iter().filter(|payment| payment.status == Status::Paid).count();
        Payments { made: payments.len(), paid }
    }

    /// Where the order of that reference stands here, and how often it was settled; `None` where there is
    /// none, and always at the sandbox, which keeps no orders.
    pub(crate) async fn order(&self, reference: &str) -> Option<(String, usize)> {
        let Some(merchant) = &self.merchant else { return None };
        self.server.pass(Duration::from_secs(30)).await;
        let found = merchant.get(&format!("/v1/orders?reference={reference}")).await.expect(200).json();
        let orders = found["data"].as_array().expect("orders");
        assert!(orders.len() <= 1, "{found}");
        let order = orders.first()?;
        let events = format!("/v1/orders/{}/events", text(order, "/id"));
        let events = merchant.get(&events).await.expect(200).json();
        let events = events["data"].as_array().expect("events");
        let settled = events.iter().filter(|event| event["type"] == "order.paid").count();
        Some((text(order, "/status"), settled))
    }

    /// What the shop was told about that reference, once it was told that often.
    pub(crate) async fn told(&self, reference: &str, count: usize) -> Vec<String> {
        let field = format!("cpm_trans_id={reference}&");
        let mut arrived = 0;
        loop {
            let letters = self.inbox.wait_for(arrived).await;
            let forms = letters.iter().map(|letter| String::from_utf8_lossy(&letter.body).into_owned());
            let about: Vec<String> = forms.filter(|form| form.contains(&field)).collect();
            if about.len() >= count {
                return about;
            }
            arrived = letters.len() + 1;
        }
    }
}

/// The merchant that is paid through that gateway, which is there.
fn declared(gateway: &str, url: &str) -> Merchant {
    let secret = match gateway {
        "novasend" => json!({ "api_key": "key", "api_client": "client" }),
        "cinetpay" => json!({ "api_key": "abidjan.1", "site_id": "445160", "secret_key": "abidjan.2" }),
        other => panic!("no account at {other}"),
    };
    let account = Account::at(gateway, "money", Environment::Test).url(url).secret(secret);
    let route = json!({ "currencies": ["XOF"], "accounts": ["money"] });
    Merchant::named("abidjan").account(account).route(route)
}
