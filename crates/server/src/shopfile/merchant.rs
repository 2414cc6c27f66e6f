//! Merchants as a shop file declares them. A file speaks for the merchants that it names and for no other one: of them
//! everything holds that it says, and nothing else that a file has declared. A merchant itself ends only where a file says
//! so.

use anyhow::{Context, bail, ensure};
use guichet_core::{Currency, LatePolicy, MerchantId, Policy};
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::catalogue::{Product, Project};
use crate::fields::ReturnOrigin;
use crate::message::{DeclaredMessages, MessageSecrets};
use crate::pages::PageSettings;
use crate::random;
use crate::registry::messages_binding;
use crate::store::{MerchantRow, Route, put_merchant};

use super::account::{self, DeclaredAccount, country};
use super::credentials::from_environment;
use super::difference::{Change, differences};
use super::endpoint::{self, DeclaredEndpoint};
use super::front;
use super::plan::{Action, Kind, Step};
use super::planning::{Planning, Whose};

/// What of a merchant may hold a secret that somebody wrote into an address or a body.
const HIDDEN: [&str; 3] = ["messages.sms.url", "messages.sms.body", "messages.sms.headers"];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeclaredMerchant {
    /// Short and unique: lower-case letters, digits, hyphens.
    pub(super) name: String,
    /// Whether it takes no more orders: everything that files declared of it ends.
    #[serde(default)]
    ended: bool,
    /// What customers read; the name when left out.
    title: Option<String>,
    /// Where its customers' phones are, ISO 3166-1 alpha-2: how a number is read that is typed as it is dialled there.
    country: Option<String>,
    #[serde(default)]
    policy: DeclaredPolicy,
    /// The shop's time zone, by its IANA name.
    time_zone: Option<String>,
    /// What customers see of the shop on the pages.
    #[serde(default)]
    pages: DeclaredPages,
    /// Origins that live orders may lead back to, and the schemes of apps that any order may.
    #[serde(default)]
    return_origins: Vec<String>,
    #[serde(default)]
    accounts: Vec<DeclaredAccount>,
    #[serde(default)]
    webhook_endpoints: Vec<DeclaredEndpoint>,
    /// Which accounts serve which orders; the first route that fits an order decides.
    #[serde(default)]
    routes: Vec<Route>,
    /// What customers are told, and how; nothing when left out.
    #[serde(default)]
    messages: DeclaredMessages,
    /// What the merchant's shop front is made of, if it has one.
    project: Option<Project>,
    /// What that front sells.
    #[serde(default)]
    products: Vec<Product>,
}

#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct DeclaredPages {
    phone: Option<String>,
    whatsapp: Option<String>,
    email: Option<String>,
    logo: Option<String>,
    color: Option<String>,
}

#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct DeclaredPolicy {
    paid_after_expiry: Option<LatePolicy>,
    paid_after_cancel: Option<LatePolicy>,
}

/// Plans a merchant and all that is its.
pub(super) fn plan(planning: &mut Planning<'_>, declared: &DeclaredMerchant) -> anyhow::Result<()> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    ensure!(
        (1..=60).contains(&declared.name.len()) && declared.name.chars().all(plain),
        "a name has 1 to 60 lower-case letters, digits and hyphens"
    );
    let known = planning.present.merchants.iter().find(|merchant| merchant.name == declared.name);
    let row = match (declared.ended, known) {
        (true, Some(known)) => end(planning, declared, known)?,
        (true, None) => bail!("it is to end, and there is no such merchant; mend its name or leave it out"),
        (false, known) => one(planning, declared, known)?,
    };
    let whose = Whose { id: row.id, name: &row.name };
    account::plan(planning, whose, &declared.accounts)?;
    endpoint::plan(planning, whose, &declared.webhook_endpoints)?;
    front::project(planning, &row, declared.project.as_ref(), &declared.accounts)?;
    front::products(planning, whose, &declared.products)
}

fn step(name: &str, id: MerchantId, action: Action) -> Step {
    Step {
        action,
        kind: Kind::Merchant,
        merchant: name.to_owned(),
        environment: None,
        name: name.to_owned(),
        gateway: None,
        id: Some(id.to_string()),
        changes: Vec::new(),
        remarks: Vec::new(),
    }
}

/// Ends a merchant: it sells nothing more and says nothing more to its customers. Its orders stay, and its keys read them.
fn end(
    planning: &mut Planning<'_>,
    declared: &DeclaredMerchant,
    known: &MerchantRow,
) -> anyhow::Result<MerchantRow> {
    let nothing_else = declared.title.is_none()
        && declared.country.is_none()
        && declared.time_zone.is_none()
        && declared.accounts.is_empty()
        && declared.webhook_endpoints.is_empty()
        && declared.routes.is_empty()
        && declared.project.is_none()
        && declared.products.is_empty()
        && declared.return_origins.is_empty()
        && declared.policy == DeclaredPolicy::default()
        && declared.pages == DeclaredPages::default()
        && declared.messages.is_default();
    ensure!(nothing_else, "with ended = true nothing else is declared of a merchant but its name");
    let has_ended = known.ended_at_ms.is_some();
    let mut step = step(&known.name, known.id, if has_ended { Action::Unchanged } else { Action::Ended });
    if !has_ended {
        step.remarks.push("it takes no new orders; those it has are looked after as before".to_owned());
    }
    let (messages, _secrets) = declared.messages.split(planning.reach, &from_environment)?;
    let row = MerchantRow {
        routes: Vec::new(),
        messages,
        sealed_message_secrets: String::new(),
        ended_at_ms: known.ended_at_ms.or(Some(planning.now_ms)),
        ..known.clone()
    };
    let now_ms = planning.now_ms;
    planning.add(step, || put_merchant(&row, now_ms));
    Ok(row)
}

