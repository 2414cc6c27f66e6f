//! One setting: an option of `guichet serve` that the environment and the setting file know too.

use clap::{Arg, ArgAction, Command, ValueHint};

/// What every variable of the environment begins with.
const PREFIX: &str = "GUICHET_";

/// How a help text introduces what holds when nothing is said.
const OTHERWISE: &str = "Otherwise ";

/// A setting.
#[derive(Debug, Clone)]
pub(crate) struct Setting {
    /// Its name in the file.
    pub(crate) key: String,
    arg: Arg,
}

/// The settings: those of `guichet serve`, in the order of its help.
pub(crate) fn settings_of(command: &Command) -> Vec<Setting> {
    let serve = command.find_subcommand("serve").into_iter();
    serve.flat_map(Command::get_arguments).filter_map(Setting::of).collect()
}

impl Setting {
    /// The setting that an option is, if it is one.
    pub(super) fn of(arg: &Arg) -> Option<Self> {
        let variable = arg.get_env()?.to_str()?;
        let key = variable.strip_prefix(PREFIX)?.to_lowercase();
        (key != "config").then(|| Setting { key, arg: arg.clone() })
    }

    /// The option, such as `--public-url`.
    pub(crate) fn option(&self) -> String {
        format!("--{}", self.arg.get_long().unwrap_or_default())
    }

    /// The variable of the environment.
    pub(crate) fn variable(&self) -> String {
        format!("{PREFIX}{}", self.key.to_uppercase())
    }

    /// Whether its value is shown to nobody, and never stands in a setting file.
    pub(crate) fn is_secret(&self) -> bool {
        self.arg.is_hide_env_values_set()
    }

    /// Whether it is on or off and nothing else.
    pub(super) fn is_switch(&self) -> bool {
        matches!(self.arg.get_action(), ArgAction::SetTrue)
    }

    /// Whether it may have several values.
    pub(super) fn is_list(&self) -> bool {
        matches!(self.arg.get_action(), ArgAction::Append)
    }

    /// Whether its value is the path of a file.
    pub(super) fn is_path(&self) -> bool {
        self.arg.get_value_hint() == ValueHint::FilePath
    }

    /// The values that a text of the file or of the environment has.
    pub(super) fn split(&self, text: &str) -> Vec<String> {
        match self.arg.get_value_delimiter().filter(|_| self.is_list()) {
            Some(delimiter) => text.split(delimiter).map(|value| value.trim().to_owned()).collect(),
            None => vec![text.to_owned()],
        }
    }

    /// What it means, without what holds otherwise.
    pub(crate) fn meaning(&self) -> String {
        let help =
            self.arg.get_long_help().or(self.arg.get_help()).map(ToString::to_string).unwrap_or_default();
        let meaning = help.split(OTHERWISE).next().unwrap_or_default();
        meaning.trim().trim_end_matches('.').to_owned()
    }

    /// What holds when nothing is said.
    pub(crate) fn otherwise(&self) -> String {
        let help =
            self.arg.get_long_help().or(self.arg.get_help()).map(ToString::to_string).unwrap_or_default();
        let built_in: Vec<_> =
            self.arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
        match help.split_once(OTHERWISE) {
            Some((_, otherwise)) => otherwise.trim().trim_end_matches('.').to_owned(),
            None if self.is_switch() => "no".to_owned(),
            None => built_in.join(", "),
        }
    }

    /// Refuses a value that the option would refuse.
    ///
    /// # Errors
    /// Why, as the option says it.
    pub(super) fn judge(&self, value: &str) -> Result<(), String> {
        if self.is_switch() {
            return match value {
                "true" | "false" => Ok(()),
                _ => Err("it is true or false".to_owned()),
            };
        }
        let line = [format!("{}={value}", self.option())];
        let alone =
            Command::new("guichet").no_binary_name(true).disable_help_flag(true).arg(self.arg.clone());
        alone.try_get_matches_from(line).map(drop).map_err(|error| why(&error))
    }
}

/// Why clap refuses a value, without the words around it that speak of the command line.
fn why(error: &clap::Error) -> String {
    use clap::error::{ContextKind, ContextValue};

    if let Some(source) = std::error::Error::source(error) {
        let causes = std::iter::successors(Some(source), |cause| cause.source());
        return causes.map(ToString::to_string).collect::<Vec<_>>().join(": ");
    }
    match error.get(ContextKind::ValidValue) {
        Some(ContextValue::Strings(words)) => format!("it is one of {}", words.join(", ")),
        _ => {
            let told = error.to_string();
            told.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned()
        }
    }
}
