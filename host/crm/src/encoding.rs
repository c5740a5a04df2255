//! Encoding detection, and a reader that converts a file to UTF-8 as it streams.
//!
//! The whole file is scanned once before it is read, so that an `é` on the last line decides the encoding of the first
//! line too. No more than one buffer of the file is in memory.

use std::{
    cell::Cell,
    fmt,
    fs::File,
    io::{self, BufReader, Read, Seek, SeekFrom},
    rc::Rc,
};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding as Decoder, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use encoding_rs_io::DecodeReaderBytesBuilder;
use serde::{Serialize, Serializer};

/// The encoding of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// UTF-8 throughout.
    Utf8,
    /// UTF-8 with some invalid bytes; rows with such bytes are rejected.
    Utf8Damaged,
    /// UTF-16, low byte first: Excel's "Unicode text".
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// The legacy encoding of Windows programs in Western languages.
    Windows1252,
    /// Another legacy encoding, detected by its letters.
    #[serde(untagged, serialize_with = "serialize_name")]
    Legacy(&'static Decoder),
}

fn serialize_name<S: Serializer>(encoding: &'static Decoder, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(encoding.name())
}

impl Encoding {
    /// Whether a U+FFFD in the text may replace invalid bytes.
    pub fn is_lossy(self) -> bool {
        matches!(self, Self::Utf8Damaged | Self::Utf16Le | Self::Utf16Be | Self::Legacy(_))
    }

    fn decoder(self) -> &'static Decoder {
        match self {
            Self::Utf8 | Self::Utf8Damaged => UTF_8,
            Self::Utf16Le => UTF_16LE,
            Self::Utf16Be => UTF_16BE,
            Self::Windows1252 => WINDOWS_1252,
            Self::Legacy(encoding) => encoding,
        }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Utf8 => "UTF-8",
            Self::Utf8Damaged => "UTF-8 with damaged rows",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Windows1252 => "Windows-1252",
            Self::Legacy(encoding) => encoding.name(),
        })
    }
}

/// The detected content of a file.
#[derive(Debug, PartialEq, Eq)]
pub enum FileContent {
    /// Text in this encoding.
    Text(Encoding),
    /// A description of content that is not text.
    Other(&'static str),
}

/// A file as UTF-8 text, with the number of bytes read so far.
pub struct Utf8Reader {
    /// The text without a byte-order mark.
    pub text: Box<dyn Read>,
    /// Bytes of the file read so far.
    pub bytes_read: Rc<Cell<u64>>,
}

/// Reads the whole input once and detects its encoding: by byte-order mark, by the zero bytes of UTF-16, or by whether
/// it is valid UTF-8. Other text is in a legacy encoding, usually Windows-1252, unless most of its non-ASCII letters are
/// UTF-8: then only some rows are damaged.
pub fn detect(input: &mut impl Read) -> io::Result<FileContent> {
    let mut buffer = vec![0; 64 << 10];
    let mut filled = fill(input, &mut buffer, 0)?;
    if let Some(content) = by_first_bytes(&buffer[..filled]) {
        return Ok(content);
    }
    let (mut letters, mut faults) = (0_u64, 0_u64);
    let mut legacy = EncodingDetector::new(Iso2022JpDetection::Deny);
    loop {
        let end_of_input = filled < buffer.len();
        let mut rest = &buffer[..filled];
        let kept = loop {
            let (valid, fault) = match str::from_utf8(rest) {
                Ok(_) => (rest.len(), None),
                Err(error) => (error.valid_up_to(), Some(error.error_len())),
            };
            letters += rest[..valid].iter().filter(|byte| **byte >= 0xC0).count() as u64;
            match fault {
                None => break 0,
                Some(None) if !end_of_input => break rest.len() - valid,
                Some(length) => {
                    faults += 1;
                    rest = &rest[valid + length.unwrap_or(rest.len() - valid)..];
                }
            }
        };
        if faults > 0 {
            legacy.feed(&without_pound_signs(&buffer[..filled - kept]), end_of_input);
        }
        if end_of_input {
            break;
        }
        buffer.copy_within(filled - kept..filled, 0);
        filled = fill(input, &mut buffer, kept)?;
    }
    Ok(FileContent::Text(match (letters, faults) {
        (_, 0) => Encoding::Utf8,
        (letters, faults) if letters > faults => Encoding::Utf8Damaged,
        _ => match legacy.guess(None, Utf8Detection::Deny) {
            encoding if encoding == WINDOWS_1252 => Encoding::Windows1252,
            encoding => Encoding::Legacy(encoding),
        },
    }))
}

/// Returns the file from its start as UTF-8 text.
pub fn decode(mut file: File, encoding: Encoding) -> io::Result<Utf8Reader> {
    file.seek(SeekFrom::Start(0))?;
    let read = Rc::new(Cell::new(0));
    let counted = CountingReader { input: file, bytes_read: Rc::clone(&read) };
    let text = DecodeReaderBytesBuilder::new()
        .encoding(Some(encoding.decoder()))
        .strip_bom(true)
        .bom_override(true)
        .utf8_passthru(encoding == Encoding::Utf8)
        .build(BufReader::with_capacity(64 << 10, counted));
    Ok(Utf8Reader { text: Box::new(text), bytes_read: read })
}

/// Replaces pound signs before digits. Their byte is the letter Ł in Eastern European encodings, so an amount such as
/// `£5m` would decide for one of those.
fn without_pound_signs(bytes: &[u8]) -> Vec<u8> {
    const POUND: u8 = 0xA3;
    let mut rest = bytes.to_vec();
    for at in 0..bytes.len() {
        let amount = bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
        // After a byte of another letter it may be the second byte of an Asian character.
        let begins = at == 0 || bytes[at - 1].is_ascii();
        if bytes[at] == POUND && amount && begins {
            rest[at] = b'$';
        }
    }
    rest
}

fn by_first_bytes(start: &[u8]) -> Option<FileContent> {
    const OTHERS: [(&[u8], &str); 5] = [
        (b"PK\x03\x04", "an Excel workbook or a zip archive"),
        (b"\xD0\xCF\x11\xE0", "an old Excel workbook"),
        (b"\x1F\x8B", "compressed with gzip"),
        (b"%PDF", "a PDF document"),
        (b"SQLite format 3", "a SQLite database"),
    ];
    if let Some((_, what)) = OTHERS.iter().find(|(magic, _)| start.starts_with(magic)) {
        return Some(FileContent::Other(what));
    }
    if start.starts_with(b"\xFF\xFE") {
        return Some(FileContent::Text(Encoding::Utf16Le));
    }
    if start.starts_with(b"\xFE\xFF") {
        return Some(FileContent::Text(Encoding::Utf16Be));
    }
    let sample = &start[..start.len().min(8192)];
    let zeros = |parity: usize| sample.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, half) = (zeros(0), zeros(1), sample.len() / 2);
    // Mostly Latin text in UTF-16 has a zero in every second byte and in no other.
    match (even, odd) {
        (0, 0) => None,
        (_, odd) if half > 1 && odd * 10 > half * 6 && even * 20 < half => Some(FileContent::Text(Encoding::Utf16Le)),
        (even, _) if half > 1 && even * 10 > half * 6 && odd * 20 < half => Some(FileContent::Text(Encoding::Utf16Be)),
        (even, odd) if (even + odd) * 20 > sample.len() => Some(FileContent::Other("binary data")),
        _ => None,
    }
}

