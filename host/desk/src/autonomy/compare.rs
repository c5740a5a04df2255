//! Comparing another engine or drafter with the saved recordings: the changes, stream by stream.
//!
//! A comparison calls no live capability and sends nothing. Only the comparison itself writes its result, and evidence
//! is carried over on no other basis. No transaction is open while a component runs.

use crate::autonomy::difference::{CallDifference, difference};
use crate::autonomy::queries::evidence_transfer::ComparisonRow as Noted;
use crate::autonomy::queries::streams::{StreamKey, StreamRecord};
use crate::autonomy::queries::{evidence_transfer, streams};
use crate::desk::{Desk, DeskResult};
use crate::packages::queries::recordings;
use crate::packages::queries::recordings::PreparedRecording;
use baton_facts::quality::Tally;
use baton_facts::types::Timestamp;
use baton_model::{Erasable, PackageId};
use baton_runtime::{ComparisonCandidate, Digest, Provenance, World};
use serde::Serialize;
use std::collections::BTreeMap;

/// Recordings of a stream that are replayed by default, the latest ones.
pub const COMPARE_LIMIT: u32 = 100;

/// Maximum number of recordings that have to be identical: without a difference in 30, more than 10% of differences
/// are excluded at 95% (Hanley and Lippman-Hand 1983, "If nothing goes wrong, is everything all right?").
const IDENTICAL_REQUIRED_MAX: u64 = 30;

/// Options of a comparison.
#[derive(Clone, Copy, Debug)]
pub struct CompareOptions<'a> {
    /// Compares only the recordings of this campaign.
    pub campaign: Option<&'a str>,
    /// Compares only the recordings of this stream.
    pub stream: Option<i64>,
    /// Maximum number of recordings of each stream, the latest ones.
    pub limit: u32,
    /// Maximum number of differing calls to list for each stream.
    pub shown: u32,
}

/// The result of replaying the recordings with another component.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ComponentComparison {
    /// The compared component.
    pub component: Digest,
    /// Its world.
    pub world: World,
    /// The result for each stream, and for recordings without a stream, since nothing was handed off.
    pub streams: Vec<StreamComparison>,
}

/// The result for one stream's recordings.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct StreamComparison {
    /// The stream. `None` for accounts that were held or disqualified.
    pub stream: Option<i64>,
    /// The stream's identity.
    #[serde(flatten)]
    pub key: Option<StreamKey>,
    /// Saved recordings.
    pub kept: u32,
    /// Replayed recordings with an identical result.
    pub identical: u32,
    /// Replayed recordings of which only the wording differs.
    pub wording: u32,
    /// Replayed recordings with another person, verdict, score or outcome.
    pub outcome: u32,
    /// Recordings that cannot be replayed to a result.
    pub incomparable: u32,
    /// Not replayed: about somebody who was erased.
    pub forgotten: u32,
    /// The number of inspections in the stream's evidence.
    pub inspected: u64,
    /// Recordings that have to be identical before the evidence can be carried over. `None` if there is no evidence.
    pub needed: Option<u32>,
    /// The evidence was carried over to the component already.
    pub carried: bool,
    /// The evidence can be carried over.
    pub can_carry_over: bool,
    /// The latest differing calls.
    pub calls: Vec<CallComparison>,
}

/// One recorded call with a differing result.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct CallComparison {
    /// Its package, if there is one.
    pub package: Option<PackageId>,
    /// The account's name, or its id if nothing was handed off.
    pub account: String,
    /// The function of the contract.
    pub function: String,
    /// The time of the call.
    pub at: Timestamp,
    /// The difference.
    #[serde(flatten)]
    pub difference: CallDifference,
}

impl ComponentComparison {
    /// Returns whether every replayed recording has an identical result.
    pub fn identical(&self) -> bool {
        self.streams.iter().all(|stream| stream.differing() == 0)
    }
}

impl StreamComparison {
    /// Returns the number of replayed recordings with a differing result.
    pub fn differing(&self) -> u32 {
        self.wording + self.outcome + self.incomparable
    }

    fn new(kept: usize) -> Self {
        Self {
            stream: None,
            key: None,
            kept: u32::try_from(kept).unwrap_or(u32::MAX),
            identical: 0,
            wording: 0,
            outcome: 0,
            incomparable: 0,
            forgotten: 0,
            inspected: 0,
            needed: None,
            carried: false,
            can_carry_over: false,
            calls: Vec::new(),
        }
    }

    fn count(&mut self, came_to: &CallDifference) {
        *match came_to {
            CallDifference::Identical => &mut self.identical,
            CallDifference::Wording { .. } => &mut self.wording,
            CallDifference::Outcome { .. } => &mut self.outcome,
            CallDifference::Incomparable { .. } => &mut self.incomparable,
            CallDifference::Erased => &mut self.forgotten,
        } += 1;
    }
}

