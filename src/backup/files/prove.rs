//! Whether what archives refer to is at a target, and is what it should be.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::Path;
use std::time::Duration;

use futures_util::{StreamExt, stream};

use super::AT_ONCE;
use super::list::{Entry, FileList};
use super::name::{self, Content};
use super::object::{Unfit, unpack};
use crate::backup::desk::{Desk, blocking};
use crate::backup::error::BackupError;
use crate::backup::keys::Keys;
use crate::backup::progress::{Hearing, Phase};
use crate::backup::target::{Place, Target as _, TargetError};
use crate::data::{KnownObject, ObjectId};

/// How many objects are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    /// All of them.
    All,
    /// Of those that were not read for the longest time, as many as a week's share takes; the others only have to be there.
    Share,
}

/// Bytes of objects that a week reads again.
const SHARE: u64 = 1 << 30;
/// Objects that a week reads again.
const SHARE_COUNT: usize = 2_000;
/// Objects that are named where they are wrong.
const NAMED: usize = 3;
/// How often a file that is being fetched is looked at.
const LOOK: Duration = Duration::from_millis(100);
/// What is known is written each time so many objects were looked at.
pub(super) const KEPT_AT_ONCE: usize = 100;

/// Objects at a target with their bytes there.
pub(super) async fn there(place: &Place) -> Result<HashMap<ObjectId, u64>, TargetError> {
    let stored = place.list_files().await?.into_iter();
    let objects = stored.filter_map(|stored| Some((name::parse(&stored.name)?, stored.size)));
    Ok(objects.collect())
}

/// Bytes that an object of this content has at most: what cannot be compressed becomes a little larger.
pub(super) fn largest(content: &Content) -> u64 {
    (64 << 10) + content.size + content.size / 64
}

/// Fetches an object, and no more than so many bytes of it.
pub(super) async fn fetch(
    place: &Place,
    object: &ObjectId,
    most: u64,
    into: &Path,
) -> Result<(), TargetError> {
    let name = name::path(object);
    let watch = async {
        loop {
            tokio::time::sleep(LOOK).await;
            if std::fs::metadata(into).is_ok_and(|found| found.len() > most) {
                return;
            }
        }
    };
    tokio::select! {
        fetched = place.get(&name, into) => fetched,
        () = watch => Err(TargetError::Failed {
            target: place.name().to_owned(),
            message: format!("{name} does not end where it should"),
        }),
    }
}

/// What became of reading an object back.
pub(super) enum Read {
    /// It is what it should be; its bytes at the target.
    Whole(u64),
    /// It is not, and why.
    Wrong(String),
}

impl Desk {
    /// Reads an object back from a target and holds it against its hash.
    pub(super) async fn read_back(
        &self,
        place: &Place,
        entry: Entry,
        keys: &Keys,
    ) -> Result<Read, BackupError> {
        let most = largest(&entry.content);
        self.check_room(most, "to fetch a file again")?;
        let fetched = self.temp_file()?;
        match fetch(place, &entry.object, most, fetched.path()).await {
            Ok(()) => {}
            Err(TargetError::Absent { .. }) => return Ok(Read::Wrong("missing".to_owned())),
            Err(error) => return Err(error.into()),
        }
        let keys = keys.clone();
        blocking(move || {
            let opened = |error| BackupError::io("a fetched file", error);
            let file = fetched.reopen().map_err(opened)?;
            let size = file.metadata().map_err(opened)?.len();
            match unpack(file, &keys, &entry.content, &mut io::sink()) {
                Ok(()) => Ok(Read::Whole(size)),
                Err(Unfit::Io(error)) => Err(BackupError::io("a fetched file", error)),
                Err(wrong) => Ok(Read::Wrong(wrong.to_string())),
            }
        })
        .await
    }

