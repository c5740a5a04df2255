//! Spot-checks of released messages: their queue, and the verdict of a reviewer.

use crate::access::access_scope;
use crate::audit;
use crate::autonomy::queries::evidence::EvidenceChange;
use crate::autonomy::queries::spot_checks;
use crate::autonomy::streams::{TRIES, evidence_conflict};
use crate::db::tx::{ReadTx, Tx};
use crate::desk::{Desk, DeskResult, MAX_NOTE_BYTES};
use crate::error::Refusal;
use crate::observed_time::ReportedReview;
use crate::outbox::queries::outbox;
use crate::packages::queries::decisions;
use crate::packages::queries::packages::PackageRow;
use baton_facts::policy::HandoffModel;
use baton_facts::quality::{Event, Finding, Grade, Inspection};
use baton_facts::types::Timestamp;
use baton_model::decision::{Decision, DecisionRequest};
use baton_model::package_state::PackageState;
use baton_model::views::SamplingView;
use baton_model::{Erasable, PackageId};
use baton_quality::grading;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A spot-check that waits for its verdict.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct SpotCheckView {
    /// The sampled package.
    pub package: PackageId,
    /// The package's state.
    pub state: PackageState,
    /// Its campaign.
    pub campaign: String,
    /// Its tier.
    pub tier: String,
    /// The account's name.
    pub account_name: String,
    /// First and last name.
    pub contact: Erasable<String>,
    /// The draft's subject.
    pub subject: Erasable<String>,
    /// The stream that it was sampled from.
    pub stream: i64,
    /// Whether it waits for the verdict before it is sent; otherwise it is checked afterwards.
    pub held: bool,
    /// The time of sampling.
    pub sampled: Timestamp,
    /// The verdict's deadline.
    pub due: Timestamp,
    /// The time at which it was counted as missed.
    pub missed: Option<Timestamp>,
}

/// A reviewer's verdict on a sampled message that was sent or is being sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct SpotCheckVerdict {
    /// The package.
    pub package: PackageId,
    /// The [`baton_model::views::PackageView::digest`] of the text on the screen.
    pub shown: String,
    /// The idempotency key, 8 to 200 characters: a request with the same key gets the first answer.
    pub key: String,
    /// The review time in seconds, if the surface measured it.
    pub seconds: Option<u32>,
    /// The finding.
    pub finding: Finding,
    /// The defect in the reviewer's words, up to 4,000 bytes; required if the finding stops the stream.
    #[serde(default)]
    pub why: Option<String>,
}

