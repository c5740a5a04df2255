//! A simulation: its assumptions, the result of each scenario, and what they mean.

use baton_quality::simulate::{
    Assumption, AssumptionSource, DaysToProven, ScenarioResult, SimulationSetup, Spread, Team,
};
use comfy_table::{Cell, CellAlignment, Table, presets::UTF8_HORIZONTAL_ONLY};

use super::{
    page::{Style, TextPage},
    text::plain,
};

/// The hours of a working day.
const DAY: f64 = 8.0;

/// Prints the assumptions by their source.
pub fn premises(page: &mut TextPage, title: &str, list: &[Assumption]) {
    page.line("", &[(Style::Title, title)]);
    page.heading("Assumptions");
    for (source, name) in [
        (AssumptionSource::Given, "option"),
        (AssumptionSource::Written, "set"),
        (AssumptionSource::Measured, "measured"),
        (AssumptionSource::Assumed, "assumed"),
    ] {
        for premise in list.iter().filter(|premise| premise.source == source) {
            let mut text = premise.what.clone();
            if !premise.from.is_empty() {
                text += &format!(" ({})", premise.from);
            }
            if let (Some(option), true) = (premise.option, source != AssumptionSource::Given) {
                text += &format!("; `--{option}`");
            }
            let style = if source == AssumptionSource::Assumed { Style::Doubtful } else { Style::Faint };
            page.hanging(&[(Style::Plain, "  "), (style, &format!("{name:<10}"))], Style::Plain, &text);
        }
    }
}

/// Prints one row per scenario, the baseline first.
pub fn outcomes(page: &mut TextPage, team: &Team, outcomes: &[ScenarioResult]) {
    let mut style = UTF8_HORIZONTAL_ONLY;
    style = style.row_separator(comfy_table::LineStyle::none());
    let mut table = Table::new();
    let header = [
        "",
        "sent\nper day",
        "at the\nend",
        "bad per\n1,000",
        "review\nhours",
        "at the\nend",
        "days to\nproven",
        "lost",
    ];
    table.load_style(style).set_header(header);
    for column in 1..header.len() {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let by_hand = team.sdrs.saturating_mul(team.by_hand_per_day).to_string();
    table.add_row(["by hand", &by_hand, &by_hand, "", "", "", "", ""].map(Cell::new));
    for outcome in outcomes {
        let (days, lost) = match outcome.streams {
            0 => (String::new(), String::new()),
            _ => (proven(outcome.days_to_proven), range(outcome.demotions)),
        };
        table.add_row(
            [
                outcome.name.split(", ").map(plain).collect::<Vec<_>>().join("\n"),
                range(outcome.sent_per_day),
                format!("{:.0}", outcome.sent_per_day_at_end.median),
                range(outcome.bad_per_thousand),
                format!("{:.1}", outcome.review_hours_per_day.median),
                format!("{:.1}", outcome.review_hours_at_end.median),
                days,
                lost,
            ]
            .map(Cell::new),
        );
    }
    page.gap().block("", &table.trim_fmt());
    page.paragraph(
        "",
        Style::Faint,
        "Medians, with the range of eight in ten runs. Bad: nonconforming messages sent. Review hours: per day, for the \
         whole team. Lost: how often a stream lost auto-send.",
    );
}

/// Prints what the numbers mean, and their limits.
pub fn words(page: &mut TextPage, setting: &SimulationSetup, outcomes: &[ScenarioResult]) {
    let team = &setting.team;
    let by_hand = f64::from(team.sdrs.saturating_mul(team.by_hand_per_day));
    page.heading("Result");
    if let [own, review, ..] = outcomes {
        let people = if team.sdrs == 1 { "one SDR".to_owned() } else { format!("{} SDRs", team.sdrs) };
        let mut said = format!(
            "By hand, {people} would send {by_hand:.0} messages a day. With every package reviewed, it is {:.0} a day for {} \
             of review, and {:.0} of 1,000 sent are bad because a reviewer missed the defect.",
            review.sent_per_day.median,
            time(review.review_hours_per_day.median),
            review.bad_per_thousand.median,
        );
        if own.streams > 0 {
            said += &format!(
                " With your tiers, it is {:.0} a day at the end for {} of review, and {:.0} of 1,000 are bad.",
                own.sent_per_day_at_end.median,
                time(own.review_hours_at_end.median),
                own.bad_per_thousand.median,
            );
            said += &match own.days_to_proven.median {
                Some(days) => format!(" Half of the streams are proven within {days} working days."),
                None => {
                    " At least half of the streams are not proven in this time, so people still review their messages."
                        .to_owned()
                }
            };
        }
        page.paragraph("  ", Style::Plain, &said);
    }
    page.heading("Limits");
    page.paragraph(
        "  ",
        Style::Plain,
        "The share of bad drafts matters most: try other values with `--nonconforming`, and use the share that \
         `baton quality` finds. The simulation assumes that every stream starts in pilot, that reviewers find defects \
         independently, and that rates do not change. It ignores working hours, holidays, sending limits per mailbox and \
         domain, and replies.",
    );
}

/// Formats minutes below two hours, else hours.
fn time(hours: f64) -> String {
    if hours < 2.0 { format!("{:.0} minutes", hours * 60.0) } else { format!("{:.1} hours", hours.min(DAY * 1000.0)) }
}

/// Formats `41 (38–44)`, without a range if both ends round to the same number.
fn range(Spread { low, median, high }: Spread) -> String {
    let [low, median, high] = [low, median, high].map(|value| format!("{value:.0}"));
    if low == high { median } else { format!("{median} ({low}–{high})") }
}

/// Formats `12 (8–31)`; `never` means not within the simulated time.
fn proven(DaysToProven { low, median, high }: DaysToProven) -> String {
    let [low, median, high] =
        [low, median, high].map(|days| days.map_or_else(|| "never".to_owned(), |days| days.to_string()));
    if low == high { median } else { format!("{median} ({low}–{high})") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_their_spread() {
        let of = |low, median, high| Spread { low, median, high };
        for (spread, expected) in [(of(38.2, 41.0, 44.4), "41 (38–44)"), (of(40.8, 41.0, 41.2), "41")] {
            assert_eq!(range(spread), expected);
        }
        assert_eq!(proven(DaysToProven { low: Some(8), median: Some(12), high: None }), "12 (8–never)");
        assert_eq!(proven(DaysToProven::default()), "never");
        assert_eq!([0.4, 1.99, 2.0].map(time), ["24 minutes", "119 minutes", "2.0 hours"]);
    }
}
