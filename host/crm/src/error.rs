//! What makes an export unreadable as a whole. Each error says what happened, where, and on a `hint:` line what to do.

use std::{io, path::PathBuf};

use thiserror::Error;

/// Why an export could not be read.
#[derive(Debug, Error)]
pub enum LoadError {
    /// A file of `[crm]` cannot be opened.
    #[error("cannot open {}: {source}\nhint: set `{key}` in [crm] to the file's place, relative to the folder of baton.toml", path.display())]
    Open {
        /// The key under `[crm]`.
        key: &'static str,
        /// As the configuration names it.
        file: String,
        /// Where it was looked for.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file failed while it was read.
    #[error("cannot read {file}: {source}\nhint: look whether the disk and the file set as `{key}` in [crm] are sound")]
    Read {
        /// The key under `[crm]`.
        key: &'static str,
        /// As the configuration names it.
        file: String,
        /// What the system said.
        source: io::Error,
    },
    /// A file is something else.
    #[error("{file} is not CSV: {what}\nhint: export or save it as CSV, in UTF-8 where there is a choice")]
    NotCsv {
        /// As the configuration names it.
        file: String,
        /// What it is.
        what: &'static str,
    },
    /// A file has no header.
    #[error("{file} is empty\nhint: the first line must name the columns")]
    Empty {
        /// As the configuration names it.
        file: String,
    },
    /// The header cannot be read.
    #[error(
        "{file}, line {line}: the header cannot be read as CSV\nhint: the first line must name the columns; look for a quote that does not close"
    )]
    Header {
        /// As the configuration names it.
        file: String,
        /// The line, from 1.
        line: u64,
    },
    /// Quotes fail to close over and over.
    #[error(
        "{file}, line {line}: quotes fail to close again and again\nhint: write a quote inside a quoted value twice, then read the file again"
    )]
    BrokenQuotes {
        /// As the configuration names it.
        file: String,
        /// The last such line, from 1.
        line: u64,
    },
    /// A column without which the file is useless is not there.
    #[error(
        "{file}: no column \"{standard}\" ({field})\nthe header has {seen}\nhint: {}",
        column_hint(key, field, closest.as_deref())
    )]
    MissingColumn {
        /// As the configuration names it.
        file: String,
        /// The key under `[crm.columns]`.
        key: &'static str,
        /// Our name of the field.
        field: &'static str,
        /// What the export calls it.
        standard: &'static str,
        /// The header that may hold it.
        closest: Option<Box<str>>,
        /// The headers of the file.
        seen: Box<str>,
    },
    /// The column map names a header that is not there.
    #[error(
        "{file}: no column \"{header}\", which [crm.columns.{key}] names for {field}\nthe header has {seen}\nhint: {}",
        column_hint(key, field, closest.as_deref())
    )]
    MappedColumn {
        /// As the configuration names it.
        file: String,
        /// The key under `[crm.columns]`.
        key: &'static str,
        /// Our name of the field.
        field: &'static str,
        /// The header that the map names.
        header: Box<str>,
        /// The header that may have been meant.
        closest: Option<Box<str>>,
        /// The headers of the file.
        seen: Box<str>,
    },
    /// The column map names a field that there is not.
    #[error("[crm.columns.{key}]: no field \"{name}\"\nhint: {}the fields are {known}", closest.as_ref().map(|name| format!("did you mean \"{name}\"? ")).unwrap_or_default())]
    UnknownField {
        /// The key under `[crm.columns]`.
        key: &'static str,
        /// What the map names.
        name: String,
        /// What may have been meant.
        closest: Option<String>,
        /// All there are.
        known: String,
    },
    /// A setting of `[crm]` cannot be used.
    #[error("[crm] {key} = \"{value}\" {what}\nhint: {hint}")]
    Setting {
        /// The key.
        key: &'static str,
        /// Its value.
        value: String,
        /// What is wrong.
        what: &'static str,
        /// What to do next.
        hint: &'static str,
    },
    /// Rows set aside cannot be written down.
    #[error(
        "cannot write down the rows set aside: {source}\nhint: look whether the folder of the store can be written to"
    )]
    Rejects {
        /// What the system said.
        source: io::Error,
    },
    /// More rows than an export has.
    #[error("{file}, line {line}: more than 4,000,000,000 lines\nhint: split the export")]
    TooManyRows {
        /// As the configuration names it.
        file: String,
        /// The line, from 1.
        line: u64,
    },
}

fn column_hint(key: &str, field: &str, closest: Option<&str>) -> String {
    let header = closest.unwrap_or("the header in the file");
    format!("add to baton.toml, under [crm.columns.{key}]: {field} = \"{header}\"")
}