impl Desk {
    /// Returns the open spot-checks that the actor may see, the next deadline first.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn checks(&self) -> DeskResult<Vec<SpotCheckView>> {
        let mut tx = self.read().await?;
        let mut found = Vec::new();
        for check in spot_checks::open(&mut tx).await? {
            let row = self.row(&mut tx, &check.package).await?;
            if !self.actor.visible().includes(row.assignee.as_deref()) {
                continue;
            }
            let content = row.content(&mut tx).await?;
            let package = content.as_ref().map(|content| &content.package);
            found.push(SpotCheckView {
                contact: package.map(|package| baton_model::full_name(&package.contact)),
                subject: package.map(|package| package.draft.message.subject.clone()),
                package: check.package,
                state: row.state,
                campaign: row.campaign,
                tier: row.tier,
                account_name: row.account_name,
                stream: check.stream,
                held: check.held || row.state.is_open(),
                sampled: check.sampled,
                due: check.due,
                missed: check.missed,
            });
        }
        Ok(found)
    }

    /// Returns the number of open spot-checks.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn count_open_spot_checks(&self) -> DeskResult<u64> {
        let mut tx = self.read().await?;
        Ok(spot_checks::waiting(&mut tx, access_scope::assignee_filter(&self.actor)?).await?)
    }

    /// Records the verdict on a released message. A message that waits for its check before it is sent is decided like
    /// any package.
    ///
    /// # Errors
    /// [`Refusal`] if it was not sampled, waits for a decision, has its verdict, or differs from what was shown;
    /// `DeskError::Component` if the governor fails; `DeskError::Store` if the store fails. Nothing is changed then.
    pub async fn record_verdict(&self, verdict: &SpotCheckVerdict, now: Timestamp) -> DeskResult<()> {
        if !(8..=200).contains(&verdict.key.len()) {
            return Err(Refusal::Invalid("a verdict's key must have 8 to 200 characters".into()).into());
        }
        let why = verdict.why.as_deref().map(str::trim).filter(|why| !why.is_empty());
        if why.is_none() && verdict.finding != Finding::Conforming {
            let what = "the reason is missing: this verdict stops messages, and admins see the reason with it";
            return Err(Refusal::Invalid(what.into()).into());
        }
        if why.is_some_and(|why| why.len() > MAX_NOTE_BYTES) {
            return Err(Refusal::Invalid("the reason is too long".into()).into());
        }
        for _ in 0..TRIES {
            let mut tx = self.read().await?;
            let row = self.row(&mut tx, &verdict.package).await?;
            access_scope::check_may_decide(&self.actor, &row.id, row.assignee.as_deref())?;
            let sampled = spot_checks::get(&mut tx, &verdict.package).await?;
            drop(tx);
            let sampled =
                sampled.ok_or_else(|| Refusal::Invalid("this package was not sampled for a spot-check".into()))?;
            if sampled.request_key.as_ref() == Some(&verdict.key) {
                let same = sampled.finding == Some(verdict.finding);
                return if same { Ok(()) } else { Err(Refusal::KeyReused.into()) };
            }
            if row.state.is_open() {
                let why = "this package waits for its check before it is sent: approve, edit or reject it";
                return Err(Refusal::Invalid(why.into()).into());
            }
            if sampled.finding.is_some() {
                return Err(Refusal::Invalid("this spot-check already has its verdict".into()).into());
            }
            if self.shown_digest(&row) != verdict.shown {
                return Err(Refusal::Stale { newer: None, changed: Vec::new() }.into());
            }
            let reported =
                ReportedReview { package: &verdict.package, shown: &verdict.shown, seconds: verdict.seconds };
            let mut tx = self.read().await?;
            let seconds = self.observed_seconds(&mut tx, reported, now).await?;
            drop(tx);
            let inspection = inspection(&row, verdict.finding, (seconds, false), now);
            let changes = self.count_inspection(&row, Some(&sampled), inspection).await?;
            let mut tx = self.begin(now).await?;
            // Another decision of the same person may have taken part of the time.
            if self.observed_seconds(&mut tx, reported, now).await? != seconds {
                continue;
            }
            let by = (self.actor.name(), seconds.unwrap_or(0), Some(verdict.key.as_str()));
            let settled = spot_checks::record_verdict(&mut tx, &row.id, verdict.finding, by).await?;
            let who = self.actor.name();
            if settled {
                spot_checks::set_remark(&mut tx, &row, why).await?;
            }
            if settled && self.write_changes(&mut tx, &changes, Some(&row.id), who).await? {
                let what = spot_checks::finding_name(verdict.finding);
                audit::note(&mut tx, who, "checked", Some(&row.id), what).await?;
                return Ok(tx.commit().await?);
            }
        }
        Err(evidence_conflict().into())
    }

    /// Returns how the package was sampled, if it was.
    pub(crate) async fn sampling(&self, tx: &mut ReadTx, row: &PackageRow) -> DeskResult<Option<SamplingView>> {
        let Some(check) = spot_checks::get(tx, &row.id).await? else { return Ok(None) };
        let why = check.why(tx, row).await?;
        let spot_checks::SpotCheckRow { stream, held, sampled, due, missed, finding, who, at, seconds, .. } = check;
        // A released package that came back to review is sent after its check as well.
        let held = held || row.state.is_open();
        Ok(Some(SamplingView { stream, held, sampled, due, missed, finding, who, at, seconds, why }))
    }

    /// Returns the effect of a decision on the package's stream, to be written together with it.
    pub(crate) async fn count_decision(
        &self,
        row: &PackageRow,
        request: &DecisionRequest,
        grade: Option<&Grade>,
        now: Timestamp,
    ) -> DeskResult<Vec<EvidenceChange>> {
        let Some(found) = grading::finding(&request.decision, grade) else { return Ok(Vec::new()) };
        let mut tx = self.read().await?;
        // Approving, undoing and approving again is one inspection; a defect always counts.
        if found == Finding::Conforming && decisions::is_approved_before(&mut tx, &row.id).await? {
            return Ok(Vec::new());
        }
        let sampled = spot_checks::get(&mut tx, &row.id).await?;
        drop(tx);
        let looked = (request.seconds, request.bulk);
        self.count_inspection(row, sampled.as_ref(), inspection(row, found, looked, now)).await
    }

    /// Settles the spot-check of a decided package, if it was sampled.
    pub(crate) async fn close_spot_check(
        &self,
        tx: &mut Tx,
        row: &PackageRow,
        request: &DecisionRequest,
        grade: Option<&Grade>,
    ) -> DeskResult<()> {
        match grading::finding(&request.decision, grade) {
            Some(found) => {
                let by = (self.actor.name(), request.seconds.unwrap_or(0), Some(request.key.as_str()));
                spot_checks::record_verdict(tx, &row.id, found, by).await?;
            }
            // Snoozed, or rejected for a reason other than the draft: there is no finding, and nothing is counted
            // against it.
            None if !matches!(request.decision, Decision::Snooze { .. }) => {
                outbox::delete_open_spot_check(tx, &row.id).await?;
            }
            None => {}
        }
        Ok(())
    }

    /// Counts the spot-checks whose deadline has passed as missed.
    pub(crate) async fn count_missed_checks(&self, now: Timestamp) -> DeskResult<u32> {
        let mut tx = self.read().await?;
        let overdue = spot_checks::overdue(&mut tx, now).await?;
        drop(tx);
        let mut missed = 0;
        for check in overdue {
            let mut done = false;
            for _ in 0..TRIES {
                let changes = self.count_event(check.stream, None, Event::Missed(check.due), None, now).await?;
                let mut tx = self.begin(now).await?;
                if !spot_checks::mark_missed(&mut tx, &check.package).await? {
                    done = true;
                    break;
                }
                let package = Some(&check.package);
                if self.write_changes(&mut tx, &changes, package, audit::DESK).await? {
                    let detail = format!("stream {}", check.stream);
                    audit::note(&mut tx, audit::DESK, "missed", package, &detail).await?;
                    tx.commit().await?;
                    missed += 1;
                    done = true;
                    break;
                }
            }
            if !done {
                return Err(evidence_conflict().into());
            }
        }
        Ok(missed)
    }

    async fn count_inspection(
        &self,
        row: &PackageRow,
        sampled: Option<&spot_checks::SpotCheckRow>,
        inspection: Inspection,
    ) -> DeskResult<Vec<EvidenceChange>> {
        let Some(stream) = row.stream else { return Ok(Vec::new()) };
        // Counted already when its deadline passed.
        let missed = sampled.is_some_and(|check| check.missed.is_some() && check.finding.is_none());
        let event = if missed { Event::MadeUp(inspection) } else { Event::Inspected(inspection) };
        self.count_event(stream, row.plan.clone(), event, Some(row.score), inspection.at).await
    }
}

/// Returns a reviewer's inspection for the governor. Without a measured review time the time is zero. A bulk decision
/// is not an inspection of the package.
fn inspection(row: &PackageRow, finding: Finding, looked: (Option<u32>, bool), now: Timestamp) -> Inspection {
    let (seconds, bulk) = looked;
    // No standing would release a package with a warning.
    let routed = if row.warnings > 0 { HandoffModel::ReviewAndApprove } else { row.model };
    Inspection { at: now, finding, routed, seconds: seconds.unwrap_or(0), bulk }
}
