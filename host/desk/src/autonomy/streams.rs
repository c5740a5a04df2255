//! Streams: how autonomy is earned and lost. Each package has a stream, to which decisions and checks add evidence.
//!
//! The governor counts and judges; there is no arithmetic with evidence here. It is called before a transaction, and
//! its result is written only if nothing has changed since.

use crate::audit;
use crate::autonomy::queries::evidence::{EvidenceChange, EvidenceRow};
use crate::autonomy::queries::evidence_transfer::EvidenceOrigin;
use crate::autonomy::queries::streams::{StreamKey, StreamRecord};
use crate::autonomy::queries::{evidence, evidence_transfer, spot_checks, stream_transitions, streams};
use crate::db::tx::Tx;
use crate::desk::{Desk, DeskResult, MAX_NOTE_BYTES};
use crate::error::Refusal;
use crate::packages::prepared::PreparedAccount;
use crate::webhooks::events::WebhookEvent;
use baton_facts::packages::HandoffPackage;
use baton_facts::policy::{Angle, HandoffModel, InspectionPlan};
use baton_facts::quality;
use baton_facts::quality::{Assessment, Event, Reach, Tally};
use baton_facts::types::Timestamp;
use baton_model::views::Page;
use baton_model::{PackageId, angle_variants};
use baton_runtime::{Exchange, Input};
use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::collections::VecDeque;

/// Five working days, in seconds.
pub(crate) const WEEK: Timestamp = 7 * 86_400;

/// The start of a new stream.
pub(crate) struct StreamStart {
    pub first: streams::NewStream,
    /// The stream whose evidence was carried over to it.
    origin: Option<i64>,
}

/// Maximum number of attempts to count an event while others change the same stream.
pub(crate) const TRIES: usize = 20;

/// A stream with its standing.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct StreamView {
    /// Its number.
    pub id: i64,
    /// Its identity.
    #[serde(flatten)]
    pub key: StreamKey,
    /// The plan of its tier, as it was for its latest package.
    pub plan: InspectionPlan,
    /// The evidence.
    pub tally: Tally,
    /// The assessment of the evidence, with the reason.
    pub assessment: Assessment,
    /// Packages prepared within the last seven days.
    pub packages_per_week: u32,
    /// Open spot-checks.
    pub open_checks: u32,
    /// Whether packages are sent without a decision now.
    pub sends_unreviewed: bool,
    /// Whether its tier requires a review of each package, as for its latest one: the evidence counts, but releases
    /// nothing.
    pub reviews_each: bool,
    /// The lowest score that was found conforming; below it a person decides.
    pub cleared_from: u8,
    /// The origin of its evidence, if it was earned under another engine or drafter.
    pub carried_over: Option<EvidenceOrigin>,
    /// The latest manual stop or resumption.
    pub manual_change: Option<ManualChange>,
}

/// A manual stop or resumption.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ManualChange {
    /// Whether it was stopped.
    pub stopped: bool,
    /// The user's name.
    pub who: String,
    /// The time.
    pub at: Timestamp,
    /// The reason in the user's words.
    pub why: Option<String>,
}

impl Desk {
    /// Returns every stream with its standing, or those of one campaign.
    ///
    /// # Errors
    /// `DeskError::Component` if the governor fails; `DeskError::Store` if the store fails.
    pub async fn quality(&self, campaign: Option<&str>, now: Timestamp) -> DeskResult<Vec<StreamView>> {
        let mut tx = self.read().await?;
        let rows = streams::all(&mut tx, campaign).await?;
        drop(tx);
        self.assess_streams(rows, now).await
    }

