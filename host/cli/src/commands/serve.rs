//! `baton serve`: the review page, and beside it the worker that transmits what is approved.

use std::{io::Write as _, net::SocketAddr, sync::Arc, time::Instant};

use anyhow::{Context as _, Result};
use baton_desk::outbox::{Event, What};
use baton_facts::types::Timestamp;
use baton_web::{Door, Site};
use tokio::sync::{Notify, watch};

use super::{at_desk, transmit};
use crate::{
    arguments::Serve,
    context::Context,
    print::{Terminal, page::Style},
};

/// Serves until it is stopped; what is being transmitted then is brought to its end.
pub fn run(context: &Context<'_>, what: &Serve) -> Result<bool> {
    let who = context.who()?;
    at_desk(context, async |desk, settings| {
        let door = Door::new(&settings.web)?.with_provider(&settings.web, |name| std::env::var(name).ok())?;
        let address = SocketAddr::new(settings.web.listen.ip(), what.port.unwrap_or(settings.web.listen.port()));
        door.may_be_served(address)?;
        let required = door.is_required();
        let listener = tokio::net::TcpListener::bind(address).await.with_context(|| {
            format!(
                "{address} cannot be listened on\nhint: another program may have the port: choose one with `--port`"
            )
        })?;
        let at = listener.local_addr()?;
        let worker = transmit::worker(desk, settings)?;
        let clock = ticking(context.clock.now());
        desk.retain(settings.store.retention(), clock()).await?;
        let wake = Arc::new(Notify::new());
        let site = Site {
            desk: desk.clone(),
            operator: who,
            door,
            campaigns: settings.campaign_names()?,
            clock: Arc::clone(&clock),
            wake: Arc::clone(&wake),
        };
        // To standard output, at once: a program that starts this one reads it there.
        let mut out = std::io::stdout().lock();
        writeln!(out, "review page: {}/", settings.web.address(at))?;
        out.flush()?;
        drop(out);
        let mut page = context.terminal.page();
        page.line(
            "",
            &[(Style::Faint, "what is approved there leaves in the recipient's working hours; Ctrl-C stops")],
        );
        if required && !desk.has_users().await? {
            page.paragraph("", Style::Doubtful, "everybody signs in here, and there is no user yet");
            page.paragraph("  ", Style::Faint, "hint: `baton users add EMAIL --name NAME --role admin` adds the first");
        }
        context.terminal.say(page)?;

        let (stop, stopped) = watch::channel(false);
        let stopping = |mut stopped: watch::Receiver<bool>| async move {
            // Without a sender the program is ending as well.
            let _ = stopped.wait_for(|stop| *stop).await;
        };
        let terminal = context.terminal.clone();
        let tell = move |event| told(&terminal, event);
        let working = tokio::spawn(worker.run(move || clock(), wake, stopping(stopped.clone()), tell));
        let serving = tokio::spawn(baton_web::serve(listener, site, stopping(stopped)));
        tokio::signal::ctrl_c().await.context("the signal to stop cannot be waited for")?;
        // Nobody listens any more where both have ended by themselves.
        let _ = stop.send(true);
        serving.await??;
        working.await?;
        Ok(true)
    })
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
