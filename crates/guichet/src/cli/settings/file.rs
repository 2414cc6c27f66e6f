//! The setting file `guichet.toml`: where it is looked for, and how it is read. Everything that is wrong with it is told at
//! once, each with its line.

use std::collections::BTreeMap;
use std::fmt;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context;
use guichet_server::store::{file_of, has_password};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::super::exit::Exit;
use super::Setting;

/// Its name in the current folder.
const HERE: &str = "guichet.toml";

/// Where it is on a machine that runs one server.
const OF_THE_MACHINE: &str = "/etc/guichet/guichet.toml";

/// Of so many letters of a name one may be wrong.
const LETTERS_FOR_ONE: usize = 3;

/// A setting file, read and found good.
#[derive(Debug)]
pub(crate) struct SettingFile {
    /// Where it is.
    pub(crate) path: PathBuf,
    values: BTreeMap<String, Entry>,
}

#[derive(Debug)]
struct Entry {
    line: usize,
    values: Vec<String>,
}

/// What is wrong with a file, each line a place and a sentence.
#[derive(Debug)]
pub(crate) struct Problems {
    path: PathBuf,
    found: Vec<(usize, String)>,
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (line, sentence)) in self.found.iter().enumerate() {
            let end = if at == 0 { "" } else { "\n" };
            write!(f, "{end}{}:{line}: {sentence}", self.path.display())?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

impl SettingFile {
    /// The file that is named, else `guichet.toml` of the current folder, else that of the machine; an empty name is none.
    ///
    /// # Errors
    /// It cannot be read, or [`Problems`].
    pub(crate) fn find(named: Option<&Path>, known: &[Setting]) -> anyhow::Result<Option<Self>> {
        let Some(path) = Self::place(named)? else { return Ok(None) };
        Self::read(&path, known).map(Some)
    }

    /// Where the file is, if there is one.
    ///
    /// # Errors
    /// Somebody else may have put one into the current folder.
    pub(crate) fn place(named: Option<&Path>) -> anyhow::Result<Option<PathBuf>> {
        match named {
            Some(none) if none.as_os_str().is_empty() => return Ok(None),
            Some(path) => return Ok(Some(path.to_owned())),
            None => {}
        }
        if let Ok(here) = std::fs::metadata(HERE) {
            let ours = [0, rustix::process::geteuid().as_raw()].contains(&here.uid());
            if !ours || here.mode() & 0o002 != 0 {
                let why = format!(
                    "{HERE} of this folder is another user's or may be written by everybody, so it is not read unasked: \
                     name it with --config {HERE}, or another one"
                );
                return Err(Exit::Refused.error(why));
            }
            return Ok(Some(HERE.into()));
        }
        Ok(Some(PathBuf::from(OF_THE_MACHINE)).filter(|path| path.exists()))
    }

    /// Reads that file.
    ///
    /// # Errors
    /// It cannot be read, or [`Problems`].
    pub(crate) fn read(path: &Path, known: &[Setting]) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("the setting file {} cannot be read", path.display()))?;
        Ok(Self::parse(path, &text, known)?)
    }

    /// Reads its text.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub(super) fn parse(path: &Path, text: &str, known: &[Setting]) -> Result<Self, Problems> {
        let line_of =
            |byte: usize| text.as_bytes()[..byte.min(text.len())].iter().filter(|b| **b == b'\n').count() + 1;
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut found: Vec<(usize, String)> = errors
            .iter()
            .map(|error| (error.span().map_or(1, |span| line_of(span.start)), error.message().to_owned()))
            .collect();
        let mut values = BTreeMap::new();
        for (key, value) in table.get_ref() {
            let line = line_of(key.span().start);
            match entry(key.get_ref(), value, known) {
                Ok((setting, texts)) => {
                    let texts = texts.into_iter().map(|text| from_its_folder(setting, path, text)).collect();
                    values.insert(setting.key.clone(), Entry { line, values: texts });
                }
                Err(sentence) => found.push((line, sentence)),
            }
        }
        found.sort();
        if found.is_empty() {
            Ok(SettingFile { path: path.to_owned(), values })
        } else {
            Err(Problems { path: path.to_owned(), found })
        }
    }

    /// The values of a setting, as text; `None` where the file does not name it.
    pub(super) fn values(&self, key: &str) -> Option<&[String]> {
        self.values.get(key).map(|entry| entry.values.as_slice())
    }

    /// The line that names a setting.
    pub(crate) fn line(&self, key: &str) -> Option<usize> {
        self.values.get(key).map(|entry| entry.line)
    }

    /// How many settings it names.
    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }
}

/// The setting that an entry of the file is, and its values.
fn entry<'a>(
    key: &str,
    value: &Spanned<DeValue<'_>>,
    known: &'a [Setting],
) -> Result<(&'a Setting, Vec<String>), String> {
    let Some(setting) = known.iter().find(|setting| setting.key == key) else {
        return Err(unknown(key, known));
    };
    if setting.is_secret() {
        let by_file = format!("{key}_file");
        let instead = match known.iter().any(|setting| setting.key == by_file) {
            true => format!("put it into a file of its own and name that: {by_file} = \"…\""),
            false => format!("give it by the environment: {}", setting.variable()),
        };
        return Err(format!("{key} is a secret, which never stands in this file; {instead}"));
    }
    let texts = if let DeValue::Array(items) = value.get_ref()
        && setting.is_list()
    {
        items.iter().map(|item| scalar(item.get_ref())).collect()
    } else {
        scalar(value.get_ref()).map(|text| setting.split(&text))
    };
    let texts = texts.ok_or_else(|| match setting.is_list() {
        true => format!("{key} is a text, or a list of texts"),
        false => format!("{key} has one value: a text, a number, or true or false"),
    })?;
    if texts.iter().any(|text| has_password(text)) {
        return Err(format!(
            "{key} has a password, which never stands in this file; put it into a file of its own and name that: \
             postgres://…?password_file=FILE"
        ));
    }
    for text in &texts {
        setting.judge(text).map_err(|why| format!("{key}: “{text}” cannot be used: {why}"))?;
    }
    Ok((setting, texts))
}

fn scalar(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Boolean(truth) => Some(truth.to_string()),
        DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => None,
    }
}

fn unknown(key: &str, known: &[Setting]) -> String {
    let meant = key.to_lowercase().replace('-', "_");
    let wrong = |setting: &&Setting| strsim::damerau_levenshtein(&setting.key, &meant);
    let nearest = known.iter().filter(|setting| !setting.is_secret()).min_by_key(wrong);
    match nearest.filter(|setting| wrong(setting) * LETTERS_FOR_ONE <= setting.key.len()) {
        Some(setting) => format!("there is no setting {key}; did you mean {}?", setting.key),
        None => format!("there is no setting {key}; `guichet config show` lists them all"),
    }
}

/// A path of the file is meant from where the file is, so that it means the same from wherever a command is run.
fn from_its_folder(setting: &Setting, file: &Path, text: String) -> String {
    let Some(path) = file_of(&text).filter(|path| setting.is_path() && path.is_relative()) else {
        return text;
    };
    match file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => {
            let scheme = if text.starts_with("sqlite:") { "sqlite:" } else { "" };
            format!("{scheme}{}", folder.join(path).display())
        }
        None => text,
    }
}
