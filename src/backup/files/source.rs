//! The contents of a data folder, as backups read them and restores write them.

use std::io::{Read, Write};

use super::name::Content;
use super::object::Unfit;
use crate::data::{Contents, FileHash, StoreError};

/// Gives the bytes of a content away.
pub(crate) type Fill<'a> = dyn FnMut(&mut dyn Write) -> Result<(), Unfit> + 'a;

/// The contents of a data folder.
pub(crate) trait Source: Send + Sync {
    /// Whether it is there in its whole length.
    fn has(&self, content: &Content) -> Result<bool, StoreError>;

    /// Its bytes; nothing where it is not there.
    fn open(&self, content: &Content) -> Result<Option<Box<dyn Read + Send>>, StoreError>;

    /// Whether what is kept here takes room.
    fn takes_room(&self) -> bool {
        true
    }

    /// Keeps a content that `fill` gives and vouches for; nothing where that fails.
    fn keep(&self, content: &Content, fill: &mut Fill<'_>) -> Result<(), Unfit>;
}

fn failed(error: StoreError) -> Unfit {
    Unfit::Io(std::io::Error::other(error))
}

impl Source for Contents {
    fn has(&self, content: &Content) -> Result<bool, StoreError> {
        Contents::has(self, FileHash::from_bytes(content.hash), content.size)
    }

    fn open(&self, content: &Content) -> Result<Option<Box<dyn Read + Send>>, StoreError> {
        let opened = Contents::open(self, FileHash::from_bytes(content.hash), content.size)?;
        Ok(opened.map(|opened| Box::new(opened) as Box<dyn Read + Send>))
    }

    fn keep(&self, _: &Content, fill: &mut Fill<'_>) -> Result<(), Unfit> {
        let mut file = self.create().map_err(failed)?;
        fill(&mut file)?;
        file.finish().map(drop).map_err(failed)
    }
}

/// Keeps nothing: for whoever only wants to know whether all can be had.
pub(crate) struct Nowhere;

impl Source for Nowhere {
    fn has(&self, _: &Content) -> Result<bool, StoreError> {
        Ok(false)
    }

    fn open(&self, _: &Content) -> Result<Option<Box<dyn Read + Send>>, StoreError> {
        Ok(None)
    }

    fn takes_room(&self) -> bool {
        false
    }

    fn keep(&self, _: &Content, fill: &mut Fill<'_>) -> Result<(), Unfit> {
        fill(&mut std::io::sink())
    }
}
