//! One worker for a store: a lock that the operating system holds, and lets go of when the program ends in whatever way.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

/// Held for as long as it lives.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

/// The worker cannot start.
#[derive(Debug, thiserror::Error)]
pub enum Locked {
    /// Another one is at work.
    #[error("{}: another program is transmitting from this store", .0.display())]
    Busy(PathBuf),
    /// The lock's file cannot be used.
    #[error("{}: the lock cannot be taken: {error}", path.display())]
    Failed {
        /// The lock's file.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
}

impl Locked {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Busy(_) => "let it do the work, or end it first: `baton serve` transmits by itself",
            Self::Failed { .. } => "give yourself write permission on the store's folder, on a disk that has locks",
        }
    }
}

impl Lock {
    /// Takes the lock that belongs to this store, in a file beside it.
    pub fn take(store: &Path) -> Result<Self, Locked> {
        let mut name = store.as_os_str().to_owned();
        name.push(".sending");
        let path = PathBuf::from(name);
        let opened = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let file = opened.map_err(|error| Locked::Failed { path: path.clone(), error })?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Locked::Busy(path)),
            Err(TryLockError::Error(error)) => Err(Locked::Failed { path, error }),
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
        assert!(matches!(second, Locked::Busy(_)), "{second}");
        assert!(second.to_string().ends_with("desk.db.sending: another program is transmitting from this store"));
        drop(first);
        Lock::take(&store).unwrap();
        assert!(matches!(Lock::take(&folder.path().join("none/desk.db")), Err(Locked::Failed { .. })));
    }
}
