//! The figures of the dashboard: each has a chart, a caption, and a table.

mod by_day;

use super::query::DashboardQuery;
use super::table::{FigureParts, FigureTable, TableCell, share};
use crate::chart::{Bar, StackedBarChart};
use crate::format::{clipped, count, date_time, number, word};
use baton_desk::dashboard::{
    AccountsInState, Dashboard, DashboardFigure, DecisionRate, ReviewDecision, ReviewTimeBand, TeamReviewTimes,
};
use baton_model::package_state::AccountState;
use baton_quality::calibration::Interval;
use by_day::{checks, packages, reviews};

/// Bars of a horizontal chart and rows of a table on the page. The CSV file has all rows.
const BARS: usize = 8;
const ROWS: usize = 40;

/// Placeholder for an empty name in an address. No version or reason has this name.
pub(super) const NAMELESS: &str = "-";

pub(super) struct FigureCard {
    pub id: &'static str,
    pub title: &'static str,
    pub caption: String,
    /// SVG; `None` if there is nothing to draw.
    pub chart: Option<String>,
    pub table: FigureTable,
    /// Number of rows that are only in the CSV file.
    pub left_out: Option<String>,
    pub csv: String,
    /// The address of all rows.
    pub all: String,
    pub all_label: &'static str,
}

/// Returns every figure except the streams, which have their own table.
pub(super) fn all(counted: &Dashboard, asking: &DashboardQuery) -> Vec<FigureCard> {
    let figures = [
        DashboardFigure::Packages,
        DashboardFigure::Times,
        DashboardFigure::Rates,
        DashboardFigure::Reviews,
        DashboardFigure::Checks,
        DashboardFigure::Accounts,
    ];
    figures.into_iter().map(|figure| one(figure, counted, asking)).collect()
}

/// Returns one figure.
pub(super) fn one(figure: DashboardFigure, counted: &Dashboard, asking: &DashboardQuery) -> FigureCard {
    let (title, all_label, (caption, chart, table)) = match figure {
        DashboardFigure::Packages | DashboardFigure::Streams => {
            ("Packages by status", "All packages", packages(counted, asking))
        }
        DashboardFigure::Times => ("Review time", "All timed reviews", times(counted, asking)),
        DashboardFigure::Rates => ("Draft acceptance", "All reviews", rates(counted, asking)),
        DashboardFigure::Checks => ("Spot-check results", "All spot-checks", checks(counted, asking)),
        DashboardFigure::Reviews => ("Reviews and capacity", "All reviews", reviews(counted, asking)),
        DashboardFigure::Accounts => ("Accounts after the last run", "All accounts", accounts(counted, asking)),
    };
    let more = table.rows.len().saturating_sub(ROWS) as u64;
    FigureCard {
        id: figure.name(),
        title,
        caption,
        chart,
        table,
        left_out: (more > 0).then(|| format!("{} in the CSV file", count(more, "more row"))),
        csv: asking.to(&format!("{}.csv", figure.name()), None, &[]),
        all: asking.to(figure.name(), None, &[]),
        all_label,
    }
}

impl FigureCard {
    /// Returns the rows of the table that fit on the page.
    pub fn rows(&self) -> &[Vec<TableCell>] {
        &self.table.rows[..self.table.rows.len().min(ROWS)]
    }
}

/// Formats a time band: `0 to 7 s`, `120 s or more`.
fn band(band: &ReviewTimeBand) -> String {
    match band.to {
        Some(to) => format!("{} to {} s", band.from, to - 1),
        None => format!("{} s or more", band.from),
    }
}

