//! How long a far side may take, and how much it may say.

use std::time::Duration;

/// Until a connection stands.
pub(super) const CONNECT: Duration = Duration::from_secs(10);
/// Without a byte moving.
pub(super) const STALL: Duration = Duration::from_mins(1);
/// For all of a trial: somebody waits before a page.
pub(super) const TRIAL: Duration = Duration::from_secs(20);
/// How often something is tried where the way there breaks.
pub(super) const TRIES: u32 = 3;
/// Before the second try; twice as long before each next one.
pub(super) const PAUSE: Duration = Duration::from_secs(1);
/// The number of names a target may list.
pub(super) const NAMES: usize = 1_000_000;
/// Bytes of one answer that lists.
pub(super) const LISTING: u64 = 32 << 20;
/// How old, by the far side's own clock, a file still being written is before it counts as left over.
pub(super) const ABANDONED: Duration = Duration::from_mins(10);

/// What is said about a target that lists more names.
pub(super) fn too_many() -> String {
    format!("it lists more than {NAMES} files; give Kartoteka a folder of its own")
}
