//! People's wishes and the stop button: `suppress`, `forget`, `pause`, `resume`, `stop-sending`, `resume-sending`.

use anyhow::{Result, bail};
use baton_desk::{config::Settings, crm::Crm};
use baton_facts::types::{Suppression, SuppressionReason, SuppressionScope};

use super::{at_desk, crm, decide::nothing, settings};
use crate::{
    arguments::{Forget, Pause, Reason, Resume, Scope, Stop, Suppress},
    context::{Context, Usage},
    print::{
        outbox,
        page::Style,
        problems,
        text::{count, moment, word},
    },
};

/// A standing order not to write; what has not left is taken back.
pub fn suppress(context: &Context<'_>, what: &Suppress) -> Result<bool> {
    let who = context.who()?;
    let scope = what.scope.map_or_else(|| scope_of(&what.value), SuppressionScope::from);
    let order =
        Suppression { scope, reason: what.reason.into(), until: what.until.map(|until| until.from(context.now())) };
    if let Some(until) = order.until.filter(|until| *until <= context.now()) {
        bail!(Usage(format!("`--until` is {}, which is past\nhint: without it the order never lapses", moment(until))));
    }
    let (value, shown) = match scope {
        SuppressionScope::Account => account(context, &what.value)?,
        _ => (what.value.clone(), what.value.trim().to_owned()),
    };
    at_desk(context, async |desk, _| {
        let withdrawn = desk.suppress(&who, &value, order, context.now()).await?;
        let until = order.until.map_or("for good".to_owned(), |until| format!("until {}", moment(until)));
        let done = format!("the {} {shown} is suppressed {until} ({})", word(&scope), word(&order.reason));
        done_line(context, &done, &taken_back(withdrawn))
    })
}

/// A person's key is erased, and with it all that is about them.
pub fn forget(context: &Context<'_>, what: &Forget) -> Result<bool> {
    let who = context.who()?;
    if !what.yes {
        if !context.terminal.can_ask() {
            bail!(Usage(
                "`--yes` is missing: nobody is there to be asked\nhint: what is forgotten cannot come back".into()
            ));
        }
        let question = format!("Erase everything that is kept about {}? It cannot come back. [yes/no]", what.address);
        if !["y", "yes"].contains(&context.terminal.ask(&question)?.as_str()) {
            nothing(context, "nothing was changed")?;
            return Ok(false);
        }
    }
    at_desk(context, async |desk, _| {
        let forgot = desk.forget(&who, &what.address, context.now()).await?;
        let done = match forgot.known {
            true => {
                "forgotten: what packages, messages, decisions and recordings say of the person cannot be read any more"
            }
            false => "the address was not known here",
        };
        let next = format!("{}; nothing is written to the address from now on", taken_back(forgot.withdrawn));
        let aside = "the CRM's export and backups are not touched: delete the person there too";
        done_line(context, done, &next)?;
        nothing(context, &format!("note: {aside}"))?;
        Ok(true)
    })
}

/// Everything at an account rests: its sequences too.
pub fn pause(context: &Context<'_>, what: &Pause) -> Result<bool> {
    let who = context.who()?;
    let (id, shown) = account(context, &what.account)?;
    at_desk(context, async |desk, _| {
        desk.pause(&who, &id, Some(&what.why), context.now()).await?;
        let next = format!("no follow-up is prepared there and nothing leaves until `baton resume {id}` lets it go on");
        done_line(context, &format!("everything at {shown} rests: {}", what.why), &next)
    })
}

/// It goes on.
pub fn resume(context: &Context<'_>, what: &Resume) -> Result<bool> {
    let who = context.who()?;
    let (id, shown) = account(context, &what.account)?;
    at_desk(context, async |desk, _| {
        desk.pause(&who, &id, None, context.now()).await?;
        done_line(context, &format!("{shown} goes on"), "")
    })
}

/// Nothing leaves until the button is let go.
pub fn stop_sending(context: &Context<'_>, what: &Stop) -> Result<bool> {
    let who = context.who()?;
    at_desk(context, async |desk, _| {
        desk.stop_sending(&who, &what.why, context.now()).await?;
        let mut page = context.terminal.page();
        if let Some(stop) = desk.stopped().await? {
            outbox::stopped(&mut page, &stop);
        }
        context.terminal.print(page)?;
        Ok(true)
    })
}

/// What waits in the outbox may leave again.
pub fn resume_sending(context: &Context<'_>) -> Result<bool> {
    let who = context.who()?;
    at_desk(context, async |desk, _| {
        let was = desk.stopped().await?;
        desk.resume_sending(&who, context.now()).await?;
        done_line(context, if was.is_some() { "sending goes on" } else { "sending was not stopped" }, "")
    })
}

fn done_line(context: &Context<'_>, done: &str, next: &str) -> Result<bool> {
    let mut page = context.terminal.page();
    page.paragraph("", Style::Plain, done);
    if !next.is_empty() {
        page.paragraph("  ", Style::Faint, next);
    }
    context.terminal.print(page)?;
    Ok(true)
}

fn taken_back(withdrawn: u32) -> String {
    match withdrawn {
        0 => "nothing had to be taken back".to_owned(),
        some => format!("{} taken back", count(some as usize, "package")),
    }
}

/// The id of the account that is meant, and what to call it.
fn account(context: &Context<'_>, wanted: &str) -> Result<(String, String)> {
    let settings = settings(context.terminal, context.config)?;
    match found(context, &settings, wanted)? {
        Some((id, name)) => Ok((id.clone(), format!("{name} ({id})"))),
        // Whoever wants an account left alone is not kept from it by an export that cannot be read.
        None => Ok((wanted.trim().to_owned(), wanted.trim().to_owned())),
    }
}

fn found(context: &Context<'_>, settings: &Settings, wanted: &str) -> Result<Option<(String, String)>> {
    let crm: Crm = match crm(context.terminal, settings, false) {
        Ok(loaded) => loaded.crm,
        Err(error) => {
            let mut page = context.terminal.page();
            problems::stopped(&mut page, &error);
            problems::note(&mut page, &format!("`{}` is taken as the account's id", wanted.trim()));
            context.terminal.say(page)?;
            return Ok(None);
        }
    };
    let account = crm.find_account(wanted)?;
    Ok(Some((account.id, account.name)))
}

/// By its form: an address has an `@` within, a domain a dot and no space.
fn scope_of(value: &str) -> SuppressionScope {
    let value = value.trim();
    match value.find('@') {
        Some(1..) => SuppressionScope::Address,
        Some(0) => SuppressionScope::Domain,
        None if value.contains('.') && !value.contains([' ', ',']) => SuppressionScope::Domain,
        None => SuppressionScope::Account,
    }
}

impl From<Scope> for SuppressionScope {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::Address => Self::Address,
            Scope::Domain => Self::Domain,
            Scope::Account => Self::Account,
        }
    }
}

impl From<Reason> for SuppressionReason {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::OptedOut => Self::OptedOut,
            Reason::Bounced => Self::Bounced,
            Reason::Complaint => Self::Complaint,
            Reason::Listed => Self::Listed,
            Reason::Other => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_told_from_the_form() {
        for (value, expected) in [
            ("dana@north.example", SuppressionScope::Address),
            ("@north.example", SuppressionScope::Domain),
            ("*.north.example", SuppressionScope::Domain),
            (" north.example ", SuppressionScope::Domain),
            ("18420002515", SuppressionScope::Account),
            ("Northbeam Logistics, Inc.", SuppressionScope::Account),
            ("", SuppressionScope::Account),
        ] {
            assert_eq!(scope_of(value), expected, "{value}");
        }
    }
}
