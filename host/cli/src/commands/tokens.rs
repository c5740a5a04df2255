//! `baton tokens`: API tokens for programs.

use anyhow::Result;
use baton_desk::access::{NewToken, TokenView};

use super::with_desk;
use crate::{
    arguments::{AddTokenArgs, ListTokensArgs, RevokeTokenArgs, TokensCommand},
    context::Context,
    output::{
        page::{Style, TextPage},
        text::moment,
    },
};

/// The seconds of a day.
const DAY: i64 = 86_400;

/// Creates, lists or revokes tokens.
pub fn run(context: &Context<'_>, args: &TokensCommand) -> Result<bool> {
    match args {
        TokensCommand::Add(args) => add(context, args),
        TokensCommand::List(args) => list(context, args),
        TokensCommand::Revoke(args) => revoke(context, args),
    }
}

fn add(context: &Context<'_>, args: &AddTokenArgs) -> Result<bool> {
    context.who()?;
    with_desk(context, async |desk, settings| {
        let now = context.now();
        let expires = args.expires.map(|days| now + i64::from(days) * DAY);
        let new = NewToken { name: &args.name, role: args.role, of_user: args.of_user.as_deref(), expires };
        let (view, token) = desk.add_token(&new, now).await?;
        let address = settings.web.address(settings.web.listen);
        let mut page = context.terminal.page();
        listed(&mut page, &view, now);
        page.line("  ", &[(Style::Faint, "copy it now, it is not shown again:")]);
        page.line("  ", &[(Style::Plain, &token)]);
        let hint = format!("API: {address}/api/v1, reference: {address}/api");
        page.line("  ", &[(Style::Faint, &hint)]);
        context.terminal.print(page)?;
        Ok(true)
    })
}

fn list(context: &Context<'_>, args: &ListTokensArgs) -> Result<bool> {
    with_desk(context, async |desk, _| {
        let tokens = desk.tokens().await?;
        if args.json {
            context.terminal.print_json(&tokens)?;
            return Ok(true);
        }
        let mut page = context.terminal.page();
        for token in &tokens {
            listed(&mut page, token, context.now());
        }
        if tokens.is_empty() {
            page.line("", &[(Style::Plain, "no tokens yet")]);
            page.line("  ", &[(Style::Faint, "hint: "), (Style::Plain, "create one with `baton tokens add NAME`")]);
        }
        context.terminal.print(page)?;
        Ok(true)
    })
}

fn revoke(context: &Context<'_>, args: &RevokeTokenArgs) -> Result<bool> {
    context.who()?;
    with_desk(context, async |desk, _| {
        desk.revoke_token(&args.name, context.now()).await?;
        let mut page = context.terminal.page();
        page.line("", &[(Style::Title, &args.name), (Style::Plain, " is revoked")]);
        context.terminal.print(page)?;
        Ok(true)
    })
}

fn listed(page: &mut TextPage, token: &TokenView, now: i64) {
    let used = token.used.map_or_else(|| "never used".to_owned(), |used| format!("last used {}", moment(used)));
    let (style, standing) = match (token.revoked, token.expires) {
        (Some(revoked), _) => (Style::Bad, format!("revoked {}", moment(revoked))),
        (None, Some(expires)) if expires <= now => (Style::Bad, format!("expired {}", moment(expires))),
        (None, Some(expires)) => (Style::Good, format!("valid until {}", moment(expires))),
        (None, None) => (Style::Good, "valid until revoked".to_owned()),
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
