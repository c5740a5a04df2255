//! One stream in full: what its standing rests on line by line, how it came about, and what its plan can and cannot prove.
//!
//! What people said of a message is read from where it is sealed; whoever it is about may have been forgotten.

use crate::autonomy::queries::evidence::EvidenceRow;
use crate::autonomy::queries::streams::StreamKey;
use crate::autonomy::queries::{spot_checks, stream_transitions, streams};
use crate::autonomy::streams::StreamView;
use crate::db::tx::ReadTx;
use crate::desk::{Desk, DeskResult};
use crate::error::Refusal;
use crate::packages::queries::decisions;
use baton_facts::policy::InspectionPlan;
use baton_facts::quality::{Outlook, Standing, Suspension, Tally};
use baton_facts::types::{BasisPoints, Timestamp};
use baton_model::Sealed;
use baton_model::decision::Decision;
use baton_model::views::Page;
use baton_quality::sampling::BATCH;
use schemars::JsonSchema;
use serde::Serialize;

/// Rates of nonconforming drafts that a plan is foreseen at, beside the one that was found.
const RATES: [BasisPoints; 3] = [200, 500, 1000];

/// Everything is bad.
const ALL: BasisPoints = 10_000;

/// Turns of a standing that are told, the latest ones.
const TURNS: u32 = 50;

/// Working days of a week.
const WORKING_DAYS: u32 = 5;

/// One stream in full.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct StreamDetail {
    /// Where it stands.
    #[serde(flatten)]
    pub stream: StreamView,
    /// What took its standing, while it is suspended.
    pub fall: Option<EvidenceView>,
    /// How its standing changed, the latest 50 times at the most, latest first.
    pub standings: Vec<StandingTransition>,
    /// What the plan can and cannot prove.
    pub foreseen: Forecast,
}

/// One line of evidence with what there is to know beside it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct EvidenceView {
    /// The line.
    #[serde(flatten)]
    pub line: EvidenceRow,
    /// Whose package was looked at; none where it is somebody else's to see.
    pub account_name: Option<String>,
    /// What the person said of it: of a verdict, of a rejection, of a stop.
    pub said: Sealed<Option<String>>,
}

/// A change of standing.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct StandingTransition {
    /// When.
    pub at: Timestamp,
    /// By whom: a person, or `baton` for the desk itself.
    pub who: String,
    /// The standing from then on.
    pub standing: Standing,
    /// What brought it about, in words.
    pub reason: String,
}

/// What a plan does in this stream's circumstances.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Forecast {
    /// How many are taken to leave between a sampled message and its verdict: a working day's packages of the last seven
    /// days, and a batch at the most.
    pub in_flight: u32,
    /// The share of the defects before them that reviewers are taken to miss; none where it was not measured, and then
    /// they are taken to find all.
    pub miss_rate: Option<BasisPoints>,
    /// The most that leaves nonconforming on average.
    pub outgoing_limit: BasisPoints,
    /// At which rates that limit holds: up to this one.
    pub limit_up_to: BasisPoints,
    /// At some rates of nonconforming drafts, ascending.
    pub rates: Vec<ForecastAtRate>,
}

/// What a plan does at one rate.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ForecastAtRate {
    /// The share of the drafts that is nonconforming.
    pub rate: BasisPoints,
    /// It is the share that inspections of this stream have found.
    pub found: bool,
    /// What comes of it.
    #[serde(flatten)]
    pub outlook: Outlook,
}

/// A stream that lost its standing by what was found in it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Demotion {
    /// The stream's number.
    pub stream: i64,
    /// What it is.
    #[serde(flatten)]
    pub key: StreamKey,
    /// What took its standing, and how many messages went back to review.
    pub fall: EvidenceView,
}

impl Desk {
    /// One stream in full.
    ///
    /// # Errors
    /// Where there is no such stream, or the governor or the store fails.
    pub async fn stream(&self, stream: i64, now: Timestamp) -> DeskResult<StreamDetail> {
        let mut tx = self.read().await?;
        let row = streams::get(&mut tx, stream).await?.ok_or(Refusal::NoStream(stream))?;
        drop(tx);
        let Some(stream) = self.judged(vec![row], now).await?.pop() else {
            return Err(Refusal::NoStream(stream).into());
        };
        let mut tx = self.read().await?;
        let mut fall = None;
        if stream.assessment.standing == Standing::Suspended {
            fall = stream_transitions::fall(&mut tx, stream.id).await?;
        }
        let fall = match fall {
            Some(line) => Some(self.told(&mut tx, line).await?),
            None => None,
        };
        let clearance = stream.assessment.clearance.max(1);
        let turns = stream_transitions::turns(&mut tx, stream.id, clearance, TURNS).await?;
        drop(tx);
        let standings = self.standings(&stream.plan, turns).await?;
        let foreseen = self.foreseen(&stream, now).await?;
        Ok(StreamDetail { stream, fall, standings, foreseen })
    }

