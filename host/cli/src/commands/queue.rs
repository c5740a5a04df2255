//! `baton queue`: what waits for a person, next to do first.

use anyhow::Result;
use baton_desk::{
    config::Settings,
    desk::{Desk, QueueFilter, QueueRow, Whose},
    life::State,
    run::Capacity,
};

use super::{assign::reviewer, at_desk};
use crate::{
    arguments::Queue,
    context::Context,
    print::{
        outbox,
        page::Style,
        queue,
        text::{count, moment, number},
    },
};

/// Lists packages. An empty queue says what to do.
pub fn run(context: &Context<'_>, what: &Queue) -> Result<bool> {
    at_desk(context, async |desk, settings| {
        let states = if what.all { State::ALL.to_vec() } else { what.state.clone() };
        let campaign = known(settings, what.campaign.as_deref())?;
        let whose = match what.assignee.as_deref() {
            None => Whose::Anybody,
            Some("nobody") => Whose::Nobody,
            Some(email) => Whose::User(reviewer(desk, email).await?.id),
        };
        let (tier, signal_kind) = (what.tier.clone(), what.kind.clone());
        let search = what.search.clone().unwrap_or_default();
        let filter = QueueFilter { campaign, states, tier, signal_kind, whose, search };
        let (rows, more) = rows(desk, &filter, what.limit, context.now()).await?;
        if what.json {
            context.terminal.print_json(&rows)?;
            return Ok(true);
        }
        if !rows.is_empty() {
            let mut page = context.terminal.page();
            queue::queue(&mut page, &rows, context.now());
            context.terminal.print(page)?;
        }
        let mut page = context.terminal.page();
        if rows.is_empty() {
            let empty = match is_narrowed(&filter) {
                false if filter.states.is_empty() => "nothing waits for a decision",
                true if filter.states.is_empty() => "nothing like that waits for a decision",
                _ => "there is no such package",
            };
            page.line("", &[(Style::Plain, empty)]);
            for hint in hints(desk, settings, &filter, context.now()).await? {
                page.line("  ", &[(Style::Faint, "hint: "), (Style::Plain, &hint)]);
            }
        } else {
            if more && filter.states.is_empty() && !is_narrowed(&filter) {
                let waiting = desk.waiting(filter.campaign.as_deref(), context.now()).await?;
                let line = format!("{} of {} that wait; `--limit` lists more", rows.len(), number(waiting));
                page.line("", &[(Style::Faint, &line)]);
            } else if more {
                page.line("", &[(Style::Faint, "there are more; `--limit` lists them")]);
            }
            if let Some(today) = today(desk, settings, &filter, context.now()).await? {
                page.line("", &[(Style::Faint, &today)]);
            }
            page.line("", &[(Style::Faint, "next: `baton show ID`")]);
        }
        if let Some(stop) = desk.stopped().await? {
            outbox::stopped(&mut page, &stop);
        }
        context.terminal.say(page)?;
        Ok(true)
    })
}

/// By more than a campaign and states.
fn is_narrowed(filter: &QueueFilter) -> bool {
    let QueueFilter { tier, signal_kind, whose, search, .. } = filter;
    tier.is_some() || signal_kind.is_some() || *whose != Whose::Anybody || !search.is_empty()
}

/// The campaign's id is its file's name unless the file says otherwise.
fn known(settings: &Settings, campaign: Option<&str>) -> Result<Option<String>> {
    campaign.map(|name| Ok(settings.campaign(name)?.value.campaign.id)).transpose()
}

/// How far the day's reviewing has come, once it has begun. A day is a campaign's, so one must be named or the only one.
async fn today(desk: &Desk, settings: &Settings, filter: &QueueFilter, now: i64) -> Result<Option<String>> {
    let names = settings.campaign_names().unwrap_or_default();
    for name in &names {
        // A campaign file that cannot be read is no reason to hide the queue.
        let Ok(read) = settings.campaign(name) else { continue };
        let file = read.value;
        if filter.campaign.as_ref().map_or(names.len() == 1, |campaign| *campaign == file.campaign.id) {
            let capacity = Capacity::of(file.capacity, &settings.sending);
            let done = desk.reviewed_today(&file.campaign.id, capacity, now).await?;
            let per_day = number(capacity.per_day);
            return Ok((done > 0).then(|| format!("{} of {per_day} reviews a day are done today", number(done))));
        }
    }
    Ok(None)
}

/// Up to `limit` rows, and whether there are more.
async fn rows(desk: &Desk, filter: &QueueFilter, limit: u32, now: i64) -> Result<(Vec<QueueRow>, bool)> {
    let mut rows = Vec::new();
    let mut after = None;
    loop {
        let wanted = limit.saturating_sub(u32::try_from(rows.len()).unwrap_or(u32::MAX));
        let page = desk.queue(filter, after.as_deref(), wanted, now).await?;
        rows.extend(page.rows);
        after = page.next;
        if after.is_none() || rows.len() >= limit as usize {
            return Ok((rows, after.is_some()));
        }
    }
}

/// What to do where nothing waits.
async fn hints(desk: &Desk, settings: &Settings, filter: &QueueFilter, now: i64) -> Result<Vec<String>> {
    let mut hints = Vec::new();
    if !filter.states.is_empty() || is_narrowed(filter) {
        let every = "`baton queue` lists all that wait, `baton queue --all` packages in every state";
        return Ok(vec![every.to_owned()]);
    }
    let of = |states| QueueFilter { campaign: filter.campaign.clone(), states, ..QueueFilter::default() };
    let (snoozed, _) = rows(desk, &of(vec![State::Snoozed]), 500, now).await?;
    if let Some(first) = snoozed.iter().filter_map(|row| row.until).min() {
        hints.push(format!("{} snoozed; the first comes back on {}", count(snoozed.len(), "package"), moment(first)));
    }
    let (decided, _) = rows(desk, &of(State::ALL.to_vec()), 1, now).await?;
    let campaigns = settings.campaign_names().unwrap_or_default();
    let campaign = filter.campaign.clone().or_else(|| campaigns.first().cloned()).unwrap_or_else(|| "CAMPAIGN".into());
    hints.push(match decided.is_empty() {
        true => format!("`baton run {campaign}` prepares packages"),
        false => {
            format!("`baton run {campaign}` looks for new ones; `baton queue --all` lists those that were decided")
        }
    });
    Ok(hints)
}
