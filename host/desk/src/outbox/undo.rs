//! Undo of approvals, withdrawal of messages, and settlement of unknown deliveries.

use crate::access::access_scope::{self, ChangeCause};
use crate::audit;
use crate::desk::{Desk, DeskResult};
use crate::error::Refusal;
use crate::outbox::queries::outbox;
use crate::outbox::queries::send_log::SendChange;
use baton_facts::types::Timestamp;
use baton_model::PackageId;
use baton_model::package_state::LifecycleEvent;
use baton_model::views::OutboxView;

impl Desk {
    /// Settles a message of unknown delivery with a user's statement whether it was sent.
    ///
    /// # Errors
    /// [`Refusal`] if there is no such entry, its delivery is not unknown or the actor may not decide about it, or
    /// `DeskError::Store`.
    pub async fn record_delivery(&self, outbox: &str, left: bool, now: Timestamp) -> DeskResult<OutboxView> {
        let who = self.actor.name();
        let mut tx = self.begin(now).await?;
        let (entry, package) = self.entry_with_package(&mut tx, outbox).await?;
        let permitted = access_scope::check_may_decide(&self.actor, &package.id, package.assignee.as_deref())?;
        let change = if left { SendChange::Sent(&package) } else { SendChange::NotSent };
        let why = format!("{who} says that it was {}", if left { "sent" } else { "not sent" });
        self.end_entry(
            &mut tx,
            &entry,
            &package,
            LifecycleEvent::RecordDelivery { sent: left },
            change,
            Some(&why),
            ChangeCause::Decision(&permitted),
        )
        .await?;
        tx.commit().await?;
        self.entry(outbox).await
    }

    /// Withdraws an approved message before it is sent.
    ///
    /// # Errors
    /// [`Refusal`] if there is no such entry, it may have been sent or has ended, or the actor may not decide about it;
    /// or `DeskError::Store`.
    pub async fn withdraw(&self, outbox: &str, why: &str, now: Timestamp) -> DeskResult<OutboxView> {
        let mut tx = self.begin(now).await?;
        let (entry, package) = self.entry_with_package(&mut tx, outbox).await?;
        let permitted = access_scope::check_may_decide(&self.actor, &package.id, package.assignee.as_deref())?;
        self.end_entry(
            &mut tx,
            &entry,
            &package,
            LifecycleEvent::Withdraw,
            SendChange::NotSent,
            Some(why),
            ChangeCause::Decision(&permitted),
        )
        .await?;
        tx.commit().await?;
        self.entry(outbox).await
    }

    /// Undoes an approval before the message is sent: the package goes back to review and its outbox entry is deleted.
    /// A second call changes nothing. The decision stays in the audit log, and its evidence is not counted a second
    /// time when the same text is approved again.
    ///
    /// # Errors
    /// [`Refusal`] if the message may have been sent or has ended, a stream released it without an approval, or the
    /// actor may not decide about it; or `DeskError::Store`.
    pub async fn undo(&self, package: &PackageId, outbox: &str, now: Timestamp) -> DeskResult<()> {
        let who = self.actor.name();
        let mut tx = self.begin(now).await?;
        let row = self.row(&mut tx, package).await?;
        let permitted = access_scope::check_may_decide(&self.actor, package, row.assignee.as_deref())?;
        let entry = outbox::get(&mut tx, outbox).await?;
        let Some(entry) = entry.filter(|entry| entry.package == *package) else {
            // The approval was undone before.
            return if row.state.is_open() { Ok(()) } else { Err(Refusal::PackageNotFound.into()) };
        };
        if entry.by_stream.is_some() {
            return Err(
                Refusal::Invalid("no user approved this message: withdraw it in the outbox instead".into()).into()
            );
        }
        let step = row.state.transition(LifecycleEvent::Recall)?;
        outbox::delete(&mut tx, &entry).await?;
        self.apply_transition(&mut tx, package, step, None, ChangeCause::Decision(&permitted)).await?;
        audit::note(&mut tx, who, "took-back", Some(package), "the message was not sent").await?;
        Ok(tx.commit().await?)
    }
}
