//! Stands in the place of the vault until it is joined: an empty folder in which nothing can be kept.

use std::fs::File;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::cli::context::InputFile;
use crate::cli::execute::{Backend, Firm};
use crate::cli::failure::Failure;
use crate::cli::import::ImportArgs;
use crate::cli::init::InitArgs;
use crate::cli::module::{Format, Module};

pub(super) struct Pending {
    pub(super) time_zone: TimeZone,
}

fn none<T>() -> Result<T, Failure> {
    Err(Failure::Failed("there is no firm here".to_owned()))
}

impl Backend for Pending {
    fn ping(&self) -> Result<(), Failure> {
        Ok(())
    }
    fn kind(&self) -> Result<Firm, Failure> {
        Ok(Firm::None)
    }
    fn time_zone(&self) -> TimeZone {
        self.time_zone.clone()
    }
    fn make_demo(&self, _: u32, _: u64, _: &str) -> Result<(), Failure> {
        none()
    }
    fn set_demo_password(&self, _: &str) -> Result<(), Failure> {
        none()
    }
    fn init(&self, _: &InitArgs, _: &str) -> Result<(), Failure> {
        none()
    }
    fn users(&self) -> Result<Vec<Value>, Failure> {
        Ok(Vec::new())
    }
    fn add_user(&self, _: &str, _: &str, _: &str, _: &str) -> Result<(), Failure> {
        none()
    }
    fn set_password(&self, _: &str, _: &str) -> Result<(), Failure> {
        none()
    }
    fn set_role(&self, _: &str, _: &str) -> Result<(), Failure> {
        none()
    }
    fn set_active(&self, _: &str, _: bool) -> Result<(), Failure> {
        none()
    }
    fn unlock(&self, _: &str) -> Result<(), Failure> {
        none()
    }
    fn roles(&self) -> Result<Vec<Value>, Failure> {
        Ok(Vec::new())
    }
    fn role(&self, _: &str) -> Result<Value, Failure> {
        none()
    }
    fn tokens(&self) -> Result<Vec<Value>, Failure> {
        Ok(Vec::new())
    }
    fn add_token(&self, _: &str, _: &str, _: Option<Date>) -> Result<String, Failure> {
        none()
    }
    fn revoke_token(&self, _: &str) -> Result<(), Failure> {
        none()
    }
    fn import(&self, _: &ImportArgs, _: InputFile) -> Result<Value, Failure> {
        none()
    }
    fn export(&self, _: Module, _: Format, _: &str, _: &mut File) -> Result<(), Failure> {
        none()
    }
    fn audit(&self, _: Option<Timestamp>, _: Option<&str>) -> Result<Vec<Value>, Failure> {
        Ok(Vec::new())
    }
    fn verify_audit(&self) -> Result<u64, Failure> {
        Ok(0)
    }
}