fn times(counted: &Dashboard, asking: &DashboardQuery) -> FigureParts {
    let pace = counted.pace;
    let caption = match (pace.median, pace.ninetieth) {
        (Some(median), Some(ninetieth)) => format!(
            "Median of {}: {median} s; 90% took {ninetieth} s or less; {} took less than {} s.",
            count(pace.decided, "review"),
            share(pace.within, pace.decided),
            ReviewTimeBand::AIM
        ),
        _ => "No timed reviews in this period.".to_owned(),
    };
    let bars = counted.bands.iter().map(|of| Bar {
        label: of.to.map_or_else(|| format!("{}+ s", of.from), |to| format!("{}–{}", of.from, to - 1)),
        parts: vec![of.decided as f64],
        ..Bar::default()
    });
    let aim = ReviewTimeBand::FROM.iter().position(|from| *from == ReviewTimeBand::AIM).unwrap_or(0);
    let chart = StackedBarChart {
        id: "times",
        title: "Reviews by time in seconds".to_owned(),
        description: caption.clone(),
        parts: vec!["reviews".to_owned()],
        bars: bars.collect(),
        whole: None,
        limit: None,
        mark: Some((aim, format!("{} s", ReviewTimeBand::AIM))),
    };
    let head = vec![
        ("Reviewer or time", "of"),
        ("Reviews", "decisions"),
        ("Under 60 s", "under-60-seconds"),
        ("Median", "median-seconds"),
        ("90th percentile", "90th-percentile-seconds"),
    ];
    let row = |name: TableCell, pace: &TeamReviewTimes, who: Option<&str>| {
        let seconds = |value: Option<u32>| {
            value.map_or_else(TableCell::none, |value| TableCell::both(format!("{value} s"), value.to_string()))
        };
        vec![
            name,
            TableCell::count(pace.decided, asking.to("times", None, &[("who", who)])),
            TableCell::both(share(pace.within, pace.decided), pace.within.to_string()),
            seconds(pace.median),
            seconds(pace.ninetieth),
        ]
    };
    let mut rows = vec![row(TableCell::both("Whole team".to_owned(), "everybody".to_owned()), &pace, None)];
    rows.extend(counted.reviewers.iter().map(|one| row(TableCell::text(&one.who), &one.pace, Some(&one.who))));
    rows.extend(counted.bands.iter().map(|of| {
        let from = of.from.to_string();
        let decided = TableCell::count(of.decided, asking.to("times", None, &[("part", Some(&from))]));
        let name = TableCell::both(band(of), band(of));
        let within = if of.from < ReviewTimeBand::AIM { of.decided } else { 0 };
        let within = TableCell::both(share(within, of.decided), within.to_string());
        vec![name, decided, within, TableCell::none(), TableCell::none()]
    }));
    (caption, (pace.decided > 0).then(|| chart.vertical()), FigureTable { head, rows })
}

/// Formats a share with its interval as `62% (48 to 74)`, and as three numbers in the CSV file.
fn interval(share: Option<Interval>) -> [TableCell; 3] {
    let Some(share) = share else {
        return [TableCell::none(), TableCell::filed(String::new()), TableCell::filed(String::new())];
    };
    let percent = |points: u16| (u32::from(points) + 50) / 100;
    let decimal = |points: u16| format!("{}.{:04}", points / 10_000, points % 10_000);
    let text = format!("{}% ({} to {})", percent(share.rate), percent(share.lower), percent(share.upper));
    [
        TableCell::both(text, decimal(share.rate)),
        TableCell::filed(decimal(share.lower)),
        TableCell::filed(decimal(share.upper)),
    ]
}

fn rates(counted: &Dashboard, asking: &DashboardQuery) -> FigureParts {
    let all = counted.kinds.iter().fold([0; 3], |mut all, rate| {
        all.iter_mut().zip(rate.made).for_each(|(sum, made)| *sum += made);
        all
    });
    let decided: u64 = all.iter().sum();
    let caption = match decided {
        0 => "No drafts reviewed in this period.".to_owned(),
        _ => format!(
            "Of {}, {} approved the draft as written, {} edited it, and {} rejected it{}.",
            count(decided, "review"),
            share(all[0], decided),
            share(all[1], decided),
            share(all[2], decided),
            worst(&counted.kinds)
        ),
    };
    let bars = counted.kinds.iter().take(BARS).map(|rate| Bar {
        label: clipped(&rate.signal_kind, 40),
        parts: rate.made.iter().map(|made| *made as f64 / rate.decided.max(1) as f64).collect(),
        note: format!("{} of {} as written", number(rate.made[0]), number(rate.decided)),
        limit: None,
    });
    let chart = StackedBarChart {
        id: "rates",
        title: "Reviews by signal".to_owned(),
        description: caption.clone(),
        parts: vec!["approved as written".to_owned(), "edited".to_owned(), "rejected".to_owned()],
        bars: bars.collect(),
        whole: Some(1.0),
        limit: None,
        mark: None,
    };
    let head = vec![
        ("Signal", "signal-kind"),
        ("Version", "angle-version"),
        ("Reviewed", "decided"),
        ("As written", "approved"),
        ("Edited", "edited"),
        ("Rejected", "rejected"),
        ("As written, 95% interval", "approved-share"),
        ("", "approved-lower"),
        ("", "approved-upper"),
        ("Edited, interval", "edited-share"),
        ("", "edited-lower"),
        ("", "edited-upper"),
        ("Rejected, interval", "rejected-share"),
        ("", "rejected-lower"),
        ("", "rejected-upper"),
    ];
    let row = |rate: &DecisionRate| {
        let (kind, angle) = (Some(rate.signal_kind.as_str()), rate.angle.as_deref());
        let fields = |part| [("kind", kind), ("angle", angle.map(asked_as)), ("part", part)];
        let mut cells = vec![
            TableCell::text(&rate.signal_kind),
            match angle {
                None => TableCell::both("all".to_owned(), String::new()),
                Some("") => TableCell::both("(unknown)".to_owned(), "(unknown)".to_owned()),
                Some(angle) => TableCell::text(angle),
            },
            TableCell::count(rate.decided, asking.to("rates", None, &fields(None))),
        ];
        cells.extend(
            ReviewDecision::ALL
                .iter()
                .zip(rate.made)
                .map(|(made, count)| TableCell::count(count, asking.to("rates", None, &fields(Some(made.name()))))),
        );
        cells.extend(rate.shares.into_iter().flat_map(interval));
        cells
    };
    let rows = counted.kinds.iter().flat_map(|kind| {
        let angles = counted.angles.iter().filter(|angle| angle.signal_kind == kind.signal_kind);
        std::iter::once(row(kind)).chain(angles.map(row))
    });
    (caption, (decided > 0).then(|| chart.horizontal()), FigureTable { head, rows: rows.collect() })
}

