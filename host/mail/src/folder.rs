//! Letters as files: a folder of `.eml` that any mail program opens.
//!
//! A file appears under its name whole and durable, or not at all. The name is made of what is the same at every try, so
//! a letter has one file, and the file's presence is the proof that it left.

use super::{Letter, Transport, Tried};
use async_trait::async_trait;
use baton_facts::types::Timestamp;
use baton_model::delivery::{Departed, Interrupted};
use sha2::{Digest as _, Sha256};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The folder transport.
#[derive(Debug)]
pub struct Folder {
    folder: Arc<Path>,
    name: String,
}

impl Folder {
    /// Opens the folder, and makes it where it is missing.
    ///
    /// # Errors
    /// Where it cannot be made or is none.
    pub fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        // Under another working directory the same relative path would be another folder.
        let folder: Arc<Path> = fs::canonicalize(folder)?.into();
        if !folder.is_dir() {
            return Err(io::Error::from(io::ErrorKind::NotADirectory));
        }
        let name = format!("folder:{}", folder.display());
        Ok(Self { folder, name })
    }

    /// Where the file of this message is, or would be.
    pub fn path(&self, message_id: &str, approved: Timestamp) -> PathBuf {
        self.folder.join(file_name(message_id, approved))
    }
}

#[async_trait]
impl Transport for Folder {
    fn name(&self) -> &str {
        &self.name
    }

    async fn transmit(&mut self, letter: &Letter) -> Tried {
        let path = self.path(&letter.message_id, letter.approved);
        let (bytes, folder) = (letter.bytes.clone(), Arc::clone(&self.folder));
        let shown = path.display().to_string();
        let placed = tokio::task::spawn_blocking(move || place(&folder, &path, &bytes)).await;
        match placed {
            Ok(Ok(())) => Tried::Accepted(shown),
            Ok(Err(error)) => Tried::Down(format!("the folder of messages cannot be written: {shown}: {error}")),
            Err(_) => Tried::Unknown(format!("writing {shown} was cut off")),
        }
    }

    fn departed(&self, interrupted: &Interrupted) -> Departed {
        let path = self.path(&interrupted.message_id, interrupted.approved);
        match path.try_exists() {
            Ok(true) => match sync(&self.folder) {
                Ok(()) => Departed::Yes(path.display().to_string()),
                Err(_) => Departed::Unknown,
            },
            Ok(false) => Departed::No,
            Err(_) => Departed::Unknown,
        }
    }
}

/// `2026-03-04-MESSAGE.eml`: the day of the approval (UTC) and the Message-ID up to its `@`, or a hash of it where that
/// is no plain word. It names neither account nor recipient.
fn file_name(message_id: &str, approved: Timestamp) -> String {
    let day = chrono::DateTime::from_timestamp(approved, 0).unwrap_or_default().format("%Y-%m-%d");
    let local = message_id.split('@').next().unwrap_or_default();
    if (8..=64).contains(&local.len()) && local.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase()) {
        return format!("{day}-{local}.eml");
    }
    let hash: String = Sha256::digest(message_id).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("{day}-{hash}.eml")
}

fn place(folder: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    if path.try_exists()? {
        // It is whole, since files only appear whole; it left with an earlier try.
        return sync(folder);
    }
    // One worker at a time works for a store, so the name is free; what a crash left of it is written anew.
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
    // From here on it has left: that its name may not outlive a power cut changes nothing about that.
    let _ = sync(folder);
    Ok(())
}

/// Makes the names in it as durable as the contents.
fn sync(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    fs::File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}
