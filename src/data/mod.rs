//! What the firm keeps: records, their store, and who may reach them.

pub(crate) mod records;
