//! Who may do what: actors made from proofs, roles, and the guard through which everything is read and written.

mod actor;
mod apart;
mod archive;
mod at_rest;
mod backup_log;
mod backup_objects;
mod backup_targets;
mod backups;
mod bring_back;
mod built_in;
mod consistency;
mod custom_fields;
mod domain;
mod duplicates;
mod error;
mod figures;
mod files;
mod firm;
mod granting;
mod hand_over;
mod kinds;
mod layouts;
mod letter;
mod limits;
mod link_acts;
mod links;
mod loading;
mod mail_server;
mod merge;
mod merge_items;
mod neighbours;
mod operation;
mod operation_acts;
mod operation_items;
mod operation_undo;
mod operations;
mod outbox;
mod pace;
mod password_facts;
mod people;
mod person_undo;
mod picture;
mod places;
mod policy;
mod preferences;
mod presence;
mod preview;
mod reading;
mod rights;
mod role;
mod rows_before;
mod sealed_secrets;
mod second_step;
mod secret;
mod seen;
mod selection;
mod session;
mod sessions;
mod sign_in;
mod staff;
mod sweep;
mod taken;
#[cfg(test)]
mod test_firm;
mod tokens;
mod trash;
mod trash_list;
mod twins;
mod unmerge;
mod upsert;
mod vault;
mod views;
mod why;
mod writing;

pub use actor::{Actor, Channel, Origin, Proof};
pub use archive::{
    Archived, AuditHead, CarriedOver, Contents, FileLine, HistoryLine, LineCutter, LoadError,
    LoadedFrom, Loader, Moment, Part, PartFacts, Picker, WriteOutError,
};
#[cfg(test)]
pub(in crate::data) use archive::{Fate, fate};
pub use at_rest::FileRoom;
pub use backup_log::{BackupAct, BackupLog, BackupNews, BackupPlan, BackupRun, OldProof, RunState};
pub use backup_objects::{KnownObject, ObjectId};
pub use backup_targets::{KeptTarget, TargetChange};
pub use backups::{AtTarget, KnownBackup};
pub use bring_back::{Compared, Whereabouts};
pub use built_in::BuiltIn;
pub use custom_fields::{
    CustomChoice, CustomField, CustomGroup, CustomKind, FieldState, FieldUse, FieldWish, GroupWish,
    Names, PREFIX as CUSTOM_PREFIX,
};
pub use domain::DomainSettings;
pub use duplicates::{DuplicateGroup, Duplicates, DuplicatesPlace, Likeness};
pub use error::{AccessError, Permission};
pub use figures::Figures;
pub use files::{Attachment, FileDraft, FilesChecked, MOST_FILES, PastFile, Removed};
pub use firm::{StartStep, Started};
pub use hand_over::HandedOver;
pub use letter::{Letter, Template};
pub use limits::Limits;
pub use links::Purpose;
pub use loading::{Loading, PastChunk, PastEdit, PastRecord, past_chunks};
pub use mail_server::{MailPassword, MailSecurity, MailServer};
pub(crate) use mail_server::{holds_certificates, is_host};
pub use merge::{Merge, Merged, Take};
pub use neighbours::Neighbours;
pub use operation::{
    Ending, Message, NewOperation, Operation, OperationKind, OperationState, Outcome as Outcomes,
    Progress, ResultFile, UndoState,
};
pub use operation_acts::{Altered, BulkChange, ListChange};
pub use operation_items::{ItemAct, OperationItem};
pub use operation_undo::UndoPlace;
pub use outbox::{Due, Unsent, Waiting};
pub use pace::Pace;
pub(crate) use password_facts::PasswordFacts;
pub use password_facts::{NewPassword, PasswordDue};
pub use people::{People, Team, User};
pub use person_undo::{ActsOf, FieldBack, PutBack, PutBackPass, Stays};
pub use picture::{Picture, PictureKind, PictureProblem};
pub use places::{Admission, Bar, Barred, DAYS, Exception, Hours, Range, Rules, Trial, Whose};
pub use policy::Policy;
pub use presence::{LONGEST_REPORT, Presence, PresenceReport};
pub use preview::{Effect, Reached, Records, Shift};
pub use reading::{List, Reading, TimelineEntry};
pub use rights::Rights;
pub use role::{AdminRight, GroupAccess, ModuleAccess, Role, Scope};
pub use rows_before::RowsBefore;
pub use sealed_secrets::SealedSecrets;
pub use second_step::{
    AppSecret, CodeSent, Entrance, HalfWay, KnownPasskey, Method, NoSite, Passed, SecondStepPolicy,
    SecondSteps, Site, Step, TextMessage, TrustedDevice,
};
pub use secret::Secret;
pub use seen::Seen;
pub use selection::Selection;
pub use session::Session;
pub use sign_in::{Credential, SignedIn};
pub use tokens::Token;
pub use trash_list::{TrashFilter, Trashed};
pub use twins::Lookalike;
pub use unmerge::{MergeMark, Unmerged};
pub use upsert::{Outcome, Row, Strategy, Upsert};
pub use vault::{Access, Firm, Fixed, Founding, Vault, VaultSettings};
pub use views::{MOST_VIEWS, NewView, Shared, Usable, View};
pub use why::{Act as AskedAct, Answer, Reason, Standing};
pub use writing::{Changes, Created, Draft, Idempotency, RecordOrigin};
