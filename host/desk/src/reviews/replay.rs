//! Replay of the recorded calls of a package.

use crate::desk::{Desk, DeskResult};
use crate::packages::queries::recordings;
use baton_model::{Erasable, PackageId};
use baton_runtime::ReplayOutcome;
use std::sync::Arc;

/// The result of replaying one recorded call.
#[derive(Debug)]
pub struct ReplayedCall {
    /// The name of the contract's function.
    pub function: String,
    /// The replayed output, compared with the recorded one.
    pub replayed: Erasable<ReplayOutcome>,
}

impl Desk {
    /// Executes every recorded call of a package again, oldest first. Calls about an erased person are `Erased`.
    /// Reaches no live system and changes nothing.
    ///
    /// # Errors
    /// `Refusal::PackageNotFound` if there is no such package, `DeskError::Component` if a recording was made with a component
    /// that is not loaded, or `DeskError::Store`.
    pub async fn replay(&self, id: &PackageId) -> DeskResult<Vec<ReplayedCall>> {
        let mut tx = self.read().await?;
        // A seeded package comes from the same calls as its original.
        let row = self.shown_package(&mut tx, id).await?.row;
        let recorded = recordings::list_of_package(&mut tx, &row.id).await?;
        drop(tx);
        let logic = Arc::clone(&self.logic);
        let mut calls = Vec::with_capacity(recorded.len());
        for (function, recording) in recorded {
            let replayed = match recording {
                Erasable::Open(recording) => Erasable::Open(logic.replay(&recording).await?),
                Erasable::Erased => Erasable::Erased,
            };
            calls.push(ReplayedCall { function, replayed });
        }
        Ok(calls)
    }
}
