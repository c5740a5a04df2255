//! Problems in an admin's file.
//!
//! A problem names the file, the line and the key, and the next step on a `hint:` line. All problems of a file are
//! reported together. Quoted text is shortened and shown without control characters.

use baton_model::{escape_unprintable, quoted};
use std::{
    fmt::{self, Display, Write},
    path::PathBuf,
};

/// The severity of a problem.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Severity {
    /// The file is rejected.
    Error,
    /// The file is used, but may not do what its author meant.
    Warning,
}

/// A problem in a file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Problem {
    /// The file, as the user named it.
    pub file: PathBuf,
    /// Counted from 1; `None` if the problem concerns the whole file.
    pub line: Option<u32>,
    /// In characters, counted from 1; `None` if the line is enough.
    pub column: Option<u32>,
    /// The path of the key, such as `angles[0].weight`; empty for the whole file.
    pub key: String,
    /// One sentence without a full stop.
    pub message: String,
    /// The next step.
    pub hint: Option<String>,
    /// Its severity.
    pub severity: Severity,
}

impl Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(out, "{severity}: {}", escape_unprintable(&self.file.to_string_lossy()))?;
        if let Some(line) = self.line {
            write!(out, ":{line}")?;
            if let Some(column) = self.column {
                write!(out, ":{column}")?;
            }
        }
        write!(out, ": {}", self.message)?;
        if let Some(hint) = &self.hint {
            write!(out, "\n  hint: {hint}")?;
        }
        Ok(())
    }
}

/// Problems in the order of their lines. As an error: at least one of them is an error.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// Returns whether a file with these problems is rejected.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|problem| problem.severity == Severity::Error)
    }

    /// Sorts them by file, line and key.
    pub fn sort(&mut self) {
        self.0.sort_by(|a, b| (&a.file, a.line, a.column, &a.key).cmp(&(&b.file, b.line, b.column, &b.key)));
    }
}

impl Display for Problems {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            if index > 0 {
                out.write_char('\n')?;
            }
            write!(out, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// A valid file's value, with its warnings.
#[derive(Clone, Debug)]
pub struct Validated<T> {
    /// The value, with defaults filled in.
    pub value: T,
    /// Warnings only.
    pub warnings: Problems,
}

/// Returns the candidate that is closest to `wanted`, if one is close enough.
pub(super) fn closest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = wanted.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&wanted, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= (candidate.chars().count() / 3).max(1))
        .min()
        .map(|(_, candidate)| candidate)
}

/// Formats names for a sentence: `a`, `b` or `c`.
pub(super) fn any_of<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    listed(names, "or")
}

/// Formats names for a sentence: `a`, `b` and `c`.
pub(super) fn all_of<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    listed(names, "and")
}

fn listed<'a>(names: impl IntoIterator<Item = &'a str>, last_word: &str) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{}`", quoted(name))).collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} {last_word} {last}", rest.join(", ")),
        _ => names.concat(),
    }
}
