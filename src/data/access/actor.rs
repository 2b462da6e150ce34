//! Who is at work. An actor can be made only from a proof, inside of this folder: a session or token found by its
//! secret, a command on the machine itself, or the program's own work under a stated reason.

use std::net::IpAddr;

use crate::data::log::Signature;
use crate::data::records::ids::{SessionId, TokenId, UserId};

/// By which way somebody came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// A page.
    Web,
    /// The JSON API.
    Api,
    /// A command on the machine.
    Command,
    /// A file brought in, by whichever way.
    Import,
    /// The program itself.
    Program,
}

impl Channel {
    /// The word in logs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Api => "api",
            Self::Command => "command",
            Self::Import => "import",
            Self::Program => "program",
        }
    }
}

/// From where somebody came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The client's address; none on the machine itself.
    pub address: Option<IpAddr>,
    /// Whether it is one of the office's.
    pub office: bool,
    /// By which way.
    pub channel: Channel,
}

impl Origin {
    /// A command on the machine.
    pub const COMMAND: Self = Self {
        address: None,
        office: false,
        channel: Channel::Command,
    };
}

/// What an actor was made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// A session, by its secret.
    Session(SessionId),
    /// An API token, by its secret.
    Token(TokenId),
    /// Control of the machine: whoever may read the data folder may do anything.
    Machine,
}

/// Somebody at work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub(super) who: Who,
    pub(super) origin: Origin,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Who {
    User { id: UserId, proof: Proof },
    Program { why: &'static str },
}

impl Actor {
    /// The person, unless the program works by itself.
    pub fn user(&self) -> Option<UserId> {
        match self.who {
            Who::User { id, .. } => Some(id),
            Who::Program { .. } => None,
        }
    }

    /// The session, where there is one.
    pub fn session(&self) -> Option<SessionId> {
        match self.who {
            Who::User {
                proof: Proof::Session(session),
                ..
            } => Some(session),
            _ => None,
        }
    }

    /// Whether whoever controls the machine is at work as this person.
    pub(super) fn is_on_machine(&self) -> bool {
        let proof = match self.who {
            Who::User { proof, .. } => proof,
            Who::Program { .. } => return false,
        };
        proof == Proof::Machine
    }

    /// The reason the program works under, where no person does.
    pub(super) fn why(&self) -> Option<&'static str> {
        match self.who {
            Who::User { .. } => None,
            Who::Program { why } => Some(why),
        }
    }

    /// Where they came from.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    pub(in crate::data) fn signature(&self) -> Signature {
        Signature {
            at: crate::data::records::kind::to_millisecond(crate::clock::now()),
            user: self.user(),
            address: self.origin.address,
            office: self.origin.office,
            channel: self.origin.channel.name(),
        }
    }
}

/// Of an act that no actor does: of a person who has shown something but is not signed in, or of nobody.
pub(super) fn signature_without_actor(user: Option<UserId>, origin: Origin) -> Signature {
    let program = Actor {
        who: Who::Program { why: "" },
        origin,
    };
    Signature {
        user,
        ..program.signature()
    }
}
