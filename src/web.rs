//! The web face: pages made of layout and components.

pub mod assets;
pub mod components;
pub mod layout;
#[cfg(test)]
mod showcase;
