//! The streams: their standing, the progress to the next one, and the bound with its limit. All values come from the
//! governor.

use super::Asking;
use super::table::{Cell, Table};
use crate::format::{count, line, word};
use crate::pages::quality::card::Card;
use baton_desk::desk::{Dashboard, StreamView};
use baton_facts::quality::Standing;
use baton_facts::types::Timestamp;

/// Streams on the page. The CSV file has all of them.
const STREAMS: usize = 8;

pub(super) struct Streams {
    pub caption: String,
    pub rows: Vec<Row>,
    pub left_out: Option<String>,
    pub csv: String,
}

pub(super) struct Row {
    pub campaign: String,
    pub card: Card,
    pub packages: Cell,
}

impl Streams {
    /// Sorts suspended streams first, then by standing.
    pub fn new(streams: &[StreamView], counted: &Dashboard, asking: &Asking, now: Timestamp) -> Self {
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
            Row {
                campaign: line(&one.key.campaign),
                card: Card::new(one, now),
                packages: Cell::count(packages(counted, one), asking.to("streams", None, &[("stream", Some(&id))])),
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
        Cell::both(raw.clone(), raw)
    };
    let row = |one: &StreamView| {
        let (key, found) = (&one.key, &one.assessment);
        vec![
            Cell::number(one.id.unsigned_abs()),
            Cell::text(&key.campaign),
            Cell::text(&key.tier),
            Cell::text(&key.signal_kind),
            Cell::text(if key.follow_up { "yes" } else { "no" }),
            Cell::text(&key.language),
            Cell::text(&key.angle),
            Cell::text(&key.variant),
            Cell::text(&word(&found.standing)),
            Cell::number(found.clearance),
            Cell::number(found.still_needed),
            share(found.upper_bound),
            share(one.plan.risk_limit),
            Cell::number(one.tally.inspected),
            Cell::number(one.tally.nonconforming),
            Cell::number(one.open_checks),
            Cell::number(packages(counted, one)),
        ]
    };
    let head = head.into_iter().map(|name| (name, name)).collect();
    Table { head, rows: streams.iter().map(row).collect() }.csv()
}

fn packages(counted: &Dashboard, stream: &StreamView) -> u64 {
    counted.streams.get(&stream.id).copied().unwrap_or(0)
}
