//! A stream at a glance: its standing, the progress to the next one, the bound, the last results, and its auto-send share.

use crate::format::{
    Cells, DisplayTime, Gauge, capitalized, count, line, lines, number, one_in, percent, stream_name, word,
};
use baton_desk::autonomy::StreamView;
use baton_facts::quality::Standing;
use baton_facts::types::{BasisPoints, Timestamp};

/// The sampling share at which everything is inspected.
pub(in crate::pages) const ALL: BasisPoints = 10_000;

pub(in crate::pages) struct StreamCard {
    pub id: i64,
    pub name: String,
    pub standing: String,
    pub class: &'static str,
    pub reason: String,
    pub clearance: Cells,
    pub bound: Gauge,
    pub recent: Option<Cells>,
    pub inspected: String,
    pub weekly: String,
    pub open_checks: Option<String>,
    pub auto_send: String,
    /// A standing that was set manually.
    pub by_hand: Option<ManualStanding>,
}

pub(in crate::pages) struct ManualStanding {
    pub what: &'static str,
    pub who: String,
    pub at: DisplayTime,
    pub why: Option<String>,
}

impl StreamCard {
    pub fn new(stream: &StreamView, now: Timestamp) -> Self {
        let (assessment, tally, plan) = (&stream.assessment, &stream.tally, &stream.plan);
        let class = match assessment.standing {
            Standing::Proven => "good",
            Standing::Probation => "",
            Standing::Pilot => "quiet",
            Standing::Suspended => "bad",
        };
        let standing = word(&assessment.standing);
        let clearance = assessment.clearance;
        let filled = clearance.saturating_sub(assessment.still_needed);
        let progress = match (clearance, assessment.still_needed) {
            (0, _) => "This plan can't reach auto-send: every email is reviewed".to_owned(),
            (_, 0) => format!("Done: {clearance} good reviews in a row"),
            _ => format!("{filled} of {clearance} good reviews in a row"),
        };
        let (upper, limit) = (percent(assessment.upper_bound), percent(plan.risk_limit));
        let relation = if assessment.upper_bound <= plan.risk_limit { "within the" } else { "above the" };
        let last = u32::try_from(tally.inspected.min(50)).unwrap_or(50);
        let bad = assessment.recent_nonconforming;
        Self {
            id: stream.id,
            name: stream_name(&stream.key),
            class,
            reason: capitalized(&line(&assessment.reason)),
            clearance: Cells::progress(filled, clearance, progress),
            bound: Gauge::new(
                assessment.upper_bound,
                plan.risk_limit,
                format!("At most {upper} with problems, {relation} {limit} limit"),
            ),
            recent: (last > 0)
                .then(|| Cells::recent(tally.recent, last, format!("{bad} of the last {last} with problems"))),
            inspected: format!("{} reviewed, {} with problems", number(tally.inspected), number(tally.nonconforming)),
            weekly: format!("{} in the last 7 days", count(stream.packages_per_week, "package")),
            open_checks: (stream.open_checks > 0).then(|| format!("{} open", count(stream.open_checks, "spot-check"))),
            auto_send: auto_send(stream),
            by_hand: stream.by_hand.as_ref().filter(|set| set.stopped == tally.stopped).map(|set| ManualStanding {
                what: if set.stopped { "Stopped" } else { "Resumed" },
                who: line(&set.who),
                at: DisplayTime::new(set.at, now),
                why: set.why.as_deref().map(lines),
            }),
            standing,
        }
    }
}

/// Describes which share of the stream is sent automatically.
fn auto_send(stream: &StreamView) -> String {
    let assessment = &stream.assessment;
    if stream.each_reviewed {
        return "Every email is reviewed: this tier uses review and approve".to_owned();
    }
    if assessment.fraction >= ALL {
        return "Every email is reviewed".to_owned();
    }
    let share = one_in(assessment.fraction);
    let when = if stream.plan.held { "before sending" } else { "after sending" };
    let rest = match (stream.open_checks, stream.lets_go) {
        (1.., _) => "the next batch waits for the open spot-checks",
        (0, true) => "the rest is sent automatically",
        (0, false) => "the rest is sent automatically from the next batch on",
    };
    format!("{share} is checked {when}; {rest}")
}
