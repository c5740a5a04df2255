//! Errors and warnings: problems in files, rejected rows, and the error that ended a command.

use baton_config::{Problems, Severity};
use baton_crm::{LoadError, LoadReport};
use baton_desk::DeskError;
use baton_desk::StoreError;

use super::{
    page::{Style, TextPage},
    refusal,
    text::{count, number},
};

/// The number of notes to print; the rest is only counted.
const NOTES_SHOWN: usize = 10;

/// The number of values to print that cannot be read and decide about contact.
const HOLDS_SHOWN: usize = 50;

/// Prints each problem with its hint.
pub fn problems(page: &mut TextPage, problems: &Problems) {
    for problem in &problems.0 {
        let text = problem.to_string();
        let (severity, style) = match problem.severity {
            Severity::Error => ("error", Style::Bad),
            Severity::Warning => ("warning", Style::Doubtful),
        };
        message(page, severity, style, text.strip_prefix(severity).unwrap_or(&text));
    }
}

/// Prints an error with its hint.
pub fn stopped(page: &mut TextPage, error: &anyhow::Error) {
    if let Some(found) = error.downcast_ref::<Problems>() {
        return problems(page, found);
    }
    if let Some(LoadError::Refused { reasons, report }) = error.downcast_ref() {
        rows(page, report);
        for reason in reasons {
            message(page, "error", Style::Bad, &format!(": {reason}"));
        }
        return;
    }
    let text = match error.downcast_ref::<DeskError>() {
        Some(error) => refusal::desk(error),
        None => match error.downcast_ref::<StoreError>() {
            Some(error) => refusal::store(error),
            // The whole chain: the reason is often in the last part.
            None => format!("{error:#}"),
        },
    };
    message(page, "error", Style::Bad, &format!(": {text}"));
}

/// Prints a warning with its hint.
pub fn warning(page: &mut TextPage, text: &str) {
    message(page, "warning", Style::Doubtful, &format!(": {text}"));
}

/// Prints a note.
pub fn note(page: &mut TextPage, text: &str) {
    message(page, "note", Style::Faint, &format!(": {text}"));
}

/// Prints rejected rows of an export, and notes on the others.
pub fn rows(page: &mut TextPage, report: &LoadReport) {
    let rejected: u64 = report.rejected.values().sum();
    if rejected > 0 {
        let reasons: Vec<String> =
            report.rejected.iter().map(|(reason, rows)| format!("{} {reason}", number(*rows))).collect();
        let rows = count(usize::try_from(rejected).unwrap_or(usize::MAX), "row");
        message(page, "warning", Style::Doubtful, &format!(": {rows} rejected: {}", reasons.join(", ")));
        for reject in &report.examples {
            page.hanging(
                &[(Style::Plain, "  ")],
                Style::Plain,
                &format!("{}:{}: {}", reject.file, reject.line, reject.detail),
            );
            page.hanging(&[(Style::Faint, "    hint: ")], Style::Faint, &reject.hint);
        }
        let more = usize::try_from(rejected).unwrap_or(usize::MAX).saturating_sub(report.examples.len());
        if more > 0 {
            page.line("  ", &[(Style::Faint, &format!("and {} more", number(more as u64)))]);
        }
        if let Some(file) = &report.rejects_file {
            page.line("  ", &[(Style::Faint, &format!("all rejected rows: {}", file.display()))]);
        }
    }
    for hold in report.holds.iter().take(HOLDS_SHOWN) {
        let times = if hold.count > 1 { format!(", {} times", number(hold.count)) } else { String::new() };
        let text = format!(
            ": {}:{}: {} \"{}\" {}{times}\nhint: {}",
            hold.file, hold.line, hold.field, hold.value, hold.what, hold.hint
        );
        message(page, "warning", Style::Doubtful, &text);
    }
    let more = report.holds.len().saturating_sub(HOLDS_SHOWN);
    if more > 0 {
        page.line("", &[(Style::Faint, &format!("and {}", count(more, "more such value")))]);
    }
    for note in report.notes.iter().take(NOTES_SHOWN) {
        let place = match (note.field.as_str(), note.lines.first()) {
            ("", Some(line)) => format!("{}:{line}", note.file),
            ("", None) => note.file.clone(),
            (field, Some(line)) => format!("{}:{line}: {field}", note.file),
            (field, None) => format!("{}: {field}", note.file),
        };
        let times = if note.count > 1 { format!(", {} times", number(note.count)) } else { String::new() };
        let example = if note.example.is_empty() { String::new() } else { format!(" (\"{}\")", note.example) };
        message(page, "note", Style::Faint, &format!(": {place} {}{example}{times}", note.what));
    }
    let more = report.notes.len().saturating_sub(NOTES_SHOWN);
    if more > 0 {
        page.line("", &[(Style::Faint, &format!("and {}", count(more, "more note")))]);
    }
}

/// Prints a message of several lines: the first after the label, hints indented.
fn message(page: &mut TextPage, word: &str, style: Style, rest: &str) {
    for (index, line) in rest.lines().enumerate() {
        let line = line.trim();
        match (index, line.strip_prefix("hint:")) {
            (0, _) => page.line("", &[(style, word), (Style::Plain, line)]),
            (_, Some(hint)) => page.line("  ", &[(Style::Faint, "hint:"), (Style::Plain, hint)]),
            (_, None) => page.line("  ", &[(Style::Plain, line)]),
        };
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::output::page::shown;

    #[test]
    fn an_error_with_its_hint_and_no_escape_sequence() {
        let mut page = TextPage::new(80);
        stopped(&mut page, &anyhow::anyhow!("no account \"\u{1b}[31mx\"\nhint: name it by id"));
        expect![[r#"
            error: no account "\u{1b}[31mx"
              hint: name it by id
        "#]]
        .assert_eq(&shown(page));
    }
}
