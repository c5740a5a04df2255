//! The table of the story: one line per moment, followed by the governor's reason.

use baton_desk::autonomy::StreamView;
use baton_facts::quality::Standing;
use baton_facts::types::Timestamp;
use chrono::DateTime;
use std::fmt::Write as _;

/// A moment of the story.
pub struct Moment {
    pub at: Timestamp,
    pub what: String,
    /// The stream at that moment.
    pub stream: StreamView,
    /// Messages of the stream sent since the moment before: without and with review.
    pub sent: [usize; 2],
    /// The standing of the other stream.
    pub other: Standing,
}

/// Returns a table of the moments, with the number of sent messages.
pub fn table(moments: &[Moment]) -> String {
    let mut table = String::new();
    line(&mut table, ["", "", "in-", "noncon-", "in a", "", "", "sent un-", "sent", "other"].map(str::to_owned));
    let head = ["when", "event", "spected", "forming", "row", "bound", "standing", "checked", "read", "stream"];
    line(&mut table, head.map(str::to_owned));
    table.push_str(&"─".repeat(WIDTH));
    table.push('\n');
    let mut total = [0, 0];
    for moment in moments {
        let (tally, assessment) = (&moment.stream.tally, &moment.stream.assessment);
        let number = |count: usize| if count == 0 { String::new() } else { count.to_string() };
        let [unchecked, read] = moment.sent;
        total = [total[0] + unchecked, total[1] + read];
        let cells = [
            when(moment.at),
            moment.what.clone(),
            tally.inspected.to_string(),
            tally.nonconforming.to_string(),
            tally.clean_run.to_string(),
            format!("{}.{:02}%", assessment.upper_bound / 100, assessment.upper_bound % 100),
            standing(assessment.standing).to_owned(),
            number(unchecked),
            number(read),
            standing(moment.other).to_owned(),
        ];
        line(&mut table, cells);
        let _ = writeln!(table, "{:18}{}", "", assessment.reason);
    }
    table.push_str(&"─".repeat(WIDTH));
    table.push('\n');
    let mut cells = [const { String::new() }; 10];
    [cells[0], cells[7], cells[8]] = ["in all".to_owned(), total[0].to_string(), total[1].to_string()];
    line(&mut table, cells);
    table
}

const WIDTH: usize = 138;

fn line(table: &mut String, [when, what, inspected, bad, run, bound, standing, unchecked, read, other]: [String; 10]) {
    let line = format!(
        "{when:<18}{what:<40} {inspected:>7} {bad:>7} {run:>4} {bound:>9}  {standing:<10} {unchecked:>8} {read:>5}  {other}"
    );
    let _ = writeln!(table, "{}", line.trim_end());
}

/// Formats a time: `Thu 12 Mar 10:31`.
pub fn when(at: Timestamp) -> String {
    DateTime::from_timestamp(at, 0).unwrap_or_default().format("%a %e %b %H:%M").to_string()
}

pub fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Pilot => "pilot",
        Standing::Probation => "probation",
        Standing::Proven => "proven",
        Standing::Suspended => "suspended",
    }
}
