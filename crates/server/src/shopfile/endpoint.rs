//! Webhook endpoints as a shop file declares them. An endpoint is known by its address: where exactly one leaves the file
//! and exactly one comes, or one comes with the signing secret of one that leaves, it has moved, and keeps its identifier
//! and what waits for it. Other ones that leave end, and what waits for them is given up. One that the API made is left
//! alone until a file names its address.

use std::collections::BTreeSet;

use anyhow::{Context, bail, ensure};
use guichet_core::{EndpointId, Environment};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;

use crate::registry::endpoint_binding;
use crate::store::{EndpointRow, MadeBy, Standing, declare_endpoint, end_endpoint, insert_endpoint};
use crate::{random, webhook};

use super::credentials::from_environment;
use super::difference::{Change, differences};
use super::plan::{Action, Kind, Step};
use super::planning::{Planning, Whose};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeclaredEndpoint {
    url: String,
    environment: Environment,
    events: Option<Vec<String>>,
    /// A signing secret of your own: `whsec_…` or `env:NAME`; made when left out.
    signing_secret: Option<String>,
}

/// An endpoint that is declared, judged and with its secret read.
struct Wanted<'a> {
    declared: &'a DeclaredEndpoint,
    events: Vec<String>,
    secret: Option<SecretString>,
}

