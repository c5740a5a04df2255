//! Backup of the store into one file, and its restoration.
//!
//! The key is never in a backup, and a backup is never restored unless the key beside the store opens it. The change log
//! stays where it is: it shows that the restored store is an older copy.

use crate::db::change_log::{ChangeLog, LoggedChange};
use crate::db::connect::check_file;
use crate::db::encryption::KeyRing;
use crate::db::error::{StoreError, StoreErrorKind, error_kind};
use crate::db::store_files::{self, beside};
use crate::db::{key, random_id};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The hint for a path that cannot be read or written.
const DISK: &str = "check the path, its permissions and the free space";

/// The files of SQLite beside a database in use.
const SQLITE_FILES: [&str; 3] = ["", "-wal", "-shm"];

/// Copies the store into one private file, while other processes use the store.
///
/// # Errors
/// [`StoreError`] if the file exists or cannot be written, the store is missing or damaged, or the key does not open it.
/// No file is left behind then.
pub async fn back_up(store: &Path, key_file: &Path, to: &Path) -> Result<(), StoreError> {
    let failed = |kind| StoreError { path: store.to_owned(), kind };
    let not_written = |kind| StoreError { path: to.to_owned(), kind };
    if !store.exists() {
        return Err(failed(StoreErrorKind::Backup(
            "there is no store to back up".into(),
            "check `--config` and `[store] folder`",
        )));
    }
    if to.symlink_metadata().is_ok() {
        return Err(not_written(StoreErrorKind::Backup(
            "the file exists already".into(),
            "choose another name: a backup replaces no file",
        )));
    }
    let _in_use = store_files::lock_in_use(store).map_err(failed)?;
    let draft = beside(to, &random_suffix().map_err(not_written)?);
    let copied = copy_into(store, key_file, &draft, to).await.and_then(|()| {
        std::fs::rename(&draft, to).map_err(|error| not_written(StoreErrorKind::Backup(error.to_string(), DISK)))
    });
    let _ = std::fs::remove_file(&draft);
    copied?;
    store_files::sync_folder(to).map_err(|error| not_written(StoreErrorKind::Backup(error.to_string(), DISK)))
}

async fn copy_into(store: &Path, key_file: &Path, draft: &Path, to: &Path) -> Result<(), StoreError> {
    let failed = |kind| StoreError { path: store.to_owned(), kind };
    let not_written = |error: io::Error| StoreError {
        path: to.to_owned(),
        kind: StoreErrorKind::Backup(format!("cannot write it: {error}"), DISK),
    };
    check_file(store, options(store)).await.map_err(failed)?;
    let mut connection = options(store).connect().await.map_err(|error| failed(error_kind(&error)))?;
    compare_key(&mut connection, store, key_file).await?;
    // SQLite accepts an empty file, which is private already.
    store_files::private_options().write(true).create_new(true).open(draft).map_err(not_written)?;
    let copied = sqlx::query("VACUUM INTO $1").bind(draft.to_string_lossy()).execute(&mut connection).await;
    let _ = connection.close().await;
    copied.map_err(|error| failed(error_kind(&error)))?;
    check_integrity(draft).await.map_err(failed)?;
    std::fs::File::open(draft).and_then(|file| file.sync_all()).map_err(not_written)
}

/// Puts a backup in the place of the store. Returns the path of the store that was there before, if there was one and
/// `replace` is set. When the store is opened next, it is an older copy.
///
/// # Errors
/// [`StoreError`] if the backup is damaged, of a later version or of another key, another process has the store open, or
/// there is a store and `replace` is not set. The store is unchanged then.
pub async fn restore(from: &Path, store: &Path, key_file: &Path, replace: bool) -> Result<Option<PathBuf>, StoreError> {
    let failed = |kind| StoreError { path: store.to_owned(), kind };
    let io_failed = |error: io::Error| failed(StoreErrorKind::Backup(error.to_string(), DISK));
    if !from.is_file() {
        return Err(StoreError {
            path: from.to_owned(),
            kind: StoreErrorKind::Backup("there is no such file".into(), DISK),
        });
    }
    // Before the folder is created: without the key nothing is restored.
    key::open(key_file, false).map_err(|kind| StoreError { path: key_file.to_owned(), kind })?;
    store_files::create_folder(store).map_err(io_failed)?;
    let _alone = store_files::lock_exclusively(store).map_err(failed)?;
    let is_there = std::fs::metadata(store).is_ok_and(|metadata| metadata.len() > 0);
    if is_there && !replace {
        return Err(failed(StoreErrorKind::Exists));
    }
    let draft = beside(store, &random_suffix().map_err(failed)?);
    let prepared = prepare(from, store, key_file, &draft).await;
    let done = match prepared {
        Ok(()) => put_in_place(&draft, store, is_there).map_err(io_failed),
        Err(error) => Err(error),
    };
    for suffix in SQLITE_FILES {
        let _ = std::fs::remove_file(with_suffix(&draft, suffix));
    }
    done
}

