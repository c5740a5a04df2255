//! `baton calibration`: what people make of the drafts, and which of an angle's versions they approve as written.

use anyhow::Result;

use super::at_desk;
use crate::{arguments::Calibration, context::Context, print::calibration, print::page::Style};

/// Lists each kind of signal with its versions, how they compare, and as many pairs of texts as were asked for.
pub fn run(context: &Context<'_>, what: &Calibration) -> Result<bool> {
    at_desk(context, async |desk, settings| {
        // The campaign's id is its file's name unless the file says otherwise.
        let campaign = match &what.campaign {
            None => None,
            Some(name) => Some(settings.campaign(name)?.value.campaign.id),
        };
        let kinds = desk.calibration(campaign.as_deref(), what.kind.as_deref(), what.pairs).await?;
        if what.json {
            context.terminal.print_json(&kinds)?;
            return Ok(true);
        }
        let mut page = context.terminal.page();
        for kind in &kinds {
            calibration::kind(&mut page, kind);
        }
        if kinds.is_empty() {
            page.line("", &[(Style::Plain, "there is no draft to speak of: `baton run` prepares them")]);
        }
        context.terminal.print(page)?;
        Ok(true)
    })
}
