//! Nothing hands out a person with everything in them.
fn whole(user: &kartoteka::data::User) -> String {
    serde_json::to_string(user).unwrap()
}

fn main() {}
