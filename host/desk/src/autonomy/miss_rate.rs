//! How many seeded defects reviewers miss, as counted in the store.

use crate::desk::{Desk, DeskResult};
use crate::packages::queries::seeded_defects;
use baton_facts::types::Timestamp;
use baton_quality::MissRate;

impl Desk {
    /// What all reviewers together have missed up to now. None before anything planted was decided about.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn miss_rate(&self, now: Timestamp) -> DeskResult<Option<MissRate>> {
        self.missed_by(None, now).await
    }

    /// What this person has missed up to now.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn miss_rate_of(&self, now: Timestamp) -> DeskResult<Option<MissRate>> {
        let who = self.actor.name();
        self.missed_by(Some(who), now).await
    }

    async fn missed_by(&self, who: Option<&str>, now: Timestamp) -> DeskResult<Option<MissRate>> {
        let mut tx = self.read().await?;
        let (found, missed) = seeded_defects::spotted(&mut tx, who, now).await?;
        Ok(MissRate::of(found, missed))
    }
}
