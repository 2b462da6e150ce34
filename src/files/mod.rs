//! Files of records on their way in and out: forms with files read as they come, contents sent as they are read.

mod receive;
mod send;

pub(crate) use receive::{NotTaken, Wanted, receive};
pub(crate) use send::content;
