//! What can be wrong with the store, said so that a person can put it right. Nothing is lost by any of it: a
//! transaction that failed left no trace.

use std::path::PathBuf;

/// The store could not be used.
#[derive(Debug, thiserror::Error)]
#[error("{}: {kind}", path.display())]
pub struct StoreError {
    /// The store's file, or the key's.
    pub path: PathBuf,
    /// What is wrong.
    pub kind: StoreErrorKind,
}

/// What is wrong with it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// A later version of the program wrote it.
    #[error("the store has schema {found}, and this program knows schemas up to {known}")]
    Newer {
        /// The schema in the file.
        found: i64,
        /// The newest that this program knows.
        known: i64,
    },
    /// It cannot be written.
    #[error("the store cannot be written: the file, its folder or the disk is read-only")]
    ReadOnly,
    /// No space is left.
    #[error("the store cannot be written: the disk is full")]
    Full,
    /// It is not what was written.
    #[error("the store is damaged or no store of Baton: {0}")]
    Corrupt(String),
    /// Another program holds it.
    #[error("the store is in use by another program and was not free in time")]
    Busy,
    /// It cannot be opened.
    #[error("the store cannot be opened: {0}")]
    Open(String),
    /// The host's key is missing, unreadable or another one.
    #[error("the key of the store cannot be used: {0}")]
    Key(String),
    /// A sealed record does not open: it was changed, or belongs elsewhere.
    #[error("the record {0} was changed after it was sealed")]
    Tampered(String),
    /// Anything else the database says.
    #[error("the store failed: {0}")]
    Other(String),
}

impl StoreError {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self.kind {
            StoreErrorKind::Newer { .. } => "update Baton, or name another store",
            StoreErrorKind::ReadOnly => "give yourself write permission on the file and its folder",
            StoreErrorKind::Full => "free some space and run the command again; nothing was lost",
            StoreErrorKind::Corrupt(_) => {
                "restore the file from a backup; keep the damaged one, and the `-wal` file beside it"
            }
            StoreErrorKind::Busy => "wait for the other command to end, then run this one again",
            StoreErrorKind::Open(_) => "look at the path and its permissions",
            StoreErrorKind::Key(_) => "restore the key file from a backup; without it what is sealed cannot be read",
            StoreErrorKind::Tampered(_) => "restore the file from a backup",
            StoreErrorKind::Other(_) => "run the command again",
        }
    }

    /// The same call may succeed later without anybody's help.
    pub fn is_transient(&self) -> bool {
        matches!(self.kind, StoreErrorKind::Busy)
    }
}

/// Reads SQLite's own words. Result codes: <https://www.sqlite.org/rescode.html>; the low byte is the primary code.
pub(crate) fn trouble(error: &sqlx::Error) -> StoreErrorKind {
    let code = match error {
        sqlx::Error::Database(database) => {
            database.code().and_then(|code| code.parse::<i32>().ok()).map(|code| code & 0xff)
        }
        sqlx::Error::PoolTimedOut => return StoreErrorKind::Busy,
        _ => None,
    };
    match code {
        Some(5 | 6) => StoreErrorKind::Busy,
        Some(8) => StoreErrorKind::ReadOnly,
        Some(11 | 26) => StoreErrorKind::Corrupt(error.to_string()),
        Some(13) => StoreErrorKind::Full,
        Some(14) => StoreErrorKind::Open(error.to_string()),
        _ => StoreErrorKind::Other(error.to_string()),
    }
}
