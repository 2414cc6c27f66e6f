//! Shop files, built of their parts and written as TOML.

use std::fmt;

use guichet_core::Environment;
use guichet_server::VaultKey;
use guichet_server::vault::write_new;
use serde_json::{Map, Value, json};

/// A shop file: what is applied at once.
#[derive(Debug, Clone, Default)]
pub(crate) struct ShopFile(Vec<Merchant>);

/// A merchant as declared.
#[derive(Debug, Clone)]
pub(crate) struct Merchant(Map<String, Value>);

/// A merchant's account at a gateway.
#[derive(Debug, Clone)]
pub(crate) struct Account(Map<String, Value>);

/// A webhook endpoint for play money.
#[derive(Debug, Clone)]
pub(crate) struct Endpoint(Map<String, Value>);

fn object(value: Value) -> Map<String, Value> {
    let Value::Object(object) = value else { panic!("no table: {value}") };
    object
}

impl Merchant {
    /// A merchant of that name with nothing.
    pub(crate) fn named(name: &str) -> Merchant {
        Merchant(object(json!({ "name": name })))
    }

    /// The merchant with that key of its table.
    fn with(mut self, key: &str, value: impl Into<Value>) -> Merchant {
        self.0.insert(key.to_owned(), value.into());
        self
    }

    fn and(mut self, key: &str, table: Value) -> Merchant {
        let tables = self.0.entry(key).or_insert_with(|| json!([]));
        tables.as_array_mut().expect("a list of tables").push(table);
        self
    }

    /// The merchant as one that has ended.
    pub(crate) fn ended(self) -> Merchant {
        self.with("ended", true)
    }

    /// The merchant with a title for customers.
    pub(crate) fn title(self, title: &str) -> Merchant {
        self.with("title", title)
    }

    /// The merchant whose customers' phones are there.
    pub(crate) fn country(self, code: &str) -> Merchant {
        self.with("country", code)
    }

    /// The merchant whose clocks are there.
    pub(crate) fn time_zone(self, name: &str) -> Merchant {
        self.with("time_zone", name)
    }

    /// The merchant as its customers see it on the pages.
    pub(crate) fn pages(self, pages: Value) -> Merchant {
        self.with("pages", pages)
    }

    /// The merchant whose customers may return to that origin.
    pub(crate) fn return_origin(self, origin: &str) -> Merchant {
        self.with("return_origins", json!([origin]))
    }

    /// The merchant with one more account.
    pub(crate) fn account(self, account: Account) -> Merchant {
        self.and("accounts", Value::Object(account.0))
    }

    /// The merchant with one more webhook endpoint.
    pub(crate) fn endpoint(self, endpoint: Endpoint) -> Merchant {
        self.and("webhook_endpoints", Value::Object(endpoint.0))
    }

    /// The merchant with one more route.
    pub(crate) fn route(self, route: Value) -> Merchant {
        self.and("routes", route)
    }

    /// The merchant with that policy for late money.
    pub(crate) fn policy(self, policy: Value) -> Merchant {
        self.with("policy", policy)
    }

    /// The merchant that writes to its customers like that; with an empty table, as if nothing stood there.
    pub(crate) fn messages(self, messages: Value) -> Merchant {
        if messages == json!({}) { self } else { self.with("messages", messages) }
    }

    /// The merchant with a front for registered customers.
    pub(crate) fn project(self, project: Value) -> Merchant {
        self.with("project", project)
    }

    /// The merchant with these products.
    pub(crate) fn products(self, products: Value) -> Merchant {
        self.with("products", products)
    }
}

impl Account {
    /// An account of that name at a gateway.
    pub(crate) fn at(gateway: &str, name: &str, environment: Environment) -> Account {
        Account(object(json!({ "name": name, "gateway": gateway, "environment": environment.as_str() })))
    }

    fn with(mut self, key: &str, value: impl Into<Value>) -> Account {
        self.0.insert(key.to_owned(), value.into());
        self
    }

    /// The account as customers read it.
    pub(crate) fn label(self, label: &str) -> Account {
        self.with("label", label)
    }

    /// The account as customers of each language read it.
    pub(crate) fn labels(self, labels: Value) -> Account {
        self.with("label", labels)
    }

