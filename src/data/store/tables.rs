//! Every table of the database file, with what its keys are. All keys and values are plain bytes.

use redb::TableDefinition;

/// One table of the file. The order is the order in which a write applies them, nothing more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::data) enum Table {
    /// `name` → bytes: format version, firm settings, next document number of a module, head of the audit chain.
    Meta,
    /// `module ‖ record id` → record (CBOR, see `records::record`).
    Records,
    /// `module ‖ record id` → deleted record with who deleted it and when.
    Trash,
    /// `module ‖ owner ‖ !time ‖ record id` → nothing: the trash of an owner, newest first.
    TrashOrder,
    /// `module ‖ field ‖ owner ‖ sort key ‖ 0 ‖ record id` → document number: ordered lists, owner first.
    Order,
    /// `module ‖ term ‖ 0 ‖ chunk` → bitmap of document numbers: search words, filter values, owners.
    Terms,
    /// `module ‖ document number` → record id.
    Documents,
    /// `module ‖ owner` → count of live records.
    Counters,
    /// `module ‖ record id ‖ sequence` → history entry (JSON).
    History,
    /// `sequence` → audit entry (JSON), chained by hash.
    Audit,
    /// `user ‖ !sequence` → nothing: the audit entries of a person, newest first.
    AuditByUser,
    /// `user id` → user (JSON).
    Users,
    /// `unique form of the e-mail` → user id.
    UserEmails,
    /// `role id` → role (JSON).
    Roles,
    /// `team id` → team (JSON).
    Teams,
    /// `SHA-256 of the session token` → session (JSON).
    Sessions,
    /// `SHA-256 of the API token` → token (JSON).
    Tokens,
    /// `user ‖ key` → first answer to a POST with an `Idempotency-Key`.
    Idempotency,
    /// `operation id` → long work: who started it, how far it is, what came of it (JSON).
    Operations,
    /// `operation id ‖ module ‖ record id` → what an operation did to a record, so that it can be taken back (JSON). Where
    /// the module's number has its highest bit set: why the record was left as it was.
    OperationItems,
    /// `module ‖ whose (a person, a team, all) ‖ view id` → saved view of a list (JSON).
    Views,
    /// `user id ‖ name` → what a person chose for themselves: columns of a list and the like (JSON).
    Preferences,
    /// `module ‖ field number` → field of the firm's own (JSON).
    CustomFields,
    /// `module ‖ hash of the headings` → how the columns of such a sheet were matched last (JSON).
    Layouts,
    /// `user id`, or `firm` → small picture: a person's photo, the firm's logo.
    Pictures,
    /// `time of the next try ‖ letter id` → letter that waits to be sent (sealed JSON).
    Outbox,
    /// `letter id` → letter that could not be sent in time, without its body (JSON).
    Unsent,
    /// `user id ‖ purpose` → the link of a mail: hash of its secret, what it was made for, until when (JSON).
    Links,
    /// `user id` → second steps, wrong codes, devices known: all about signing in that is not in the account (JSON).
    SignInState,
    /// `SHA-256 of the attempt's secret` → sign-in whose second step is not finished (JSON).
    Attempts,
    /// `SHA-256 of the device's secret` → device that need not take the second step (JSON).
    TrustedDevices,
    /// `name of the archive` → what is known of a backup: when, how large, where, whether it was proved (JSON).
    Backups,
    /// `module ‖ field ‖ owner ‖ rest of the key where the block begins` → entries of [`Table::Order`] in the block. Kept by the
    /// store itself; see `store::blocks`.
    OrderBlocks,
    /// `module ‖ record id ‖ file id` → file of a record: its name, size, hash, who added it (JSON). The content lies beside the
    /// database, see `store::files`.
    Files,
    /// `target ‖ 0 ‖ o ‖ object` → what is known of an attached file there (JSON); `target ‖ 0 ‖ a ‖ archive` → the moment of
    /// an archive whose files are known.
    BackupObjects,
}

/// Number of tables; `Table as usize` is below it.
pub(super) const COUNT: usize = 35;

/// All tables in their order.
pub(in crate::data) const ALL: [Table; COUNT] = [
    Table::Meta,
    Table::Records,
    Table::Trash,
    Table::TrashOrder,
    Table::Order,
    Table::Terms,
    Table::Documents,
    Table::Counters,
    Table::History,
    Table::Audit,
    Table::AuditByUser,
    Table::Users,
    Table::UserEmails,
    Table::Roles,
    Table::Teams,
    Table::Sessions,
    Table::Tokens,
    Table::Idempotency,
    Table::Operations,
    Table::OperationItems,
    Table::Views,
    Table::Preferences,
    Table::CustomFields,
    Table::Layouts,
    Table::Pictures,
    Table::Outbox,
    Table::Unsent,
    Table::Links,
    Table::SignInState,
    Table::Attempts,
    Table::TrustedDevices,
    Table::Backups,
    Table::OrderBlocks,
    Table::Files,
    Table::BackupObjects,
];

impl Table {
    const fn name(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Records => "records",
            Self::Trash => "trash",
            Self::TrashOrder => "trash_order",
            Self::Order => "order",
            Self::Terms => "terms",
            Self::Documents => "documents",
            Self::Counters => "counters",
            Self::History => "history",
            Self::Audit => "audit",
            Self::AuditByUser => "audit_by_user",
            Self::Users => "users",
            Self::UserEmails => "user_emails",
            Self::Roles => "roles",
            Self::Teams => "teams",
            Self::Sessions => "sessions",
            Self::Tokens => "tokens",
            Self::Idempotency => "idempotency",
            Self::Operations => "operations",
            Self::OperationItems => "operation_items",
            Self::Views => "views",
            Self::Preferences => "preferences",
            Self::CustomFields => "custom_fields",
            Self::Layouts => "layouts",
            Self::Pictures => "pictures",
            Self::Outbox => "outbox",
            Self::Unsent => "unsent",
            Self::Links => "links",
            Self::SignInState => "sign_in_state",
            Self::Attempts => "attempts",
            Self::TrustedDevices => "trusted_devices",
            Self::Backups => "backups",
            Self::OrderBlocks => "order_blocks",
            Self::Files => "files",
            Self::BackupObjects => "backup_objects",
        }
    }

    /// The redb definition of the table.
    pub(super) const fn definition(self) -> TableDefinition<'static, &'static [u8], &'static [u8]> {
        TableDefinition::new(self.name())
    }
}
