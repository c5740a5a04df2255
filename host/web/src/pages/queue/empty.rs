//! Why there is nothing to see, and what to do about it.

use super::{LOOKS, Narrow, Own};
use crate::app_state::AppState;
use crate::show::{Moment, count, line};
use baton_desk::DeskError;
use baton_desk::desk::{QueueCount, QueueFilter};
use baton_facts::types::Timestamp;
use baton_model::package_state::State as Life;

/// Snoozed packages among which the first to come back is looked for.
const SNOOZED: u32 = 50;

pub(super) enum Empty {
    /// No run has stored anything yet.
    Nothing { campaign: String },
    /// Everything is decided.
    Finished { snoozed: Option<Snoozed>, today: Option<String> },
    /// Nothing is left of what there is.
    NoMatch { narrowed: Vec<Narrowed>, anywhere: Option<String> },
    /// There is no such package.
    NoneSuch,
}

pub(super) struct Snoozed {
    pub how_many: String,
    pub first: Option<Moment>,
}

/// One of the filters, and the way to the queue without it.
pub(super) struct Narrowed {
    pub what: String,
    pub without: String,
}

impl Empty {
    pub async fn of(
        app: &AppState,
        narrow: &Narrow,
        counts: &[QueueCount],
        own: &Own,
        first: bool,
        now: Timestamp,
    ) -> Result<Self, DeskError> {
        let deciding = narrow.state.is_empty();
        let only_campaign = *narrow == Narrow { campaign: narrow.campaign.clone(), ..Narrow::default() };
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
        let snoozed = (!snoozed.rows.is_empty()).then(|| Snoozed {
            how_many: format!("{more}{}", count(snoozed.rows.len() as u64, "package")),
            first: first.filter(|_| snoozed.next.is_none()).map(|until| Moment::new(until, now)),
        });
        let today = own.today.as_ref().map(|today| match today.times {
            Some((median, _)) => format!("You decided {} today, half of them in {median} s or less", today.decisions),
            None => format!("You decided {} today", today.decisions),
        });
        Ok(Self::Finished { snoozed, today })
    }
}

fn narrowed(narrow: &Narrow) -> Vec<Narrowed> {
    let mut all = Vec::new();
    let mut add = |what: String, without: Narrow| all.push(Narrowed { what, without: without.href("/", &[]) });
    if !narrow.search.is_empty() {
        add(format!("the search “{}”", line(&narrow.search)), narrow.with(|narrow| narrow.search.clear()));
    }
    if let Some(tier) = &narrow.tier {
        let tier = if tier == "-" { "none" } else { tier };
        add(format!("the tier {}", line(tier)), narrow.with(|narrow| narrow.tier = None));
    }
    if let Some(kind) = &narrow.kind {
        add(format!("the signal {}", line(kind)), narrow.with(|narrow| narrow.kind = None));
    }
    if narrow.assignee.is_some() {
        add("whose they are".to_owned(), narrow.with(|narrow| narrow.assignee = None));
    }
    if let Some(campaign) = &narrow.campaign {
        add(format!("the campaign {}", line(campaign)), narrow.with(|narrow| narrow.campaign = None));
    }
    if let Some(look) = LOOKS.iter().find(|look| look.0 == narrow.state && !look.0.is_empty()) {
        let what = format!("the list “{}”", look.1);
        add(what, narrow.with(|narrow| narrow.state = ""));
    }
    all
}
