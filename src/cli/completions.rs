//! `completions`: what a shell offers after the tabulator key.

use std::io::Write;

use clap::Args;
use clap_complete::Shell;

use super::failure::Failure;

#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// The shell the script is for.
    shell: Shell,
}

impl CompletionsArgs {
    pub(super) fn run(self, mut command: clap::Command) -> Result<(), Failure> {
        // A reader that goes away would make the generator panic; memory does not.
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut command, "kartoteka", &mut script);
        std::io::stdout()
            .write_all(&script)
            .map_err(|error| Failure::io("stdout", error))
    }
}
