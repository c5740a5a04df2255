//! `baton outbox transmit`, and sending right after an approval.
//!
//! One worker at a time sends from a store. While `baton serve` runs, that is its worker, and the commands leave sending
//! to it.

use anyhow::{Result, anyhow};
use baton_config::Settings;
use baton_desk::desk::Desk;
use baton_desk::outbox::{Happened, Round, What, Worker};
use baton_facts::types::Timestamp;
use baton_mail::{Caps, Folder, Sending, SmtpServer, Transport};

use super::with_desk;
use crate::{
    context::Context,
    output::{
        page::{Page, Style},
        refusal::short,
        text::moment,
    },
};

/// Sends everything that is due and prints the results.
pub fn run(context: &Context<'_>, json: bool) -> Result<bool> {
    with_desk(context, async |desk, settings| {
        let round = worker(desk, settings)?.once(context.now()).await;
        if json {
            context.terminal.print_json(&round.happened)?;
        } else {
            let mut page = context.terminal.page();
            for happened in &round.happened {
                line(&mut page, happened, context.now());
            }
            if round.happened.is_empty() {
                page.line("", &[(Style::Plain, "no messages are due")]);
            }
            context.terminal.print(page)?;
        }
        match round.trouble {
            Some(trouble) => Err(trouble.into()),
            None => {
                Ok(!round.happened.iter().any(|one| matches!(one.what, What::Failed { .. } | What::InDoubt { .. })))
            }
        }
    })
}

/// Runs one round for a new approval. Returns `Ok(None)` if another process is sending.
pub async fn after_approval(desk: &Desk, settings: &Settings, now: Timestamp) -> Result<Option<Round>> {
    match worker(desk, settings) {
        Ok(mut worker) => Ok(Some(worker.once(now).await)),
        Err(error) if error.is::<baton_desk::outbox::Locked>() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Returns the worker with the configured transport.
pub fn worker(desk: &Desk, settings: &Settings) -> Result<Worker> {
    let mut campaigns = Vec::new();
    for name in settings.campaign_names()? {
        campaigns.push(settings.campaign(&name)?.value);
    }
    let transport = transport(&settings.sending, settings)?;
    let worker = Worker::new(desk.clone(), transport, settings.sending.clone(), Caps::of(&campaigns))?;
    Ok(worker.reviewed(settings.review.clone()))
}

fn transport(sending: &Sending, settings: &Settings) -> Result<Box<dyn Transport>> {
    let Some(smtp) = &sending.smtp else {
        let folder = sending.folder(&settings.store.folder);
        let opened = Folder::open(&folder);
        return Ok(Box::new(opened.map_err(|error| {
            anyhow!(
                "{}: cannot create the message folder: {error}\nhint: set `folder` in `[sending]` to another one",
                folder.display()
            )
        })?));
    };
    let server = SmtpServer::new(smtp, |name| std::env::var(name).ok());
    Ok(Box::new(server.map_err(|error| anyhow!("{error}\nhint: {}", error.hint()))?))
}

/// Prints the result for one message.
pub fn line(page: &mut Page, happened: &Happened, now: Timestamp) {
    let id = happened.package.as_ref().map_or(happened.outbox.as_str(), short);
    let (style, state, words) = match &happened.what {
        What::Sent { words } => (Style::Good, "sent", words.clone()),
        What::Waits { until, why } if *until > now => {
            (Style::Plain, "waiting", format!("until {}: {why}", moment(*until)))
        }
        What::Waits { why, .. } => (Style::Plain, "waiting", why.clone()),
        What::Failed { why } => (Style::Bad, "failed", why.clone()),
        What::InDoubt { why } => (Style::Doubtful, "delivery unknown", why.clone()),
        What::Withdrawn { why } => (Style::Doubtful, "withdrawn", why.clone()),
        What::Released => (Style::Plain, "released", "passed the final check".to_owned()),
    };
    page.hanging(&[(Style::Faint, &format!("{id}  ")), (style, state), (Style::Plain, "  ")], Style::Plain, &words);
}
