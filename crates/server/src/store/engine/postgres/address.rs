//! Where a PostgreSQL database is and how it is spoken to: `postgres://USER:PASSWORD@HOST:PORT/DATABASE?…`, as libpq writes
//! it, with a few parameters of ours.

use std::path::PathBuf;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::Host;
use url::Url;

use super::super::batches::Batches;
use super::super::fault::{Fault, FaultKind};

/// How many connections write, unless the URL says otherwise.
const LANES: usize = 4;

/// How many connections read, unless the URL says otherwise.
const READERS: usize = 16;

/// The most connections of a kind that a URL may ask for.
const MOST: usize = 256;

/// What the URL of a PostgreSQL database says.
#[derive(Debug, Clone)]
pub(crate) struct Address {
    /// Hosts, user, password and database.
    pub(super) config: Config,
    pub(super) encryption: Encryption,
    /// How statements are sent; `None` when that is to be found out.
    pub(super) statements: Option<Statements>,
    /// How many connections write.
    pub(super) lanes: usize,
    /// How many connections read.
    pub(super) readers: usize,
    pub(super) batches: Batches,
}

/// How the way to the server is protected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Encryption {
    /// It is not: the server is on this machine, or the network is trusted.
    None,
    /// By TLS, with a certificate for the host's name; by this machine's authorities, or by those in a file.
    Verified(Option<PathBuf>),
}

/// How statements are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Statements {
    /// Each is prepared once for each connection, which must be one with the server.
    Named,
    /// Each is parsed anew, so that a pooler may give every transaction another connection to the server.
    Unnamed,
}

/// Whether a URL names a PostgreSQL database.
pub(crate) fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

/// A URL as it may be shown.
pub(crate) fn without_password(text: &str) -> String {
    let Ok(mut url) = Url::parse(text) else { return "postgres://…".to_owned() };
    // A URL with a host takes a user, and one without has none.
    let _ = url.set_password(None);
    url.set_query(None);
    url.into()
}

/// Whether a URL has a password in it.
pub(crate) fn has_password(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    url.password().is_some() || url.query_pairs().any(|(name, _)| name == "password")
}

impl Address {
    /// Reads a URL.
    ///
    /// # Errors
    /// It is malformed, or says something that this program does not do.
    pub(crate) fn parse(text: &str) -> Result<Self, Fault> {
        let wrong = |why: String| {
            Fault::of(FaultKind::Refused, format!("the database's URL is not understood: {why}"))
        };
        let mut url = Url::parse(text).map_err(|error| wrong(error.to_string()))?;
        let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        url.set_query(None);
        let mut ours = Ours::default();
        for (name, value) in pairs {
            let known = ours.take(&name, &value).map_err(wrong)?;
            if !known {
                url.query_pairs_mut().append_pair(&name, &value);
            }
        }
        let mut config: Config =
            url.as_str().parse().map_err(|error: tokio_postgres::Error| wrong(reason(&error)))?;
        if let Some(file) = &ours.password_file {
            let password = std::fs::read_to_string(file)
                .map_err(|error| wrong(format!("password_file={}: {error}", file.display())))?;
            config.password(password.trim_end_matches(['\r', '\n']));
        }
        if config.get_hosts().is_empty() {
            return Err(wrong("it names no host".to_owned()));
        }
        if config.get_dbname().is_none() {
            return Err(wrong("it names no database".to_owned()));
        }
        config.application_name("guichet").connect_timeout(CONNECT);
        let encryption = ours.encryption(config.get_hosts()).map_err(wrong)?;
        let (lanes, readers) = (ours.lanes.unwrap_or(LANES), ours.readers.unwrap_or(READERS));
        Ok(Address {
            config,
            encryption,
            statements: ours.statements,
            lanes,
            readers,
            batches: ours.batches.unwrap_or(Batches::Mixed),
        })
    }

    /// The database as it may be shown: without its password.
    pub(crate) fn shown(&self) -> String {
        let hosts: Vec<String> = self.config.get_hosts().iter().map(host_name).collect();
        let ports: Vec<String> = self.config.get_ports().iter().map(u16::to_string).collect();
        let port = if ports.is_empty() { String::new() } else { format!(":{}", ports.join(",")) };
        let database = self.config.get_dbname().unwrap_or_default();
        format!("postgres://{}{port}/{database}", hosts.join(","))
    }
}

/// How long a host may take to be connected to.
pub(super) const CONNECT: Duration = Duration::from_secs(5);

/// What tokio-postgres says of a URL, with its cause.
fn reason(error: &tokio_postgres::Error) -> String {
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default();
    format!("{error}{cause}")
}

pub(super) fn host_name(host: &Host) -> String {
    match host {
        Host::Tcp(name) => name.clone(),
        Host::Unix(path) => path.display().to_string(),
    }
}

