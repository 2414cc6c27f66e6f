//! Gateway accounts as a shop file declares them. One that the file names no more ends: it takes no new payments, and
//! those it has are checked, called back and refunded as before, so its credentials are kept.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, bail, ensure};
use guichet_core::{AccountId, DeclaredFee, Environment, MOST_PER_MILLE};
use guichet_gateways::Gateway;
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::Value;

use crate::fields;
use crate::pages::Label;
use crate::random;
use crate::registry::{AccountSettings, account_binding};
use crate::store::{AccountRow, Standing, end_account, put_account};

use super::credentials::{changed, credentials};
use super::difference::{Change, differences};
use super::plan::{Action, Kind, Step};
use super::planning::{Planning, Whose};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeclaredAccount {
    pub(super) name: String,
    gateway: String,
    pub(super) environment: Environment,
    /// What customers read on the button: one text, or one for each language.
    label: Option<Label>,
    /// Where its payers' phones are, when that is another country than the merchant's.
    country: Option<String>,
    /// What the gateway keeps for itself, where it does not tell: `{ per_mille = 35, fixed = 0 }`.
    fee: Option<DeclaredFee>,
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

/// Plans all accounts of a merchant: those that are declared, and the end of the others.
pub(super) fn plan(
    planning: &mut Planning<'_>,
    whose: Whose<'_>,
    declared: &[DeclaredAccount],
) -> anyhow::Result<()> {
    let mut named = BTreeSet::new();
    for account in declared {
        let (environment, name) = (account.environment.as_str(), account.name.as_str());
        ensure!(named.insert((environment, name)), "the {environment} account “{name}” is declared twice");
        one(planning, whose, account).with_context(|| format!("account “{name}”"))?;
    }
    let present = planning.present;
    let theirs = present.accounts.iter().filter(|row| row.merchant == whose.id && !row.standing.has_ended());
    for row in theirs.filter(|row| !named.contains(&(row.environment.as_str(), row.name.as_str()))) {
        let mut step = step(whose, row, Action::Ended);
        step.remarks.push("it takes no new payments; those it has are looked after as before".to_owned());
        let now_ms = planning.now_ms;
        planning.add(step, || end_account(row.id, now_ms));
    }
    Ok(())
}

fn step(whose: Whose<'_>, row: &AccountRow, action: Action) -> Step {
    Step {
        action,
        kind: Kind::Account,
        merchant: whose.name.to_owned(),
        environment: Some(row.environment),
        name: row.name.clone(),
        gateway: Some(row.gateway.clone()),
        id: Some(row.id.to_string()),
        changes: Vec::new(),
        remarks: Vec::new(),
    }
}

fn one(planning: &mut Planning<'_>, whose: Whose<'_>, declared: &DeclaredAccount) -> anyhow::Result<()> {
    let gateway = guichet_gateways::find(&declared.gateway).with_context(|| {
        let names: Vec<_> = guichet_gateways::GATEWAYS.iter().map(|gateway| gateway.name()).collect();
        format!("there is no gateway “{}”; there are: {}", declared.gateway, names.join(", "))
    })?;
    let secret = credentials(gateway, &declared.secret)?;
    check_options(gateway, &declared.options)?;
    let settings = AccountSettings {
        base_url: declared.base_url.clone(),
        checks_per_second: declared.checks_per_second,
        label: declared.label.clone(),
        expires_in_days: days(gateway, declared.expires_in_days)?,
        options: declared.options.clone(),
        country: country(declared.country.as_deref())?,
        fee: fee(declared.fee)?,
    };
    let same = |row: &&AccountRow| {
        (row.merchant, row.environment, &row.name) == (whose.id, declared.environment, &declared.name)
    };
    let known = planning.present.accounts.iter().find(same);
    if let Some(known) = known.filter(|known| known.gateway != declared.gateway) {
        bail!(
            "it is an account at {} already; give the new one another name, past payments keep the old one",
            known.gateway
        );
    }
    let made_ms = planning.next_ms();
    let id = known.map_or_else(|| AccountId::new(made_ms, random::bytes()), |known| known.id);
    let row = AccountRow {
        id,
        merchant: whose.id,
        environment: declared.environment,
        name: declared.name.clone(),
        gateway: declared.gateway.clone(),
        settings: serde_json::to_string(&settings)?,
        sealed_secret: planning.vault.seal(&serde_json::to_string(&secret)?, &account_binding(id))?,
        standing: known.map_or_else(Standing::default, |known| known.standing.clone()),
    };
    let mut step = step(whose, &row, Action::Made);
    if let Some(known) = known {
        step.changes = changes(planning, gateway, known, &settings, &secret)?;
        step.action = match (known.standing.has_ended(), step.changes.is_empty()) {
            (true, _) => Action::TakenUpAgain,
            (false, false) => Action::Changed,
            (false, true) => Action::Unchanged,
        };
        if known.standing.disabled_at_ms.is_some() {
            let still = Standing { ended_at_ms: None, ..known.standing.clone() };
            step.remarks.push(format!("{}, until guichet account enable {id}", still.told()));
        }
    }
    planning.add(step, || put_account(&row, made_ms));
    Ok(())
}

fn changes(
    planning: &Planning<'_>,
    gateway: &dyn Gateway,
    known: &AccountRow,
    settings: &AccountSettings,
    secret: &[String],
) -> anyhow::Result<Vec<Change>> {
    let before: AccountSettings = serde_json::from_str(&known.settings)?;
    let with_password = |settings: &AccountSettings| {
        settings.base_url.as_ref().is_some_and(|url| !url.username().is_empty() || url.password().is_some())
    };
    let hides = with_password(&before) || with_password(settings);
    let hidden: &[&str] = if hides { &["base_url"] } else { &[] };
    let (old, new): (Value, Value) = (serde_json::to_value(&before)?, serde_json::to_value(settings)?);
    let mut found = differences(&old, &new, hidden);
    let opened = planning.vault.open(&known.sealed_secret, &account_binding(known.id))?;
    let opened: Vec<String> = serde_json::from_str(opened.expose_secret())?;
    found.extend(changed(gateway, &opened, secret));
    Ok(found)
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

/// A fee as declared, within its bounds.
fn fee(declared: Option<DeclaredFee>) -> anyhow::Result<Option<DeclaredFee>> {
    if let Some(DeclaredFee { per_mille, fixed }) = declared {
        ensure!(
            per_mille <= MOST_PER_MILLE,
            "fee.per_mille is 0 to {MOST_PER_MILLE} thousandths of the money, not {per_mille}"
        );
        ensure!(
            (0..=fields::MOST_MINOR).contains(&fixed),
            "fee.fixed is an amount in minor units, nothing or more, not {fixed}"
        );
    }
    Ok(declared)
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
pub(super) fn country(declared: Option<&str>) -> anyhow::Result<Option<String>> {
    declared
        .map(|code| fields::country("country", code).map_err(|broken| anyhow::anyhow!(broken.rule)))
        .transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
