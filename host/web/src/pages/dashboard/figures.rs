//! Each figure: a picture, what it says in words, and its numbers.

use super::table::{Cell, Table};
use super::{Asking, share};
use crate::chart::{Bar, Stacked};
use crate::show::{clipped, count, moment, number, word};
use baton_desk::desk::{AccountsAs, Checked, Dashboard, Figure, Group, Interval, Made, PaceBand, RateOf, TeamPace};
use baton_desk::life::AccountState;
use chrono::{Datelike as _, NaiveDate, Weekday};

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

/// The days of a bin, for people: `10 Mar`; a week by its first day.
fn label(bin: (NaiveDate, NaiveDate)) -> String {
    bin.0.format("%-d %b").to_string()
}

fn days(bin: (NaiveDate, NaiveDate)) -> Cell {
    let text = if bin.0 == bin.1 { bin.0.to_string() } else { format!("{} to {}", bin.0, bin.1) };
    Cell::both(text, bin.0.to_string())
}

/// A chart of bins with a column for each part, and its table; nothing is drawn where all is nought.
struct Binned<'a> {
    figure: Figure,
    title: &'a str,
    parts: Vec<&'static str>,
    /// In addresses.
    names: Vec<&'static str>,
    /// Of the table: the same, for people and for the file.
    heads: Vec<(&'static str, &'static str)>,
    bins: Vec<Vec<u64>>,
    /// Places in each bin.
    limits: Option<Vec<f64>>,
}

impl Binned<'_> {
    fn made(self, caption: String, counted: &Dashboard, asking: &Asking) -> Made3 {
        let any = self.bins.iter().flatten().any(|count| *count > 0);
        let limits = self.limits.as_deref().unwrap_or_default();
        let bars = counted.bins.iter().zip(&self.bins).enumerate().map(|(index, (bin, counts))| Bar {
            label: label(*bin),
            parts: counts.iter().map(|count| *count as f64).collect(),
            note: String::new(),
            limit: limits.get(index).copied(),
        });
        let chart = Stacked {
            id: self.figure.name(),
            title: self.title.to_owned(),
            description: caption.clone(),
            parts: self.parts.iter().map(|part| (*part).to_owned()).collect(),
            bars: bars.collect(),
            whole: None,
            limit: self.limits.as_ref().map(|_| "capacity".to_owned()),
            mark: None,
        };
        let mut head = vec![("Day", "from"), ("", "to")];
        head.extend(self.heads);
        if self.limits.is_some() {
            head.push(("Capacity", "capacity"));
        }
        let rows = counted.bins.iter().zip(&self.bins).enumerate().map(|(index, (bin, counts))| {
            let mut cells = vec![days(*bin), Cell::filed(bin.1.to_string())];
            cells.extend(self.names.iter().zip(counts).map(|(name, count)| {
                Cell::count(*count, asking.to(self.figure.name(), Some(*bin), &[("part", Some(name))]))
            }));
            cells.extend(limits.get(index).map(|limit| Cell::number(*limit as u64)));
            cells
        });
        // The latest first: that is what people look for.
        let mut rows: Vec<_> = rows.collect();
        rows.reverse();
        (caption, any.then(|| chart.standing()), Table { head, rows })
    }
}

fn total<const N: usize>(bins: &[[u64; N]]) -> [u64; N] {
    let mut all = [0; N];
    for bin in bins {
        for (sum, count) in all.iter_mut().zip(bin) {
            *sum += count;
        }
    }
    all
}

