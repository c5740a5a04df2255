//! One sending worker per store: a lock that the operating system holds and releases when the process ends in any way.

use crate::db::store_files;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

/// The lock, held until it is dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

/// The reason why the worker cannot start.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another worker holds the lock.
    #[error("{}: another process is sending from this store", .0.display())]
    Busy(PathBuf),
    /// The lock file cannot be used.
    #[error("{}: cannot take the lock: {error}", path.display())]
    Failed {
        /// The lock file.
        path: PathBuf,
        /// The system's error.
        error: std::io::Error,
    },
}

impl LockError {
    /// Returns the next step for the user.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Busy(_) => "let that process send, or stop it first: `baton serve` sends automatically",
            Self::Failed { .. } => {
                "give yourself write permission on the store's folder, on a disk that supports locks"
            }
        }
    }
}

impl Lock {
    /// Takes the store's lock, in a file beside it.
    pub fn take(store: &Path) -> Result<Self, LockError> {
        let path = store_files::beside(store, "sending");
        let opened = store_files::private_options().create(true).truncate(false).write(true).open(&path);
        let file = opened.map_err(|error| LockError::Failed { path: path.clone(), error })?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(LockError::Busy(path)),
            Err(TryLockError::Error(error)) => Err(LockError::Failed { path, error }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_worker_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("desk.db");
        let first = Lock::take(&store).unwrap();
        let second = Lock::take(&store).unwrap_err();
        assert!(matches!(second, LockError::Busy(_)), "{second}");
        assert!(second.to_string().ends_with("desk.db.sending: another process is sending from this store"));
        drop(first);
        Lock::take(&store).unwrap();
        assert!(matches!(Lock::take(&folder.path().join("none/desk.db")), Err(LockError::Failed { .. })));
    }
}
