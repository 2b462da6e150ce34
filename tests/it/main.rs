//! Tests of the whole program: one binary, one module a subject.

#![allow(
    clippy::unwrap_used,
    reason = "a failure that stops a test names its line"
)]

mod abuse;
mod abuse_places;
mod appliance;
mod asvs;
mod at_rest;
mod authority;
mod backup_places;
mod backups;
mod browser;
mod browser_without_script;
mod compile_fail;
mod crawl;
mod damage;
mod dying_disk;
mod faults;
mod firm;
mod headers;
mod http2;
mod kill;
mod mail;
mod model;
mod pebble;
mod process;
mod program;
mod raw_http;
mod renewal;
mod restore_whole;
mod routes;
mod secret_key;
mod secure_visitor;
mod served_firm;
mod service;
mod tls;
mod tls_acme;
mod upgrade;
