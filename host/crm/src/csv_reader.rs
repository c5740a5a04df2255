//! A CSV reader (RFC 4180) that uses bounded memory and loses no row.
//!
//! General readers accept a stray quote by joining rows, and read up to the end of the file into memory if a quote
//! never closes. Here such a record is *broken*: its first line is returned verbatim, reading goes on with the next
//! line, and the total work of looking ahead is bounded for the file.

use std::io::{self, Read};

/// The maximum length of a record in bytes, over all its lines.
pub const RECORD_MAX: usize = 1 << 20;
/// The maximum number of fields of a record; Salesforce allows 800 on one object.
const FIELDS_MAX: usize = 4096;
/// The maximum number of bytes read twice because quotes do not close; beyond it the file is refused.
const REREAD_MAX: u64 = 32 << 20;

/// The next item of the file.
#[derive(Debug)]
pub enum CsvItem<'a> {
    /// A well-formed record.
    Record(CsvRecord<'a>),
    /// A line outside of any well-formed record.
    Malformed(MalformedLine<'a>),
    /// The end of the file.
    End,
}

/// A well-formed record.
#[derive(Debug, Clone, Copy)]
pub struct CsvRecord<'a> {
    /// The line it starts on, from 1.
    pub line: u64,
    /// The verbatim text, without the line end.
    pub raw: &'a str,
    /// Whether the input ends within the record.
    pub unterminated: bool,
    fields: &'a str,
    ends: &'a [usize],
}

impl<'a> CsvRecord<'a> {
    /// Returns the number of fields.
    pub fn field_count(&self) -> usize {
        self.ends.len()
    }

    /// Returns a field without its quotes, or an empty text beyond the last field.
    pub fn get(&self, index: usize) -> &'a str {
        let Some(end) = self.ends.get(index) else { return "" };
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.fields.get(start..*end).unwrap_or_default()
    }
}

/// A line outside of any well-formed record.
#[derive(Debug)]
pub struct MalformedLine<'a> {
    /// The line, from 1.
    pub line: u64,
    /// The verbatim text, cut after [`RECORD_MAX`] bytes.
    pub raw: &'a str,
    pub fault: CsvFault,
}

/// The fault of a broken record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CsvFault {
    /// Text follows a closing quote.
    StrayQuote,
    /// A quote opens on this line and does not close.
    OpenQuote,
    /// The line is longer than [`RECORD_MAX`].
    TooLong,
    /// The record has too many fields.
    TooManyFields,
}

/// The error of a file that cannot be read to its end.
#[derive(Debug)]
pub enum CsvError {
    /// The input failed.
    Input(io::Error),
    /// Too many quotes do not close; with the line of the last one.
    BrokenQuotes(u64),
}

/// The reader of records.
pub struct CsvReader<R> {
    input: R,
    delimiter: u8,
    buffer: Vec<u8>,
    start: usize,
    at_end_of_input: bool,
    line: u64,
    fields: Vec<u8>,
    ends: Vec<usize>,
    /// The length of the last scan, in bytes from the start of the record.
    scanned: usize,
    reread_bytes: u64,
    text: String,
}

enum ScanResult {
    /// The length of the record in bytes, without its line end and with it.
    Complete {
        length: usize,
        with_end: usize,
    },
    Fault(CsvFault),
    /// The buffer ends before the record does.
    NeedsInput,
}

impl<R: Read> CsvReader<R> {
    /// Creates a reader of UTF-8 text. The first line decides the delimiter: the most frequent of comma, semicolon, tab
    /// and bar outside quotes, or the one that Excel's line `sep=;` names.
    pub fn new(input: R) -> io::Result<Self> {
        let mut records = Self {
            input,
            delimiter: b',',
            buffer: Vec::with_capacity(128 << 10),
            start: 0,
            at_end_of_input: false,
            line: 1,
            fields: Vec::new(),
            ends: Vec::new(),
            scanned: 0,
            reread_bytes: 0,
            text: String::new(),
        };
        records.find_delimiter()?;
        Ok(records)
    }

