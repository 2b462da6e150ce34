//! The values records are made of. Pure: no clock, no files, no network.

pub(crate) mod bank;
pub(crate) mod country;
pub(crate) mod email;
pub(crate) mod fold;
pub(crate) mod link;
pub(crate) mod money;
pub(crate) mod phone;
pub(crate) mod tax_id;