    /// The account whose payers' phones are there.
    pub(crate) fn country(self, code: &str) -> Account {
        self.with("country", code)
    }

    /// The account whose gateway is there, and may be asked as often as a test wants.
    pub(crate) fn url(self, url: &str) -> Account {
        self.with("base_url", url).with("checks_per_second", 100_000)
    }

    /// The account whose gateway is there, and is asked no more often than is usual.
    pub(crate) fn usual_url(self, url: &str) -> Account {
        self.with("base_url", url)
    }

    /// The account whose gateway is asked so often in a second.
    pub(crate) fn checks_per_second(self, checks: u32) -> Account {
        self.with("checks_per_second", checks)
    }

    /// The account with options of its gateway.
    pub(crate) fn options(self, options: Value) -> Account {
        self.with("options", options)
    }

    /// The account that gives an order so many days.
    pub(crate) fn days(self, days: i64) -> Account {
        self.with("expires_in_days", days)
    }

    /// The account whose gateway keeps that for itself.
    pub(crate) fn fee(self, fee: Value) -> Account {
        self.with("fee", fee)
    }

    /// The account with what its gateway knows it by.
    pub(crate) fn secret(self, secret: Value) -> Account {
        self.with("secret", secret)
    }
}

impl Endpoint {
    /// An endpoint at that address for these events.
    pub(crate) fn at(url: &str, events: &[&str]) -> Endpoint {
        Endpoint(object(json!({ "url": url, "environment": "test", "events": events })))
    }

    /// The endpoint that is sent the events of that environment.
    pub(crate) fn in_environment(mut self, environment: &str) -> Endpoint {
        self.0.insert("environment".to_owned(), environment.into());
        self
    }

    /// The endpoint that is signed for with that.
    pub(crate) fn signed_with(mut self, secret: &str) -> Endpoint {
        self.0.insert("signing_secret".to_owned(), secret.into());
        self
    }
}

impl From<Merchant> for ShopFile {
    fn from(merchant: Merchant) -> ShopFile {
        ShopFile(vec![merchant])
    }
}

impl<const N: usize> From<[Merchant; N]> for ShopFile {
    fn from(merchants: [Merchant; N]) -> ShopFile {
        ShopFile(merchants.into())
    }
}

impl fmt::Display for ShopFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let merchants: Vec<&Map<String, Value>> = self.0.iter().map(|merchant| &merchant.0).collect();
        let file = toml::Table::try_from(json!({ "merchants": merchants })).expect("what TOML can say");
        f.write_str(&toml::to_string(&file).expect("what TOML can say"))
    }
}

impl ShopFile {
    /// Puts it as `shop.toml` into a directory, with a vault key beside it where there is none, as an installation has one.
    pub(crate) fn write_to(&self, directory: &std::path::Path) {
        let _ = write_new(&directory.join("guichet.key"), &VaultKey::random());
        std::fs::write(directory.join("shop.toml"), self.to_string()).expect("the shop file");
    }
}

/// Where nothing listens.
pub(crate) const NOWHERE: &str = "http://127.0.0.1:9";

/// The shops `alger` and `oran`, whose gateway is at that address.
pub(crate) fn two_shops(gateway_url: &str) -> [Merchant; 2] {
    [("alger", "Librairie d'Alger"), ("oran", "Oran Électro")]
        .map(|(name, title)| shop(name, title, "https://shop.example", gateway_url))
}

/// The first of them.
pub(crate) fn alger(gateway_url: &str) -> Merchant {
    let [alger, _] = two_shops(gateway_url);
    alger
}

/// A shop with an account by card and one for cash in each environment.
pub(crate) fn shop(name: &str, title: &str, origin: &str, gateway_url: &str) -> Merchant {
    let mut shop = Merchant::named(name).title(title).return_origin(origin);
    for (environment, kind) in [(Environment::Test, "sandbox"), (Environment::Live, "live")] {
        let token = json!({ "access_token": format!("sk_{kind}_{name}") });
        let card = Account::at("ocpay", "card", environment).label("OCPay").url(gateway_url).secret(token);
        shop = shop.account(card).account(Account::at("cash", "door", environment).label("Cash"));
    }
    shop
}
