//! Another engine or drafter over the recordings that are kept: what would change, stream by stream.
//!
//! A comparison reaches nothing live and sends nothing. What it finds about a stream is written down by itself, and
//! nothing else can write it: only on that is evidence carried over. No transaction is open while a component works.

use crate::autonomy::difference::{CallDifference, difference};
use crate::autonomy::queries::evidence_transfer::ComparisonRow as Noted;
use crate::autonomy::queries::streams::{StreamKey, StreamRecord};
use crate::autonomy::queries::{evidence_transfer, streams};
use crate::desk::{Desk, DeskResult};
use crate::packages::queries::recordings;
use crate::packages::queries::recordings::PreparedRecording;
use baton_facts::quality::Tally;
use baton_facts::types::Timestamp;
use baton_model::{PackageId, Sealed};
use baton_runtime::{ComparisonCandidate, Digest, Provenance, World};
use serde::Serialize;
use std::collections::BTreeMap;

/// Recordings of a stream that are executed by default, the latest ones.
pub const COMPARE_LIMIT: u32 = 100;

/// Recordings that have to come out the same at the most: with none of 30 different, a share of more than 10 % that
/// differ is ruled out at 95 % (Hanley and Lippman-Hand 1983, "If nothing goes wrong, is everything all right?").
const ENOUGH: u64 = 30;

/// What is compared.
#[derive(Clone, Copy, Debug)]
pub struct CompareOptions<'a> {
    /// Only this campaign's recordings.
    pub campaign: Option<&'a str>,
    /// Only this stream's.
    pub stream: Option<i64>,
    /// How many recordings of each stream at the most, the latest ones.
    pub limit: u32,
    /// How many calls of each stream are shown that came to something else.
    pub shown: u32,
}

/// What another component makes of the recordings.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ComponentComparison {
    /// The component that was compared.
    pub component: Digest,
    /// Its world.
    pub world: World,
    /// Stream by stream, and what belongs to none because nothing was handed off.
    pub streams: Vec<StreamComparison>,
}

/// What it makes of one stream's recordings.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct StreamComparison {
    /// The stream; none for accounts that were held or out.
    pub stream: Option<i64>,
    /// What it is.
    #[serde(flatten)]
    pub key: Option<StreamKey>,
    /// Recordings that are kept.
    pub kept: u32,
    /// Of those that were executed: the same came out.
    pub identical: u32,
    /// Only the words are others.
    pub wording: u32,
    /// Another person, verdict, score or outcome.
    pub outcome: u32,
    /// The recording cannot say.
    pub incomparable: u32,
    /// Not executed: about somebody who was forgotten.
    pub forgotten: u32,
    /// Inspections that the stream's evidence counts.
    pub inspected: u64,
    /// Recordings that have to come out the same for the evidence to be carried over; none where there is no evidence.
    pub needed: Option<u32>,
    /// The evidence goes on under the component already.
    pub carried: bool,
    /// The evidence can be carried over.
    pub carries: bool,
    /// The latest calls that came to something else.
    pub calls: Vec<CallComparison>,
}

/// One recorded call that came to something else.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct CallComparison {
    /// The package it made, if it made one.
    pub package: Option<PackageId>,
    /// The account's name, or its id where nothing was handed off.
    pub account: String,
    /// The function of the contract.
    pub function: String,
    /// When it was made.
    pub at: Timestamp,
    /// What it came to.
    #[serde(flatten)]
    pub came_to: CallDifference,
}

impl ComponentComparison {
    /// Whether nothing that was executed came to anything else.
    pub fn identical(&self) -> bool {
        self.streams.iter().all(|stream| stream.differing() == 0)
    }
}

impl StreamComparison {
    /// Executed recordings that did not come out the same.
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
            carries: false,
            calls: Vec::new(),
        }
    }

    fn count(&mut self, came_to: &CallDifference) {
        *match came_to {
            CallDifference::Identical => &mut self.identical,
            CallDifference::Wording { .. } => &mut self.wording,
            CallDifference::Outcome { .. } => &mut self.outcome,
            CallDifference::Incomparable { .. } => &mut self.incomparable,
            CallDifference::Forgotten => &mut self.forgotten,
        } += 1;
    }
}

