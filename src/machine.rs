//! What the system tells of memory and file systems.

use std::path::Path;

use rustix::fs::statfs;

/// Bytes of memory this process holds (`VmRSS`).
pub(crate) fn own_memory() -> Option<u64> {
    kilobytes("/proc/self/status", "VmRSS:")
}

/// Bytes of memory that could still be had, and what there is in all: of the machine, or of what the service may take where
/// that is less or where the machine's are hidden from it (`ProcSubset=pid`).
pub(crate) fn memory() -> Option<(u64, u64)> {
    let of = |name| kilobytes("/proc/meminfo", name);
    let machine = of("MemAvailable:").zip(of("MemTotal:"));
    let group = std::fs::read_to_string("/proc/self/cgroup").ok();
    let group = group.and_then(|groups| {
        let own = groups.lines().find_map(|line| line.strip_prefix("0::/"))?;
        memory_of_group(&Path::new("/sys/fs/cgroup").join(own))
    });
    machine.into_iter().chain(group).min()
}

/// The same of a control group (version 2) that has a limit. What is only kept of files there is given back when asked for.
fn memory_of_group(group: &Path) -> Option<(u64, u64)> {
    let read = |name: &str| std::fs::read_to_string(group.join(name)).ok();
    let number = |name: &str| read(name)?.trim().parse::<u64>().ok();
    let limit = number("memory.max")?;
    let stat = read("memory.stat").unwrap_or_default();
    let files = stat
        .lines()
        .find_map(|line| line.strip_prefix("inactive_file "));
    let files: u64 = files.and_then(|bytes| bytes.parse().ok()).unwrap_or(0);
    let taken = number("memory.current")?.saturating_sub(files);
    Some((limit.saturating_sub(taken), limit))
}

fn kilobytes(file: &str, name: &str) -> Option<u64> {
    let text = std::fs::read_to_string(file).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    let number: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(number * 1024)
}

/// A kind of file system that data may lie on, or had better not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileSystem {
    /// On a disk of this machine.
    Local,
    /// In memory: gone when the machine stops.
    Memory,
    /// On another machine: locks and synchronised writes cannot be relied on there.
    Network(&'static str),
}

/// The kind that holds a folder; by the numbers of statfs(2).
pub(crate) fn file_system(folder: &Path) -> std::io::Result<FileSystem> {
    let found = statfs(folder)?;
    // The field's type differs between machines; the numbers have 32 bits.
    Ok(match found.f_type as u64 & 0xFFFF_FFFF {
        0x0102_1994 | 0x8584_58f6 => FileSystem::Memory,
        0x6969 => FileSystem::Network("NFS"),
        0xFF53_4D42 | 0xFE53_4D42 | 0x517B => FileSystem::Network("SMB"),
        0x0102_1997 => FileSystem::Network("9P"),
        0x00C3_6400 => FileSystem::Network("Ceph"),
        0x5346_414F | 0x7461_636C => FileSystem::Network("AFS"),
        0x6573_5546 => FileSystem::Network("FUSE"),
        _ => FileSystem::Local,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_is_asked() {
        assert!(own_memory().unwrap() > 1 << 20);
        let (available, total) = memory().unwrap();
        assert!(available > 0 && available < total);
        assert_eq!(
            file_system(Path::new("/dev/shm")).ok(),
            Some(FileSystem::Memory)
        );
    }
    #[test]
    fn a_service_has_what_it_is_allowed() {
        let group = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            std::fs::write(group.path().join(name), text).unwrap();
        };
        assert_eq!(memory_of_group(group.path()), None);
        write("memory.max", "max\n");
        write("memory.current", "300\n");
        assert_eq!(memory_of_group(group.path()), None);
        write("memory.max", "1000\n");
        assert_eq!(memory_of_group(group.path()), Some((700, 1000)));
        write("memory.stat", "anon 200\ninactive_file 100\n");
        assert_eq!(memory_of_group(group.path()), Some((800, 1000)));
    }
}