/// Copies the backup beside the store, checks the copy, and makes the store an older copy in the change log.
async fn prepare(from: &Path, store: &Path, key_file: &Path, draft: &Path) -> Result<(), StoreError> {
    let of_backup = |kind| {
        let kind = match kind {
            StoreErrorKind::Corrupt(what) => {
                StoreErrorKind::Backup(format!("it is damaged or not a backup: {what}"), "choose another backup")
            }
            kind => kind,
        };
        StoreError { path: from.to_owned(), kind }
    };
    let not_written = |error: io::Error| StoreError {
        path: store.to_owned(),
        kind: StoreErrorKind::Backup(format!("cannot copy the backup: {error}"), DISK),
    };
    // A plain copy of a store in use has a log of SQLite beside it.
    for suffix in ["", "-wal"] {
        let source = with_suffix(from, suffix);
        if suffix.is_empty() || source.is_file() {
            let mut to = store_files::private_options()
                .write(true)
                .create_new(true)
                .open(with_suffix(draft, suffix))
                .map_err(not_written)?;
            std::fs::File::open(&source).and_then(|mut source| io::copy(&mut source, &mut to)).map_err(of_io(from))?;
        }
    }
    let schema = check_file(draft, options(draft)).await.map_err(of_backup)?;
    if schema == 0 {
        return Err(of_backup(StoreErrorKind::Corrupt("it is empty".into())));
    }
    check_integrity(draft).await.map_err(of_backup)?;
    let mut connection = options(draft).connect().await.map_err(|error| of_backup(error_kind(&error)))?;
    let keys = compare_key(&mut connection, from, key_file).await?;
    let generation: i64 = if schema < GENERATION_SCHEMA {
        0
    } else {
        sqlx::query_scalar("SELECT generation FROM host")
            .fetch_one(&mut connection)
            .await
            .map_err(|error| of_backup(error_kind(&error)))?
    };
    // Writes SQLite's log into the file and removes it.
    sqlx::query("PRAGMA journal_mode = DELETE")
        .execute(&mut connection)
        .await
        .map_err(|error| of_backup(error_kind(&error)))?;
    connection.close().await.map_err(|error| of_backup(error_kind(&error)))?;
    std::fs::File::open(draft).and_then(|file| file.sync_all()).map_err(not_written)?;
    let log = ChangeLog::of(store, &keys);
    let noted = log.read().and_then(|logged| match logged {
        Some(logged) => log.append(logged.latest.max(generation) + 1, &[LoggedChange::Restored]),
        // A store without its log is an older copy anyway, unless an earlier version made the backup.
        None if schema >= GENERATION_SCHEMA => Ok(()),
        None => log.create(generation).and_then(|()| log.append(generation + 1, &[LoggedChange::Restored])),
    });
    noted.map_err(|error| StoreError { path: log.path.clone(), kind: StoreErrorKind::Backup(error.to_string(), DISK) })
}

/// The first schema with the store's generation.
const GENERATION_SCHEMA: i64 = 26;

/// Moves the present store aside and the new one into its place. A program that ends in between leaves no store, which is
/// noticed when it is opened.
fn put_in_place(draft: &Path, store: &Path, is_there: bool) -> io::Result<Option<PathBuf>> {
    let mut aside = None;
    if is_there {
        let path = (1..).map(|number| beside(store, &format!("replaced-{number}"))).find(|path| !path.exists());
        aside = path;
    }
    for suffix in SQLITE_FILES {
        let present = with_suffix(store, suffix);
        let moved = match &aside {
            Some(aside) => std::fs::rename(&present, with_suffix(aside, suffix)),
            None => std::fs::remove_file(&present),
        };
        match moved {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    std::fs::rename(draft, store)?;
    store_files::sync_folder(store)?;
    Ok(aside)
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename(path).busy_timeout(Duration::from_secs(10)).pragma("secure_delete", "ON")
}

/// Checks that the key opens the store behind this connection.
async fn compare_key(connection: &mut SqliteConnection, path: &Path, file: &Path) -> Result<KeyRing, StoreError> {
    let of_key = |kind| StoreError { path: file.to_owned(), kind };
    let keys = KeyRing::new(path.to_owned(), &key::open(file, false).map_err(of_key)?);
    let check: Option<Vec<u8>> = sqlx::query_scalar("SELECT key_check FROM host")
        .fetch_optional(connection)
        .await
        .map_err(|error| StoreError { path: path.to_owned(), kind: error_kind(&error) })?;
    if check.as_deref() != Some(keys.check()) {
        return Err(of_key(StoreErrorKind::Key(format!("{} was created with another key", path.display()))));
    }
    Ok(keys)
}

async fn check_integrity(path: &Path) -> Result<(), StoreErrorKind> {
    let mut connection = options(path).connect().await.map_err(|error| error_kind(&error))?;
    let found: Result<String, _> = sqlx::query_scalar("PRAGMA integrity_check(1)").fetch_one(&mut connection).await;
    let _ = connection.close().await;
    match found.map_err(|error| error_kind(&error))?.as_str() {
        "ok" => Ok(()),
        fault => Err(StoreErrorKind::Corrupt(fault.to_owned())),
    }
}

fn of_io(path: &Path) -> impl Fn(io::Error) -> StoreError {
    let path = path.to_owned();
    move |error| StoreError {
        path: path.clone(),
        kind: StoreErrorKind::Backup(format!("cannot read it: {error}"), DISK),
    }
}

fn random_suffix() -> Result<String, StoreErrorKind> {
    let random = random_id::random(8).map_err(|error| StoreErrorKind::Other(error.to_string()))?;
    Ok(format!("{random}.part"))
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
