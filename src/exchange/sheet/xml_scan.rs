//! A first look at the XML parts of a workbook, before a reader that keeps whole elements in memory sees them.
//!
//! Counts and measures only; whether the XML is well-formed is the reader's matter.

/// Most bytes of one run of text, tag or comment, and of one element whose text is collected: what the reader would hold
/// at once. A cell of 32,767 characters, each escaped and in a run of its own, stays below.
const STRETCH_BYTES: u64 = 4 * 1024 * 1024;

/// Bytes of a tag that are looked at; enough for the name and the usual attributes.
const TAG_BYTES: usize = 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum XmlFault {
    /// One element or run of text is longer than any sheet needs.
    Stretch,
    /// A document type could define entities; Excel never writes one.
    DocumentType,
    /// The table of shared strings says that it holds far more than it does.
    FalseCount,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Text,
    /// In a tag, with the quotation mark of the attribute value it is in.
    Tag(Option<u8>),
    Comment,
    CData,
    Instruction,
}

/// Fed with one part piece by piece.
pub(super) struct XmlScan {
    state: State,
    tag: Vec<u8>,
    /// The last two bytes of a comment or CDATA section, which tell its end.
    last: [u8; 2],
    /// Bytes of the run of text, tag or section that is being read.
    token: u64,
    /// Name of the element whose text the reader collects until its very end, and the bytes of it so far.
    collecting: Vec<u8>,
    collected: u64,
    kept_elements: u64,
    shared_strings: u64,
    claimed_strings: u64,
}

impl XmlScan {
    pub(super) fn new() -> Self {
        Self {
            state: State::Text,
            tag: Vec::with_capacity(TAG_BYTES),
            last: [0; 2],
            token: 0,
            collecting: Vec::new(),
            collected: 0,
            kept_elements: 0,
            shared_strings: 0,
            claimed_strings: 0,
        }
    }

    /// Elements seen so far that a reader keeps for as long as the workbook is open, such as formats and names.
    pub(super) fn kept_elements(&self) -> u64 {
        self.kept_elements
    }

    /// Whether this is the table of shared texts.
    pub(super) fn holds_shared_texts(&self) -> bool {
        self.shared_strings > 0
    }

    pub(super) fn feed(&mut self, mut bytes: &[u8]) -> Result<(), XmlFault> {
        while !bytes.is_empty() {
            let used = match self.state {
                State::Text => self.in_text(bytes),
                State::Tag(quote) => self.in_tag(bytes, quote)?,
                State::Comment => self.until(bytes, *b"--"),
                State::CData => self.until(bytes, *b"]]"),
                State::Instruction => self.until(bytes, [0, b'?']),
            };
            self.token += used as u64;
            if !self.collecting.is_empty() {
                self.collected += used as u64;
            }
            if self.token > STRETCH_BYTES || self.collected > STRETCH_BYTES {
                return Err(XmlFault::Stretch);
            }
            if used < bytes.len() {
                self.token = 0;
            }
            bytes = &bytes[used..];
        }
        Ok(())
    }

    pub(super) fn finish(&self) -> Result<(), XmlFault> {
        // Some programs count a little wrong; the reader makes room for as many as are claimed.
        if self.claimed_strings
            > self
                .shared_strings
                .saturating_mul(2)
                .saturating_add(100_000)
        {
            return Err(XmlFault::FalseCount);
        }
        Ok(())
    }

    fn in_text(&mut self, bytes: &[u8]) -> usize {
        match bytes.iter().position(|&b| b == b'<') {
            Some(at) => {
                self.state = State::Tag(None);
                self.tag.clear();
                at + 1
            }
            None => bytes.len(),
        }
    }

    fn in_tag(&mut self, bytes: &[u8], mut quote: Option<u8>) -> Result<usize, XmlFault> {
        for (at, &byte) in bytes.iter().enumerate() {
            if self.tag.len() < TAG_BYTES {
                self.tag.push(byte);
            }
            match (quote, byte) {
                (None, b'>') => {
                    self.state = State::Text;
                    self.end_of_tag();
                    return Ok(at + 1);
                }
                (None, b'"' | b'\'') => quote = Some(byte),
                (Some(open), _) if byte == open => quote = None,
                _ => {}
            }
            let special = match self.tag.as_slice() {
                b"?" => Some(State::Instruction),
                b"!--" => Some(State::Comment),
                b"![CDATA[" => Some(State::CData),
                [b'!', rest @ ..]
                    if rest.len() >= 7 && rest[..7].eq_ignore_ascii_case(b"DOCTYPE") =>
                {
                    return Err(XmlFault::DocumentType);
                }
                _ => None,
            };
            if let Some(special) = special {
                self.state = special;
                self.last = [0; 2];
                return Ok(at + 1);
            }
        }
        self.state = State::Tag(quote);
        Ok(bytes.len())
    }

