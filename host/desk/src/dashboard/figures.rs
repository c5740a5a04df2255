//! The dashboard: what a team's work came to, as counts, and the rows behind each of them.
//!
//! Pure sums over counts of the store; nothing is unsealed, and time is given. Every number is the length of a list that
//! [`Desk::behind`] gives. A package, a decision and a check each count where the store has them, so what is planted,
//! which is none of these, counts nowhere; its original does, once.

use crate::dashboard::queries::dashboard;
use crate::dashboard::queries::dashboard::Within;
use crate::dashboard::span::Span;
use crate::desk::{Desk, DeskResult};
use baton_facts::types::Timestamp;
use baton_model::package_state::{AccountState, State};
use baton_quality::calibration::Interval;
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeMap;

/// Where packages are, in few words: in the order of a package's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StateGroup {
    /// Nobody has decided, or it was put off.
    Waiting,
    /// Decided, and it may leave.
    UnderWay,
    /// It left.
    Sent,
    /// A person turned it down.
    Rejected,
    /// It came to nothing: failed, expired, superseded or withdrawn.
    Gone,
}

impl StateGroup {
    /// Every one.
    pub const ALL: [Self; 5] = [Self::Waiting, Self::UnderWay, Self::Sent, Self::Rejected, Self::Gone];

    /// Its name, as in JSON and in addresses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::UnderWay => "under-way",
            Self::Sent => "sent",
            Self::Rejected => "rejected",
            Self::Gone => "gone",
        }
    }

    /// The states that it is made of.
    pub const fn states(self) -> &'static [State] {
        match self {
            Self::Waiting => &[State::Queued, State::Snoozed],
            Self::UnderWay => &[State::Approved, State::Authorised, State::Transmitting, State::InDoubt],
            Self::Sent => &[State::Sent],
            Self::Rejected => &[State::Rejected],
            Self::Gone => &[State::Failed, State::Expired, State::Superseded, State::Withdrawn],
        }
    }
}

/// What a spot-check came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckResult {
    /// As it should be.
    Conforming,
    /// Not, but no fact was wrong.
    Nonconforming,
    /// A fact was wrong.
    FactualDefect,
    /// Its time ran out, and nobody has made up for it.
    Missed,
    /// It waits for its verdict.
    Open,
}

impl CheckResult {
    /// Every one.
    pub const ALL: [Self; 5] = [Self::Conforming, Self::Nonconforming, Self::FactualDefect, Self::Missed, Self::Open];

    /// Its name, as in JSON and in addresses.
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

/// What a person made of a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReviewDecision {
    /// Approved as written.
    Approved,
    /// Sent with another text.
    Edited,
    /// Turned down.
    Rejected,
}

impl ReviewDecision {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Approved, Self::Edited, Self::Rejected];

    /// The decision's kind, as in the store and in addresses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Approved => "approve",
            Self::Edited => "edit",
            Self::Rejected => "reject",
        }
    }
}

/// How long people looked, from so many seconds to below so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ReviewTimeBand {
    /// The least, in seconds.
    pub from: u32,
    /// The least of the next; none of the last.
    pub to: Option<u32>,
    /// Decisions that took so long.
    pub decided: u64,
}

impl ReviewTimeBand {
    /// Where each band begins. Below 8 seconds nobody has read anything, and 60 is the aim.
    pub const FROM: [u32; 8] = [0, 8, 15, 30, 45, 60, 90, 120];

    /// What is to be stayed below, in seconds.
    pub const AIM: u32 = 60;
}

/// How long decisions took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct TeamReviewTimes {
    /// Decisions whose time is known.
    pub decided: u64,
    /// Those below 60 seconds.
    pub within: u64,
    /// The median, in seconds: nearest rank.
    pub median: Option<u32>,
    /// The 90th percentile.
    pub ninetieth: Option<u32>,
}

/// One reviewer's pace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Reviewer {
    /// As the trail has them.
    pub who: String,
    /// How long they looked.
    #[serde(flatten)]
    pub pace: TeamReviewTimes,
}

/// What was made of the drafts of one kind of signal, or of one version of its angle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct DecisionRate {
    /// The kind of the signal.
    pub signal_kind: String,
    /// The angle's version; none where all of them are counted together.
    pub angle: Option<String>,
    /// Decisions, putting off aside.
    pub decided: u64,
    /// How many were what, in the order of [`Made::ALL`].
    pub made: [u64; 3],
    /// Each one's share with its interval.
    pub shares: [Option<Interval>; 3],
}

