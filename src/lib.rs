//! x
mod data;
mod demo;
