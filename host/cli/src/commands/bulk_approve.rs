//! `baton approve` for several packages at once: a result for each, and no evidence of quality.
//!
//! Each approval is bound to its own digest, as a single one is. A refusal of one does not stop the others. Nobody reads
//! a single draft closely while approving several, so bulk approvals do not count as inspections.

use anyhow::{Result, bail};
use baton_desk::Desk;
use baton_desk::DeskError;
use baton_model::PackageId;
use baton_model::decision::{Decision, DecisionRequest, DecisionResult};
use baton_model::package_state::PackageState;
use baton_model::views::OutboxView;
use baton_server::Server;
use serde::Serialize;

use super::{
    decision::{decide, find, full_digest, report},
    with_server,
};
use crate::{
    arguments::{ApproveArgs, PackageRef},
    context::{Context, UsageError},
    files,
    output::{
        page::Style,
        refusal::{self, short},
    },
};

/// The result for one package, as JSON.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct BulkResult {
    package: PackageId,
    decided: Option<DecisionResult>,
    outbox: Option<OutboxView>,
    /// The reason if it was not approved.
    refused: Option<String>,
}

/// Approves each package as the reviewer saw it.
pub fn approve(context: &Context<'_>, args: &ApproveArgs) -> Result<bool> {
    if args.bound.digest.is_some() {
        bail!(UsageError("`--digest` names one package only\nhint: write each package as `ID:DIGEST`".into()));
    }
    for package in args.packages() {
        if package.digest.is_none() {
            let id = &package.package;
            bail!(UsageError(format!(
                "the digest of `{id}` is missing: it names the text that you saw\nhint: write it as `{id}:DIGEST`; \
                 `baton show {id}` prints the package and its digest"
            )));
        }
    }
    context.who()?;
    with_server(context, async |server| {
        let desk = &server.desk_for(context.actor());
        let (mut results, mut refused) = (Vec::new(), None);
        let keys = match &args.bound.key {
            Some(key) => key.clone(),
            None => files::random()?,
        };
        for package in args.packages() {
            let id = find(desk, &package.package).await?;
            let result = match approve_one(context, server, args, &package, &id, &keys).await {
                Ok((decided, outbox)) => BulkResult { package: id, decided: Some(decided), outbox, refused: None },
                Err(error) => match error.downcast::<DeskError>() {
                    Ok(error @ DeskError::Refused(_)) => {
                        let why = refusal::desk(&error);
                        let earlier = refused.replace(anyhow::Error::from(error));
                        earlier.iter().for_each(|earlier| context.terminal.error(earlier));
                        BulkResult { package: id, decided: None, outbox: None, refused: Some(why) }
                    }
                    Ok(error) => return Err(error.into()),
                    Err(error) => return Err(error),
                },
            };
            if !args.bound.json {
                print(context, desk, &result).await?;
            }
            results.push(result);
        }
        if args.bound.json {
            context.terminal.print_json(&results)?;
        }
        match refused {
            // The last refusal ends the command, so that the exit code says that something was refused.
            Some(refused) => Err(refused),
            None => Ok(!results
                .iter()
                .any(|one| one.outbox.as_ref().is_some_and(|entry| entry.state == PackageState::Failed))),
        }
    })
}

async fn approve_one(
    context: &Context<'_>,
    server: &Server,
    args: &ApproveArgs,
    package: &PackageRef,
    id: &PackageId,
    keys: &str,
) -> Result<(DecisionResult, Option<OutboxView>)> {
    let now = context.now();
    let view = server.desk_for(context.actor()).package(id, now).await?;
    let request = DecisionRequest {
        package: id.clone(),
        shown: full_digest(package.digest.as_deref().unwrap_or_default(), &view),
        key: format!("{keys}-{}", short(id)),
        seconds: args.bound.seconds,
        bulk: true,
        not_before: args.later.timestamp(now, server.settings().sending.time_zone),
        decision: Decision::Approve { overruled: args.overrule.overruled.clone() },
    };
    decide(context, server, &request).await
}

async fn print(context: &Context<'_>, desk: &Desk, result: &BulkResult) -> Result<()> {
    let view = desk.package(&result.package, context.now()).await?;
    let mut page = context.terminal.page();
    match &result.decided {
        Some(decided) => {
            let approve = Decision::Approve { overruled: Vec::new() };
            report(&mut page, &view, &approve, decided, result.outbox.as_ref());
        }
        None => {
            let id = format!("  {}", short(&result.package));
            page.line("", &[(Style::Title, &view.account_name), (Style::Faint, &id)]);
            page.line("  ", &[(Style::Bad, "not approved")]);
        }
    }
    context.terminal.print(page)
}
