//! `guichet man [FOLDER]`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Command};

/// Print the program's page of the manual, or write the pages of all its commands into a folder.
#[derive(Debug, Args)]
#[command(after_help = "Example: guichet man /usr/local/share/man/man1\n         guichet man | man -l -")]
pub(super) struct Man {
    /// The folder; it is made where it is not there.
    folder: Option<PathBuf>,
}

impl Man {
    pub(super) fn run(self, mut program: Command) -> anyhow::Result<ExitCode> {
        // Gives each command its whole name.
        program.build();
        let Some(folder) = self.folder else {
            say!("{}", page(&program)?.trim_end());
            return Ok(ExitCode::SUCCESS);
        };
        let name = folder.display();
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {name}"))?;
        write_pages(&program, &folder).with_context(|| format!("the pages cannot be written to {name}"))?;
        say!("{name} holds the pages; read them with man {}", program.get_name());
        Ok(ExitCode::SUCCESS)
    }
}

/// Writes the page of a command, and those of the commands below it.
fn write_pages(command: &Command, folder: &Path) -> anyhow::Result<()> {
    let name = clap_mangen::Man::new(command.clone()).get_filename();
    std::fs::write(folder.join(name), page(command)?)?;
    let below = command.get_subcommands().filter(|below| !below.is_hide_set() && below.get_name() != "help");
    below.into_iter().try_for_each(|below| write_pages(below, folder))
}

fn page(command: &Command) -> anyhow::Result<String> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    // What stands at the end of a help text: examples, and with the program itself its exit statuses.
    let heading = if command.get_name() == "guichet" { "EXIT STATUS" } else { "EXAMPLES" };
    Ok(String::from_utf8(page)?.replace(".SH EXTRA\n", &format!(".SH \"{heading}\"\n")))
}
