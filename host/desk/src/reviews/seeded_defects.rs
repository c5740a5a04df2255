//! Decisions about packages with a seeded defect, and the refusals of outdated ones.
//!
//! A seeded package hides its original and works like any other package until a decision. The decision only records
//! whether the reviewer found the defect: it adds no stream evidence, settles no spot-check, keeps no recording and
//! makes no outbox entry. The original then enters the queue as if it had just been prepared.

use crate::access::access_scope::ChangeCause;
use crate::audit;
use crate::db::tx::ReadTx;
use crate::desk::{Desk, DeskResult};
use crate::error::Refusal;
use crate::packages::queries::packages::PackageRow;
use crate::packages::queries::{packages, seeded_defects};
use crate::reviews::decide::PermittedTransition;
use crate::reviews::decide::{decision_event, detail};
use baton_facts::quality::Finding;
use baton_facts::types::{Draft, Message, Timestamp};
use baton_model::Erasable;
use baton_model::decision::{Decision, DecisionRequest, DecisionResult};
use baton_model::defect::Defect;
use baton_model::package_state::PackageState;
use baton_model::views::SeededDefectResult;
use baton_quality::grading::finding;
use baton_quality::seeded_defects::is_in;

impl Desk {
    /// Decides about a seeded package: ends it, or snoozes it together with its original.
    pub(crate) async fn decide_seeded(&self, request: &DecisionRequest, now: Timestamp) -> DeskResult<DecisionResult> {
        let mut tx = self.read().await?;
        let (planted, row) = self.seeded_and_original(&mut tx, request).await?;
        let _early = self.check_seeded_decision(&mut tx, &planted, &row, request, now).await?;
        let planting = planted.content(&mut tx).await?;
        drop(tx);
        let (mut grade, mut result) = (None, None);
        if let Erasable::Open(planting) = planting {
            let draft = planting.content.package.draft.clone();
            // The same refusals as for any other text; the components' verdicts are not stored.
            let heard = self.inspect_outgoing(planting.content, &request.decision, now).await?;
            grade = heard.and_then(|heard| heard.grade);
            result = detection(&request.decision, &planting.defect, &draft);
        }

        let mut tx = self.begin(now).await?;
        if let Some(answer) = self.earlier_result(&mut tx, request).await? {
            return Ok(answer);
        }
        let request = &self.with_observed_time(&mut tx, request, now).await?;
        let (planted, row) = self.seeded_and_original(&mut tx, request).await?;
        let PermittedTransition { step, cause } =
            self.check_seeded_decision(&mut tx, &planted, &row, request, now).await?;
        let mut decided = DecisionResult {
            package: planted.id.clone(),
            state: PackageState::Snoozed,
            outbox: None,
            grade,
            repeated: false,
            newer: None,
            seeded_defect: None,
        };
        if let Decision::Snooze { until } = request.decision {
            if !packages::apply_transition(&mut tx, &row.id, step, Some(until), ChangeCause::Decision(&cause)).await? {
                return Err(Refusal::Stale { newer: None, changed: Vec::new() }.into());
            }
        } else {
            // An approval of a seeded package approves nothing, so the package is withdrawn.
            decided.state =
                if step.to() == PackageState::Rejected { PackageState::Rejected } else { PackageState::Withdrawn };
            let end = (decided.state, result);
            if !seeded_defects::end(&mut tx, &planted.id, end, self.actor.name()).await? {
                return Err(Refusal::Stale { newer: None, changed: Vec::new() }.into());
            }
            let ended = seeded_defects::get(&mut tx, &planted.id).await?.ok_or(Refusal::PackageNotFound)?;
            decided.seeded_defect = ended.revealed(&mut tx).await?;
        }
        seeded_defects::decide(&mut tx, &planted, request, &decided).await?;
        let what = request.decision.kind();
        let detail = detail(&request.decision);
        audit::note(&mut tx, self.actor.name(), what, Some(&planted.id), detail).await?;
        self.record_event(&mut tx, decision_event(&row, request, &decided)).await?;
        tx.commit().await?;
        Ok(decided)
    }

    async fn seeded_and_original(
        &self,
        tx: &mut ReadTx,
        request: &DecisionRequest,
    ) -> DeskResult<(seeded_defects::SeededDefectRow, PackageRow)> {
        let shown = self.shown_package(tx, &request.package).await?;
        Ok((shown.seeded_defect.ok_or(Refusal::PackageNotFound)?, shown.row))
    }

    /// Returns the transition that the decision would cause for the original, if it is allowed now.
    async fn check_seeded_decision(
        &self,
        tx: &mut ReadTx,
        planted: &seeded_defects::SeededDefectRow,
        row: &PackageRow,
        request: &DecisionRequest,
        now: Timestamp,
    ) -> DeskResult<PermittedTransition> {
        if planted.state == Some(PackageState::Superseded) {
            return Err(self.stale_seeded(tx, planted, row).await?.into());
        }
        if self.shown_digest_of(&planted.digest) != request.shown {
            return Err(Refusal::Stale { newer: None, changed: Vec::new() }.into());
        }
        self.check_transition(tx, row, planted.state.unwrap_or(row.state), request, now).await
    }

    /// Returns a refusal that points to the original, or to the package that replaced it.
    async fn stale_seeded(
        &self,
        tx: &mut ReadTx,
        planted: &seeded_defects::SeededDefectRow,
        row: &PackageRow,
    ) -> DeskResult<Refusal> {
        let before = planted.content(tx).await?.open().map(|planting| planting.content);
        self.newest(tx, row.id.clone(), before).await
    }
}

/// Returns whether the decision found the seeded defect; `None` if it does not judge the draft.
fn detection(decision: &Decision, defect: &Defect, planted: &Draft) -> Option<SeededDefectResult> {
    match decision {
        Decision::Edit { message, .. } => {
            let message = Message { to: planted.message.to.clone(), ..message.clone() };
            Some(if is_in(defect, &message, &planted.message) {
                SeededDefectResult::Missed
            } else {
                SeededDefectResult::Found
            })
        }
        decision => match finding(decision, None)? {
            Finding::Conforming => Some(SeededDefectResult::Missed),
            Finding::Nonconforming | Finding::FactualDefect => Some(SeededDefectResult::Found),
        },
    }
}
