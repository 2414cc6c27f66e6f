//! What a command's exit status says. Scripts decide by it, so the numbers stand once, here; the page about commands has
//! the same table, and a test holds one against the other.

use std::fmt;
use std::io;
use std::process::ExitCode;

use guichet_core::BadId;
use guichet_server::app;
use guichet_server::store::{CommitError, Fault, FaultKind};
use guichet_server::vault::{Locked, NoKey};

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// What was asked for is done.
    Done,
    /// Something is wrong, and has no number of its own.
    Wrong,
    /// The call cannot be understood.
    Usage,
    /// There is no such thing.
    NotFound,
    /// It is against a rule, and nothing was changed.
    Refused,
    /// What is needed cannot be reached; later it may be.
    Unreachable,
    /// What is stored is damaged.
    Damaged,
    /// What is declared is not what holds.
    Differs,
}

impl Exit {
    const ALL: [Exit; 8] = [
        Exit::Done,
        Exit::Wrong,
        Exit::Usage,
        Exit::NotFound,
        Exit::Refused,
        Exit::Unreachable,
        Exit::Damaged,
        Exit::Differs,
    ];

    /// The number.
    fn number(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Wrong => 1,
            Exit::Usage => 2,
            Exit::NotFound => 3,
            Exit::Refused => 4,
            Exit::Unreachable => 5,
            Exit::Damaged => 6,
            Exit::Differs => 7,
        }
    }

    /// What it says to whoever reads the number.
    fn says(self) -> &'static str {
        match self {
            Exit::Done => "done",
            Exit::Wrong => {
                "something is wrong: a finding of doctor or config check, or a trouble without a number of its own"
            }
            Exit::Usage => "the call, an identifier in it or the setting file cannot be understood",
            Exit::NotFound => "what was named is not there: an order, a key, a delivery, a merchant, a file",
            Exit::Refused => "refused by a rule, and nothing was changed",
            Exit::Unreachable => {
                "the database, a gateway, a server or an address cannot be reached or written at present"
            }
            Exit::Damaged => "the database, a backup, an archive or the journal of an order is damaged",
            Exit::Differs => {
                "what the shop file declares is not what holds; only apply --dry-run --exit-code ends so"
            }
        }
    }

    /// All of them, for the end of the help.
    pub(super) fn help() -> String {
        let lines = Exit::ALL.map(|exit| format!("  {}  {}", exit.number(), exit.says()));
        format!("Exit status:\n{}", lines.join("\n"))
    }

    /// What an error means: the first of its causes that says so.
    pub(super) fn of(error: &anyhow::Error) -> Exit {
        error.chain().find_map(meaning).unwrap_or(Exit::Wrong)
    }

    /// An error of this kind, which reads like that.
    pub(super) fn error(self, sentence: impl Into<String>) -> anyhow::Error {
        Failed { exit: self, sentence: sentence.into() }.into()
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        exit.number().into()
    }
}

/// A sentence, and which kind of failure it is.
#[derive(Debug)]
struct Failed {
    exit: Exit,
    sentence: String,
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl std::error::Error for Failed {}

/// What one cause says about the kind of the whole, if anything.
fn meaning(cause: &(dyn std::error::Error + 'static)) -> Option<Exit> {
    if let Some(failed) = cause.downcast_ref::<Failed>() {
        return Some(failed.exit);
    }
    if let Some(fault) = cause.downcast_ref::<Fault>() {
        return of_kind(fault.kind());
    }
    if let Some(error) = cause.downcast_ref::<app::Error>() {
        return of_kind(error.kind());
    }
    if let Some(error) = cause.downcast_ref::<CommitError>() {
        return of_kind(app::Error::from(error.clone()).kind());
    }
    if cause.is::<Locked>() || cause.is::<NoKey>() {
        return Some(Exit::Refused);
    }
    if cause.is::<BadId>() || cause.is::<url::ParseError>() {
        return Some(Exit::Usage);
    }
    cause.downcast_ref::<io::Error>().and_then(|error| of_io(error.kind()))
}

fn of_kind(kind: FaultKind) -> Option<Exit> {
    match kind {
        FaultKind::Internal => None,
        FaultKind::NotFound => Some(Exit::NotFound),
        FaultKind::Refused => Some(Exit::Refused),
        FaultKind::Unreachable => Some(Exit::Unreachable),
        FaultKind::Damaged => Some(Exit::Damaged),
    }
}

fn of_io(kind: io::ErrorKind) -> Option<Exit> {
    use io::ErrorKind as Kind;

    let unreachable = [
        Kind::AddrInUse,
        Kind::AddrNotAvailable,
        Kind::ConnectionAborted,
        Kind::ConnectionRefused,
        Kind::ConnectionReset,
        Kind::HostUnreachable,
        Kind::NetworkUnreachable,
        Kind::TimedOut,
    ];
    if kind == Kind::NotFound {
        return Some(Exit::NotFound);
    }
    unreachable.contains(&kind).then_some(Exit::Unreachable)
}

/// Something that may not be there.
pub(super) trait OrNotFound<T> {
    /// What is there, or an error that says what is not.
    ///
    /// # Errors
    /// Of the kind [`Exit::NotFound`].
    fn or_not_found(self, sentence: impl FnOnce() -> String) -> anyhow::Result<T>;
}

impl<T> OrNotFound<T> for Option<T> {
    fn or_not_found(self, sentence: impl FnOnce() -> String) -> anyhow::Result<T> {
        self.ok_or_else(|| Exit::NotFound.error(sentence()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_book_has_the_same_table() {
        let table: String =
            Exit::ALL.iter().map(|exit| format!("| {} | {} |\n", exit.number(), exit.says())).collect();
        let wanted = format!("| status | meaning |\n|---|---|\n{table}");
        crate::cli::book::holds("commands.md", "exit statuses", &wanted);
    }

    #[test]
    fn an_error_says_what_kind_it_is_wherever_it_is_told() {
        use anyhow::Context;

        let fault = |kind| anyhow::Error::from(Fault::of(kind, "it is so"));
        let io = |kind: io::ErrorKind| anyhow::Error::from(io::Error::from(kind));
        for (error, expected) in [
            (fault(FaultKind::Internal), Exit::Wrong),
            (fault(FaultKind::NotFound), Exit::NotFound),
            (fault(FaultKind::Refused), Exit::Refused),
            (fault(FaultKind::Unreachable), Exit::Unreachable),
            (fault(FaultKind::Damaged), Exit::Damaged),
            (app::Error::NoSuchOrder.into(), Exit::NotFound),
            (app::Error::Overloaded.into(), Exit::Unreachable),
            (app::Error::Unwritable(Fault::new("full")).into(), Exit::Unreachable),
            (app::Error::ReferenceTaken.into(), Exit::Refused),
            (CommitError::Overloaded.into(), Exit::Unreachable),
            (io(io::ErrorKind::NotFound), Exit::NotFound),
            (io(io::ErrorKind::AddrInUse), Exit::Unreachable),
            (io(io::ErrorKind::PermissionDenied), Exit::Wrong),
            (Exit::Damaged.error("it is damaged"), Exit::Damaged),
            (anyhow::anyhow!("something else"), Exit::Wrong),
        ] {
            let told = format!("{error:#}");
            let error = Err::<(), _>(error).context("the outer").context("the outermost").unwrap_err();
            assert_eq!(Exit::of(&error), expected, "{told}");
        }
    }
}
