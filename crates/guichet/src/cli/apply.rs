//! `guichet apply FILE`.

use std::io::{IsTerminal, Read};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use guichet_server::app::App;
use guichet_server::shopfile::{Plan, ShopFile};
use guichet_server::store::{Opening, is_there};
use serde::Serialize;

use super::ask;
use super::database::Beside;
use super::exit::Exit;
use crate::output::print_json;

/// Make what a file declares of its merchants hold: their gateway accounts, webhook endpoints, routes, messages and
/// fronts. What a file declared and names no more ends; what the API made, and merchants that the file does not name, stay.
///
/// The plan is printed first. On a terminal it is asked whether to apply it. Without one, a plan that only makes what is new
/// is applied, and one that changes or ends something needs --yes. A running server follows within a second.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples: guichet apply shop.toml\n          guichet apply shop.toml --dry-run\n          generate-shop | guichet apply - --yes"
)]
pub(super) struct Apply {
    /// The shop file, TOML; - for standard input.
    file: PathBuf,

    /// Apply the plan without asking.
    #[arg(long, short)]
    yes: bool,

    /// Only print the plan.
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,

    /// With --dry-run: end with 7 where there is something to do.
    #[arg(long, requires = "dry_run")]
    exit_code: bool,

    /// Print the plan as JSON.
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    database: Beside,
}

/// The plan as programs read it.
#[derive(Serialize)]
struct Printed<'a> {
    /// Whether it was applied.
    applied: bool,
    #[serde(flatten)]
    plan: &'a Plan,
}

impl Apply {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let name = self.name();
        let file = ShopFile::parse(&self.text()?).with_context(|| format!("{name} cannot be applied"))?;
        let looks_first = self.dry_run || self.asks();
        if looks_first && !is_there(&self.database.at.database).await? {
            return self.before_a_database(&file).await;
        }
        let work = async |app: &App| {
            let plan = file.plan(app).await.with_context(|| format!("{name} cannot be applied"))?;
            if !self.is_wanted(&plan)? {
                return self.not_applied(&plan);
            }
            plan.commit(app).await.with_context(|| format!("{name} was not applied"))?;
            self.applied(&plan)
        };
        let ended = match self.dry_run {
            true => self.database.with_app(Opening::AsItIs, work).await?,
            false => self.database.with_secrets(Opening::MakeOrMigrate, work).await?,
        };
        Ok(ended.into())
    }

    /// Where there is no database yet: it is made only once the plan is wanted.
    async fn before_a_database(&self, file: &ShopFile) -> anyhow::Result<ExitCode> {
        let name = self.name();
        let (by, _) = self.database.sending.beside(None);
        let planned = file.plan_from_nothing(&by.reach());
        let plan = planned.with_context(|| format!("{name} cannot be applied"))?;
        if !self.is_wanted(&plan)? {
            return Ok(self.not_applied(&plan)?.into());
        }
        let apply = async |app: &App| file.apply(app).await;
        let applied = self.database.with_secrets(Opening::MakeOrMigrate, apply).await;
        let plan = applied.with_context(|| format!("{name} was not applied"))?;
        Ok(self.applied(&plan)?.into())
    }

    /// Prints the plan, and finds out whether it is to be applied.
    ///
    /// # Errors
    /// Nobody said so, and it would change or end something.
    fn is_wanted(&self, plan: &Plan) -> anyhow::Result<bool> {
        match (self.json, self.asks()) {
            (true, false) => {}
            (true, true) => told(plan).iter().for_each(|line| note!("{line}")),
            (false, _) => told(plan).iter().for_each(|line| say!("{line}")),
        }
        if !plan.changes || self.dry_run {
            return Ok(false);
        }
        if self.asks() {
            return ask::agreed("Apply this?", false);
        }
        if !self.yes && plan.alters() {
            if self.json {
                print_json(&Printed { applied: false, plan })?;
            }
            return Err(Exit::Refused.error(
                "nothing was applied: this changes or ends what is in use, and there is no terminal to ask on; add --yes to apply it, or --dry-run to look only",
            ));
        }
        Ok(true)
    }

    fn applied(&self, plan: &Plan) -> anyhow::Result<Exit> {
        match self.json {
            true => print_json(&Printed { applied: true, plan })?,
            false => say!("Applied: {}.", plan.summary()),
        }
        Ok(Exit::Done)
    }

    /// What is said of a plan that is not applied, and how the command ends then.
    fn not_applied(&self, plan: &Plan) -> anyhow::Result<Exit> {
        if self.json {
            print_json(&Printed { applied: false, plan })?;
        }
        match (plan.changes, self.dry_run) {
            (false, _) => {
                if !self.json {
                    say!("Nothing to do: what {} declares holds already.", self.name());
                }
                Ok(Exit::Done)
            }
            (true, true) => {
                if !self.json {
                    say!("Nothing was changed; applied, it would be: {}.", plan.summary());
                }
                Ok(if self.exit_code { Exit::Differs } else { Exit::Done })
            }
            (true, false) => Err(Exit::Refused.error("nothing was applied")),
        }
    }

    /// Whether somebody is there to be asked. Whoever gives the file by standard input cannot answer there.
    fn asks(&self) -> bool {
        !self.yes && !self.dry_run && !self.is_standard_input() && std::io::stdin().is_terminal()
    }

    fn is_standard_input(&self) -> bool {
        self.file.as_os_str() == "-"
    }

    fn name(&self) -> String {
        match self.is_standard_input() {
            true => "standard input".to_owned(),
            false => self.file.display().to_string(),
        }
    }

    fn text(&self) -> anyhow::Result<String> {
        if !self.is_standard_input() {
            return std::fs::read_to_string(&self.file)
                .with_context(|| format!("{} cannot be read", self.name()));
        }
        let mut text = String::new();
        std::io::stdin().lock().read_to_string(&mut text).context("standard input cannot be read")?;
        Ok(text)
    }
}

/// The plan for people.
fn told(plan: &Plan) -> Vec<String> {
    let mut lines = plan.lines();
    lines.extend(plan.about_others());
    lines
}
