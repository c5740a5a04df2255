//! What could not be taken as it stood: rows set aside, values not recorded, and the count of both.
//!
//! A row is either kept or set aside with file, line, reason and hint, and then it also stands in `rejects.csv` word for
//! word. A value that could not be read leaves a note. So nothing of a file is lost silently. Notes are grouped, since a
//! million rows may share one fault.

use std::{
    collections::BTreeMap,
    fmt,
    fs::File,
    io::{self, BufWriter},
    path::PathBuf,
};

use serde::Serialize;

use super::encoding::Encoding;

/// Lines named in a note; the rest is counted.
const LINES_NAMED: usize = 5;
/// Different notes kept; beyond them only the count grows.
const NOTES_MAX: usize = 1000;
/// Rows set aside that the report shows; all of them are in `rejects.csv`.
const EXAMPLES_MAX: usize = 20;

/// Why a row was set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// A quote is not closed, or text follows a closing quote.
    BrokenQuotes,
    /// The row is longer than any record is.
    TooLong,
    /// The row has bytes that are no text.
    NotText,
    /// The row has more or fewer fields than the header.
    FieldCount,
    /// A value without which the row says nothing is missing.
    Incomplete,
    /// A value that decides what the row means could not be read.
    Unreadable,
    /// An earlier row is about the same account, person or event.
    Duplicate,
    /// The account that the row names is not in the accounts file.
    UnknownAccount,
    /// The person that the row names is not in the contacts file.
    UnknownContact,
    /// The CRM marks the row as deleted or converted.
    Deleted,
}

impl fmt::Display for Reason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::BrokenQuotes => "broken-quotes",
            Self::TooLong => "too-long",
            Self::NotText => "not-text",
            Self::FieldCount => "field-count",
            Self::Incomplete => "incomplete",
            Self::Unreadable => "unreadable",
            Self::Duplicate => "duplicate",
            Self::UnknownAccount => "unknown-account",
            Self::UnknownContact => "unknown-contact",
            Self::Deleted => "deleted",
        })
    }
}

/// A row that was set aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Reject {
    /// The file, as the configuration names it.
    pub file: String,
    /// The line the row starts on, from 1.
    pub line: u64,
    /// Why.
    pub reason: Reason,
    /// What is wrong, with the value; no full stop.
    pub detail: String,
    /// What to do next.
    pub hint: String,
}

/// Something about kept rows that an admin should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Note {
    /// The file, as the configuration names it.
    pub file: String,
    /// Our name of the field; empty when the note is about whole rows.
    pub field: String,
    /// What happened to the value; no full stop.
    pub what: String,
    /// The first value it happened to.
    pub example: String,
    /// The first lines it happened on.
    pub lines: Vec<u64>,
    /// On how many lines.
    pub count: u64,
}

/// What became of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct FileReport {
    /// The file, as the configuration names it.
    pub file: String,
    /// Size in bytes.
    pub bytes: u64,
    /// How it writes its letters.
    pub encoding: Encoding,
    /// What separates its fields.
    pub delimiter: char,
    /// Data rows; empty lines are none.
    pub rows: u64,
    /// Rows that are now facts.
    pub kept: u64,
    /// Rows set aside.
    pub rejected: u64,
    /// Columns that nothing is read from.
    pub unused_columns: Vec<String>,
}

/// What became of an export.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct LoadReport {
    /// In the order of reading.
    pub files: Vec<FileReport>,
    /// Rows set aside, by reason.
    pub rejected: BTreeMap<Reason, u64>,
    /// The first rows set aside.
    pub examples: Vec<Reject>,
    /// Grouped by file, field and what happened.
    pub notes: Vec<Note>,
    /// Where the rows set aside stand word for word; absent when there are none or no place was named.
    pub rejects_file: Option<PathBuf>,
}

/// Why a row is set aside, before it is known where it stands.
#[derive(Debug)]
pub(super) struct Fault {
    reason: Reason,
    detail: String,
    hint: String,
}

