//! `baton drafts`: how often reviewers approve each version of an angle as written, and what they edit.

use anyhow::Result;

use super::with_desk;
use crate::{arguments::DraftsArgs, context::Context, output::drafts, output::page::Style};

/// Lists each kind of signal with its versions, their comparison, and the requested pairs of texts.
pub fn run(context: &Context<'_>, args: &DraftsArgs) -> Result<bool> {
    with_desk(context, async |desk, settings| {
        // The campaign's id is its file name unless the file sets another one.
        let campaign = match &args.campaign {
            None => None,
            Some(name) => Some(settings.campaign(name, None)?.value.campaign.id),
        };
        let kinds = desk.calibration(campaign.as_deref(), args.kind.as_deref(), args.pairs).await?;
        if args.json {
            context.terminal.print_json(&kinds)?;
            return Ok(true);
        }
        let mut page = context.terminal.page();
        for kind in &kinds {
            drafts::kind(&mut page, kind);
        }
        if kinds.is_empty() {
            page.line("", &[(Style::Plain, "no drafts yet: `baton run CAMPAIGN` prepares some")]);
        }
        context.terminal.print(page)?;
        Ok(true)
    })
}
