//! The streams: their standing, the progress to the next one, and the bound with its limit. All values come from the
//! governor.

use super::query::DashboardQuery;
use super::table::{FigureTable, TableCell};
use crate::format::{count, line, word};
use crate::pages::quality::card::StreamCard;
use baton_desk::autonomy::StreamView;
use baton_desk::dashboard::Dashboard;
use baton_facts::quality::Standing;
use baton_facts::types::Timestamp;

/// Streams on the page. The CSV file has all of them.
const STREAMS: usize = 8;

pub(super) struct StreamsTable {
    pub caption: String,
    pub rows: Vec<StreamRow>,
    pub left_out: Option<String>,
    pub csv: String,
}

pub(super) struct StreamRow {
    pub campaign: String,
    pub card: StreamCard,
    pub packages: TableCell,
}

impl StreamsTable {
    /// Sorts suspended streams first, then by standing.
    pub fn new(streams: &[StreamView], counted: &Dashboard, asking: &DashboardQuery, now: Timestamp) -> Self {
        let of = |standing: Standing| streams.iter().filter(|one| one.assessment.standing == standing).count() as u64;
        let caption = format!(
            "{}: {} proven, {} on probation, {} in pilot, {} suspended.",
            count(streams.len() as u64, "stream"),
            of(Standing::Proven),
            of(Standing::Probation),
            of(Standing::Pilot),
            of(Standing::Suspended)
        );
        let mut order: Vec<&StreamView> = streams.iter().collect();
        order.sort_by_key(|one| {
            let place = match one.assessment.standing {
                Standing::Suspended => 0,
                Standing::Proven => 1,
                Standing::Probation => 2,
                Standing::Pilot => 3,
            };
            (place, std::cmp::Reverse(packages(counted, one)), one.id)
        });
        let row = |one: &&StreamView| {
            let id = one.id.to_string();
            StreamRow {
                campaign: line(&one.key.campaign),
                card: StreamCard::new(one, now),
                packages: TableCell::count(
                    packages(counted, one),
                    asking.to("streams", None, &[("stream", Some(&id))]),
                ),
            }
        };
        let more = streams.len().saturating_sub(STREAMS) as u64;
        Self {
            caption,
            rows: order.iter().take(STREAMS).map(row).collect(),
            left_out: (more > 0).then(|| count(more, "more stream")),
            csv: asking.to("streams.csv", None, &[]),
        }
    }
}

/// Returns all streams as CSV.
pub(super) fn csv(streams: &[StreamView], counted: &Dashboard) -> String {
    let head = [
        "stream",
        "campaign",
        "tier",
        "signal-kind",
        "follow-up",
        "language",
        "angle-version",
        "variant",
        "standing",
        "clearance",
        "still-needed",
        "upper-bound",
        "risk-limit",
        "inspected",
        "nonconforming",
        "open-checks",
        "packages",
    ];
    let share = |points: u16| {
        let raw = format!("{}.{:04}", points / 10_000, points % 10_000);
        TableCell::both(raw.clone(), raw)
    };
    let row = |one: &StreamView| {
        let (key, found) = (&one.key, &one.assessment);
        vec![
            TableCell::number(one.id.unsigned_abs()),
            TableCell::text(&key.campaign),
            TableCell::text(&key.tier),
            TableCell::text(&key.signal_kind),
            TableCell::text(if key.follow_up { "yes" } else { "no" }),
            TableCell::text(&key.language),
            TableCell::text(&key.angle),
            TableCell::text(&key.variant),
            TableCell::text(&word(&found.standing)),
            TableCell::number(found.clearance),
            TableCell::number(found.still_needed),
            share(found.upper_bound),
            share(one.plan.risk_limit),
            TableCell::number(one.tally.inspected),
            TableCell::number(one.tally.nonconforming),
            TableCell::number(one.open_checks),
            TableCell::number(packages(counted, one)),
        ]
    };
    let head = head.into_iter().map(|name| (name, name)).collect();
    FigureTable { head, rows: streams.iter().map(row).collect() }.csv()
}

fn packages(counted: &Dashboard, stream: &StreamView) -> u64 {
    counted.streams.get(&stream.id).copied().unwrap_or(0)
}
