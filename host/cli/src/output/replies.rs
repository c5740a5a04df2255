//! Replies, newest first.

use baton_desk::replies::ReplyView;

use super::{
    columns::listing,
    page::{Style, TextPage},
    text::{count, moment},
};

/// Prints one line per reply, with our last message below.
pub fn listed(page: &mut TextPage, rows: &[ReplyView]) {
    let cells = rows.iter().map(|row| {
        let contact = row.contact.as_ref().open().map_or("(erased)", String::as_str);
        let wrote = row.last_subject.as_ref().open().map_or("(erased)", String::as_str);
        let mut below = format!("last message: “{wrote}”");
        if !row.withdrawn.is_empty() {
            below += &format!("; {} withdrawn", count(row.withdrawn.len(), "package"));
        }
        if let Some(taken) = &row.takeover {
            below += &format!("; taken over by {} on {}", taken.who, moment(taken.at));
        }
        let cells = [&row.id, &moment(row.recorded), &row.account_name, contact, &row.tier, &row.source];
        (cells.map(|cell: &str| cell.to_owned()).to_vec(), below)
    });
    listing(page, &["id", "noticed", "account", "contact", "tier", "from"], &cells.collect::<Vec<_>>());
}

/// Prints whether someone took over.
pub fn status(page: &mut TextPage, reply: &ReplyView) {
    let said = match &reply.takeover {
        Some(taken) => format!("  taken over by {} on {}", taken.who, moment(taken.at)),
        None => "  not taken over yet".to_owned(),
    };
    let id = format!("  {}", reply.id);
    page.line("", &[(Style::Title, &reply.account_name), (Style::Faint, &id), (Style::Plain, &said)]);
}
