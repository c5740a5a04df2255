//! `baton serve`: the review page, and beside it the worker that transmits what is approved.

use std::{collections::BTreeMap, io::Write as _, net::SocketAddr, sync::Arc, time::Instant};

use anyhow::{Context as _, Result, anyhow};
use baton_desk::{
    config::{CampaignFile, Settings},
    desk::Panel,
    outbox::{Event, What},
    run::Capacity,
};
use baton_facts::types::Timestamp;
use baton_web::{AppState, AuthConfig, ViewTimer};
use tokio::sync::{Notify, watch};

use super::{at_desk_with, redraft, transmit, webhooks};
use crate::{
    arguments::Serve,
    context::Context,
    print::{Terminal, page::Style},
};

/// Serves until it is stopped; what is being transmitted then is brought to its end.
pub fn run(context: &Context<'_>, what: &Serve) -> Result<bool> {
    let who = context.who()?;
    at_desk_with(context, async |loaded, settings| {
        let (desk, components) = (&loaded.desk, &loaded.components);
        let auth = AuthConfig::new(&settings.web)?.with_provider(&settings.web, |name| std::env::var(name).ok())?;
        let address = SocketAddr::new(settings.web.listen.ip(), what.port.unwrap_or(settings.web.listen.port()));
        auth.check_address(address)?;
        let required = auth.is_required();
        let listener = tokio::net::TcpListener::bind(address).await.with_context(|| {
            format!(
                "{address} cannot be listened on\nhint: another program may have the port: choose one with `--port`"
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
        // Whoever approves at the command was asked there; on the page they can still take it back.
        let desk = &desk.clone().with_undo(settings.review.undo_seconds);
        let app = AppState {
            desk: desk.clone(),
            sending: settings.sending.clone(),
            redrafting: Some(Arc::new(redraft::Redrafter::new(desk, settings, components))),
            operator: who,
            auth,
            panels,
            campaigns: settings.campaign_names()?,
            capacity: capacities(settings)?,
            clock: Arc::clone(&clock),
            wake: Arc::clone(&wake),
            view_timer: ViewTimer::new(),
        };
        // To standard output, at once: a program that starts this one reads it there.
        let mut out = std::io::stdout().lock();
        writeln!(out, "review page: {page_at}/")?;
        out.flush()?;
        drop(out);
        let mut page = context.terminal.page();
        page.line(
            "",
            &[(Style::Faint, "what is approved there leaves in the recipient's working hours; Ctrl-C stops")],
        );
        let has_users = desk.has_users().await?;
        if required && !has_users {
            page.paragraph("", Style::Doubtful, "everybody signs in here, and there is no user yet");
            page.paragraph("  ", Style::Faint, "hint: `baton users add EMAIL --name NAME --role admin` adds the first");
        }
        if let Some(backup) = settings.review.backup.as_ref().filter(|_| required || has_users)
            && desk.backup().await?.is_none()
        {
            page.paragraph("", Style::Doubtful, &format!("nobody signs in as the backup reviewer, {backup}"));
            page.paragraph("  ", Style::Faint, "hint: `baton users list` shows who may");
        }
        context.terminal.say(page)?;

        let (stop, stopped) = watch::channel(false);
        let stopping = |mut stopped: watch::Receiver<bool>| async move {
            // Without a sender the program is ending as well.
            let _ = stopped.wait_for(|stop| *stop).await;
        };
        let terminal = context.terminal.clone();
        let tell = move |event| told(&terminal, event);
        let (terminal, courier_clock) = (context.terminal.clone(), Arc::clone(&clock));
        let telling = move |told| webhooks::not_taken(&terminal, told);
        let carrying = tokio::spawn(courier.run(move || courier_clock(), stopping(stopped.clone()), telling));
        let working = tokio::spawn(worker.run(move || clock(), wake, stopping(stopped.clone()), tell));
        let serving = tokio::spawn(baton_web::serve(listener, app, stopping(stopped)));
        tokio::signal::ctrl_c().await.context("the signal to stop cannot be waited for")?;
        // Nobody listens any more where both have ended by themselves.
        let _ = stop.send(true);
        serving.await??;
        working.await?;
        carrying.await?;
        Ok(true)
    })
}

/// How much of each campaign can be reviewed in a day. A file that cannot be read is no reason not to serve.
fn capacities(settings: &Settings) -> Result<BTreeMap<String, Capacity>> {
    let read = settings.campaign_names()?.into_iter().filter_map(|name| settings.campaign(&name).ok());
    let of = |file: CampaignFile| (file.campaign.id.clone(), Capacity::of(file.capacity, &settings.sending));
    Ok(read.map(|read| of(read.value)).collect())
}

/// The CRMs that open packages within their own records, with their keys.
fn panels(settings: &Settings, page_at: &str) -> Result<Vec<Panel>> {
    let panels = settings.crm_panels.iter();
    panels
        .map(|panel| Panel::new(panel, page_at, |name| std::env::var(name).ok()).map_err(|error| anyhow!(error)))
        .collect()
}

/// A clock that starts at this moment and goes on from there.
fn ticking(start: Timestamp) -> Arc<dyn Fn() -> Timestamp + Send + Sync> {
    let began = Instant::now();
    Arc::new(move || start.saturating_add(i64::try_from(began.elapsed().as_secs()).unwrap_or(i64::MAX)))
}

/// What the worker did, on standard error.
fn told(terminal: &Terminal, event: Event) {
    let mut page = terminal.page();
    match event {
        // What only goes on waiting is no news.
        Event::Happened(happened) if !matches!(happened.what, What::Waits { .. }) => {
            transmit::line(&mut page, &happened, 0);
        }
        Event::Trouble(error) => {
            page.paragraph("", Style::Bad, &format!("{error}; it is tried again"));
        }
        Event::Happened(_) | Event::Elapsed(_) => return,
    }
    // When standard error is gone, there is nobody to tell.
    let _ = terminal.say(page);
}