    /// Passes over a section that ends with `end` and `>`; a 0 in `end` stands for any byte.
    fn until(&mut self, bytes: &[u8], end: [u8; 2]) -> usize {
        for (at, &byte) in bytes.iter().enumerate() {
            if byte == b'>' && self.last[1] == end[1] && (end[0] == 0 || self.last[0] == end[0]) {
                self.state = State::Text;
                return at + 1;
            }
            self.last = [self.last[1], byte];
        }
        bytes.len()
    }

    fn end_of_tag(&mut self) {
        let (closing, rest) = match self.tag.as_slice() {
            [b'/', rest @ ..] => (true, rest),
            rest => (false, rest),
        };
        let empty = self.tag.ends_with(b"/>");
        let end = rest
            .iter()
            .position(|b| b"> /\t\r\n".contains(b))
            .unwrap_or(rest.len());
        let name = &rest[..end];
        if !self.collecting.is_empty() {
            if !closing || name != self.collecting {
                return;
            }
            self.collecting.clear();
            self.collected = 0;
        }
        if closing {
            return;
        }
        let local = name.rsplit(|&b| b == b':').next().unwrap_or_default();
        match local {
            b"si" => self.shared_strings += 1,
            b"sst" => self.claimed_strings = self.claimed_strings.max(claimed(&self.tag)),
            b"xf" | b"font" | b"fill" | b"border" | b"numFmt" | b"cellStyle" | b"dxf"
            | b"definedName" | b"sheet" | b"Relationship" => self.kept_elements += 1,
            _ => {}
        }
        if matches!(local, b"si" | b"is" | b"v" | b"f" | b"t" | b"definedName") && !empty {
            self.collecting.extend_from_slice(name);
        }
    }
}

/// The number in `uniqueCount="…"`.
fn claimed(tag: &[u8]) -> u64 {
    const NAME: &[u8] = b"uniqueCount";
    let Some(at) = tag.windows(NAME.len()).position(|part| part == NAME) else {
        return 0;
    };
    let digits = tag[at + NAME.len()..]
        .iter()
        .skip_while(|b| !b.is_ascii_digit())
        .take_while(|b| b.is_ascii_digit());
    digits.fold(0_u64, |sum, digit| {
        sum.saturating_mul(10)
            .saturating_add(u64::from(digit - b'0'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(parts: &[&str]) -> Result<(), XmlFault> {
        let mut scan = XmlScan::new();
        for part in parts {
            // In pieces of three bytes, so that every boundary is met.
            for piece in part.as_bytes().chunks(3) {
                scan.feed(piece)?;
            }
        }
        scan.finish()
    }

    #[test]
    fn accepts_what_spreadsheets_write() {
        let sheet = "<?xml version='1.0'?><!-- made by hand --><x:worksheet><x:sheetData><x:row r=\"1\"><x:c r=\"A1\">\
                     <x:v>a &gt; b</x:v></x:c></x:row></x:sheetData></x:worksheet>";
        assert_eq!(scan(&[sheet]), Ok(()));
        assert_eq!(
            scan(&["<sst uniqueCount='2' count='5'><si><t>a</t></si><si/></sst>"]),
            Ok(())
        );
    }

    #[test]
    fn refuses_document_types_and_false_counts() {
        assert_eq!(
            scan(&["<?xml?><!DOCTYPE lol [<!ENTITY a 'b'>]><a/>"]),
            Err(XmlFault::DocumentType)
        );
        assert_eq!(
            scan(&["<sst count=\"1\" uniqueCount=\"99999999999\"><si/></sst>"]),
            Err(XmlFault::FalseCount)
        );
    }

    #[test]
    fn refuses_stretches_that_fill_memory() {
        let long = "x".repeat(5 * 1024 * 1024);
        assert_eq!(scan(&["<c><t>", &long]), Err(XmlFault::Stretch));
        assert_eq!(scan(&["<c a=\"<c>", &long]), Err(XmlFault::Stretch));
        assert_eq!(
            scan(&["<!-- <c> ", &"<c>".repeat(2_000_000)]),
            Err(XmlFault::Stretch)
        );
        assert_eq!(
            scan(&["<is>", &"<r><t>x</t></r>".repeat(400_000)]),
            Err(XmlFault::Stretch)
        );
        assert_eq!(
            scan(&["<c><v>", &"x<c/>".repeat(1_000_000)]),
            Err(XmlFault::Stretch)
        );
        let merges = "<mergeCell ref='A1:B2'/>".repeat(300_000);
        assert_eq!(
            scan(&[
                "<sheetData></sheetData><mergeCells>",
                &merges,
                "</mergeCells>"
            ]),
            Ok(())
        );
    }
}
