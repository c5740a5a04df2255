//! `baton suppress`, `pause`, `resume`, `stop-sending` and `resume-sending`: reasons not to send.

use anyhow::{Result, bail};
use baton_config::Settings;
use baton_crm::Crm;
use baton_facts::types::{Suppression, SuppressionReason, SuppressionScope};
use baton_model::address::{AddressOrDomain, Domain, EmailAddress};

use super::{crm, settings, with_desk};
use crate::{
    arguments::{PauseArgs, ReasonArg, ResumeArgs, ScopeArg, StopSendingArgs, SuppressArgs},
    context::{Context, UsageError},
    output::{
        outbox,
        page::Style,
        problems,
        text::{count, moment, word},
    },
};

/// Adds a suppression and withdraws unsent messages that it covers.
pub fn suppress(context: &Context<'_>, args: &SuppressArgs) -> Result<bool> {
    context.who()?;
    let scope = args.scope.map_or_else(|| scope_of(&args.value), SuppressionScope::from);
    let zone = Settings::load(context.config)?.value.sending.time_zone;
    // A suppression until a day lasts to the end of that day.
    let until = args.until.map(|until| until.end_from(context.now(), zone));
    let order = Suppression { scope, reason: args.reason.into(), until };
    if let Some(until) = order.until.filter(|until| *until <= context.now()) {
        bail!(UsageError(format!(
            "`--until` is in the past: {}\nhint: leave it out to suppress forever",
            moment(until)
        )));
    }
    let (value, shown) = match scope {
        SuppressionScope::Account => account(context, &args.value)?,
        SuppressionScope::Address => {
            let shown =
                args.value.parse::<EmailAddress>().map_or_else(|_| String::new(), |address| address.to_string());
            (args.value.clone(), shown)
        }
        SuppressionScope::Domain => {
            let shown =
                args.value.parse::<Domain>().map_or_else(|_| String::new(), |domain| domain.without_www().unicode());
            (args.value.clone(), shown)
        }
    };
    with_desk(context, async |desk, _| {
        let withdrawn = desk.suppress(&value, order, context.now()).await?;
        let until = order.until.map_or("forever".to_owned(), |until| format!("until {}", moment(until)));
        let done = format!("suppressed the {} {shown} {until} ({})", word(&scope), word(&order.reason));
        print_result(context, &done, &withdrawals(withdrawn))
    })
}

/// Pauses an account, including its sequences.
pub fn pause(context: &Context<'_>, args: &PauseArgs) -> Result<bool> {
    context.who()?;
    let (id, shown) = account(context, &args.account)?;
    with_desk(context, async |desk, _| {
        desk.pause(&id, Some(&args.why), context.now()).await?;
        let next = format!("no follow-ups are prepared and nothing is sent until `baton resume {id}`");
        print_result(context, &format!("paused {shown}: {}", args.why), &next)
    })
}

/// Resumes a paused account.
pub fn resume(context: &Context<'_>, args: &ResumeArgs) -> Result<bool> {
    context.who()?;
    let (id, shown) = account(context, &args.account)?;
    with_desk(context, async |desk, _| {
        desk.pause(&id, None, context.now()).await?;
        print_result(context, &format!("resumed {shown}"), "")
    })
}

/// Stops all sending.
pub fn stop_sending(context: &Context<'_>, args: &StopSendingArgs) -> Result<bool> {
    context.who()?;
    with_desk(context, async |desk, _| {
        desk.stop_sending(args.why.as_deref().unwrap_or_default(), context.now()).await?;
        let mut page = context.terminal.page();
        if let Some(stop) = desk.sending_stop().await? {
            outbox::stopped(&mut page, &stop);
        }
        context.terminal.print(page)?;
        Ok(true)
    })
}

/// Resumes sending.
pub fn resume_sending(context: &Context<'_>) -> Result<bool> {
    context.who()?;
    with_desk(context, async |desk, _| {
        let was = desk.sending_stop().await?;
        desk.resume_sending(context.now()).await?;
        print_result(context, if was.is_some() { "resumed sending" } else { "sending was not stopped" }, "")
    })
}

pub(super) fn print_result(context: &Context<'_>, done: &str, next: &str) -> Result<bool> {
    let mut page = context.terminal.page();
    page.paragraph("", Style::Plain, done);
    if !next.is_empty() {
        page.paragraph("  ", Style::Faint, next);
    }
    context.terminal.print(page)?;
    Ok(true)
}

pub(super) fn withdrawals(withdrawn: u32) -> String {
    match withdrawn {
        0 => "no packages had to be withdrawn".to_owned(),
        some => format!("{} withdrawn", count(some as usize, "package")),
    }
}

/// Returns the account's id and its display name.
fn account(context: &Context<'_>, wanted: &str) -> Result<(String, String)> {
    let settings = settings(context.terminal, context.config)?;
    match found(context, &settings, wanted)? {
        Some((id, name)) => Ok((id.clone(), format!("{name} ({id})"))),
        // An unreadable export must not keep anyone from suppressing or pausing an account.
        None => Ok((wanted.trim().to_owned(), wanted.trim().to_owned())),
    }
}

fn found(context: &Context<'_>, settings: &Settings, wanted: &str) -> Result<Option<(String, String)>> {
    let crm: Crm = match crm(context.terminal, settings, false) {
        Ok(loaded) => loaded.crm,
        Err(error) => {
            let mut page = context.terminal.page();
            problems::stopped(&mut page, &error);
            problems::note(&mut page, &format!("using `{}` as the account's id", wanted.trim()));
            context.terminal.say(page)?;
            return Ok(None);
        }
    };
    let account = crm.find_account(wanted)?;
    Ok(Some((account.id, account.name)))
}

/// Derives the scope from the form: an address, a domain, or else an account.
fn scope_of(value: &str) -> SuppressionScope {
    match value.parse() {
        Ok(AddressOrDomain::Address(_)) => SuppressionScope::Address,
        Ok(AddressOrDomain::Domain(_)) => SuppressionScope::Domain,
        Err(_) if value.contains('@') => SuppressionScope::Address,
        Err(_) => SuppressionScope::Account,
    }
}

impl From<ScopeArg> for SuppressionScope {
    fn from(scope: ScopeArg) -> Self {
        match scope {
            ScopeArg::Address => Self::Address,
            ScopeArg::Domain => Self::Domain,
            ScopeArg::Account => Self::Account,
        }
    }
}

impl From<ReasonArg> for SuppressionReason {
    fn from(reason: ReasonArg) -> Self {
        match reason {
            ReasonArg::OptedOut => Self::OptedOut,
            ReasonArg::Bounced => Self::Bounced,
            ReasonArg::Complaint => Self::Complaint,
            ReasonArg::Listed => Self::Listed,
            ReasonArg::Other => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_derived_from_the_form() {
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
