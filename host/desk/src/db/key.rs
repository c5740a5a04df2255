//! The host's key: a private file outside the store, so that a copy of the store alone reveals no personal data.
//!
//! It is created once, together with the store. A missing key is an error and is never replaced, because that would
//! silently lose all encrypted data.

use crate::db::error::StoreErrorKind;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::io::Write as _;
use std::path::Path;

/// 256 bits, random or derived from a random key.
pub(crate) type Key = [u8; 32];

/// Derives a key with HMAC-SHA-256 (RFC 2104). Each part is preceded by its length, so that different lists of parts
/// have different inputs.
pub(crate) fn derived(key: &Key, parts: &[&[u8]]) -> Key {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(&(part.len() as u64).to_le_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Generates a random key.
pub(crate) fn random() -> Result<Key, StoreErrorKind> {
    let mut key = Key::default();
    getrandom::fill(&mut key)
        .map_err(|error| StoreErrorKind::Key(format!("cannot get random bytes from the system: {error}")))?;
    Ok(key)
}

/// Reads the host's key. Creates the file if it is missing and `may_make` is set.
pub(crate) fn open(path: &Path, may_make: bool) -> Result<Key, StoreErrorKind> {
    match std::fs::read_to_string(path) {
        Ok(text) => {
            private(path)?;
            parse(text.trim())
                .ok_or_else(|| StoreErrorKind::Key("the file does not contain a key of 64 hexadecimal digits".into()))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && may_make => {
            make(path).map_err(|error| StoreErrorKind::Key(format!("cannot create the file: {error}")))?;
            // Another process may have created the file first, so its content counts.
            open(path, false)
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(StoreErrorKind::Key("the file is missing, but the store was created with a key".into()))
        }
        Err(error) => Err(StoreErrorKind::Key(format!("cannot read the file: {error}"))),
    }
}

fn parse(text: &str) -> Option<Key> {
    let mut key = Key::default();
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (byte, digits) in key.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(key)
}

/// Creates the key file atomically. An existing file stays as it is.
fn make(path: &Path) -> std::io::Result<()> {
    let text: String = random().map_err(std::io::Error::other)?.iter().map(|byte| format!("{byte:02x}")).collect();
    let suffix = super::random_id::random(8).map_err(std::io::Error::other)?;
    let draft = path.with_extension(format!("{suffix}.part"));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&draft).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.write_all(b"\n")?;
        file.sync_all()
    });
    let placed = written.and_then(|()| match std::fs::hard_link(&draft, path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    });
    let _ = std::fs::remove_file(&draft);
    placed?;
    // The directory entry must be on disk before anything is encrypted with the key.
    match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => std::fs::File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

#[cfg(unix)]
fn private(path: &Path) -> Result<(), StoreErrorKind> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(path).map_err(|error| StoreErrorKind::Key(error.to_string()))?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(StoreErrorKind::Key(format!(
            "other users can read it (mode {:o}); make it private with `chmod 600`",
            mode & 0o777
        )));
    }
    Ok(())
}

#[cfg(not(unix))]
fn private(_: &Path) -> Result<(), StoreErrorKind> {
    Ok(())
}
