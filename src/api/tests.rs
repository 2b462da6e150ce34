//! The API as a program sees it, through the whole router: each role, each operation.

mod custom_fields;
mod files;
mod lists;
mod oneself;
mod permissions;
mod protocol;
mod records;
mod roles;
mod staff;
mod world;
