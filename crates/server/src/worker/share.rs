//! How the shards are shared by the nodes that live: each has as many as any other, and the nodes that started first have the
//! few that are left over. Whoever comes or goes moves no more of them than it must.

use std::collections::BTreeSet;

use guichet_core::SHARDS;

use crate::store::Lease;

/// What a node may hold, and what it takes now.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Share {
    /// How many shards are its own.
    pub(super) most: usize,
    /// The leases that it takes, in the order of their shards.
    pub(super) free: Vec<Lease>,
}

/// The share of that node among those that share, in the order in which they started. What `owners` do not hold, the nodes
/// that live, is free.
pub(super) fn share(own: &str, sharing: &[&str], owners: &BTreeSet<&str>, leases: &[Lease]) -> Share {
    let Some(rank) = sharing.iter().position(|node| *node == own) else {
        return Share { most: 0, free: Vec::new() };
    };
    let shards = usize::try_from(SHARDS).unwrap_or(0);
    let most = shards / sharing.len() + usize::from(rank < shards % sharing.len());
    let held = leases.iter().filter(|lease| *lease.owner == *own).count();
    let mut free: Vec<Lease> =
        leases.iter().filter(|lease| !owners.contains(&*lease.owner)).cloned().collect();
    // Those who take at the same moment begin at different places.
    let begin = rank * free.len() / sharing.len();
    free.rotate_left(begin);
    free.truncate(most.saturating_sub(held));
    free.sort_by_key(|lease| lease.shard);
    Share { most, free }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// A cluster on paper: every node looks in turn and gives what is more than its share.
    struct Paper {
        leases: Vec<Lease>,
        nodes: Vec<&'static str>,
    }

    impl Paper {
        fn new() -> Self {
            let leases = (0..SHARDS).map(|shard| Lease { shard, owner: "".into(), fencing: 0 }).collect();
            Paper { leases, nodes: Vec::new() }
        }

        /// Everybody looks once; how many shards changed hands or were given away.
        fn look(&mut self) -> usize {
            let owners: BTreeSet<&str> = self.nodes.iter().copied().collect();
            let mut moved = 0;
            for node in &self.nodes {
                let Share { most, free } = share(node, &self.nodes, &owners, &self.leases);
                let mut held: Vec<usize> =
                    (0..self.leases.len()).filter(|at| *self.leases[*at].owner == **node).collect();
                while held.len() > most {
                    self.leases[held.pop().expect("one")].owner = "".into();
                    moved += 1;
                }
                for lease in free {
                    let at = usize::try_from(lease.shard).expect("a shard");
                    self.leases[at] = Lease { owner: (*node).into(), fencing: lease.fencing + 1, ..lease };
                    moved += 1;
                }
            }
            moved
        }

        fn counts(&self) -> Vec<usize> {
            let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
            for lease in &self.leases {
                *counts.entry(&lease.owner).or_default() += 1;
            }
            self.nodes.iter().map(|node| counts.get(node).copied().unwrap_or(0)).collect()
        }
    }

    #[test]
    fn every_node_has_its_share_after_two_looks_and_then_nothing_moves() {
        let mut paper = Paper::new();
        for (joins, leaves, expected, most_moved) in [
            (Some("a"), None, vec![64], 64),
            (Some("b"), None, vec![32, 32], 64),
            (Some("c"), None, vec![22, 21, 21], 2 * 21),
            (Some("d"), None, vec![16, 16, 16, 16], 2 * 16),
            // Sixteen are free, and the others take them.
            (None, Some("b"), vec![22, 21, 21], 16),
            (None, Some("a"), vec![32, 32], 22),
            (Some("e"), None, vec![22, 21, 21], 2 * 21),
            (None, Some("e"), vec![32, 32], 21 + 2),
            (None, Some("d"), vec![64], 32),
        ] {
            paper.nodes.retain(|node| Some(*node) != leaves);
            paper.nodes.extend(joins);
            let moved = paper.look() + paper.look();
            assert_eq!(paper.counts(), expected, "{joins:?} {leaves:?}");
            assert!(moved <= most_moved, "{joins:?} {leaves:?}: {moved} moved");
            assert_eq!(paper.look(), 0, "{joins:?} {leaves:?}: there is nothing left to move");
        }
    }

    #[test]
    fn a_node_that_leaves_takes_nothing_and_keeps_nothing() {
        let leases: Vec<Lease> =
            (0..SHARDS).map(|shard| Lease { shard, owner: "a".into(), fencing: 1 }).collect();
        let owners = BTreeSet::from(["a", "b"]);
        assert_eq!(share("a", &["b"], &owners, &leases), Share { most: 0, free: Vec::new() });
        assert_eq!(share("b", &["b"], &owners, &leases), Share { most: 64, free: Vec::new() });
        assert_eq!(share("b", &["b"], &BTreeSet::from(["b"]), &leases).free.len(), 64, "a node that died");
    }

    #[test]
    fn there_are_more_nodes_than_shards() {
        let names: Vec<String> = (0..70).map(|number| format!("node{number:02}")).collect();
        let nodes: Vec<&str> = names.iter().map(String::as_str).collect();
        let owners: BTreeSet<&str> = nodes.iter().copied().collect();
        let most: usize = nodes.iter().map(|node| share(node, &nodes, &owners, &[]).most).sum();
        assert_eq!(most, 64);
    }
}
