//! Messages as files: a folder of `.eml` files that any mail program opens.
//!
//! A file appears whole and durable, or not at all. Its name is made of parts that are the same at every attempt. Another
//! program may collect files at any moment, so a missing file does not prove anything: `.sent` in the folder has a marker
//! for each message, which is durable before the file gets its name. A message with a marker was sent, unless its draft is
//! still there.

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

/// How the name of the transport begins, before the path of the folder.
const NAME: &str = "folder:";

/// The folder of markers, in the message folder.
const MARKERS: &str = ".sent";

/// The folder transport.
#[derive(Debug)]
pub struct FolderTransport {
    folder: Arc<Path>,
    name: String,
    /// Whether earlier messages have no markers: the folder was new, or an earlier version wrote them.
    without_markers: bool,
}

impl FolderTransport {
    /// Opens the folder, and creates it if it does not exist.
    ///
    /// # Errors
    /// The I/O error, if it cannot be created or is not a folder.
    pub fn open(folder: &Path) -> io::Result<Self> {
        create_private(folder)?;
        // In another working directory the same relative path would be another folder.
        let folder: Arc<Path> = fs::canonicalize(folder)?.into();
        if !folder.is_dir() {
            return Err(io::Error::from(io::ErrorKind::NotADirectory));
        }
        let name = format!("{NAME}{}", folder.display());
        let markers = folder.join(MARKERS);
        let without_markers = !markers.is_dir();
        create_private(&markers)?;
        Ok(Self { folder, name, without_markers })
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
        let (Ok(file), Ok(marker), Ok(draft)) =
            (path.try_exists(), marker_of(&path).try_exists(), path.with_extension("part").try_exists())
        else {
            return DeliveryCheck::Unknown;
        };
        match (file, marker, draft) {
            (true, ..) => match sync(&self.folder) {
                Ok(()) => DeliveryCheck::Sent(path.display().to_string()),
                Err(_) => DeliveryCheck::Unknown,
            },
            (false, true, false) => DeliveryCheck::Sent(format!("{} (collected since)", path.display())),
            (false, false, _) if self.without_markers || !self.folder.join(MARKERS).is_dir() => DeliveryCheck::Unknown,
            (false, _, _) => DeliveryCheck::NotSent,
        }
    }
}

/// Removes a message's file, which the transport of this name wrote. Returns its path if it was still there; `None` also
/// if the transport is not a folder.
///
/// # Errors
/// The I/O error, if the file is there and cannot be removed.
pub fn remove_message(transport: &str, message_id: &str, approved: Timestamp) -> io::Result<Option<PathBuf>> {
    let Some(folder) = transport.strip_prefix(NAME) else { return Ok(None) };
    let path = Path::new(folder).join(file_name(message_id, approved));
    let mut removed = None;
    for path in [path.with_extension("part"), path] {
        match fs::remove_file(&path) {
            Ok(()) => removed = Some(path),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(removed)
}

/// Creates a folder for its owner alone. An existing one stays as it is.
fn create_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Returns the path of the marker for the message with this file.
fn marker_of(path: &Path) -> PathBuf {
    path.with_file_name(MARKERS).join(path.with_extension("").file_name().unwrap_or_default())
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
    let (draft, marker) = (path.with_extension("part"), marker_of(path));
    if path.try_exists()? || (marker.try_exists()? && !draft.try_exists()?) {
        // It is whole, since files only appear whole; an earlier attempt sent it, and it may have been collected.
        return sync(folder);
    }
    // A store has one worker at a time, so the name is free; the rest of a crash is overwritten.
    let written = private(&draft).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()?;
        sync(folder)
    });
    if written.is_err() {
        let _ = fs::remove_file(&draft);
        return written;
    }
    // Each step is durable before the next, so a marker without a draft is a message that had its name.
    let placed = private(&marker)
        .and_then(|file| file.sync_all())
        .and_then(|()| sync(&folder.join(MARKERS)))
        .and_then(|()| fs::rename(&draft, path));
    if placed.is_err() {
        // The draft stays until the marker is gone: together they mean that the message was not sent.
        if fs::remove_file(&marker).is_ok() && sync(&folder.join(MARKERS)).is_ok() {
            let _ = fs::remove_file(&draft);
        }
        return placed;
    }
    // From here on it is sent, even if its name does not survive a power cut.
    let _ = sync(folder);
    Ok(())
}

fn private(path: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Makes the names in the folder as durable as the contents.
fn sync(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    fs::File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}
