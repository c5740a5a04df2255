//! Undoing an approval, withdrawing a message, and settling one whose delivery is unknown.

use crate::access::access_scope;
use crate::audit;
use crate::desk::{Answer, Desk};
use crate::error::Refusal;
use crate::outbox::queries::outbox;
use crate::outbox::queries::send_log::Change;
use baton_facts::types::Timestamp;
use baton_model::PackageId;
use baton_model::package_state::Step;
use baton_model::views::OutboxView;

impl Desk {
    /// A person says whether a message in doubt left.
    ///
    /// # Errors
    /// Where it is not in doubt, or the store fails.
    pub async fn settle(&self, who: &str, outbox: &str, left: bool, now: Timestamp) -> Answer<OutboxView> {
        let mut transaction = self.store.begin().await?;
        let (entry, package) = self.both(&mut transaction, outbox).await?;
        access_scope::own(package.assignee.as_deref())?;
        let change = if left { Change::Left(&package) } else { Change::Stays };
        let why = format!("{who} says that it {}", if left { "left" } else { "did not leave" });
        self.end(&mut transaction, &entry, &package, Step::Settle { left }, change, Some(&why), who, now).await?;
        self.store.commit(transaction).await?;
        self.entry(outbox).await
    }

    /// Takes an approved message back before it leaves.
    ///
    /// # Errors
    /// Where it may have left, or came to its end; or the store fails.
    pub async fn withdraw(&self, who: &str, outbox: &str, why: &str, now: Timestamp) -> Answer<OutboxView> {
        let mut transaction = self.store.begin().await?;
        let (entry, package) = self.both(&mut transaction, outbox).await?;
        access_scope::own(package.assignee.as_deref())?;
        self.end(&mut transaction, &entry, &package, Step::Withdraw, Change::Stays, Some(why), who, now).await?;
        self.store.commit(transaction).await?;
        self.entry(outbox).await
    }

    /// Takes an approval back before it leaves: the package waits for a decision again, as if nobody had made one, and
    /// the outbox has nothing of it. Doing it twice is doing it once. The decision stays in the trail, and what it said
    /// of the draft is not counted a second time when the same is approved again.
    ///
    /// # Errors
    /// Where it may have left, came to its end, or a stream let it go and not a person; or the store fails.
    pub async fn undo(&self, who: &str, package: &PackageId, outbox: &str, now: Timestamp) -> Answer<()> {
        let mut transaction = self.store.begin().await?;
        let row = self.row(&mut transaction, package).await?;
        let entry = outbox::get(&mut transaction, self.vault(), outbox).await?;
        let Some(entry) = entry.filter(|entry| entry.package == *package) else {
            // Taken back already.
            return if row.state.is_open() { Ok(()) } else { Err(Refusal::Unknown.into()) };
        };
        if entry.by_stream.is_some() {
            return Err(Refusal::Invalid("nobody approved it: it can be withdrawn in the outbox".into()).into());
        }
        let step = row.state.step(Step::Recall)?;
        outbox::take_out(&mut transaction, self.vault(), &entry).await?;
        self.step(&mut transaction, package, step, None, who, now).await?;
        audit::note(&mut transaction, self.vault(), now, who, "took-back", Some(package), "nothing of it left").await?;
        Ok(self.store.commit(transaction).await?)
    }
}
