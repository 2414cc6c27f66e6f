//! What the doctor finds about the nodes: who lives, which versions they are of, whether their clocks agree, and whether all
//! shards are worked.

use std::collections::BTreeSet;

use super::finding::{Finding, finding};
use guichet_server::store::Store;

/// How far a node's clock may be from the database's, in ms.
const CLOCKS_APART_MS: i64 = 5_000;

/// The nodes that live. None at all is no trouble: the server may be stopped.
pub(super) async fn nodes(store: &Store) -> anyhow::Result<Finding> {
    let (nodes, now_ms) = store.nodes().await?;
    let living: Vec<_> = nodes.iter().filter(|node| node.lives(now_ms)).collect();
    if living.is_empty() {
        return Ok(finding("nodes", true, "no server works this database at present"));
    }
    let owners: BTreeSet<_> = living.iter().map(|node| &node.id).collect();
    let leases = store.leases().await?;
    let unworked = leases.iter().filter(|lease| !owners.contains(&lease.owner)).count();
    let told: Vec<String> = living
        .iter()
        .map(|node| {
            let shards = leases.iter().filter(|lease| lease.owner == node.id).count();
            let leaving = if node.leaving { ", leaving" } else { "" };
            format!("{} (version {}, {shards} shards{leaving})", node.name, node.version)
        })
        .collect();
    let mut detail = format!("{} at work: {}", living.len(), told.join(", "));
    if unworked > 0 {
        detail += &format!(
            "; {unworked} shards are worked by none, which lasts a few seconds when a node comes or goes"
        );
    }
    let astray: Vec<String> = living
        .iter()
        .filter(|node| node.clock_ahead_ms.abs() > CLOCKS_APART_MS)
        .map(|node| format!("{} by {} ms", node.name, node.clock_ahead_ms))
        .collect();
    if !astray.is_empty() {
        detail += &format!(
            "; these clocks differ from the database's: {}; set them by a time server",
            astray.join(", ")
        );
    }
    Ok(finding("nodes", astray.is_empty(), detail))
}