impl Fault {
    pub(super) fn new(reason: Reason, detail: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { reason, detail: detail.into(), hint: hint.into() }
    }
}

/// Keeps the books while files are read.
pub(super) struct Ledger {
    report: LoadReport,
    path: Option<PathBuf>,
    writer: Option<csv::Writer<BufWriter<File>>>,
    notes: BTreeMap<(usize, &'static str, &'static str), Note>,
}

impl Ledger {
    /// Rows set aside go to the file at `path`, which is made when there is the first one; an older one is removed.
    pub(super) fn new(path: Option<PathBuf>) -> io::Result<Self> {
        if let Some(path) = &path {
            match std::fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(Self { report: LoadReport::default(), path, writer: None, notes: BTreeMap::new() })
    }

    /// From now on, rows are those of this file.
    pub(super) fn open(&mut self, file: FileReport) {
        self.report.files.push(file);
    }

    pub(super) fn keep(&mut self) {
        if let Some(file) = self.report.files.last_mut() {
            file.rows += 1;
            file.kept += 1;
        }
    }

    pub(super) fn reject(&mut self, line: u64, raw: &str, fault: Fault) -> io::Result<()> {
        let Some(file) = self.report.files.last_mut() else { return Ok(()) };
        file.rows += 1;
        file.rejected += 1;
        *self.report.rejected.entry(fault.reason).or_default() += 1;
        let reject =
            Reject { file: file.file.clone(), line, reason: fault.reason, detail: fault.detail, hint: fault.hint };
        if let Some(path) = &self.path {
            let writer = match &mut self.writer {
                Some(writer) => writer,
                empty => {
                    if let Some(folder) = path.parent() {
                        std::fs::create_dir_all(folder)?;
                    }
                    let mut writer = csv::Writer::from_writer(BufWriter::new(File::create(path)?));
                    writer
                        .write_record(["file", "line", "reason", "detail", "hint", "row"])
                        .map_err(io::Error::from)?;
                    empty.insert(writer)
                }
            };
            let (line, reason) = (reject.line.to_string(), reject.reason.to_string());
            writer
                .write_record([&reject.file, &line, &reason, &reject.detail, &reject.hint, raw])
                .map_err(io::Error::from)?;
        }
        if self.report.examples.len() < EXAMPLES_MAX {
            self.report.examples.push(reject);
        }
        Ok(())
    }

    /// Notes that something happened to a value of the row on this line of the current file.
    pub(super) fn note(&mut self, line: u64, field: &'static str, what: &'static str, value: &str) {
        let at = self.report.files.len();
        let known = self.notes.len();
        if known >= NOTES_MAX && !self.notes.contains_key(&(at, field, what)) {
            return;
        }
        let note = self.notes.entry((at, field, what)).or_insert_with(|| Note {
            file: self.report.files.last().map(|file| file.file.clone()).unwrap_or_default(),
            field: field.to_owned(),
            what: what.to_owned(),
            example: shown(value),
            lines: Vec::new(),
            count: 0,
        });
        note.count += 1;
        if note.lines.len() < LINES_NAMED {
            note.lines.push(line);
        }
    }

    /// Notes something about the configuration rather than about a row.
    pub(super) fn note_setting(&mut self, key: &str, what: String, example: &str) {
        self.report.notes.push(Note {
            file: "[crm]".into(),
            field: key.to_owned(),
            what,
            example: shown(example),
            lines: Vec::new(),
            count: 1,
        });
    }

    pub(super) fn finish(mut self) -> io::Result<LoadReport> {
        if let Some(mut writer) = self.writer.take() {
            writer.flush()?;
            self.report.rejects_file = self.path;
        }
        self.report.notes.splice(0..0, self.notes.into_values());
        Ok(self.report)
    }
}

/// A value short enough to stand in a message, on one line.
pub(super) fn shown(value: &str) -> String {
    const MAX: usize = 60;
    let mut letters = value.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    let short: String = letters.by_ref().take(MAX).collect();
    if letters.next().is_some() { short + "…" } else { short }
}