impl Desk {
    /// Executes the kept recordings with another component and says what would change. `progress` hears how many of how
    /// many are done.
    ///
    /// # Errors
    /// Where there is no such stream, or the store fails. A component that fails is a difference.
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
        for row in rows.into_iter().filter(|row| !is_own(candidate, row, &known)) {
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
                    Sealed::Forgotten => CallDifference::Forgotten,
                    Sealed::Open(recording) => {
                        difference(&recording.output, &self.logic.compare(candidate, &recording).await?)
                    }
                };
                sum.count(&came_to);
                let is_shown = !matches!(came_to, CallDifference::Identical | CallDifference::Forgotten);
                if is_shown && sum.calls.len() < what.shown as usize {
                    let PreparedRecording { function, at, package, account, .. } = row;
                    sum.calls.push(CallComparison { package: package.map(PackageId), account, function, at, came_to });
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
        let (component, key) = (named(candidate), under(&row.key, candidate));
        let noted = Noted { newest, identical: sum.identical, differing: sum.differing() };
        let mut tx = self.begin(now).await?;
        evidence_transfer::compared(&mut tx, row.id, &component, noted).await?;
        let noted = evidence_transfer::comparison(&mut tx, row.id, &component).await?;
        sum.carried = evidence_transfer::goes_on(&mut tx, row.id, &key.engine, &key.drafter).await?;
        tx.commit().await?;
        sum.stream = Some(row.id);
        sum.key = Some(row.key.clone());
        sum.inspected = row.tally.inspected;
        sum.needed = needed(&row.tally);
        sum.carries = !sum.carried && noted.is_some_and(|noted| suffices(&noted, &row.tally));
        Ok(())
    }
}

/// How many recordings have to come out the same for this evidence to be carried over: as many as it counts
/// inspections, and 30 at the most. None where there is nothing to carry.
pub(crate) fn needed(tally: &Tally) -> Option<u32> {
    let most = u32::try_from(tally.inspected.clamp(1, ENOUGH)).unwrap_or(u32::MAX);
    (*tally != Tally::default()).then_some(most)
}

/// Whether the comparison bears the evidence: enough recordings, and none that ever came to anything else.
pub(crate) fn suffices(noted: &Noted, tally: &Tally) -> bool {
    noted.differing == 0 && needed(tally).is_some_and(|needed| noted.identical >= needed)
}

/// The component as a stream's fingerprint names it.
pub(crate) fn named(candidate: &ComparisonCandidate) -> String {
    let digest = candidate.component().digest();
    match candidate {
        ComparisonCandidate::Engine(_) => digest.to_string(),
        ComparisonCandidate::Drafter(_) => drafted_by(digest),
    }
}

/// A drafter component as a stream's fingerprint names it.
pub(crate) fn drafted_by(digest: Digest) -> String {
    serde_json::to_string(&Provenance::Component(digest)).unwrap_or_default()
}

/// The stream with the component in the place of the one that it had.
pub(crate) fn under(key: &StreamKey, candidate: &ComparisonCandidate) -> StreamKey {
    let (mut key, name) = (key.clone(), named(candidate));
    *match candidate {
        ComparisonCandidate::Engine(_) => &mut key.engine,
        ComparisonCandidate::Drafter(_) => &mut key.drafter,
    } = name;
    key
}

/// Whether the component made the recording itself.
fn is_own(candidate: &ComparisonCandidate, row: &PreparedRecording, known: &BTreeMap<i64, StreamRecord>) -> bool {
    match candidate {
        ComparisonCandidate::Engine(_) => row.component == named(candidate),
        ComparisonCandidate::Drafter(_) => {
            let stream = row.stream.and_then(|stream| known.get(&stream));
            stream.is_some_and(|stream| stream.key.drafter == named(candidate))
        }
    }
}
