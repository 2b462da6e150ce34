//! What a backup refers to, brought to a target that lacks it.

use std::collections::{BTreeMap, HashMap};

use age::x25519::Recipient;
use futures_util::{StreamExt, stream};
use jiff::Timestamp;

use super::AT_ONCE;
use super::list::{Entry, FileList};
use super::name;
use super::object::{Unfit, pack};
use super::prove::{KEPT_AT_ONCE, Read, largest, there};
use crate::backup::desk::{Desk, blocking};
use crate::backup::error::BackupError;
use crate::backup::keys::Keys;
use crate::backup::progress::{Hearing, Phase};
use crate::backup::target::{Place, Target as _};
use crate::data::{KnownObject, ObjectId};

/// What goes to targets before an archive.
pub(in crate::backup) struct Shipment {
    /// What the archive refers to.
    pub(in crate::backup) list: FileList,
    /// The moment it holds.
    pub(in crate::backup) moment: Timestamp,
    /// To whom objects are encrypted.
    pub(in crate::backup) recipients: Vec<Recipient>,
    /// What opens them.
    pub(in crate::backup) keys: Keys,
}

/// What came of it.
#[derive(Debug, Default)]
pub(in crate::backup) struct Sent {
    /// Contents that went there.
    pub(in crate::backup) count: u64,
    /// Their bytes, as they are here.
    pub(in crate::backup) bytes: u64,
    /// Why some could not be sent; the archive refers to them all the same.
    pub(in crate::backup) faults: Vec<String>,
}

/// A content that has to be brought to a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Job {
    entry: Entry,
    /// Whether something lies under its name that nobody has read back, and which may be it.
    lies_there: bool,
}

/// What there is to do.
#[derive(Debug, Default)]
struct Plan {
    jobs: Vec<Job>,
    /// What is known of objects before any of it is done: what is being sent, and what is referred to once more.
    rows: Vec<(ObjectId, Option<KnownObject>)>,
    /// Objects that should be there and are not, or not as they were.
    gone: u64,
}

impl Plan {
    fn of(
        shipment: &Shipment,
        there: &HashMap<ObjectId, u64>,
        known: &BTreeMap<ObjectId, KnownObject>,
    ) -> Self {
        let mut plan = Self::default();
        for entry in shipment.list.iter() {
            let known = known.get(&entry.object);
            let should = known.and_then(|known| known.size);
            let is = there.get(&entry.object).copied();
            let since = known.map_or(shipment.moment, |known| known.since.min(shipment.moment));
            if is.is_some() && is == should {
                let as_it_was =
                    known.is_some_and(|known| known.unused_since.is_none() && known.since == since);
                if !as_it_was {
                    let row = KnownObject {
                        since,
                        unused_since: None,
                        ..known.cloned().unwrap_or_default()
                    };
                    plan.rows.push((entry.object, Some(row)));
                }
                continue;
            }
            plan.gone += u64::from(should.is_some());
            let lies_there = is.is_some() && should.is_none();
            if entry.lost && !lies_there {
                continue;
            }
            let row = KnownObject {
                since,
                ..KnownObject::default()
            };
            plan.rows.push((entry.object, Some(row)));
            plan.jobs.push(Job {
                entry: *entry,
                lies_there,
            });
        }
        plan
    }
}

/// What became of one content.
enum One {
    /// It is there, and was read back; its bytes there, and whether it was sent now.
    There(u64, bool),
    /// It cannot be read here, and why.
    Fault(String),
}

impl Desk {
    /// Brings a target what it lacks, and reads it back.
    pub(in crate::backup) async fn send_files(
        &self,
        place: &Place,
        shipment: &Shipment,
        hearing: &Hearing,
    ) -> Result<Sent, BackupError> {
        let target = place.name();
        let known = self.vault.known_objects(target)?;
        if shipment.list.is_empty() {
            return Ok(Sent::default());
        }
        let plan = Plan::of(shipment, &there(place).await?, &known);
        drop(known);
        if plan.gone > 0 {
            tracing::warn!(
                target,
                files = plan.gone,
                "files that were at a target are gone or damaged there"
            );
        }
        let access = self.vault.system("files of a backup");
        let since: HashMap<ObjectId, Timestamp> = plan
            .rows
            .iter()
            .filter_map(|(object, row)| Some((*object, row.as_ref()?.since)))
            .collect();
        // Known before they are there: what a cut leaves behind is found by the next run, or removed one day.
        for rows in plan.rows.chunks(2_000) {
            access.keep_objects(target, rows.to_vec()).await?;
        }
        let total: u64 = plan.jobs.iter().map(|job| job.entry.content.size).sum();
        let (mut sent, mut done, mut rows) = (Sent::default(), 0, Vec::new());
        let mut working = stream::iter(plan.jobs)
            .map(async |job| (job.entry, self.send_one(place, shipment, job).await))
            .buffer_unordered(AT_ONCE);
        let mut ended = Ok(());
        while let Some((entry, one)) = working.next().await {
            match one {
                Ok(One::There(size, is_new)) => {
                    if is_new {
                        sent.count += 1;
                        sent.bytes += entry.content.size;
                    }
                    let row = KnownObject {
                        size: Some(size),
                        proved_at: Some(crate::clock::now()),
                        since: since.get(&entry.object).copied().unwrap_or(shipment.moment),
                        unused_since: None,
                    };
                    rows.push((entry.object, Some(row)));
                }
                Ok(One::Fault(why)) => sent.faults.push(why),
                Err(error) => {
                    ended = Err(error);
                    break;
                }
            }
            done += entry.content.size;
            if !hearing.tell(Phase::Sending(target.to_owned()), done, Some(total)) {
                ended = Err(BackupError::Stopped);
                break;
            }
            if rows.len() >= KEPT_AT_ONCE {
                let rows = std::mem::take(&mut rows);
                access.keep_objects(target, rows).await?;
            }
        }
        drop(working);
        access.keep_objects(target, rows).await?;
        ended.map(|()| sent)
    }

