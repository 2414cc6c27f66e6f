//! What is declared is what holds: shop files that are applied one after another, with the real program and beside a
//! running server.

mod accounts;
mod asking;
mod endpoints;

use guichet_core::Environment;
use serde_json::{Value, json};

use crate::support::shop_file::{Account, Merchant};

/// An account for play money at that gateway, which shows it was declared by its button.
fn card(gateway_url: &str) -> Account {
    let token = json!({ "access_token": "sk_sandbox_alger" });
    Account::at("ocpay", "card", Environment::Test).label("OCPay").url(gateway_url).secret(token)
}

/// The shop `alger` with cash at the door only.
fn door() -> Merchant {
    Merchant::named("alger").title("Librairie d'Alger").account(Account::at(
        "cash",
        "door",
        Environment::Test,
    ))
}

/// The row of that listing whose field is that text.
#[track_caller]
fn row(listed: &str, field: &str, text: &str) -> Value {
    let rows = listed.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let mut found: Vec<Value> = rows.filter(|row| row[field] == text).collect();
    assert_eq!(found.len(), 1, "{field} {text}: {listed}");
    found.remove(0)
}
