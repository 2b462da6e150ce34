//! Files of the demo firm's clients.

use std::io::Write;

use jiff::SignedDuration;
use sha2::{Digest, Sha256};

use super::Office;
use crate::cli::failure::Failure;
use crate::clients::CLIENTS;
use crate::data::{
    Access, AccessError, FileId, FileName, PastFile, Query, Seen, Start, StoreError,
};
use crate::demo;

/// Clients that have files: as many as stand at the head of the list.
const CLIENTS_WITH_FILES: usize = 12;
/// Bytes of each of the files that are there to measure with.
const NOISE: u64 = 512 << 10;
/// Clients that are given such a file in one write.
const AT_ONCE: usize = 100;

impl Office {
    /// Gives the first clients of the list a few small files.
    pub(crate) fn add_demo_files(&self, seed: u64) -> Result<(), Failure> {
        let access = self.vault.system("making the demo firm");
        let first = Start::Offset(0);
        let clients =
            access
                .read()?
                .list(&CLIENTS, &Query::default(), &first, CLIENTS_WITH_FILES)?;
        let mut files = Vec::new();
        for (place, client) in clients.rows.iter().enumerate() {
            for (number, demo) in demo::files_of(place).enumerate() {
                let bytes = demo.bytes();
                let write = |to: &mut dyn Write| to.write_all(&bytes);
                let which = (seed, number);
                files.push(past_file(&access, client, which, demo.name, write)?);
                if let Some(file) = files.last_mut() {
                    file.finance = demo.finance;
                }
            }
        }
        Ok(self
            .runtime
            .block_on(access.add_past_files(&CLIENTS, files))?)
    }

    /// Gives clients files of half a megabyte each, so many megabytes altogether: to measure with.
    pub(crate) fn add_demo_noise(&self, megabytes: u64, seed: u64) -> Result<(), Failure> {
        let access = self.vault.system("making the demo firm");
        let count = usize::try_from((megabytes << 20).div_ceil(NOISE)).unwrap_or(usize::MAX);
        let mut made = 0;
        while made < count {
            let most = AT_ONCE.min(count - made);
            let clients = {
                let reading = access.read()?;
                let all = reading.count(&CLIENTS, &Query::default())?;
                let place = made as u64 % all.max(1);
                reading.list(&CLIENTS, &Query::default(), &Start::Offset(place), most)?
            };
            if clients.rows.is_empty() {
                return Ok(());
            }
            let mut files = Vec::new();
            for client in &clients.rows {
                let own_seed = seed.wrapping_add(made as u64);
                let write = |to: &mut dyn Write| demo::noise(own_seed, to, NOISE);
                files.push(past_file(
                    &access,
                    client,
                    (own_seed, 99),
                    "Skan.bin",
                    write,
                )?);
                made += 1;
            }
            self.runtime
                .block_on(access.add_past_files(&CLIENTS, files))?;
        }
        Ok(())
    }
}

/// A file that was added when its client was last changed, by whose client it is.
fn past_file(
    access: &Access,
    client: &Seen,
    (seed, number): (u64, usize),
    name: &str,
    write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> Result<PastFile, AccessError> {
    let mut new = access.new_past_file()?;
    write(&mut new).map_err(StoreError::from)?;
    let at = client.updated_at() - SignedDuration::from_mins(number as i64);
    let hash = Sha256::new()
        .chain_update(b"kartoteka demo file")
        .chain_update(seed.to_be_bytes())
        .chain_update(client.id().bytes())
        .chain_update(number.to_be_bytes())
        .finalize();
    let mut random = [0; 10];
    random.copy_from_slice(&hash[..10]);
    let millis = at.as_millisecond().unsigned_abs();
    let id = uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid();
    Ok(PastFile {
        id: FileId::from_bytes(*id.as_bytes()),
        record: client.id(),
        name: FileName::of(name),
        stored: new.finish()?,
        finance: false,
        at,
        by: client.owner(),
    })
}
