//! The hash of a password stays in the crate.
use kartoteka::data::User;

fn hash(user: &User) -> &Option<String> {
    &user.password
}

fn main() {}
