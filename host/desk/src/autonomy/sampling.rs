//! The seed that samples are drawn by, where it is to be a given one: a rehearsal that is to come out the same each time.
//!
//! A store draws by a random seed of its own, which nobody needs to know. What always holds: the seed never changes once
//! anything was let go, since a block that reaches into the next draw has to keep its one item, and nobody may pick
//! another seed after seeing what one draws.

use crate::audit;
use crate::autonomy::queries::streams;
use crate::desk::{Desk, DeskResult};
use crate::error::Refusal;
use baton_facts::types::Timestamp;

impl Desk {
    /// Draws samples by this seed. The trail says who gave it.
    ///
    /// # Errors
    /// Where anything was let go already, or the store fails; nothing is changed then.
    pub async fn draw_by(&self, seed: u64, now: Timestamp) -> DeskResult<()> {
        let who = self.actor.name();
        let mut tx = self.begin(now).await?;
        if !streams::set_seed(&mut tx, seed).await? {
            let why = "messages have been let go, so the seed that samples are drawn by stays as it is";
            return Err(Refusal::Invalid(why.into()).into());
        }
        audit::note(&mut tx, who, "draws-by", None, &format!("seed {seed}")).await?;
        Ok(tx.commit().await?)
    }
}
