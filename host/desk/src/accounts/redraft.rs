//! New drafts for packages that a person rejected with a note.
//!
//! The engine writes the draft from fresh facts, outside the desk. The new package replaces the old one in the same
//! transaction as the decision, under all rules of a run: it is routed, sampled, checked and encrypted like any other.
//! If there is no new draft, the package stays as it is.

use crate::accounts::save_outcome::{SaveResult, disqualification_name, hold_name};
use crate::audit;
use crate::autonomy::streams::{TRIES, evidence_conflict};
use crate::desk::{Desk, DeskResult};
use crate::error::{DeskError, Refusal};
use crate::packages::prepared::PreparedAccount;
use crate::packages::queries::recordings::RecordingContext;
use crate::packages::queries::{decisions, recordings, seeded_defects};
use crate::reviews::decide::valid;
use baton_facts::packages::{HandoffPackage, Outcome, Sent};
use baton_facts::types::{Id, Timestamp};
use baton_model::decision::{Decision, DecisionRequest, DecisionResult};
use baton_model::package_state::PackageState;
use baton_model::{Erasable, PackageId};
use std::sync::Arc;

/// The next step for a request for a new draft.
#[derive(Debug)]
pub enum RedraftTask {
    /// No step: the request was answered before, or the package was a seeded defect, which ends here.
    AlreadyDecided(Box<DecisionResult>),
    /// The engine has to be called.
    Redraft(Box<RedraftInput>),
}

/// The input for a new draft.
#[derive(Debug)]
pub struct RedraftInput {
    /// The campaign's id.
    pub campaign: String,
    /// The account's id.
    pub account: Id,
    /// The prospect score of the last run.
    pub prospect: Option<u8>,
    /// The package as it was shown.
    pub previous: Arc<HandoffPackage>,
    /// The messages sent in the sequence before it, oldest first.
    pub sent: Arc<Vec<Sent>>,
    /// The note of the reviewer.
    pub note: String,
}

impl Desk {
    /// Returns the input for a new draft, if the request is permitted. The rules are those of any decision.
    ///
    /// # Errors
    /// [`Refusal`] if the request is not permitted; `DeskError::Store` if the store fails. Nothing is changed.
    pub async fn redraft_task(&self, request: &DecisionRequest, now: Timestamp) -> DeskResult<RedraftTask> {
        valid(request)?;
        let Decision::Redraft { note } = &request.decision else {
            return Err(Refusal::Invalid("the request does not ask for a new draft".into()).into());
        };
        let mut tx = self.read().await?;
        if let Some(answer) = self.earlier_result(&mut tx, request).await? {
            return Ok(RedraftTask::AlreadyDecided(Box::new(answer)));
        }
        if seeded_defects::get(&mut tx, &request.package).await?.is_some() {
            drop(tx);
            // The defect was seeded: the original has not been shown yet and needs no new draft.
            return Ok(RedraftTask::AlreadyDecided(Box::new(self.decide_seeded(request, now).await?)));
        }
        let row = self.row(&mut tx, &request.package).await?;
        let _early = self.check_decision(&mut tx, &row, request, now).await?;
        let (Erasable::Open(content), Erasable::Open(sent)) =
            (row.content(&mut tx).await?, self.earlier_messages(&mut tx, &row).await?)
        else {
            return Err(Refusal::PersonErased.into());
        };
        drop(tx);
        let prospect = match self.account(&row.campaign, &row.target.account).await {
            Ok(account) => account.row.prospect,
            Err(DeskError::Refused(_)) => None,
            Err(error) => return Err(error),
        };
        Ok(RedraftTask::Redraft(Box::new(RedraftInput {
            campaign: row.campaign,
            account: row.target.account,
            prospect,
            previous: Arc::new(content.package),
            sent: Arc::new(sent),
            note: note.trim().to_owned(),
        })))
    }

