//! Frames: a kind byte, a big-endian length, and that many bytes.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex, PoisonError};

/// The most bytes a frame holds.
pub(super) const LARGEST: usize = 1 << 20;

/// What a frame holds; the table stands in [`super`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Kind {
    Request = 1,
    Accepted = 2,
    File = 3,
    FileEnd = 4,
    Alive = 5,
    Out = 6,
    Err = 7,
    Exit = 8,
}

impl Kind {
    const ALL: [Self; 8] = [
        Self::Request,
        Self::Accepted,
        Self::File,
        Self::FileEnd,
        Self::Alive,
        Self::Out,
        Self::Err,
        Self::Exit,
    ];
}

/// Writes one frame.
pub(super) fn write(stream: &mut impl Write, kind: Kind, bytes: &[u8]) -> io::Result<()> {
    if bytes.len() > LARGEST {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "too much for one frame",
        ));
    }
    let mut frame = Vec::with_capacity(bytes.len() + 5);
    frame.push(kind as u8);
    frame.extend((bytes.len() as u32).to_be_bytes());
    frame.extend(bytes);
    stream.write_all(&frame)
}

/// Reads one frame.
pub(super) fn read(stream: &mut impl Read) -> io::Result<(Kind, Vec<u8>)> {
    let mut head = [0; 5];
    stream.read_exact(&mut head)?;
    let [kind, length @ ..] = head;
    let kind = Kind::ALL
        .into_iter()
        .find(|known| *known as u8 == kind)
        .ok_or_else(|| foreign("of an unknown kind"))?;
    let length = u32::from_be_bytes(length) as usize;
    if length > LARGEST {
        return Err(foreign("that is too large"));
    }
    let mut bytes = vec![0; length];
    stream.read_exact(&mut bytes)?;
    Ok((kind, bytes))
}

fn foreign(what: &str) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("a frame {what} came through the control socket"),
    )
}

/// Writes everything of a reader as `File` frames.
pub(super) fn write_file(stream: &mut impl Write, mut file: impl Read) -> io::Result<()> {
    let mut part = vec![0; 256 * 1024];
    loop {
        match file.read(&mut part)? {
            0 => return Ok(()),
            length => write(stream, Kind::File, &part[..length])?,
        }
    }
}

/// The server's side of a connection, shared by all who write to it; a frame is never cut by another.
#[derive(Clone)]
pub(super) struct Shared(Arc<Mutex<UnixStream>>);

impl Shared {
    pub(super) fn new(stream: UnixStream) -> Self {
        Self(Arc::new(Mutex::new(stream)))
    }

    pub(super) fn write(&self, kind: Kind, bytes: &[u8]) -> io::Result<()> {
        write(
            &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner),
            kind,
            bytes,
        )
    }

    /// A writer whose bytes go out as frames of one kind.
    pub(super) fn writer(&self, kind: Kind) -> impl Write + Send + use<> {
        io::BufWriter::with_capacity(64 * 1024, FrameWriter(self.clone(), kind))
    }
}

struct FrameWriter(Shared, Kind);

impl Write for FrameWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let part = &bytes[..bytes.len().min(LARGEST)];
        self.0.write(self.1, part)?;
        Ok(part.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for kind in Kind::ALL {
            for bytes in [vec![], vec![1], vec![7; LARGEST]] {
                let mut stream = Vec::new();
                write(&mut stream, kind, &bytes).unwrap();
                assert_eq!(read(&mut &stream[..]).unwrap(), (kind, bytes));
            }
        }
    }

    #[test]
    fn foreign_frames_are_refused() {
        assert!(write(&mut Vec::new(), Kind::Out, &vec![0; LARGEST + 1]).is_err());
        let kind_of = |bytes: &[u8]| read(&mut &bytes[..]).unwrap_err().kind();
        assert_eq!(kind_of(&[99, 0, 0, 0, 0]), io::ErrorKind::InvalidData);
        assert_eq!(
            kind_of(&[1, 0xff, 0xff, 0xff, 0xff]),
            io::ErrorKind::InvalidData
        );
        assert_eq!(kind_of(&[1, 0, 0, 0, 9, 1]), io::ErrorKind::UnexpectedEof);
        assert_eq!(
            kind_of(b"GET / HTTP/1.1\r\n\r\n"),
            io::ErrorKind::InvalidData
        );
    }
}