fn packages(counted: &Dashboard, asking: &Asking) -> Made3 {
    let [waiting, under_way, sent, rejected, gone] = total(&counted.packages);
    let all = waiting + under_way + sent + rejected + gone;
    let caption = format!(
        "{} prepared: {} sent, {} on their way, {} waiting, {} rejected, {} came to nothing.",
        count(all, "package"),
        number(sent),
        number(under_way),
        number(waiting),
        number(rejected),
        number(gone)
    );
    let binned = Binned {
        figure: Figure::Packages,
        title: "Packages by the day they were prepared",
        parts: vec!["waiting", "on their way", "sent", "rejected", "came to nothing"],
        names: Group::ALL.map(Group::name).to_vec(),
        heads: vec![
            ("Waiting", "waiting"),
            ("On their way", "under-way"),
            ("Sent", "sent"),
            ("Rejected", "rejected"),
            ("Came to nothing", "gone"),
        ],
        bins: counted.packages.iter().map(|bin| bin.to_vec()).collect(),
        limits: None,
    };
    binned.made(caption, counted, asking)
}

fn checks(counted: &Dashboard, asking: &Asking) -> Made3 {
    let [good, bad, factual, missed, open] = total(&counted.checks);
    let all = good + bad + factual + missed + open;
    let caption = match all {
        0 => "No message was drawn for a spot-check.".to_owned(),
        _ => format!(
            "{} drawn: {} conforming, {} not, {} with a wrong fact, {} missed, {} open.",
            count(all, "spot-check"),
            number(good),
            number(bad),
            number(factual),
            number(missed),
            number(open)
        ),
    };
    let binned = Binned {
        figure: Figure::Checks,
        title: "Spot-checks by the day they were drawn",
        parts: vec!["conforming", "not conforming", "a fact was wrong", "missed", "open"],
        names: Checked::ALL.map(Checked::name).to_vec(),
        heads: vec![
            ("Conforming", "conforming"),
            ("Not conforming", "nonconforming"),
            ("A fact was wrong", "factual-defect"),
            ("Missed", "missed"),
            ("Open", "open"),
        ],
        bins: counted.checks.iter().map(|bin| bin.to_vec()).collect(),
        limits: None,
    };
    binned.made(caption, counted, asking)
}

fn reviews(counted: &Dashboard, asking: &Asking) -> Made3 {
    let limits: Option<Vec<f64>> = asking
        .per_day
        .map(|per_day| counted.bins.iter().map(|bin| f64::from(per_day) * f64::from(working_days(*bin))).collect());
    let [decisions, verdicts] = total(&counted.reviews);
    let most = counted.reviews.iter().map(|[decisions, verdicts]| decisions + verdicts).max().unwrap_or(0);
    let what = if counted.bins.iter().all(|bin| bin.0 == bin.1) { "day" } else { "week" };
    let mut caption = format!(
        "{} and {}; {} on the busiest {what}",
        count(decisions, "decision"),
        count(verdicts, "verdict"),
        number(most)
    );
    if let (Some(limits), Some(per_day)) = (&limits, asking.per_day) {
        // On a day off somebody may work all the same: that is above nothing.
        let above = |made: &[u64; 2], limit: f64| limit > 0.0 && (made[0] + made[1]) as f64 > limit;
        let over = counted.reviews.iter().zip(limits).filter(|(made, limit)| above(made, **limit));
        let over = over.count() as u64;
        let said = if over == 0 { format!("no {what}") } else { count(over, what) };
        caption.push_str(&format!(", with {} places on a working day: {said} above capacity", number(per_day)));
    }
    caption.push('.');
    let binned = Binned {
        figure: Figure::Reviews,
        title: "Reviews by day",
        parts: vec!["decisions", "verdicts on what had left"],
        names: vec!["decision", "check"],
        heads: vec![("Decisions", "decisions"), ("Verdicts on what had left", "verdicts")],
        bins: counted.reviews.iter().map(|bin| bin.to_vec()).collect(),
        limits,
    };
    binned.made(caption, counted, asking)
}

/// Monday to Friday, of these days.
fn working_days((first, last): (NaiveDate, NaiveDate)) -> u32 {
    let days = first.iter_days().take_while(|day| *day <= last);
    days.filter(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)).count() as u32
}

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