/// What becomes of an endpoint that is declared.
enum Fate<'a> {
    Kept(&'a EndpointRow),
    Moved(&'a EndpointRow),
    TakenUpAgain(&'a EndpointRow),
    New,
}

/// Plans all endpoints of a merchant: those that are declared, and the end of the others that a file made.
pub(super) fn plan(
    planning: &mut Planning<'_>,
    whose: Whose<'_>,
    declared: &[DeclaredEndpoint],
) -> anyhow::Result<()> {
    let mut wanted = Vec::new();
    let mut named = BTreeSet::new();
    for endpoint in declared {
        let (environment, url) = (endpoint.environment.as_str(), endpoint.url.as_str());
        ensure!(named.insert((environment, url)), "the {environment} endpoint {url} is declared twice");
        wanted.push(judged(planning, endpoint).with_context(|| format!("endpoint {url}"))?);
    }
    for environment in [Environment::Test, Environment::Live] {
        let here = wanted.iter().filter(|wanted| wanted.declared.environment == environment).collect();
        of_environment(planning, whose, environment, here)?;
    }
    Ok(())
}

fn judged<'a>(planning: &Planning<'_>, declared: &'a DeclaredEndpoint) -> anyhow::Result<Wanted<'a>> {
    let url = url::Url::parse(&declared.url).context("its address cannot be read")?;
    planning.reach.judge(&url).map_err(|why| anyhow::anyhow!("its address cannot be used: {why}"))?;
    let events = declared.events.clone().unwrap_or_else(|| vec!["order.*".to_owned()]);
    if let Some(unknown) = events.iter().find(|event| !webhook::is_event_type(event)) {
        bail!("there is no event type “{unknown}”");
    }
    let secret = declared.signing_secret.as_deref().map(from_environment).transpose()?;
    ensure!(
        secret.as_deref().is_none_or(webhook::is_secret),
        "a signing secret is whsec_ followed by 24 to 64 bytes in base64"
    );
    Ok(Wanted { declared, events, secret: secret.map(SecretString::from) })
}

fn of_environment(
    planning: &mut Planning<'_>,
    whose: Whose<'_>,
    environment: Environment,
    wanted: Vec<&Wanted<'_>>,
) -> anyhow::Result<()> {
    let present = planning.present;
    let here = |row: &&EndpointRow| row.merchant == whose.id && row.environment == environment;
    let (ended, live): (Vec<&EndpointRow>, Vec<&EndpointRow>) =
        present.endpoints.iter().filter(here).partition(|row| row.standing.has_ended());
    let at = |url: &str| {
        let mut there = live.iter().copied().filter(|row| row.url == url).collect::<Vec<_>>();
        there.sort_by_key(|row| row.made_by == MadeBy::Api);
        there.first().copied()
    };
    let mut fates: Vec<Fate<'_>> =
        wanted.iter().map(|wanted| at(&wanted.declared.url).map_or(Fate::New, Fate::Kept)).collect();
    let mut left = live.clone();
    left.retain(|row| {
        let is_kept = |fate: &Fate<'_>| matches!(fate, Fate::Kept(kept) if kept.id == row.id);
        row.made_by == MadeBy::File && !fates.iter().any(is_kept)
    });
    moves(planning, &wanted, &mut fates, &mut left)?;
    for (wanted, fate) in wanted.iter().zip(&mut fates) {
        let again = |row: &&&EndpointRow| row.made_by == MadeBy::File && row.url == wanted.declared.url;
        if let (Fate::New, Some(row)) = (&fate, ended.iter().rev().find(again)) {
            *fate = Fate::TakenUpAgain(row);
        }
    }
    for (wanted, fate) in wanted.into_iter().zip(fates) {
        one(planning, whose, wanted, &fate).with_context(|| format!("endpoint {}", wanted.declared.url))?;
    }
    for row in left {
        let mut step = step(whose, row, Action::Ended);
        step.remarks.push("nothing more is sent there".to_owned());
        let now_ms = planning.now_ms;
        planning.add(step, || end_endpoint(row.id, now_ms));
    }
    Ok(())
}

/// Finds which of the endpoints that leave have moved to where one is wanted: those that leave alone with a signing secret
/// with which one comes; and then the only one that is left, where only one comes.
fn moves<'a>(
    planning: &Planning<'_>,
    wanted: &[&Wanted<'_>],
    fates: &mut [Fate<'a>],
    left: &mut Vec<&'a EndpointRow>,
) -> anyhow::Result<()> {
    for (wanted, fate) in wanted.iter().zip(fates.iter_mut()) {
        let (Fate::New, Some(secret)) = (&*fate, &wanted.secret) else { continue };
        let mut same = Vec::new();
        for row in &*left {
            let newest = newest_secret(planning, row)?;
            if newest.is_some_and(|newest| newest.expose_secret() == secret.expose_secret()) {
                same.push(*row);
            }
        }
        if let [only] = same[..] {
            left.retain(|row| row.id != only.id);
            *fate = Fate::Moved(only);
        }
    }
    let mut coming: Vec<&mut Fate<'a>> = fates.iter_mut().filter(|fate| matches!(fate, Fate::New)).collect();
    if let ([fate], [only]) = (&mut coming[..], &left[..]) {
        **fate = Fate::Moved(only);
        left.clear();
    }
    Ok(())
}

fn newest_secret(planning: &Planning<'_>, row: &EndpointRow) -> anyhow::Result<Option<SecretString>> {
    let sealed = row.sealed_secrets.first();
    sealed.map(|sealed| planning.vault.open(sealed, &endpoint_binding(row.id))).transpose()
}

fn step(whose: Whose<'_>, row: &EndpointRow, action: Action) -> Step {
    Step {
        action,
        kind: Kind::Endpoint,
        merchant: whose.name.to_owned(),
        environment: Some(row.environment),
        name: row.url.clone(),
        gateway: None,
        id: Some(row.id.to_string()),
        changes: Vec::new(),
        remarks: Vec::new(),
    }
}

fn one(
    planning: &mut Planning<'_>,
    whose: Whose<'_>,
    wanted: &Wanted<'_>,
    fate: &Fate<'_>,
) -> anyhow::Result<()> {
    let known = match fate {
        Fate::Kept(known) | Fate::Moved(known) | Fate::TakenUpAgain(known) => Some(*known),
        Fate::New => None,
    };
    let made_ms = planning.next_ms();
    let id = known.map_or_else(|| EndpointId::new(made_ms, random::bytes()), |known| known.id);
    let (sealed_secrets, secret_changes) = secrets(planning, wanted, known, id)?;
    // By hand it was disabled for a reason; because it answered 410, it is tried again.
    let by_hand = known.map(|known| &known.standing).filter(|standing| standing.is_disabled_by_hand());
    let row = EndpointRow {
        id,
        merchant: whose.id,
        environment: wanted.declared.environment,
        url: wanted.declared.url.clone(),
        event_types: wanted.events.clone(),
        sealed_secrets,
        created_at_ms: known.map_or(made_ms, |known| known.created_at_ms),
        made_by: MadeBy::File,
        standing: by_hand
            .map_or_else(Standing::default, |standing| Standing { ended_at_ms: None, ..standing.clone() }),
    };
    let mut step = step(whose, &row, Action::Made);
    if let Some(known) = known {
        step.changes = changes(known, &row);
        if secret_changes {
            step.changes.push(Change::secret("signing_secret"));
        }
        step.action = match (fate, known.made_by, step.changes.is_empty()) {
            (Fate::TakenUpAgain(_), ..) => Action::TakenUpAgain,
            (_, MadeBy::Api, _) => Action::Adopted,
            (_, MadeBy::File, false) => Action::Changed,
            (_, MadeBy::File, true) => Action::Unchanged,
        };
    }
    if let Fate::Moved(_) = fate {
        let signed = if secret_changes { "the new" } else { "the same" };
        step.remarks.push(format!("what waits for it goes to the new address, signed with {signed} secret"));
    }
    if let Some(standing) = by_hand {
        let still = Standing { ended_at_ms: None, ..standing.clone() };
        step.remarks.push(format!("{}, until guichet endpoint enable {id}", still.told()));
    }
    planning.add(step, || match known {
        Some(_) => declare_endpoint(&row),
        None => insert_endpoint(&row),
    });
    Ok(())
}

/// The signing secrets as they are stored from now on, and whether that is a change. A second one that the shop has rotated
/// in by the API stays.
fn secrets(
    planning: &Planning<'_>,
    wanted: &Wanted<'_>,
    known: Option<&EndpointRow>,
    id: EndpointId,
) -> anyhow::Result<(Vec<String>, bool)> {
    let seal = |secret: &str| planning.vault.seal(secret, &endpoint_binding(id));
    let present = known.map(|known| newest_secret(planning, known)).transpose()?.flatten();
    match (&wanted.secret, known, present) {
        (Some(given), Some(known), Some(present)) if given.expose_secret() == present.expose_secret() => {
            Ok((known.sealed_secrets.clone(), false))
        }
        (Some(given), known, _) => Ok((vec![seal(given.expose_secret())?], known.is_some())),
        (None, Some(known), _) => Ok((known.sealed_secrets.clone(), false)),
        (None, None, _) => Ok((vec![seal(&webhook::new_secret())?], false)),
    }
}

fn changes(known: &EndpointRow, row: &EndpointRow) -> Vec<Change> {
    let shown = |row: &EndpointRow| json!({ "url": row.url, "events": row.event_types, "status": status(&row.standing) });
    differences(&shown(known), &shown(row), &[])
}

/// Whether it answered 410, which is all of its standing that applying a file changes without another word.
fn status(standing: &Standing) -> String {
    match standing.is_disabled_by_hand() {
        true => Standing::default().told(),
        false => Standing { ended_at_ms: None, ..standing.clone() }.told(),
    }
}
