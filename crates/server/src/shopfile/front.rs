//! What a merchant's front is made of and sells, as a shop file declares it. A project or a product that a file made ends
//! when the file names it no more; one that the API made stays until a file names it.

use std::collections::BTreeSet;

use anyhow::{Context, bail, ensure};
use guichet_core::Environment;

use crate::catalogue::{Product, Project};
use crate::store::{MadeBy, MerchantRow, end_product, end_project, put_product, put_project};

use super::account::DeclaredAccount;
use super::difference::{Change, differences};
use super::plan::{Action, Kind, Step};
use super::planning::{Planning, Whose};

/// Plans the project of a merchant: the one that is declared, or the end of the one that was.
pub(super) fn project(
    planning: &mut Planning<'_>,
    merchant: &MerchantRow,
    declared: Option<&Project>,
    accounts: &[DeclaredAccount],
) -> anyhow::Result<()> {
    let whose = Whose { id: merchant.id, name: &merchant.name };
    let known = planning.present.projects.get(&merchant.id);
    match (declared, known) {
        (None, None | Some((_, MadeBy::Api))) => {}
        (None, Some((_, MadeBy::File))) => {
            let mut step = step(whose, Kind::Project, "project", Action::Ended);
            step.remarks.push("the front opens no more; its orders are looked after as before".to_owned());
            planning.add(step, || end_project(merchant.id));
        }
        (Some(project), known) => {
            check(merchant, project, accounts).context("project")?;
            let mut step = step(whose, Kind::Project, "project", Action::Made);
            if let Some((before, made_by)) = known {
                step.changes =
                    differences(&serde_json::to_value(before)?, &serde_json::to_value(project)?, &[]);
                step.action = kept(*made_by, &step.changes);
            }
            let now_ms = planning.now_ms;
            planning.add(step, || put_project(merchant.id, project, MadeBy::File, now_ms));
        }
    }
    Ok(())
}

fn check(merchant: &MerchantRow, project: &Project, accounts: &[DeclaredAccount]) -> anyhow::Result<()> {
    project.check()?;
    project.check_gateway_accounts(|name| accounts.iter().any(|account| account.name == name))?;
    let live = accounts.iter().any(|account| account.environment == Environment::Live);
    let url = project.return_url.as_ref().filter(|_| live);
    if let Some(Err((_, rule))) = url.map(|url| merchant.leads_back_to(url, "return_url", Environment::Live))
    {
        bail!("return_url: {rule}");
    }
    Ok(())
}

/// Plans the catalogue of a merchant.
pub(super) fn products(
    planning: &mut Planning<'_>,
    whose: Whose<'_>,
    declared: &[Product],
) -> anyhow::Result<()> {
    let present = planning.present.products.get(&whose.id);
    let mut numbers = BTreeSet::new();
    for product in declared {
        product.check().with_context(|| format!("product {}", product.id))?;
        ensure!(numbers.insert(product.id), "product {} is declared twice", product.id);
        let mut step = step(whose, Kind::Product, &product.id.to_string(), Action::Made);
        if let Some((before, made_by)) = present.and_then(|present| present.get(&product.id)) {
            step.changes = differences(&serde_json::to_value(before)?, &serde_json::to_value(product)?, &[]);
            step.action = kept(*made_by, &step.changes);
        }
        let now_ms = planning.now_ms;
        planning.add(step, || put_product(whose.id, product, MadeBy::File, now_ms));
    }
    let left = present
        .into_iter()
        .flatten()
        .filter(|(number, (_, made_by))| *made_by == MadeBy::File && !numbers.contains(number));
    for (number, _) in left {
        let mut step = step(whose, Kind::Product, &number.to_string(), Action::Ended);
        step.remarks.push("it is sold no more; orders that have it keep what they say of it".to_owned());
        planning.add(step, || end_product(whose.id, *number));
    }
    Ok(())
}

fn kept(made_by: MadeBy, changes: &[Change]) -> Action {
    match (made_by, changes.is_empty()) {
        (MadeBy::Api, _) => Action::Adopted,
        (MadeBy::File, false) => Action::Changed,
        (MadeBy::File, true) => Action::Unchanged,
    }
}

fn step(whose: Whose<'_>, kind: Kind, name: &str, action: Action) -> Step {
    Step {
        action,
        kind,
        merchant: whose.name.to_owned(),
        environment: None,
        name: name.to_owned(),
        gateway: None,
        id: None,
        changes: Vec::new(),
        remarks: Vec::new(),
    }
}
