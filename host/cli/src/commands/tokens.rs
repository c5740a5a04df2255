//! `baton tokens`: which programs may use the API.

use anyhow::Result;
use baton_desk::desk::{NewToken, TokenView};

use super::at_desk;
use crate::{
    arguments::{TokensAdd, TokensCommand, TokensList, TokensRevoke},
    context::Context,
    print::{
        page::{Page, Style},
        text::moment,
    },
};

/// Seconds of a day.
const DAY: i64 = 86_400;

/// Makes, lists or revokes tokens.
pub fn run(context: &Context<'_>, what: &TokensCommand) -> Result<bool> {
    match what {
        TokensCommand::Add(what) => add(context, what),
        TokensCommand::List(what) => list(context, what),
        TokensCommand::Revoke(what) => revoke(context, what),
    }
}

fn add(context: &Context<'_>, what: &TokensAdd) -> Result<bool> {
    let who = context.who()?;
    at_desk(context, async |desk, settings| {
        let now = context.now();
        let expires = what.expires.map(|days| now + i64::from(days) * DAY);
        let new = NewToken { name: &what.name, role: what.role, of_user: what.of_user.as_deref(), expires };
        let (view, token) = desk.add_token(&who, &new, now).await?;
        let address = settings.web.address(settings.web.listen);
        let mut page = context.terminal.page();
        listed(&mut page, &view, now);
        page.line("  ", &[(Style::Faint, "it is not shown again:")]);
        page.line("  ", &[(Style::Plain, &token)]);
        let hint = format!("the API is at {address}/api/v1, and described at {address}/api");
        page.line("  ", &[(Style::Faint, &hint)]);
        context.terminal.print(page)?;
        Ok(true)
    })
}

fn list(context: &Context<'_>, what: &TokensList) -> Result<bool> {
    at_desk(context, async |desk, _| {
        let tokens = desk.tokens().await?;
        if what.json {
            context.terminal.print_json(&tokens)?;
            return Ok(true);
        }
        let mut page = context.terminal.page();
        for token in &tokens {
            listed(&mut page, token, context.now());
        }
        if tokens.is_empty() {
            page.line("", &[(Style::Plain, "no token yet: no program uses the API")]);
            page.line("  ", &[(Style::Faint, "hint: "), (Style::Plain, "`baton tokens add NAME` makes one")]);
        }
        context.terminal.print(page)?;
        Ok(true)
    })
}

fn revoke(context: &Context<'_>, what: &TokensRevoke) -> Result<bool> {
    let who = context.who()?;
    at_desk(context, async |desk, _| {
        desk.revoke_token(&who, &what.name, context.now()).await?;
        let mut page = context.terminal.page();
        page.line("", &[(Style::Title, &what.name), (Style::Plain, " is worth nothing from now on")]);
        context.terminal.print(page)?;
        Ok(true)
    })
}

fn listed(page: &mut Page, token: &TokenView, now: i64) {
    let used = token.used.map_or_else(|| "never used".to_owned(), |used| format!("last used {}", moment(used)));
    let (style, standing) = match (token.revoked, token.expires) {
        (Some(revoked), _) => (Style::Bad, format!("revoked {}", moment(revoked))),
        (None, Some(expires)) if expires <= now => (Style::Bad, format!("ended {}", moment(expires))),
        (None, Some(expires)) => (Style::Good, format!("good until {}", moment(expires))),
        (None, None) => (Style::Good, "good until it is revoked".to_owned()),
    };
    let role = format!("{:5}  ", token.role.name());
    let behalf = token.of_user.as_ref().map_or_else(String::new, |user| format!(" for user {user}"));
    page.line(
        "",
        &[
            (Style::Faint, &role),
            (Style::Title, &token.name),
            (Style::Plain, &behalf),
            (Style::Plain, "  "),
            (style, &standing),
            (Style::Faint, &format!("; {used}")),
        ],
    );
}
