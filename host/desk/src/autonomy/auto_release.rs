//! Releasing packages without a decision, for streams whose standing allows it, with a random share sampled for a
//! spot-check.
//!
//! A package is released only if the governor's assessment of the stream's current evidence allows it, no check of the
//! stream is open, and the stream is not stopped. A batch has at most [`BATCH`] packages. The sampled ones are recorded
//! with their seed and position, in the transaction that releases the others.

use crate::access::access_scope::ChangeCause;
use crate::audit;
use crate::autonomy::queries::evidence::EvidenceChange;
use crate::autonomy::queries::streams::StreamRecord;
use crate::autonomy::queries::{auto_release, spot_checks, streams};
use crate::autonomy::streams::{TRIES, WEEK, evidence_conflict};
use crate::db::tx::{ReadTx, Tx};
use crate::desk::{Desk, DeskResult};
use crate::outbox::queries::outbox;
use crate::packages::queries::packages;
use crate::suppression::suppressions;
use baton_facts::policy::InspectionPlan;
use baton_facts::quality::{Assessment, Event, LotItem, Standing};
use baton_facts::types::{BasisPoints, Timestamp};
use baton_model::Erasable;
use baton_model::package_state::{LifecycleEvent, PackageState};
use baton_quality::sampling::{BATCH, share};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Every package is inspected.
const ALL: BasisPoints = 10_000;

/// Five working days without an inspection, as calendar days that surely contain them.
const DUE_AFTER: Timestamp = 7 * 86_400;

/// The released and sampled packages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct AutoReleases {
    /// Outbox entries to be released.
    pub entries: Vec<String>,
    /// Packages that are sent without a check.
    pub unchecked: u32,
    /// Packages that are sent and checked afterwards.
    pub checked_after: u32,
    /// Packages that wait for their check before they are sent.
    pub checked_before: u32,
}

/// A queued package that its handoff model would release.
struct ReleaseCandidate {
    row: packages::PackageRow,
    plan: InspectionPlan,
}

/// A stream whose standing releases packages.
struct ReleasingStream {
    stream: StreamRecord,
    plan: InspectionPlan,
    assessment: Assessment,
}

impl Desk {
    /// Releases what the streams' standings allow, batch by batch. `check_within` is the number of seconds for the
    /// check of a sent message. The entries are then released like any other.
    ///
    /// # Errors
    /// `DeskError::Component` if the governor fails; `DeskError::Store` if the store fails. Batches before that stay
    /// released.
    pub async fn auto_release(&self, now: Timestamp, check_within: Timestamp) -> DeskResult<AutoReleases> {
        let mut done = AutoReleases::default();
        if self.export_hold(now).await.is_some() {
            return Ok(done);
        }
        let mut closed = BTreeSet::new();
        for _ in 0..TRIES {
            let mut progress = true;
            while progress {
                match self.release_batch(now, check_within, &mut closed, &mut done).await? {
                    Some(some) => progress = some,
                    // The evidence changed meanwhile: assess it again.
                    None => break,
                }
            }
            if !progress {
                return Ok(done);
            }
        }
        Err(evidence_conflict().into())
    }

