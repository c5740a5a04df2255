//! `baton queue`: packages that wait for a decision, most urgent first.

use anyhow::Result;
use baton_config::Settings;
use baton_desk::Desk;
use baton_desk::accounts::DailyCapacity;
use baton_desk::reviews::{AssigneeFilter, QueueFilter, QueueRow};
use baton_model::package_state::PackageState;

use super::{assign::reviewer, with_desk};
use crate::{
    arguments::QueueArgs,
    context::Context,
    output::{
        outbox,
        page::Style,
        queue,
        text::{count, moment, number},
    },
};

/// Lists packages. If the list is empty, suggests the next step.
pub fn run(context: &Context<'_>, args: &QueueArgs) -> Result<bool> {
    with_desk(context, async |desk, settings| {
        let states = if args.all { PackageState::ALL.to_vec() } else { args.state.clone() };
        let campaign = campaign_id(settings, args.campaign.as_deref())?;
        let assignee = match args.assignee.as_deref() {
            None => AssigneeFilter::All,
            Some("nobody") => AssigneeFilter::Unassigned,
            Some(email) => AssigneeFilter::User(reviewer(desk, email).await?.id),
        };
        let (tier, signal_kind) = (args.tier.clone(), args.kind.clone());
        let search = args.search.clone().unwrap_or_default();
        let filter = QueueFilter { campaign, states, tier, signal_kind, assignee, search };
        let (rows, more) = rows(desk, &filter, args.limit, context.now()).await?;
        if args.json {
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
                false if filter.states.is_empty() => "no packages wait for a decision",
                true if filter.states.is_empty() => "no packages match these filters",
                _ => "no packages match these filters",
            };
            page.line("", &[(Style::Plain, empty)]);
            for hint in hints(desk, settings, &filter, context.now()).await? {
                page.line("  ", &[(Style::Faint, "hint: "), (Style::Plain, &hint)]);
            }
        } else {
            if more && filter.states.is_empty() && !is_narrowed(&filter) {
                let waiting = desk.waiting(filter.campaign.as_deref(), context.now()).await?;
                let line = format!("{} of {} packages that wait; `--limit` lists more", rows.len(), number(waiting));
                page.line("", &[(Style::Faint, &line)]);
            } else if more {
                page.line("", &[(Style::Faint, "more packages match; `--limit` lists them")]);
            }
            if let Some(today) = today(desk, settings, &filter, context.now()).await? {
                page.line("", &[(Style::Faint, &today)]);
            }
            page.line("", &[(Style::Faint, "next: `baton show ID`")]);
        }
        if let Some(stop) = desk.sending_stop().await? {
            outbox::stopped(&mut page, &stop);
        }
        context.terminal.say(page)?;
        Ok(true)
    })
}

/// Whether the filter uses more than campaign and states.
fn is_narrowed(filter: &QueueFilter) -> bool {
    let QueueFilter { tier, signal_kind, assignee, search, .. } = filter;
    tier.is_some() || signal_kind.is_some() || *assignee != AssigneeFilter::All || !search.is_empty()
}

/// Returns the campaign's id, which is its file name unless the file sets another one.
fn campaign_id(settings: &Settings, campaign: Option<&str>) -> Result<Option<String>> {
    campaign.map(|name| Ok(settings.campaign(name, None)?.value.campaign.id)).transpose()
}

/// Returns the progress of today's reviews, once there is one. Capacity belongs to a campaign, so `filter` must name one
/// unless there is only one.
async fn today(desk: &Desk, settings: &Settings, filter: &QueueFilter, now: i64) -> Result<Option<String>> {
    let names = settings.campaign_names().unwrap_or_default();
    for name in &names {
        // An unreadable campaign file must not hide the queue.
        let Ok(read) = settings.campaign(name, None) else { continue };
        let file = read.value;
        if filter.campaign.as_ref().map_or(names.len() == 1, |campaign| *campaign == file.campaign.id) {
            let capacity = DailyCapacity::of(file.capacity, &settings.sending);
            let done = desk.reviewed_today(&file.campaign.id, capacity, now).await?;
            let per_day = number(capacity.per_day);
            return Ok((done > 0).then(|| format!("{} of {per_day} reviews done today", number(done))));
        }
    }
    Ok(None)
}

/// Returns up to `limit` rows, and whether there are more.
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

/// Suggests the next step if no packages are listed.
async fn hints(desk: &Desk, settings: &Settings, filter: &QueueFilter, now: i64) -> Result<Vec<String>> {
    let mut hints = Vec::new();
    if !filter.states.is_empty() || is_narrowed(filter) {
        let every = "`baton queue` lists all packages that wait, `baton queue --all` lists every state";
        return Ok(vec![every.to_owned()]);
    }
    let of = |states| QueueFilter { campaign: filter.campaign.clone(), states, ..QueueFilter::default() };
    let (snoozed, _) = rows(desk, &of(vec![PackageState::Snoozed]), 500, now).await?;
    if let Some(first) = snoozed.iter().filter_map(|row| row.until).min() {
        hints.push(format!("{} snoozed; the first returns on {}", count(snoozed.len(), "package"), moment(first)));
    }
    let (decided, _) = rows(desk, &of(PackageState::ALL.to_vec()), 1, now).await?;
    let campaigns = settings.campaign_names().unwrap_or_default();
    let campaign = filter.campaign.clone().or_else(|| campaigns.first().cloned()).unwrap_or_else(|| "CAMPAIGN".into());
    hints.push(match decided.is_empty() {
        true => format!("`baton run {campaign}` prepares packages"),
        false => {
            format!("`baton run {campaign}` prepares new ones; `baton queue --all` lists decided ones")
        }
    });
    Ok(hints)
}
