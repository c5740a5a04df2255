//! `baton outbox transmit`: sends what is due.
//!
//! One worker at a time sends from a store. While `baton serve` runs, that is its worker, and the commands leave sending
//! to it.

use anyhow::Result;
use baton_desk::worker::{EntryResult, EntryUpdate};
use baton_facts::types::Timestamp;

use super::with_server;
use crate::{
    context::Context,
    output::{
        page::{Style, TextPage},
        problems,
        refusal::short,
        text::moment,
    },
};

/// Sends everything that is due and prints the results.
pub fn run(context: &Context<'_>, json: bool) -> Result<bool> {
    with_server(context, async |server| {
        let round = server.send_due(context.now()).await?;
        if json {
            context.terminal.print_json(&round.entries)?;
        } else {
            let mut page = context.terminal.page();
            for entry in &round.entries {
                line(&mut page, entry, context.now());
            }
            if round.entries.is_empty() {
                page.line("", &[(Style::Plain, "no messages are due")]);
            }
            context.terminal.print(page)?;
        }
        let held = round.held.is_some();
        if let Some(held) = &round.held {
            let mut page = context.terminal.page();
            problems::warning(&mut page, held);
            context.terminal.say(page)?;
        }
        match round.error {
            Some(trouble) => Err(trouble.into()),
            None => Ok(!held
                && !round
                    .entries
                    .iter()
                    .any(|one| matches!(one.what, EntryResult::Failed { .. } | EntryResult::DeliveryUnknown { .. }))),
        }
    })
}

/// Prints the result for one message.
pub fn line(page: &mut TextPage, entry: &EntryUpdate, now: Timestamp) {
    let id = entry.package.as_ref().map_or(entry.outbox.as_str(), short);
    let (style, state, words) = match &entry.what {
        EntryResult::Sent { words } => (Style::Good, "sent", words.clone()),
        EntryResult::Waiting { until, why } if *until > now => {
            (Style::Plain, "waiting", format!("until {}: {why}", moment(*until)))
        }
        EntryResult::Waiting { why, .. } => (Style::Plain, "waiting", why.clone()),
        EntryResult::Failed { why } => (Style::Bad, "failed", why.clone()),
        EntryResult::DeliveryUnknown { why } => (Style::Doubtful, "delivery unknown", why.clone()),
        EntryResult::Withdrawn { why } => (Style::Doubtful, "withdrawn", why.clone()),
        EntryResult::Released => (Style::Plain, "released", "passed the final check".to_owned()),
    };
    page.hanging(&[(Style::Faint, &format!("{id}  ")), (style, state), (Style::Plain, "  ")], Style::Plain, &words);
}
