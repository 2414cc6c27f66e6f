//! One merchant with the gateway accounts and routes that a test needs, on a server of its own: the
//! accounts lead to the sandbox, and the sandbox's notifications lead back to them.

use std::collections::HashMap;

use guichet_core::Environment;
use guichet_sandbox::{PaymentView, Webhook};
use serde_json::{Value, json};

use crate::support::call::{Answer, Caller, text};
use crate::support::gateway_recorder::GatewayRecorder;
use crate::support::inbox::Inbox;
use crate::support::shop_file::{self, Merchant, NOWHERE};
use crate::support::test_server::TestServer;

/// The merchant.
pub(crate) const MERCHANT: &str = "market";

/// What the merchant chose at Novasend for signing notifications.
pub(crate) const NOVASEND_SECRET: &str = "whk_of_the_portal";

/// A gateway account: its name in the shop file, and its gateway.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Account {
    pub(crate) name: &'static str,
    pub(crate) gateway: &'static str,
    /// Whether the gateway can be reached.
    pub(crate) there: bool,
}

/// An account at a gateway that is there, named by it.
pub(crate) fn at(gateway: &'static str) -> Account {
    Account { name: gateway, gateway, there: true }
}

/// What the account's key at its gateway is.
pub(crate) fn key(account: &Account) -> String {
    match account.gateway {
        "ocpay" => format!("sk_sandbox_{}", account.name),
        _ => format!("key-of-{}", account.name),
    }
}

/// What a shop file says of the account at its gateway; at one without a key, nothing.
fn secret(account: &Account) -> Option<Value> {
    let key = key(account);
    match account.gateway {
        "ocpay" => Some(json!({ "access_token": key })),
        "cinetpay" => {
            let secret_key = format!("secret_of_{key}");
            Some(json!({ "api_key": key, "site_id": "445160", "secret_key": secret_key }))
        }
        "novasend" => {
            Some(json!({ "api_key": key, "api_client": "client", "webhook_secret": NOVASEND_SECRET }))
        }
        _ => None,
    }
}

/// The server and its merchant.
pub(crate) struct Market {
    pub(crate) server: TestServer,
    /// What stands before the gateways.
    pub(crate) gateways: GatewayRecorder,
    pub(crate) inbox: Inbox,
    /// The merchant itself, with a native key.
    pub(crate) native: Caller,
    /// A browser, or anybody else without a key.
    pub(crate) anybody: Caller,
    accounts: Vec<Account>,
    routes: Vec<Value>,
    options: HashMap<&'static str, Value>,
    policy: Value,
    ids: HashMap<String, String>,
}

impl Market {
    /// A merchant with these accounts and routes.
    pub(crate) async fn open(name: &str, accounts: &[Account], routes: &[Value]) -> Market {
        let server = TestServer::start(name).await;
        let (gateways, inbox) = (GatewayRecorder::open(&server.sandbox).await, Inbox::open().await);
        let nobody = Caller::new(&server.base_url, None);
        let (accounts, routes) = (accounts.to_vec(), routes.to_vec());
        let mut market = Market {
            server,
            gateways,
            inbox,
            native: nobody.clone(),
            anybody: nobody,
            accounts,
            routes,
            options: HashMap::new(),
            policy: json!({}),
            ids: HashMap::new(),
        };
        market.declare().await;
        market.native = market.server.caller(MERCHANT, Environment::Test).await;
        market
    }

    /// A merchant whose only route leads to one account at that gateway.
    pub(crate) async fn through(gateway: &'static str) -> Market {
        Market::open("matrix", &[at(gateway)], &[json!({ "accounts": [gateway] })]).await
    }

