//! Erasure of a person in the store and in the files beside it.

use crate::error::ServerError;
use crate::server::Server;
use baton_desk::Desk;
use baton_desk::opt_outs::{DeliveredMessage, ErasureResult};
use baton_facts::types::Timestamp;
use baton_mail::remove_message;
use std::path::PathBuf;

/// The result of erasing a person, with the files.
#[derive(Debug)]
pub struct ErasedFiles {
    /// The result in the store.
    pub result: ErasureResult,
    /// The number of message files that were deleted.
    pub messages: usize,
    /// The number of messages that are not here: a mail server got them, or their files were collected.
    pub elsewhere: usize,
    /// Whether the file with rejected rows of the CRM export was deleted.
    pub rejects: bool,
    /// Files that still hold personal data, each with the error.
    pub failed: Vec<(PathBuf, std::io::Error)>,
}

impl Server {
    /// Erases the person with this address, or everybody linked to it, and deletes the files of their messages and the
    /// rejected rows of the CRM export. A file that cannot be deleted is in the result.
    ///
    /// # Errors
    /// [`ServerError::Desk`] if the desk refuses or the store fails; nothing is changed then.
    pub async fn erase_person(
        &self,
        desk: &Desk,
        address: &str,
        include_linked: bool,
        now: Timestamp,
    ) -> Result<ErasedFiles, ServerError> {
        let result = if include_linked {
            desk.erase_linked_people(address, now).await?
        } else {
            desk.erase_person(address, now).await?
        };
        let (mut messages, mut elsewhere, mut failed) = (0, 0, Vec::new());
        for DeliveredMessage { via, message_id, approved } in &result.delivered {
            match remove_message(via, message_id, *approved) {
                Ok(Some(_)) => messages += 1,
                Ok(None) => elsewhere += 1,
                Err(error) => failed.push((PathBuf::from(via.trim_start_matches("folder:")), error)),
            }
        }
        let path = self.settings().store.rejects();
        let rejects = match std::fs::remove_file(&path) {
            Ok(()) => true,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => false,
            Err(error) => {
                failed.push((path, error));
                false
            }
        };
        Ok(ErasedFiles { result, messages, elsewhere, rejects, failed })
    }
}
