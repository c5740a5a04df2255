//! `baton webhooks`: deliveries and retries.

use anyhow::Result;
use baton_desk::webhooks::DeliveryAttempt;
use baton_desk::webhooks::DeliveryView;

use super::{with_desk, with_server};
use crate::{
    arguments::{DeliveriesArgs, WebhooksArgs, WebhooksCommand},
    context::Context,
    output::{
        columns::listing,
        page::{Style, TextPage},
        text::{count, moment},
    },
};

/// Lists deliveries, retries one, or sends those that are due.
pub fn run(context: &Context<'_>, args: &WebhooksArgs) -> Result<bool> {
    match &args.command {
        None => list(context, &args.list),
        Some(WebhooksCommand::Retry { id }) => {
            context.who()?;
            with_desk(context, async |desk, _| {
                let delivery = desk.retry_delivery(id, context.now()).await?;
                let mut page = context.terminal.page();
                listed(&mut page, &[delivery]);
                context.terminal.print(page)?;
                Ok(true)
            })
        }
        Some(WebhooksCommand::Deliver { json }) => deliver(context, *json),
    }
}

fn list(context: &Context<'_>, args: &DeliveriesArgs) -> Result<bool> {
    with_desk(context, async |desk, settings| {
        let rows = desk.deliveries(args.webhook.as_deref(), args.state.as_deref(), args.limit).await?;
        if args.json {
            context.terminal.print_json(&rows)?;
            return Ok(true);
        }
        let mut page = context.terminal.page();
        if rows.is_empty() {
            page.line("", &[(Style::Plain, "no deliveries yet")]);
            if settings.webhooks.is_empty() {
                let hint = "add a `[[webhook]]` to baton.toml to receive events";
                page.line("  ", &[(Style::Faint, "hint: "), (Style::Plain, hint)]);
            }
        } else {
            listed(&mut page, &rows);
        }
        context.terminal.print(page)?;
        Ok(true)
    })
}

fn deliver(context: &Context<'_>, json: bool) -> Result<bool> {
    with_server(context, async |server| {
        let web = &server.settings().web;
        let dispatcher = server.webhook_dispatcher(&web.address(web.listen))?;
        let deliveries = dispatcher.dispatch_due(context.now()).await?;
        if json {
            context.terminal.print_json(&deliveries)?;
        } else {
            let mut page = context.terminal.page();
            for one in &deliveries {
                line(&mut page, one);
            }
            if deliveries.is_empty() {
                page.line("", &[(Style::Plain, "no deliveries are due")]);
            }
            context.terminal.print(page)?;
        }
        Ok(deliveries.iter().all(|one| one.why.is_none()))
    })
}

/// Prints the result of one delivery.
pub fn line(page: &mut TextPage, one: &DeliveryAttempt) {
    let (style, word, rest) = match (&one.why, one.retry_at) {
        (None, _) => (Style::Good, "delivered", String::new()),
        (Some(why), Some(again)) => (Style::Doubtful, "failed", format!("{why}; retry on {}", moment(again))),
        (Some(why), None) => (Style::Bad, "dead", why.clone()),
    };
    let what = format!("{} to {}", one.event, one.webhook);
    let words = if rest.is_empty() { what } else { format!("{what}: {rest}") };
    page.hanging(
        &[(Style::Faint, &format!("{}  ", one.id)), (style, word), (Style::Plain, "  ")],
        Style::Plain,
        &words,
    );
}

fn listed(page: &mut TextPage, rows: &[DeliveryView]) {
    let rows = rows.iter().map(|row| {
        let state = row.result.clone().unwrap_or_else(|| "waiting".to_owned());
        let cells = vec![row.id.clone(), state, moment(row.at), row.event.clone(), row.webhook.clone()];
        let tried = count(row.attempts as usize, "time");
        let below = match (&row.why, row.due) {
            (Some(why), Some(due)) => format!("tried {tried}: {why}; retry on {}", moment(due)),
            (Some(why), None) if row.result.as_deref() == Some("dead") => format!("tried {tried}: {why}"),
            _ => String::new(),
        };
        (cells, below)
    });
    listing(page, &["id", "state", "at", "event", "webhook"], &rows.collect::<Vec<_>>());
}
