//! The report of a load: rejected rows, values that were not recorded, and their counts.
//!
//! No data is lost silently: a row is either kept or rejected with file, line, reason and hint, and `rejects.csv` has a
//! verbatim copy. A value that cannot be read gets a note. Notes are grouped, since a million rows may have one fault.

use std::{
    collections::BTreeMap,
    fmt,
    fs::File,
    io::{self, BufWriter},
    path::PathBuf,
};

use serde::Serialize;

use super::encoding::Encoding;

/// The maximum number of lines that a note lists; further lines are only counted.
const LINES_NAMED: usize = 5;
/// The maximum number of different notes; beyond it only the counts grow.
const NOTES_MAX: usize = 1000;
/// The maximum number of rejected rows in the report; `rejects.csv` has all of them.
const EXAMPLES_MAX: usize = 20;

/// The reason of a rejected row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowRejectReason {
    /// A quote is not closed, or text follows a closing quote.
    BrokenQuotes,
    /// The row is longer than the maximum length of a record.
    TooLong,
    /// The row has bytes that are not text.
    NotText,
    /// The row has more or fewer fields than the header.
    FieldCount,
    /// A required value is missing.
    Incomplete,
    /// A required value cannot be read.
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

impl fmt::Display for RowRejectReason {
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

/// A rejected row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct RejectedRow {
    /// The file, as in the configuration.
    pub file: String,
    /// The line the row starts on, from 1.
    pub line: u64,
    pub reason: RowRejectReason,
    /// The fault, with the value; no full stop.
    pub detail: String,
    /// The next step for the admin.
    pub hint: String,
}

/// A remark about kept rows for the admin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct LoadNote {
    /// The file, as in the configuration.
    pub file: String,
    /// The field's name in Baton; empty if the note is about whole rows.
    pub field: String,
    /// The fault and how the value was treated; no full stop.
    pub what: String,
    /// The first such value.
    pub example: String,
    /// The first such lines.
    pub lines: Vec<u64>,
    /// The number of such lines.
    pub count: u64,
}

/// The report about one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct FileReport {
    /// The file, as in the configuration.
    pub file: String,
    /// Size in bytes.
    pub bytes: u64,
    pub encoding: Encoding,
    /// The character that separates fields.
    pub delimiter: char,
    /// Data rows, without empty lines.
    pub rows: u64,
    /// Rows that became facts.
    pub kept: u64,
    /// Rejected rows.
    pub rejected: u64,
    /// Columns that are not read.
    pub unused_columns: Vec<String>,
}

/// The report about an export.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct LoadReport {
    /// Reports in the order of reading.
    pub files: Vec<FileReport>,
    /// The number of rejected rows by reason.
    pub rejected: BTreeMap<RowRejectReason, u64>,
    /// The first rejected rows.
    pub examples: Vec<RejectedRow>,
    /// Notes, grouped by file, field and fault.
    pub notes: Vec<LoadNote>,
    /// The file with the rejected rows; absent if no row was rejected or no file was set.
    pub rejects_file: Option<PathBuf>,
}

/// The fault of a row, without file and line.
#[derive(Debug)]
pub(super) struct RowFault {
    reason: RowRejectReason,
    detail: String,
    hint: String,
}

impl RowFault {
    pub(super) fn new(reason: RowRejectReason, detail: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { reason, detail: detail.into(), hint: hint.into() }
    }
}

/// Collects the report while files are read.
pub(super) struct ReportBuilder {
    report: LoadReport,
    path: Option<PathBuf>,
    writer: Option<csv::Writer<BufWriter<File>>>,
    notes: BTreeMap<(usize, &'static str, &'static str), LoadNote>,
}

impl ReportBuilder {
    /// Creates a report that writes rejected rows to the file at `path`, if any. An older file there is removed; the
    /// new one is created with the first rejected row.
    pub(super) fn new(path: Option<PathBuf>) -> io::Result<Self> {
        if let Some(path) = &path {
            match std::fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(Self { report: LoadReport::default(), path, writer: None, notes: BTreeMap::new() })
    }

    /// Starts the report of the next file; the rows that follow belong to it.
    pub(super) fn start_file(&mut self, file: FileReport) {
        self.report.files.push(file);
    }

    pub(super) fn count_kept(&mut self) {
        if let Some(file) = self.report.files.last_mut() {
            file.rows += 1;
            file.kept += 1;
        }
    }

    pub(super) fn reject(&mut self, line: u64, raw: &str, fault: RowFault) -> io::Result<()> {
        let Some(file) = self.report.files.last_mut() else { return Ok(()) };
        file.rows += 1;
        file.rejected += 1;
        *self.report.rejected.entry(fault.reason).or_default() += 1;
        let reject =
            RejectedRow { file: file.file.clone(), line, reason: fault.reason, detail: fault.detail, hint: fault.hint };
        if let Some(path) = &self.path {
            let writer = match &mut self.writer {
                Some(writer) => writer,
                empty => {
                    if let Some(folder) = path.parent() {
                        std::fs::create_dir_all(folder)?;
                    }
                    let mut writer = csv::Writer::from_writer(BufWriter::new(private_file(path)?));
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

    /// Adds a note about a value on this line of the current file.
    pub(super) fn note(&mut self, line: u64, field: &'static str, what: &'static str, value: &str) {
        let at = self.report.files.len();
        let known = self.notes.len();
        if known >= NOTES_MAX && !self.notes.contains_key(&(at, field, what)) {
            return;
        }
        let note = self.notes.entry((at, field, what)).or_insert_with(|| LoadNote {
            file: self.report.files.last().map(|file| file.file.clone()).unwrap_or_default(),
            field: field.to_owned(),
            what: what.to_owned(),
            example: shortened(value),
            lines: Vec::new(),
            count: 0,
        });
        note.count += 1;
        if note.lines.len() < LINES_NAMED {
            note.lines.push(line);
        }
    }

    /// Adds a note about the configuration.
    pub(super) fn note_setting(&mut self, key: &str, what: String, example: &str) {
        self.report.notes.push(LoadNote {
            file: "[crm]".into(),
            field: key.to_owned(),
            what,
            example: shortened(example),
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

/// Shortens a value to one line for a message.
pub(super) fn shortened(value: &str) -> String {
    const MAX: usize = 60;
    let mut letters = value.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    let short: String = letters.by_ref().take(MAX).collect();
    if letters.next().is_some() { short + "…" } else { short }
}

/// Creates the file for its owner alone, since it holds rows of the CRM word for word.
fn private_file(path: &std::path::Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    // An existing file keeps its permissions when it is opened.
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(file)
}
