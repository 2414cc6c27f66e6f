//! The baseline: a shop's own server in Node, Express and `pg`, written as the gateways' guides write it (`baseline/`),
//! beside the same gateway and on the same PostgreSQL.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context;

use crate::child::Child;
use crate::engine::{Database, psql};
use crate::line::Target;
use crate::scratch::free_address;
use crate::server::{Node, Server, target_directory};

const PACKAGE: &str = include_str!("../baseline/package.json");
const PROGRAM: &str = include_str!("../baseline/server.mjs");
const SCHEMA: &str = include_str!("../baseline/schema.sql");

/// How many connections its pool has at the most: twice the default of ten, as with 32 clients someone would choose.
const POOL_SIZE: &str = "20";

/// Where the program and its packages are, installed.
#[derive(Debug)]
pub(crate) struct Installed(PathBuf);

/// Installs the packages that the baseline names, beside this program and once.
pub(crate) fn install() -> anyhow::Result<Installed> {
    let directory = target_directory()?.join("bench-baseline");
    std::fs::create_dir_all(&directory)?;
    let package = directory.join("package.json");
    if std::fs::read_to_string(&package).is_ok_and(|installed| installed == PACKAGE) {
        return Ok(Installed(directory));
    }
    eprintln!("installing Express and pg in {}", directory.display());
    // Named last, so that an installation that broke off is made anew.
    let unfinished = directory.join("node_modules");
    let _none = std::fs::remove_dir_all(unfinished);
    let wanted: serde_json::Value = serde_json::from_str(PACKAGE)?;
    let dependencies = wanted["dependencies"].as_object().context("package.json names no packages")?;
    let names =
        dependencies.iter().map(|(name, version)| format!("{name}@{}", version.as_str().unwrap_or("")));
    let mut npm = Command::new("npm");
    npm.args(["install", "--no-save", "--package-lock=false", "--ignore-scripts", "--no-audit", "--no-fund"]);
    npm.args(["--prefix", "."])
        .args(names)
        .current_dir(&directory)
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    let status = npm.status().context("npm cannot be started; ./test installs it")?;
    anyhow::ensure!(status.success(), "npm cannot install the baseline's packages");
    std::fs::write(package, PACKAGE)?;
    Ok(Installed(directory))
}

impl Installed {
    /// Starts it on an empty database.
    pub(crate) async fn start(
        &self,
        database: &Database<'_>,
        stub: SocketAddr,
        directory: &Path,
    ) -> anyhow::Result<Server> {
        psql(&database.url, SCHEMA)?;
        // Node looks for packages from where the program is.
        let program = self.0.join("server.mjs");
        std::fs::write(&program, PROGRAM)?;
        let address = free_address()?;
        let mut command = Command::new("node");
        command.arg(program).env("NODE_ENV", "production").env("PORT", address.port().to_string());
        command.env("DATABASE_URL", &database.url).env("POOL_SIZE", POOL_SIZE);
        command.env("GATEWAY_URL", format!("http://{stub}")).env("GATEWAY_TOKEN", "sk_sandbox_bench");
        command.env("PUBLIC_URL", format!("http://{address}"));
        let mut child = Child::spawn("express", command, directory)?;
        let start_us = child.ready(address).await?;
        Ok(Server {
            nodes: vec![Node { child, target: Target::new(address, "none")?, metrics: None }],
            start_us,
        })
    }
}
