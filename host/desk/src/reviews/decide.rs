//! Decisions. One transaction writes the decision, the package's new state, and the outbox entry with the approved
//! text.
//!
//! Components are called before the transaction, which then checks again that the decision is allowed.

use crate::access::access_scope::{self, ChangeCause, DecisionPermission};
use crate::audit;
use crate::autonomy::streams::{TRIES, evidence_conflict};
use crate::db::tx::{ReadTx, Tx};
use crate::desk::MAX_NOTE_BYTES;
use crate::desk::{Desk, DeskResult};
use crate::error::Refusal;
use crate::outbox::queries::outbox;
use crate::packages::queries::packages::PackageRow;
use crate::packages::queries::recordings::RecordingContext;
use crate::packages::queries::{decisions, packages, recordings, seeded_defects};
use crate::suppression::suppressions;
use crate::webhooks::events::WebhookEvent;
use baton_facts::packages::{Check, Verdict};
use baton_facts::quality::Grade;
use baton_facts::types::{Message, Timestamp};
use baton_model::decision::{Decision, DecisionRequest, DecisionResult, Overruled};
use baton_model::package_state::{IllegalTransition, LifecycleEvent, PackageState, Transition};
use baton_model::views::RoutedPackage;
use baton_model::{Erasable, PackageId};
use baton_runtime::Recording;
use std::sync::Arc;

/// Maximum length of subject and body together, in bytes. The runtime bounds what an engine takes.
const LONGEST_TEXT: usize = 32 << 10;

/// The components' verdicts on the text to be sent.
pub(crate) struct TextInspection {
    message: Message,
    overruled: Vec<Overruled>,
    pub grade: Option<Grade>,
    recordings: Vec<Recording>,
}

/// A state change that the actor may make now.
pub(crate) struct PermittedTransition {
    pub step: Transition,
    pub cause: DecisionPermission,
}

impl Desk {
    /// Decides about a package. A request with the same key returns the first result.
    ///
    /// # Errors
    /// [`Refusal`] if a rule does not allow the decision; nothing is changed then, nor if the store or a component
    /// fails.
    pub async fn decide(&self, request: &DecisionRequest, now: Timestamp) -> DeskResult<DecisionResult> {
        valid(request)?;
        let mut tx = self.read().await?;
        if let Some(answer) = self.earlier_result(&mut tx, request).await? {
            return Ok(answer);
        }
        if matches!(request.decision, Decision::Approve { .. } | Decision::Edit { .. }) {
            // Before the approval is spent: the package stays as it is, or the newer export withdraws it.
            drop(tx);
            self.check_export(now).await?;
            tx = self.read().await?;
        }
        if seeded_defects::get(&mut tx, &request.package).await?.is_some() {
            drop(tx);
            return self.decide_seeded(request, now).await;
        }
        if matches!(request.decision, Decision::Redraft { .. }) {
            let what =
                "a new draft needs the campaign and the CRM: request it on the review page or with `baton redraft`";
            return Err(Refusal::Invalid(what.into()).into());
        }
        let row = self.row(&mut tx, &request.package).await?;
        let _early = self.check_decision(&mut tx, &row, request, now).await?;
        let content = row.content(&mut tx).await?;
        // No view may stay open during a component call.
        drop(tx);
        let heard = match content {
            Erasable::Open(content) => self.inspect_outgoing(content, &request.decision, now).await?,
            Erasable::Erased => None,
        };

        let grade = heard.as_ref().and_then(|heard| heard.grade.as_ref());
        for _ in 0..TRIES {
            let mut tx = self.read().await?;
            let request = &self.with_observed_time(&mut tx, request, now).await?;
            drop(tx);
            let changes = self.count_decision(&row, request, grade, now).await?;
            let mut tx = self.begin(now).await?;
            if let Some(answer) = self.earlier_result(&mut tx, request).await? {
                return Ok(answer);
            }
            // Another decision of the same person may have taken part of the time.
            if self.with_observed_time(&mut tx, request, now).await?.seconds != request.seconds {
                continue;
            }
            let row = self.row(&mut tx, &request.package).await?;
            let permitted = self.check_decision(&mut tx, &row, request, now).await?;
            if !self.write_changes(&mut tx, &changes, Some(&row.id), self.actor.name()).await? {
                continue;
            }
            self.close_spot_check(&mut tx, &row, request, grade).await?;
            let decided = self.write(&mut tx, &row, request, &permitted, heard.as_ref()).await?;
            tx.commit().await?;
            return Ok(decided);
        }
        Err(evidence_conflict().into())
    }

