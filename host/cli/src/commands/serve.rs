//! `baton serve`: the review page, with the workers that send messages and webhooks.

use std::{collections::BTreeMap, io::Write as _, net::SocketAddr, sync::Arc, time::Instant};

use anyhow::{Context as _, Result, anyhow};
use baton_config::Settings;
use baton_desk::desk::Capacity;
use baton_desk::outbox::{Event, What};
use baton_facts::types::Timestamp;
use baton_identity::Panel;
use baton_model::CampaignFile;
use baton_web::{Door, Site};
use tokio::sync::{Notify, watch};

use super::{redraft, transmit, webhooks, with_open_desk};
use crate::{
    arguments::ServeArgs,
    context::Context,
    output::{Terminal, page::Style},
};

/// Serves until Ctrl-C, then finishes the message that is being sent.
pub fn run(context: &Context<'_>, args: &ServeArgs) -> Result<bool> {
    let who = context.who()?;
    with_open_desk(context, async |loaded, settings| {
        let (desk, components) = (&loaded.desk, &loaded.components);
        let door = Door::new(&settings.web)?.with_provider(&settings.web, |name| std::env::var(name).ok())?;
        let address = SocketAddr::new(settings.web.listen.ip(), args.port.unwrap_or(settings.web.listen.port()));
        door.may_be_served(address)?;
        let required = door.is_required();
        let listener = tokio::net::TcpListener::bind(address).await.with_context(|| {
            format!(
                "cannot listen on {address}\nhint: if another program uses the port, choose another one with `--port`"
            )
        })?;
        let at = listener.local_addr()?;
        let page_at = settings.web.address(at);
        let panels = panels(settings, &page_at)?;
        let courier = webhooks::courier(desk, settings, &page_at)?;
        let worker = transmit::worker(desk, settings)?;
        let clock = ticking(context.clock.now());
        desk.retain(settings.store.retention(), clock()).await?;
        let wake = Arc::new(Notify::new());
        // The command asks before an approval; the page offers undo afterwards instead.
        let desk = &desk.clone().with_undo(settings.review.undo_seconds);
        let site = Site {
            desk: desk.clone(),
            sending: settings.sending.clone(),
            redrafting: Some(Arc::new(redraft::CommandRedrafter::new(desk, settings, components))),
            operator: who,
            door,
            panels,
            campaigns: settings.campaign_names()?,
            capacity: capacities(settings)?,
            clock: Arc::clone(&clock),
            wake: Arc::clone(&wake),
        };
        // Written to standard output at once, for programs that start this one and wait for the address.
        let mut out = std::io::stdout().lock();
        writeln!(out, "review page: {page_at}/")?;
        out.flush()?;
        drop(out);
        let mut page = context.terminal.page();
        page.line(
            "",
            &[(Style::Faint, "approved messages are sent in the recipient's working hours; press Ctrl-C to stop")],
        );
        let has_users = desk.has_users().await?;
        if required && !has_users {
            page.paragraph("", Style::Doubtful, "sign-in is required, but there are no users yet");
            page.paragraph(
                "  ",
                Style::Faint,
                "hint: add the first with `baton users add EMAIL --name NAME --role admin`",
            );
        }
        if let Some(backup) = settings.review.backup.as_ref().filter(|_| required || has_users)
            && desk.backup().await?.is_none()
        {
            page.paragraph("", Style::Doubtful, &format!("the backup reviewer {backup} is not an active user"));
            page.paragraph("  ", Style::Faint, "hint: `baton users list` lists the users");
        }
        context.terminal.say(page)?;

        let (stop, stopped) = watch::channel(false);
        let stopping = |mut stopped: watch::Receiver<bool>| async move {
            // A dropped sender means that the program is ending as well.
            let _ = stopped.wait_for(|stop| *stop).await;
        };
        let terminal = context.terminal.clone();
        let tell = move |event| print_event(&terminal, event);
        let (terminal, courier_clock) = (context.terminal.clone(), Arc::clone(&clock));
        let telling = move |delivery| webhooks::print_failure(&terminal, delivery);
        let carrying = tokio::spawn(courier.run(move || courier_clock(), stopping(stopped.clone()), telling));
        let working = tokio::spawn(worker.run(move || clock(), wake, stopping(stopped.clone()), tell));
        let serving = tokio::spawn(baton_web::serve(listener, site, stopping(stopped)));
        tokio::signal::ctrl_c().await.context("cannot wait for Ctrl-C")?;
        // Sending fails only if all tasks have ended already.
        let _ = stop.send(true);
        serving.await??;
        working.await?;
        carrying.await?;
        Ok(true)
    })
}

/// Returns the review capacity of each campaign. An unreadable campaign file must not stop the page.
fn capacities(settings: &Settings) -> Result<BTreeMap<String, Capacity>> {
    let read = settings.campaign_names()?.into_iter().filter_map(|name| settings.campaign(&name).ok());
    let of = |file: CampaignFile| (file.campaign.id.clone(), Capacity::of(file.capacity, &settings.sending));
    Ok(read.map(|read| of(read.value)).collect())
}

/// Loads the CRM panels with their secrets.
fn panels(settings: &Settings, page_at: &str) -> Result<Vec<Panel>> {
    let panels = settings.crm_panels.iter();
    panels
        .map(|panel| Panel::new(panel, page_at, |name| std::env::var(name).ok()).map_err(|error| anyhow!(error)))
        .collect()
}

/// Returns a clock that starts at `start` and runs on from there.
fn ticking(start: Timestamp) -> Arc<dyn Fn() -> Timestamp + Send + Sync> {
    let began = Instant::now();
    Arc::new(move || start.saturating_add(i64::try_from(began.elapsed().as_secs()).unwrap_or(i64::MAX)))
}

/// Prints what the sending worker did to standard error.
fn print_event(terminal: &Terminal, event: Event) {
    let mut page = terminal.page();
    match event {
        // A message that still waits is not news.
        Event::Happened(happened) if !matches!(happened.what, What::Waits { .. }) => {
            transmit::line(&mut page, &happened, 0);
        }
        Event::Trouble(error) => {
            page.paragraph("", Style::Bad, &format!("{error}; Baton will retry"));
        }
        Event::Happened(_) | Event::Elapsed(_) => return,
    }
    // If standard error is closed, there is nowhere to report to.
    let _ = terminal.say(page);
}
