//! Undoing an approval, withdrawing a message, and settling one whose delivery is unknown.

use crate::access::access_scope::{self, ChangeCause};
use crate::audit;
use crate::desk::{Desk, DeskResult};
use crate::error::Refusal;
use crate::outbox::queries::outbox;
use crate::outbox::queries::send_log::SendChange;
use baton_facts::types::Timestamp;
use baton_model::PackageId;
use baton_model::package_state::Step;
use baton_model::views::OutboxView;

impl Desk {
    /// A person says whether a message in doubt left.
    ///
    /// # Errors
    /// Where it is not in doubt, or the store fails.
    pub async fn settle(&self, outbox: &str, left: bool, now: Timestamp) -> DeskResult<OutboxView> {
        let who = self.actor.name();
        let mut tx = self.begin(now).await?;
        let (entry, package) = self.both(&mut tx, outbox).await?;
        let permitted = access_scope::check(&self.actor, &package.id, package.assignee.as_deref())?;
        let change = if left { SendChange::Left(&package) } else { SendChange::Stays };
        let why = format!("{who} says that it {}", if left { "left" } else { "did not leave" });
        self.end(
            &mut tx,
            &entry,
            &package,
            Step::Settle { left },
            change,
            Some(&why),
            ChangeCause::Decision(&permitted),
        )
        .await?;
        tx.commit().await?;
        self.entry(outbox).await
    }

    /// Takes an approved message back before it leaves.
    ///
    /// # Errors
    /// Where it may have left, or came to its end; or the store fails.
    pub async fn withdraw(&self, outbox: &str, why: &str, now: Timestamp) -> DeskResult<OutboxView> {
        let mut tx = self.begin(now).await?;
        let (entry, package) = self.both(&mut tx, outbox).await?;
        let permitted = access_scope::check(&self.actor, &package.id, package.assignee.as_deref())?;
        self.end(
            &mut tx,
            &entry,
            &package,
            Step::Withdraw,
            SendChange::Stays,
            Some(why),
            ChangeCause::Decision(&permitted),
        )
        .await?;
        tx.commit().await?;
        self.entry(outbox).await
    }

    /// Takes an approval back before it leaves: the package waits for a decision again, as if nobody had made one, and
    /// the outbox has nothing of it. Doing it twice is doing it once. The decision stays in the trail, and what it said
    /// of the draft is not counted a second time when the same is approved again.
    ///
    /// # Errors
    /// Where it may have left, came to its end, or a stream let it go and not a person; or the store fails.
    pub async fn undo(&self, package: &PackageId, outbox: &str, now: Timestamp) -> DeskResult<()> {
        let who = self.actor.name();
        let mut tx = self.begin(now).await?;
        let row = self.row(&mut tx, package).await?;
        let permitted = access_scope::check(&self.actor, package, row.assignee.as_deref())?;
        let entry = outbox::get(&mut tx, outbox).await?;
        let Some(entry) = entry.filter(|entry| entry.package == *package) else {
            // Taken back already.
            return if row.state.is_open() { Ok(()) } else { Err(Refusal::PackageNotFound.into()) };
        };
        if entry.by_stream.is_some() {
            return Err(Refusal::Invalid("nobody approved it: it can be withdrawn in the outbox".into()).into());
        }
        let step = row.state.step(Step::Recall)?;
        outbox::take_out(&mut tx, &entry).await?;
        self.step(&mut tx, package, step, None, ChangeCause::Decision(&permitted)).await?;
        audit::note(&mut tx, who, "took-back", Some(package), "nothing of it left").await?;
        Ok(tx.commit().await?)
    }
}