    async fn declare(&mut self) {
        let mut merchant = Merchant::named(MERCHANT).title("Market").policy(self.policy.clone());
        for account in &self.accounts {
            let url = if account.there { &self.gateways.url } else { NOWHERE };
            let declared = shop_file::Account::at(account.gateway, account.name, Environment::Test).url(url);
            let declared = match self.options.get(account.name) {
                Some(options) => declared.options(options.clone()),
                None => declared,
            };
            merchant = merchant.account(match secret(account) {
                Some(secret) => declared.secret(secret),
                None => declared,
            });
        }
        for route in &self.routes {
            merchant = merchant.route(route.clone());
        }
        let report = self.server.declare(merchant).await;
        for account in &self.accounts {
            let named = format!(" account {} at ", account.name);
            let line = report.iter().find(|line| line.contains(&named)).expect("a line about the account");
            let (_, id) = line.rsplit_once('(').expect("its identifier");
            self.ids.insert(account.name.to_owned(), id.trim_end_matches(')').to_owned());
        }
        for account in self.accounts.iter().filter(|account| account.gateway == "novasend") {
            let webhook = Webhook {
                dialect: account.gateway.to_owned(),
                key: key(account),
                account: "client".to_owned(),
                url: Some(self.callback_url(account.name)),
                secret: Some(NOVASEND_SECRET.to_owned()),
            };
            self.server.sandbox.set_webhook(webhook).expect("the sandbox takes the address");
        }
    }

    /// From now on the gateway of that account can be reached.
    pub(crate) async fn comes_back(&mut self, name: &str) {
        for account in self.accounts.iter_mut().filter(|account| account.name == name) {
            account.there = true;
        }
        self.declare().await;
    }

    /// From now on that account is declared with these options.
    pub(crate) async fn set_options(&mut self, name: &'static str, options: Value) {
        self.options.insert(name, options);
        self.declare().await;
    }

    /// From now on money that comes late waits for a person.
    pub(crate) async fn hold_late_money(&mut self) {
        self.policy = json!({ "paid_after_expiry": "hold", "paid_after_cancel": "hold" });
        self.declare().await;
    }

    /// The identifier of an account.
    pub(crate) fn id(&self, account: &str) -> &str {
        &self.ids[account]
    }

    /// Where that account's gateway notifies.
    pub(crate) fn callback_url(&self, account: &str) -> String {
        let found = self.accounts.iter().find(|known| known.name == account).expect("such an account");
        format!("{}/callbacks/{}/{}", self.server.base_url, found.gateway, self.id(account))
    }

    /// What was opened at the gateways, newest first.
    pub(crate) fn at_gateway(&self) -> Vec<PaymentView> {
        self.server.sandbox.payments()
    }

    /// Lets so many seconds pass, the gateways' notifications arrive, and what follows be done.
    pub(crate) async fn pass_s(&self, seconds: i64) {
        self.server.clock.advance(seconds * 1000);
        self.server.sandbox.clock().wake();
        self.server.sandbox.settle().await;
        self.server.settle().await;
    }

    /// The order of that reference, as the merchant sees it.
    pub(crate) async fn order(&self, reference: &str) -> Value {
        let page = self.native.get(&format!("/v1/orders?reference={reference}")).await.expect(200).json();
        let order = page["data"][0].clone();
        assert!(order.is_object(), "there is no order {reference}: {page}");
        order
    }

    /// How often such an event stands in the order's journal.
    pub(crate) async fn events(&self, order: &Value, kind: &str) -> usize {
        let path = format!("/v1/orders/{}/events", text(order, "/id"));
        let events = self.native.get(&path).await.expect(200).json();
        let events = events["data"].as_array().expect("events").clone();
        events.iter().filter(|event| event["type"] == kind).count()
    }

    /// The customer presses the button on our checkout page for that account.
    pub(crate) async fn choose(&self, checkout_url: &str, account: &str) -> Answer {
        self.anybody.get(checkout_url).await.expect(200);
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let body = format!("account={}&lang=en", self.id(account)).into_bytes();
        self.anybody.send("POST", checkout_url, &form, body).await
    }
}
