//! The host's key: a private file outside the store, so that a copy of the store alone says nothing about anybody.
//!
//! It is made once, with the store. A store whose key is missing is never given another one: what is sealed would be
//! lost without a word.

use crate::db::error::StoreErrorKind;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::io::Write as _;
use std::path::Path;

/// 256 random bits, or bits derived from some.
pub(crate) type Key = [u8; 32];

/// HMAC-SHA-256 (RFC 2104) over the parts, each with its length before it, so that no two lists of parts read alike.
pub(crate) fn derived(key: &Key, parts: &[&[u8]]) -> Key {
    // Every length of key is good for HMAC, so this cannot fail.
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(&(part.len() as u64).to_le_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Random bits.
pub(crate) fn random() -> Result<Key, StoreErrorKind> {
    let mut key = Key::default();
    getrandom::fill(&mut key).map_err(|error| StoreErrorKind::Key(format!("the system has no randomness: {error}")))?;
    Ok(key)
}

/// Reads the host's key; makes it where it is missing and may be made.
pub(crate) fn open(path: &Path, may_make: bool) -> Result<Key, StoreErrorKind> {
    match std::fs::read_to_string(path) {
        Ok(text) => {
            private(path)?;
            parse(text.trim())
                .ok_or_else(|| StoreErrorKind::Key("the file holds no key of 64 hexadecimal digits".into()))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && may_make => {
            make(path).map_err(|error| StoreErrorKind::Key(format!("it cannot be made: {error}")))?;
            // Somebody else may have been first: what is in the file is what counts.
            open(path, false)
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(StoreErrorKind::Key("the file is missing, and the store was written with one".into()))
        }
        Err(error) => Err(StoreErrorKind::Key(format!("it cannot be read: {error}"))),
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

/// The file appears whole or not at all, and an existing one is never touched.
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
    // The name must be as durable as the contents before anything is sealed with the key.
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
            "others may read it (mode {:o}); make it private with `chmod 600`",
            mode & 0o777
        )));
    }
    Ok(())
}

#[cfg(not(unix))]
fn private(_: &Path) -> Result<(), StoreErrorKind> {
    Ok(())
}
