//! What a letter holds: to whom it goes, what it says, what is filled into its words, and how long it is of use.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::links::Purpose;
use super::people::User;
use crate::data::log::Signature;
use crate::data::records::ids::UserId;

/// What a letter says; its words are in the locale files, under the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Template {
    /// Asks to confirm an address; `token`.
    ConfirmAddress,
    /// Tells the old address that another has taken its place.
    AddressChanged,
    /// Leads to the form for a new password; `token`.
    Recovery,
    /// Leads a new person to the form for their first password; `token`.
    Invitation,
    /// The code of a second step; `code`, `time`, `address`, `device`.
    Code,
    /// Tells that the password was changed; `time`, `address`.
    PasswordChanged,
    /// Tells that a second step was added or taken away; `what`, `time`, `address`.
    SecondStepChanged,
    /// Tells of a sign-in from a device or network not seen before; `time`, `address`, `device`.
    NewDevice,
    /// Tells that the right password was entered and the second step not finished; `time`, `address`, `device`.
    UnfinishedSignIn,
    /// Tells that the right password was entered where or when its person may not work; `time`, `address`, `device`.
    BarredSignIn,
    /// Tells that the password will be too old soon; `days`.
    PasswordExpires,
    /// Something owners should look at; `what`.
    Alarm,
    /// Tells owners that there is no good backup of late; `what` where one failed.
    BackupsFail,
    /// Tells them that there is one again.
    BackupsGood,
    /// Tells owners that a place for backups was added, changed or removed, or who else can open them; `what`, `target`,
    /// `who`, `time`, `address`.
    BackupTargetChanged,
    /// Tells owners that the server's certificate is about to lapse; `what` names it is for, `days` left, `reason` in the
    /// authority's words.
    CertificateLapses,
    /// Shows that sending works.
    Test,
}

impl Template {
    /// How long a letter is of use to whom it goes to.
    const fn useful(self) -> SignedDuration {
        match self {
            Self::ConfirmAddress => Purpose::ConfirmAddress.lifetime(),
            Self::Recovery => Purpose::Recovery.lifetime(),
            Self::Invitation => Purpose::Invitation.lifetime(),
            Self::Code | Self::Test => SignedDuration::from_mins(10),
            Self::AddressChanged
            | Self::PasswordChanged
            | Self::SecondStepChanged
            | Self::NewDevice
            | Self::UnfinishedSignIn
            | Self::BarredSignIn
            | Self::PasswordExpires
            | Self::CertificateLapses
            | Self::BackupsFail
            | Self::BackupsGood
            | Self::BackupTargetChanged
            | Self::Alarm => SignedDuration::from_hours(24 * 3),
        }
    }
}

/// A letter.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// The address.
    pub to: String,
    /// The person, where the address is one's.
    #[serde(default)]
    pub user: Option<UserId>,
    /// `pl` or `en`; the firm's where they chose none.
    #[serde(default)]
    pub language: Option<String>,
    /// What it says.
    pub template: Template,
    /// What is filled into the words.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    /// After this it is of no use and is not sent any more.
    pub useful_until: Timestamp,
}

impl Letter {
    /// A letter to a person's address, of use from `at` on as long as such letters are.
    pub(crate) fn to(user: &User, template: Template, at: Timestamp) -> Self {
        Self {
            to: user.email.clone(),
            user: Some(user.id),
            language: user.language.clone(),
            template,
            values: [("name".to_owned(), user.name.clone())].into(),
            useful_until: at + template.useful(),
        }
    }

    /// Fills in a value.
    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.values.insert(name.to_owned(), value.into());
        self
    }

    /// Fills in when and from where the act came that it tells of.
    pub(in crate::data) fn from(self, signature: &Signature) -> Self {
        let letter = self.with("time", signature.at.to_string());
        match signature.address {
            Some(address) => letter.with("address", address.to_string()),
            None => letter,
        }
    }
}

impl std::fmt::Debug for Letter {
    /// Without the address and what is filled in: logs hold neither.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut debug = formatter.debug_struct("Letter");
        debug.field("template", &self.template);
        debug
            .field("useful_until", &self.useful_until)
            .finish_non_exhaustive()
    }
}
