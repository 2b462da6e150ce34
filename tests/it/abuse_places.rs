//! What people try to get around rules of place and time, against the program as it is served. Client addresses come from
//! a trusted proxy, which these tests play.

mod addresses;
mod rules;
mod sessions;

use serde_json::{Value as Json, json};

/// Hours in which nobody works.
fn never() -> Json {
    json!({"mon": []})
}
