//! What a far side may ask of us.

/// The number of names a target may list.
pub(super) const NAMES: usize = 1_000_000;

/// What is said about a target that lists more.
pub(super) fn too_many() -> String {
    format!("it lists more than {NAMES} files; give Kartoteka a folder of its own")
}
