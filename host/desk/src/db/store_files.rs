//! The files of a store: names, permissions, locks and atomic writes. All are readable for their owner only.
//!
//! Beside `desk.db` and SQLite's own `-wal` and `-shm` are `.changes`, the change log, and three empty files that only
//! carry locks: `.opening` (one process creates or migrates), `.in-use` (shared by every process that has the store open)
//! and `.sending` (the worker).

use crate::db::error::StoreErrorKind;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Returns the path of a file beside the store.
pub(crate) fn beside(store: &Path, extension: &str) -> PathBuf {
    let mut name = store.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    PathBuf::from(name)
}

/// Creates the folder of the store for its owner alone. An existing folder stays as it is.
pub(crate) fn create_folder(store: &Path) -> io::Result<()> {
    let Some(folder) = folder_of(store) else { return Ok(()) };
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn folder_of(path: &Path) -> Option<&Path> {
    path.parent().filter(|folder| !folder.as_os_str().is_empty())
}

/// Makes the names in the folder of this file durable.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(folder_of(path).unwrap_or(Path::new(".")))?.sync_all()?;
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// Creates the file if it does not exist, and makes it readable for its owner alone. SQLite gives the files beside it the
/// same permissions. A file that this user may not change stays as it is; opening it reports why.
pub(crate) fn keep_private(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if let Ok(metadata) = std::fs::metadata(path)
            && metadata.permissions().mode() & 0o077 != 0
        {
            let _ =
                std::fs::set_permissions(path, std::fs::Permissions::from_mode(metadata.permissions().mode() & 0o700));
        }
    }
    match private_options().create(true).append(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::ReadOnlyFilesystem => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::IsADirectory => Ok(()),
        other => other.map(drop),
    }
}

/// Returns options that create a file for its owner alone.
pub(crate) fn private_options() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Replaces a private file atomically and durably.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let draft = beside(path, "part");
    let written = private_options().write(true).create(true).truncate(true).open(&draft).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&draft, path)
    });
    if written.is_err() {
        let _ = std::fs::remove_file(&draft);
        return written;
    }
    sync_folder(path)
}

/// Waits until no other process creates or migrates the store, and keeps others from it until the file is dropped. A
/// migration is a transaction for each step, so SQLite's own locks do not keep two processes apart. Returns `None` if the
/// folder cannot be written; the store cannot be either then.
pub(crate) async fn lock_opening(store: &Path) -> Option<File> {
    let file = lock_file(store, "opening").ok()?;
    let locked = tokio::task::spawn_blocking(move || file.lock().map(|()| file)).await;
    locked.ok()?.ok()
}

/// Marks the store as open in this process until the file is dropped. Fails while it is being restored.
pub(crate) fn lock_in_use(store: &Path) -> Result<Option<File>, StoreErrorKind> {
    // Without write permission the store cannot be opened either, which is reported later.
    let Ok(file) = lock_file(store, "in-use") else { return Ok(None) };
    match file.try_lock_shared() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Err(StoreErrorKind::InUse("it is being restored")),
        Err(TryLockError::Error(error)) => Err(StoreErrorKind::Open(format!("cannot lock it: {error}"))),
    }
}

/// Keeps every other process from opening the store. Fails if one has it open.
pub(crate) fn lock_exclusively(store: &Path) -> Result<File, StoreErrorKind> {
    let failed = |error: io::Error| StoreErrorKind::Open(format!("cannot lock it: {error}"));
    let file = lock_file(store, "in-use").map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreErrorKind::InUse("another process has it open")),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

fn lock_file(store: &Path, extension: &str) -> io::Result<File> {
    private_options().create(true).truncate(false).write(true).open(beside(store, extension))
}
