//! Executing the recorded calls of a package again.

use crate::desk::{Answer, Desk};
use crate::packages::queries::recordings;
use baton_model::{PackageId, Sealed};
use baton_runtime::ReplayOutcome;
use std::sync::Arc;

/// What came of replaying one recorded call.
#[derive(Debug)]
pub struct ReplayedCall {
    /// The function of the contract.
    pub function: String,
    /// What came out, beside what was recorded.
    pub replayed: Sealed<ReplayOutcome>,
}

impl Desk {
    /// Executes every recorded call of a package again, oldest first. What is about somebody who was forgotten is
    /// `Forgotten`. Nothing live is reached and nothing is changed.
    ///
    /// # Errors
    /// Where there is no such package, a recording was made with a component that is not loaded, or the store fails.
    pub async fn replay(&self, id: &PackageId) -> Answer<Vec<ReplayedCall>> {
        let mut tx = self.read().await?;
        // A planted one was made of the same calls as its original.
        let row = self.seen(&mut tx, id).await?.row;
        let recorded = recordings::of(&mut tx, &row.id).await?;
        drop(tx);
        let logic = Arc::clone(&self.logic);
        let mut calls = Vec::with_capacity(recorded.len());
        for (function, recording) in recorded {
            let replayed = match recording {
                Sealed::Open(recording) => Sealed::Open(logic.replay(&recording).await?),
                Sealed::Forgotten => Sealed::Forgotten,
            };
            calls.push(ReplayedCall { function, replayed });
        }
        Ok(calls)
    }
}
