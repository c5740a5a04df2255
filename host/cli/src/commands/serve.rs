//! `baton serve`: the review page, with the workers that send messages and webhooks.

use std::{io::Write as _, sync::Arc};

use anyhow::{Result, anyhow};
use baton_desk::worker::{EntryResult, WorkerEvent};
use baton_server::{ListenOptions, Server, ServerError, ServerEvent, StartWarning};

use super::{components, executor, open_with, settings, stop_signals, transmit, webhooks};
use crate::{
    arguments::ServeArgs,
    context::Context,
    output::{
        Terminal,
        page::{Style, TextPage},
        problems,
    },
};

/// Serves until Ctrl-C, then finishes the message that is being sent.
pub fn run(context: &Context<'_>, args: &ServeArgs) -> Result<bool> {
    let operator = context.who()?;
    let settings = settings(context.terminal, context.config)?;
    executor()?.block_on(async {
        // Before the store is opened, so that a faulty campaign changes nothing.
        let components = components(context.terminal, &settings).await?;
        for name in settings.campaign_names()? {
            settings.campaign(&name, Some(&components.components.drafter_description))?;
        }
        let server = open_with(components, &settings, context.now()).await?;
        let done = serve(context, &server, operator, args.port).await;
        server.close().await;
        done
    })
}

async fn serve(context: &Context<'_>, server: &Server, operator: String, port: Option<u16>) -> Result<bool> {
    // Before the address is printed, so that a program that waits for it can end this one.
    let stop = stop_signals()?;
    let options = ListenOptions { operator, port, clock: context.clock.running() };
    let listening = server.listen(options).await.map_err(|error| match error {
        ServerError::Listen { .. } => {
            anyhow!("{error}\nhint: if another program uses the port, choose another one with `--port`")
        }
        error => error.into(),
    })?;
    // Written to standard output at once, for programs that start this one and wait for the address.
    let mut out = std::io::stdout().lock();
    let address = listening.operator_url.clone().unwrap_or_else(|| format!("{}/", listening.page_url));
    writeln!(out, "review page: {address}")?;
    out.flush()?;
    drop(out);
    let mut page = context.terminal.page();
    if listening.operator_url.is_some() {
        page.line(
            "",
            &[(Style::Faint, "the link works once, in one browser; start `baton serve` again for a new one")],
        );
    }
    page.line(
        "",
        &[(Style::Faint, "approved messages are sent in the recipient's working hours; press Ctrl-C to stop")],
    );
    for warning in &listening.warnings {
        warn(&mut page, warning);
    }
    context.terminal.say(page)?;

    let terminal = Arc::new(context.terminal.clone());
    listening.run(stop, move |event| print_event(&terminal, event)).await?;
    Ok(true)
}

fn warn(page: &mut TextPage, warning: &StartWarning) {
    let (text, hint) = match warning {
        StartWarning::NoUsers => (
            "sign-in is required, but there are no users yet".to_owned(),
            "add the first with `baton users add EMAIL --name NAME --role admin`",
        ),
        StartWarning::InactiveBackup(backup) => {
            (format!("the backup reviewer {backup} is not an active user"), "`baton users list` lists the users")
        }
        StartWarning::OlderCopy(copy) => (copy.to_string(), copy.hint()),
    };
    page.paragraph("", Style::Doubtful, &text);
    page.paragraph("  ", Style::Faint, &format!("hint: {hint}"));
}

/// Prints what the workers did to standard error.
fn print_event(terminal: &Terminal, event: ServerEvent) {
    let mut page = terminal.page();
    match event {
        // A message that still waits is not news.
        ServerEvent::Outbox(WorkerEvent::Entry(happened)) if !matches!(happened.what, EntryResult::Waiting { .. }) => {
            transmit::line(&mut page, &happened, 0);
        }
        ServerEvent::Outbox(WorkerEvent::Error(error)) | ServerEvent::Webhook(Err(error)) => {
            page.paragraph("", Style::Bad, &format!("{error}; Baton will retry"));
        }
        ServerEvent::Outbox(WorkerEvent::Held(what)) => problems::warning(&mut page, &what),
        ServerEvent::Outbox(WorkerEvent::Resumed) => {
            page.line("", &[(Style::Good, "messages are sent again")]);
        }
        ServerEvent::Webhook(Ok(delivered)) => webhooks::line(&mut page, &delivered),
        ServerEvent::Outbox(WorkerEvent::Entry(_) | WorkerEvent::Maintenance(_)) => return,
    }
    // If standard error is closed, there is nowhere to report to.
    let _ = terminal.say(page);
}