    /// Proves what an archive refers to at a target: all of it has to be there, and some of it, or all, is read. What is
    /// wrong is sent again by the next backup.
    pub(in crate::backup) async fn prove_files(
        &self,
        place: &Place,
        archive: &str,
        list: &FileList,
        keys: &Keys,
        depth: Depth,
        hearing: &Hearing,
    ) -> Result<(), BackupError> {
        if list.is_empty() {
            return Ok(());
        }
        let there = there(place).await?;
        let known = self.vault.known_objects(place.name())?;
        let looked = look(list, &there, &known);
        let mut wrong: Vec<(ObjectId, String)> = looked.wrong;
        let chosen = match depth {
            Depth::All => looked.there,
            Depth::Share => share(looked.there, &there, &known),
        };
        let total = chosen.iter().map(|entry| entry.content.size).sum();
        let now = crate::clock::now();
        let row = |object: &ObjectId| {
            let fresh = KnownObject {
                since: now,
                ..KnownObject::default()
            };
            known.get(object).cloned().unwrap_or(fresh)
        };
        let (mut done, mut rows) = (0, Vec::new());
        let mut reading = stream::iter(chosen)
            .map(async |entry| (entry, self.read_back(place, entry, keys).await))
            .buffer_unordered(AT_ONCE);
        let access = self.vault.system("files of backups were read again");
        while let Some((entry, read)) = reading.next().await {
            match read? {
                Read::Whole(size) => rows.push((
                    entry.object,
                    Some(KnownObject {
                        size: Some(size),
                        proved_at: Some(now),
                        ..row(&entry.object)
                    }),
                )),
                Read::Wrong(why) => wrong.push((entry.object, why)),
            }
            if rows.len() >= KEPT_AT_ONCE {
                let rows = std::mem::take(&mut rows);
                access.keep_objects(place.name(), rows).await?;
            }
            done += entry.content.size;
            let phase = Phase::Proving(place.name().to_owned());
            if !hearing.tell(phase, done, Some(total)) {
                return Err(BackupError::Stopped);
            }
        }
        drop(reading);
        rows.extend(wrong.iter().map(|(object, _)| {
            let row = KnownObject {
                size: None,
                proved_at: None,
                ..row(object)
            };
            (*object, Some(row))
        }));
        access.keep_objects(place.name(), rows).await?;
        if wrong.is_empty() {
            return Ok(());
        }
        Err(BackupError::damaged(archive, told(&wrong, list)))
    }
}

/// What is wrong, in a line.
fn told(wrong: &[(ObjectId, String)], list: &FileList) -> String {
    let named: Vec<String> = wrong
        .iter()
        .take(NAMED)
        .map(|(object, why)| format!("{} ({why})", name::path(object)))
        .collect();
    format!(
        "{} of its {} files are not what they should be, and are sent again by the next backup where they are still here: {}{}",
        wrong.len(),
        list.facts().count,
        named.join(", "),
        if wrong.len() > NAMED { ", …" } else { "" }
    )
}

/// What a listing says of what an archive refers to.
struct Looked {
    there: Vec<Entry>,
    wrong: Vec<(ObjectId, String)>,
}

fn look(
    list: &FileList,
    there: &HashMap<ObjectId, u64>,
    known: &BTreeMap<ObjectId, KnownObject>,
) -> Looked {
    let mut looked = Looked {
        there: Vec::new(),
        wrong: Vec::new(),
    };
    for entry in list.iter() {
        let should = known.get(&entry.object).and_then(|known| known.size);
        match there.get(&entry.object) {
            None if entry.lost => {}
            None => looked.wrong.push((entry.object, "missing".to_owned())),
            Some(size) if should.is_some_and(|should| should != *size) => {
                let why = format!("{size} bytes instead of {}", should.unwrap_or_default());
                looked.wrong.push((entry.object, why));
            }
            Some(_) => looked.there.push(*entry),
        }
    }
    looked
}

/// A week's share: what was not read for the longest time comes first.
fn share(
    mut entries: Vec<Entry>,
    there: &HashMap<ObjectId, u64>,
    known: &BTreeMap<ObjectId, KnownObject>,
) -> Vec<Entry> {
    entries.sort_by_key(|entry| known.get(&entry.object).and_then(|known| known.proved_at));
    let mut bytes = 0_u64;
    let fits = |entry: &Entry| {
        let first = bytes == 0;
        bytes += there.get(&entry.object).copied().unwrap_or_default();
        first || bytes <= SHARE
    };
    entries
        .into_iter()
        .take(SHARE_COUNT)
        .take_while(fits)
        .collect()
}
