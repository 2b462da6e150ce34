//! The modules of the product, and the vocabulary of their permissions.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A module. The number is part of every key of the database and never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Module {
    /// Companies and persons.
    Clients = 1,
    /// Sales in progress.
    Deals = 2,
    /// Things to do.
    Tasks = 3,
    /// Correspondence.
    Mail = 4,
    /// The knowledge base.
    Articles = 5,
    /// Finance.
    Invoices = 6,
}

impl Module {
    /// All modules, in the order of the menu.
    pub const ALL: [Self; 6] = [
        Self::Clients,
        Self::Deals,
        Self::Tasks,
        Self::Mail,
        Self::Articles,
        Self::Invoices,
    ];

    /// The number in keys.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The name in addresses, in JSON and in roles.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Clients => "clients",
            Self::Deals => "deals",
            Self::Tasks => "tasks",
            Self::Mail => "mail",
            Self::Articles => "articles",
            Self::Invoices => "invoices",
        }
    }

    /// Field groups that a role can hide.
    pub const fn groups(self) -> &'static [&'static str] {
        match self {
            Self::Clients | Self::Deals | Self::Invoices => &["finance"],
            Self::Tasks | Self::Mail | Self::Articles => &[],
        }
    }

    /// Single options that a role can grant.
    pub const fn options(self) -> &'static [&'static str] {
        match self {
            Self::Clients => &["change_owner", "merge", "bulk_edit"],
            Self::Deals | Self::Tasks | Self::Invoices => &["change_owner", "bulk_edit"],
            Self::Mail => &["bulk_edit"],
            Self::Articles => &["change_owner", "publish", "bulk_edit"],
        }
    }
}

impl fmt::Display for Module {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A name that is no module's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no such module")]
pub struct UnknownModule;

impl FromStr for Module {
    type Err = UnknownModule;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|module| module.name() == name)
            .ok_or(UnknownModule)
    }
}
