//! The figures of the dashboard: a team's work in counts.
//!
//! Sums over counts of the store; nothing is decrypted, and times are arguments. Every number is the length of a list
//! that [`Desk::drill_down`] returns. Packages, decisions and checks are counted from their own tables, so a seeded defect
//! is counted nowhere, and its original once.

use crate::dashboard::queries::dashboard;
use crate::dashboard::queries::dashboard::CampaignPeriod;
use crate::dashboard::span::DashboardPeriod;
use crate::desk::{Desk, DeskResult};
use baton_facts::types::Timestamp;
use baton_model::package_state::{AccountState, PackageState};
use baton_quality::calibration::Interval;
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeMap;

/// Groups of package states, in the order of a package's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StateGroup {
    /// Undecided or snoozed.
    Waiting,
    /// Approved and not yet sent.
    UnderWay,
    /// Sent.
    Sent,
    /// Rejected.
    Rejected,
    /// Not sent: failed, expired, superseded or withdrawn.
    Gone,
}

impl StateGroup {
    /// Every group.
    pub const ALL: [Self; 5] = [Self::Waiting, Self::UnderWay, Self::Sent, Self::Rejected, Self::Gone];

    /// Returns the name in JSON and URLs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::UnderWay => "under-way",
            Self::Sent => "sent",
            Self::Rejected => "rejected",
            Self::Gone => "gone",
        }
    }

    /// Returns the states of the group.
    pub const fn states(self) -> &'static [PackageState] {
        match self {
            Self::Waiting => &[PackageState::Queued, PackageState::Snoozed],
            Self::UnderWay => &[
                PackageState::Approved,
                PackageState::Scheduled,
                PackageState::Transmitting,
                PackageState::DeliveryUnknown,
            ],
            Self::Sent => &[PackageState::Sent],
            Self::Rejected => &[PackageState::Rejected],
            Self::Gone => {
                &[PackageState::Failed, PackageState::Expired, PackageState::Superseded, PackageState::Withdrawn]
            }
        }
    }
}

/// Results of a spot-check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckResult {
    /// Conforming.
    Conforming,
    /// Nonconforming, without a wrong fact.
    Nonconforming,
    /// A wrong fact.
    FactualDefect,
    /// Missed: the deadline passed without a verdict.
    Missed,
    /// Open.
    Open,
}

impl CheckResult {
    /// Every result.
    pub const ALL: [Self; 5] = [Self::Conforming, Self::Nonconforming, Self::FactualDefect, Self::Missed, Self::Open];

    /// Returns the name in JSON and URLs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Conforming => "conforming",
            Self::Nonconforming => "nonconforming",
            Self::FactualDefect => "factual-defect",
            Self::Missed => "missed",
            Self::Open => "open",
        }
    }
}

/// Kinds of decision about a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReviewDecision {
    /// Approved as written.
    Approved,
    /// Approved with another text.
    Edited,
    /// Rejected.
    Rejected,
}

impl ReviewDecision {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Approved, Self::Edited, Self::Rejected];

    /// Returns the decision's kind in the store and in URLs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Approved => "approve",
            Self::Edited => "edit",
            Self::Rejected => "reject",
        }
    }
}

/// A range of review times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ReviewTimeBand {
    /// Minimum, in seconds.
    pub from: u32,
    /// The next range's minimum; `None` for the last range.
    pub to: Option<u32>,
    /// Number of decisions.
    pub decided: u64,
}

impl ReviewTimeBand {
    /// The start of each range. Below 8 seconds nothing was read, and 60 is the target.
    pub const FROM: [u32; 8] = [0, 8, 15, 30, 45, 60, 90, 120];

    /// The target in seconds.
    pub const AIM: u32 = 60;
}

/// The review times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct TeamReviewTimes {
    /// Decisions with a known time.
    pub decided: u64,
    /// Decisions below 60 seconds.
    pub within: u64,
    /// The median, in seconds: nearest rank.
    pub median: Option<u32>,
    /// The 90th percentile.
    pub ninetieth: Option<u32>,
}

/// One reviewer's review times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ReviewerTimes {
    /// The name in the audit log.
    pub who: String,
    /// The review times.
    #[serde(flatten)]
    pub pace: TeamReviewTimes,
}

