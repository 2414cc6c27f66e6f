//! What may know what: crates, rooms, and the few that may do what nobody else may.

use super::sources::{root, rust, words};

/// What a crate depends on, its tests apart.
fn dependencies(of: &str) -> Vec<String> {
    let text =
        std::fs::read_to_string(root().join("crates").join(of).join("Cargo.toml")).expect("a manifest");
    let manifest: toml::Table = text.parse().expect("TOML");
    manifest["dependencies"].as_table().expect("a table").keys().cloned().collect()
}

#[test]
fn each_crate_keeps_to_its_room() {
    let table: [(&str, &[&str]); 4] = [
        ("core", &["tokio", "reqwest", "rusqlite", "axum", "hyper", "http", "getrandom", "tracing"]),
        ("gateways", &["rusqlite", "axum", "guichet", "guichet-sandbox", "getrandom"]),
        // The sandbox is the witness that core is tested against, so it must not be built on it.
        ("sandbox", &["guichet-core", "guichet", "rusqlite", "reqwest"]),
        ("server", &["clap", "guichet", "guichet-demo", "guichet-sandbox"]),
    ];
    for (name, banned) in table {
        let used = dependencies(name);
        let broken: Vec<_> = banned.iter().filter(|banned| used.iter().any(|used| used == *banned)).collect();
        assert!(broken.is_empty(), "crates/{name} uses {broken:?}");
    }
}

/// The workspace's lints forbid `unsafe`, and no crate is without them.
#[test]
fn no_crate_is_allowed_to_be_unsafe() {
    let workspace = std::fs::read_to_string(root().join("Cargo.toml")).expect("a manifest");
    assert!(workspace.contains("unsafe_code = \"forbid\""));
    for entry in std::fs::read_dir(root().join("crates")).expect("the crates") {
        let manifest = entry.expect("a crate").path().join("Cargo.toml");
        let text = std::fs::read_to_string(&manifest).expect("a manifest");
        assert!(text.contains("[lints]\nworkspace = true\n"), "{}", manifest.display());
    }
}

#[test]
fn only_the_store_knows_sql() {
    let sql = ["SELECT", "INSERT", "DELETE FROM", "CREATE TABLE", "PRAGMA"];
    for file in rust("crates") {
        // What measures looks at the tables from outside, as tests do.
        let outside = file.path.starts_with("crates/bench/src/") || file.path.contains("/tests/");
        let theirs = file.path.starts_with("crates/server/src/store/") || outside;
        let code = file.code();
        let update = code.contains("UPDATE ") && code.contains(" SET ");
        let knows = update || sql.iter().any(|word| code.contains(&format!("{word} ")));
        assert!(theirs || !knows, "{} knows SQL", file.path);
    }
}

#[test]
fn only_the_ring_changes_an_order() {
    let doors = ["insert_order", "update_order", "revise_order", "gateway_names"];
    for file in rust("crates/server/src") {
        let theirs = file.path.starts_with("crates/server/src/app/") || file.path.contains("/store/");
        let used = words(&file.code()).any(|word| doors.contains(&word));
        assert!(theirs || !used, "{} changes orders", file.path);
    }
}

/// The demo's way into the office needs no password, so nothing that serves real shops may make one.
#[test]
fn only_the_demo_opens_the_office_without_a_password() {
    let theirs = [
        "crates/demo/src/",
        "crates/server/src/operators/",
        "crates/server/src/office/",
        "crates/server/src/node.rs",
    ];
    for file in rust("crates").into_iter().filter(|file| !file.is_test()) {
        let named = words(&file.code()).any(|word| ["DemoEntrance", "start_with_entrance"].contains(&word));
        assert!(
            !named || theirs.iter().any(|place| file.path.starts_with(place)),
            "{} knows the way in",
            file.path
        );
        let made = file.code().contains("DemoEntrance::")
            || file.code().contains("start_with_entrance(settings, entrance).await");
        assert!(!made || file.path.starts_with("crates/demo/src/"), "{} makes a way in", file.path);
    }
}

/// Routes that are not the native API: pages, callbacks, operations.
const OTHER_ROUTES: [&str; 14] = [
    "/",
    "/callbacks/{gateway}/{account}",
    "/checkout/{token}",
    "/docs",
    "/docs/rapidoc-9.3.8.js",
    "/healthz",
    "/l/{token}",
    "/openapi.json",
    "/openapi/{file}",
    "/readyz",
    "/s/{token}",
    "/status/{token}",
    "/status/{token}/check",
    "/status/{token}/live",
];

#[test]
fn every_route_is_described_or_listed_here() {
    let router = std::fs::read_to_string(root().join("crates/server/src/http/mod.rs")).expect("the router");
    let mut plain: Vec<&str> =
        router.split(".route(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    plain.sort_unstable();
    assert_eq!(plain, OTHER_ROUTES, "describe a route with utoipa, or list it here");
    for file in rust("crates/server/src/http") {
        for handler in file.text.split("#[utoipa::path(").skip(1) {
            let name = handler.split("async fn ").nth(1).and_then(|rest| rest.split('(').next());
            let name = name.expect("a handler");
            assert!(words(&router).any(|word| word == name), "{name} is described but not routed");
        }
    }
}

/// Where a gateway's name may stand outside its own folder: the one line, what plays a shop, and what stored texts are packed
/// beside. A gateway that the dictionary does not name is stored a few bytes longer, and nothing else. Money that goes back in cash
/// goes through no gateway.
const NAME_GATEWAYS: [&str; 6] = [
    "crates/bench/",
    "crates/gateways/src/lib.rs",
    "crates/demo/",
    "crates/server/src/store/packed/dictionary.rs",
    "crates/core/src/refund.rs",
    "crates/guichet/src/cli/refund.rs",
];

#[test]
fn one_more_gateway_costs_one_folder_and_one_line() {
    let gateways: Vec<&str> = guichet_gateways::GATEWAYS.iter().map(|gateway| gateway.name()).collect();
    let mut named = Vec::new();
    for file in rust("crates") {
        let own = gateways.iter().any(|name| file.path.starts_with(&format!("crates/gateways/src/{name}/")));
        if own || file.is_test() {
            continue;
        }
        let code = file.code();
        let mut lines = code.lines().filter(|line| !line.trim_start().starts_with("#[schema("));
        // Money in hand is cash to the people of a shop, whatever it goes through.
        let is_office = file.path.starts_with("crates/server/src/office/");
        let names = |word: &str| {
            let word = word.to_lowercase();
            gateways.contains(&word.as_str()) && !(is_office && word == "cash")
        };
        if lines.any(|line| words(line).any(names)) {
            named.push(file.path);
        }
    }
    named.retain(|path| !NAME_GATEWAYS.iter().any(|place| path.starts_with(place)));
    assert_eq!(named, Vec::<String>::new(), "these name a gateway");
    let list = std::fs::read_to_string(root().join("crates/gateways/src/lib.rs")).expect("the list");
    for gateway in guichet_gateways::GATEWAYS {
        let places = words(&list).filter(|word| *word == gateway.name()).count();
        assert!(places <= 3, "{} is named {places} times: a module and its lines", gateway.name());
    }
}

#[test]
fn every_gateway_keeps_the_common_laws() {
    let laws =
        std::fs::read_to_string(root().join("crates/gateways/tests/conformance/main.rs")).expect("the laws");
    for gateway in guichet_gateways::GATEWAYS {
        assert!(words(&laws).any(|word| word == gateway.name()), "{} is not tested", gateway.name());
    }
}
