//! The rows behind a number of the dashboard.

use crate::dashboard::figures::{CheckResult, ReviewDecision, ReviewTimeBand, StateGroup};
use crate::dashboard::queries::dashboard;
use crate::dashboard::queries::dashboard::{CampaignPeriod, CountedRow, RowFilter, RowSource};
use crate::dashboard::span::DashboardPeriod;
use crate::desk::{Desk, DeskResult};
use crate::error::Refusal;
use baton_facts::types::Timestamp;
use baton_model::PackageId;
use baton_model::package_state::AccountState;
use baton_model::views::Page;
use serde::Serialize;

/// Maximum number of rows of a page.
const LARGEST_PAGE: u32 = 200;

/// The figure of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DashboardFigure {
    /// Packages by their state; `part` is a [`StateGroup`].
    Packages,
    /// Decisions by their review time; `part` is the start of a band, in seconds.
    Times,
    /// Decisions by their kind; `part` is a [`ReviewDecision`].
    Rates,
    /// Spot-checks by their result; `part` is a [`CheckResult`].
    Checks,
    /// The work of reviewers; `part` is `decision` or `check`.
    Reviews,
    /// Accounts by the outcome of the last run; `part` is an [`AccountState`].
    Accounts,
    /// Packages by stream.
    Streams,
}

impl DashboardFigure {
    /// Every figure.
    pub const ALL: [Self; 7] =
        [Self::Packages, Self::Times, Self::Rates, Self::Checks, Self::Reviews, Self::Accounts, Self::Streams];

    /// Returns the name in URLs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Packages => "packages",
            Self::Times => "times",
            Self::Rates => "rates",
            Self::Checks => "checks",
            Self::Reviews => "reviews",
            Self::Accounts => "accounts",
            Self::Streams => "streams",
        }
    }

    /// Returns the figure of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|figure| figure.name() == name)
    }
}

/// The conditions of the rows.
#[derive(Clone, Debug)]
pub struct DrillDownFilter {
    /// The figure.
    pub figure: DashboardFigure,
    /// The days; accounts are listed whatever the day of their run.
    pub span: DashboardPeriod,
    /// The part of the figure.
    pub part: Option<String>,
    /// The reviewer's name.
    pub who: Option<String>,
    /// The kind of signal.
    pub kind: Option<String>,
    /// The version of the angle.
    pub angle: Option<String>,
    /// The stream.
    pub stream: Option<i64>,
    /// The reason of accounts; empty for those without one.
    pub reason: Option<String>,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct DrillDownRow {
    /// The package, as it is shown.
    pub package: Option<PackageId>,
    /// The campaign's id.
    pub campaign: String,
    /// The account's id.
    pub account: String,
    /// The account's name.
    pub account_name: String,
    /// The time of preparation, decision, sampling or run.
    pub at: Timestamp,
    /// The kind of the signal.
    pub signal_kind: Option<String>,
    /// The angle's version.
    pub angle: Option<String>,
    /// The package's or account's state, the kind of decision, or the result of the check.
    pub what: String,
    /// The reviewer's name.
    pub who: Option<String>,
    /// The review time in seconds.
    pub seconds: Option<u32>,
    /// The reason for the rejection, hold or disqualification.
    pub reason: Option<String>,
}

impl Desk {
    /// Returns the number of rows and a page of them, latest first. `after` is the `next` of the page before.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] if the figure has no such part, or there is no such page; `DeskError::Store` if the store
    /// fails.
    pub async fn drill_down(
        &self,
        behind: &DrillDownFilter,
        after: Option<&str>,
        limit: u32,
    ) -> DeskResult<(u64, Page<DrillDownRow>)> {
        let (source, narrow) = row_filter(behind)?;
        let after = after.map(key).transpose()?;
        let span = &behind.span;
        let within = CampaignPeriod { campaign: span.campaign.as_deref(), from: span.begins(), to: span.ends() };
        let limit = limit.clamp(1, LARGEST_PAGE);
        let mut tx = self.read().await?;
        let mut total = 0;
        let mut found: Vec<(CountedRow, usize)> = Vec::new();
        // Decisions and verdicts are one list if both are included: the end of the key tells them apart.
        for (place, source) in source.iter().enumerate() {
            total += dashboard::count(&mut tx, *source, within, &narrow).await?;
            let after = after.map(|(at, number, of)| match place.cmp(&of) {
                std::cmp::Ordering::Less => (at, i64::MIN),
                std::cmp::Ordering::Equal => (at, number),
                std::cmp::Ordering::Greater => (at, i64::MAX),
            });
            let rows = dashboard::page(&mut tx, *source, (within, &narrow), after, limit + 1).await?;
            found.extend(rows.into_iter().map(|row| (row, place)));
        }
        if source.len() > 1 {
            found.sort_by_key(|(row, place)| (std::cmp::Reverse(row.at), *place, std::cmp::Reverse(row.number)));
        }
        let more = found.len() > limit as usize;
        found.truncate(limit as usize);
        let last = found.last().filter(|_| more);
        let next = last.map(|(row, place)| format!("{}.{}.{place}", row.at, row.number));
        Ok((total, Page { rows: found.into_iter().map(|(row, _)| row.into()).collect(), next }))
    }
}

impl From<CountedRow> for DrillDownRow {
    fn from(row: CountedRow) -> Self {
        Self {
            package: row.package.map(PackageId),
            campaign: row.campaign,
            account: row.account,
            account_name: row.account_name,
            at: row.at,
            signal_kind: row.kind,
            angle: row.angle,
            what: row.what,
            who: row.who,
            seconds: row.seconds,
            reason: row.reason,
        }
    }
}

/// Parses a page's key: the time, the row's number, and its source.
fn key(text: &str) -> Result<(Timestamp, i64, usize), Refusal> {
    let mut parts = text.splitn(3, '.');
    let parsed = (|| Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?)))();
    parsed.ok_or_else(|| Refusal::Invalid("there is no such page".into()))
}

