//! The comparison of a component with recordings: a line of numbers per stream, and the changes in some calls.

use baton_desk::autonomy::{CallComparison, CallDifference, ComponentComparison, DraftTexts, StreamComparison};

use similar::{Algorithm, DiffTag, capture_diff_slices};

use super::{
    page::{Style, TextPage},
    quality::name,
    refusal::short,
    text::{count, day, number},
};

/// The most words to compare; of longer texts, both versions are printed.
const WORDS: usize = 1500;

/// Prints the whole comparison.
pub fn comparison(page: &mut TextPage, found: &ComponentComparison) {
    let digest = found.component.to_string();
    page.line("", &[(Style::Title, &format!("{} ", found.world)), (Style::Faint, &digest)]);
    for sum in &found.streams {
        page.gap();
        stream(page, sum);
        for call in &sum.calls {
            compared(page, call);
        }
    }
    page.gap();
    let all = |part: fn(&StreamComparison) -> u32| found.streams.iter().map(part).sum::<u32>();
    let differing = all(StreamComparison::differing);
    let executed = all(|sum| sum.identical) + differing;
    if executed == 0 {
        page.paragraph("", Style::Plain, "no recordings to compare with");
    } else if differing == 0 {
        page.line("", &[(Style::Good, &format!("{} gave the same result", count(executed as usize, "recording")))]);
    } else {
        let line =
            format!("{} of {} gave a different result", number(differing), count(executed as usize, "recording"));
        page.line("", &[(Style::Bad, &line)]);
    }
}

fn stream(page: &mut TextPage, sum: &StreamComparison) {
    match (&sum.key, sum.stream) {
        (Some(key), Some(id)) => {
            let name = format!("{id:>4}  {}", name(key));
            page.line("", &[(Style::Title, &name)]);
        }
        _ => {
            page.line("", &[(Style::Title, "      accounts that were held or disqualified")]);
        }
    }
    let mut parts = vec![(Style::Good, sum.identical, "identical")];
    parts.push((Style::Doubtful, sum.wording, "with other wording"));
    parts.push((Style::Bad, sum.outcome, "with another outcome"));
    parts.push((Style::Doubtful, sum.incomparable, "not comparable"));
    parts.push((Style::Faint, sum.forgotten, "erased"));
    let shown: Vec<(Style, String)> = parts
        .into_iter()
        .enumerate()
        .filter(|(index, (_, many, _))| *index == 0 || *many > 0)
        .map(|(index, (style, many, what))| {
            let comma = if index == 0 { "" } else { ", " };
            (style, format!("{comma}{} {what}", number(many)))
        })
        .collect();
    let kept = format!("{}: ", count(sum.kept as usize, "recording"));
    let mut line = vec![(Style::Plain, kept.as_str())];
    line.extend(shown.iter().map(|(style, text)| (*style, text.as_str())));
    page.line("      ", &line);
    if sum.stream.is_some() {
        page.paragraph("      ", Style::Faint, &evidence(sum));
    }
}

/// Returns whether the evidence can be carried over to the component, and the reason if not.
fn evidence(sum: &StreamComparison) -> String {
    let Some(needed) = sum.needed else { return "no evidence yet".into() };
    let inspected = count(usize::try_from(sum.inspected).unwrap_or(usize::MAX), "inspection");
    if sum.carried {
        format!("evidence of {inspected}, carried over")
    } else if sum.can_carry_over {
        format!("evidence of {inspected}; add `--carry-over` to carry it over")
    } else if sum.differing() > 0 {
        format!("evidence of {inspected}; with this component the stream starts again in pilot")
    } else if sum.identical < needed {
        format!(
            "evidence of {inspected}; carrying it over needs {} with the same result",
            count(needed as usize, "recording")
        )
    } else {
        format!(
            "evidence of {inspected}; an earlier comparison found a difference, so the stream starts again in pilot"
        )
    }
}

fn compared(page: &mut TextPage, call: &CallComparison) {
    let id = call.package.as_ref().map_or("        ", short);
    let lead = format!("      {id}  ");
    let what = format!("{}, {} of {}", call.account, call.function, day(call.at));
    page.line("", &[(Style::Faint, &lead), (Style::Plain, &what)]);
    match &call.difference {
        CallDifference::Outcome { changes } => {
            for change in changes {
                page.paragraph("        ", Style::Bad, change);
            }
        }
        CallDifference::Incomparable { why } => {
            page.paragraph("        ", Style::Doubtful, why);
        }
        CallDifference::Wording { recorded, now } => wording(page, recorded, now),
        CallDifference::Identical | CallDifference::Erased => {}
    }
}

fn wording(page: &mut TextPage, recorded: &DraftTexts, now: &DraftTexts) {
    if recorded == now {
        page.paragraph("        ", Style::Doubtful, "the draft is the same; the package differs in other texts");
        return;
    }
    if recorded.subject != now.subject {
        page.paragraph("        ", Style::Plain, &format!("subject: {}", words(&recorded.subject, &now.subject)));
    }
    for (before, after) in paragraphs(&recorded.body, &now.body) {
        page.paragraph("        ", Style::Plain, &words(before, after));
    }
}

/// Returns pairs of differing paragraphs, or both whole texts if their number of paragraphs differs.
fn paragraphs<'a>(before: &'a str, after: &'a str) -> Vec<(&'a str, &'a str)> {
    let (x, y): (Vec<&str>, Vec<&str>) = (before.split("\n\n").collect(), after.split("\n\n").collect());
    if x.len() != y.len() {
        return vec![(before, after)];
    }
    x.into_iter().zip(y).filter(|(x, y)| x != y).collect()
}

/// Merges both texts as `wdiff` does: `[-removed-]` and `{+added+}`.
fn words(before: &str, after: &str) -> String {
    let (x, y): (Vec<&str>, Vec<&str>) = (before.split_whitespace().collect(), after.split_whitespace().collect());
    if x.len() > WORDS || y.len() > WORDS {
        return format!("[-{before}-] {{+{after}+}}");
    }
    let mut shown: Vec<String> = Vec::new();
    for step in capture_diff_slices(Algorithm::Myers, &x, &y) {
        let (old, new) = (x[step.old_range()].join(" "), y[step.new_range()].join(" "));
        match step.tag() {
            DiffTag::Equal => shown.push(old),
            DiffTag::Delete => shown.push(format!("[-{old}-]")),
            DiffTag::Insert => shown.push(format!("{{+{new}+}}")),
            DiffTag::Replace => shown.push(format!("[-{old}-] {{+{new}+}}")),
        }
    }
    shown.join(" ")
}

#[cfg(test)]
mod tests;