/// What the last runs made of the accounts, by reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct AccountsInState {
    /// What they are.
    pub state: AccountState,
    /// The hold's or disqualification's reason.
    pub reason: Option<String>,
    /// How many.
    pub accounts: u64,
}

/// Everything that is counted.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Dashboard {
    /// The days of each bin, first and last: a day each, or a week.
    pub bins: Vec<(NaiveDate, NaiveDate)>,
    /// Packages by the bin they were prepared in, and where they are now, in the order of [`Group::ALL`].
    pub packages: Vec<[u64; 5]>,
    /// Decisions by how long they took.
    pub bands: Vec<ReviewTimeBand>,
    /// How long all of them took.
    pub pace: TeamReviewTimes,
    /// And by reviewer, the one with the most decisions first.
    pub reviewers: Vec<Reviewer>,
    /// What was made of the drafts, by kind of signal: the most decisions first.
    pub kinds: Vec<DecisionRate>,
    /// And by version of the angle.
    pub angles: Vec<DecisionRate>,
    /// Checks by the bin they were drawn in, and what they came to, in the order of [`Checked::ALL`].
    pub checks: Vec<[u64; 5]>,
    /// Decisions by the bin they were made in, and verdicts on what had left.
    pub reviews: Vec<[u64; 2]>,
    /// What the last run made of each account, whenever it was.
    pub accounts: Vec<AccountsInState>,
    /// When the last complete run ended.
    pub last_run: Option<Timestamp>,
    /// Packages that were prepared, by stream.
    pub streams: BTreeMap<i64, u64>,
}

impl Dashboard {
    /// Nothing was prepared, decided, drawn or looked at.
    pub fn is_empty(&self) -> bool {
        let counted = self.packages.iter().chain(&self.checks).flatten().chain(self.reviews.iter().flatten());
        self.accounts.is_empty() && counted.into_iter().all(|count| *count == 0)
    }
}

impl Desk {
    /// What the work in these days came to.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn dashboard(&self, span: &Span) -> DeskResult<Dashboard> {
        let campaign = span.campaign.as_deref();
        let within = Within { campaign, from: span.begins(), to: span.ends() };
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
            let state = State::named(state)?;
            StateGroup::ALL.iter().position(|group| group.states().contains(&state))
        };
        let (bands, pace, reviewers) = paces(&times);
        let known = |(state, reason, accounts): (String, Option<String>, i64)| {
            Some(AccountsInState { state: AccountState::named(&state)?, reason, accounts: accounts.unsigned_abs() })
        };
        Ok(Dashboard {
            bins: span.bins(),
            packages: binned(span, &packages, group),
            bands,
            pace,
            reviewers,
            kinds: rates(&decided, false),
            angles: rates(&decided, true),
            checks: binned(span, &checks, |name| CheckResult::ALL.iter().position(|one| one.name() == name)),
            reviews: binned(span, &reviews, |name| ["decision", "check"].iter().position(|one| *one == name)),
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
fn binned<const N: usize>(
    span: &Span,
    counted: &[dashboard::Counted],
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

fn paces(times: &[(String, Vec<u32>)]) -> (Vec<ReviewTimeBand>, TeamReviewTimes, Vec<Reviewer>) {
    let mut all: BTreeMap<u32, u64> = BTreeMap::new();
    let mut reviewers = Vec::new();
    for (who, seconds) in times.iter().filter(|(_, seconds)| !seconds.is_empty()) {
        let mut own: BTreeMap<u32, u64> = BTreeMap::new();
        for seconds in seconds {
            *own.entry(*seconds).or_default() += 1;
            *all.entry(*seconds).or_default() += 1;
        }
        reviewers.push(Reviewer { who: who.clone(), pace: pace(&own) });
    }
    reviewers.sort_by_key(|one| std::cmp::Reverse(one.pace.decided));
    let next = ReviewTimeBand::FROM.iter().skip(1).copied().map(Some).chain([None]);
    let bands = ReviewTimeBand::FROM.iter().zip(next).map(|(from, to)| {
        let range =
            (std::ops::Bound::Included(*from), to.map_or(std::ops::Bound::Unbounded, std::ops::Bound::Excluded));
        ReviewTimeBand { from: *from, to, decided: all.range(range).map(|(_, count)| count).sum() }
    });
    (bands.collect(), pace(&all), reviewers)
}

fn pace(times: &BTreeMap<u32, u64>) -> TeamReviewTimes {
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