/// Returns the source of the rows, with its conditions.
fn row_filter(behind: &DrillDownFilter) -> Result<(&'static [RowSource], RowFilter), Refusal> {
    let part = behind.part.as_deref();
    let unknown = || Refusal::Invalid("there is no such part of this figure".into());
    let mut narrow = RowFilter {
        who: behind.who.clone(),
        kind: behind.kind.clone(),
        angle: behind.angle.clone(),
        stream: behind.stream,
        ..RowFilter::default()
    };
    let source: &[RowSource] = match behind.figure {
        DashboardFigure::Packages | DashboardFigure::Streams => {
            if let Some(part) = part {
                let group = StateGroup::ALL.into_iter().find(|group| group.name() == part).ok_or_else(unknown)?;
                narrow.among = Some(group.states().iter().map(|state| state.name()).collect());
            }
            &[RowSource::Packages]
        }
        DashboardFigure::Times => {
            narrow.seconds = Some((0, u32::MAX));
            if let Some(part) = part {
                let place =
                    ReviewTimeBand::FROM.iter().position(|from| from.to_string() == part).ok_or_else(unknown)?;
                let to = ReviewTimeBand::FROM.get(place + 1).copied().unwrap_or(u32::MAX);
                narrow.seconds = Some((ReviewTimeBand::FROM[place], to));
            }
            &[RowSource::Decisions]
        }
        DashboardFigure::Rates => {
            if let Some(part) = part {
                let made = ReviewDecision::ALL.into_iter().find(|made| made.name() == part).ok_or_else(unknown)?;
                narrow.among = Some(vec![made.name()]);
            }
            &[RowSource::Decisions]
        }
        DashboardFigure::Checks => {
            if let Some(part) = part {
                let came = CheckResult::ALL.into_iter().find(|came| came.name() == part).ok_or_else(unknown)?;
                narrow.among = Some(vec![came.name()]);
            }
            &[RowSource::Checks]
        }
        DashboardFigure::Reviews => {
            // Both have only their days as a condition.
            narrow = RowFilter::default();
            match part {
                None => &[RowSource::Decisions, RowSource::Verdicts],
                Some("decision") => &[RowSource::Decisions],
                Some("check") => &[RowSource::Verdicts],
                Some(_) => return Err(unknown()),
            }
        }
        DashboardFigure::Accounts => {
            if let Some(part) = part {
                let state = AccountState::from_name(part).ok_or_else(unknown)?;
                narrow.among = Some(vec![state.name()]);
            }
            narrow.reason = behind.reason.clone();
            &[RowSource::Accounts]
        }
    };
    Ok((source, narrow))
}
