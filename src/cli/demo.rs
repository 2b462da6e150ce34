//! `demo`: a firm to look around in.

use std::io::Write;

use clap::Args;

use super::Common;
use super::context::read_password;
use super::failure::Failure;
use crate::app;
use crate::app::data_dir::{DataDir, SHORTLY};
use crate::app::office::Holds;
use crate::config::Listen;

#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    /// How many clients the firm has.
    #[arg(long, default_value_t = 500, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=2_000_000))]
    clients: u32,
    /// The same seed gives the same records.
    #[arg(long, default_value_t = 1, value_name = "S")]
    seed: u64,
    /// The address and port to listen on, instead of the configuration's.
    #[arg(long, value_name = "ADDR")]
    listen: Option<Listen>,
    /// Reads the one password of all users from stdin instead of making one up.
    #[arg(long)]
    password_stdin: bool,
    /// Makes the firm and ends, without serving it.
    #[arg(long)]
    no_serve: bool,
    /// Megabytes of files to measure with, beside the few small ones that a demo has that is served.
    #[arg(long, value_name = "MB", hide = true, default_value_t = 0, value_parser = clap::value_parser!(u64).range(0..=100_000))]
    files_mb: u64,
}

impl DemoArgs {
    pub(super) fn run(self, common: &Common) -> Result<(), Failure> {
        let mut config = common.load_config()?;
        if let Some(place) = self.listen.clone() {
            config.listen_instead(place);
        }
        let given = if self.password_stdin {
            Some(read_password(std::io::stdin())?)
        } else {
            None
        };
        let data = DataDir::create(&common.data, SHORTLY)?;
        let program = app::open(&data, &config, &common.source())?;
        let office = program.office();
        let password = given.clone().map_or_else(generate_password, Ok)?;
        match office.holds()? {
            Holds::Firm => {
                return Err(Failure::Failed(format!(
                    "{} holds a firm that is no demo; give another folder with --data",
                    data.path().display()
                )));
            }
            Holds::Demo => office.set_demo_password(&password)?,
            Holds::Nothing => {
                eprintln!(
                    "making a demo firm with {} clients in {}",
                    self.clients,
                    data.path().display()
                );
                office.make_demo(data.path(), self.clients, self.seed, &password)?;
                // For people to look at. A firm for a script stays without, so that each of its archives is whole by itself.
                if !self.no_serve || self.files_mb > 0 {
                    office.add_demo_files(self.seed)?;
                }
                office.add_demo_noise(self.files_mb, self.seed)?;
            }
        }
        if given.is_none() {
            eprintln!(
                "sign in as owner@demo.test, manager@demo.test, sales1@demo.test, sales2@demo.test,"
            );
            eprintln!("accounting@demo.test or support@demo.test, all with this password:");
            writeln!(std::io::stdout(), "password {password}")
                .map_err(|error| Failure::io("stdout", error))?;
        }
        if self.no_serve {
            return Ok(());
        }
        program.serve(&data, &config)
    }
}

/// Letters and digits that are hard to mistake for one another; 20 of the 32 carry 100 bits.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// A random password in groups that can be typed: `k3fp9-…`.
fn generate_password() -> Result<String, Failure> {
    let mut bytes = [0; 20];
    getrandom::fill(&mut bytes)
        .map_err(|error| Failure::Failed(format!("no random numbers: {error}")))?;
    let letters: Vec<char> = bytes
        .iter()
        .map(|byte| char::from(ALPHABET[usize::from(byte % 32)]))
        .collect();
    let groups: Vec<String> = letters
        .chunks(5)
        .map(|group| group.iter().collect())
        .collect();
    Ok(groups.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_up_passwords_differ_and_can_be_typed() {
        let (one, two) = (generate_password().unwrap(), generate_password().unwrap());
        assert_ne!(one, two);
        assert_eq!(one.len(), 23);
        assert!(
            one.bytes()
                .all(|byte| byte == b'-' || ALPHABET.contains(&byte)),
            "{one}"
        );
    }
}
