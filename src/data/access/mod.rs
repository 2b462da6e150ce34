//! Who may do what: actors made from proofs, roles, and the guard through which everything is read and written.

mod actor;
mod built_in;
mod consistency;
mod error;
mod layouts;
mod loading;
mod people;
mod reading;
mod rights;
mod role;
mod seen;
mod sign_in;
mod staff;
mod trash;
mod upsert;
mod vault;
mod writing;

pub use actor::{Actor, Channel, Origin, Proof};
pub use built_in::BuiltIn;
pub use error::{AccessError, Permission};
pub use loading::{Loading, PastChunk, PastEdit, PastRecord, past_chunks};
pub use people::{People, Team, User};
pub use reading::{List, Reading, TimelineEntry, Twin};
pub use rights::Rights;
pub use role::{AdminRight, GroupAccess, ModuleAccess, Role, Scope};
pub use seen::Seen;
pub use sign_in::{Credential, SESSION_AGE, SESSION_IDLE, Secret, Session, SignedIn, Token};
pub use trash::Trashed;
pub use upsert::{Outcome, Row, Strategy, Upsert};
pub use vault::{Access, Firm, Founding, Vault, VaultSettings};
pub use writing::{Changes, Created, Draft, Idempotency, RecordOrigin};