    /// Replaces the package with the engine's new draft, together with the decision. The recordings of the calls are
    /// saved in any case.
    ///
    /// # Errors
    /// [`Refusal::NoDraft`] if the engine has no new draft, any other [`Refusal`] if something has changed since, or
    /// `DeskError::Store`. The package is not changed then.
    pub async fn replace_draft(
        &self,
        request: &DecisionRequest,
        prepared: &PreparedAccount<'_>,
        now: Timestamp,
    ) -> DeskResult<DecisionResult> {
        let refused = match prepared.preparation.map(|made| &made.outcome) {
            Ok(Outcome::Ready(_)) if prepared.routing.is_some() => None,
            Ok(Outcome::Ready(_)) => Some(("not-routed", "the package was not routed".to_owned())),
            Ok(Outcome::Held(hold)) => Some((hold_name(hold.reason), hold.detail.clone())),
            Ok(Outcome::Disqualified(out)) => Some((disqualification_name(out.reason), out.detail.clone())),
            Err(what) => Some(("failed", what.to_owned())),
        };
        if let Some((name, why)) = refused {
            return self.no_draft(request, prepared, name, why, now).await;
        }
        let stream = self.stream_of(prepared).await?;
        let mut tx = self.read().await?;
        let row = self.row(&mut tx, &request.package).await?;
        drop(tx);
        for _ in 0..TRIES {
            let mut tx = self.read().await?;
            let request = &self.with_observed_time(&mut tx, request, now).await?;
            drop(tx);
            let changes = self.count_decision(&row, request, None, now).await?;
            let mut tx = self.begin(now).await?;
            if let Some(answer) = self.earlier_result(&mut tx, request).await? {
                return Ok(answer);
            }
            if self.with_observed_time(&mut tx, request, now).await?.seconds != request.seconds {
                continue;
            }
            let row = self.row(&mut tx, &request.package).await?;
            let step = self.check_decision(&mut tx, &row, request, now).await?.step;
            if !self.write_changes(&mut tx, &changes, Some(&row.id), self.actor.name()).await? {
                continue;
            }
            self.close_spot_check(&mut tx, &row, request, None).await?;
            let newer = match self.save_outcome_in(&mut tx, prepared, stream.as_ref(), None).await? {
                SaveResult::Replaced { old, new } if old == row.id => new,
                other => {
                    drop(tx);
                    let (name, why) = no_draft_reason(&other, &row.id);
                    return self.no_draft(request, prepared, name, why.to_owned(), now).await;
                }
            };
            let decided = DecisionResult {
                package: row.id.clone(),
                state: step.to(),
                outbox: None,
                grade: None,
                repeated: false,
                newer: Some(newer.clone()),
                seeded_defect: None,
            };
            decisions::add(&mut tx, &row, request, &decided).await?;
            let detail = format!("replaced by {newer}");
            audit::note(&mut tx, self.actor.name(), "redraft", Some(&row.id), &detail).await?;
            let detail = format!("new draft for {}", row.id);
            audit::note(&mut tx, self.actor.name(), "redraft", Some(&newer), &detail).await?;
            tx.commit().await?;
            return Ok(decided);
        }
        Err(evidence_conflict().into())
    }

    /// Records that there is no new draft. The note is a person's words about the draft and is not in the audit log.
    async fn no_draft(
        &self,
        request: &DecisionRequest,
        prepared: &PreparedAccount<'_>,
        name: &str,
        why: String,
        now: Timestamp,
    ) -> DeskResult<DecisionResult> {
        let mut tx = self.begin(now).await?;
        let package = &request.package;
        let about = RecordingContext {
            campaign: prepared.campaign,
            account: &prepared.account.id,
            package: Some(package),
            at: now,
        };
        for recording in prepared.recordings {
            recordings::add(&mut tx, about, recording).await?;
        }
        audit::note(&mut tx, self.actor.name(), "no-other-draft", Some(package), name).await?;
        tx.commit().await?;
        Err(Refusal::NoDraft(why).into())
    }
}

/// Returns the reason why the new package cannot replace the old one.
fn no_draft_reason(kept: &SaveResult, old: &PackageId) -> (&'static str, &'static str) {
    match kept {
        SaveResult::Suppressed => ("unwanted", "the person may not be contacted any more"),
        SaveResult::Unchanged(id, PackageState::Queued | PackageState::Snoozed) if id == old => {
            ("same-draft", "the new draft is the same")
        }
        _ => ("another-touch", "the new package is for another message"),
    }
}
