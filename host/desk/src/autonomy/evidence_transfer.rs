//! Carry-over of evidence to another engine or drafter whose drafts are identical.
//!
//! A person decides it, based on the desk's own comparison of every stream, the latest recordings included. The
//! evidence is copied whole, with its defects, suspensions and stops. Later findings about the old stream's messages
//! count for the new one as well; see [`Desk::hear_event`].

use crate::audit;
use crate::autonomy::compare::{component_name, drafter_name, identical_required, is_sufficient, key_with_component};
use crate::autonomy::queries::evidence_transfer::EvidenceOrigin;
use crate::autonomy::queries::streams::StreamRecord;
use crate::autonomy::queries::{evidence, evidence_transfer, streams};
use crate::autonomy::streams::{TRIES, evidence_conflict};
use crate::desk::{Desk, DeskResult};
use crate::error::Refusal;
use crate::packages::queries::recordings;
use baton_facts::quality::Tally;
use baton_facts::types::Timestamp;
use baton_runtime::{ComparisonCandidate, Component};
use serde::Serialize;
use std::collections::BTreeMap;

/// Rows of evidence in one read.
const AT_ONCE: u32 = 1000;

/// Streams that would start again in pilot under the current components.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct StreamRestarts {
    /// The number of streams with evidence that start in pilot.
    pub streams: u32,
    /// Because the engine changed.
    pub engine: bool,
    /// Because the drafter changed.
    pub drafter: bool,
}

impl Desk {
    /// Moves the evidence of these streams over to the component. Each was compared with it, without a difference.
    /// Repeating it changes nothing.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] for the first stream that cannot be carried over; `DeskError::Component` if the governor
    /// fails; `DeskError::Store` if the store fails. The streams before it are carried over.
    pub async fn carry_over(&self, candidate: &ComparisonCandidate, streams: &[i64], now: Timestamp) -> DeskResult<()> {
        let who = self.actor.name();
        if who.trim().is_empty() {
            return Err(Refusal::Invalid("the name of the user is missing".into()).into());
        }
        for stream in streams {
            let mut done = false;
            for _ in 0..TRIES {
                done = self.carry_over_one(who, candidate, *stream, now).await?;
                if done {
                    break;
                }
            }
            if !done {
                return Err(evidence_conflict().into());
            }
        }
        Ok(())
    }

    /// Moves one stream's evidence over. Returns `false` if somebody changed the stream meanwhile.
    async fn carry_over_one(
        &self,
        who: &str,
        candidate: &ComparisonCandidate,
        stream: i64,
        now: Timestamp,
    ) -> DeskResult<bool> {
        let refused = |why: &str| Refusal::Invalid(format!("stream {stream}: {why}"));
        let mut tx = self.read().await?;
        let row = streams::get(&mut tx, stream).await?.ok_or_else(|| refused("there is no such stream"))?;
        let key = key_with_component(&row.key, candidate);
        if key == row.key {
            return Err(refused("its evidence was earned under this component").into());
        }
        if evidence_transfer::is_carried_over(&mut tx, stream, &key.engine, &key.drafter).await? {
            return Ok(true);
        }
        let noted = evidence_transfer::comparison(&mut tx, stream, &component_name(candidate)).await?;
        let latest = recordings::prepared(&mut tx, None, Some(stream)).await?.first().map(|row| row.id);
        let target = streams::find(&mut tx, &key).await?;
        drop(tx);
        let noted = noted.ok_or_else(|| refused("it was not compared with this component"))?;
        if identical_required(&row.tally).is_none() {
            return Err(refused("it has no evidence").into());
        }
        if latest != Some(noted.newest) {
            return Err(refused("it has recordings that were not compared").into());
        }
        if !is_sufficient(&noted, &row.tally) {
            return Err(refused("its drafts are not identical, or too few were compared").into());
        }
        let goes_on = match &target {
            Some(target) => Some((target, self.add_evidence_of(&row, target).await?)),
            None => None,
        };

        let mut tx = self.begin(now).await?;
        // A change of the stream meanwhile makes the count start again.
        let unchanged = streams::get(&mut tx, stream).await?;
        if unchanged.is_none_or(|now| now.version != row.version) {
            return Ok(false);
        }
        let mut to = None;
        if let Some((target, tally)) = goes_on {
            if !evidence_transfer::put(&mut tx, target, &tally, row.cleared_from).await? {
                return Ok(false);
            }
            to = Some(target.id);
        }
        let carried = EvidenceOrigin { from_stream: stream, at: now, who: who.to_owned(), identical: noted.identical };
        if !evidence_transfer::add_origin(&mut tx, (&key, to), &carried).await? {
            return Ok(false);
        }
        let plugin = candidate.component();
        let detail = format!(
            "stream {stream} continues under the {} {}: {} recordings had the same result",
            plugin.world(),
            plugin.digest(),
            noted.identical
        );
        audit::note(&mut tx, who, "carried-over", None, &detail).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Returns the evidence of a new stream, starting from the earlier one's.
    async fn add_evidence_of(&self, earned: &StreamRecord, target: &StreamRecord) -> DeskResult<Tally> {
        let mut tally = earned.tally;
        let mut after = 0;
        loop {
            let mut tx = self.read().await?;
            let lines = evidence::list(&mut tx, target.id, after, AT_ONCE).await?;
            drop(tx);
            let Some(last) = lines.last() else { return Ok(tally) };
            after = last.number;
            for line in lines {
                tally = self.logic.count(target.plan.clone(), tally, line.event).await.result?.tally;
            }
        }
    }

    /// Returns how many streams with evidence start in pilot under these components: nothing of theirs was prepared
    /// with them and their evidence was not carried over.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn stream_restarts(&self, engine: &Component, drafter: &Component) -> DeskResult<StreamRestarts> {
        let engine = engine.digest().to_string();
        let drafter = drafter_name(drafter.digest());
        let mut tx = self.read().await?;
        let mut latest: BTreeMap<_, StreamRecord> = BTreeMap::new();
        let mut present = Vec::new();
        for row in streams::all(&mut tx, None).await? {
            let key = &row.key;
            let same = (
                key.campaign.clone(),
                key.tier.clone(),
                key.signal_kind.clone(),
                key.follow_up,
                key.language.clone(),
                key.customer.clone(),
                key.angle.clone(),
            );
            if key.engine == engine && key.drafter == drafter {
                present.push(same);
            } else if row.tally.inspected > 0 {
                latest.insert(same, row);
            }
        }
        let mut anew = StreamRestarts::default();
        for row in latest.iter().filter(|(same, _)| !present.contains(same)).map(|(_, row)| row) {
            if evidence_transfer::is_carried_over(&mut tx, row.id, &engine, &drafter).await? {
                continue;
            }
            anew.streams += 1;
            anew.engine |= row.key.engine != engine;
            anew.drafter |= row.key.drafter != drafter;
        }
        Ok(anew)
    }
}
