//! A guard comes from the vault alone.
use kartoteka::data::{Access, Actor, Vault};

fn anybody(vault: Vault, actor: Actor) -> Access {
    Access { vault, actor }
}

fn main() {}
