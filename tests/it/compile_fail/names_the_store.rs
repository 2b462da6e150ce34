//! The raw tables cannot be named outside of `data`.
use kartoteka::data::store::Store;

fn main() {}
