//! `baton outbox`: what is on its way, or was. An entry is named by its package, which has at most one.

use anyhow::{Result, bail};
use baton_desk::desk::{Desk, OutboxView};
use baton_facts::types::Timestamp;

use super::{at_desk, transmit};
use crate::{
    arguments::{Outbox, OutboxCommand, YesNo},
    context::Context,
    print::{outbox, page::Style, refusal::short},
};

/// Lists entries, shows one, takes one back, or settles one.
pub fn run(context: &Context<'_>, what: &Outbox) -> Result<bool> {
    match (&what.command, &what.package) {
        (None, None) => list(context, what),
        (None, Some(package)) => {
            at_desk(context, async |desk, _| show(context, &find(desk, package, context.now()).await?, what.json))
        }
        (Some(OutboxCommand::Withdraw(what)), _) => at_desk(context, async |desk, _| {
            let entry = find(desk, &what.package, context.now()).await?;
            let entry = desk.withdraw(&context.who()?, &entry.id, &what.why, context.now()).await?;
            standing(context, &entry)
        }),
        (Some(OutboxCommand::Transmit(what)), _) => transmit::run(context, what.json),
        (Some(OutboxCommand::Settle(what)), _) => at_desk(context, async |desk, _| {
            let entry = find(desk, &what.package, context.now()).await?;
            let entry = desk.settle(&context.who()?, &entry.id, what.left == YesNo::Yes, context.now()).await?;
            standing(context, &entry)
        }),
    }
}

fn list(context: &Context<'_>, what: &Outbox) -> Result<bool> {
    at_desk(context, async |desk, _| {
        let mut rows = Vec::new();
        let mut after: Option<String> = None;
        while rows.len() < what.limit as usize {
            let wanted = what.limit - u32::try_from(rows.len()).unwrap_or(what.limit);
            let page = desk.outbox(after.as_deref(), wanted).await?;
            rows.extend(page.rows);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        if what.json {
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
            page.line("", &[(Style::Plain, "nothing is on its way, and nothing was")]);
            page.line(
                "  ",
                &[(Style::Faint, "hint: "), (Style::Plain, "`baton queue` lists what waits for a decision")],
            );
        }
        if after.is_some() {
            page.line("", &[(Style::Faint, "there are earlier ones; `--limit` lists them")]);
        }
        if let Some(stop) = desk.stopped().await? {
            outbox::stopped(&mut page, &stop);
        }
        context.terminal.say(page)?;
        Ok(true)
    })
}

/// By the package's id, or how it starts.
async fn find(desk: &Desk, package: &str, now: Timestamp) -> Result<OutboxView> {
    let id = desk.find(package).await?;
    match desk.package(&id, now).await?.outbox {
        Some(entry) => Ok(entry),
        None => bail!(
            "the package {} has no message in the outbox: it was not approved\nhint: `baton show {}` says where it is",
            short(&id),
            short(&id)
        ),
    }
}

/// Where it is now.
fn standing(context: &Context<'_>, entry: &OutboxView) -> Result<bool> {
    let mut page = context.terminal.page();
    page.line("", &[(Style::Title, &entry.account_name), (Style::Faint, &format!("  {}", short(&entry.package)))]);
    outbox::standing(&mut page, entry);
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