    async fn send_one(
        &self,
        place: &Place,
        shipment: &Shipment,
        job: Job,
    ) -> Result<One, BackupError> {
        let Job { entry, lies_there } = job;
        if lies_there
            && let Read::Whole(size) = self.read_back(place, entry, &shipment.keys).await?
        {
            return Ok(One::There(size, false));
        }
        let content = entry.content;
        self.check_room(largest(&content), "to send a file")?;
        let packed = self.temp_file()?;
        let (source, recipients) = (self.contents()?, shipment.recipients.clone());
        let out = packed
            .reopen()
            .map_err(|error| BackupError::io("a file to be sent", error))?;
        let fault = blocking(move || {
            let Some(mut from) = source.open(&content)? else {
                return Ok(Some("it is not there any more".to_owned()));
            };
            match pack(&mut from, &content, &recipients, &out) {
                Ok(_) => Ok(None),
                Err(Unfit::Io(error)) => Err(BackupError::io("a file to be sent", error)),
                Err(wrong) => Ok(Some(wrong.to_string())),
            }
        })
        .await?;
        if let Some(why) = fault {
            let hash = data_encoding::HEXLOWER.encode(&content.hash);
            return Ok(One::Fault(format!("{hash}: {why}")));
        }
        place.put(&name::path(&entry.object), packed.path()).await?;
        drop(packed);
        match self.read_back(place, entry, &shipment.keys).await? {
            Read::Whole(size) => Ok(One::There(size, true)),
            Read::Wrong(why) => Err(BackupError::Damaged {
                archive: name::path(&entry.object),
                what: format!("what came back is not what was sent: {why}"),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backup::files::name::{Content, Naming};

    fn at(hour: i8) -> Timestamp {
        format!("2026-11-26T{hour:02}:00:00Z").parse().unwrap()
    }

    /// A shipment of contents of 1, 2, … bytes; the third is lost.
    fn shipment(count: u64) -> Shipment {
        let file = tempfile::NamedTempFile::new().unwrap();
        let identity = age::x25519::Identity::generate().to_string();
        std::fs::write(
            file.path(),
            age::secrecy::ExposeSecret::expose_secret(&identity),
        )
        .unwrap();
        let keys = Keys::read(file.path()).unwrap();
        let content = |size: u64| Content {
            hash: [size as u8; 32],
            size,
        };
        let contents = (1..=count).map(content).collect();
        let recipients = keys.recipients(&[]).unwrap();
        let naming = Naming::new("secret", &recipients);
        Shipment {
            list: FileList::new(contents, &naming, |content| content.size == 3),
            moment: at(10),
            recipients,
            keys,
        }
    }

    #[test]
    fn only_what_is_not_known_to_be_there_is_sent() {
        let shipment = shipment(6);
        let objects: Vec<ObjectId> = shipment.list.iter().map(|entry| entry.object).collect();
        let known = |size, unused_since| KnownObject {
            size,
            since: at(1),
            unused_since,
            proved_at: None,
        };
        // As it was; gone; lost and never there; another size; nobody read it back; put away and needed once more.
        let there = [(0, 100), (3, 99), (4, 100), (5, 100)].map(|(at, size)| (objects[at], size));
        let rows = [
            (0, known(Some(100), None)),
            (1, known(Some(100), None)),
            (3, known(Some(100), None)),
            (4, known(None, None)),
            (5, known(Some(100), Some(at(5)))),
        ]
        .map(|(at, row)| (objects[at], row));
        let plan = Plan::of(&shipment, &there.into(), &rows.into());
        let jobs: Vec<_> = plan
            .jobs
            .iter()
            .map(|job| (job.entry.content.size, job.lies_there))
            .collect();
        assert_eq!(jobs, [(2, false), (4, false), (5, true)]);
        assert_eq!(plan.gone, 2);
        let changed: Vec<_> = plan.rows.iter().map(|row| row.0).collect();
        assert_eq!(changed, [objects[1], objects[3], objects[4], objects[5]]);
        let again = plan.rows[3].1.clone().unwrap();
        assert_eq!(again, known(Some(100), None));
        assert!(
            plan.rows
                .iter()
                .all(|row| row.1.as_ref().unwrap().since == at(1))
        );
    }
}
