//! Only the guard decides what of a record is seen.
fn main() {
    let _ = kartoteka::data::Seen::new;
}