    /// Returns the result of an earlier request with the same key.
    pub(crate) async fn earlier_result(
        &self,
        tx: &mut ReadTx,
        request: &DecisionRequest,
    ) -> DeskResult<Option<DecisionResult>> {
        let answered = match decisions::answered(tx, &request.key).await? {
            None => seeded_defects::answered(tx, &request.key).await?,
            answered => answered,
        };
        match answered {
            None => Ok(None),
            Some(answered) if answered.request_tag == decisions::request_tag(self.key_ring(), &self.actor, request) => {
                Ok(Some(answered.decided))
            }
            Some(_) => Err(Refusal::KeyReused.into()),
        }
    }

    /// Returns the state transition if the decision is allowed for this package now.
    pub(crate) async fn check_decision(
        &self,
        tx: &mut ReadTx,
        row: &PackageRow,
        request: &DecisionRequest,
        now: Timestamp,
    ) -> DeskResult<PermittedTransition> {
        access_scope::check_may_decide(&self.actor, &row.id, row.assignee.as_deref())?;
        // The original of a seeded package has not been shown to anybody.
        let behind = seeded_defects::open_for(tx, &row.id).await?.is_some();
        if behind || self.shown_digest(row) != request.shown || row.state == PackageState::Superseded {
            return Err(self.stale(tx, row).await?.into());
        }
        self.check_transition(tx, row, row.state, request, now).await
    }

    /// Checks the decision like [`Self::check_decision`], but against the given state and without comparing digests.
    pub(crate) async fn check_transition(
        &self,
        tx: &mut ReadTx,
        row: &PackageRow,
        state: PackageState,
        request: &DecisionRequest,
        now: Timestamp,
    ) -> DeskResult<PermittedTransition> {
        let cause = access_scope::check_may_decide(&self.actor, &row.id, row.assignee.as_deref())?;
        let deadline = row.deadline;
        let step = match &request.decision {
            Decision::Approve { .. } | Decision::Edit { .. } => LifecycleEvent::Approve { now, deadline },
            Decision::Reject { .. } => LifecycleEvent::Reject,
            Decision::Snooze { until } => LifecycleEvent::Snooze { now, until: *until, deadline },
            // The engine decides whether there is still a reason to write.
            Decision::Redraft { .. } => LifecycleEvent::Supersede,
        };
        let step = match state.transition(step) {
            Ok(step) => step,
            Err(illegal) => return Err(self.illegal_transition(tx, &row.id, illegal).await?.into()),
        };
        if request.not_before.is_some_and(|at| at >= deadline) {
            let stale = baton_model::package_state::UtcMinute(deadline);
            let what = format!("the package expires on {stale}: schedule an earlier time");
            return Err(Refusal::Invalid(what).into());
        }
        if matches!(step.to(), PackageState::Approved | PackageState::Superseded) {
            if let Some(order) = suppressions::longest_for(tx, &row.target, now).await? {
                return Err(Refusal::Suppressed(order).into());
            }
            if packages::keys(tx, row).await?.keys.is_none() {
                return Err(Refusal::PersonErased.into());
            }
            if packages::is_approved_since(tx, row).await? {
                return Err(Refusal::Stale { newer: None, changed: vec!["history".into()] }.into());
            }
            if let Some(why) = suppressions::pause_reason(tx, &row.target.account).await? {
                return Err(Refusal::AccountPaused { account: row.target.account.clone(), why }.into());
            }
        }
        Ok(PermittedTransition { step, cause })
    }

    /// Returns the refusal of a transition. For a package that was withdrawn it gives the recorded reason.
    async fn illegal_transition(
        &self,
        tx: &mut ReadTx,
        id: &PackageId,
        illegal: IllegalTransition,
    ) -> DeskResult<Refusal> {
        let withdrawn = illegal.from == PackageState::Withdrawn;
        let mut refusal = Refusal::illegal_transition(illegal);
        if let (true, Refusal::IllegalTransition { why, .. }) = (withdrawn, &mut refusal)
            && let Some((_, reason)) = audit::last_detail(tx, id, PackageState::Withdrawn.name())
                .await?
                .as_deref()
                .and_then(|detail| detail.split_once(": "))
        {
            *why = format!("{why}: {reason}");
        }
        Ok(refusal)
    }

