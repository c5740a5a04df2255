//! `baton run`: every account that is due to its outcome, kept in the store, and a summary of how all of them stand.

use std::{path::Path, sync::Arc};

use anyhow::Result;
use baton_desk::{
    crm::Crm,
    desk::{AccountView, Batches, Desk},
    run::{Capacity, CrmCapabilities, Progress as Step, Report, Run, grants},
};
use baton_facts::types::{Id, Timestamp};
use serde::Serialize;

use super::{Loaded, campaign, compare, crm, executor, open, settings};
use crate::{
    arguments,
    print::{Terminal, package, problems, progress::Progress, summary, text::moment},
};

/// The report for machines.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Told<'a> {
    campaign: &'a str,
    now: Timestamp,
    #[serde(flatten)]
    report: &'a Report,
    let_go: &'a Batches,
    /// What came of the accounts that were named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    looked_at: Vec<AccountView>,
}

/// Works through the campaign. Not all is well when an account failed.
pub fn run(terminal: &Terminal, config: &Path, what: &arguments::Run, now: Timestamp) -> Result<bool> {
    let settings = settings(terminal, config)?;
    let file = campaign(terminal, &settings, &what.campaign)?;
    let loaded = crm(terminal, &settings, what.account.is_empty())?;
    let mut page = terminal.page();
    problems::rows(&mut page, &loaded.report);
    terminal.say(page)?;
    let only = accounts(&loaded.crm, &what.account)?;

    let executor = executor()?;
    let Loaded { desk, components, .. } = executor.block_on(open(terminal, &settings, now))?;
    executor.block_on(compare::anew(terminal, &desk, &components))?;
    let source = Arc::new(CrmCapabilities { crm: Arc::new(loaded.crm), desk: Some(desk.clone()), now });
    let work = Run {
        grants: grants(&settings.grants, &source, &components),
        components,
        source,
        campaign: Arc::new(file.campaign),
        tiers: Arc::new(file.tiers),
        capacity: Capacity::of(file.capacity, &settings.sending),
        now,
        jobs: what.jobs.map_or_else(jobs, usize::from),
    };

    let bar = Progress::new(terminal);
    let progress = |step| match step {
        Step::Looking(done, total) => bar.at("looking for what changed", done as u64, total as u64),
        Step::Discovering(done, total) => bar.at("discovering", done as u64, total as u64),
        Step::Preparing(done, total) => bar.at("preparing", done as u64, total as u64),
    };
    let (report, went) = executor.block_on(async {
        desk.elapse(now).await?;
        desk.retain(settings.store.retention(), now).await?;
        // What is in flight is let go of; everything before it is kept.
        let stop = async { drop(tokio::signal::ctrl_c().await) };
        let report = work.keep(&desk, only.as_deref(), stop, progress).await?;
        let went = match report.left {
            0 => desk.let_go(now, settings.review.check_within()).await?,
            _ => Batches::default(),
        };
        anyhow::Ok((report, went))
    })?;
    drop(bar);
    let looked_at = executor.block_on(looked_at(&desk, &what.campaign, only.as_deref().unwrap_or_default()))?;
    let waiting = executor.block_on(desk.waiting(Some(&what.campaign), now))?;
    executor.block_on(desk.store().close());

    if what.json {
        terminal.print_json(&Told { campaign: &what.campaign, now, report: &report, let_go: &went, looked_at })?;
    } else {
        let mut page = terminal.page();
        for account in &looked_at {
            package::account(&mut page, account);
            page.gap();
        }
        summary::summary(&mut page, &format!("{} as of {}", what.campaign, moment(now)), &report.summary);
        summary::work(&mut page, &report, &went, waiting);
        terminal.print(page)?;
    }
    Ok(report.summary.failed.is_empty() && report.left == 0)
}

async fn looked_at(desk: &Desk, campaign: &str, ids: &[Id]) -> Result<Vec<AccountView>> {
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        found.push(desk.account(campaign, id).await?);
    }
    Ok(found)
}

/// The accounts that were asked for, each once; nothing when none was.
fn accounts(crm: &Crm, names: &[String]) -> Result<Option<Vec<Id>>> {
    if names.is_empty() {
        return Ok(None);
    }
    let mut ids = Vec::new();
    for name in names {
        let id = crm.find_account(name)?.id;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(Some(ids))
}

/// One account computes while another waits for its drafter.
fn jobs() -> usize {
    std::thread::available_parallelism().map_or(2, |processors| processors.get() * 2)
}
