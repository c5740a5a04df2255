//! `baton users`: who may sign in on the review page.

use std::io::{IsTerminal as _, Read as _};

use anyhow::{Context as _, Result, bail};
use baton_desk::{
    config::Settings,
    desk::{Invitation, UserView},
};

use super::at_desk;
use crate::{
    arguments::{UsersAdd, UsersCommand, UsersList, UsersNamed},
    context::{Context, Usage},
    print::{
        page::{Page, Style},
        text::moment,
    },
};

/// The longest password that is read, in bytes: 128 characters, each of four bytes, and the line's end.
const LONGEST: u64 = 4 * 128 + 2;

/// Adds, lists or changes users.
pub fn run(context: &Context<'_>, what: &UsersCommand) -> Result<bool> {
    match what {
        UsersCommand::Add(what) => add(context, what),
        UsersCommand::List(what) => list(context, what),
        UsersCommand::Role(what) => {
            changed(context, async |desk, who, now| desk.set_role(who, &what.email, what.role, now).await)
        }
        UsersCommand::Invite(what) => invite(context, what),
        UsersCommand::Password(what) => {
            let password = password(context)?;
            changed(context, async |desk, who, now| desk.set_password(who, &what.email, &password, now).await)
        }
        UsersCommand::Disable(what) => {
            changed(context, async |desk, who, now| desk.disable_user(who, &what.email, true, now).await)
        }
        UsersCommand::Enable(what) => {
            changed(context, async |desk, who, now| desk.disable_user(who, &what.email, false, now).await)
        }
    }
}

fn add(context: &Context<'_>, what: &UsersAdd) -> Result<bool> {
    let who = context.who()?;
    at_desk(context, async |desk, settings| {
        let first = !desk.has_users().await?;
        let invitation = desk.add_user(&who, &what.email, &what.name, what.role, context.now()).await?;
        invited(context, settings, &invitation)?;
        if first {
            let mut page = context.terminal.page();
            page.line("", &[(Style::Faint, "from now on everybody signs in on the review page")]);
            context.terminal.say(page)?;
        }
        Ok(true)
    })
}

fn invite(context: &Context<'_>, what: &UsersNamed) -> Result<bool> {
    let who = context.who()?;
    at_desk(context, async |desk, settings| {
        invited(context, settings, &desk.invite(&who, &what.email, context.now()).await?)
    })
}

/// Whom, and the link: it is shown this once.
fn invited(context: &Context<'_>, settings: &Settings, invitation: &Invitation) -> Result<bool> {
    let address = settings.web.address(settings.web.listen);
    let mut page = context.terminal.page();
    if let Some(oidc) = settings.web.oidc.as_ref().filter(|_| !settings.web.passwords) {
        listed(&mut page, &invitation.user, settings);
        let how = format!("signs in at {address}/ with their {}", oidc.label);
        page.line("  ", &[(Style::Faint, &how)]);
        context.terminal.print(page)?;
        return Ok(true);
    }
    listed(&mut page, &invitation.user, settings);
    let until = format!("good until {}, and once; it is not shown again:", moment(invitation.until));
    page.line("  ", &[(Style::Faint, &until)]);
    page.line("  ", &[(Style::Plain, &format!("{address}/invitation/{}", invitation.token))]);
    context.terminal.print(page)?;
    Ok(true)
}

fn list(context: &Context<'_>, what: &UsersList) -> Result<bool> {
    at_desk(context, async |desk, settings| {
        let users = desk.users().await?;
        if what.json {
            context.terminal.print_json(&users)?;
            return Ok(true);
        }
        let mut page = context.terminal.page();
        for user in &users {
            listed(&mut page, user, settings);
        }
        if users.is_empty() {
            page.line("", &[(Style::Plain, "no user yet: nobody signs in, and this machine alone reaches the page")]);
            let hint = "`baton users add EMAIL --name NAME --role admin` adds the first";
            page.line("  ", &[(Style::Faint, "hint: "), (Style::Plain, hint)]);
        }
        context.terminal.print(page)?;
        Ok(true)
    })
}

fn changed(
    context: &Context<'_>,
    change: impl AsyncFnOnce(
        &baton_desk::desk::Desk,
        &str,
        baton_facts::types::Timestamp,
    ) -> Result<UserView, baton_desk::desk::DeskError>,
) -> Result<bool> {
    let who = context.who()?;
    at_desk(context, async |desk, settings| {
        let user = change(desk, &who, context.now()).await?;
        let mut page = context.terminal.page();
        listed(&mut page, &user, settings);
        context.terminal.print(page)?;
        Ok(true)
    })
}

fn listed(page: &mut Page, user: &UserView, settings: &Settings) {
    let name = user.name.as_ref().open().map_or("(forgotten)", String::as_str);
    let email = user.email.as_ref().open().map_or("", String::as_str);
    let (style, standing) = match user {
        UserView { disabled: Some(since), .. } => (Style::Bad, format!("disabled on {}", moment(*since))),
        _ if !settings.web.passwords => (Style::Good, "may sign in".to_owned()),
        UserView { has_password: true, .. } => (Style::Good, "may sign in".to_owned()),
        UserView { invited_until: Some(until), .. } => (Style::Doubtful, format!("invited until {}", moment(*until))),
        _ if settings.web.oidc.is_some() => (Style::Good, "may sign in, without a password".to_owned()),
        _ => (Style::Doubtful, "has no password".to_owned()),
    };
    let role = format!("{:5}  ", user.role.name());
    page.line(
        "",
        &[(Style::Faint, &role), (Style::Title, name), (Style::Plain, &format!("  {email}  ")), (style, &standing)],
    );
}

/// Never from the command line: others see it there, and the shell keeps it.
fn password(context: &Context<'_>) -> Result<String> {
    if context.terminal.can_ask() {
        let first = rpassword::prompt_password("New password: ").context("the password cannot be read")?;
        if first != rpassword::prompt_password("Once more: ").context("the password cannot be read")? {
            bail!(Usage("the two are not the same\nhint: run the command again".into()));
        }
        return Ok(first);
    }
    if std::io::stdin().is_terminal() {
        bail!(Usage("nobody can be asked here\nhint: give the password on standard input".into()));
    }
    let mut text = String::new();
    std::io::stdin().lock().take(LONGEST).read_to_string(&mut text).context("the password cannot be read")?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
}
