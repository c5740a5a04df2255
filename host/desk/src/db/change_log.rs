//! The change log: a file beside the store with the changes that an older copy of the store must not undo.
//!
//! The store counts these changes; the count is its generation. A change is committed to the store first and then added
//! to the log, before its effect outside: a claimed message is sent only after its line is on disk. So the store is never
//! behind its log, unless it is an older copy. An incomplete last line is ignored, since nothing followed from it.

use crate::db::encryption::KeyRing;
use crate::db::store_files::{self, beside};
use baton_facts::types::Timestamp;
use serde::{Deserialize, Serialize};
use std::fs::OpenOptions;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// A change in the log. It contains no personal data: people are in it as keyed hashes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case", tag = "change")]
pub(crate) enum LoggedChange {
    /// The worker claimed a message to this account: from now on it may have been sent.
    Claimed { message_id: String, account: String },
    /// An address, a domain or an account was suppressed.
    Suppressed {
        scope: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        value: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        tag: Option<String>,
        reason: String,
        until: Option<Timestamp>,
    },
    /// The person with these hashes was erased.
    Erased { tags: Vec<String> },
    /// All sequences at the account were paused.
    Paused { account: String },
    /// A permission to send ended: a message was withdrawn, an approval undone, or sending stopped.
    Withdrawn,
    /// The store was found to be an older copy, and nothing approved before is sent.
    Restored,
}

/// The first line. `after` is the generation before the first change.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Header {
    baton_change_log: u32,
    store: String,
    after: i64,
}

#[derive(Serialize, Deserialize)]
struct LogLine {
    generation: i64,
    #[serde(flatten)]
    change: LoggedChange,
}

/// The changes in a log.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct LoggedChanges {
    /// The generation of the latest change.
    pub latest: i64,
    pub changes: Vec<(i64, LoggedChange)>,
}

/// The log of one store.
pub(crate) struct ChangeLog {
    pub path: PathBuf,
    /// Identifies the store's key, so that the log of another store does not count.
    store: String,
}

impl ChangeLog {
    pub fn of(store: &Path, keys: &KeyRing) -> Self {
        Self { path: beside(store, "changes"), store: hex::encode(&keys.tag("change-log", &[])[..8]) }
    }

    /// Returns the changes. `None` if the log is missing, damaged or of another store.
    pub fn read(&self) -> io::Result<Option<LoggedChanges>> {
        let text = match std::fs::read(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        Ok(self.parse(&text))
    }

    fn parse(&self, text: &[u8]) -> Option<LoggedChanges> {
        let complete = text.iter().rposition(|byte| *byte == b'\n')?;
        let mut lines = text[..complete].split(|byte| *byte == b'\n');
        let header: Header = serde_json::from_slice(lines.next()?).ok()?;
        if header.baton_change_log != 1 || header.store != self.store {
            return None;
        }
        let mut found = LoggedChanges { latest: header.after, changes: Vec::new() };
        for line in lines {
            let LogLine { generation, change } = serde_json::from_slice(line).ok()?;
            found.latest = found.latest.max(generation);
            found.changes.push((generation, change));
        }
        Some(found)
    }

    /// Begins an empty log after this generation. Replaces an existing one.
    pub fn create(&self, after: i64) -> io::Result<()> {
        let mut text = serde_json::to_vec(&Header { baton_change_log: 1, store: self.store.clone(), after })?;
        text.push(b'\n');
        store_files::write_private(&self.path, &text)
    }

    /// Adds changes durably. The first one has this generation.
    pub fn append(&self, first: i64, changes: &[LoggedChange]) -> io::Result<()> {
        let mut lines = Vec::new();
        for (generation, change) in (first..).zip(changes) {
            serde_json::to_writer(&mut lines, &LogLine { generation, change: change.clone() })?;
            lines.push(b'\n');
        }
        let mut file = OpenOptions::new().read(true).write(true).open(&self.path)?;
        file.lock()?;
        // The rest of a line that a crash cut off is not a change.
        let end = file.seek(SeekFrom::End(0))?;
        let mut last = [b'\n'];
        if end > 0 {
            file.seek(SeekFrom::Start(end - 1))?;
            file.read_exact(&mut last)?;
        }
        if last != [b'\n'] {
            let mut text = Vec::new();
            file.seek(SeekFrom::Start(0))?;
            file.read_to_end(&mut text)?;
            let complete = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
            file.set_len(complete as u64)?;
        }
        file.seek(SeekFrom::End(0))?;
        file.write_all(&lines)?;
        file.sync_data()
    }
}

/// The difference between a store and its log.
#[derive(Clone, Debug)]
pub(crate) struct StoreBehindLog {
    /// The generation of the latest change in the log.
    pub latest: i64,
    /// The changes that the store does not have.
    pub missed: Vec<LoggedChange>,
    /// Whether the log is missing or damaged, so that nobody knows the changes.
    pub log_missing: bool,
}
