//! `baton approve` of several packages at once: a result for each, and no evidence of quality from any.
//!
//! Each is bound to the digest of what was shown of it, like one alone; what is refused keeps no other from being
//! approved. Nobody looks at one draft while deciding about several, so none of them counts as a look.

use anyhow::{Result, bail};
use baton_desk::{
    config::Settings,
    desk::{Decided, Decision, Desk, DeskError, OutboxView, Request},
    life::State,
    store::PackageId,
};
use serde::Serialize;

use super::{
    at_desk,
    decide::{find, released, report, whole},
};
use crate::{
    arguments::{Approve, Named},
    context::{Context, Usage},
    files,
    print::{
        page::Style,
        refusal::{self, short},
    },
};

/// What came of one of them, for machines.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Each {
    package: PackageId,
    decided: Option<Decided>,
    outbox: Option<OutboxView>,
    /// Why it was not approved.
    refused: Option<String>,
}

/// Approves each of them as it was shown.
pub fn approve(context: &Context<'_>, what: &Approve) -> Result<bool> {
    if what.bound.digest.is_some() {
        bail!(Usage("`--digest` is of one package\nhint: write each of several as `ID:DIGEST`".into()));
    }
    for named in what.named() {
        if named.digest.is_none() {
            let id = &named.package;
            bail!(Usage(format!(
                "the digest of `{id}` is missing: a decision is about what was shown\nhint: write it as `{id}:DIGEST`; \
                 `baton show {id}` prints the package with its digest"
            )));
        }
    }
    context.who()?;
    at_desk(context, async |desk, settings| {
        let (mut all, mut refused) = (Vec::new(), None);
        let keys = match &what.bound.key {
            Some(key) => key.clone(),
            None => files::random()?,
        };
        for named in what.named() {
            let id = find(desk, &named.package).await?;
            let each = match one(context, (desk, settings), what, &named, &id, &keys).await {
                Ok((decided, outbox)) => Each { package: id, decided: Some(decided), outbox, refused: None },
                Err(error) => match error.downcast::<DeskError>() {
                    Ok(error @ DeskError::Refused(_)) => {
                        let why = refusal::desk(&error);
                        let earlier = refused.replace(anyhow::Error::from(error));
                        earlier.iter().for_each(|earlier| context.terminal.error(earlier));
                        Each { package: id, decided: None, outbox: None, refused: Some(why) }
                    }
                    Ok(error) => return Err(error.into()),
                    Err(error) => return Err(error),
                },
            };
            if !what.bound.json {
                tell(context, desk, &each).await?;
            }
            all.push(each);
        }
        if what.bound.json {
            context.terminal.print_json(&all)?;
        }
        match refused {
            // It says what happened to the last one, with the exit code of a refusal.
            Some(refused) => Err(refused),
            None => Ok(!all.iter().any(|one| one.outbox.as_ref().is_some_and(|entry| entry.state == State::Failed))),
        }
    })
}

async fn one(
    context: &Context<'_>,
    (desk, settings): (&Desk, &Settings),
    what: &Approve,
    named: &Named,
    id: &PackageId,
    keys: &str,
) -> Result<(Decided, Option<OutboxView>)> {
    let now = context.now();
    let view = desk.package(id, now).await?;
    let request = Request {
        who: context.who()?,
        package: id.clone(),
        shown: whole(named.digest.as_deref().unwrap_or_default(), &view),
        key: format!("{keys}-{}", short(id)),
        seconds: what.bound.seconds,
        bulk: true,
        not_before: what.later.moment(now),
        decision: Decision::Approve { overruled: what.overrule.overruled.clone() },
    };
    let decided = desk.decide(&request, now).await?;
    let entry = match &decided.outbox {
        Some(outbox) => Some(released(context, desk, settings, outbox).await?),
        None => None,
    };
    Ok((decided, entry))
}

async fn tell(context: &Context<'_>, desk: &Desk, each: &Each) -> Result<()> {
    let view = desk.package(&each.package, context.now()).await?;
    let mut page = context.terminal.page();
    match &each.decided {
        Some(decided) => {
            let approve = Decision::Approve { overruled: Vec::new() };
            report(&mut page, &view, &approve, decided, each.outbox.as_ref());
        }
        None => {
            let id = format!("  {}", short(&each.package));
            page.line("", &[(Style::Title, &view.account_name), (Style::Faint, &id)]);
            page.line("  ", &[(Style::Bad, "not approved")]);
        }
    }
    context.terminal.print(page)
}
