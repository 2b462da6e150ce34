//! The API as a program sees it, through the whole router: each role, each operation.

mod lists;
mod permissions;
mod protocol;
mod records;
mod staff;
mod world;
