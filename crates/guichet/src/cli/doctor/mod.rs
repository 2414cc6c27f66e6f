//! `guichet doctor`: one file for each thing that is looked at.

mod accounts_out_of_use;
mod archives;
mod audit;
mod configuration;
mod copy;
mod deliveries;
mod disk;
mod failing;
mod finding;
mod gateways;
mod nodes;
mod orders;
mod runs_with;
mod secrets;
mod unmatched;

use std::process::ExitCode;

use clap::Args;

use self::accounts_out_of_use::accounts_out_of_use;
use self::archives::archives;
use self::audit::audit;
use self::configuration::configuration;
use self::copy::copy;
use self::deliveries::deliveries;
use self::disk::disk;
use self::failing::failing;
use self::finding::{Finding, finding};
use self::gateways::gateways;
use self::nodes::nodes;
use self::orders::stuck;
use self::runs_with::runs_with;
use self::secrets::secrets;
use self::unmatched::unmatched;
use super::database::Beside;
use super::exit::Exit;
use super::print_json;
use super::progress::{Measure, Progress};
use guichet_server::KeyPlaces;
use guichet_server::app::App;
use guichet_server::store::{self, Opening};

/// Examine the database, the configuration and what is stuck. Exits with 1 when something is wrong.
#[derive(Debug, Args)]
#[command(after_help = "Example: guichet doctor --json")]
pub(super) struct Doctor {
    /// Print the findings as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: Beside,
}

/// The finding about pages and indexes.
const INTEGRITY: &str = "integrity";

impl Doctor {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let url = &self.database.at.database;
        let mut findings = vec![disk(url).await];
        let places = self.database.at.key_places()?;
        let examine = async |app: &App| examine(app, &places).await;
        let opened = match self.database.with_app(Opening::AsItIs, examine).await {
            Ok(found) => {
                findings.extend(found);
                Exit::Done
            }
            Err(error) => {
                findings.push(finding("open", false, format!("{error:#}")));
                Exit::of(&error)
            }
        };
        for finding in &findings {
            if self.json {
                print_json(finding)?;
            } else {
                say!(
                    "{}  {:<14} {}",
                    if finding.good { "good " } else { "WRONG" },
                    finding.what,
                    finding.detail
                );
            }
        }
        Ok(status(&findings, opened).into())
    }
}

/// The status: damage is told apart from everything else that is wrong.
fn status(findings: &[Finding], opened: Exit) -> Exit {
    let damaged = opened == Exit::Damaged || findings.iter().any(|one| one.what == INTEGRITY && !one.good);
    match findings.iter().all(|finding| finding.good) {
        true => Exit::Done,
        false if damaged => Exit::Damaged,
        false => Exit::Wrong,
    }
}

async fn examine(app: &App, places: &KeyPlaces) -> anyhow::Result<Vec<Finding>> {
    let mut findings = vec![finding("open", true, "the database opens, and its schema is up to date")];
    findings.push(secrets(app.store(), places).await?);
    findings.push(match app.store().commit(vec![store::dummy_write()]).await {
        Ok(()) => finding("write", true, "a transaction was written and flushed to disk"),
        Err(error) => finding("write", false, format!("nothing can be written: {error}")),
    });
    let progress = Progress::of("reading every page of the database", Measure::Unknown);
    let examined = app.store().examined().await?;
    drop(progress);
    findings.push(match examined.damage.is_empty() {
        true => finding(INTEGRITY, true, examined.looked_at),
        false => finding(INTEGRITY, false, examined.damage.join("; ")),
    });
    findings.push(runs_with(app.store()).await?);
    findings.push(nodes(app.store()).await?);
    let snapshot = app.registry().snapshot();
    findings.extend(copy(&snapshot));
    findings.extend(configuration(&snapshot));
    findings.extend(gateways(app, &snapshot).await?);
    findings.extend(accounts_out_of_use(app, &snapshot).await?);
    let census = app.store().census(app.clock().now_ms()).await?;
    findings.extend(stuck(&census));
    findings.push(unmatched(app).await?);
    findings.extend(archives(app.store()).await?);
    findings.push(audit(app.store(), &snapshot).await?);
    findings.extend(deliveries(&census));
    findings.extend(failing(app, &snapshot).await?);
    Ok(findings)
}
