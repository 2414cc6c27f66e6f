//! Every endpoint of the front: which of them are a customer's own, and that no other is left out, as the
//! server's sources say.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::front::documented;

/// Whose things an endpoint is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    /// Those of the customer whose numbers are asked for.
    Theirs,
    /// Those of whoever asks.
    Ones,
}

/// An endpoint that answers customers only.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Endpoint {
    pub(crate) whose: Whose,
    pub(crate) method: &'static str,
    /// As the server's sources write it.
    pub(crate) route: &'static str,
    /// What is sent; `{id}` and `{order}` in it stand for the same as in the route.
    pub(crate) body: &'static str,
}

const fn theirs(method: &'static str, route: &'static str, body: &'static str) -> Endpoint {
    Endpoint { whose: Whose::Theirs, method, route, body }
}

const fn ones(method: &'static str, route: &'static str, body: &'static str) -> Endpoint {
    Endpoint { whose: Whose::Ones, method, route, body }
}

const ORDER: &str = r#"{"formIdentifier":"order","paymentAccountIdentifier":"cash",
    "formData":{"en_US":[{"marker":"name","type":"string","value":"Nobody"}]},
    "products":[{"productId":2,"quantity":3}]}"#;
const REFUND: &str = r#"{"products":{"14":{"quantity":1}},"note":"Give it to me."}"#;
const SESSION: &str = r#"{"orderId":{order},"type":"session","automaticTaxEnabled":false}"#;
const CHANGE: &str = r#"{"formIdentifier":"reg",
    "formData":{"en_US":[{"marker":"last_name","type":"string","value":"Nobody"}]},"state":{"a":1}}"#;

/// The endpoints that answer customers only.
pub(crate) const ENDPOINTS: [Endpoint; 24] = [
    theirs("GET", "/orders-storage/marker/{marker}/orders/{id}", ""),
    theirs("PUT", "/orders-storage/marker/{marker}/orders/{id}", ORDER),
    theirs("GET", "/orders/{id}/refund", ""),
    theirs("POST", "/orders/{id}/refund", REFUND),
    theirs("DELETE", "/orders/{id}/refund", ""),
    theirs("POST", "/payments/sessions", SESSION),
    theirs("POST", "/payments/sessions/", SESSION),
    theirs("GET", "/payments/sessions/{id}", ""),
    ones("PUT", "/payments/sessions/{id}", r#"{"status":"completed"}"#),
    theirs("GET", "/payments/sessions/order/{order}", ""),
    ones("GET", "/orders-storage/marker/{marker}/orders", ""),
    ones("POST", "/orders-storage/marker/{marker}/orders", ORDER),
    ones("GET", "/payments/sessions", ""),
    ones("GET", "/payments/sessions/", ""),
    ones("GET", "/payments/accounts", ""),
    ones("GET", "/payments/accounts/{id}", ""),
    ones("GET", "/users-auth-providers/marker/{marker}/users/sessions", ""),
    ones("POST", "/users-auth-providers/marker/{marker}/users/logout-all", ""),
    ones("GET", "/users/me", ""),
    ones("PUT", "/users/me", CHANGE),
    ones("DELETE", "/users/me", ""),
    ones("DELETE", "/users/me/account", ""),
    ones("POST", "/users/me/fcm-token/{token}", ""),
    ones("DELETE", "/users/me/fcm-token/{token}", ""),
];

/// The endpoints of everybody who has the shop's key: what the shop shows, and how one becomes a customer.
const OPEN: [(&str, &str); 24] = [
    ("GET", "/forms"),
    ("GET", "/forms/marker/{marker}"),
    ("GET", "/locales/active/all"),
    ("GET", "/orders-storage"),
    ("GET", "/orders-storage/marker/{marker}"),
    ("GET", "/orders-storage/marker/{marker}/order-statuses"),
    ("POST", "/orders-storage/orders/preview"),
    ("POST", "/products/all"),
    ("POST", "/products/all/counts"),
    ("GET", "/products/ids"),
    ("GET", "/products/quick/search"),
    ("GET", "/products/{id}"),
    ("GET", "/users-auth-providers"),
    ("GET", "/users-auth-providers/"),
    ("GET", "/users-auth-providers/marker/{marker}"),
    ("POST", "/users-auth-providers/marker/{marker}/oauth"),
    ("POST", "/users-auth-providers/marker/{marker}/users/activate"),
    ("POST", "/users-auth-providers/marker/{marker}/users/auth"),
    ("POST", "/users-auth-providers/marker/{marker}/users/change-password"),
    ("POST", "/users-auth-providers/marker/{marker}/users/check-code"),
    ("POST", "/users-auth-providers/marker/{marker}/users/generate-code"),
    ("POST", "/users-auth-providers/marker/{marker}/users/logout"),
    ("POST", "/users-auth-providers/marker/{marker}/users/refresh"),
    ("POST", "/users-auth-providers/marker/{marker}/users/sign-up"),
];

/// The endpoints that are there to say that OneEntry's are not offered.
const NOT_OFFERED: [(&str, &str); 4] = [
    ("PUT", "/payments/sessions/{id}"),
    ("POST", "/users-auth-providers/marker/{marker}/oauth"),
    ("POST", "/users/me/fcm-token/{token}"),
    ("DELETE", "/users/me/fcm-token/{token}"),
];

type Routes = BTreeSet<(String, String)>;

#[test]
fn no_endpoint_is_left_out() {
    let known: Routes = ENDPOINTS
        .iter()
        .map(|endpoint| (endpoint.method, endpoint.route))
        .chain(OPEN)
        .map(|(method, route)| (method.to_owned(), route.to_owned()))
        .collect();
    let found = routes();
    assert!(found == known, "not walked: {}\nnot there: {}", only(&found, &known), only(&known, &found));
}

/// A path with a slash at its end is the same endpoint once more.
#[test]
fn every_endpoint_is_documented_and_no_other() {
    let document = documented::front();
    let prefix = |path: &str| path.strip_prefix("/api/content").expect("the front's path").to_owned();
    let documented: Routes = document.operations().map(|(method, path, _)| (method, prefix(path))).collect();
    let offered = |(method, path): &(String, String)| {
        !path.ends_with('/') && !NOT_OFFERED.contains(&(method.as_str(), path.as_str()))
    };
    let there: Routes = routes().into_iter().filter(offered).collect();
    assert!(
        documented == there,
        "not documented: {}\nnot there: {}",
        only(&there, &documented),
        only(&documented, &there)
    );
    assert_eq!(document.bad_examples(), Vec::<String>::new());
}

fn only(these: &Routes, those: &Routes) -> String {
    format!("{:#?}", these.difference(those).collect::<Vec<_>>())
}

/// Every route below `/api/content` with its method, as the sources declare it.
fn routes() -> Routes {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/src/oneentry");
    let mut found = Routes::new();
    for file in sources(&folder) {
        let text = std::fs::read_to_string(&file).expect("a source");
        found.extend(Declared::read(&text).routes());
    }
    found
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else {
            found.push(path);
        }
    }
    found
}