fn one(
    planning: &mut Planning<'_>,
    declared: &DeclaredMerchant,
    known: Option<&MerchantRow>,
) -> anyhow::Result<MerchantRow> {
    for origin in &declared.return_origins {
        ReturnOrigin::declared(origin).map_err(anyhow::Error::msg)?;
    }
    let made_ms = planning.next_ms();
    let id = known.map_or_else(|| MerchantId::new(made_ms, random::bytes()), |known| known.id);
    let (messages, secrets) =
        declared.messages.split(planning.reach, &from_environment).context("messages")?;
    let standard = Policy::default();
    let row = MerchantRow {
        id,
        name: declared.name.clone(),
        title: declared.title.clone().unwrap_or_else(|| declared.name.clone()),
        country: country(declared.country.as_deref())?,
        policy: Policy {
            paid_after_expiry: declared.policy.paid_after_expiry.unwrap_or(standard.paid_after_expiry),
            paid_after_cancel: declared.policy.paid_after_cancel.unwrap_or(standard.paid_after_cancel),
        },
        return_origins: declared.return_origins.clone(),
        pages: page_settings(declared)?,
        zones: known
            .map(|known| known.zones.clone())
            .unwrap_or_default()
            .followed_by(declared.time_zone.as_deref(), planning.now_ms),
        routes: routes(declared)?,
        messages,
        sealed_message_secrets: match secrets.is_empty() {
            true => String::new(),
            false => planning.vault.seal(secrets.text()?.expose_secret(), &messages_binding(id))?,
        },
        ended_at_ms: None,
    };
    let mut step = step(&row.name, id, Action::Made);
    if let Some(known) = known {
        step.changes = differences(&shown(known)?, &shown(&row)?, &HIDDEN);
        step.changes.extend(secret_changes(planning, known, &secrets)?);
        step.action = match (known.ended_at_ms, step.changes.is_empty()) {
            (Some(_), _) => Action::TakenUpAgain,
            (None, false) => Action::Changed,
            (None, true) => Action::Unchanged,
        };
    }
    if step.action != Action::Unchanged {
        planning.notes.extend(row.messages.sms_costs(&row.title, planning.public_url));
    }
    planning.add(step, || put_merchant(&row, made_ms));
    Ok(row)
}

/// What is compared of a merchant, under the names of the shop file.
fn shown(row: &MerchantRow) -> anyhow::Result<Value> {
    let mut pages = serde_json::to_value(&row.pages)?;
    let time_zone = pages.as_object_mut().and_then(|pages| pages.remove("time_zone"));
    Ok(json!({
        "title": row.title,
        "country": row.country,
        "policy": row.policy,
        "time_zone": time_zone,
        "pages": pages,
        "return_origins": row.return_origins,
        "routes": row.routes,
        "messages": row.messages,
    }))
}

/// Which of the secrets of its messages differ.
fn secret_changes(
    planning: &Planning<'_>,
    known: &MerchantRow,
    declared: &MessageSecrets,
) -> anyhow::Result<Vec<Change>> {
    let before = match known.sealed_message_secrets.is_empty() {
        true => MessageSecrets::default(),
        false => {
            let sealed = &known.sealed_message_secrets;
            MessageSecrets::read(&planning.vault.open(sealed, &messages_binding(known.id))?)?
        }
    };
    let changed = before.differences(declared);
    Ok(changed.into_iter().map(|name| Change::secret(format!("messages.{name}"))).collect())
}

fn page_settings(declared: &DeclaredMerchant) -> anyhow::Result<PageSettings> {
    let settings = PageSettings {
        time_zone: declared.time_zone.clone(),
        phone: declared.pages.phone.clone(),
        whatsapp: declared.pages.whatsapp.clone(),
        email: declared.pages.email.clone(),
        logo: declared.pages.logo.clone(),
        color: declared.pages.color.clone(),
    };
    settings.check().map_err(anyhow::Error::msg)?;
    Ok(settings)
}

/// The routes as declared, each of which names accounts that the same file declares.
fn routes(declared: &DeclaredMerchant) -> anyhow::Result<Vec<Route>> {
    for (index, route) in declared.routes.iter().enumerate() {
        let number = index + 1;
        ensure!(!route.accounts.is_empty(), "route {number} names no account");
        for name in &route.accounts {
            let known = declared.accounts.iter().any(|account| account.name == *name);
            ensure!(known, "route {number} names the account “{name}”, which is not declared");
        }
        for code in &route.currencies {
            ensure!(Currency::from_code(code).is_ok(), "route {number} names “{code}”, which is no currency");
        }
        let ordered = route.least_amount.zip(route.most_amount).is_none_or(|(least, most)| least <= most);
        ensure!(ordered, "route {number} begins above the amount at which it ends");
    }
    Ok(declared.routes.clone())
}
