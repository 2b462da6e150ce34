//! The modules there are. A new one adds its record type here, and pages, API, sheets, roles and tests follow.

use crate::clients::CLIENTS;
use crate::data::RecordType;

/// Record types of all modules, in the order of the menu.
pub const RECORD_TYPES: [&RecordType; 1] = [&CLIENTS];
