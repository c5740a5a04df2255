//! `baton outbox`: scheduled and sent messages. A package has at most one, so its id names the message.

use anyhow::{Result, bail};
use baton_desk::Desk;
use baton_facts::types::Timestamp;
use baton_model::views::OutboxView;

use super::{transmit, with_desk};
use crate::{
    arguments::{OutboxArgs, OutboxCommand, YesNo},
    context::Context,
    output::{outbox, page::Style, refusal::short},
};

/// Lists messages, shows one, withdraws one, or settles one.
pub fn run(context: &Context<'_>, args: &OutboxArgs) -> Result<bool> {
    if matches!(args.command, Some(OutboxCommand::Withdraw(_) | OutboxCommand::Settle(_))) {
        context.who()?;
    }
    match (&args.command, &args.package) {
        (None, None) => list(context, args),
        (None, Some(package)) => {
            with_desk(context, async |desk, _| show(context, &find(desk, package, context.now()).await?, args.json))
        }
        (Some(OutboxCommand::Withdraw(args)), _) => with_desk(context, async |desk, _| {
            let entry = find(desk, &args.package, context.now()).await?;
            let entry = desk.withdraw(&entry.id, &args.why, context.now()).await?;
            print_status(context, &entry)
        }),
        (Some(OutboxCommand::Transmit(args)), _) => transmit::run(context, args.json),
        (Some(OutboxCommand::Settle(args)), _) => with_desk(context, async |desk, _| {
            let entry = find(desk, &args.package, context.now()).await?;
            let entry = desk.record_delivery(&entry.id, args.sent == YesNo::Yes, context.now()).await?;
            print_status(context, &entry)
        }),
    }
}

fn list(context: &Context<'_>, args: &OutboxArgs) -> Result<bool> {
    with_desk(context, async |desk, _| {
        let mut rows = Vec::new();
        let mut after: Option<String> = None;
        while rows.len() < args.limit as usize {
            let wanted = args.limit - u32::try_from(rows.len()).unwrap_or(args.limit);
            let page = desk.outbox(after.as_deref(), wanted).await?;
            rows.extend(page.rows);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        if args.json {
            context.terminal.print_json(&rows)?;
            return Ok(true);
        }
        if !rows.is_empty() {
            let mut page = context.terminal.page();
            outbox::outbox(&mut page, &rows);
            context.terminal.print(page)?;
        }
        let mut page = context.terminal.page();
        if rows.is_empty() {
            page.line("", &[(Style::Plain, "no messages are scheduled, and none were sent")]);
            page.line(
                "  ",
                &[(Style::Faint, "hint: "), (Style::Plain, "`baton queue` lists packages that wait for a decision")],
            );
        }
        if after.is_some() {
            page.line("", &[(Style::Faint, "older messages are not listed; use `--limit`")]);
        }
        if let Some(stop) = desk.sending_stop().await? {
            outbox::stopped(&mut page, &stop);
        }
        context.terminal.say(page)?;
        Ok(true)
    })
}

/// Finds a message by its package's id, or the first characters.
async fn find(desk: &Desk, package: &str, now: Timestamp) -> Result<OutboxView> {
    let id = desk.find(package).await?;
    match desk.package(&id, now).await?.outbox {
        Some(entry) => Ok(entry),
        None => bail!(
            "the package {} has no message in the outbox: it is not approved\nhint: `baton show {}` shows its state",
            short(&id),
            short(&id)
        ),
    }
}

/// Prints the state of a message.
fn print_status(context: &Context<'_>, entry: &OutboxView) -> Result<bool> {
    let mut page = context.terminal.page();
    page.line("", &[(Style::Title, &entry.account_name), (Style::Faint, &format!("  {}", short(&entry.package)))]);
    outbox::status(&mut page, entry);
    context.terminal.print(page)?;
    Ok(true)
}

fn show(context: &Context<'_>, entry: &OutboxView, json: bool) -> Result<bool> {
    if json {
        context.terminal.print_json(entry)?;
    } else {
        let mut page = context.terminal.page();
        outbox::entry(&mut page, entry);
        context.terminal.print(page)?;
    }
    Ok(true)
}
