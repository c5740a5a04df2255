//! Each figure: a picture, what it says in words, and its numbers.

mod by_day;

use super::table::{Cell, Table};
use super::{Asking, share};
use crate::chart::{Bar, Stacked};
use crate::show::{clipped, count, moment, number, word};
use baton_desk::desk::{AccountsAs, Dashboard, Figure, Made, PaceBand, RateOf, TeamPace};
use baton_model::package_state::AccountState;
use baton_quality::calibration::Interval;
use by_day::{checks, packages, reviews};

/// Bars of one lying chart, and rows of one table on the page; the file has all.
const BARS: usize = 8;
const ROWS: usize = 40;

/// In addresses: what has no name. No version and no reason is called so.
pub(super) const NAMELESS: &str = "-";

/// One figure on the page.
pub(super) struct Shown {
    pub id: &'static str,
    pub title: &'static str,
    /// What it says.
    pub caption: String,
    /// As SVG; none where there is nothing to draw.
    pub chart: Option<String>,
    pub table: Table,
    /// Rows that only the file has.
    pub left_out: Option<String>,
    pub csv: String,
    /// All of its rows.
    pub all: String,
    pub all_label: &'static str,
}

/// Every figure but the streams, which are drawn by themselves.
pub(super) fn all(counted: &Dashboard, asking: &Asking) -> Vec<Shown> {
    let figures = [Figure::Packages, Figure::Times, Figure::Rates, Figure::Reviews, Figure::Checks, Figure::Accounts];
    figures.into_iter().map(|figure| one(figure, counted, asking)).collect()
}

/// This one; the streams have none of these.
pub(super) fn one(figure: Figure, counted: &Dashboard, asking: &Asking) -> Shown {
    let (title, all_label, (caption, chart, table)) = match figure {
        Figure::Packages | Figure::Streams => ("Packages by where they are", "All packages", packages(counted, asking)),
        Figure::Times => ("How long decisions take", "All timed decisions", times(counted, asking)),
        Figure::Rates => ("What people make of the drafts", "All decisions", rates(counted, asking)),
        Figure::Checks => ("What spot-checks found", "All checks", checks(counted, asking)),
        Figure::Reviews => ("Reviews against capacity", "All reviews", reviews(counted, asking)),
        Figure::Accounts => ("Accounts, as the last run left them", "All accounts", accounts(counted, asking)),
    };
    let more = table.rows.len().saturating_sub(ROWS) as u64;
    Shown {
        id: figure.name(),
        title,
        caption,
        chart,
        table,
        left_out: (more > 0).then(|| format!("{} only in the file", count(more, "more row"))),
        csv: asking.to(&format!("{}.csv", figure.name()), None, &[]),
        all: asking.to(figure.name(), None, &[]),
        all_label,
    }
}

impl Shown {
    /// The rows of the table that the page has room for.
    pub fn rows(&self) -> &[Vec<Cell>] {
        &self.table.rows[..self.table.rows.len().min(ROWS)]
    }
}

type Made3 = (String, Option<String>, Table);

/// `0 to 7 s`, `120 s and more`.
fn band(band: &PaceBand) -> String {
    match band.to {
        Some(to) => format!("{} to {} s", band.from, to - 1),
        None => format!("{} s and more", band.from),
    }
}

