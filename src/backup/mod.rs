//! Backups: archives made from one moment of the firm, proved, kept at several targets, and the ways back from them.

pub(crate) mod retention;
pub(crate) mod target;
