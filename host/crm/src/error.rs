//! Errors that make a whole export unusable. Each says what failed and where, and on a `hint:` line what to do.

use std::{io, path::PathBuf};

use super::rejects::{LoadReport, ReportBuilder};

use thiserror::Error;

/// The cause of a failed load.
#[derive(Debug, Error)]
pub enum LoadError {
    /// A file of `[crm]` cannot be opened.
    #[error("cannot open {}: {source}\nhint: set `{key}` in [crm] to the path of the file, relative to the folder of baton.toml", path.display())]
    Open {
        /// The key under `[crm]`.
        key: &'static str,
        /// The file, as in the configuration.
        file: String,
        /// The full path.
        path: PathBuf,
        source: io::Error,
    },
    /// A file cannot be read to its end.
    #[error("cannot read {file}: {source}\nhint: check the disk and the file set as `{key}` in [crm]")]
    Read {
        /// The key under `[crm]`.
        key: &'static str,
        /// The file, as in the configuration.
        file: String,
        source: io::Error,
    },
    /// A file is not CSV.
    #[error("{file} is not CSV: {what}\nhint: export or save it as CSV, in UTF-8 where there is a choice")]
    NotCsv {
        /// The file, as in the configuration.
        file: String,
        /// The format it appears to have.
        what: &'static str,
    },
    /// A file has no header.
    #[error("{file} is empty\nhint: the first line must name the columns")]
    Empty {
        /// The file, as in the configuration.
        file: String,
    },
    /// The header cannot be read.
    #[error(
        "{file}, line {line}: the header cannot be read as CSV\nhint: the first line must name the columns; look for a quote that does not close"
    )]
    Header {
        /// The file, as in the configuration.
        file: String,
        /// The line, from 1.
        line: u64,
    },
    /// Too many quotes do not close.
    #[error(
        "{file}, line {line}: too many quotes do not close\nhint: write a quote inside a quoted value twice, then read the file again"
    )]
    BrokenQuotes {
        /// The file, as in the configuration.
        file: String,
        /// The last such line, from 1.
        line: u64,
    },
    /// A required column is missing.
    #[error(
        "{file}: no column \"{standard}\" ({field})\nthe header has {seen}\nhint: {}",
        column_hint(key, field, closest.as_deref())
    )]
    MissingColumn {
        /// The file, as in the configuration.
        file: String,
        /// The key under `[crm.columns]`.
        key: &'static str,
        /// The field's name in Baton.
        field: &'static str,
        /// The header that exports usually have.
        standard: &'static str,
        /// The most similar header.
        closest: Option<Box<str>>,
        /// The headers in the file.
        seen: Box<str>,
    },
    /// The column map names a header that the file lacks.
    #[error(
        "{file}: no column \"{header}\", which [crm.columns.{key}] names for {field}\nthe header has {seen}\nhint: {}",
        column_hint(key, field, closest.as_deref())
    )]
    MappedColumn {
        /// The file, as in the configuration.
        file: String,
        /// The key under `[crm.columns]`.
        key: &'static str,
        /// The field's name in Baton.
        field: &'static str,
        /// The header in the column map.
        header: Box<str>,
        /// The most similar header in the file.
        closest: Option<Box<str>>,
        /// The headers in the file.
        seen: Box<str>,
    },
    /// The column map names an unknown field.
    #[error("[crm.columns.{key}]: no field \"{name}\"\nhint: {}the fields are {known}", closest.as_ref().map(|name| format!("did you mean \"{name}\"? ")).unwrap_or_default())]
    UnknownField {
        /// The key under `[crm.columns]`.
        key: &'static str,
        /// The name in the column map.
        name: String,
        /// The most similar field.
        closest: Option<String>,
        /// All fields.
        known: String,
    },
    /// A setting of `[crm]` cannot be used.
    #[error("[crm] {key} = \"{value}\" {what}\nhint: {hint}")]
    Setting {
        key: &'static str,
        value: String,
        /// The fault, as the rest of a sentence about the value.
        what: &'static str,
        hint: &'static str,
    },
    /// The file of rejected rows cannot be written.
    #[error("cannot write the rejected rows: {source}\nhint: check that the folder of the store is writable")]
    Rejects { source: io::Error },
    /// A part of the export that says who must not be contacted is missing or cannot be read.
    #[error("{}", reasons.join("\n"))]
    Refused {
        /// Each with its place, and its hint on a second line.
        reasons: Vec<String>,
        /// The report about the files that were read.
        report: Box<LoadReport>,
    },
    /// A file has too many lines.
    #[error("{file}, line {line}: more than 4,000,000,000 lines\nhint: split the export")]
    TooManyRows {
        /// The file, as in the configuration.
        file: String,
        /// The line, from 1.
        line: u64,
    },
}

fn column_hint(key: &str, field: &str, closest: Option<&str>) -> String {
    let header = closest.unwrap_or("the header in the file");
    format!("add to baton.toml, under [crm.columns.{key}]: {field} = \"{header}\"")
}

/// Ends a report.
///
/// # Errors
/// [`LoadError::Refused`] if there is a reason to refuse the import, [`LoadError::Rejects`] if the rejected rows cannot be
/// written.
pub(super) fn finish(report: ReportBuilder) -> Result<LoadReport, LoadError> {
    match report.close().map_err(|source| LoadError::Rejects { source })? {
        (report, reasons) if reasons.is_empty() => Ok(report),
        (report, reasons) => Err(LoadError::Refused { reasons, report: Box::new(report) }),
    }
}
