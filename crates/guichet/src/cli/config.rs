//! `guichet config check|show`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Command, Subcommand};
use serde::Serialize;

use super::columns::Column::Left;
use super::columns::Columns;
use super::exit::{Exit, OrNotFound};
use super::serve::Serve;
use super::settings::{Problems, Setting, SettingFile, Source, Sourced, settings_of};
use crate::output::print_json;
use guichet_server::store;

/// Look at the settings that the server runs with.
#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Read a setting file, and say all that is wrong with it.
    #[command(after_help = "Example: guichet config check /etc/guichet/guichet.toml")]
    Check(Check),
    /// Print each setting as `guichet serve` would have it, and where it comes from.
    #[command(after_help = "Example: guichet config show --json")]
    Show(Box<Show>),
}

#[derive(Debug, Args)]
pub(super) struct Check {
    /// The file. Otherwise the one that the server would read.
    file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Show {
    /// Print them as JSON, one a line.
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    serve: Sourced<Serve>,
}

impl ConfigCommand {
    /// `program` is the whole command line, `named` is the file that the command line or the environment names, `read` the one that was read.
    pub(super) fn run(
        self,
        program: &Command,
        named: Option<PathBuf>,
        read: Option<&SettingFile>,
    ) -> anyhow::Result<ExitCode> {
        match self {
            ConfigCommand::Check(check) => check.run(program, named),
            ConfigCommand::Show(show) => show.run(read),
        }
    }
}

impl Check {
    fn run(self, program: &Command, named: Option<PathBuf>) -> anyhow::Result<ExitCode> {
        let place = SettingFile::place(self.file.or(named).as_deref())?;
        let path = place.or_not_found(|| {
            "there is no guichet.toml here and none in /etc/guichet; name the file to check".to_owned()
        })?;
        match SettingFile::read(&path, &settings_of(program)) {
            Ok(file) => {
                say!("{} is good: {} settings", path.display(), file.len());
                Ok(ExitCode::SUCCESS)
            }
            Err(error) => match error.downcast::<Problems>() {
                Ok(problems) => {
                    note!("{problems}");
                    Ok(Exit::Wrong.into())
                }
                Err(error) => Err(error),
            },
        }
    }
}

/// A setting as it is shown.
#[derive(Debug, Serialize)]
struct Shown {
    setting: String,
    meaning: String,
    /// `null` where nothing is said and nothing is built in, and for a secret.
    value: Option<String>,
    /// `flag`, `environment`, `file` or `default`.
    from: &'static str,
    /// The option, the variable, or the file and its line.
    place: Option<String>,
}

impl Show {
    fn run(self, file: Option<&SettingFile>) -> anyhow::Result<ExitCode> {
        let mut listing = Columns::new([Left("SETTING"), Left("VALUE"), Left("FROM")]);
        for (setting, source, values) in &self.serve.sources {
            let shown = shown(setting, *source, values, file);
            if self.json {
                print_json(&shown)?;
                continue;
            }
            let value = match shown.value {
                Some(value) => value,
                None if setting.is_secret() && *source != Source::Default => "(not shown)".to_owned(),
                None => format!("({})", setting.otherwise()),
            };
            let from = shown.place.map_or(shown.from.to_owned(), |place| format!("{} {place}", shown.from));
            listing.row([shown.setting, value, from]);
        }
        if !self.json {
            say!("{listing}");
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn shown(setting: &Setting, source: Source, values: &[String], file: Option<&SettingFile>) -> Shown {
    let in_file = file.and_then(|file| Some((file, file.line(&setting.key)?)));
    let (from, place) = match (source, in_file) {
        (Source::Line, _) => ("flag", Some(setting.option())),
        (Source::Environment, _) => ("environment", Some(setting.variable())),
        (Source::Default, Some((file, line))) => ("file", Some(format!("{}:{line}", file.path.display()))),
        (Source::Default, None) => ("default", None),
    };
    let value = (!values.is_empty() && !setting.is_secret())
        .then(|| values.iter().map(|value| store::shown(value)).collect::<Vec<_>>().join(","));
    Shown { setting: setting.key.clone(), meaning: setting.meaning(), value, from, place }
}