    /// Returns a refusal that lists the differences between the shown package and its current version.
    async fn stale(&self, tx: &mut ReadTx, row: &PackageRow) -> DeskResult<Refusal> {
        let Some(newer) = row.newer.clone() else { return Ok(Refusal::Stale { newer: None, changed: Vec::new() }) };
        let before = row.content(tx).await?.open();
        self.newest(tx, newer, before).await
    }

    /// Returns a refusal that points to the latest version of a package, as users see it.
    pub(crate) async fn newest(
        &self,
        tx: &mut ReadTx,
        newer: PackageId,
        before: Option<RoutedPackage>,
    ) -> DeskResult<Refusal> {
        let mut latest = self.row(tx, &newer).await?;
        while let Some(newer) = latest.newer.clone() {
            latest = self.row(tx, &newer).await?;
        }
        let shown = self.with_seeded_defect(tx, latest).await?;
        let changed = match (before, shown.content(tx).await?) {
            (Some(before), Erasable::Open(after)) => differences(&before, &after),
            _ => Vec::new(),
        };
        Ok(Refusal::Stale { newer: Some(shown.id().clone()), changed })
    }

    /// Calls the components on the text to be sent; `None` if the decision sends no text.
    pub(crate) async fn inspect_outgoing(
        &self,
        content: RoutedPackage,
        decision: &Decision,
        now: Timestamp,
    ) -> DeskResult<Option<TextInspection>> {
        let package = Arc::new(content.package);
        let (message, overruled, edited) = match decision {
            Decision::Approve { overruled } => (&package.draft.message, overruled, false),
            Decision::Edit { message, overruled, .. } => (message, overruled, true),
            Decision::Reject { .. } | Decision::Snooze { .. } | Decision::Redraft { .. } => return Ok(None),
        };
        if !message.to.trim().eq_ignore_ascii_case(package.draft.message.to.trim()) {
            return Err(Refusal::OtherRecipient.into());
        }
        let message = Arc::new(Message { to: package.draft.message.to.clone(), ..message.clone() });
        let called = self.logic.inspect(Arc::clone(&package), Arc::clone(&message), now).await;
        let checks = called.result?;
        let mut recordings = vec![called.recording];
        let failed: Vec<Check> = checks
            .iter()
            .filter(|check| check.verdict == Verdict::Fail)
            .filter(|check| !overruled.iter().any(|over| over.check == check.name))
            .cloned()
            .collect();
        if !failed.is_empty() {
            return Err(Refusal::ChecksFailed(failed).into());
        }
        let mut grade = None;
        if edited {
            let called = self.logic.grade_edit(Arc::new(package.draft.clone()), Arc::clone(&message)).await;
            grade = Some((*called.result?).clone());
            recordings.push(called.recording);
        }
        Ok(Some(TextInspection { message: (*message).clone(), overruled: overruled.clone(), grade, recordings }))
    }

    async fn write(
        &self,
        tx: &mut Tx,
        row: &PackageRow,
        request: &DecisionRequest,
        permitted: &PermittedTransition,
        heard: Option<&TextInspection>,
    ) -> DeskResult<DecisionResult> {
        let step = permitted.step;
        let now = tx.now;
        let mut decided = DecisionResult {
            package: row.id.clone(),
            state: step.to(),
            outbox: None,
            grade: None,
            repeated: false,
            newer: None,
            seeded_defect: None,
        };
        if step.to() == PackageState::Approved {
            let (Some(heard), Erasable::Open(content)) = (heard, row.content(tx).await?) else {
                return Err(Refusal::PersonErased.into());
            };
            let package = &content.package;
            let mail =
                outbox::OutboxMessage::new(package, heard.message.clone(), &self.footer, heard.overruled.clone());
            let sender = &package.sender.email;
            let times = outbox::ApprovalTimes {
                approved: now,
                not_before: now.saturating_add(self.undo_seconds).max(request.not_before.unwrap_or(now)),
            };
            let approver = outbox::Approver::Person(self.actor.name());
            decided.outbox = Some(outbox::add(tx, row, sender, &approver, &mail, times).await?);
            decided.grade = heard.grade.clone();
            let about = RecordingContext {
                campaign: &row.campaign,
                account: &row.target.account,
                package: Some(&row.id),
                at: now,
            };
            for recording in &heard.recordings {
                recordings::add(tx, about, recording).await?;
            }
        }
        let until = match request.decision {
            Decision::Snooze { until } => Some(until),
            _ => None,
        };
        if !packages::apply_transition(tx, &row.id, step, until, ChangeCause::Decision(&permitted.cause)).await? {
            // Cannot happen within a transaction, which is the only writer; if it did, nothing would be written.
            return Err(Refusal::Stale { newer: None, changed: Vec::new() }.into());
        }
        decisions::add(tx, row, request, &decided).await?;
        let (what, mut detail) = (request.decision.kind(), detail(&request.decision).to_owned());
        if let Some(at) = request.not_before {
            detail += if detail.is_empty() { "" } else { ", " };
            detail += &format!("scheduled after {}", baton_model::package_state::UtcMinute(at));
        }
        audit::note(tx, self.actor.name(), what, Some(&row.id), &detail).await?;
        self.record_event(tx, decision_event(row, request, &decided)).await?;
        Ok(decided)
    }
}