    /// Releases one batch of one plan. Returns false if nothing more can be released, and `None` if the evidence
    /// changed.
    async fn release_batch(
        &self,
        now: Timestamp,
        check_within: Timestamp,
        closed: &mut BTreeSet<i64>,
        done: &mut AutoReleases,
    ) -> DeskResult<Option<bool>> {
        let mut tx = self.read().await?;
        let stopped = suppressions::sending_stop(&mut tx).await?;
        if stopped.is_some() || !self.may_send {
            return Ok(Some(false));
        }
        let seed = streams::seed(&mut tx).await?;
        let mut found: BTreeMap<i64, Vec<ReleaseCandidate>> = BTreeMap::new();
        for (row, plan) in auto_release::automatic(&mut tx, now).await? {
            let Some(stream) = row.stream.filter(|stream| !closed.contains(stream)) else { continue };
            // It stays in the queue: in a batch it would come up again in the next one, without end.
            if self.is_barred(&mut tx, &row, now).await? {
                continue;
            }
            found.entry(stream).or_default().push(ReleaseCandidate { row, plan });
        }
        let mut open = Vec::new();
        for (id, candidates) in found {
            let stream = streams::get(&mut tx, id).await?;
            // No further batch is released while a check is open.
            let waits = spot_checks::any_open(&mut tx, id).await?;
            // A score below all scores that were ever found conforming needs a person, whatever the tier asks for now.
            let from = stream.as_ref().map_or(u8::MAX, |stream| stream.cleared_from);
            // Packages of a tier are released by that tier's own evidence, also if a store of an earlier schema has
            // others.
            let tier = stream.as_ref().map_or("", |stream| &stream.key.tier);
            let may_leave = |candidate: &ReleaseCandidate| candidate.row.score >= from && candidate.row.tier == tier;
            let candidates: Vec<ReleaseCandidate> = candidates.into_iter().filter(may_leave).collect();
            let (Some(stream), false, Some(first)) = (stream, waits, candidates.first()) else {
                closed.insert(id);
                continue;
            };
            let weekly = streams::prepared_since(&mut tx, id, now - WEEK).await?;
            open.push((stream, first.plan.clone(), candidates, weekly));
        }
        drop(tx);

        let (mut batch, mut items) = (Vec::new(), Vec::new());
        for (stream, plan, candidates, weekly) in open {
            let assessment =
                (*self.logic.assess(plan.clone(), stream.tally.clone(), now, weekly).await.result?).clone();
            if !allows_auto_send(&assessment) {
                closed.insert(stream.id);
                continue;
            }
            let due = stream.tally.last_inspected.is_none_or(|at| now - at >= DUE_AFTER);
            let room = BATCH.saturating_sub(items.len());
            let same = candidates.into_iter().filter(|candidate| candidate.plan == plan).take(room);
            let mine: Vec<ReleaseCandidate> = same.collect();
            for (index, candidate) in mine.iter().enumerate() {
                let fraction = share(candidate.row.model, &assessment);
                items.push(LotItem {
                    lot: u32::try_from(stream.id).unwrap_or(u32::MAX),
                    position: stream.position + index as u64,
                    fraction,
                    due,
                });
            }
            if !mine.is_empty() {
                batch.push((ReleasingStream { stream, plan, assessment }, mine));
            }
        }
        if items.is_empty() {
            return Ok(Some(false));
        }
        let drawn = self.logic.sample(std::sync::Arc::new(items.clone()), seed).await.result?;
        let drawn: BTreeSet<usize> = drawn.iter().map(|index| *index as usize).collect();

        // Unchecked packages are counted before they are released.
        let mut changes: Vec<EvidenceChange> = Vec::new();
        let mut at = 0;
        for (open, mine) in &batch {
            let unchecked = (at..at + mine.len()).filter(|index| !drawn.contains(index)).count();
            at += mine.len();
            let event = Event::Released(u32::try_from(unchecked).unwrap_or(u32::MAX));
            let counted = self.logic.count(open.plan.clone(), open.stream.tally.clone(), event).await.result?;
            let counted = (*counted).clone();
            let turned = self.standing_change(&open.plan, (&open.stream.tally, &counted.tally), now).await?;
            changes.push(EvidenceChange {
                stream: open.stream.clone(),
                event,
                counted,
                why: None,
                score: None,
                standing_change: turned,
            });
        }

        let mut tx = self.begin(now).await?;
        let mut news = AutoReleases::default();
        let mut at = 0;
        for ((open, mine), change) in batch.iter().zip(&changes) {
            if !streams::reserve_batch(&mut tx, &open.stream, mine.len() as u64).await? {
                return Ok(None);
            }
            for candidate in mine {
                let index = at;
                at += 1;
                let row = self.row(&mut tx, &candidate.row.id).await?;
                if row.state != PackageState::Queued {
                    return Ok(None);
                }
                let mut due = None;
                if drawn.contains(&index) {
                    if open.plan.held {
                        due = Some(row.deadline);
                        news.checked_before += 1;
                    } else {
                        due = Some(now.saturating_add(check_within));
                    }
                }
                if due.is_none() || !open.plan.held {
                    let Some(entry) = self.approve_by_rule(&mut tx, &row, open).await? else {
                        return Ok(None);
                    };
                    news.entries.push(entry);
                    *(if due.is_some() { &mut news.checked_after } else { &mut news.unchecked }) += 1;
                }
                let Some(due) = due else { continue };
                let (stream, position, held) = (open.stream.id, items[index].position, open.plan.held);
                let drawn = spot_checks::NewSpotCheck { package: &row.id, stream, seed, position, held, due };
                spot_checks::add(&mut tx, &drawn).await?;
                let detail = format!("stream {stream}, position {position}");
                audit::note(&mut tx, audit::DESK, "sampled", Some(&row.id), &detail).await?;
            }
            // The version changed with the batch, in this transaction.
            if !self.write_changes(&mut tx, std::slice::from_ref(change), None, audit::DESK).await? {
                return Ok(None);
            }
        }
        tx.commit().await?;
        done.entries.extend(news.entries);
        done.unchecked += news.unchecked;
        done.checked_after += news.checked_after;
        done.checked_before += news.checked_before;
        Ok(Some(true))
    }

    /// Returns whether the person, the domain or the account is suppressed or paused now, whatever a standing allows.
    async fn is_barred(&self, tx: &mut ReadTx, row: &packages::PackageRow, now: Timestamp) -> DeskResult<bool> {
        Ok(suppressions::longest_for(tx, &row.target, now).await?.is_some()
            || suppressions::pause_reason(tx, &row.target.account).await?.is_some()
            || packages::is_approved_since(tx, row).await?)
    }

    /// Creates the outbox entry of a released package. `None` if the person may not be contacted any more.
    async fn approve_by_rule(
        &self,
        tx: &mut Tx,
        row: &packages::PackageRow,
        open: &ReleasingStream,
    ) -> DeskResult<Option<String>> {
        let now = tx.now;
        let Erasable::Open(content) = row.content(tx).await? else { return Ok(None) };
        let Ok(step) = row.state.transition(LifecycleEvent::Approve { now, deadline: row.deadline }) else {
            return Ok(None);
        };
        if self.is_barred(tx, row, now).await? {
            return Ok(None);
        }
        let package = &content.package;
        let mail = outbox::OutboxMessage::new(package, package.draft.message.clone(), &self.footer, Vec::new());
        let approver = outbox::Approver::Stream(open.stream.id);
        let times = outbox::ApprovalTimes { approved: now, not_before: now };
        let entry = outbox::add(tx, row, &package.sender.email, &approver, &mail, times).await?;
        self.apply_transition(tx, &row.id, step, None, ChangeCause::Rule).await?;
        let standing = match open.assessment.standing {
            Standing::Probation => "probation",
            _ => "proven",
        };
        let detail = format!("stream {} in {standing}: {}", open.stream.id, open.assessment.reason);
        audit::note(tx, audit::DESK, "let-go", Some(&row.id), &detail).await?;
        Ok(Some(entry))
    }
}

/// Returns whether the standing sends packages without a decision.
pub(crate) fn allows_auto_send(assessment: &Assessment) -> bool {
    matches!(assessment.standing, Standing::Probation | Standing::Proven) && assessment.fraction < ALL
}