    /// Returns these streams with their current standings.
    pub(crate) async fn assess_streams(&self, rows: Vec<StreamRecord>, now: Timestamp) -> DeskResult<Vec<StreamView>> {
        let mut tx = self.read().await?;
        let open = spot_checks::open(&mut tx).await?;
        let mut beside = Vec::with_capacity(rows.len());
        for row in &rows {
            let weekly = streams::prepared_since(&mut tx, row.id, now - WEEK).await?;
            let by_hand = stream_transitions::latest_manual_change(&mut tx, row.id).await?.map(|line| ManualChange {
                stopped: line.event == Event::Stopped,
                who: line.who,
                at: line.at,
                why: line.why,
            });
            beside.push((weekly, by_hand, evidence_transfer::origin_of(&mut tx, row.id).await?));
        }
        drop(tx);
        let mut found = Vec::with_capacity(rows.len());
        for (row, (packages_per_week, by_hand, carried)) in rows.into_iter().zip(beside) {
            let called = self.logic.assess(row.plan.clone(), row.tally.clone(), now, packages_per_week).await;
            let open_checks = open.iter().filter(|check| check.stream == row.id).count();
            found.push(StreamView {
                id: row.id,
                key: row.key,
                plan: row.plan,
                tally: row.tally,
                assessment: (*called.result?).clone(),
                packages_per_week,
                open_checks: u32::try_from(open_checks).unwrap_or(u32::MAX),
                sends_unreviewed: !row.closed,
                reviews_each: row.each_reviewed,
                manual_change: by_hand,
                cleared_from: row.cleared_from,
                carried_over: carried,
            });
        }
        Ok(found)
    }

    /// Returns a page of a stream's evidence, oldest first.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] if `after` is not such a key; `DeskError::Store` if the store fails.
    pub async fn evidence(&self, stream: i64, after: Option<&str>, limit: u32) -> DeskResult<Page<EvidenceRow>> {
        let after = match after {
            None => 0,
            Some(text) => text.parse().map_err(|_| Refusal::Invalid("there is no such page".into()))?,
        };
        let limit = limit.clamp(1, 1000);
        let mut tx = self.read().await?;
        let mut rows = evidence::list(&mut tx, stream, after, limit + 1).await?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next = rows.last().filter(|_| more).map(|row| row.number.to_string());
        Ok(Page { rows, next })
    }

    /// Stops a stream: none of its packages is sent without a decision, whatever its evidence, and those that were not
    /// sent yet come back to review. Stopping it again changes nothing.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] if there is no such stream, or the reason is missing or longer than 4,000 bytes;
    /// `DeskError::Component` if the governor fails; `DeskError::Store` if the store fails.
    pub async fn stop_stream(&self, stream: i64, why: &str, now: Timestamp) -> DeskResult<()> {
        let who = self.actor.name();
        self.change_manually(who, stream, Event::Stopped, why, now).await
    }

    /// Resumes a stopped stream. The requirements of the plan still have to be met.
    ///
    /// # Errors
    /// As for [`Self::stop_stream`].
    pub async fn resume_stream(&self, stream: i64, why: &str, now: Timestamp) -> DeskResult<()> {
        let who = self.actor.name();
        self.change_manually(who, stream, Event::Resumed, why, now).await
    }

    async fn change_manually(&self, who: &str, stream: i64, event: Event, why: &str, now: Timestamp) -> DeskResult<()> {
        let why = why.trim();
        if why.is_empty() {
            return Err(Refusal::Invalid("the reason is missing: everybody sees it with the stream".into()).into());
        }
        if why.len() > MAX_NOTE_BYTES {
            return Err(Refusal::Invalid("the reason is too long".into()).into());
        }
        for _ in 0..TRIES {
            let mut changes = self.count_event(stream, None, event, None, now).await?;
            let Some(own) = changes.first_mut() else { return Ok(()) };
            let tally = &own.stream.tally;
            let is_so = if event == Event::Stopped { tally.stopped } else { !tally.stopped && tally.overdue == 0 };
            if is_so {
                return Ok(());
            }
            own.why = Some(why.to_owned());
            let mut tx = self.begin(now).await?;
            if self.write_changes(&mut tx, &changes, None, who).await? {
                let what = if event == Event::Stopped { "stopped-stream" } else { "resumed-stream" };
                let detail = format!("stream {stream}: {why}");
                audit::note(&mut tx, who, what, None, &detail).await?;
                return Ok(tx.commit().await?);
            }
        }
        Err(evidence_conflict().into())
    }

