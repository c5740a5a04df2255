//! `baton replies`: who answered, and who takes the relationship over.

use anyhow::Result;

use super::at_desk;
use crate::{
    arguments::{Replies, RepliesCommand},
    context::Context,
    print::{page::Style, replies},
};

/// Lists replies, or says of one whether it was taken over.
pub fn run(context: &Context<'_>, what: &Replies) -> Result<bool> {
    at_desk(context, async |desk, _| {
        let (reply, json) = match &what.command {
            None => {
                let found = desk.replies(what.taken, None, what.limit).await?;
                if what.json {
                    context.terminal.print_json(&found.rows)?;
                    return Ok(true);
                }
                let mut page = context.terminal.page();
                if found.rows.is_empty() {
                    let none = if what.taken { "nobody was taken over yet" } else { "nobody who answered waits" };
                    page.line("", &[(Style::Plain, none)]);
                } else {
                    replies::listed(&mut page, &found.rows);
                }
                context.terminal.print(page)?;
                if found.next.is_some() {
                    let mut page = context.terminal.page();
                    page.line("", &[(Style::Faint, "there are earlier ones; `--limit` lists them")]);
                    context.terminal.say(page)?;
                }
                return Ok(true);
            }
            Some(RepliesCommand::Take(of)) => (desk.take_over(&context.who()?, &of.id, context.now()).await?, of.json),
            Some(RepliesCommand::NotYet(of)) => {
                (desk.not_taken_over(&context.who()?, &of.id, context.now()).await?, of.json)
            }
        };
        if json {
            context.terminal.print_json(&reply)?;
        } else {
            let mut page = context.terminal.page();
            replies::standing(&mut page, &reply);
            context.terminal.print(page)?;
        }
        Ok(true)
    })
}
