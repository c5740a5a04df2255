//! `baton users`: who can sign in to the review page.

use std::io::{IsTerminal as _, Read as _};

use anyhow::{Context as _, Result, bail};
use baton_config::Settings;
use baton_desk::access::{Invitation, UserView};

use super::with_desk;
use crate::{
    arguments::{AddUserArgs, ListUsersArgs, UserArgs, UsersCommand},
    context::{Context, UsageError},
    output::{
        page::{Style, TextPage},
        text::moment,
    },
};

/// The largest password to read, in bytes: 128 characters of four bytes, and the line end.
const LONGEST: u64 = 4 * 128 + 2;

/// Adds, lists or changes users.
pub fn run(context: &Context<'_>, args: &UsersCommand) -> Result<bool> {
    match args {
        UsersCommand::Add(args) => add(context, args),
        UsersCommand::List(args) => list(context, args),
        UsersCommand::Role(args) => update(context, async |desk, now| desk.set_role(&args.email, args.role, now).await),
        UsersCommand::Invite(args) => invite(context, args),
        UsersCommand::Password(args) => {
            let password = password(context)?;
            update(context, async |desk, now| desk.set_password(&args.email, &password, now).await)
        }
        UsersCommand::Disable(args) => {
            update(context, async |desk, now| desk.disable_user(&args.email, true, now).await)
        }
        UsersCommand::Enable(args) => {
            update(context, async |desk, now| desk.disable_user(&args.email, false, now).await)
        }
    }
}

fn add(context: &Context<'_>, args: &AddUserArgs) -> Result<bool> {
    context.who()?;
    with_desk(context, async |desk, settings| {
        let first = !desk.has_users().await?;
        let invitation = desk.add_user(&args.email, &args.name, args.role, context.now()).await?;
        invited(context, settings, &invitation)?;
        if first {
            let mut page = context.terminal.page();
            page.line("", &[(Style::Faint, "the review page now requires everyone to sign in")]);
            context.terminal.say(page)?;
        }
        Ok(true)
    })
}

fn invite(context: &Context<'_>, args: &UserArgs) -> Result<bool> {
    context.who()?;
    with_desk(context, async |desk, settings| {
        invited(context, settings, &desk.invite(&args.email, context.now()).await?)
    })
}

/// Prints the user and their invitation link, which is not shown again.
fn invited(context: &Context<'_>, settings: &Settings, invitation: &Invitation) -> Result<bool> {
    let address = settings.web.address(settings.web.listen);
    let mut page = context.terminal.page();
    if let Some(oidc) = settings.web.oidc.as_ref().filter(|_| !settings.web.passwords) {
        listed(&mut page, &invitation.user, settings);
        let how = format!("signs in at {address}/ with {}", oidc.label);
        page.line("  ", &[(Style::Faint, &how)]);
        context.terminal.print(page)?;
        return Ok(true);
    }
    listed(&mut page, &invitation.user, settings);
    let until =
        format!("send them this link; it works once, until {}, and is not shown again:", moment(invitation.until));
    page.line("  ", &[(Style::Faint, &until)]);
    page.line("  ", &[(Style::Plain, &format!("{address}/invitation/{}", invitation.token))]);
    context.terminal.print(page)?;
    Ok(true)
}

fn list(context: &Context<'_>, args: &ListUsersArgs) -> Result<bool> {
    with_desk(context, async |desk, settings| {
        let users = desk.users().await?;
        if args.json {
            context.terminal.print_json(&users)?;
            return Ok(true);
        }
        let mut page = context.terminal.page();
        for user in &users {
            listed(&mut page, user, settings);
        }
        if users.is_empty() {
            page.line(
                "",
                &[(
                    Style::Plain,
                    "no users yet: the review page needs no sign-in and is reachable from this machine only",
                )],
            );
            let hint = "add the first with `baton users add EMAIL --name NAME --role admin`";
            page.line("  ", &[(Style::Faint, "hint: "), (Style::Plain, hint)]);
        }
        context.terminal.print(page)?;
        Ok(true)
    })
}

fn update(
    context: &Context<'_>,
    change: impl AsyncFnOnce(&baton_desk::Desk, baton_facts::types::Timestamp) -> Result<UserView, baton_desk::DeskError>,
) -> Result<bool> {
    context.who()?;
    with_desk(context, async |desk, settings| {
        let user = change(desk, context.now()).await?;
        let mut page = context.terminal.page();
        listed(&mut page, &user, settings);
        context.terminal.print(page)?;
        Ok(true)
    })
}

fn listed(page: &mut TextPage, user: &UserView, settings: &Settings) {
    let name = user.name.as_ref().open().map_or("(erased)", String::as_str);
    let email = user.email.as_ref().open().map_or("", String::as_str);
    let (style, standing) = match user {
        UserView { disabled: Some(since), .. } => (Style::Bad, format!("disabled on {}", moment(*since))),
        _ if !settings.web.passwords => (Style::Good, "active".to_owned()),
        UserView { has_password: true, .. } => (Style::Good, "active".to_owned()),
        UserView { invited_until: Some(until), .. } => (Style::Doubtful, format!("invited until {}", moment(*until))),
        _ if settings.web.oidc.is_some() => (Style::Good, "active, without a password".to_owned()),
        _ => (Style::Doubtful, "no password".to_owned()),
    };
    let role = format!("{:5}  ", user.role.name());
    page.line(
        "",
        &[(Style::Faint, &role), (Style::Title, name), (Style::Plain, &format!("  {email}  ")), (style, &standing)],
    );
}

/// Reads a password, never from the command line: other users see that, and the shell stores it.
fn password(context: &Context<'_>) -> Result<String> {
    if context.terminal.can_ask() {
        let first = rpassword::prompt_password("New password: ").context("cannot read the password")?;
        if first != rpassword::prompt_password("Repeat the password: ").context("cannot read the password")? {
            bail!(UsageError("the passwords differ\nhint: run the command again".into()));
        }
        return Ok(first);
    }
    if std::io::stdin().is_terminal() {
        bail!(UsageError("no terminal to ask on\nhint: pass the password on standard input".into()));
    }
    let mut text = String::new();
    std::io::stdin().lock().take(LONGEST).read_to_string(&mut text).context("cannot read the password")?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
}
