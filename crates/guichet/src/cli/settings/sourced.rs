//! Options together with where each of their values comes from.

use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Command, Error, FromArgMatches};

use super::Setting;

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// The command line.
    Line,
    /// The environment.
    Environment,
    /// The setting file, or what is built in.
    Default,
}

/// Options, and for each that is a setting its values as text and where they come from.
#[derive(Debug, Clone)]
pub(crate) struct Sourced<T> {
    /// The options themselves.
    pub(crate) options: T,
    /// The settings among them.
    pub(crate) sources: Vec<(Setting, Source, Vec<String>)>,
}

impl<T> Sourced<T> {
    /// Where the setting of that key comes from.
    pub(crate) fn source_of(&self, key: &str) -> Source {
        let found = self.sources.iter().find(|(setting, ..)| setting.key == key);
        found.map_or(Source::Default, |(_, source, _)| *source)
    }
}

impl<T: Args> Args for Sourced<T> {
    fn augment_args(command: Command) -> Command {
        T::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        T::augment_args_for_update(command)
    }
}

impl<T: Args> FromArgMatches for Sourced<T> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let command = T::augment_args(Command::new("guichet"));
        let sources = command.get_arguments().filter_map(|arg| {
            let setting = Setting::of(arg)?;
            let source = match matches.value_source(arg.get_id().as_str()) {
                Some(ValueSource::CommandLine) => Source::Line,
                Some(ValueSource::EnvVariable) => Source::Environment,
                _ => Source::Default,
            };
            let values = matches.get_raw(arg.get_id().as_str()).into_iter().flatten();
            Some((setting, source, values.map(|value| value.to_string_lossy().into_owned()).collect()))
        });
        Ok(Sourced { sources: sources.collect(), options: T::from_arg_matches(matches)? })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