/// The decisions about the drafts of one kind of signal, or of one version of its angle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct DecisionRate {
    /// The kind of the signal.
    pub signal_kind: String,
    /// The angle's version; `None` for all together.
    pub angle: Option<String>,
    /// Decisions, without snoozes.
    pub decided: u64,
    /// Decisions of each kind, in the order of [`ReviewDecision::ALL`].
    pub made: [u64; 3],
    /// The share of each kind with its interval.
    pub shares: [Option<Interval>; 3],
}

/// Accounts by the outcome of the last run and its reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct AccountsInState {
    /// The state.
    pub state: AccountState,
    /// The reason for the hold or the disqualification.
    pub reason: Option<String>,
    /// Number of accounts.
    pub accounts: u64,
}

/// Every figure.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Dashboard {
    /// The first and last day of each bin: a day each, or a week.
    pub bins: Vec<(NaiveDate, NaiveDate)>,
    /// Packages by the bin of their preparation and their present state, in the order of [`StateGroup::ALL`].
    pub packages: Vec<[u64; 5]>,
    /// Decisions by review time.
    pub bands: Vec<ReviewTimeBand>,
    /// The review times of all.
    pub pace: TeamReviewTimes,
    /// The review times of each reviewer, the one with the most decisions first.
    pub reviewers: Vec<ReviewerTimes>,
    /// The decisions about drafts by kind of signal, the most decisions first.
    pub kinds: Vec<DecisionRate>,
    /// The same by version of the angle.
    pub angles: Vec<DecisionRate>,
    /// Spot-checks by the bin of their sampling and their result, in the order of [`CheckResult::ALL`].
    pub checks: Vec<[u64; 5]>,
    /// Decisions by their bin, and verdicts on released messages.
    pub reviews: Vec<[u64; 2]>,
    /// The outcome of the last run for each account, whatever its day.
    pub accounts: Vec<AccountsInState>,
    /// The end of the last complete run.
    pub last_run: Option<Timestamp>,
    /// Prepared packages by stream.
    pub streams: BTreeMap<i64, u64>,
}

impl Dashboard {
    /// Returns whether nothing was prepared, decided, sampled or run.
    pub fn is_empty(&self) -> bool {
        let counted = self.packages.iter().chain(&self.checks).flatten().chain(self.reviews.iter().flatten());
        self.accounts.is_empty() && counted.into_iter().all(|count| *count == 0)
    }
}

impl Desk {
    /// Returns the figures of these days.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn dashboard(&self, span: &DashboardPeriod) -> DeskResult<Dashboard> {
        let campaign = span.campaign.as_deref();
        let within = CampaignPeriod { campaign, from: span.begins(), to: span.ends() };
        let mut tx = self.read().await?;
        let packages = dashboard::packages(&mut tx, within, &span.edges()).await?;
        let checks = dashboard::checks(&mut tx, within).await?;
        let reviews = dashboard::reviews(&mut tx, within, &span.edges()).await?;
        let times = dashboard::times(&mut tx, within).await?;
        let decided = dashboard::rates(&mut tx, within, &ReviewDecision::ALL.map(ReviewDecision::name)).await?;
        let streams = dashboard::of_streams(&mut tx, within).await?;
        let accounts = dashboard::accounts(&mut tx, campaign).await?;
        let last_run = dashboard::last_run(&mut tx, campaign).await?;
        drop(tx);
        let group = |state: &str| {
            let state = PackageState::from_name(state)?;
            StateGroup::ALL.iter().position(|group| group.states().contains(&state))
        };
        let (bands, pace, reviewers) = review_times(&times);
        let known = |(state, reason, accounts): (String, Option<String>, i64)| {
            Some(AccountsInState { state: AccountState::from_name(&state)?, reason, accounts: accounts.unsigned_abs() })
        };
        Ok(Dashboard {
            bins: span.bins(),
            packages: count_by_bin(span, &packages, group),
            bands,
            pace,
            reviewers,
            kinds: rates(&decided, false),
            angles: rates(&decided, true),
            checks: count_by_bin(span, &checks, |name| CheckResult::ALL.iter().position(|one| one.name() == name)),
            reviews: count_by_bin(span, &reviews, |name| ["decision", "check"].iter().position(|one| *one == name)),
            accounts: accounts.into_iter().filter_map(known).collect(),
            last_run,
            streams: streams
                .into_iter()
                .filter(|(_, packages)| *packages > 0)
                .map(|(stream, packages)| (stream, packages.unsigned_abs()))
                .collect(),
        })
    }
}

