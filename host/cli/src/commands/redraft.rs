//! `baton redraft`: a person turns a draft down and says what another one is to do better; and the same for the review
//! page, which asks through [`Redrafter`].

use std::{path::Path, sync::Arc};

use anyhow::Result;
use async_trait::async_trait;
use baton_desk::{
    config::Settings,
    crm::{Crm, Options},
    desk::{Decided, Decision, Desk, DeskError, PackageView, Refusal, Request},
    run::{Capacity, Components, CrmCapabilities, Redrafting, Run, grants},
};
use baton_facts::types::Timestamp;

use super::{at_desk_with, decide};
use crate::{
    arguments::Redraft,
    context::Context,
    print::{page::Style, refusal::short},
};

/// Has other drafts written, with the campaign and the CRM as their files are at that moment.
pub struct Redrafter {
    desk: Desk,
    settings: Settings,
    components: Arc<Components>,
}

impl Redrafter {
    pub fn new(desk: &Desk, settings: &Settings, components: &Arc<Components>) -> Self {
        Self { desk: desk.clone(), settings: settings.clone(), components: Arc::clone(components) }
    }

    /// Everything that a run of the campaign works with. Reads files.
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
impl Redrafting for Redrafter {
    async fn redraft(&self, campaign: &str, request: &Request, now: Timestamp) -> Result<Decided, DeskError> {
        match tokio::task::block_in_place(|| self.run(campaign, now)) {
            Ok(run) => run.redraft(&self.desk, request).await,
            // The error names files.
            Err(_) => {
                let why = "the campaign or the CRM's export cannot be read; `baton check` says what is wrong with them";
                Err(Refusal::NoDraft(why.into()).into())
            }
        }
    }
}

/// Turns the draft down and has another one written.
pub fn redraft(context: &Context<'_>, what: &Redraft) -> Result<bool> {
    decide::can_be_bound(context, &what.bound)?;
    at_desk_with(context, async |loaded, settings| {
        let desk = &loaded.desk;
        let ask = |_: &PackageView| "Turn this draft down and ask for another?".to_owned();
        let Some(shown) = decide::shown(context, desk, &what.bound, ask).await? else { return Ok(false) };
        let decision = Decision::Redraft { note: what.note.trim().to_owned() };
        let request = decide::request(context, &what.bound, &shown, decision)?;
        let redrafter = Redrafter::new(desk, settings, &loaded.components);
        let run = redrafter.run(&shown.view.campaign, context.now())?;
        let decided = run.redraft(desk, &request).await?;
        if what.bound.json {
            context.terminal.print_json(&decided)?;
            return Ok(true);
        }
        let mut page = context.terminal.page();
        decide::report(&mut page, &shown.view, &request.decision, &decided, None);
        if let Some(newer) = &decided.newer {
            let next = format!("next: `baton show {}` shows the other draft", short(newer));
            page.line("", &[(Style::Faint, &next)]);
        }
        context.terminal.print(page)?;
        Ok(true)
    })
}
