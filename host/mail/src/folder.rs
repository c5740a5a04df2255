//! Messages as files: a folder of `.eml` files that any mail program opens.
//!
//! A file appears whole and durable, or not at all. Its name is made of parts that are the same at every attempt, so a
//! message has one file, whose presence proves that it was sent.

use crate::compose::ComposedEmail;
use crate::transport::Transport;
use async_trait::async_trait;
use baton_facts::types::Timestamp;
use baton_model::delivery::{DeliveryCheck, DeliveryOutcome, InterruptedSend};
use sha2::{Digest as _, Sha256};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The folder transport.
#[derive(Debug)]
pub struct FolderTransport {
    folder: Arc<Path>,
    name: String,
}

impl FolderTransport {
    /// Opens the folder, and creates it if it does not exist.
    ///
    /// # Errors
    /// The I/O error, if it cannot be created or is not a folder.
    pub fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        // In another working directory the same relative path would be another folder.
        let folder: Arc<Path> = fs::canonicalize(folder)?.into();
        if !folder.is_dir() {
            return Err(io::Error::from(io::ErrorKind::NotADirectory));
        }
        let name = format!("folder:{}", folder.display());
        Ok(Self { folder, name })
    }

    /// Returns the path of this message's file, whether it exists or not.
    pub fn path(&self, message_id: &str, approved: Timestamp) -> PathBuf {
        self.folder.join(file_name(message_id, approved))
    }
}

#[async_trait]
impl Transport for FolderTransport {
    fn name(&self) -> &str {
        &self.name
    }

    async fn transmit(&mut self, letter: &ComposedEmail) -> DeliveryOutcome {
        let path = self.path(&letter.message_id, letter.approved);
        let (bytes, folder) = (letter.bytes.clone(), Arc::clone(&self.folder));
        let shown = path.display().to_string();
        let placed = tokio::task::spawn_blocking(move || place(&folder, &path, &bytes)).await;
        match placed {
            Ok(Ok(())) => DeliveryOutcome::Accepted(shown),
            Ok(Err(error)) => {
                DeliveryOutcome::Unavailable(format!("cannot write to the message folder: {shown}: {error}"))
            }
            Err(_) => DeliveryOutcome::Unknown(format!("writing {shown} was interrupted")),
        }
    }

    fn was_sent(&self, interrupted: &InterruptedSend) -> DeliveryCheck {
        let path = self.path(&interrupted.message_id, interrupted.approved);
        match path.try_exists() {
            Ok(true) => match sync(&self.folder) {
                Ok(()) => DeliveryCheck::Sent(path.display().to_string()),
                Err(_) => DeliveryCheck::Unknown,
            },
            Ok(false) => DeliveryCheck::NotSent,
            Err(_) => DeliveryCheck::Unknown,
        }
    }
}

/// Returns `2026-03-04-MESSAGE.eml`: the day of the approval (UTC) and the Message-ID up to its `@`, or a hash of it if
/// that has other characters than letters and digits. It names neither the account nor the recipient.
fn file_name(message_id: &str, approved: Timestamp) -> String {
    let day = chrono::DateTime::from_timestamp(approved, 0).unwrap_or_default().format("%Y-%m-%d");
    let local = message_id.split('@').next().unwrap_or_default();
    if (8..=64).contains(&local.len()) && local.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase()) {
        return format!("{day}-{local}.eml");
    }
    let hash = hex::encode(&Sha256::digest(message_id)[..16]);
    format!("{day}-{hash}.eml")
}

fn place(folder: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    if path.try_exists()? {
        // It is whole, since files only appear whole; an earlier attempt sent it.
        return sync(folder);
    }
    // A store has one worker at a time, so the name is free; the rest of a crash is overwritten.
    let draft = path.with_extension("part");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let placed = options.open(&draft).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&draft, path)
    });
    if placed.is_err() {
        let _ = fs::remove_file(&draft);
        return placed;
    }
    // From here on it is sent, even if its name does not survive a power cut.
    let _ = sync(folder);
    Ok(())
}

/// Makes the names in the folder as durable as the contents.
fn sync(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    fs::File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}