/// Fills the buffer from `at` on and returns its filled length, which is shorter only at the end of the input.
fn fill(input: &mut impl Read, buffer: &mut [u8], mut at: usize) -> io::Result<usize> {
    while at < buffer.len() {
        match input.read(&mut buffer[at..]) {
            Ok(0) => break,
            Ok(read) => at += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(at)
}

struct CountingReader {
    input: File,
    bytes_read: Rc<Cell<u64>>,
}

impl Read for CountingReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.bytes_read.set(self.bytes_read.get() + read as u64);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], expected: FileContent) {
        assert_eq!(detect(&mut &bytes[..]).expect("a slice reads"), expected);
    }

    #[test]
    fn encodings_are_detected() {
        check(b"name\nacme\n", FileContent::Text(Encoding::Utf8));
        check("name\nbücher\n".as_bytes(), FileContent::Text(Encoding::Utf8));
        check(b"\xEF\xBB\xBFname\n", FileContent::Text(Encoding::Utf8));
        check(b"name\nb\xFCcher\n", FileContent::Text(Encoding::Windows1252));
        check(b"", FileContent::Text(Encoding::Utf8));
        check(b"\xFF\xFEn\0", FileContent::Text(Encoding::Utf16Le));
        check(b"\xFE\xFF\0n", FileContent::Text(Encoding::Utf16Be));
        check(b"n\0a\0m\0e\0\n\0", FileContent::Text(Encoding::Utf16Le));
        check(b"\0n\0a\0m\0e\0\n", FileContent::Text(Encoding::Utf16Be));
        check("bücher, café, naïve\nx\u{e9}".as_bytes(), FileContent::Text(Encoding::Utf8));
        check(&[("bücher, café, naïve\nb").as_bytes(), b"\xFCcher"].concat(), FileContent::Text(Encoding::Utf8Damaged));
    }

    #[test]
    fn a_single_name_decides_the_encoding() {
        let windows_1250 = Encoding::Legacy(encoding_rs::WINDOWS_1250);
        for (name, encoding) in [
            ("Łukasz", windows_1250),
            ("Paweł", windows_1250),
            ("Dvořák", windows_1250),
            ("José", Encoding::Windows1252),
            ("Müller", Encoding::Windows1252),
            ("Zoë", Encoding::Windows1252),
            ("Iñaki", Encoding::Windows1252),
            ("Ørsted", Encoding::Windows1252),
            ("Björk", Encoding::Windows1252),
            ("Øyvind Åse", Encoding::Windows1252),
            ("Jérôme François", Encoding::Windows1252),
            ("João", Encoding::Windows1252),
            ("50 €", Encoding::Windows1252),
            ("Acme’s – “best”", Encoding::Windows1252),
            ("£5m", Encoding::Windows1252),
            ("£5m to £10m, Łukasz", windows_1250),
            ("£5m, José", Encoding::Windows1252),
            ("Acme® ©", Encoding::Windows1252),
        ] {
            let text = format!("Record ID,First Name,Email\n11,{name},ann@acme.com\n");
            let (bytes, _, _) = encoding.decoder().encode(&text);
            assert_eq!(detect(&mut &bytes[..]).expect("a slice reads"), FileContent::Text(encoding), "{name}");
        }
    }

    #[test]
    fn a_letter_across_two_buffers_is_one_letter() {
        for shift in 0..3 {
            let mut bytes = vec![b'a'; (64 << 10) - shift];
            bytes.extend("€uro".as_bytes());
            check(&bytes, FileContent::Text(Encoding::Utf8));
        }
    }

    #[test]
    fn content_other_than_text_is_named() {
        check(b"PK\x03\x04....", FileContent::Other("an Excel workbook or a zip archive"));
        check(&[0, 0, 1, 0, 0, 0, 2, 0], FileContent::Other("binary data"));
    }
}
