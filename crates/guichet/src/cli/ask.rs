//! A question to the person at the terminal before something that cannot be taken back.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use super::exit::Exit;

/// Whether the person agrees. Where nobody can be asked, `--yes` must have said it.
///
/// # Errors
/// Nobody can be asked.
pub(super) fn agreed(question: &str, yes: bool) -> anyhow::Result<bool> {
    if yes {
        return Ok(true);
    }
    if !io::stdin().is_terminal() {
        return Err(Exit::Usage.error("nobody can be asked here, because this is no terminal; say --yes"));
    }
    let mut told = io::stderr();
    write!(told, "{question} [y/N] ")?;
    told.flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}
