//! The outbox: scheduled and sent messages, with their state in words.

use baton_model::delivery::ManualStop;
use baton_model::package_state::PackageState;
use baton_model::views::OutboxView;

use super::{
    columns::listing,
    package,
    page::{Style, TextPage},
    refusal::short,
    text::{count, day, moment},
};

/// Prints one line per message, with the reason for its state below.
pub fn outbox(page: &mut TextPage, rows: &[OutboxView]) {
    let forgotten = || "(erased)".to_owned();
    let cells = rows.iter().map(|entry| {
        let message = entry.message.as_ref().open();
        let cells = vec![
            short(&entry.package).to_owned(),
            entry.state.to_string(),
            day(entry.approved),
            entry.account_name.clone(),
            message.map_or_else(forgotten, |message| message.to.clone()),
            message.map_or_else(forgotten, |message| message.subject.clone()),
        ];
        (cells, why(entry).unwrap_or_default())
    });
    listing(page, &["id", "state", "approved", "account", "to", "subject"], &cells.collect::<Vec<_>>());
}

/// Prints one message: its state and exact text.
pub fn entry(page: &mut TextPage, entry: &OutboxView) {
    page.line("", &[(Style::Title, &entry.account_name)]);
    status(page, entry);
    page.gap();
    match entry.message.as_ref().open() {
        Some(message) => {
            for (label, text) in
                [("From        ", &entry.mailbox), ("To          ", &message.to), ("Subject     ", &message.subject)]
            {
                page.hanging(&[(Style::Faint, "  "), (Style::Faint, label)], Style::Plain, text);
            }
            message_id(page, entry);
            let footer = entry.footer.as_ref().open().map_or("", String::as_str);
            page.gap();
            package::text(page, &message.body, footer);
        }
        None => {
            message_id(page, entry);
            page.gap().paragraph("", Style::Doubtful, "the text was erased");
        }
    }
    if let Some(overruled) = entry.overruled.as_ref().open().filter(|overruled| !overruled.is_empty()) {
        page.heading("Overruled checks");
        for over in overruled {
            page.hanging(
                &[(Style::Plain, "  "), (Style::Plain, &over.check), (Style::Plain, "  ")],
                Style::Plain,
                &over.reason,
            );
        }
    }
}

fn message_id(page: &mut TextPage, entry: &OutboxView) {
    let id = format!("<{}>", entry.message_id);
    page.hanging(&[(Style::Faint, "  "), (Style::Faint, "Message-ID  ")], Style::Plain, &id);
}

/// Prints the state of a message and the next step.
pub fn status(page: &mut TextPage, entry: &OutboxView) {
    let (style, mut words) = words(entry);
    if let Some(why) = why(entry) {
        words += &format!(": {why}");
    }
    page.hanging(&[(Style::Plain, "  "), (style, entry.state.name()), (Style::Plain, "  ")], Style::Plain, &words);
    if entry.attempts > 1 {
        page.line("  ", &[(Style::Faint, &format!("tried {}", count(entry.attempts as usize, "time")))]);
    }
    if entry.state == PackageState::DeliveryUnknown {
        let next = format!(
            "next: look in the mailbox's sent messages, then `baton outbox settle {} --sent yes` or `no`",
            short(&entry.package)
        );
        page.paragraph("  ", Style::Plain, &next);
    }
}

/// Returns the reason for the state. A path in the current folder is shortened.
fn why(entry: &OutboxView) -> Option<String> {
    let why = entry.why.as_ref().open().cloned().flatten()?;
    let here = std::env::current_dir().ok().and_then(|here| here.to_str().map(|here| format!("{here}/")));
    Some(here.and_then(|here| why.strip_prefix(&here).map(str::to_owned)).unwrap_or(why))
}

fn words(entry: &OutboxView) -> (Style, String) {
    let at = |what: &str, when: Option<i64>| {
        when.map_or(what.to_owned(), |when| format!("{what} on {}", moment(when)).trim_start().to_owned())
    };
    match entry.state {
        PackageState::Approved => (Style::Doubtful, "waiting for the final check".to_owned()),
        PackageState::Scheduled => {
            let when = entry.not_before.map(|when| format!("not before {}", moment(when)));
            (Style::Good, when.unwrap_or_else(|| "to be sent next".to_owned()))
        }
        PackageState::Transmitting => (Style::Doubtful, "being sent".to_owned()),
        PackageState::Sent => (Style::Good, at("", entry.ended)),
        PackageState::Failed => (Style::Bad, at("not sent", entry.ended)),
        PackageState::DeliveryUnknown => (Style::Bad, "it may have been sent".to_owned()),
        PackageState::Withdrawn => (Style::Doubtful, at("", entry.ended)),
        // A message is never in another state.
        other => (Style::Plain, other.name().to_owned()),
    }
}

/// Prints that all sending is stopped.
pub fn stopped(page: &mut TextPage, stop: &ManualStop) {
    let why = if stop.why.is_empty() { String::new() } else { format!(": {}", stop.why) };
    let line = format!("sending was stopped by {} on {}{why}", stop.who, moment(stop.at));
    page.paragraph("", Style::Bad, &line);
    page.line("  ", &[(Style::Faint, "hint: "), (Style::Plain, "`baton resume-sending` resumes it")]);
}