impl Desk {
    /// Replays the saved recordings with another component and returns the differences. `progress` gets the number of
    /// replayed recordings and their total.
    ///
    /// # Errors
    /// [`crate::Refusal::Invalid`] if there is no such stream; `DeskError::Store` if the store fails. A component's
    /// failure is a difference.
    pub async fn compare(
        &self,
        candidate: &ComparisonCandidate,
        what: &CompareOptions<'_>,
        now: Timestamp,
        progress: impl Fn(usize, usize),
    ) -> DeskResult<ComponentComparison> {
        let mut tx = self.read().await?;
        let mut known: BTreeMap<i64, StreamRecord> = BTreeMap::new();
        for row in streams::all(&mut tx, None).await? {
            known.insert(row.id, row);
        }
        if let Some(stream) = what.stream.filter(|stream| !known.contains_key(stream)) {
            return Err(crate::Refusal::Invalid(format!("there is no stream {stream}")).into());
        }
        let rows = recordings::prepared(&mut tx, what.campaign, what.stream).await?;
        drop(tx);
        let mut groups: BTreeMap<Option<i64>, Vec<PreparedRecording>> = BTreeMap::new();
        for row in rows.into_iter().filter(|row| !made_by_candidate(candidate, row, &known)) {
            groups.entry(row.stream).or_default().push(row);
        }
        let limit = what.limit.max(1) as usize;
        let (mut done, total) = (0, groups.values().map(|group| group.len().min(limit)).sum());

        let mut found = Vec::with_capacity(groups.len());
        for (stream, group) in groups {
            let mut sum = StreamComparison::new(group.len());
            let newest = group.first().map_or(0, |row| row.id);
            for row in group.into_iter().take(limit) {
                progress(done, total);
                done += 1;
                let mut tx = self.read().await?;
                let recording = recordings::content(&mut tx, row.id).await?;
                drop(tx);
                let came_to = match recording {
                    Erasable::Erased => CallDifference::Erased,
                    Erasable::Open(recording) => {
                        difference(&recording.output, &self.logic.compare(candidate, &recording).await?)
                    }
                };
                sum.count(&came_to);
                let is_shown = !matches!(came_to, CallDifference::Identical | CallDifference::Erased);
                if is_shown && sum.calls.len() < what.shown as usize {
                    let PreparedRecording { function, at, package, account, .. } = row;
                    sum.calls.push(CallComparison {
                        package: package.map(PackageId),
                        account,
                        function,
                        at,
                        difference: came_to,
                    });
                }
            }
            if let Some(row) = stream.and_then(|stream| known.get(&stream)) {
                self.note_comparison(candidate, row, newest, &mut sum, now).await?;
            }
            found.push(sum);
        }
        Ok(ComponentComparison {
            component: candidate.component().digest(),
            world: candidate.component().world(),
            streams: found,
        })
    }

    async fn note_comparison(
        &self,
        candidate: &ComparisonCandidate,
        row: &StreamRecord,
        newest: i64,
        sum: &mut StreamComparison,
        now: Timestamp,
    ) -> DeskResult<()> {
        let (component, key) = (component_name(candidate), key_with_component(&row.key, candidate));
        let noted = Noted { newest, identical: sum.identical, differing: sum.differing() };
        let mut tx = self.begin(now).await?;
        evidence_transfer::record_comparison(&mut tx, row.id, &component, noted).await?;
        let noted = evidence_transfer::comparison(&mut tx, row.id, &component).await?;
        sum.carried = evidence_transfer::is_carried_over(&mut tx, row.id, &key.engine, &key.drafter).await?;
        tx.commit().await?;
        sum.stream = Some(row.id);
        sum.key = Some(row.key.clone());
        sum.inspected = row.tally.inspected;
        sum.needed = identical_required(&row.tally);
        sum.can_carry_over = !sum.carried && noted.is_some_and(|noted| is_sufficient(&noted, &row.tally));
        Ok(())
    }
}

/// Returns the number of recordings that have to be identical before this evidence can be carried over: the number of
/// its inspections, at most 30. `None` if there is no evidence.
pub(crate) fn identical_required(tally: &Tally) -> Option<u32> {
    let most = u32::try_from(tally.inspected.clamp(1, IDENTICAL_REQUIRED_MAX)).unwrap_or(u32::MAX);
    (*tally != Tally::default()).then_some(most)
}

/// Returns whether the comparison supports carrying the evidence over: enough recordings, and no difference ever.
pub(crate) fn is_sufficient(noted: &Noted, tally: &Tally) -> bool {
    noted.differing == 0 && identical_required(tally).is_some_and(|needed| noted.identical >= needed)
}

/// Returns the component as a stream's fingerprint names it.
pub(crate) fn component_name(candidate: &ComparisonCandidate) -> String {
    let digest = candidate.component().digest();
    match candidate {
        ComparisonCandidate::Engine(_) => digest.to_string(),
        ComparisonCandidate::Drafter(_) => drafter_name(digest),
    }
}

/// Returns a drafter as a stream's fingerprint names it.
pub(crate) fn drafter_name(digest: Digest) -> String {
    serde_json::to_string(&Provenance::Component(digest)).unwrap_or_default()
}

/// Returns the stream's identity with this component in place of its own.
pub(crate) fn key_with_component(key: &StreamKey, candidate: &ComparisonCandidate) -> StreamKey {
    let (mut key, name) = (key.clone(), component_name(candidate));
    *match candidate {
        ComparisonCandidate::Engine(_) => &mut key.engine,
        ComparisonCandidate::Drafter(_) => &mut key.drafter,
    } = name;
    key
}

/// Returns whether the component made the recording itself.
fn made_by_candidate(
    candidate: &ComparisonCandidate,
    row: &PreparedRecording,
    known: &BTreeMap<i64, StreamRecord>,
) -> bool {
    match candidate {
        ComparisonCandidate::Engine(_) => row.component == component_name(candidate),
        ComparisonCandidate::Drafter(_) => {
            let stream = row.stream.and_then(|stream| known.get(&stream));
            stream.is_some_and(|stream| stream.key.drafter == component_name(candidate))
        }
    }
}