    /// Returns the stream of a package, with the start of a new one: the stream of the tier that routed it. `None`
    /// without a tier, since then there is no plan.
    pub(crate) async fn stream_of(&self, prepared: &PreparedAccount<'_>) -> DeskResult<Option<StreamStart>> {
        use baton_facts::packages::Outcome;
        let (Ok(made), Some(routing)) = (prepared.preparation, prepared.routing) else { return Ok(None) };
        let Outcome::Ready(package) = &made.outcome else { return Ok(None) };
        let Some(tier) = prepared.tiers.iter().find(|tier| Some(&tier.name) == routing.tier.as_ref()) else {
            return Ok(None);
        };
        let Some(mut key) = stream_key(prepared, package, &tier.name) else { return Ok(None) };
        // The recipient's role and the source of the facts, as one tag.
        let mut parts = vec![key.customer.as_str()];
        parts.extend(Some(&*self.provider).filter(|provider| !provider.is_empty()));
        let customer = self.key_ring().tag("customer", &parts);
        key.customer = customer.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let plan = tier.inspection.clone();
        let model = if key.follow_up { tier.follow_up_model } else { tier.model };
        let each_reviewed = model == HandoffModel::ReviewAndApprove;
        let start = |tally, cleared_from| {
            let (key, plan) = (key.clone(), plan.clone());
            streams::NewStream { key, plan, each_reviewed, tally, cleared_from }
        };

        let mut tx = self.read().await?;
        if let Some(row) = streams::find(&mut tx, &key).await? {
            return Ok(Some(StreamStart { first: start(row.tally, row.cleared_from), origin: None }));
        }
        if let Some(row) = evidence_transfer::origin(&mut tx, &key).await? {
            return Ok(Some(StreamStart { first: start(row.tally, row.cleared_from), origin: Some(row.id) }));
        }
        let reworded = streams::find_other_wording(&mut tx, &key).await?;
        drop(tx);
        let first = match reworded {
            None => start(Tally::default(), tier.minimum_score),
            Some(before) => {
                let event = Event::Changed(quality::Change::Wording);
                let counted = self.logic.count(plan.clone(), before.tally, event).await.result?;
                start(counted.tally.clone(), before.cleared_from)
            }
        };
        Ok(Some(StreamStart { first, origin: None }))
    }

    /// Returns the stream of a package; a new stream is created with its starting evidence.
    pub(crate) async fn find_or_add_stream(&self, tx: &mut Tx, start: &StreamStart) -> DeskResult<i64> {
        let mut first = start.first.clone();
        if let Some(origin) = start.origin {
            // As it is in this transaction, so that later findings are included.
            if let Some(row) = streams::get(tx, origin).await? {
                (first.tally, first.cleared_from) = (row.tally, row.cleared_from);
            }
        }
        let (stream, is_new) = streams::find_or_add(tx, &first).await?;
        if let Some(origin) = start.origin.filter(|_| is_new) {
            evidence_transfer::set_target(tx, origin, &start.first.key, stream).await?;
            let detail = format!("stream {stream} continues the evidence of stream {origin}");
            audit::note(tx, audit::DESK, "carried-over", None, &detail).await?;
        }
        Ok(stream)
    }

