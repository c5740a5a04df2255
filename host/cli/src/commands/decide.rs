//! `baton approve`, `edit`, `reject` and `snooze`.

use anyhow::Result;
use baton_desk::Desk;
use baton_facts::types::{Message, Timestamp};
use baton_model::Zone;
use baton_model::decision::{Decision, DecisionResult};
use baton_model::package_state::PackageState;
use baton_model::views::{OutboxView, PackageView};
use baton_server::Server;
use serde::Serialize;

use super::{
    bulk_approve,
    decision::{self, ReviewedPackage, draft, plain_lines, report, request, require_digest_or_terminal, review},
    editor, with_server,
};
use crate::{
    arguments::{ApproveArgs, DecisionArgs, EditArgs, RejectArgs, SnoozeArgs},
    context::Context,
    files,
    output::{outbox, page::Style, refusal::short, text::moment},
};

/// The largest text to read, in bytes; the desk accepts less.
const TEXT_MAX: u64 = 1 << 20;

/// The result of a decision, as JSON.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct DecisionReport<'a> {
    decided: &'a DecisionResult,
    outbox: Option<&'a OutboxView>,
}

/// Approves the draft as it is; several packages go to [`bulk_approve`].
pub fn approve(context: &Context<'_>, args: &ApproveArgs) -> Result<bool> {
    let mut packages = args.packages();
    if packages.len() > 1 {
        return bulk_approve::approve(context, args);
    }
    let package = packages.remove(0);
    let bound = DecisionArgs {
        package: package.package,
        digest: package.digest.or_else(|| args.bound.digest.clone()),
        ..args.bound.clone()
    };
    require_digest_or_terminal(context, &bound)?;
    with_server(context, async |server| {
        let question = |view: &PackageView| format!("Send this message to {}?", recipient(view));
        let Some(reviewed) = review(context, &server.desk_for(context.actor()), &bound, question).await? else {
            return Ok(false);
        };
        let decision = Decision::Approve { overruled: args.overrule.overruled.clone() };
        decide(context, server, &bound, reviewed, (decision, args.later.timestamp(context.now(), zone(server)))).await
    })
}

/// Approves the package with another text.
pub fn edit(context: &Context<'_>, args: &EditArgs) -> Result<bool> {
    let has_text = args.subject.is_some() || args.body.is_some();
    if has_text {
        require_digest_or_terminal(context, &args.bound)?;
    } else {
        editor::require_editor(context, &args.bound)?;
    }
    let body = args.body.as_deref().map(read_body).transpose()?;
    with_server(context, async |server| {
        let overruled = args.overrule.overruled.clone();
        let my_wording = args.my_wording;
        let not_before = args.later.timestamp(context.now(), zone(server));
        if !has_text {
            let Some((reviewed, edited)) =
                editor::edit(context, &server.desk_for(context.actor()), &args.bound, overruled).await?
            else {
                return Ok(false);
            };
            let editor::EditedMessage { message, overruled, file } = edited;
            let decision = Decision::Edit { message, overruled, my_wording };
            let result = decide(context, server, &args.bound, reviewed, (decision, not_before)).await;
            return file.delete_unless_failed(context, result);
        }
        let question = |view: &PackageView| format!("Send your text to {} instead of this draft?", recipient(view));
        let Some(reviewed) = review(context, &server.desk_for(context.actor()), &args.bound, question).await? else {
            return Ok(false);
        };
        let draft = draft(&reviewed.view)?;
        let message = Message {
            to: draft.to.clone(),
            subject: args.subject.clone().unwrap_or_else(|| draft.subject.clone()),
            body: body.clone().unwrap_or_else(|| draft.body.clone()),
        };
        let decision = Decision::Edit { message, overruled, my_wording };
        decide(context, server, &args.bound, reviewed, (decision, not_before)).await
    })
}

/// Rejects the package.
pub fn reject(context: &Context<'_>, args: &RejectArgs) -> Result<bool> {
    require_digest_or_terminal(context, &args.bound)?;
    with_server(context, async |server| {
        let question = |_: &PackageView| format!("Reject this package (reason: {})?", args.reason.name());
        let Some(reviewed) = review(context, &server.desk_for(context.actor()), &args.bound, question).await? else {
            return Ok(false);
        };
        let decision = Decision::Reject { reason: args.reason, note: args.note.clone() };
        decide(context, server, &args.bound, reviewed, (decision, None)).await
    })
}

/// Snoozes the package.
pub fn snooze(context: &Context<'_>, args: &SnoozeArgs) -> Result<bool> {
    require_digest_or_terminal(context, &args.bound)?;
    with_server(context, async |server| {
        let until = args.until.from(context.now(), zone(server));
        let question = |_: &PackageView| format!("Snooze this package until {}?", moment(until));
        let Some(reviewed) = review(context, &server.desk_for(context.actor()), &args.bound, question).await? else {
            return Ok(false);
        };
        decide(context, server, &args.bound, reviewed, (Decision::Snooze { until }, None)).await
    })
}

/// The zone of days and local times on the command line.
fn zone(server: &Server) -> Zone {
    server.settings().sending.time_zone
}

fn read_body(path: &str) -> Result<String> {
    let text = files::read_text(path, TEXT_MAX).map_err(|error| {
        let name = if path == "-" { "standard input" } else { path };
        anyhow::anyhow!("{name}: {error}\nhint: name a file with the body, or `-` for standard input")
    })?;
    Ok(plain_lines(&text))
}

fn recipient(view: &PackageView) -> String {
    view.content
        .as_ref()
        .open()
        .map_or_else(|| "an erased person".to_owned(), |content| content.package.draft.message.to.clone())
}

async fn decide(
    context: &Context<'_>,
    server: &Server,
    args: &DecisionArgs,
    reviewed: ReviewedPackage,
    (decision, not_before): (Decision, Option<Timestamp>),
) -> Result<bool> {
    let request = baton_model::decision::DecisionRequest { not_before, ..request(args, &reviewed, decision)? };
    let (decided, entry) = decision::decide(context, server, &request).await?;
    if args.json {
        context.terminal.print_json(&DecisionReport { decided: &decided, outbox: entry.as_ref() })?;
    } else {
        let mut page = context.terminal.page();
        report(&mut page, &reviewed.view, &request.decision, &decided, entry.as_ref());
        context.terminal.print(page)?;
        say_next(context, &server.desk_for(context.actor()), entry.as_ref()).await?;
    }
    // The decision counts even if the final check failed, but then nothing is sent.
    Ok(entry.is_none_or(|entry| entry.state != PackageState::Failed))
}

/// Names the next commands, and the stop of all sending if there is one.
async fn say_next(context: &Context<'_>, desk: &Desk, entry: Option<&OutboxView>) -> Result<()> {
    let mut page = context.terminal.page();
    if let Some(entry) = entry.filter(|entry| matches!(entry.state, PackageState::Approved | PackageState::Scheduled)) {
        let id = short(&entry.package);
        let next = format!("next: `baton outbox {id}` shows it, `baton outbox withdraw {id} --why TEXT` withdraws it");
        page.line("", &[(Style::Faint, &next)]);
        if let Some(stop) = desk.sending_stop().await? {
            outbox::stopped(&mut page, &stop);
        }
    }
    context.terminal.say(page)
}
