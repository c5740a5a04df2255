//! `baton redraft`: rejects a draft with a note and requests another one.

use anyhow::Result;
use baton_model::decision::Decision;
use baton_model::views::PackageView;

use super::{decision, with_server};
use crate::{
    arguments::RedraftArgs,
    context::Context,
    output::{page::Style, refusal::short},
};

/// Rejects the draft and requests another one.
pub fn redraft(context: &Context<'_>, args: &RedraftArgs) -> Result<bool> {
    decision::require_digest_or_terminal(context, &args.bound)?;
    with_server(context, async |server| {
        let desk = &server.desk_for(context.actor());
        let question = |_: &PackageView| "Reject this draft and request another one?".to_owned();
        let Some(reviewed) = decision::review(context, desk, &args.bound, question).await? else { return Ok(false) };
        let redraft = Decision::Redraft { note: args.note.trim().to_owned() };
        let request = decision::request(&args.bound, &reviewed, redraft)?;
        let run = server.load_campaign_run(&reviewed.view.campaign, context.now(), 1)?;
        let decided = run.redraft(desk, &request).await?;
        if args.bound.json {
            context.terminal.print_json(&decided)?;
            return Ok(true);
        }
        let mut page = context.terminal.page();
        decision::report(&mut page, &reviewed.view, &request.decision, &decided, None);
        if let Some(newer) = &decided.newer {
            let next = format!("next: `baton show {}` shows the new draft", short(newer));
            page.line("", &[(Style::Faint, &next)]);
        }
        context.terminal.print(page)?;
        Ok(true)
    })
}
