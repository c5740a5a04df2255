//! The review backlog of a campaign, and whether one more package can be reviewed in time.
//!
//! Only packages that a person has to review count: those of a reviewed model, with a warning, sampled for a check, or
//! of a stream whose standing sends nothing yet. Spot-checks of sent messages come before every package.

use crate::accounts::queries::capacity;
use crate::accounts::review_backlog::{DailyCapacity, ReviewBacklog};
use crate::autonomy::auto_release::allows_auto_send;
use crate::autonomy::queries::streams;
use crate::autonomy::streams::WEEK;
use crate::desk::{Desk, DeskResult};
use crate::packages::prepared::PreparedAccount;
use baton_facts::packages::{Outcome, Verdict};
use baton_facts::policy::HandoffModel;
use baton_facts::types::{Id, Timestamp};
use std::collections::{HashMap, HashSet};

/// The rank of spot-checks, above every tier: they come before every package.
const CHECKS: i64 = -1;

/// The packages and spot-checks that wait for a person.
#[derive(Clone, Debug)]
pub struct ReviewLoad {
    /// The backlog.
    pub backlog: ReviewBacklog,
    /// Accounts with an undecided package: replacing it adds nothing to the backlog.
    pub accounts: HashSet<Id>,
}

impl Desk {
    /// Returns the packages and spot-checks of a campaign that wait for a person's review now.
    ///
    /// # Errors
    /// `DeskError::Component` if the governor fails; `DeskError::Store` if the store fails.
    pub async fn review_load(&self, campaign: &str, capacity: DailyCapacity, now: Timestamp) -> DeskResult<ReviewLoad> {
        let mut tx = self.read().await?;
        let open = capacity::open(&mut tx, campaign, now).await?;
        let sent = capacity::checks_after(&mut tx, campaign).await?;
        let done = capacity::reviewed_since(&mut tx, campaign, capacity.day_began(now)).await?;
        drop(tx);
        let mut lets_go = HashMap::new();
        let mut places: Vec<(i64, Timestamp)> = sent.into_iter().map(|due| (CHECKS, due.max(now + 1))).collect();
        for package in &open {
            let goes = match package.stream {
                None => false,
                Some(stream) => match lets_go.get(&stream) {
                    Some(known) => *known,
                    None => {
                        let answer = self.sends_without_review(stream, now).await?;
                        lets_go.insert(stream, answer);
                        answer
                    }
                },
            };
            if !goes {
                places.push((package.tier_rank, package.deadline));
            }
        }
        let accounts = open.into_iter().map(|package| package.account).collect();
        Ok(ReviewLoad { backlog: ReviewBacklog::new(capacity, now, done, places), accounts })
    }

    /// Returns how many packages and spot-checks of a campaign were reviewed since the present day began.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn reviewed_today(&self, campaign: &str, capacity: DailyCapacity, now: Timestamp) -> DeskResult<u32> {
        let mut tx = self.read().await?;
        Ok(capacity::reviewed_since(&mut tx, campaign, capacity.day_began(now)).await?)
    }

    /// Adds a prepared package to the backlog. Returns whether it can be reviewed in time, or needs no review.
    ///
    /// # Errors
    /// `DeskError::Component` if the governor fails; `DeskError::Store` if the store fails.
    pub async fn fits_backlog(
        &self,
        before: &mut ReviewBacklog,
        at: &HashSet<Id>,
        prepared: &PreparedAccount<'_>,
    ) -> DeskResult<bool> {
        let Ok(Outcome::Ready(package)) = prepared.preparation.map(|made| &made.outcome) else { return Ok(true) };
        let Some(routing) = prepared.routing else { return Ok(true) };
        if at.contains(&prepared.account.id) {
            return Ok(true);
        }
        let passed = package.checks.iter().all(|check| check.verdict == Verdict::Pass);
        if routing.model != HandoffModel::ReviewAndApprove
            && passed
            && let Some(start) = self.stream_of(prepared).await?
        {
            let mut tx = self.read().await?;
            let known = streams::find(&mut tx, &start.first.key).await?;
            let weekly = match &known {
                Some(row) => streams::prepared_since(&mut tx, row.id, prepared.now - WEEK).await?,
                None => 0,
            };
            drop(tx);
            let streams::NewStream { plan, tally, cleared_from, .. } = start.first;
            let called = self.logic.assess(plan, tally, prepared.now, weekly).await;
            if package.score >= cleared_from && allows_auto_send(&*called.result?) {
                return Ok(true);
            }
        }
        let tier = prepared
            .tiers
            .iter()
            .position(|tier| Some(&tier.name) == routing.tier.as_ref())
            .unwrap_or(prepared.tiers.len());
        Ok(before.take(i64::try_from(tier).unwrap_or(i64::MAX), package.fresh_until))
    }

    /// Returns whether the stream's standing sends packages without review now. An open spot-check of the stream does
    /// not mean that a person has to review the others.
    async fn sends_without_review(&self, stream: i64, now: Timestamp) -> DeskResult<bool> {
        let mut tx = self.read().await?;
        let Some(row) = streams::get(&mut tx, stream).await? else { return Ok(false) };
        let weekly = streams::prepared_since(&mut tx, stream, now - WEEK).await?;
        drop(tx);
        Ok(allows_auto_send(&*self.logic.assess(row.plan, row.tally, now, weekly).await.result?))
    }
}