/// Builds the webhook event of a decision, which never reveals whether the package has a seeded defect.
pub(crate) fn decision_event<'a>(
    row: &'a PackageRow,
    request: &'a DecisionRequest,
    decided: &'a DecisionResult,
) -> WebhookEvent<'a> {
    WebhookEvent::Decided {
        package: &decided.package,
        campaign: &row.campaign,
        account: &row.target.account,
        decision: request.decision.kind(),
        reason: match &request.decision {
            Decision::Reject { reason, .. } => Some(reason.name()),
            _ => None,
        },
        state: decided.state.name(),
    }
}

/// Returns the audit detail of a decision, besides its kind.
pub(crate) fn detail(decision: &Decision) -> &'static str {
    match decision {
        Decision::Reject { reason, .. } => reason.name(),
        Decision::Edit { my_wording: true, .. } => "my wording",
        _ => "",
    }
}

/// Refuses requests that no surface should send.
pub(crate) fn valid(request: &DecisionRequest) -> Result<(), Refusal> {
    let invalid = |what: &str| Err(Refusal::Invalid(what.into()));
    if !(8..=200).contains(&request.key.len()) {
        return invalid("a request key must have 8 to 200 characters");
    }
    let overruled: &[Overruled] = match &request.decision {
        Decision::Approve { overruled } | Decision::Edit { overruled, .. } => overruled,
        Decision::Reject { note, .. } if note.len() > MAX_NOTE_BYTES => return invalid("the note is too long"),
        Decision::Redraft { note } if note.len() > MAX_NOTE_BYTES => return invalid("the note is too long"),
        Decision::Redraft { note } if note.trim().is_empty() => {
            return invalid("the note is missing: describe what the new draft should improve");
        }
        Decision::Reject { .. } | Decision::Snooze { .. } | Decision::Redraft { .. } => &[],
    };
    let approves = matches!(request.decision, Decision::Approve { .. } | Decision::Edit { .. });
    if request.not_before.is_some() && !approves {
        return invalid("only an approved message can be scheduled");
    }
    if let Decision::Edit { message, .. } = &request.decision {
        if message.subject.trim().is_empty() || message.body.trim().is_empty() {
            return invalid("the message needs a subject and a text");
        }
        if message.subject.len() + message.body.len() > LONGEST_TEXT {
            return invalid("the message is too long");
        }
        // Control characters could end the header and start another one.
        if message.subject.chars().chain(message.to.chars()).any(char::is_control) {
            return invalid("the subject and the address must be one line each");
        }
    }
    match overruled.iter().find(|over| over.reason.trim().is_empty()) {
        Some(over) => Err(Refusal::NoReason(over.check.clone())),
        None if overruled.iter().any(|over| over.reason.len() > MAX_NOTE_BYTES) => invalid("the reason is too long"),
        None => Ok(()),
    }
}

fn differences(before: &RoutedPackage, after: &RoutedPackage) -> Vec<String> {
    let (old, new) = (&before.package, &after.package);
    [
        ("contact", old.contact != new.contact),
        ("subject", old.draft.message.subject != new.draft.message.subject),
        ("body", old.draft.message.body != new.draft.message.body),
        ("sender", old.sender != new.sender),
        ("signals", old.signals != new.signals),
        ("history", old.history != new.history),
        ("account", old.account != new.account),
        ("checks", old.checks != new.checks),
        ("tier", before.routing != after.routing),
    ]
    .into_iter()
    .filter(|(_, differs)| *differs)
    .map(|(name, _)| name.to_owned())
    .collect()
}
