//! The share of seeded defects that reviewers miss.

use crate::desk::{Desk, DeskResult};
use crate::packages::queries::seeded_defects;
use baton_facts::types::Timestamp;
use baton_quality::MissRate;

impl Desk {
    /// Returns the miss rate of all reviewers together. `None` before the first decision about a seeded defect.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn miss_rate(&self, now: Timestamp) -> DeskResult<Option<MissRate>> {
        self.missed_by(None, now).await
    }

    /// Returns the miss rate of the actor.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn own_miss_rate(&self, now: Timestamp) -> DeskResult<Option<MissRate>> {
        let who = self.actor.name();
        self.missed_by(Some(who), now).await
    }

    async fn missed_by(&self, who: Option<&str>, now: Timestamp) -> DeskResult<Option<MissRate>> {
        let mut tx = self.read().await?;
        let (found, missed) = seeded_defects::count_results(&mut tx, who, now).await?;
        Ok(MissRate::of(found, missed))
    }
}
