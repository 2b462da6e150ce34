//! Identifiers: `UUIDv7` (RFC 9562), so that a later one sorts after an earlier one.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id of this moment.
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }

            /// An id known in advance or read from a key.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }

            /// The bytes, in the order in which keys sort.
            pub const fn bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(formatter)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, "{}({})", stringify!($name), self.0.hyphenated())
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            /// Only the hyphenated form: one record has one address.
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                if text.len() != 36 {
                    return Uuid::try_parse("").map(Self);
                }
                Uuid::try_parse(text).map(Self)
            }
        }
    };
}

id!(
    /// A record of any module.
    RecordId
);
id!(
    /// A person who can sign in.
    UserId
);
id!(
    /// An act of merging records.
    MergeId
);
id!(
    /// A role.
    RoleId
);
id!(
    /// A team.
    TeamId
);
id!(
    /// An API token (its public handle, not its secret).
    TokenId
);
id!(
    /// Long work.
    OperationId
);
id!(
    /// A saved view of a list.
    ViewId
);
id!(
    /// A session (its public handle, not its secret).
    SessionId
);
id!(
    /// A file of a record.
    FileId
);
id!(
    /// A letter on its way out.
    LetterId
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_hyphenated_form_is_an_id() {
        let id = RecordId::new();
        assert_eq!(id.to_string().parse::<RecordId>().ok(), Some(id));
        for other in [
            "",
            "x",
            &id.to_string().replace('-', ""),
            &format!("{{{id}}}"),
        ] {
            assert!(other.parse::<RecordId>().is_err(), "{other}");
        }
    }
}
