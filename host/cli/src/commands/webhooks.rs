//! `baton webhooks`: what was told to whom, and telling it again.

use anyhow::{Result, anyhow};
use baton_desk::{
    config::Settings,
    desk::{DeliveryView, Desk, DeskError},
    webhooks::{Courier, Delivered, Hook},
};

use super::at_desk;
use crate::{
    arguments::{Deliveries, Webhooks, WebhooksCommand},
    context::Context,
    print::{
        Terminal,
        listing::listing,
        page::{Page, Style},
        text::{count, moment},
    },
};

/// Lists deliveries, makes one due again, or tells what is due.
pub fn run(context: &Context<'_>, what: &Webhooks) -> Result<bool> {
    match &what.command {
        None => list(context, &what.list),
        Some(WebhooksCommand::Retry { id }) => {
            let who = context.who()?;
            at_desk(context, async |desk, _| {
                let delivery = desk.deliver_again(&who, id, context.now()).await?;
                let mut page = context.terminal.page();
                listed(&mut page, &[delivery]);
                context.terminal.print(page)?;
                Ok(true)
            })
        }
        Some(WebhooksCommand::Deliver { json }) => deliver(context, *json),
    }
}

fn list(context: &Context<'_>, what: &Deliveries) -> Result<bool> {
    at_desk(context, async |desk, settings| {
        let rows = desk.deliveries(what.webhook.as_deref(), what.state.as_deref(), what.limit).await?;
        if what.json {
            context.terminal.print_json(&rows)?;
            return Ok(true);
        }
        let mut page = context.terminal.page();
        if rows.is_empty() {
            page.line("", &[(Style::Plain, "nothing was told, and nothing is to be told")]);
            if settings.webhooks.is_empty() {
                let hint = "a `[[webhook]]` in baton.toml is told what happens from then on";
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
    at_desk(context, async |desk, settings| {
        let courier = courier(desk, settings, &settings.web.address(settings.web.listen))?;
        let told = courier.once(context.now()).await?;
        if json {
            context.terminal.print_json(&told)?;
        } else {
            let mut page = context.terminal.page();
            for one in &told {
                line(&mut page, one);
            }
            if told.is_empty() {
                page.line("", &[(Style::Plain, "nothing was due")]);
            }
            context.terminal.print(page)?;
        }
        Ok(told.iter().all(|one| one.why.is_none()))
    })
}

/// The courier, with the webhooks that `baton.toml` names; `page_at` is where browsers find the review page.
pub fn courier(desk: &Desk, settings: &Settings, page_at: &str) -> Result<Courier> {
    let hook = |webhook| Hook::new(webhook, |name| std::env::var(name).ok()).map_err(|error| anyhow!(error));
    let hooks = settings.webhooks.iter().map(hook).collect::<Result<_>>()?;
    Ok(Courier::new(desk.clone(), hooks, page_at))
}

/// What a courier that runs could not bring to its end, on standard error.
pub fn not_taken(terminal: &Terminal, told: Result<Delivered, DeskError>) {
    let mut page = terminal.page();
    match told {
        Ok(one) => line(&mut page, &one),
        Err(error) => {
            page.paragraph("", Style::Bad, &format!("{error}; it is tried again"));
        }
    }
    // When standard error is gone, there is nobody to tell.
    let _ = terminal.say(page);
}

fn line(page: &mut Page, one: &Delivered) {
    let (style, word, rest) = match (&one.why, one.again) {
        (None, _) => (Style::Good, "delivered", String::new()),
        (Some(why), Some(again)) => (Style::Doubtful, "not taken", format!("{why}; again {}", moment(again))),
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

fn listed(page: &mut Page, rows: &[DeliveryView]) {
    let rows = rows.iter().map(|row| {
        let state = row.result.clone().unwrap_or_else(|| "waiting".to_owned());
        let cells = vec![row.id.clone(), state, moment(row.at), row.event.clone(), row.webhook.clone()];
        let tried = count(row.attempts as usize, "time");
        let below = match (&row.why, row.due) {
            (Some(why), Some(due)) => format!("tried {tried}: {why}; again {}", moment(due)),
            (Some(why), None) if row.result.as_deref() == Some("dead") => format!("tried {tried}: {why}"),
            _ => String::new(),
        };
        (cells, below)
    });
    listing(page, &["id", "state", "at", "event", "webhook"], &rows.collect::<Vec<_>>());
}
