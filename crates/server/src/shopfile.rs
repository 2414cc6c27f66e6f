//! The shop file: merchants, gateway accounts, webhook endpoints, and what their fronts are made of,
//! declared. Applying it makes what is missing and brings up to date what is there; applying it twice
//! changes nothing more.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, bail, ensure};
use guichet_core::{AccountId, Currency, EndpointId, Environment, LatePolicy, MerchantId, Policy};
use guichet_gateways::Gateway;
use secrecy::ExposeSecret;
use serde::Deserialize;

use crate::app::App;
use crate::catalogue::{Product, Project};
use crate::fields::ReturnOrigin;
use crate::message::DeclaredMessages;
use crate::pages::{Label, PageSettings};
use crate::registry::{AccountSettings, Snapshot, account_binding, endpoint_binding, messages_binding};
use crate::store::{self, EndpointRow, NewAccount, NewMerchant, Route, Write};
use crate::{fields, random, webhook};

/// A shop file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShopFile {
    #[serde(default)]
    merchants: Vec<DeclaredMerchant>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DeclaredMerchant {
    /// Short and unique: lower-case letters, digits, hyphens.
    name: String,
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
    /// What that front sells. Products that a file does not name stay as they are.
    #[serde(default)]
    products: Vec<Product>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct DeclaredPages {
    phone: Option<String>,
    whatsapp: Option<String>,
    email: Option<String>,
    logo: Option<String>,
    color: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct DeclaredPolicy {
    paid_after_expiry: Option<LatePolicy>,
    paid_after_cancel: Option<LatePolicy>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DeclaredAccount {
    name: String,
    gateway: String,
    environment: Environment,
    /// What customers read on the button: one text, or one for each language.
    label: Option<Label>,
    /// Where its payers' phones are, when that is another country than the merchant's.
    country: Option<String>,
    base_url: Option<url::Url>,
    checks_per_second: Option<u32>,
    /// How many days an order is given to be paid here, 1 to 30, where the gateway takes days; a week when left out.
    expires_in_days: Option<i64>,
    /// The gateway's own options by name, such as `generation = "b"`.
    #[serde(default)]
    options: BTreeMap<String, String>,
    /// The gateway's credentials by name: the value itself, or `env:NAME` to take it from the environment.
    #[serde(default)]
    secret: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DeclaredEndpoint {
    url: String,
    environment: Environment,
    events: Option<Vec<String>>,
    /// A signing secret of your own: `whsec_…` or `env:NAME`; made when left out.
    signing_secret: Option<String>,
}

/// What applying a file did, as sentences.
pub type Report = Vec<String>;

impl ShopFile {
    /// Reads a file's text; the error says where.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        // The parser's message quotes the line it stumbled over, which may hold a secret.
        toml::from_str(text).map_err(|error: toml::de::Error| {
            let line = error.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            match line {
                Some(line) => anyhow::anyhow!("line {line}: {}", error.message()),
                None => anyhow::anyhow!("{}", error.message()),
            }
        })
    }

    /// Makes the database agree with this file, all of it or nothing.
    pub async fn apply(&self, app: &App) -> anyhow::Result<Report> {
        app.registry().refresh().await?;
        let snapshot = app.registry().snapshot();
        let mut change = Changes { app, snapshot: &snapshot, writes: Vec::new(), report: Vec::new() };
        for merchant in &self.merchants {
            change.merchant(merchant).with_context(|| format!("merchant “{}”", merchant.name))?;
        }
        let Changes { mut writes, report, .. } = change;
        writes.push(store::move_revision());
        app.store().commit(writes).await?;
        app.registry().refresh().await?;
        Ok(report)
    }
}

impl DeclaredMerchant {
    fn page_settings(&self) -> anyhow::Result<PageSettings> {
        let settings = PageSettings {
            time_zone: self.time_zone.clone(),
            phone: self.pages.phone.clone(),
            whatsapp: self.pages.whatsapp.clone(),
            email: self.pages.email.clone(),
            logo: self.pages.logo.clone(),
            color: self.pages.color.clone(),
        };
        settings.check().map_err(anyhow::Error::msg)?;
        Ok(settings)
    }
}

struct Changes<'a> {
    app: &'a App,
    snapshot: &'a Snapshot,
    writes: Vec<Write>,
    report: Report,
}

impl Changes<'_> {
    fn merchant(&mut self, declared: &DeclaredMerchant) -> anyhow::Result<()> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        ensure!(
            (1..=60).contains(&declared.name.len()) && declared.name.chars().all(plain),
            "a name has 1 to 60 lower-case letters, digits and hyphens"
        );
        for origin in &declared.return_origins {
            ReturnOrigin::declared(origin).map_err(anyhow::Error::msg)?;
        }
        let now_ms = self.app.clock().now_ms();
        let known = self.snapshot.merchants.values().find(|merchant| merchant.name == declared.name);
        let standard = Policy::default();
        let id = known.map_or_else(|| MerchantId::new(now_ms, random::bytes()), |known| known.id);
        let (messages, secrets) =
            declared.messages.split(self.app.reach(), &from_environment).context("messages")?;
        let sealed_message_secrets = match secrets.is_empty() {
            true => String::new(),
            false => {
                self.app.registry().vault().seal(secrets.text()?.expose_secret(), &messages_binding(id))?
            }
        };
        let merchant = NewMerchant {
            id,
            name: declared.name.clone(),
            title: declared.title.clone().unwrap_or_else(|| declared.name.clone()),
            country: country(declared.country.as_deref())?,
            policy: Policy {
                paid_after_expiry: declared.policy.paid_after_expiry.unwrap_or(standard.paid_after_expiry),
                paid_after_cancel: declared.policy.paid_after_cancel.unwrap_or(standard.paid_after_cancel),
            },
            return_origins: declared.return_origins.clone(),
            pages: declared.page_settings()?,
            routes: routes(declared)?,
            messages,
            sealed_message_secrets,
        };
        self.writes.push(store::put_merchant(&merchant, now_ms));
        self.tell(known.is_some(), format!("merchant {} ({})", merchant.name, merchant.id));
        self.report.extend(merchant.messages.sms_costs(&merchant.title, self.app.public_url().as_str()));
        for account in &declared.accounts {
            self.account(merchant.id, account).with_context(|| format!("account “{}”", account.name))?;
        }
        for endpoint in &declared.webhook_endpoints {
            self.endpoint(merchant.id, endpoint).with_context(|| format!("endpoint {}", endpoint.url))?;
        }
        self.front(&merchant, declared)
    }

    fn front(&mut self, merchant: &NewMerchant, declared: &DeclaredMerchant) -> anyhow::Result<()> {
        let now_ms = self.app.clock().now_ms();
        if let Some(project) = &declared.project {
            project.check().context("project")?;
            let known = |name: &str| {
                declared.accounts.iter().any(|account| account.name == name)
                    || self.snapshot.has_account(merchant.id, name)
            };
            project.check_gateway_accounts(known).context("project")?;
            let live = declared.accounts.iter().any(|account| account.environment == Environment::Live);
            let url = project.return_url.as_ref().filter(|_| live);
            if let Some(Err((_, rule))) =
                url.map(|url| merchant.leads_back_to(url, "return_url", Environment::Live))
            {
                bail!("project: return_url: {rule}");
            }
            self.writes.push(store::put_project(merchant.id, project, now_ms));
            self.tell(self.snapshot.projects.contains_key(&merchant.id), "project".to_owned());
        }
        let mut ids = BTreeSet::new();
        for product in &declared.products {
            product.check().with_context(|| format!("product {}", product.id))?;
            ensure!(ids.insert(product.id), "product {} is declared twice", product.id);
            self.writes.push(store::put_product(merchant.id, product, now_ms));
        }
        if !declared.products.is_empty() {
            self.report.push(format!("declared {} products", declared.products.len()));
        }
        Ok(())
    }

    fn tell(&mut self, known: bool, what: String) {
        self.report.push(format!("{} {what}", if known { "kept" } else { "made" }));
    }

    fn account(&mut self, merchant: MerchantId, declared: &DeclaredAccount) -> anyhow::Result<()> {
        let gateway = guichet_gateways::find(&declared.gateway).with_context(|| {
            let names: Vec<_> = guichet_gateways::GATEWAYS.iter().map(|gateway| gateway.name()).collect();
            format!("there is no gateway “{}”; there are: {}", declared.gateway, names.join(", "))
        })?;
        let secret = credentials(gateway, &declared.secret)?;
        check_options(gateway, &declared.options)?;
        // One millisecond apart, so that accounts sort as they were declared.
        let now_ms = self.app.clock().now_ms() + i64::try_from(self.report.len())?;
        let accounts = self.snapshot.accounts_of(merchant, declared.environment);
        let known = accounts.into_iter().find(|account| account.name == declared.name);
        if let Some(known) = known.filter(|known| known.gateway.name() != declared.gateway) {
            bail!(
                "it is an account at {} already; give the new one another name, past payments keep the old one",
                known.gateway.name()
            );
        }
        let id = known.map_or_else(|| AccountId::new(now_ms, random::bytes()), |known| known.id);
        let settings = AccountSettings {
            base_url: declared.base_url.clone(),
            checks_per_second: declared.checks_per_second,
            label: declared.label.clone(),
            expires_in_days: days(gateway, declared.expires_in_days)?,
            options: declared.options.clone(),
            country: country(declared.country.as_deref())?,
        };
        let account = NewAccount {
            id,
            merchant,
            environment: declared.environment,
            name: declared.name.clone(),
            gateway: declared.gateway.clone(),
            settings: serde_json::to_string(&settings)?,
            sealed_secret: self.app.registry().vault().seal(&secret, &account_binding(id))?,
        };
        self.writes.push(store::put_account(&account, now_ms));
        self.tell(
            known.is_some(),
            format!(
                "{} account {} at {} ({id})",
                declared.environment.as_str(),
                declared.name,
                declared.gateway
            ),
        );
        Ok(())
    }

    fn endpoint(&mut self, merchant: MerchantId, declared: &DeclaredEndpoint) -> anyhow::Result<()> {
        let url = url::Url::parse(&declared.url).context("its address cannot be read")?;
        self.app.reach().judge(&url).map_err(|why| anyhow::anyhow!("its address cannot be used: {why}"))?;
        let events = declared.events.clone().unwrap_or_else(|| vec!["order.*".to_owned()]);
        if let Some(unknown) = events.iter().find(|event| !webhook::is_event_type(event)) {
            bail!("there is no event type “{unknown}”");
        }
        let given = declared.signing_secret.as_deref().map(from_environment).transpose()?;
        ensure!(
            given.as_deref().is_none_or(webhook::is_secret),
            "a signing secret is whsec_ followed by 24 to 64 bytes in base64"
        );
        let now_ms = self.app.clock().now_ms();
        let endpoints = self.snapshot.endpoints_of(merchant, declared.environment);
        let known = endpoints.into_iter().find(|endpoint| endpoint.row.url == declared.url);
        let id = known.map_or_else(|| EndpointId::new(now_ms, random::bytes()), |known| known.row.id);
        let seal = |secret: &str| self.app.registry().vault().seal(secret, &endpoint_binding(id));
        let sealed_secrets = match (&given, known) {
            (Some(secret), _) => vec![seal(secret)?],
            (None, Some(known)) => known.row.sealed_secrets.clone(),
            (None, None) => vec![seal(&webhook::new_secret())?],
        };
        let row = EndpointRow {
            id,
            merchant,
            environment: declared.environment,
            url: declared.url.clone(),
            event_types: events,
            sealed_secrets,
            created_at_ms: known.map_or(now_ms, |known| known.row.created_at_ms),
            disabled_at_ms: None,
        };
        self.writes.push(match known {
            Some(_) => store::update_endpoint(&row),
            None => store::insert_endpoint(&row),
        });
        self.tell(
            known.is_some(),
            format!("{} webhook endpoint {} ({id})", declared.environment.as_str(), declared.url),
        );
        Ok(())
    }
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

/// How many days an order is given to be paid at that gateway, if it is one that takes days.
fn days(gateway: &dyn Gateway, declared: Option<i64>) -> anyhow::Result<Option<i64>> {
    let Some(days) = declared else { return Ok(None) };
    ensure!(
        gateway.capabilities().order_life_ms.is_some(),
        "expires_in_days is for what is paid by hand; a link of {} has an end of its own, and an order says when it expires by expires_in",
        gateway.name()
    );
    ensure!((1..=30).contains(&days), "expires_in_days is 1 to 30, not {days}");
    Ok(Some(days))
}

/// Whether the gateway has these options, with these values.
fn check_options(gateway: &dyn Gateway, declared: &BTreeMap<String, String>) -> anyhow::Result<()> {
    let known = gateway.capabilities().options;
    for (name, value) in declared {
        let Some(option) = known.iter().find(|option| option.name == name.as_str()) else {
            let names: Vec<&str> = known.iter().map(|known| known.name).collect();
            let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            bail!("{} has no option “{name}”; it takes: {names}", gateway.name());
        };
        ensure!(
            option.values.contains(&value.as_str()),
            "the option “{name}” is one of {}, not “{value}”",
            option.values.join(", ")
        );
    }
    Ok(())
}

/// A country as declared: how phone numbers are read that customers type.
fn country(declared: Option<&str>) -> anyhow::Result<Option<String>> {
    declared
        .map(|code| fields::country("country", code).map_err(|broken| anyhow::anyhow!(broken.rule)))
        .transpose()
}

/// The credentials of an account as they are sealed: a JSON list in the order the gateway declares.
fn credentials(gateway: &dyn Gateway, declared: &BTreeMap<String, String>) -> anyhow::Result<String> {
    let known = gateway.capabilities().credentials;
    if let Some(name) = declared.keys().find(|name| !known.iter().any(|known| known.name == name.as_str())) {
        let names: Vec<&str> = known.iter().map(|known| known.name).collect();
        bail!("{} has no credential “{name}”; it takes: {}", gateway.name(), names.join(", "));
    }
    let mut values = Vec::new();
    for known in known {
        let name = known.name;
        let value = declared.get(name).map(|value| from_environment(value)).transpose()?.unwrap_or_default();
        ensure!(
            !value.is_empty() || !known.required,
            "{} needs the credential “{name}”, and it must not be empty",
            gateway.name()
        );
        values.push(value);
    }
    Ok(serde_json::to_string(&values)?)
}

/// A value as written, or from the environment when it says so; never shown in an error.
fn from_environment(value: &str) -> anyhow::Result<String> {
    match value.strip_prefix("env:") {
        Some(name) => std::env::var(name).with_context(|| format!("the environment has no variable {name}")),
        None => Ok(value.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_name_the_line_and_never_quote_it() {
        for (text, expected) in [
            ("[[merchants]]\nname = \"a\"\ntitel = \"A\"", "unknown field `titel`"),
            ("[[merchants]]\nname = 5", "line 2"),
            ("[[merchants]]\nname = \"a\"\n[[merchants.accounts]]\nsecret = sk_live_canary", "line 4"),
        ] {
            let error = ShopFile::parse(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
            assert!(!error.contains("canary"), "{error}");
        }
    }

    #[test]
    fn an_account_has_only_its_gateways_options() {
        for (gateway, name, value, expected) in [
            ("novasend", "generation", "a", None),
            ("novasend", "generation", "b", None),
            ("novasend", "generation", "c", Some("the option “generation” is one of a, b, not “c”")),
            ("novasend", "shape", "b", Some("novasend has no option “shape”; it takes: generation")),
            ("ocpay", "generation", "b", Some("ocpay has no option “generation”; it takes: none")),
        ] {
            let gateway = guichet_gateways::find(gateway).unwrap();
            let declared = [(name.to_owned(), value.to_owned())].into_iter().collect();
            let said = check_options(gateway, &declared).err().map(|error| error.to_string());
            assert_eq!(said.as_deref(), expected);
        }
    }

    #[test]
    fn a_gateway_gets_exactly_its_credentials() {
        let ocpay = guichet_gateways::find("ocpay").unwrap();
        let given = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
        };
        assert_eq!(credentials(ocpay, &given(&[("access_token", "x")])).unwrap(), r#"["x"]"#);
        assert!(credentials(ocpay, &given(&[])).is_err());
        assert!(credentials(ocpay, &given(&[("access_token", "x"), ("token", "y")])).is_err());
        assert!(credentials(ocpay, &given(&[("access_token", "env:GUICHET_NO_SUCH_VARIABLE")])).is_err());
    }
}
