//! The fields that a connector reads, and the files they are in.

use std::path::Path;

use super::crm_config::{ColumnMap, DateOrder};
use super::parse::normalize_label;
use super::rejects::RowRejectReason;

/// A field that a connector reads.
pub(super) struct Field {
    /// The field's name in Baton, used in the column map and also accepted as a header.
    pub(super) name: &'static str,
    /// Known headers, in order of preference. A star at the end of one matches any rest.
    pub(super) headers: &'static [&'static str],
    /// Whether a file without the column is refused.
    pub(super) required: bool,
    /// Whether its values are dates.
    pub(super) date: bool,
    /// Whether its values are ids of the CRM, or can be.
    pub(super) id: bool,
    /// Whether every column with one of the headers is read, because each can restrict contact.
    pub(super) every: bool,
}

impl Field {
    pub(super) const fn new(name: &'static str, headers: &'static [&'static str]) -> Self {
        Self { name, headers, required: false, date: false, id: false, every: false }
    }

    pub(super) const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    pub(super) const fn date(mut self) -> Self {
        self.date = true;
        self
    }

    pub(super) const fn id(mut self) -> Self {
        self.id = true;
        self
    }

    pub(super) const fn every(mut self) -> Self {
        self.every = true;
        self
    }
}

/// A file and the way to read it.
#[derive(Clone, Copy)]
pub(super) struct FileSpec<'a> {
    /// The path as in the configuration.
    pub(super) file: &'a Path,
    /// The folder that `file` is relative to.
    pub(super) folder: &'a Path,
    /// The key under `[crm]` and `[crm.columns]`.
    pub(super) key: &'static str,
    pub(super) fields: &'a [Field],
    pub(super) map: &'a ColumnMap,
    /// The configured order of dates.
    pub(super) dates: Option<DateOrder>,
    /// Headers that are not read on purpose.
    pub(super) ignored_columns: &'a [String],
    /// The fields and the map by which the same file is also read, as one of leads is for accounts and for contacts.
    pub(super) read_also: Option<(&'a [Field], &'a ColumnMap)>,
    /// Whether a row that is rejected for this reason refuses the import, since it may restrict contact.
    pub(super) refuses: fn(RowRejectReason) -> bool,
}

/// Returns the most similar name, if any is similar enough.
pub(super) fn most_similar<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = normalize_label(wanted);
    names
        .filter(|name| name.len() <= 200)
        .map(|name| (strsim::jaro_winkler(&wanted, &normalize_label(name)), name))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, name)| name)
}
