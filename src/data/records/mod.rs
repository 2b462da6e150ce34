//! What a record is: fields, kinds, values, ids, the indexes derived from them, and the lists read from those.
//!
//! Pure but for `index`, `matching` and `page`, which read and write through the store's seam.

pub(in crate::data) mod alike;
pub mod bank;
pub(in crate::data) mod consistency;
pub mod country;
pub mod cursor;
pub mod email;
pub mod field;
pub mod file;
pub mod fold;
pub mod ids;
pub(in crate::data) mod index;
pub mod kind;
pub mod link;
pub(in crate::data) mod matching;
pub mod module;
pub mod money;
pub mod own;
pub mod page;
pub mod phone;
pub mod problem;
pub mod query;
pub mod record;
pub mod tax_id;
pub mod unite;
pub mod value;
