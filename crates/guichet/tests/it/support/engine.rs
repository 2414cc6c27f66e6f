//! Which database a test runs on. `GUICHET_TEST_DATABASE=postgres` runs each of them on PostgreSQL, but for those that are
//! about a file of SQLite's (`on_a_file.txt`). What works in a directory of a test works on that directory's database.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use guichet_testing::postgres::{Cluster, Connection};

/// The tests that are about a file, by the beginnings of their names, and why.
const ON_A_FILE: &str = include_str!("on_a_file.txt");

/// The switch.
const SWITCH: &str = "GUICHET_TEST_DATABASE";

/// What the others are copies of: a database that `guichet migrate` made, with what a stranger asks by.
pub(crate) const TEMPLATE: &str = "template_guichet";

/// The functions of SQLite's that the audit and the tests ask by, for PostgreSQL, in a schema that no server sees; and what
/// examines indexes.
const STRANGER: &str = include_str!("stranger.sql");

/// The databases of the directories: on PostgreSQL under a name, in the cluster of this process once somebody asked for it.
static DATABASES: Mutex<Option<HashMap<PathBuf, Place>>> = Mutex::new(None);

/// A database of a cluster.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    cluster: Home,
    name: String,
    is_made: bool,
    /// Where a server finds it, if that is not the cluster itself.
    url: Option<String>,
}

/// Whose cluster it is.
#[derive(Debug, Clone)]
enum Home {
    /// The one of this process.
    Shared,
    /// A test's own.
    Own(Arc<Cluster>),
}

impl Place {
    fn cluster(&self) -> &Cluster {
        match &self.cluster {
            Home::Shared => Cluster::shared(),
            Home::Own(cluster) => cluster,
        }
    }

    /// A stranger's connection to it.
    pub(super) fn connect(&self) -> Connection {
        self.cluster().connect(&self.name)
    }
}

thread_local! {
    /// What the test of this thread made, and has to remove.
    static MADE: RefCell<Made> = const { RefCell::new(Made(Vec::new())) };
}

struct Made(Vec<PathBuf>);

impl Drop for Made {
    fn drop(&mut self) {
        for directory in &self.0 {
            let place = places(|places| places.remove(directory));
            if let Some(place) = place.filter(|place| place.is_made && matches!(place.cluster, Home::Shared))
            {
                place.cluster().drop_database(&place.name);
            }
        }
    }
}

fn places<T>(work: impl FnOnce(&mut HashMap<PathBuf, Place>) -> T) -> T {
    let mut places = DATABASES.lock().unwrap_or_else(PoisonError::into_inner);
    work(places.get_or_insert_default())
}

/// Whether the test of this thread runs on PostgreSQL: it is switched on, and the test is not about a file.
pub(crate) fn is_on_postgres() -> bool {
    static SWITCHED: OnceLock<bool> = OnceLock::new();
    let switched = *SWITCHED.get_or_init(|| match std::env::var(SWITCH).as_deref() {
        Ok("postgres") => true,
        Ok("sqlite") | Err(_) => false,
        Ok(other) => panic!("{SWITCH} is “{other}”; write sqlite or postgres"),
    });
    // The harness calls the thread of a test by the test's name.
    switched && !std::thread::current().name().is_some_and(is_about_a_file)
}

fn is_about_a_file(test: &str) -> bool {
    on_a_file().any(|(name, _)| test.starts_with(name))
}

/// The names and the reasons of the list.
fn on_a_file() -> impl Iterator<Item = (&'static str, &'static str)> {
    ON_A_FILE
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split_once(' ').expect("a reason"))
}

/// Gives a new directory of a test its database.
pub(super) fn assign(directory: &Path, number: usize) {
    if !is_on_postgres() {
        return;
    }
    let place = Place { cluster: Home::Shared, name: format!("test_{number}"), is_made: false, url: None };
    put(directory, place);
}

fn put(directory: &Path, place: Place) {
    places(|places| places.insert(directory.to_owned(), place));
    MADE.with_borrow_mut(|made| made.0.push(directory.to_owned()));
}

/// Gives a directory a database of a test's own cluster, which a server finds at that URL, if not at the cluster's.
pub(crate) fn settle_on(directory: &Path, cluster: &Arc<Cluster>, url: impl FnOnce(&str) -> Option<String>) {
    let name = TEMPLATE.to_owned();
    make(cluster, &name);
    let url = url(&name);
    put(directory, Place { cluster: Home::Own(cluster.clone()), name, is_made: true, url });
}

/// A directory's database in a cluster, which is made now if nobody asked for it yet; none where it is a file.
pub(super) fn in_a_cluster(directory: &Path) -> Option<Place> {
    let place = places(|places| places.get(directory).cloned())?;
    if !place.is_made {
        template();
        // Two that ask at once get the same one.
        places(|places| {
            let known = places.get_mut(directory).filter(|known| !known.is_made);
            if let Some(known) = known {
                Cluster::shared().copy(TEMPLATE, &known.name);
                known.is_made = true;
            }
        });
    }
    Some(place)
}

fn template() {
    static MADE: OnceLock<()> = OnceLock::new();
    MADE.get_or_init(|| {
        make(Cluster::shared(), TEMPLATE);
    });
}

fn make(cluster: &Cluster, name: &str) {
    cluster.create(name);
    let mut migrate = Command::new(env!("CARGO_BIN_EXE_guichet"));
    migrate.args(["migrate", "--database", &cluster.url(name)]).current_dir(env!("CARGO_TARGET_TMPDIR"));
    let output = migrate.output().expect("the binary starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    cluster.connect(name).run(STRANGER);
}

/// Where a server or a command finds the database of a directory.
pub(crate) fn database_url(directory: &Path) -> String {
    match in_a_cluster(directory) {
        Some(place) => place.url.clone().unwrap_or_else(|| place.cluster().url(&place.name)),
        None => format!("sqlite:{}", file(directory).display()),
    }
}

/// Dumps the database of a directory to a file there; not where it is a file itself.
pub(crate) fn dump(directory: &Path, file: &str) -> bool {
    let Some(place) = in_a_cluster(directory) else { return false };
    place.cluster().dump(&place.name, &directory.join(file));
    true
}

/// Puts such a dump in the stead of the database of a directory; not where that is a file.
pub(crate) fn load(directory: &Path, file: &str) -> bool {
    let Some(place) = in_a_cluster(directory) else { return false };
    place.cluster().load(&place.name, &directory.join(file));
    let mut database = place.connect();
    database.run(STRANGER);
    // Nobody holds what the server held that the dump was made of.
    database.run("UPDATE shard_leases SET owner = ''");
    database.run("DELETE FROM nodes");
    true
}

/// Whether a directory has a database.
pub(crate) fn is_there(directory: &Path) -> bool {
    in_a_cluster(directory).is_some() || file(directory).exists()
}

/// The file that is the database of a directory.
pub(crate) fn file(directory: &Path) -> PathBuf {
    directory.join("guichet.db")
}

#[test]
fn every_test_that_is_said_to_be_about_a_file_is_one() {
    let program = std::env::current_exe().expect("this program");
    let listed = Command::new(program).args(["--list", "--format", "terse"]).output().expect("its tests");
    let listed = String::from_utf8(listed.stdout).expect("text");
    for (name, reason) in on_a_file() {
        assert!(listed.lines().any(|test| test.starts_with(name)), "no test is called {name}");
        assert!(reason.len() > 20, "{name} has no reason");
    }
    let left_out = listed.lines().filter(|test| is_about_a_file(test)).count();
    println!("{left_out} of {} tests are about a file", listed.lines().count());
}
