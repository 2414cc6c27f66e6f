//! What the server runs with, and where each setting comes from: the command line, the environment, the setting file, or what
//! is built in, in that order.
//!
//! A setting stands in one place: an option of `guichet serve` with a variable of the environment. Its key in the file is that
//! variable's name in small letters without `guichet_`, its meaning the option's own help, and the page about running the server
//! lists it from there. Values of the file become the options' defaults before the command line is read, so that clap alone
//! decides what wins and what a value must be.

mod file;
mod setting;
mod sourced;

use std::path::PathBuf;

use clap::{ArgMatches, Command};

use super::exit::Exit;
pub(super) use file::{Problems, SettingFile};
pub(super) use setting::{Setting, settings_of};
pub(super) use sourced::{Source, Sourced};

/// The command line, with the file's values as defaults; and the file, where there is one.
///
/// # Errors
/// The command would go by a file that cannot be read or understood.
pub(super) fn read(command: Command) -> anyhow::Result<(ArgMatches, Option<SettingFile>)> {
    // Whatever is wrong with the line is told below, and help is printed there.
    let Ok(line) = command.clone().ignore_errors(true).try_get_matches() else {
        return Ok((command.get_matches(), None));
    };
    if !goes_by_settings(&command, &line) {
        return Ok((command.get_matches(), None));
    }
    let known = settings_of(&command);
    let found = SettingFile::find(named(&line).as_deref(), &known);
    let usage = |error: anyhow::Error| match error.downcast::<Problems>() {
        Ok(problems) => Exit::Usage.error(problems.to_string()),
        Err(other) => other,
    };
    let Some(file) = found.map_err(usage)? else {
        return Ok((command.get_matches(), None));
    };
    Ok((with_defaults(command, &file).get_matches(), Some(file)))
}

/// The file that the command line names.
fn named(line: &ArgMatches) -> Option<PathBuf> {
    line.try_get_one::<PathBuf>("config").ok().flatten().cloned()
}

/// Whether the command that was asked for has an option that the file may set.
fn goes_by_settings(command: &Command, line: &ArgMatches) -> bool {
    let (mut command, mut line) = (command, line);
    while let Some((name, below)) = line.subcommand() {
        let Some(found) = command.find_subcommand(name) else { return false };
        (command, line) = (found, below);
    }
    command.get_arguments().any(|arg| Setting::of(arg).is_some())
}

/// The command, with the values of the file as the defaults of its options.
fn with_defaults(command: Command, file: &SettingFile) -> Command {
    let command = command.mut_args(|arg| {
        let Some(values) = Setting::of(&arg).and_then(|setting| file.values(&setting.key)) else {
            return arg;
        };
        arg.default_values(values.to_vec())
    });
    command.mut_subcommands(|below| with_defaults(below, file))
}

#[cfg(test)]
mod tests;