    /// Returns the effect of an event on a stream and on the others that it reaches: those of the fingerprint for a
    /// factual defect, and those that continue this one's evidence for any finding. `score` is the inspected package's.
    pub(crate) async fn count_event(
        &self,
        stream: i64,
        plan: Option<InspectionPlan>,
        event: Event,
        score: Option<u8>,
        now: Timestamp,
    ) -> DeskResult<Vec<EvidenceChange>> {
        let mut changes: Vec<EvidenceChange> = Vec::new();
        let mut ahead = VecDeque::from([(stream, plan, event)]);
        while let Some((id, plan, event)) = ahead.pop_front() {
            if changes.iter().any(|change| change.stream.id == id) {
                continue;
            }
            let mut tx = self.read().await?;
            let row = streams::get(&mut tx, id).await?.ok_or(Refusal::NoStream(id))?;
            let others = streams::of_fingerprint(&mut tx, &row).await?;
            let successors = evidence_transfer::successors(&mut tx, id).await?;
            drop(tx);
            let plan = plan.unwrap_or_else(|| row.plan.clone());
            let counted = (*self.logic.count(plan.clone(), row.tally.clone(), event).await.result?).clone();
            // A late finding about drafts of the same origin: it counts for the stream that continues, before a defect
            // elsewhere does, since it says more.
            if matches!(event, Event::Inspected(_) | Event::Missed(_) | Event::MadeUp(_)) {
                for successor in successors.into_iter().rev() {
                    ahead.push_front((successor, None, event));
                }
            }
            if counted.stops == Reach::Fingerprint {
                ahead.extend(others.into_iter().map(|other| (other.id, None, Event::DefectElsewhere)));
            }
            let turned = self.standing_change(&plan, (&row.tally, &counted.tally), now).await?;
            changes.push(EvidenceChange { stream: row, event, counted, score, why: None, standing_change: turned });
        }
        Ok(changes)
    }

    /// Writes the effect of events on their streams; packages of a stopped stream come back to review in the same
    /// transaction. Returns false, with nothing to commit, if a stream changed since it was counted.
    pub(crate) async fn write_changes(
        &self,
        tx: &mut Tx,
        changes: &[EvidenceChange],
        package: Option<&PackageId>,
        who: &str,
    ) -> DeskResult<bool> {
        for (index, change) in changes.iter().enumerate() {
            let package = package.filter(|_| index == 0 || change.event != Event::DefectElsewhere);
            if !evidence::put(tx, change, package, who).await? {
                return Ok(false);
            }
            if let Some((from, to)) = change.standing_change {
                let key = &change.stream.key;
                let happening = WebhookEvent::StandingChanged {
                    stream: change.stream.id,
                    campaign: &key.campaign,
                    signal_kind: &key.signal_kind,
                    from,
                    to,
                };
                self.record_event(tx, happening).await?;
            }
            if change.counted.stops != Reach::None {
                let recalled = self.return_unsent_to_review(tx, change.stream.id, who).await?;
                stream_transitions::set_recalled(tx, change.stream.id, recalled).await?;
            }
        }
        Ok(true)
    }
}

pub(crate) fn evidence_conflict() -> Refusal {
    Refusal::Invalid("others are changing the same evidence: try again".into())
}

/// Returns the angle's version and the first 32 bits of a hash of its texts: an author's version stays the same when a
/// word changes, and the evidence must not.
fn angle_fingerprint(angle: &Angle) -> String {
    let texts = Angle { weight: 0, max_age_days: 0, ..angle.clone() };
    let json = serde_json::to_vec(&texts).unwrap_or_default();
    let hash: String = Sha256::digest(json).iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{hash}", angle.version)
}

/// Returns how the draft was produced, as the recordings show.
fn stream_key(prepared: &PreparedAccount<'_>, package: &HandoffPackage, tier: &str) -> Option<StreamKey> {
    let made = prepared.recordings.iter().find_map(|recording| match &recording.input {
        Input::Prepare { assignment } | Input::FollowUp { assignment, .. } | Input::Redraft { assignment, .. } => {
            Some((recording, assignment))
        }
        _ => None,
    });
    let (recording, assignment) = made?;
    let drafter = recording.exchanges.iter().rev().find_map(|exchange| match exchange {
        Exchange::Write { answer: Ok(_), provenance, .. } => Some(serde_json::to_string(provenance).ok()?),
        _ => None,
    });
    Some(StreamKey {
        campaign: prepared.campaign.to_owned(),
        tier: tier.to_owned(),
        signal_kind: package.signals.first()?.signal.kind.clone(),
        follow_up: package.touch_number > 1,
        language: package.angle.language.clone(),
        engine: recording.component.to_string(),
        drafter: drafter?,
        customer: serde_json::to_string(&assignment.campaign.customer.roles).ok()?,
        variant: angle_variants::variant_name(&package.angle.version).to_owned(),
        angle: angle_fingerprint(&package.angle),
    })
}
