//! A shop file: read from its text, planned against a database or against nothing, and applied.

use std::collections::BTreeSet;

use anyhow::{Context, ensure};
use guichet_core::{AccountId, EndpointId};
use serde::Deserialize;

use crate::app::App;
use crate::outbound::Reach;
use crate::store::Target;
use crate::vault::Vault;

use super::merchant::{self, DeclaredMerchant};
use super::plan::{Action, Kind, Plan};
use super::planning::{Planning, Surroundings};
use super::present::Present;

/// A shop file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShopFile {
    #[serde(default)]
    merchants: Vec<DeclaredMerchant>,
}

impl ShopFile {
    /// Reads a file's text.
    ///
    /// # Errors
    /// A sentence that says where, without quoting what stands there.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        // The parser's message quotes the line it stumbled over, which may hold a secret.
        let file: ShopFile = toml::from_str(text).map_err(|error: toml::de::Error| {
            let line = error.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            match line {
                Some(line) => anyhow::anyhow!("line {line}: {}", error.message()),
                None => anyhow::anyhow!("{}", error.message()),
            }
        })?;
        let mut names = BTreeSet::new();
        for merchant in &file.merchants {
            ensure!(
                names.insert(&merchant.name),
                "the merchant “{}” is declared twice; put it into one table",
                merchant.name
            );
        }
        Ok(file)
    }

    /// What applying this file to the database would do.
    ///
    /// # Errors
    /// It cannot be applied, and why; or the database cannot be read.
    pub async fn plan(&self, app: &App) -> anyhow::Result<Plan> {
        let names: Vec<&str> = self.merchants.iter().map(|merchant| merchant.name.as_str()).collect();
        let present = Present::read(app.store(), &names).await?;
        let nothing_sealed = Vault::fleeting();
        let vault = match app.registry().vault() {
            // What is only looked at needs no key while there is nothing to open; a commit would say that it needs one.
            Err(_) if present.is_empty() => &nothing_sealed,
            vault => vault?,
        };
        let surroundings = Surroundings {
            vault,
            reach: app.reach(),
            public_url: app.public_url().as_str(),
            now_ms: app.clock().now_ms(),
        };
        let mut plan = self.held_against(&present, surroundings)?;
        tell_what_waits(&mut plan, app).await?;
        Ok(plan)
    }

    /// What applying this file would make where there is no database yet; to look at, and not to commit.
    ///
    /// # Errors
    /// It cannot be applied, and why.
    pub fn plan_from_nothing(&self, reach: &Reach) -> anyhow::Result<Plan> {
        let vault = Vault::fleeting();
        let surroundings = Surroundings { vault: &vault, reach, public_url: "", now_ms: 0 };
        let mut plan = self.held_against(&Present::default(), surroundings)?;
        // Neither the identifiers nor the address are known yet.
        plan.steps.iter_mut().for_each(|step| step.id = None);
        plan.notes.clear();
        plan.writes.clear();
        Ok(plan)
    }

    /// Makes the database agree with this file, all of it or nothing, and says what that was.
    ///
    /// # Errors
    /// It cannot be applied, and why; nothing is changed.
    pub async fn apply(&self, app: &App) -> anyhow::Result<Plan> {
        let plan = self.plan(app).await?;
        plan.commit(app).await?;
        Ok(plan)
    }

    fn held_against(&self, present: &Present, surroundings: Surroundings<'_>) -> anyhow::Result<Plan> {
        let mut planning = Planning::new(present, surroundings);
        for declared in &self.merchants {
            merchant::plan(&mut planning, declared)
                .with_context(|| format!("merchant “{}”", declared.name))?;
        }
        let named = |name: &str| self.merchants.iter().any(|merchant| merchant.name == name);
        let in_use = present.merchants.iter().filter(|merchant| merchant.ended_at_ms.is_none());
        let not_named = in_use.map(|merchant| &merchant.name).filter(|name| !named(name)).cloned().collect();
        Ok(planning.into_plan(not_named))
    }
}

/// Adds to what ends how much of it is still under way.
async fn tell_what_waits(plan: &mut Plan, app: &App) -> anyhow::Result<()> {
    let ending =
        |kind: Kind| move |step: &&mut super::Step| step.kind == kind && step.action == Action::Ended;
    for step in plan.steps.iter_mut().filter(ending(Kind::Account)) {
        let Some(id) = step.id.as_deref().and_then(|id| id.parse::<AccountId>().ok()) else { continue };
        match app.store().orders_watched_at(id).await? {
            0 => {}
            1 => step.remarks.push("1 order with a payment there is still watched".to_owned()),
            many => step.remarks.push(format!("{many} orders with payments there are still watched")),
        }
    }
    if !plan.steps.iter_mut().any(|step| ending(Kind::Endpoint)(&step)) {
        return Ok(());
    }
    let waiting = app.store().deliveries_waiting().await?;
    for step in plan.steps.iter_mut().filter(ending(Kind::Endpoint)) {
        let id = step.id.as_deref().and_then(|id| id.parse::<EndpointId>().ok());
        match id.and_then(|id| waiting.get(&Target::Endpoint(id))).copied().unwrap_or(0) {
            0 => {}
            1 => step.remarks.push("1 delivery waits for it and is given up".to_owned()),
            many => step.remarks.push(format!("{many} deliveries wait for it and are given up")),
        }
    }
    Ok(())
}
