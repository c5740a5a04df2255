//! The outbox: what is on its way, or was, and in words what that means.

use baton_desk::{desk::OutboxView, life::State, store::Stop};

use super::{
    listing::listing,
    package,
    page::{Page, Style},
    refusal::short,
    text::{count, day, moment},
};

/// One line for each entry, and below it why it is where it is.
pub fn outbox(page: &mut Page, rows: &[OutboxView]) {
    let forgotten = || "(forgotten)".to_owned();
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

/// One entry: the exact text, and where it is.
pub fn entry(page: &mut Page, entry: &OutboxView) {
    page.line("", &[(Style::Title, &entry.account_name)]);
    standing(page, entry);
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
            page.gap().paragraph("", Style::Doubtful, "what it said is gone");
        }
    }
    if let Some(overruled) = entry.overruled.as_ref().open().filter(|overruled| !overruled.is_empty()) {
        page.heading("Checks that were overruled");
        for over in overruled {
            page.hanging(
                &[(Style::Plain, "  "), (Style::Plain, &over.check), (Style::Plain, "  ")],
                Style::Plain,
                &over.reason,
            );
        }
    }
}

fn message_id(page: &mut Page, entry: &OutboxView) {
    let id = format!("<{}>", entry.message_id);
    page.hanging(&[(Style::Faint, "  "), (Style::Faint, "Message-ID  ")], Style::Plain, &id);
}

/// Where an entry is, and what comes next.
pub fn standing(page: &mut Page, entry: &OutboxView) {
    let (style, mut words) = words(entry);
    if let Some(why) = why(entry) {
        words += &format!(": {why}");
    }
    page.hanging(&[(Style::Plain, "  "), (style, entry.state.name()), (Style::Plain, "  ")], Style::Plain, &words);
    if entry.attempts > 1 {
        page.line("  ", &[(Style::Faint, &format!("tried {}", count(entry.attempts as usize, "time")))]);
    }
    if entry.state == State::InDoubt {
        let next = format!("next: find out, then `baton outbox settle {} --left yes` or `no`", short(&entry.package));
        page.paragraph("  ", Style::Plain, &next);
    }
}

/// Why it is where it is; a file in the folder we are in is named from there.
fn why(entry: &OutboxView) -> Option<String> {
    let why = entry.why.as_ref().open().cloned().flatten()?;
    let here = std::env::current_dir().ok().and_then(|here| here.to_str().map(|here| format!("{here}/")));
    Some(here.and_then(|here| why.strip_prefix(&here).map(str::to_owned)).unwrap_or(why))
}

fn words(entry: &OutboxView) -> (Style, String) {
    let at = |what: &str, when: Option<i64>| when.map_or(what.to_owned(), |when| format!("{what} on {}", moment(when)));
    let waits = entry.not_before.map_or(String::new(), |when| format!(", not before {}", moment(when)));
    match entry.state {
        State::Approved => (Style::Doubtful, "waits for the final check".to_owned()),
        State::Authorised => (Style::Good, format!("waits to be transmitted{waits}")),
        State::Transmitting => (Style::Doubtful, "is being transmitted".to_owned()),
        State::Sent => (Style::Good, at("left", entry.ended)),
        State::Failed => (Style::Bad, at("did not leave and will not, since it failed", entry.ended)),
        State::InDoubt => (Style::Bad, "may have left, which only a person can find out".to_owned()),
        State::Withdrawn => (Style::Doubtful, at("taken back", entry.ended)),
        // No entry is in any other state.
        other => (Style::Plain, other.name().to_owned()),
    }
}

/// The stop button is pressed.
pub fn stopped(page: &mut Page, stop: &Stop) {
    let why = if stop.why.is_empty() { String::new() } else { format!(": {}", stop.why) };
    let line = format!("sending is stopped by {} since {}{why}", stop.who, moment(stop.at));
    page.paragraph("", Style::Bad, &line);
    page.line("  ", &[(Style::Faint, "hint: "), (Style::Plain, "`baton resume-sending` lets it go on")]);
}