    /// Returns the character that separates fields.
    pub fn delimiter(&self) -> char {
        char::from(self.delimiter)
    }

    /// Returns the next record; empty lines are skipped.
    pub fn read(&mut self) -> Result<CsvItem<'_>, CsvError> {
        self.skip_empty_lines()?;
        if self.start == self.buffer.len() {
            return Ok(CsvItem::End);
        }
        loop {
            match self.scan() {
                ScanResult::Complete { length, with_end } => {
                    return Ok(CsvItem::Record(self.take_record(length, with_end)));
                }
                ScanResult::Fault(fault) => return self.take_broken(fault),
                ScanResult::NeedsInput if self.pending() >= RECORD_MAX => {
                    let one_line = !self.buffer[self.start..].iter().any(|byte| is_line_end(*byte));
                    return self.take_broken(if one_line { CsvFault::TooLong } else { CsvFault::OpenQuote });
                }
                ScanResult::NeedsInput if self.at_end_of_input => return self.take_broken(CsvFault::OpenQuote),
                ScanResult::NeedsInput => self.read_more().map_err(CsvError::Input)?,
            }
        }
    }

    /// Parses the record at the start of the buffer into `fields` and `ends`.
    fn scan(&mut self) -> ScanResult {
        #[derive(Clone, Copy, PartialEq)]
        enum At {
            FieldStart,
            Plain,
            Quoted,
            Closed,
        }
        self.fields.clear();
        self.ends.clear();
        let bytes = &self.buffer[self.start..];
        let mut at = At::FieldStart;
        for (index, &byte) in bytes.iter().enumerate() {
            self.scanned = index;
            if self.ends.len() >= FIELDS_MAX {
                return ScanResult::Fault(CsvFault::TooManyFields);
            }
            at = match (at, byte) {
                (At::Quoted, b'"') => At::Closed,
                (At::Quoted, _) => {
                    self.fields.push(byte);
                    At::Quoted
                }
                (At::Closed, b'"') => {
                    self.fields.push(b'"');
                    At::Quoted
                }
                (_, byte) if byte == self.delimiter => {
                    self.ends.push(self.fields.len());
                    At::FieldStart
                }
                (_, b'\n') => {
                    self.ends.push(self.fields.len());
                    return ScanResult::Complete { length: index, with_end: index + 1 };
                }
                (_, b'\r') => {
                    let with_end = match bytes.get(index + 1) {
                        Some(b'\n') => index + 2,
                        None if !self.at_end_of_input => return ScanResult::NeedsInput,
                        _ => index + 1,
                    };
                    self.ends.push(self.fields.len());
                    return ScanResult::Complete { length: index, with_end };
                }
                (At::FieldStart, b'"') => At::Quoted,
                // Some exports pad a quoted field with blanks before the delimiter.
                (At::Closed, b' ') => At::Closed,
                (At::Closed, _) => return ScanResult::Fault(CsvFault::StrayQuote),
                (At::FieldStart | At::Plain, _) => {
                    self.fields.push(byte);
                    At::Plain
                }
            };
        }
        if self.at_end_of_input && at != At::Quoted {
            self.ends.push(self.fields.len());
            return ScanResult::Complete { length: bytes.len(), with_end: bytes.len() };
        }
        ScanResult::NeedsInput
    }

    fn take_record(&mut self, length: usize, with_end: usize) -> CsvRecord<'_> {
        let line = self.line;
        let raw = self.start..self.start + length;
        self.line += count_line_ends(&self.buffer[self.start..self.start + with_end]);
        self.start += with_end;
        CsvRecord {
            line,
            unterminated: length == with_end,
            // The input is UTF-8 by contract; delimiters and quotes are ASCII, so no cut splits a letter.
            raw: str::from_utf8(&self.buffer[raw]).unwrap_or_default(),
            fields: str::from_utf8(&self.fields).unwrap_or_default(),
            ends: &self.ends,
        }
    }

    /// Returns the first line alone, so that the lines after it are parsed again.
    fn take_broken(&mut self, fault: CsvFault) -> Result<CsvItem<'_>, CsvError> {
        let line = self.line;
        let pending = &self.buffer[self.start..];
        let length = pending.iter().position(|byte| is_line_end(*byte)).unwrap_or(pending.len());
        self.reread_bytes += self.scanned.saturating_sub(length) as u64;
        if self.reread_bytes > REREAD_MAX {
            return Err(CsvError::BrokenQuotes(line));
        }
        self.text.clear();
        self.text.push_str(&String::from_utf8_lossy(&pending[..length.min(RECORD_MAX)]));
        self.start += length;
        while !self.buffer[self.start..].iter().any(|byte| is_line_end(*byte)) && !self.at_end_of_input {
            self.start = self.buffer.len();
            self.read_more().map_err(CsvError::Input)?;
        }
        let rest = &self.buffer[self.start..];
        self.start += rest.iter().position(|byte| is_line_end(*byte)).unwrap_or(rest.len());
        Ok(CsvItem::Malformed(MalformedLine { line, raw: &self.text, fault }))
    }

    fn skip_empty_lines(&mut self) -> Result<(), CsvError> {
        loop {
            match self.buffer.get(self.start) {
                None if self.at_end_of_input => return Ok(()),
                None => self.read_more().map_err(CsvError::Input)?,
                Some(b'\n') => {
                    self.line += 1;
                    self.start += 1;
                }
                Some(b'\r') => match self.buffer.get(self.start + 1) {
                    None if !self.at_end_of_input => self.read_more().map_err(CsvError::Input)?,
                    Some(b'\n') => self.start += 1,
                    _ => {
                        self.line += 1;
                        self.start += 1;
                    }
                },
                Some(_) => return Ok(()),
            }
        }
    }

    fn find_delimiter(&mut self) -> io::Result<()> {
        while !self.at_end_of_input && self.pending() < RECORD_MAX && !self.buffer.iter().any(|byte| is_line_end(*byte))
        {
            self.read_more()?;
        }
        let end = self.buffer.iter().position(|byte| is_line_end(*byte)).unwrap_or(self.buffer.len());
        let line = &self.buffer[..end];
        if let [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter @ (b',' | b';' | b'\t' | b'|')] = line {
            self.delimiter = *delimiter;
            self.start = end;
            return Ok(());
        }
        let mut counts = [(b',', 0_usize), (b';', 0), (b'\t', 0), (b'|', 0)];
        let mut quoted = false;
        for byte in line {
            quoted ^= *byte == b'"';
            if let Some((_, count)) = counts.iter_mut().find(|(mark, _)| mark == byte && !quoted) {
                *count += 1;
            }
        }
        // The earlier mark wins a tie, so that a header of one column gets the comma.
        self.delimiter = counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(mark, _)| *mark);
        Ok(())
    }

    fn pending(&self) -> usize {
        self.buffer.len() - self.start
    }

    /// Reads more input. The buffer doubles, so that a long record costs no more than twice its length.
    fn read_more(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.start);
        self.start = 0;
        let held = self.buffer.len();
        let wanted = held.max(64 << 10);
        self.buffer.resize(held + wanted, 0);
        let mut filled = held;
        while filled < self.buffer.len() {
            match self.input.read(&mut self.buffer[filled..]) {
                Ok(0) => {
                    self.at_end_of_input = true;
                    break;
                }
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.buffer.truncate(filled);
                    return Err(error);
                }
            }
        }
        self.buffer.truncate(filled);
        Ok(())
    }
}

fn is_line_end(byte: u8) -> bool {
    byte == b'\n' || byte == b'\r'
}

/// Returns the number of line ends: `\n`, `\r\n` and `\r` count once each.
fn count_line_ends(bytes: &[u8]) -> u64 {
    let ends = bytes.iter().enumerate();
    ends.filter(|(at, byte)| **byte == b'\n' || (**byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'))).count() as u64
}