/// Counts by bin and column.
fn count_by_bin<const N: usize>(
    span: &DashboardPeriod,
    counted: &[dashboard::BinCount],
    column: impl Fn(&str) -> Option<usize>,
) -> Vec<[u64; N]> {
    let edges = span.edges();
    let mut bins = vec![[0; N]; edges.len()];
    for (at, what, count) in counted {
        let bin = edges.partition_point(|edge| edge <= at).checked_sub(1);
        if let (Some(bin), Some(column)) = (bin, column(what)) {
            bins[bin][column] += count.unsigned_abs();
        }
    }
    bins
}

fn review_times(times: &[(String, Vec<u32>)]) -> (Vec<ReviewTimeBand>, TeamReviewTimes, Vec<ReviewerTimes>) {
    let mut all: BTreeMap<u32, u64> = BTreeMap::new();
    let mut reviewers = Vec::new();
    for (who, seconds) in times.iter().filter(|(_, seconds)| !seconds.is_empty()) {
        let mut own: BTreeMap<u32, u64> = BTreeMap::new();
        for seconds in seconds {
            *own.entry(*seconds).or_default() += 1;
            *all.entry(*seconds).or_default() += 1;
        }
        reviewers.push(ReviewerTimes { who: who.clone(), pace: review_times_of(&own) });
    }
    reviewers.sort_by_key(|one| std::cmp::Reverse(one.pace.decided));
    let next = ReviewTimeBand::FROM.iter().skip(1).copied().map(Some).chain([None]);
    let bands = ReviewTimeBand::FROM.iter().zip(next).map(|(from, to)| {
        let range =
            (std::ops::Bound::Included(*from), to.map_or(std::ops::Bound::Unbounded, std::ops::Bound::Excluded));
        ReviewTimeBand { from: *from, to, decided: all.range(range).map(|(_, count)| count).sum() }
    });
    (bands.collect(), review_times_of(&all), reviewers)
}

fn review_times_of(times: &BTreeMap<u32, u64>) -> TeamReviewTimes {
    let decided: u64 = times.values().sum();
    // The value that this share of all does not exceed, by nearest rank, in whole hundredths.
    let quantile = |hundredths: u64| {
        let rank = (decided * hundredths).div_ceil(100).max(1);
        let mut below = 0;
        times.iter().find(|(_, count)| {
            below += **count;
            below >= rank
        })
    };
    TeamReviewTimes {
        decided,
        within: times.range(..ReviewTimeBand::AIM).map(|(_, count)| count).sum(),
        median: quantile(50).map(|(seconds, _)| *seconds),
        ninetieth: quantile(90).map(|(seconds, _)| *seconds),
    }
}

fn rates(decided: &[(String, String, String, i64)], by_angle: bool) -> Vec<DecisionRate> {
    let mut counts: BTreeMap<(&str, Option<&str>), [u64; 3]> = BTreeMap::new();
    for (kind, angle, what, count) in decided.iter().filter(|(.., count)| *count > 0) {
        let made = ReviewDecision::ALL.iter().position(|made| made.name() == what);
        let counted = counts.entry((kind, by_angle.then_some(angle.as_str()))).or_default();
        if let Some(made) = made {
            counted[made] += count.unsigned_abs();
        }
    }
    let mut rates: Vec<DecisionRate> = counts
        .into_iter()
        .map(|((kind, angle), made)| {
            let decided = made.iter().sum();
            DecisionRate {
                signal_kind: kind.to_owned(),
                angle: angle.map(str::to_owned),
                decided,
                made,
                shares: made.map(|hits| Interval::of(hits, decided)),
            }
        })
        .collect();
    rates.sort_by_key(|rate| std::cmp::Reverse(rate.decided));
    rates
}