fn times(counted: &Dashboard, asking: &Asking) -> Made3 {
    let pace = counted.pace;
    let caption = match (pace.median, pace.ninetieth) {
        (Some(median), Some(ninetieth)) => format!(
            "Half of {} took {median} s or less, nine of ten {ninetieth} s or less; {} took less than {} s.",
            count(pace.decided, "decision"),
            share(pace.within, pace.decided),
            PaceBand::AIM
        ),
        _ => "Nobody has decided about anything while the page took the time.".to_owned(),
    };
    let bars = counted.bands.iter().map(|of| Bar {
        label: of.to.map_or_else(|| format!("{}+ s", of.from), |to| format!("{}–{}", of.from, to - 1)),
        parts: vec![of.decided as f64],
        ..Bar::default()
    });
    let aim = PaceBand::FROM.iter().position(|from| *from == PaceBand::AIM).unwrap_or(0);
    let chart = Stacked {
        id: "times",
        title: "Decisions by how many seconds they took".to_owned(),
        description: caption.clone(),
        parts: vec!["decisions".to_owned()],
        bars: bars.collect(),
        whole: None,
        limit: None,
        mark: Some((aim, format!("{} s", PaceBand::AIM))),
    };
    let head = vec![
        ("Of", "of"),
        ("Decisions", "decisions"),
        ("Under 60 s", "under-60-seconds"),
        ("Median", "median-seconds"),
        ("90th percentile", "90th-percentile-seconds"),
    ];
    let row = |name: Cell, pace: &TeamPace, who: Option<&str>| {
        let seconds = |value: Option<u32>| {
            value.map_or_else(Cell::none, |value| Cell::both(format!("{value} s"), value.to_string()))
        };
        vec![
            name,
            Cell::count(pace.decided, asking.to("times", None, &[("who", who)])),
            Cell::both(share(pace.within, pace.decided), pace.within.to_string()),
            seconds(pace.median),
            seconds(pace.ninetieth),
        ]
    };
    let mut rows = vec![row(Cell::both("Everybody".to_owned(), "everybody".to_owned()), &pace, None)];
    rows.extend(counted.reviewers.iter().map(|one| row(Cell::text(&one.who), &one.pace, Some(&one.who))));
    rows.extend(counted.bands.iter().map(|of| {
        let from = of.from.to_string();
        let decided = Cell::count(of.decided, asking.to("times", None, &[("part", Some(&from))]));
        let name = Cell::both(band(of), band(of));
        let within = if of.from < PaceBand::AIM { of.decided } else { 0 };
        let within = Cell::both(share(within, of.decided), within.to_string());
        vec![name, decided, within, Cell::none(), Cell::none()]
    }));
    (caption, (pace.decided > 0).then(|| chart.standing()), Table { head, rows })
}

/// `62 % (48 to 74)`; in the file three numbers.
fn interval(share: Option<Interval>) -> [Cell; 3] {
    let Some(share) = share else { return [Cell::none(), Cell::filed(String::new()), Cell::filed(String::new())] };
    let percent = |points: u16| (u32::from(points) + 50) / 100;
    let decimal = |points: u16| format!("{}.{:04}", points / 10_000, points % 10_000);
    let text = format!("{} % ({} to {})", percent(share.rate), percent(share.lower), percent(share.upper));
    [Cell::both(text, decimal(share.rate)), Cell::filed(decimal(share.lower)), Cell::filed(decimal(share.upper))]
}

fn rates(counted: &Dashboard, asking: &Asking) -> Made3 {
    let all = counted.kinds.iter().fold([0; 3], |mut all, rate| {
        all.iter_mut().zip(rate.made).for_each(|(sum, made)| *sum += made);
        all
    });
    let decided: u64 = all.iter().sum();
    let caption = match decided {
        0 => "Nobody has decided about a draft in these days.".to_owned(),
        _ => format!(
            "Of {} {} approved the draft as written, {} edited it and {} turned it down{}.",
            count(decided, "decision"),
            share(all[0], decided),
            share(all[1], decided),
            share(all[2], decided),
            worst(&counted.kinds)
        ),
    };
    let bars = counted.kinds.iter().take(BARS).map(|rate| Bar {
        label: clipped(&rate.signal_kind, 40),
        parts: rate.made.iter().map(|made| *made as f64 / rate.decided.max(1) as f64).collect(),
        note: format!("{} as written of {}", number(rate.made[0]), number(rate.decided)),
        limit: None,
    });
    let chart = Stacked {
        id: "rates",
        title: "Decisions by kind of signal".to_owned(),
        description: caption.clone(),
        parts: vec!["approved as written".to_owned(), "edited".to_owned(), "turned down".to_owned()],
        bars: bars.collect(),
        whole: Some(1.0),
        limit: None,
        mark: None,
    };
    let head = vec![
        ("Kind of signal", "signal-kind"),
        ("Version", "angle-version"),
        ("Decided", "decided"),
        ("As written", "approved"),
        ("Edited", "edited"),
        ("Turned down", "rejected"),
        ("As written, 95 % interval", "approved-share"),
        ("", "approved-lower"),
        ("", "approved-upper"),
        ("Edited, interval", "edited-share"),
        ("", "edited-lower"),
        ("", "edited-upper"),
        ("Turned down, interval", "rejected-share"),
        ("", "rejected-lower"),
        ("", "rejected-upper"),
    ];
    let row = |rate: &RateOf| {
        let (kind, angle) = (Some(rate.signal_kind.as_str()), rate.angle.as_deref());
        let fields = |part| [("kind", kind), ("angle", angle.map(asked_as)), ("part", part)];
        let mut cells = vec![
            Cell::text(&rate.signal_kind),
            match angle {
                None => Cell::both("all".to_owned(), String::new()),
                Some("") => Cell::both("(unknown)".to_owned(), "(unknown)".to_owned()),
                Some(angle) => Cell::text(angle),
            },
            Cell::count(rate.decided, asking.to("rates", None, &fields(None))),
        ];
        cells.extend(
            Made::ALL
                .iter()
                .zip(rate.made)
                .map(|(made, count)| Cell::count(count, asking.to("rates", None, &fields(Some(made.name()))))),
        );
        cells.extend(rate.shares.into_iter().flat_map(interval));
        cells
    };
    let rows = counted.kinds.iter().flat_map(|kind| {
        let angles = counted.angles.iter().filter(|angle| angle.signal_kind == kind.signal_kind);
        std::iter::once(row(kind)).chain(angles.map(row))
    });
    (caption, (decided > 0).then(|| chart.lying()), Table { head, rows: rows.collect() })
}

