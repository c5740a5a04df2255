//! `baton replies`: prospects who replied, and who takes over.

use anyhow::Result;

use super::with_desk;
use crate::{
    arguments::{RepliesArgs, RepliesCommand},
    context::Context,
    output::{page::Style, replies},
};

/// Lists replies, or records or undoes a takeover.
pub fn run(context: &Context<'_>, args: &RepliesArgs) -> Result<bool> {
    if args.command.is_some() {
        context.who()?;
    }
    with_desk(context, async |desk, _| {
        let (reply, json) = match &args.command {
            None => {
                let found = desk.replies(args.taken_over, None, args.limit).await?;
                if args.json {
                    context.terminal.print_json(&found.rows)?;
                    return Ok(true);
                }
                let mut page = context.terminal.page();
                if found.rows.is_empty() {
                    let none = if args.taken_over {
                        "no replies were taken over yet"
                    } else {
                        "no replies wait for someone to take over"
                    };
                    page.line("", &[(Style::Plain, none)]);
                } else {
                    replies::listed(&mut page, &found.rows);
                }
                context.terminal.print(page)?;
                if found.next.is_some() {
                    let mut page = context.terminal.page();
                    page.line("", &[(Style::Faint, "older replies are not listed; use `--limit`")]);
                    context.terminal.say(page)?;
                }
                return Ok(true);
            }
            Some(RepliesCommand::TakeOver(of)) => (desk.take_over(&of.id, context.now()).await?, of.json),
            Some(RepliesCommand::UndoTakeover(of)) => (desk.undo_take_over(&of.id, context.now()).await?, of.json),
        };
        if json {
            context.terminal.print_json(&reply)?;
        } else {
            let mut page = context.terminal.page();
            replies::status(&mut page, &reply);
            context.terminal.print(page)?;
        }
        Ok(true)
    })
}
