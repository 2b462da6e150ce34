//! x

pub mod clock;
pub mod i18n;
pub mod web;
