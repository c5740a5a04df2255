//! The sampling seed, where it has to be a given one: a rehearsal with the same result each time.
//!
//! A store has a random seed of its own, which nobody needs to know. The seed never changes once a package was
//! released: a block that reaches into the next batch has to keep its one item, and nobody may choose another seed
//! after seeing the sample.

use crate::audit;
use crate::autonomy::queries::streams;
use crate::desk::{Desk, DeskResult};
use crate::error::Refusal;
use baton_facts::types::Timestamp;

impl Desk {
    /// Sets the sampling seed. The audit log names the actor.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] if a package was released already; `DeskError::Store` if the store fails. Nothing is
    /// changed then.
    pub async fn set_sampling_seed(&self, seed: u64, now: Timestamp) -> DeskResult<()> {
        let who = self.actor.name();
        let mut tx = self.begin(now).await?;
        if !streams::set_seed(&mut tx, seed).await? {
            let why = "messages have been released already, so the sampling seed cannot change";
            return Err(Refusal::Invalid(why.into()).into());
        }
        audit::note(&mut tx, who, "draws-by", None, &format!("seed {seed}")).await?;
        Ok(tx.commit().await?)
    }
}
