//! No circle of imports: lower never knows higher. The table of rooms says which is lower.

use std::collections::{BTreeMap, BTreeSet};

use super::imports::{Graph, Module, graph};
use super::sources::root;

/// The most files of one folder that may import each other in a circle.
const MOST_IN_A_CIRCLE: usize = 3;

/// The rooms of the server, from the lowest to the highest. Those of one line are siblings and do not know each other; each
/// may know every lower one, unless `NEVER` says otherwise.
const ROOMS: [&[&str]; 13] = [
    &["random", "clock", "fields", "counters", "limiter", "repeats", "public_url", "private_file", "zones"],
    &["vault", "outbound"],
    &["inbound"],
    &["edge", "catalogue", "pages", "view", "source"],
    &["message"],
    &["store"],
    &["archive", "kept", "webhook", "permission"],
    &["registry"],
    &["access", "app", "sealing"],
    &["book", "endpoints", "keys", "explain", "shopfile"],
    &["operators", "export"],
    &["http", "office", "oneentry", "scrape", "worker"],
    &["node"],
];

/// What must not know what though it is higher.
const NEVER: [(&str, &[&str]); 4] = [
    ("oneentry", &["keys", "explain", "shopfile", "edge", "sealing"]),
    ("worker", &["pages", "view", "keys", "explain", "shopfile", "access", "catalogue", "edge", "sealing"]),
    ("office", &["shopfile", "edge", "sealing"]),
    ("http", &["access", "operators", "message", "edge", "shopfile", "explain", "keys", "sealing"]),
];

/// The crates whose files are looked at.
fn crates() -> Vec<String> {
    let folders = std::fs::read_dir(root().join("crates")).expect("the crates");
    folders.map(|entry| entry.expect("a crate").file_name().into_string().expect("UTF-8")).collect()
}

#[test]
fn there_is_no_circle_between_folders() {
    for name in crates() {
        for circle in circles(&graph(&name)) {
            let folders: BTreeSet<&[String]> = circle.iter().map(|module| folder(&name, module)).collect();
            let shown: Vec<String> = circle.iter().map(|module| module.join("::")).collect();
            assert!(folders.len() == 1, "crates/{name}: a circle between folders: {shown:?}");
            assert!(circle.len() <= MOST_IN_A_CIRCLE, "crates/{name}: a circle of files: {shown:?}");
        }
    }
}

#[test]
fn lower_rooms_do_not_know_higher_ones() {
    let height: BTreeMap<&str, usize> =
        ROOMS.iter().enumerate().flat_map(|(at, rooms)| rooms.iter().map(move |room| (*room, at))).collect();
    for (module, used) in graph("server") {
        let Some(room) = module.first() else { continue };
        let own = height.get(room.as_str()).unwrap_or_else(|| panic!("{room} is not in the table of rooms"));
        for other in used.iter().filter_map(|used| used.first()).filter(|other| *other != room) {
            let never = NEVER.iter().any(|(who, whom)| who == room && whom.contains(&other.as_str()));
            assert!(height[other.as_str()] < *own && !never, "{} knows {other}", module.join("::"));
        }
    }
}

/// The folder that a file is in; the file that stands for a folder is in it.
fn folder<'a>(name: &str, module: &'a Module) -> &'a [String] {
    let has_files = root().join("crates").join(name).join("src").join(module.join("/")).is_dir();
    if has_files { module } else { &module[..module.len().saturating_sub(1)] }
}

/// The sets of files each of which leads to each other one of them.
fn circles(graph: &Graph) -> Vec<Vec<Module>> {
    let reached: BTreeMap<&Module, BTreeSet<&Module>> =
        graph.keys().map(|from| (from, reach(graph, from))).collect();
    let mut found: Vec<Vec<Module>> = Vec::new();
    for (module, reaches) in &reached {
        let circle: Vec<Module> = reaches
            .iter()
            .filter(|other| reached.get(**other).is_some_and(|back| back.contains(*module)))
            .map(|other| (*other).clone())
            .collect();
        if circle.len() > 1 && !found.contains(&circle) {
            found.push(circle);
        }
    }
    found
}

/// What is reached from a file, and only by way of others that file itself.
fn reach<'a>(graph: &'a Graph, from: &Module) -> BTreeSet<&'a Module> {
    let (mut seen, mut next) = (BTreeSet::new(), vec![from]);
    let mut waiting: Vec<&Module> = Vec::new();
    while let Some(module) = next.pop().or_else(|| waiting.pop()) {
        for used in graph.get(module).into_iter().flatten() {
            if seen.insert(used) {
                waiting.push(used);
            }
        }
    }
    seen
}

#[test]
fn a_circle_is_found() {
    let module = |name: &str| name.split("::").map(str::to_owned).collect::<Module>();
    let uses = |names: &[&str]| names.iter().map(|name| module(name)).collect::<BTreeSet<_>>();
    let graph = Graph::from([
        (module("a::x"), uses(&["b::y"])),
        (module("b::y"), uses(&["c"])),
        (module("c"), uses(&["a::x", "d"])),
        (module("d"), uses(&[])),
    ]);
    assert_eq!(circles(&graph), [vec![module("a::x"), module("b::y"), module("c")]]);
}