/// The routes of one file: those at the top, and those in a router with a name, which is nested elsewhere
/// in the file.
#[derive(Default)]
struct Declared<'a> {
    /// Path and handlers, by the name of their router; the one that is handed out has none.
    routes: Vec<(&'a str, &'a str, &'a str)>,
    /// Prefix by the name of a router.
    nested: BTreeMap<&'a str, &'a str>,
    /// Handlers that have a name, such as `let me = get(…)`.
    named: BTreeMap<&'a str, &'a str>,
}

impl<'a> Declared<'a> {
    fn read(text: &'a str) -> Self {
        let mut declared = Declared::default();
        for statement in text.split(';').flat_map(|statement| statement.split("\n}\n")) {
            let named = statement.rsplit_once("let ").and_then(|(_, rest)| rest.split_once(" = "));
            let (name, value) = named.unwrap_or(("", statement));
            if !name.is_empty() && !value.contains("Router::new()") {
                declared.named.insert(name, value);
            }
            for call in statement.split(".route(").skip(1) {
                let Some((path, handlers)) = quoted(call) else { continue };
                declared.routes.push((name, path, handlers));
            }
            for call in statement.split(".nest(").skip(1) {
                let Some((path, router)) = quoted(call) else { continue };
                let router = router.trim_start_matches([',', ' ']).split(')').next().unwrap_or_default();
                declared.nested.insert(router, path);
            }
        }
        declared
    }

    fn routes(&self) -> Routes {
        let mut found = Routes::new();
        for (router, path, handlers) in &self.routes {
            let nested = || self.nested.get(router).unwrap_or_else(|| panic!("{router} is nested nowhere"));
            let prefix = if router.is_empty() { "" } else { nested() };
            let written = handlers.trim_matches([',', ' ', ')', '\n', '}']);
            let handlers = self.named.get(written).unwrap_or(handlers);
            let methods = ["get", "post", "put", "delete"];
            let mut there: Vec<&str> =
                methods.into_iter().filter(|method| handlers.contains(&format!("{method}("))).collect();
            assert!(!there.is_empty(), "{path}: {handlers}");
            there.dedup();
            found.extend(there.iter().map(|method| (method.to_uppercase(), format!("{prefix}{path}"))));
        }
        found
    }
}

/// The text between the first two quotes, and what comes after it. A path that is no literal has none.
fn quoted(call: &str) -> Option<(&str, &str)> {
    call.trim_start().strip_prefix('"')?.split_once('"')
}
