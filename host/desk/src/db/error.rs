//! Errors of the store, each with a hint for the person who can fix it. No data is lost: a failed transaction changes
//! nothing.

use std::path::PathBuf;

/// An error of the store, with the file concerned.
#[derive(Debug, thiserror::Error)]
#[error("{}: {kind}", path.display())]
pub struct StoreError {
    /// The store's file or the key file.
    pub path: PathBuf,
    pub kind: StoreErrorKind,
}

/// The kinds of errors that the store reports.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// A later version of Baton created the store.
    #[error("the store has schema {found}, but this version of Baton supports schemas up to {known}")]
    Newer {
        /// The schema version of the file.
        found: i64,
        /// The latest schema version that this program supports.
        known: i64,
    },
    /// The file, its folder or the disk is read-only.
    #[error("cannot write to the store: the file, its folder or the disk is read-only")]
    ReadOnly,
    /// The disk is full.
    #[error("cannot write to the store: the disk is full")]
    Full,
    /// The file is damaged or is not a store of Baton.
    #[error("the store is damaged or is not a Baton store: {0}")]
    Corrupt(String),
    /// There is a key, so there was a store; a new one would have no suppressions and would have sent nothing yet.
    #[error("the store is missing or empty, but its key is in {}", .0.display())]
    Missing(PathBuf),
    /// A store is where a backup is to be restored.
    #[error("there is a store already")]
    Exists,
    /// A backup cannot be written, read or put in place.
    #[error("{0}")]
    Backup(String, &'static str),
    /// Another program holds the database lock.
    #[error("the store is in use: another program did not release it in time")]
    Busy,
    /// Another process has the store open, or is restoring it.
    #[error("the store is in use: {0}")]
    InUse(&'static str),
    /// A change was committed and could not be added to the change log beside the store.
    #[error("the change was saved, but cannot be added to the change log: {0}")]
    ChangeLog(String),
    /// The store is an older copy, and its messages are not settled yet.
    #[error("the store is an older copy, so nothing is sent from it yet")]
    Behind,
    /// The file cannot be opened.
    #[error("cannot open the store: {0}")]
    Open(String),
    /// The host's key is missing, unreadable or not the store's key.
    #[error("cannot use the key of the store: {0}")]
    Key(String),
    /// A record cannot be decrypted: it was changed, or belongs to another row.
    #[error("the record {0} was changed after it was encrypted")]
    Tampered(String),
    /// Any other database error.
    #[error("the store failed: {0}")]
    Other(String),
}

impl StoreError {
    /// Returns what the user should do next.
    pub fn hint(&self) -> &'static str {
        match self.kind {
            StoreErrorKind::Newer { .. } => "update Baton, or choose another store",
            StoreErrorKind::ReadOnly => "give yourself write permission on the file and its folder",
            StoreErrorKind::Full => "free some space and run the command again; nothing was lost",
            StoreErrorKind::Corrupt(_) => {
                "restore the file from a backup; keep the damaged one, and the `-wal` file beside it"
            }
            StoreErrorKind::Missing(_) => {
                "restore the store from a backup; to begin with an empty one, move the key file away"
            }
            StoreErrorKind::Exists => "pass `--replace` to keep it aside and put the backup in its place",
            StoreErrorKind::Backup(_, hint) => hint,
            StoreErrorKind::Busy => "wait for the other command to end, then run this one again",
            StoreErrorKind::InUse(_) => "stop that process first: `baton serve` ends with Ctrl-C",
            StoreErrorKind::ChangeLog(_) => {
                "free some space and make the file writable; no message is sent before that"
            }
            StoreErrorKind::Behind => "run the command again",
            StoreErrorKind::Open(_) => "check the path and its permissions",
            StoreErrorKind::Key(_) => {
                "restore the key file from a backup; personal data cannot be decrypted without it"
            }
            StoreErrorKind::Tampered(_) => "restore the file from a backup",
            StoreErrorKind::Other(_) => "run the command again",
        }
    }

    /// Whether the same call may succeed later without any change.
    pub fn is_transient(&self) -> bool {
        matches!(self.kind, StoreErrorKind::Busy)
    }
}

/// Maps SQLite's result code (<https://www.sqlite.org/rescode.html>), whose low byte is the primary code.
pub(crate) fn error_kind(error: &sqlx::Error) -> StoreErrorKind {
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
