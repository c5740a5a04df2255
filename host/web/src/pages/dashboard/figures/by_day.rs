//! Figures with a column for each day or week: packages, spot-checks, and reviews with capacity.

use super::super::query::DashboardQuery;
use super::super::table::{FigureParts, FigureTable, TableCell};
use crate::chart::{Bar, StackedBarChart};
use crate::format::{count, number};
use baton_desk::dashboard::{CheckResult, Dashboard, DashboardFigure, StateGroup};
use chrono::{Datelike as _, NaiveDate, Weekday};

/// Returns the label of a bin, such as `Mar 10`; a week has its first day.
fn label(bin: (NaiveDate, NaiveDate)) -> String {
    bin.0.format("%b %-d").to_string()
}

fn days(bin: (NaiveDate, NaiveDate)) -> TableCell {
    let text = if bin.0 == bin.1 { bin.0.to_string() } else { format!("{} to {}", bin.0, bin.1) };
    TableCell::both(text, bin.0.to_string())
}

/// A chart with a bar for each day or week, and its table. If everything is 0, there is no chart.
struct ColumnFigure<'a> {
    figure: DashboardFigure,
    title: &'a str,
    parts: Vec<&'static str>,
    /// Names of the parts in addresses.
    names: Vec<&'static str>,
    /// Column names on the page and in the CSV file.
    heads: Vec<(&'static str, &'static str)>,
    bins: Vec<Vec<u64>>,
    /// Capacity of each bin.
    limits: Option<Vec<f64>>,
}

impl ColumnFigure<'_> {
    fn made(self, caption: String, counted: &Dashboard, asking: &DashboardQuery) -> FigureParts {
        let any = self.bins.iter().flatten().any(|count| *count > 0);
        let limits = self.limits.as_deref().unwrap_or_default();
        let bars = counted.bins.iter().zip(&self.bins).enumerate().map(|(index, (bin, counts))| Bar {
            label: label(*bin),
            parts: counts.iter().map(|count| *count as f64).collect(),
            note: String::new(),
            limit: limits.get(index).copied(),
        });
        let chart = StackedBarChart {
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
            let mut cells = vec![days(*bin), TableCell::filed(bin.1.to_string())];
            cells.extend(self.names.iter().zip(counts).map(|(name, count)| {
                TableCell::count(*count, asking.to(self.figure.name(), Some(*bin), &[("part", Some(name))]))
            }));
            cells.extend(limits.get(index).map(|limit| TableCell::number(*limit as u64)));
            cells
        });
        // Newest first.
        let mut rows: Vec<_> = rows.collect();
        rows.reverse();
        (caption, any.then(|| chart.vertical()), FigureTable { head, rows })
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

pub(super) fn packages(counted: &Dashboard, asking: &DashboardQuery) -> FigureParts {
    let [waiting, under_way, sent, rejected, gone] = total(&counted.packages);
    let all = waiting + under_way + sent + rejected + gone;
    let caption = format!(
        "{} prepared: {} sent, {} scheduled, {} waiting, {} rejected, {} not sent.",
        count(all, "package"),
        number(sent),
        number(under_way),
        number(waiting),
        number(rejected),
        number(gone)
    );
    let binned = ColumnFigure {
        figure: DashboardFigure::Packages,
        title: "Packages by the day they were prepared",
        parts: vec!["waiting", "scheduled", "sent", "rejected", "not sent"],
        names: StateGroup::ALL.map(StateGroup::name).to_vec(),
        heads: vec![
            ("Waiting", "waiting"),
            ("Scheduled", "under-way"),
            ("Sent", "sent"),
            ("Rejected", "rejected"),
            ("Not sent", "gone"),
        ],
        bins: counted.packages.iter().map(|bin| bin.to_vec()).collect(),
        limits: None,
    };
    binned.made(caption, counted, asking)
}

pub(super) fn checks(counted: &Dashboard, asking: &DashboardQuery) -> FigureParts {
    let [good, bad, factual, missed, open] = total(&counted.checks);
    let all = good + bad + factual + missed + open;
    let caption = match all {
        0 => "No emails were sampled for a spot-check.".to_owned(),
        _ => format!(
            "{}: {} good to send, {} with a problem, {} with a wrong fact, {} missed, {} open.",
            count(all, "spot-check"),
            number(good),
            number(bad),
            number(factual),
            number(missed),
            number(open)
        ),
    };
    let binned = ColumnFigure {
        figure: DashboardFigure::Checks,
        title: "Spot-checks by the day they were sampled",
        parts: vec!["good to send", "has a problem", "wrong fact", "missed", "open"],
        names: CheckResult::ALL.map(CheckResult::name).to_vec(),
        heads: vec![
            ("Good to send", "conforming"),
            ("Has a problem", "nonconforming"),
            ("Wrong fact", "factual-defect"),
            ("Missed", "missed"),
            ("Open", "open"),
        ],
        bins: counted.checks.iter().map(|bin| bin.to_vec()).collect(),
        limits: None,
    };
    binned.made(caption, counted, asking)
}

pub(super) fn reviews(counted: &Dashboard, asking: &DashboardQuery) -> FigureParts {
    let limits: Option<Vec<f64>> = asking
        .per_day
        .map(|per_day| counted.bins.iter().map(|bin| f64::from(per_day) * f64::from(working_days(*bin))).collect());
    let [decisions, verdicts] = total(&counted.reviews);
    let most = counted.reviews.iter().map(|[decisions, verdicts]| decisions + verdicts).max().unwrap_or(0);
    let what = if counted.bins.iter().all(|bin| bin.0 == bin.1) { "day" } else { "week" };
    let mut caption = format!(
        "{} and {}; {} on the busiest {what}",
        count(decisions, "review"),
        count(verdicts, "spot-check"),
        number(most)
    );
    if let (Some(limits), Some(per_day)) = (&limits, asking.per_day) {
        // Work on a day off has no capacity to exceed.
        let above = |made: &[u64; 2], limit: f64| limit > 0.0 && (made[0] + made[1]) as f64 > limit;
        let over = counted.reviews.iter().zip(limits).filter(|(made, limit)| above(made, **limit));
        let over = over.count() as u64;
        let said = if over == 0 { format!("no {what}") } else { count(over, what) };
        caption.push_str(&format!("; capacity is {} per working day, with {said} above capacity", number(per_day)));
    }
    caption.push('.');
    let binned = ColumnFigure {
        figure: DashboardFigure::Reviews,
        title: "Reviews by day",
        parts: vec!["reviews before sending", "spot-checks after sending"],
        names: vec!["decision", "check"],
        heads: vec![("Reviews before sending", "decisions"), ("Spot-checks after sending", "verdicts")],
        bins: counted.reviews.iter().map(|bin| bin.to_vec()).collect(),
        limits,
    };
    binned.made(caption, counted, asking)
}

/// Counts the days from Monday to Friday.
fn working_days((first, last): (NaiveDate, NaiveDate)) -> u32 {
    let days = first.iter_days().take_while(|day| *day <= last);
    days.filter(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)).count() as u32
}