/// Returns a name for an address, where an empty field means "any".
fn asked_as(name: &str) -> &str {
    if name.is_empty() { NAMELESS } else { name }
}

/// Names the signal whose drafts are least often approved as written, if there is enough data.
fn worst(kinds: &[DecisionRate]) -> String {
    let share = |rate: &&DecisionRate| rate.shares[0].map_or(u16::MAX, |share| share.rate);
    let told = || kinds.iter().filter(|rate| rate.decided >= 8);
    match (told().min_by_key(share), told().count()) {
        (Some(kind), 2..) => {
            format!("; drafts for {} are least often approved as written", clipped(&kind.signal_kind, 40))
        }
        _ => String::new(),
    }
}

fn accounts(counted: &Dashboard, asking: &DashboardQuery) -> FigureParts {
    let of = |state: AccountState| -> u64 {
        counted.accounts.iter().filter(|one| one.state == state).map(|one| one.accounts).sum()
    };
    let all: u64 = counted.accounts.iter().map(|one| one.accounts).sum();
    let (out, held, failed) = (of(AccountState::Disqualified), of(AccountState::Held), of(AccountState::Failed));
    let ready = of(AccountState::Ready);
    let mut caption = format!(
        "Of {}, {} are disqualified, {} are held, and {} have a package",
        count(all, "account"),
        number(out),
        number(held),
        number(ready)
    );
    if failed > 0 {
        caption.push_str(&format!("; {} failed", number(failed)));
    }
    if let Some(at) = counted.last_run {
        caption.push_str(&format!(". The last run ended {}", date_time(at)));
    }
    caption.push('.');
    let bar = |label: &str, left: u64| Bar {
        label: label.to_owned(),
        parts: vec![left as f64],
        note: format!("{} ({})", number(left), share(left, all)),
        limit: None,
    };
    let chart = StackedBarChart {
        id: "accounts",
        title: "Accounts from campaign to package".to_owned(),
        description: caption.clone(),
        parts: vec!["accounts".to_owned()],
        bars: vec![
            bar("In the campaign", all),
            bar("Qualified", all - out),
            bar("Not held", all - out - held),
            bar("With a package", ready),
        ],
        whole: Some(all as f64),
        limit: None,
        mark: None,
    };
    let state = |one: &AccountsInState| match one.state {
        AccountState::Ready => "With a package",
        AccountState::Held => "Held",
        AccountState::Disqualified => "Disqualified",
        AccountState::Failed => "Failed",
    };
    let row = |one: &AccountsInState| {
        let reason = one.reason.as_deref().unwrap_or_default();
        let fields = [("part", Some(one.state.name())), ("reason", Some(asked_as(reason)))];
        vec![
            TableCell::both(state(one).to_owned(), one.state.name().to_owned()),
            if reason.is_empty() {
                TableCell::none()
            } else {
                TableCell::both(clipped(&word(&reason), 80), reason.to_owned())
            },
            TableCell::count(one.accounts, asking.to("accounts", None, &fields)),
        ]
    };
    let head = vec![("Status", "state"), ("Reason", "reason"), ("Accounts", "accounts")];
    let table = FigureTable { head, rows: counted.accounts.iter().map(row).collect() };
    (caption, (all > 0).then(|| chart.horizontal()), table)
}
