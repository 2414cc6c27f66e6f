//! `guichet completions SHELL`.

use std::process::ExitCode;

use clap::{Args, Command};
use clap_complete::Shell;

/// Print a shell's completions for this program.
#[derive(Debug, Args)]
#[command(after_help = "Example: guichet completions bash > /usr/share/bash-completion/completions/guichet")]
pub(super) struct Completions {
    /// The shell.
    shell: Shell,
}

impl Completions {
    pub(super) fn run(self, mut program: Command) -> anyhow::Result<ExitCode> {
        let mut script = Vec::new();
        let name = program.get_name().to_owned();
        clap_complete::generate(self.shell, &mut program, name, &mut script);
        say!("{}", String::from_utf8(script)?.trim_end());
        Ok(ExitCode::SUCCESS)
    }
}
