//! `baton redraft`: rejects a draft with a note and requests another one. The review page does the same through
//! [`CommandRedrafter`].

use std::{path::Path, sync::Arc};

use anyhow::Result;
use async_trait::async_trait;
use baton_campaign::{Components, CrmCapabilities, Redrafting, Run, grants};
use baton_config::Settings;
use baton_crm::{Crm, Options};
use baton_desk::desk::{Capacity, Desk};
use baton_desk::{DeskError, Refusal};
use baton_facts::types::Timestamp;
use baton_model::decision::{Decided, Decision, Request};
use baton_model::views::PackageView;

use super::{decision, with_open_desk};
use crate::{
    arguments::RedraftArgs,
    context::Context,
    output::{page::Style, refusal::short},
};

/// Requests other drafts, with the campaign and the CRM export as they are on disk at that time.
pub struct CommandRedrafter {
    desk: Desk,
    settings: Settings,
    components: Arc<Components>,
}

impl CommandRedrafter {
    pub fn new(desk: &Desk, settings: &Settings, components: &Arc<Components>) -> Self {
        Self { desk: desk.clone(), settings: settings.clone(), components: Arc::clone(components) }
    }

    /// Loads everything that a run of the campaign needs.
    fn run(&self, campaign: &str, now: Timestamp) -> Result<Run> {
        let file = self.settings.campaign(campaign)?.value;
        let crm = Crm::load(&self.settings.crm, Path::new(""), Options { rejects: None, progress: None })?.crm;
        let source = Arc::new(CrmCapabilities { crm: Arc::new(crm), desk: Some(self.desk.clone()), now });
        Ok(Run {
            grants: grants(&self.settings.grants, &source, &self.components),
            components: Arc::clone(&self.components),
            source,
            campaign: Arc::new(file.campaign),
            tiers: Arc::new(file.tiers),
            capacity: Capacity::of(file.capacity, &self.settings.sending),
            now,
            jobs: 1,
        })
    }
}

#[async_trait]
impl Redrafting for CommandRedrafter {
    async fn redraft(&self, campaign: &str, request: &Request, now: Timestamp) -> Result<Decided, DeskError> {
        match tokio::task::block_in_place(|| self.run(campaign, now)) {
            Ok(run) => run.redraft(&self.desk, request).await,
            // The error itself names paths, which reviewers should not see.
            Err(_) => {
                let why = "cannot read the campaign or the CRM export; `baton check` reports the problems";
                Err(Refusal::NoDraft(why.into()).into())
            }
        }
    }
}

/// Rejects the draft and requests another one.
pub fn redraft(context: &Context<'_>, args: &RedraftArgs) -> Result<bool> {
    decision::require_digest_or_terminal(context, &args.bound)?;
    with_open_desk(context, async |loaded, settings| {
        let desk = &loaded.desk;
        let question = |_: &PackageView| "Reject this draft and request another one?".to_owned();
        let Some(reviewed) = decision::review(context, desk, &args.bound, question).await? else { return Ok(false) };
        let redraft = Decision::Redraft { note: args.note.trim().to_owned() };
        let request = decision::request(context, &args.bound, &reviewed, redraft)?;
        let redrafter = CommandRedrafter::new(desk, settings, &loaded.components);
        let run = redrafter.run(&reviewed.view.campaign, context.now())?;
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
