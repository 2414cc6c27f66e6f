//! The one place that writes to standard output and standard error. Whoever reads them may go at any moment, as `head`
//! does: what a command still has to say is then dropped, and it ends as it would have, without a word. Any other trouble
//! with standard output, such as a full disk, is remembered, and fails the command at its end.

use std::fmt;
use std::io::{self, Write as _};
use std::sync::OnceLock;

/// Why standard output takes nothing any more.
static ENDED: OnceLock<io::Error> = OnceLock::new();

/// Prints a line to standard output, like `println!`, which would panic when nobody reads any more.
macro_rules! say {
    ($($text:tt)*) => { $crate::output::to_stdout(format_args!($($text)*)) };
}

/// Prints a line to standard error, like `eprintln!`, which would panic when nobody reads any more.
macro_rules! note {
    ($($text:tt)*) => { $crate::output::to_stderr(format_args!($($text)*)) };
}

/// Prints a line; see [`say!`].
pub(crate) fn to_stdout(line: fmt::Arguments<'_>) {
    if ENDED.get().is_some() {
        return;
    }
    if let Err(error) = writeln!(io::stdout().lock(), "{line}") {
        // The first trouble says why.
        let _ = ENDED.set(error);
    }
}

/// Prints a line; see [`note!`].
pub(crate) fn to_stderr(line: fmt::Arguments<'_>) {
    // There is nowhere left to complain.
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Prints a value as JSON on one line.
pub(crate) fn print_json(value: &impl serde::Serialize) -> anyhow::Result<()> {
    say!("{}", serde_json::to_string(value)?);
    Ok(())
}

/// Whether standard output takes nothing any more: what prints without an end ends then.
pub(crate) fn is_closed() -> bool {
    ENDED.get().is_some()
}

/// Writes what still waits to be written, at a command's end.
///
/// # Errors
/// What was printed is not wholly written, though somebody still reads it.
pub(crate) fn finish() -> Result<(), &'static io::Error> {
    if let Err(error) = io::stdout().flush() {
        let _ = ENDED.set(error);
    }
    match ENDED.get() {
        Some(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        Some(_) | None => Ok(()),
    }
}