    /// A page of a stream's evidence, latest first. `before` is the `next` of the page before.
    ///
    /// # Errors
    /// Where `before` is no such key, or the store fails.
    pub async fn latest_evidence(
        &self,
        stream: i64,
        before: Option<&str>,
        limit: u32,
    ) -> DeskResult<Page<EvidenceView>> {
        let no_page = |_| Refusal::Invalid("there is no such page".into());
        let before = before.map(|text| text.parse::<i64>().map_err(no_page)).transpose()?;
        let limit = limit.clamp(1, 1000);
        let mut tx = self.read().await?;
        let mut found = stream_transitions::before(&mut tx, stream, before, limit + 1).await?;
        let more = found.len() > limit as usize;
        found.truncate(limit as usize);
        let next = found.last().filter(|_| more).map(|line| line.number.to_string());
        let mut rows = Vec::with_capacity(found.len());
        for line in found {
            rows.push(self.told(&mut tx, line).await?);
        }
        Ok(Page { rows, next })
    }

    /// The streams that lost their standing by what was found in them and have not earned another since.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn fallen(&self) -> DeskResult<Vec<Demotion>> {
        let mut tx = self.read().await?;
        let mut fallen = Vec::new();
        for row in streams::all(&mut tx, None).await? {
            if !has_fallen(&row.tally) {
                continue;
            }
            if let Some(line) = stream_transitions::fall(&mut tx, row.id).await? {
                fallen.push(Demotion { stream: row.id, key: row.key, fall: self.told(&mut tx, line).await? });
            }
        }
        Ok(fallen)
    }

    /// Of a package that is not to be seen by who asks: that something was found, and not in what.
    async fn told(&self, tx: &mut ReadTx, mut line: EvidenceRow) -> DeskResult<EvidenceView> {
        let mut said = Sealed::Open(line.why.clone());
        let Some(package) = &line.package else { return Ok(EvidenceView { line, account_name: None, said }) };
        let row = self.row(tx, package).await?;
        if !self.actor.visible().includes(row.assignee.as_deref()) {
            line.package = None;
            return Ok(EvidenceView { line, account_name: None, said: Sealed::Open(None) });
        }
        let check = spot_checks::get(tx, package).await?.filter(|check| check.at == Some(line.at));
        let decided = decisions::of(tx, package).await?;
        let decided = decided.into_iter().rfind(|one| one.at == line.at && one.who == line.who);
        if let Some(decided) = decided {
            said = decided.decision.map(|decision| match decision {
                Decision::Reject { reason, note } if note.trim().is_empty() => Some(reason.name().to_owned()),
                Decision::Reject { reason, note } => Some(format!("{}: {}", reason.name(), note.trim())),
                _ => None,
            });
        } else if let Some(check) = check {
            said = check.why(tx, &row).await?;
        }
        Ok(EvidenceView { line, account_name: Some(row.account_name), said })
    }

    /// What each of these lines made of the standing, where that was another one than before. Latest first.
    async fn standings(
        &self,
        plan: &InspectionPlan,
        latest_first: Vec<EvidenceRow>,
    ) -> DeskResult<Vec<StandingTransition>> {
        let mut turns: Vec<StandingTransition> = Vec::new();
        for line in latest_first.into_iter().rev() {
            let assessed = self.logic.assess(plan.clone(), line.tally, line.at, 0).await.result?;
            if turns.last().is_none_or(|last| last.standing != assessed.standing) {
                let EvidenceRow { at, who, reason, .. } = line;
                turns.push(StandingTransition { at, who, standing: assessed.standing, reason });
            }
        }
        turns.reverse();
        Ok(turns)
    }

    async fn foreseen(&self, stream: &StreamView, now: Timestamp) -> DeskResult<Forecast> {
        let plan = &stream.plan;
        let batch = u32::try_from(BATCH).unwrap_or(u32::MAX);
        let in_flight = stream.packages_per_week.div_ceil(WORKING_DAYS).min(batch);
        // A limit is a promise: it is restated with the most that reviewers may miss. Where nothing was planted it is that
        // of reviewers who find all.
        let miss_rate = self.miss_rate(now).await?.map(|measured| measured.upper);
        let missed = miss_rate.unwrap_or(0);
        // Where something is missed there is no limit for all rates: if every draft were bad, what is missed would leave.
        let limit_up_to = if missed == 0 { ALL } else { plan.risk_limit };
        let outlook = async |rate| self.logic.forecast(plan.clone(), rate, missed, in_flight).await.result;
        let found = found(&stream.tally);
        let mut rates: Vec<BasisPoints> = RATES.to_vec();
        rates.extend(found);
        rates.sort_unstable();
        rates.dedup();
        let mut at_rates = Vec::with_capacity(rates.len());
        for rate in rates {
            at_rates.push(ForecastAtRate { rate, found: found == Some(rate), outlook: *outlook(rate).await? });
        }
        let outgoing_limit = outlook(limit_up_to).await?.outgoing_limit;
        Ok(Forecast { in_flight, miss_rate, outgoing_limit, limit_up_to, rates: at_rates })
    }
}

/// Whether what was found in a stream, or was not looked at in time, holds it back now; a person's stop is another matter.
fn has_fallen(tally: &Tally) -> bool {
    let by_finding =
        matches!(tally.suspended, Some(Suspension::Defect | Suspension::Fingerprint | Suspension::MissedChecks));
    !tally.stopped && (by_finding || tally.overdue > 0)
}

/// The share that was nonconforming, where something was.
fn found(tally: &Tally) -> Option<BasisPoints> {
    let share = tally.nonconforming.saturating_mul(u64::from(ALL)).checked_div(tally.inspected)?;
    u16::try_from(share).ok().filter(|share| *share > 0)
}
