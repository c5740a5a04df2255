//! Empty states of the queue: why it is empty, and what to do next.

use super::filters::QueueQuery;
use super::own_stats::OwnStats;
use super::tabs::TABS;
use crate::app_state::RequestState;
use crate::format::{DisplayTime, count, line};
use baton_desk::DeskError;
use baton_desk::reviews::{QueueCount, QueueFilter};
use baton_facts::types::Timestamp;
use baton_model::package_state::State as Life;

/// Number of snoozed packages that are searched for the first one to return.
const SNOOZED: u32 = 50;

pub(super) enum EmptyQueue {
    /// No run has stored a package yet.
    Nothing { campaign: String },
    /// Every package is reviewed.
    Finished { snoozed: Option<SnoozedSummary>, today: Option<String> },
    /// No package matches the filters.
    NoMatch { narrowed: Vec<RemovableFilter>, anywhere: Option<String> },
    /// No package has this status.
    NoneSuch,
}

pub(super) struct SnoozedSummary {
    pub how_many: String,
    pub first: Option<DisplayTime>,
}

/// A filter, and the address of the queue without it.
pub(super) struct RemovableFilter {
    pub what: String,
    pub without: String,
}

impl EmptyQueue {
    pub async fn of(
        app: &RequestState,
        narrow: &QueueQuery,
        counts: &[QueueCount],
        own: &OwnStats,
        first: bool,
        now: Timestamp,
    ) -> Result<Self, DeskError> {
        let deciding = narrow.state.is_empty();
        let only_campaign = *narrow == QueueQuery { campaign: narrow.campaign.clone(), ..QueueQuery::default() };
        let of_campaign = |count: &&QueueCount| narrow.campaign.as_ref().is_none_or(|name| *name == count.campaign);
        if !first {
            return Ok(Self::NoneSuch);
        }
        if deciding && only_campaign && !counts.iter().any(|count| of_campaign(&count)) {
            let campaign = narrow.campaign.as_deref().or(app.campaigns.first().map(String::as_str));
            return Ok(Self::Nothing { campaign: line(campaign.unwrap_or("CAMPAIGN")) });
        }
        if narrow.is_narrowed() && !only_campaign {
            let everywhere = narrow.with(|narrow| narrow.state = "all");
            let anywhere = (narrow.state != "all").then(|| everywhere.href("/", &[]));
            return Ok(Self::NoMatch { narrowed: narrowed(narrow), anywhere });
        }
        if !deciding {
            return Ok(Self::NoneSuch);
        }
        let filter =
            QueueFilter { campaign: narrow.campaign.clone(), states: vec![Life::Snoozed], ..QueueFilter::default() };
        let snoozed = app.desk().queue(&filter, None, SNOOZED, now).await?;
        let first = snoozed.rows.iter().filter_map(|row| row.until).min();
        let more = if snoozed.next.is_some() { "more than " } else { "" };
        let snoozed = (!snoozed.rows.is_empty()).then(|| SnoozedSummary {
            how_many: format!("{more}{}", count(snoozed.rows.len() as u64, "package")),
            first: first.filter(|_| snoozed.next.is_none()).map(|until| DisplayTime::new(until, now)),
        });
        let today = own.today.as_ref().map(|today| match today.times {
            Some((median, _)) => format!("You reviewed {} today, with a median of {median} s", today.decisions),
            None => format!("You reviewed {} today", today.decisions),
        });
        Ok(Self::Finished { snoozed, today })
    }
}

fn narrowed(narrow: &QueueQuery) -> Vec<RemovableFilter> {
    let mut all = Vec::new();
    let mut add =
        |what: String, without: QueueQuery| all.push(RemovableFilter { what, without: without.href("/", &[]) });
    if !narrow.search.is_empty() {
        add(format!("Search: “{}”", line(&narrow.search)), narrow.with(|narrow| narrow.search.clear()));
    }
    if let Some(tier) = &narrow.tier {
        let tier = if tier == "-" { "none" } else { tier };
        add(format!("Tier: {}", line(tier)), narrow.with(|narrow| narrow.tier = None));
    }
    if let Some(kind) = &narrow.kind {
        add(format!("Signal: {}", line(kind)), narrow.with(|narrow| narrow.kind = None));
    }
    if narrow.assignee.is_some() {
        add("Assignee".to_owned(), narrow.with(|narrow| narrow.assignee = None));
    }
    if let Some(campaign) = &narrow.campaign {
        add(format!("Campaign: {}", line(campaign)), narrow.with(|narrow| narrow.campaign = None));
    }
    if let Some(tab) = TABS.iter().find(|tab| tab.0 == narrow.state && !tab.0.is_empty()) {
        let what = format!("Status: {}", tab.1);
        add(what, narrow.with(|narrow| narrow.state = ""));
    }
    all
}