/// A name as in an address, where an empty field is none.
fn asked_as(name: &str) -> &str {
    if name.is_empty() { NAMELESS } else { name }
}

/// The kind whose drafts are approved as written least often, where that can be said.
fn worst(kinds: &[RateOf]) -> String {
    let share = |rate: &&RateOf| rate.shares[0].map_or(u16::MAX, |share| share.rate);
    let told = || kinds.iter().filter(|rate| rate.decided >= 8);
    match (told().min_by_key(share), told().count()) {
        (Some(kind), 2..) => {
            format!("; as written least often for {}", clipped(&kind.signal_kind, 40))
        }
        _ => String::new(),
    }
}

fn accounts(counted: &Dashboard, asking: &Asking) -> Made3 {
    let of = |state: AccountState| -> u64 {
        counted.accounts.iter().filter(|one| one.state == state).map(|one| one.accounts).sum()
    };
    let all: u64 = counted.accounts.iter().map(|one| one.accounts).sum();
    let (out, held, failed) = (of(AccountState::Disqualified), of(AccountState::Held), of(AccountState::Failed));
    let ready = of(AccountState::Ready);
    let mut caption = format!(
        "Of {} {} were not qualified, {} are held and {} have a package",
        count(all, "account"),
        number(out),
        number(held),
        number(ready)
    );
    if failed > 0 {
        caption.push_str(&format!("; the work on {} failed", number(failed)));
    }
    if let Some(at) = counted.last_run {
        caption.push_str(&format!(". The last run ended {}", moment(at)));
    }
    caption.push('.');
    let bar = |label: &str, left: u64| Bar {
        label: label.to_owned(),
        parts: vec![left as f64],
        note: format!("{} ({})", number(left), share(left, all)),
        limit: None,
    };
    let chart = Stacked {
        id: "accounts",
        title: "Accounts on their way to a package".to_owned(),
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
    let state = |one: &AccountsAs| match one.state {
        AccountState::Ready => "with a package",
        AccountState::Held => "held",
        AccountState::Disqualified => "not qualified",
        AccountState::Failed => "failed",
    };
    let row = |one: &AccountsAs| {
        let reason = one.reason.as_deref().unwrap_or_default();
        let fields = [("part", Some(one.state.name())), ("reason", Some(asked_as(reason)))];
        vec![
            Cell::both(state(one).to_owned(), one.state.name().to_owned()),
            if reason.is_empty() { Cell::none() } else { Cell::both(clipped(&word(&reason), 80), reason.to_owned()) },
            Cell::count(one.accounts, asking.to("accounts", None, &fields)),
        ]
    };
    let head = vec![("State", "state"), ("Reason", "reason"), ("Accounts", "accounts")];
    let table = Table { head, rows: counted.accounts.iter().map(row).collect() };
    (caption, (all > 0).then(|| chart.lying()), table)
}
