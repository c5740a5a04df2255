//! One stream in full: the evidence of its standing row by row, its history, and the limits of what its plan can prove.
//!
//! Remarks about a message are decrypted for the view; their subject may have been erased.

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
use baton_model::Erasable;
use baton_model::decision::Decision;
use baton_model::views::Page;
use baton_quality::sampling::BATCH;
use schemars::JsonSchema;
use serde::Serialize;

/// Rates of nonconforming drafts for which a plan is forecast, beside the measured one.
const RATES: [BasisPoints; 3] = [200, 500, 1000];

/// Every draft is nonconforming.
const ALL: BasisPoints = 10_000;

/// Maximum number of changes of standing, the latest ones.
const TURNS: u32 = 50;

/// Working days of a week.
const WORKING_DAYS: u32 = 5;

/// One stream in full.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct StreamDetail {
    /// Its identity and standing.
    #[serde(flatten)]
    pub stream: StreamView,
    /// The cause of its suspension, while it is suspended.
    pub suspension_cause: Option<EvidenceView>,
    /// The changes of its standing, at most the latest 50, latest first.
    pub standings: Vec<StandingTransition>,
    /// The limits of what the plan can prove.
    pub forecast: Forecast,
}

/// One row of evidence with its context.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct EvidenceView {
    /// The row.
    #[serde(flatten)]
    pub line: EvidenceRow,
    /// The account's name. `None` if the actor may not see the package.
    pub account_name: Option<String>,
    /// The reviewer's remark of a verdict, a rejection or a stop.
    pub remark: Erasable<Option<String>>,
}

/// A change of standing.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct StandingTransition {
    /// The time.
    pub at: Timestamp,
    /// A user's name, or `baton`.
    pub who: String,
    /// The standing from then on.
    pub standing: Standing,
    /// The cause in words.
    pub reason: String,
}

/// The forecast of a plan in this stream's circumstances.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Forecast {
    /// The assumed number of messages sent between a sampled message and its verdict: a working day's packages of the
    /// last seven days, at most a batch.
    pub in_flight: u32,
    /// The assumed share of defects that reviewers miss. `None` if it was not measured: then they are assumed to find
    /// all.
    pub miss_rate: Option<BasisPoints>,
    /// Maximum average share of nonconforming messages that are sent.
    pub outgoing_limit: BasisPoints,
    /// The limit holds for rates of nonconforming drafts up to this one.
    pub limit_up_to: BasisPoints,
    /// The forecast at some rates of nonconforming drafts, ascending.
    pub rates: Vec<ForecastAtRate>,
}

/// The forecast at one rate.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ForecastAtRate {
    /// The share of nonconforming drafts.
    pub rate: BasisPoints,
    /// Whether this is the share that inspections of this stream have found.
    pub found: bool,
    /// The result.
    #[serde(flatten)]
    pub outlook: Outlook,
}

/// A stream that lost its standing because of a finding.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Demotion {
    /// The stream's number.
    pub stream: i64,
    /// Its identity.
    #[serde(flatten)]
    pub key: StreamKey,
    /// The cause, and the number of messages that went back to review.
    pub cause: EvidenceView,
}

impl Desk {
    /// Returns one stream in full.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] if there is no such stream; `DeskError::Component` if the governor fails;
    /// `DeskError::Store` if the store fails.
    pub async fn stream(&self, stream: i64, now: Timestamp) -> DeskResult<StreamDetail> {
        let mut tx = self.read().await?;
        let row = streams::get(&mut tx, stream).await?.ok_or(Refusal::NoStream(stream))?;
        drop(tx);
        let Some(stream) = self.assess_streams(vec![row], now).await?.pop() else {
            return Err(Refusal::NoStream(stream).into());
        };
        let mut tx = self.read().await?;
        let mut fall = None;
        if stream.assessment.standing == Standing::Suspended {
            fall = stream_transitions::demotion(&mut tx, stream.id).await?;
        }
        let fall = match fall {
            Some(line) => Some(self.evidence_view(&mut tx, line).await?),
            None => None,
        };
        let clearance = stream.assessment.clearance.max(1);
        let turns = stream_transitions::standing_changes(&mut tx, stream.id, clearance, TURNS).await?;
        drop(tx);
        let standings = self.standings(&stream.plan, turns).await?;
        let foreseen = self.forecast_plan(&stream, now).await?;
        Ok(StreamDetail { stream, suspension_cause: fall, standings, forecast: foreseen })
    }

    /// Returns a page of a stream's evidence, latest first. `before` is the `next` of the page before.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] if `before` is not such a key; `DeskError::Store` if the store fails.
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
            rows.push(self.evidence_view(&mut tx, line).await?);
        }
        Ok(Page { rows, next })
    }

    /// Returns the streams that lost their standing because of a finding and have not earned another since.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn demotions(&self) -> DeskResult<Vec<Demotion>> {
        let mut tx = self.read().await?;
        let mut fallen = Vec::new();
        for row in streams::all(&mut tx, None).await? {
            if !is_demoted(&row.tally) {
                continue;
            }
            if let Some(line) = stream_transitions::demotion(&mut tx, row.id).await? {
                fallen.push(Demotion { stream: row.id, key: row.key, cause: self.evidence_view(&mut tx, line).await? });
            }
        }
        Ok(fallen)
    }

    /// Returns a row with its context. If the actor may not see the package, the row names no package.
    async fn evidence_view(&self, tx: &mut ReadTx, mut line: EvidenceRow) -> DeskResult<EvidenceView> {
        let mut said = Erasable::Open(line.why.clone());
        let Some(package) = &line.package else { return Ok(EvidenceView { line, account_name: None, remark: said }) };
        let row = self.row(tx, package).await?;
        if !self.actor.visible().includes(row.assignee.as_deref()) {
            line.package = None;
            return Ok(EvidenceView { line, account_name: None, remark: Erasable::Open(None) });
        }
        let check = spot_checks::get(tx, package).await?.filter(|check| check.at == Some(line.at));
        let decided = decisions::list_of_package(tx, package).await?;
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
        Ok(EvidenceView { line, account_name: Some(row.account_name), remark: said })
    }

    /// Returns the changes of standing among these rows, latest first.
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

    async fn forecast_plan(&self, stream: &StreamView, now: Timestamp) -> DeskResult<Forecast> {
        let plan = &stream.plan;
        let batch = u32::try_from(BATCH).unwrap_or(u32::MAX);
        let in_flight = stream.packages_per_week.div_ceil(WORKING_DAYS).min(batch);
        // A limit is a promise, so it includes the defects that reviewers may miss. Without a measured miss rate it
        // assumes that they find all.
        let miss_rate = self.miss_rate(now).await?.map(|measured| measured.upper);
        let missed = miss_rate.unwrap_or(0);
        // With a miss rate there is no limit for all rates: if every draft were nonconforming, the missed ones would be
        // sent.
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

/// Returns whether a finding or a missed check suspends the stream now; a manual stop is a separate matter.
fn is_demoted(tally: &Tally) -> bool {
    let by_finding =
        matches!(tally.suspended, Some(Suspension::Defect | Suspension::Fingerprint | Suspension::MissedChecks));
    !tally.stopped && (by_finding || tally.overdue > 0)
}

/// Returns the share of nonconforming inspections, if there are inspections.
fn found(tally: &Tally) -> Option<BasisPoints> {
    let share = tally.nonconforming.saturating_mul(u64::from(ALL)).checked_div(tally.inspected)?;
    u16::try_from(share).ok().filter(|share| *share > 0)
}
