//! Release of approved messages: the engine's final check in its sandbox, and the authorization of the outbox entry.
//!
//! Only this module creates permits, each for the approved text. The engine's result does not count: a message is
//! authorized only if the store has saved its authorization.

use crate::access::access_scope::ChangeCause;
use crate::db::connect::Store;
use crate::db::tx::Tx;
use crate::desk::{Desk, DeskResult};
use crate::error::{DeskError, Refusal};
use crate::outbox::queries::send_log::SendChange;
use crate::outbox::queries::{outbox, send_log};
use crate::packages::queries::recordings::RecordingContext;
use crate::packages::queries::{packages, recordings};
use crate::suppression::suppressions;
use baton_facts::errors::{HandoffError, SendingError};
use baton_facts::types::{Message, Timestamp};
use baton_model::Actor;
use baton_model::Erasable;
use baton_model::package_state::{LifecycleEvent, PackageState};
use baton_model::views::OutboxView;
use baton_runtime::{
    Authority, CallContext, CapabilityError, Error, Grants, Permit, PermitScope, ReleaseRequest, Sending,
};
use std::sync::Arc;

impl Desk {
    /// Runs the final check of an approved entry. Call it with the entry of a new decision, and with those from
    /// [`Self::unreleased`]. A second call changes nothing. After a temporary failure the entry stays approved, with
    /// the reason. If the check refuses, an approved message fails, and an auto-send message goes back to review.
    ///
    /// # Errors
    /// [`Refusal::PackageNotFound`] if there is no such entry, [`Refusal::Invalid`] if the message went back to review,
    /// or `DeskError::Store`.
    pub async fn release(&self, outbox: &str, now: Timestamp) -> DeskResult<OutboxView> {
        let mut tx = self.read().await?;
        let entry = outbox::get(&mut tx, outbox).await?.ok_or(Refusal::PackageNotFound)?;
        let row = self.row(&mut tx, &entry.package).await?;
        if row.state != PackageState::Approved {
            return Ok(entry.view(&mut tx, &row).await?);
        }
        let mail = entry.mail(&mut tx).await?;
        let content = row.content(&mut tx).await?;
        drop(tx);
        if let Some(hold) = self.export_hold(now).await {
            let mut tx = self.begin(now).await?;
            send_log::change(&mut tx, &entry, SendChange::Retry(entry.not_before), Some(&hold.why)).await?;
            tx.commit().await?;
            return self.entry(outbox).await;
        }
        let (Erasable::Open(mail), Erasable::Open(content)) = (mail, content) else {
            let system = self.service().acting_as(Actor::system().at_origin_of(&self.actor));
            return system.withdraw(outbox, "the person was forgotten", now).await;
        };

        let (package, message) = (Arc::new(content.package), Arc::new(mail.message));
        let scope =
            PermitScope { sender: &package.sender.email, message: &message, thread: entry.in_reply_to.as_deref() };
        let authority = match entry.by_stream {
            None => Authority::Person(entry.approved_by.clone()),
            Some(stream) => Authority::Rule(format!("stream {stream}")),
        };
        let permit = Permit::mint(&entry.id, authority, &scope);
        let mut grants = Grants::default();
        if self.may_send {
            grants = grants.with_sending(Arc::new(SendLog {
                store: self.store.clone(),
                actor: Arc::clone(&self.actor),
                now,
            }));
        }
        let overruled = mail.overruled.iter().map(|over| over.check.clone()).collect();
        let request = ReleaseRequest::new(Arc::clone(&package), message, now).with_overruled(overruled);
        let called = self.logic.release(&grants, request, &permit).await;

        let mut tx = self.begin(now).await?;
        let about =
            RecordingContext { campaign: &row.campaign, account: &row.target.account, package: Some(&row.id), at: now };
        recordings::add(&mut tx, about, &called.recording).await?;
        // Not derived from the engine's result: another release may have been first, or the engine may have failed
        // after the authorization.
        let state = self.row(&mut tx, &row.id).await?.state;
        if let (PackageState::Approved, Err(error)) = (state, &called.result) {
            let why = error.to_string();
            if let (true, Some(_)) = (is_final(error), entry.by_stream) {
                // No person has reviewed it, so a person should decide.
                self.return_to_review(&mut tx, &row, &entry, ChangeCause::Rule).await?;
                tx.commit().await?;
                return Err(Refusal::Invalid(format!("the message went back to review: {why}")).into());
            }
            let change = if is_final(error) {
                let step = state.transition(LifecycleEvent::Refuse)?;
                self.apply_transition(&mut tx, &row.id, step, None, ChangeCause::Rule).await?;
                SendChange::NotSent
            } else {
                SendChange::Retry(entry.not_before)
            };
            send_log::change(&mut tx, &entry, change, Some(&why)).await?;
        }
        tx.commit().await?;
        self.entry(outbox).await
    }

    /// Lists the approved entries that are not released yet, oldest first. They remain when the program ends too early.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn unreleased(&self) -> DeskResult<Vec<String>> {
        let mut tx = self.read().await?;
        Ok(send_log::in_state(&mut tx, PackageState::Approved).await?)
    }
}

/// Whether another release would fail in the same way.
fn is_final(error: &Error) -> bool {
    use HandoffError::{Invalid, Refused, Unsupported};
    matches!(error, Error::Handoff(Refused(_) | Invalid(_) | Unsupported(_)))
}

/// The sending capability of an engine, backed by the outbox.
struct SendLog {
    store: Store,
    actor: Arc<Actor>,
    now: Timestamp,
}

impl Sending for SendLog {
    async fn authorize(
        &self,
        call: &CallContext,
        permit: &Permit,
        message: &Message,
    ) -> Result<(), CapabilityError<SendingError>> {
        match self.save_authorization(call, permit, message).await {
            Ok(told) => Ok(told?),
            Err(error) => Err(CapabilityError::caused_by(SendingError::Unavailable(None), error)),
        }
    }
}

impl SendLog {
    async fn save_authorization(
        &self,
        call: &CallContext,
        permit: &Permit,
        message: &Message,
    ) -> DeskResult<Result<(), SendingError>> {
        let mut tx = Tx::begin(&self.store, &self.actor, self.now).await?;
        let Some(entry) = outbox::get(&mut tx, permit.id()).await? else {
            return Ok(Err(SendingError::Altered));
        };
        let row = packages::get(&mut tx, &entry.package).await?;
        let Some(row) = row.filter(|row| call.account.as_ref() == Some(&row.target.account)) else {
            return Ok(Err(SendingError::Altered));
        };
        // The permit already depends on the text. This compares it with the approved text in the store.
        match entry.mail(&mut tx).await? {
            Erasable::Open(mail) if mail.message == *message => {}
            Erasable::Open(_) => return Ok(Err(SendingError::Altered)),
            Erasable::Erased => return Ok(Err(SendingError::Suppressed)),
        }
        if suppressions::longest_for(&mut tx, &row.target, self.now).await?.is_some() {
            return Ok(Err(SendingError::Suppressed));
        }
        let Ok(step) = row.state.transition(LifecycleEvent::Authorize) else { return Ok(Err(SendingError::Spent)) };
        if !packages::apply_transition(&mut tx, &row.id, step, None, ChangeCause::Rule).await? {
            return Ok(Err(SendingError::Spent));
        }
        send_log::change(&mut tx, &entry, SendChange::Released, None).await?;
        packages::note_step(&mut tx, &row.id, step, ChangeCause::Rule).await?;
        tx.commit().await.map_err(DeskError::from)?;
        Ok(Ok(()))
    }
}