/// The parameters that are ours, or that are read here.
#[derive(Debug, Default)]
struct Ours {
    sslmode: Option<String>,
    sslrootcert: Option<PathBuf>,
    password_file: Option<PathBuf>,
    statements: Option<Statements>,
    lanes: Option<usize>,
    readers: Option<usize>,
    batches: Option<Batches>,
}

impl Ours {
    /// Takes a parameter; whether it is one of these.
    fn take(&mut self, name: &str, value: &str) -> Result<bool, String> {
        match name {
            "sslmode" => self.sslmode = Some(value.to_owned()),
            "sslrootcert" => self.sslrootcert = Some(value.into()),
            "password_file" => self.password_file = Some(value.into()),
            "statements" => self.statements = Some(statements(value)?),
            "lanes" => self.lanes = Some(count(name, value)?),
            "readers" => self.readers = Some(count(name, value)?),
            "batches" => self.batches = Some(batches(value)?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn encryption(&self, hosts: &[Host]) -> Result<Encryption, String> {
        let verified = || Encryption::Verified(self.sslrootcert.clone());
        match self.sslmode.as_deref() {
            Some("disable") => Ok(Encryption::None),
            Some("verify-full" | "require") => Ok(verified()),
            None if hosts.iter().all(is_here) && self.sslrootcert.is_none() => Ok(Encryption::None),
            None => Ok(verified()),
            Some(other) => Err(format!(
                "sslmode={other} leaves open who is at the other end; write sslmode=verify-full (with sslrootcert=FILE \
                 for an authority of your own), or sslmode=disable where the network is trusted"
            )),
        }
    }
}

fn is_here(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => matches!(name.as_str(), "localhost" | "127.0.0.1" | "::1" | "[::1]"),
        Host::Unix(_) => true,
    }
}

fn statements(value: &str) -> Result<Statements, String> {
    match value {
        "named" => Ok(Statements::Named),
        "unnamed" => Ok(Statements::Unnamed),
        other => {
            Err(format!("statements={other}: write “named”, or “unnamed” behind a pooler of transactions"))
        }
    }
}

fn batches(value: &str) -> Result<Batches, String> {
    match value {
        "mixed" => Ok(Batches::Mixed),
        "one-shard" => Ok(Batches::OfOneShard),
        other => Err(format!(
            "batches={other}: write “mixed”, or “one-shard” where shards are on several machines"
        )),
    }
}

fn count(name: &str, value: &str) -> Result<usize, String> {
    let count = value.parse().ok().filter(|count| (1..=MOST).contains(count));
    count.ok_or_else(|| format!("{name}={value} is no number from 1 to {MOST}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_says_where_and_how() {
        let said = |text: &str| {
            let address = Address::parse(text).expect(text);
            (address.shown(), address.encryption, address.statements, address.lanes, address.batches)
        };
        let root = Some(PathBuf::from("/ca.pem"));
        for (text, expected) in [
            (
                "postgres://shop:secret@127.0.0.1/pay",
                ("postgres://127.0.0.1:5432/pay", Encryption::None, None, LANES, Batches::Mixed),
            ),
            (
                "postgresql://shop@db.example:6432/pay?statements=unnamed&lanes=8&batches=one-shard",
                (
                    "postgres://db.example:6432/pay",
                    Encryption::Verified(None),
                    Some(Statements::Unnamed),
                    8,
                    Batches::OfOneShard,
                ),
            ),
            (
                "postgres://shop@127.0.0.1/pay?sslrootcert=/ca.pem",
                ("postgres://127.0.0.1:5432/pay", Encryption::Verified(root), None, LANES, Batches::Mixed),
            ),
            (
                "postgres://shop@%2Frun%2Fpostgresql/pay?sslmode=disable",
                ("postgres:///run/postgresql:5432/pay", Encryption::None, None, LANES, Batches::Mixed),
            ),
        ] {
            let (shown, encryption, statements, lanes, batches) = expected;
            assert_eq!(said(text), (shown.to_owned(), encryption, statements, lanes, batches), "{text}");
        }
    }

    #[test]
    fn what_is_not_done_is_refused() {
        for (text, why) in [
            ("postgres://shop@db.example", "names no database"),
            ("postgres://shop@db.example/pay?sslmode=prefer", "leaves open who is at the other end"),
            ("postgres://shop@db.example/pay?lanes=0", "no number from 1"),
            ("postgres://shop@db.example/pay?statements=some", "statements=some"),
            ("postgres://shop@db.example/pay?colour=red", "colour"),
            ("postgres://shop@db.example/pay?password_file=/nowhere", "/nowhere"),
        ] {
            let fault = Address::parse(text).expect_err(text).to_string();
            assert!(fault.contains(why), "{text}: {fault}");
        }
    }

    #[test]
    fn no_password_is_shown() {
        let url = "postgres://shop:secret@db.example/pay?password=secret";
        assert_eq!(without_password(url), "postgres://shop@db.example/pay");
        let address = Address::parse("postgres://shop:secret@db.example/pay").expect("an address");
        assert!(!format!("{address:?}").contains("secret"));
    }
}
