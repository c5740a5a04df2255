//! `baton outbox transmit`: sends what is due.
//!
//! One worker at a time sends from a store. While `baton serve` runs, that is its worker, and the commands leave sending
//! to it.

use anyhow::Result;
use baton_desk::worker::{Happened, What};
use baton_facts::types::Timestamp;

use super::with_server;
use crate::{
    context::Context,
    output::{
        page::{Page, Style},
        refusal::short,
        text::moment,
    },
};

/// Sends everything that is due and prints the results.
pub fn run(context: &Context<'_>, json: bool) -> Result<bool> {
    with_server(context, async |server| {
        let round = server.send_due(context.now()).await?;
        if json {
            context.terminal.print_json(&round.happened)?;
        } else {
            let mut page = context.terminal.page();
            for happened in &round.happened {
                line(&mut page, happened, context.now());
            }
            if round.happened.is_empty() {
                page.line("", &[(Style::Plain, "no messages are due")]);
            }
            context.terminal.print(page)?;
        }
        match round.trouble {
            Some(trouble) => Err(trouble.into()),
            None => {
                Ok(!round.happened.iter().any(|one| matches!(one.what, What::Failed { .. } | What::InDoubt { .. })))
            }
        }
    })
}

/// Prints the result for one message.
pub fn line(page: &mut Page, happened: &Happened, now: Timestamp) {
    let id = happened.package.as_ref().map_or(happened.outbox.as_str(), short);
    let (style, state, words) = match &happened.what {
        What::Sent { words } => (Style::Good, "sent", words.clone()),
        What::Waits { until, why } if *until > now => {
            (Style::Plain, "waiting", format!("until {}: {why}", moment(*until)))
        }
        What::Waits { why, .. } => (Style::Plain, "waiting", why.clone()),
        What::Failed { why } => (Style::Bad, "failed", why.clone()),
        What::InDoubt { why } => (Style::Doubtful, "delivery unknown", why.clone()),
        What::Withdrawn { why } => (Style::Doubtful, "withdrawn", why.clone()),
        What::Released => (Style::Plain, "released", "passed the final check".to_owned()),
    };
    page.hanging(&[(Style::Faint, &format!("{id}  ")), (style, state), (Style::Plain, "  ")], Style::Plain, &words);
}
