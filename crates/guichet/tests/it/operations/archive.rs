//! Journals of old orders leave the database for a file that proves itself, beside a running server, and whoever asks for
//! them is told so. A command that is killed on the way is followed by one that goes on, and nothing is lost or doubled.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::support::call::{Caller, text};
use crate::support::database::Row;
use crate::support::inbox::Inbox;
use crate::support::patience::Patience;
use crate::support::program::{guichet, run, succeed};
use crate::support::shop_file::{Endpoint, alger, shop};
use crate::support::test_server::{TestServer, order, plain_order};

/// Longer ago than anything that stays.
const LONG_AGO: Duration = Duration::from_secs(500 * 86_400);

const BOOKS: &str = "journals leave the tables";

/// A server on which it is long ago.
async fn long_ago(name: &str) -> TestServer {
    let mut server = TestServer::start(name).await;
    server.without_audit(BOOKS);
    set(&server, -1).await;
    server
}

/// Sets the time of day by as much as is between then and now.
async fn set(server: &TestServer, sign: i64) {
    server.settle().await;
    server.clock.set_by(sign * i64::try_from(LONG_AGO.as_millis()).expect("a time"));
    server.clock.believe_machine();
}

/// Lets orders come to their end, and all that is between then and now pass.
async fn until_now(server: &TestServer) {
    server.pass(Duration::from_secs(4 * 86_400)).await;
    set(server, 1).await;
}

fn json_of(printed: &str) -> Value {
    serde_json::from_str(printed).unwrap_or_else(|error| panic!("{error}: {printed}"))
}

fn folder(server: &TestServer) -> PathBuf {
    server.directory().to_owned()
}

/// The archives in a folder.
fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).map(|entries| {
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect()
    });
    let mut files: Vec<String> = entries.unwrap_or_default();
    files.sort();
    files
}

/// How many events of each order stand in the archives of a folder; each once.
fn in_files(folder: &Path) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for name in files(folder) {
        let file = fs::File::open(folder.join(name)).expect("an archive");
        let mut lines = String::new();
        GzDecoder::new(file).read_to_string(&mut lines).expect("it unpacks");
        for line in lines.lines() {
            let line: Value = serde_json::from_str(line).expect("JSON");
            let Some(order) = line.get("order") else { continue };
            let events = order["decisions"].as_array().expect("a list").iter();
            let events = events.map(|decision| decision["entries"].as_array().expect("a list").len()).sum();
            assert_eq!(found.insert(text(order, "/id"), events), None, "an order stands there twice");
        }
    }
    found
}

/// How many events of each order its row says that there are.
fn in_rows(server: &TestServer) -> BTreeMap<String, usize> {
    let read = |row: &Row| (row.get::<String>(0), row.get::<i64>(1));
    let rows = server.rows().rows("SELECT id, entries FROM orders", read);
    rows.into_iter().map(|(id, entries)| (id, usize::try_from(entries).expect("a few"))).collect()
}

