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
/// The maximum number of different values in the report that hold records.
const HOLDS_MAX: usize = 1000;
/// The maximum number of listed reasons to refuse an import.
const REFUSALS_MAX: usize = 50;
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

/// A value that decides whether somebody may be contacted and cannot be read. It counts as the strictest one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct HoldingValue {
    /// The file, as in the configuration.
    pub file: String,
    /// The field's name in Baton.
    pub field: String,
    /// The value, or the first one.
    pub value: String,
    /// The fault and its effect; no full stop.
    pub what: String,
    /// The next step for the admin.
    pub hint: String,
    /// The first such line.
    pub line: u64,
    /// The number of such rows.
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

impl FileReport {
    /// Whether the file has rows and none of them can be used.
    pub fn is_useless(&self) -> bool {
        self.rows > 0 && self.kept == 0
    }
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
    /// Values that decide about contact and cannot be read, by file, field and value.
    pub holds: Vec<HoldingValue>,
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

    pub(super) const fn reason(&self) -> RowRejectReason {
        self.reason
    }
}

/// Collects the report while files are read.
pub(super) struct ReportBuilder {
    report: LoadReport,
    path: Option<PathBuf>,
    writer: Option<csv::Writer<BufWriter<File>>>,
    notes: BTreeMap<(usize, &'static str, &'static str), LoadNote>,
    holds: BTreeMap<(usize, &'static str, String), HoldingValue>,
    refusals: Vec<String>,
    refused: usize,
    /// The rows that name an unknown account, by file.
    unknown_accounts: BTreeMap<String, u64>,
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
        Ok(Self {
            report: LoadReport::default(),
            path,
            writer: None,
            notes: BTreeMap::new(),
            holds: BTreeMap::new(),
            refusals: Vec::new(),
            refused: 0,
            unknown_accounts: BTreeMap::new(),
        })
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
        if fault.reason == RowRejectReason::UnknownAccount {
            *self.unknown_accounts.entry(file.file.clone()).or_default() += 1;
        }
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

    /// Adds a word that no vocabulary has, for each different word; `table` is the one under `[crm.words]`, and
    /// `meanings` are its values, the strictest first.
    pub(super) fn hold_word(&mut self, line: u64, field: &'static str, word: &str, table: &str, meanings: &[&str]) {
        let word = shortened(word);
        let (strictest, others) = meanings.split_first().unwrap_or((&"", &[]));
        let hint = format!(
            "add to baton.toml, under [crm.words.{table}]: \"{}\" = \"{strictest}\", or {}",
            word.replace('\\', "\\\\").replace('"', "\\\""),
            others.join(", ")
        );
        self.hold(line, field, &word, word.to_lowercase(), "is not a known word and counts as the strictest", hint);
    }

    /// Adds a date that cannot be read, for each field.
    pub(super) fn hold_date(&mut self, line: u64, field: &'static str, date: &str) {
        let hint = "write dates as YYYY-MM-DD; for dates such as 3/5/2026 add to baton.toml, under [crm]: dates = \"mdy\", or dmy";
        self.hold(
            line,
            field,
            &shortened(date),
            String::new(),
            "is not a readable date and counts as today",
            hint.into(),
        );
    }

    fn hold(&mut self, line: u64, field: &'static str, value: &str, key: String, what: &str, hint: String) {
        let at = self.report.files.len();
        let known = self.holds.len();
        let key = (at, field, key);
        if known >= HOLDS_MAX && !self.holds.contains_key(&key) {
            return;
        }
        let file = self.report.files.last().map(|file| file.file.clone()).unwrap_or_default();
        let hold = self.holds.entry(key).or_insert_with(|| HoldingValue {
            file,
            field: field.to_owned(),
            value: value.to_owned(),
            what: what.to_owned(),
            hint,
            line,
            count: 0,
        });
        hold.count += 1;
    }

    /// Adds a reason to refuse the whole import: without what is missing or cannot be read, somebody might be contacted
    /// who must not be. The line is one of the current file.
    pub(super) fn refuse(&mut self, line: Option<u64>, what: String, hint: String) {
        self.refused += 1;
        if self.refusals.len() < REFUSALS_MAX {
            let file = self.report.files.last().map(|file| file.file.as_str()).unwrap_or("[crm]");
            let place = line.map(|line| format!("{file}:{line}")).unwrap_or_else(|| file.to_owned());
            self.refusals.push(format!("{place}: {what}\nhint: {hint}"));
        }
    }

    /// Refuses the import because of a rejected row.
    pub(super) fn refuse_row(&mut self, line: u64, fault: &RowFault) {
        self.refuse(Some(line), fault.detail.clone(), fault.hint.clone());
    }

    /// Refuses the import if most rows of the current file name an account that is not known: then the column that names
    /// it is another one, and the rest says too little.
    pub(super) fn refuse_if_mostly_unknown(&mut self) {
        let Some(file) = self.report.files.last().filter(|file| file.rows > 0) else { return };
        let (name, rows) = (file.file.clone(), file.rows);
        let unknown = self.unknown_accounts.get(&name).copied().unwrap_or(0);
        if unknown * 2 > rows {
            let what = format!("{unknown} of its {rows} rows name an account that is not in the accounts file");
            let hint = "name the column with the id, the domain or the name of the account under [crm.columns.opportunities] as account";
            self.refuse(None, what, hint.into());
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

    /// Ends the report. Also returns the reasons to refuse the import.
    pub(super) fn close(mut self) -> io::Result<(LoadReport, Vec<String>)> {
        if let Some(mut writer) = self.writer.take() {
            writer.flush()?;
            self.report.rejects_file = self.path;
        }
        self.report.notes.splice(0..0, self.notes.into_values());
        self.report.holds = self.holds.into_values().collect();
        let more = self.refused - self.refusals.len();
        if more > 0 {
            self.refusals.push(format!("{more} more reasons to refuse the import"));
        }
        Ok((self.report, self.refusals))
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
