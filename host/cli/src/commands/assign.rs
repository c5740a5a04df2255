//! `baton assign`: assigns packages to a user.

use anyhow::{Result, bail};
use baton_desk::Desk;
use baton_desk::DeskError;
use baton_desk::access::UserView;

use super::{decision::find, with_desk};
use crate::{
    arguments::AssignArgs,
    context::{Context, UsageError},
    output::{page::Style, refusal::short},
};

/// Finds an active user by address.
pub async fn reviewer(desk: &Desk, email: &str) -> Result<UserView> {
    let Some(user) = desk.reviewer(email).await? else {
        bail!(UsageError(format!(
            "no active user has the address `{email}`\nhint: `baton users list` lists the users"
        )));
    };
    Ok(user)
}

/// Assigns each package to the user, or to nobody.
pub fn run(context: &Context<'_>, args: &AssignArgs) -> Result<bool> {
    context.who()?;
    with_desk(context, async |desk, _| {
        let to = match &args.to {
            None => None,
            Some(email) => Some(reviewer(desk, email).await?),
        };
        let name = to.as_ref().and_then(|user| user.name.as_ref().open()).map_or("nobody", String::as_str);
        let mut refused: Option<DeskError> = None;
        for package in &args.packages {
            let id = find(desk, package).await?;
            let user = to.as_ref().map(|user| user.id.as_str());
            if let Err(error) = desk.assign(&id, user, context.now()).await {
                match error {
                    DeskError::Refused(_) => drop(refused.insert(error)),
                    other => return Err(other.into()),
                }
                continue;
            }
            let view = desk.package(&id, context.now()).await?;
            let mut page = context.terminal.page();
            let given = format!("  assigned to {name}");
            let id = format!("  {}", short(&id));
            page.line("", &[(Style::Title, &view.account_name), (Style::Faint, &id), (Style::Good, &given)]);
            context.terminal.print(page)?;
        }
        match refused {
            Some(refused) => Err(refused.into()),
            None => Ok(true),
        }
    })
}