async fn get(shop: &Caller, path: &str) -> Value {
    shop.get(path).await.expect(200).json()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_old_leaves_and_everybody_is_told() {
    let server = long_ago("archive-leaves").await;
    let inbox = Inbox::open().await;
    let oran = shop("oran", "Oran", "https://oran.example", &server.sandbox_url);
    server
        .declare([
            alger(&server.sandbox_url).endpoint(Endpoint::at(&inbox.url, &["*"]).in_environment("test")),
            oran,
        ])
        .await;
    let shop = server.shop().await;
    let pulls = server.caller("oran", guichet_core::Environment::Test).await;
    let paid = server.paid_order(&shop, "PAID-1").await;
    let expired = shop.order(&plain_order("EXPIRED-1")).await;
    let (taken, untaken) =
        (pulls.order(&plain_order("TAKEN")).await, pulls.order(&plain_order("UNTAKEN")).await);
    until_now(&server).await;
    acknowledge(&pulls, &text(&taken, "/id")).await;
    let fresh = shop.order(&order("FRESH", "Book [paid]")).await;
    server.settle().await;
    let events = get(&shop, &format!("/v1/orders/{}/events", text(&paid, "/id"))).await;

    let would: Value = json_of(&server.command(&["archive", "archives", "--dry-run", "--json"]));
    assert_eq!((&would["orders"], &would["left"]["not_acknowledged"]), (&json!(3), &json!(1)), "{would}");
    assert!(!folder(&server).join("archives").exists(), "a dry run makes nothing");
    let made = json_of(&server.command(&["archive", "archives", "--json"]));
    assert_eq!((&made["orders"], &made["left"]), (&json!(3), &would["left"]), "{made}");
    assert_eq!((&made["kept"], &made["resumed"]), (&json!(0), &json!(false)), "{made}");

    let ids = [text(&paid, "/id"), text(&expired, "/id"), text(&taken, "/id")];
    let rows = in_rows(&server);
    let files = in_files(&folder(&server).join("archives"));
    assert_eq!(files.len(), 3);
    for id in &ids {
        assert_eq!(files.get(id), rows.get(id), "{id}: all its events are there");
    }
    let left = "SELECT COUNT(DISTINCT subject) FROM journal";
    assert_eq!(server.rows().count(left), 2, "the fresh one and the one that its shop has not taken");
    let about = format!("SELECT COUNT(*) FROM deliveries WHERE subject = '{}'", ids[0]);
    assert_eq!((server.rows().count(&about), server.rows().count("SELECT COUNT(*) FROM archives")), (0, 1));
    everybody_is_told(&server, &shop, &paid, &events).await;
    it_reads_back(&server, &paid, &events);
    let again = json_of(&server.command(&["archive", "archives", "--json"]));
    assert_eq!((&again["file"], &again["orders"]), (&Value::Null, &json!(0)), "{again}");
    assert_eq!(self::files(&folder(&server).join("archives")).len(), 1);
    for other in [&fresh, &untaken] {
        let told = server.command(&["order", "explain", &text(other, "/id")]);
        assert!(told.contains("The journal is whole.\n"), "{told}");
    }
}

async fn acknowledge(shop: &Caller, order: &str) {
    let events = get(shop, &format!("/v1/orders/{order}/events")).await;
    let ids: Vec<_> =
        events["data"].as_array().expect("a list").iter().map(|event| event["id"].clone()).collect();
    shop.post("/v1/events/ack", &json!({ "ids": ids })).await.expect(204);
}

/// The commands and the API, about an order that was archived.
async fn everybody_is_told(server: &TestServer, shop: &Caller, paid: &Value, events: &Value) {
    let id = text(paid, "/id");
    let count = events["data"].as_array().expect("a list").len();
    let now = get(shop, &format!("/v1/orders/{id}")).await;
    for field in ["/status", "/reference", "/amount"] {
        assert_eq!(now.pointer(field), paid.pointer(field), "the order itself is what it was");
    }
    let page = get(shop, &format!("/v1/orders/{id}/events")).await;
    assert_eq!((&page["data"], &page["archived"]["count"]), (&json!([]), &json!(count)), "{page}");
    let page = get(shop, &format!("/v1/orders/{id}/deliveries")).await;
    assert_eq!(page["data"], json!([]));
    assert!(page["archived"]["count"].as_i64() > Some(0), "{page}");
    for list in ["/v1/events", "/v1/events?acknowledged=true"] {
        let page = get(shop, list).await;
        assert!(page["archived"]["count"].as_i64() > Some(0), "{list}: {page}");
        assert!(page["archived"]["newest_at"].is_string(), "{list}: {page}");
    }
    let told = server.command(&["order", "explain", &id]);
    for part in
        ["are archived in guichet-archive-", ".jsonl.gz", "The journal is whole, as far as it is here."]
    {
        assert!(told.contains(part), "{told}");
    }
    let shown = json_of(&server.command(&["archive", "show", &id, "--from", &archive_of(server), "--json"]));
    let delivery = text(&shown, "/deliveries/0/id");
    let refused = shop.press(&format!("/v1/deliveries/{delivery}/resend")).await.expect(404).json();
    assert!(text(&refused, "/detail").contains("archived"), "{refused}");
    let refused = run(&folder(server), &["webhook", "resend", &delivery]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(refused.status.code() == Some(3) && said.contains("archived"), "{said}");
    let found = server.command(&["doctor"]);
    assert!(found.contains("good   archives") && found.contains("keep these files"), "{found}");
}

fn archive_of(server: &TestServer) -> String {
    let name = files(&folder(server).join("archives")).pop().expect("an archive");
    format!("archives/{name}")
}

/// The file, by the commands that read it.
fn it_reads_back(server: &TestServer, paid: &Value, events: &Value) {
    let archive = archive_of(server);
    for which in [text(paid, "/id"), text(paid, "/reference")] {
        let told = server.command(&["archive", "show", &which, "--from", &archive]);
        for event in events["data"].as_array().expect("a list") {
            let line = format!("{}  {}", text(event, "/timestamp"), text(event, "/type"));
            assert!(told.contains(&line) && told.contains(&text(event, "/why")), "{line}: {told}");
        }
        assert!(told.contains("is delivered; try 1"), "{told}");
    }
    let whole = json_of(&server.command(&["archive", "verify", &archive, "--json"]));
    assert_eq!(
        (&whole["orders"], &whole["taken_out"], &whole["kept"]),
        (&json!(3), &json!(3), &json!(0)),
        "{whole}"
    );
    let listed = json_of(&server.command(&["archive", "list", "--json"]));
    assert_eq!((&listed["sha256"], &listed["state"]), (&whole["sha256"], &json!("done")));
    let none = run(&folder(server), &["archive", "show", "NONE", "--from", &archive]);
    assert_eq!(none.status.code(), Some(3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_altered_is_found_out() {
    let server = long_ago("archive-altered").await;
    let shop = server.shop().await;
    server.paid_order(&shop, "PAID-1").await;
    until_now(&server).await;
    server.command(&["archive", "archives"]);
    let archive = folder(&server).join(archive_of(&server));
    let good = fs::read(&archive).expect("the archive");
    let mut lines = String::new();
    GzDecoder::new(&*good).read_to_string(&mut lines).expect("it unpacks");
    let packed = |lines: &str| {
        let mut out = GzEncoder::new(Vec::new(), Compression::default());
        out.write_all(lines.as_bytes()).expect("memory");
        out.finish().expect("memory")
    };
    let verify = |bytes: &[u8]| {
        fs::write(&archive, bytes).expect("a file");
        let output = run(&folder(&server), &["archive", "verify", &archive_of(&server)]);
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    assert_eq!(verify(&good), (Some(0), String::new()));
    for (bad, why) in [
        (packed(&lines.replace("order.paid", "order.laid")), "chain breaks"),
        (packed(&lines.replacen("older_than\":\"2", "older_than\":\"3", 1)), "not those that were written"),
        (packed(lines.lines().next().expect("a line")), "cut off"),
        (packed(&format!("{}\n", lines.lines().next().expect("a line"))), "ends before its last line"),
        (packed(&format!("{lines}\n")), "a line of it"),
        (good[..good.len() - 9].to_vec(), "no whole archive"),
        ([&good[..], b"more"].concat(), "behind its end"),
        (b"text".to_vec(), "no whole archive"),
        (packed(lines.trim_end()), "cut off"),
    ] {
        let (status, said) = verify(&bad);
        assert!(status == Some(6) && said.contains(why), "{why}: {status:?} {said}");
    }
    // Whole in itself, but not what this database has on record.
    let (status, said) = verify(&packed(&lines));
    let same = fs::read(&archive).expect("the archive") == good;
    assert!(
        same || (status == Some(6) && said.contains("not the file that the database has on record")),
        "{said}"
    );
    fs::write(&archive, &good).expect("a file");
    server.rows().alter("UPDATE archived_journals SET chain = 'another'");
    let (status, said) = verify(&good);
    assert!(status == Some(6) && said.contains("knows no order"), "{said}");
    let told = run(&folder(&server), &["order", "explain", "PAID-1"]);
    assert_eq!(told.status.code(), Some(6), "the database proves itself by the link that it kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archived_order_goes_on_where_it_was() {
    let server = long_ago("archive-goes-on").await;
    let shop = server.shop().await;
    let made = shop.order(&plain_order("ORD-1")).await;
    until_now(&server).await;
    server.command(&["archive", "archives"]);
    let id = text(&made, "/id");
    let reopened = shop.press(&format!("/v1/orders/{id}/reopen")).await;
    assert!(reopened.status < 300, "{}", reopened.text());
    server.settle().await;
    let page = get(&shop, &format!("/v1/orders/{id}/events")).await;
    let archived = page["archived"]["count"].as_i64().expect("a count");
    assert_eq!(page["data"][0]["sequence"], json!(archived + 1), "{page}");
    let told = server.command(&["order", "explain", &id]);
    assert!(told.contains("The journal is whole, as far as it is here."), "{told}");
    let verified = json_of(&server.command(&["archive", "verify", &archive_of(&server), "--json"]));
    assert_eq!(verified["taken_out"], json!(1), "what is archived stays proven");
    server.rows().alter("DELETE FROM archived_journals");
    assert_eq!(run(&folder(&server), &["order", "explain", &id]).status.code(), Some(6), "a hole is told");
}

/// Puts the database back to what it was before an archive was made, with the record of that archive.
fn put_back(server: &TestServer, before: &Path, state: &str) {
    let database = folder(server).join("guichet.db");
    let record =
        server.rows().rows("SELECT number, name, folder, sha256, orders, events FROM archives", |row| {
            let texts = [1, 2, 3].map(|column| row.get::<String>(column));
            (row.get::<i64>(0), texts, [4, 5].map(|column| row.get::<i64>(column)))
        });
    for end in ["-wal", "-shm"] {
        let _ = fs::remove_file(format!("{}{end}", database.display()));
    }
    fs::copy(before, &database).expect("copied");
    let (number, [name, folder, sha256], [orders, events]) = record.into_iter().next().expect("an archive");
    server.rows().alter(&format!(
        "INSERT INTO archives VALUES ({number}, '{name}', '{folder}', '{state}', '{sha256}', {orders}, {events}, 0, 'killed', 0)"
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_killed_is_followed_by_one_that_goes_on() {
    let mut server = long_ago("archive-resumed").await;
    let shop = server.shop().await;
    for number in 0..5 {
        shop.order(&plain_order(&number.to_string())).await;
    }
    until_now(&server).await;
    server.stop().await;
    let (home, archives) = (folder(&server), folder(&server).join("archives"));
    server.command(&["backup", "before.db"]);
    server.command(&["archive", "archives"]);
    let backup = server.command(&["backup", "after.db"]);
    assert!(backup.contains("events in archives, which are kept apart"), "{backup}");
    let mut archive = home.join(archive_of(&server));
    let mut good = fs::read(&archive).expect("the archive");
    let before = home.join("before.db");
    let one_out = "DELETE FROM journal WHERE subject = (SELECT MIN(subject) FROM journal)";
    for (moment, state) in [
        ("while it was written", "writing"),
        ("before it had its name", "written"),
        ("before anything was taken out", "written"),
        ("after something was taken out", "written"),
        ("after everything was", "written"),
        ("and its file lost before anything was taken out", "written"),
    ] {
        let part = PathBuf::from(format!("{}.part", archive.display()));
        if moment != "after everything was" {
            put_back(&server, &before, state);
        } else {
            server.rows().alter("UPDATE archives SET state = 'written', claimed_until_ms = 0");
        }
        match moment {
            "while it was written" => {
                fs::write(&part, &good[..good.len() / 2]).expect("half a file");
                fs::remove_file(&archive).expect("it has no name yet");
            }
            "before it had its name" => fs::rename(&archive, &part).expect("it has no name yet"),
            "after something was taken out" => {
                server.rows().alter(
                    "INSERT INTO archived_journals SELECT shard, id, entries, chain, 0, 1 FROM orders \
                     WHERE id = (SELECT MIN(subject) FROM journal)",
                );
                server.rows().alter(one_out);
            }
            "and its file lost before anything was taken out" => fs::remove_file(&archive).expect("lost"),
            _ => {}
        }
        let made = json_of(&server.command(&["archive", "archives", "--json"]));
        assert_eq!((&made["resumed"], &made["orders"]), (&json!(true), &json!(5)), "killed {moment}: {made}");
        assert_eq!(files(&archives).len(), 1, "killed {moment}");
        assert_eq!(in_files(&archives), in_rows(&server), "killed {moment}: every line once");
        assert_eq!(server.rows().count("SELECT COUNT(*) FROM journal"), 0, "killed {moment}");
        let whole = json_of(&server.command(&["archive", "verify", &archive_of(&server), "--json"]));
        assert_eq!(whole["taken_out"], json!(5), "killed {moment}: {whole}");
        archive = home.join(archive_of(&server));
        good = fs::read(&archive).expect("the archive");
    }
    put_back(&server, &before, "written");
    server
        .rows()
        .alter("INSERT INTO archived_journals SELECT shard, id, entries, chain, 0, 1 FROM orders LIMIT 1");
    fs::remove_file(&archive).expect("lost");
    let refused = run(&home, &["archive", "archives"]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(refused.status.code() == Some(4) && said.contains("name the folder that it is in"), "{said}");
    fs::write(&archive, &good).expect("found again");
    let claimed =
        "UPDATE archives SET claimed_until_ms = CAST(strftime('%s', 'now') AS INTEGER) * 1000 + 15000";
    server.rows().alter(claimed);
    let busy = run(&home, &["archive", "archives"]);
    assert_eq!(busy.status.code(), Some(5), "{}", String::from_utf8_lossy(&busy.stderr));
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_for_real_beside_a_server_nothing_is_lost() {
    let server = long_ago("archive-killed").await;
    let shop = server.shop().await;
    for number in 0..300 {
        shop.order(&plain_order(&number.to_string())).await;
    }
    until_now(&server).await;
    let (home, archives) = (folder(&server), folder(&server).join("archives"));
    let taken = |server: &TestServer| server.rows().count("SELECT COUNT(*) FROM archived_journals");
    for round in 0..3 {
        let mut command = guichet(&home);
        command.args(["archive", "archives"]).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().expect("it starts");
        let mut patience = Patience::that("the command gets somewhere");
        let is_there = || match round {
            0 => files(&archives).iter().any(|name| name.ends_with(".part")),
            1 => files(&archives).iter().any(|name| name.ends_with(".gz")),
            _ => taken(&server) > 0,
        };
        while !is_there() && child.try_wait().expect("its state").is_none() {
            patience.again().await;
        }
        child.kill().expect("killed");
        child.wait().expect("it ended");
        server.rows().alter("UPDATE archives SET claimed_until_ms = 0");
    }
    succeed(&home, &["archive", "archives"]);
    assert_eq!(in_files(&archives), in_rows(&server), "every line once");
    let rows = server.rows();
    assert_eq!((rows.count("SELECT COUNT(*) FROM journal"), taken(&server)), (0, 300));
    assert_eq!(rows.count("SELECT COUNT(*) FROM archives WHERE state <> 'done'"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_freed_is_used_again() {
    let mut server = long_ago("archive-freed").await;
    let shop = server.shop().await;
    for number in 0..200 {
        shop.order(&plain_order(&number.to_string())).await;
    }
    until_now(&server).await;
    server.command(&["archive", "archives"]);
    server.restart().await;
    let database = folder(&server).join("guichet.db");
    let size = || fs::metadata(&database).expect("the database").len();
    let before = size();
    for number in 200..300 {
        shop.order(&plain_order(&number.to_string())).await;
    }
    server.restart().await;
    assert!(size() <= before, "{before} bytes, then {}", size());
}

#[test]
fn an_age_below_the_least_is_refused() {
    let directory = crate::support::scratch::scratch("archive-age");
    for (age, code) in [("89d", 2), ("soon", 2), ("", 2)] {
        let output = run(&directory, &["archive", "archives", "--older-than", age]);
        assert_eq!(output.status.code(), Some(code), "{age}: {}", String::from_utf8_lossy(&output.stderr));
    }
}
