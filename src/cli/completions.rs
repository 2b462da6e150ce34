//! `completions`: what a shell offers after the tabulator key.

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
        clap_complete::generate(
            self.shell,
            &mut command,
            "kartoteka",
            &mut std::io::stdout(),
        );
        Ok(())
    }
}
