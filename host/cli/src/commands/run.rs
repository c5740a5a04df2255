//! `baton run`: every account to its outcome, a file of results, and a summary.

use std::{path::Path, sync::Arc};

use anyhow::Result;
use baton_desk::run::{Progress as Step, Results, Run, RunError, Summary, grants};
use baton_facts::types::{Id, Timestamp};
use serde::Serialize;

use super::{campaign, components, crm, executor, settings};
use crate::{
    arguments,
    print::{Terminal, package, page::Style, problems, progress::Progress, summary, text::moment},
};

/// The summary for machines.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Report<'a> {
    campaign: &'a str,
    now: Timestamp,
    results: Option<String>,
    #[serde(flatten)]
    summary: &'a Summary,
}

/// Works through the campaign. Not all is well when an account failed.
pub fn run(terminal: &Terminal, config: &Path, what: &arguments::Run, now: Timestamp) -> Result<bool> {
    let settings = settings(terminal, config)?;
    let file = campaign(terminal, &settings, &what.campaign)?;
    let loaded = crm(terminal, &settings, true)?;
    let mut page = terminal.page();
    problems::rows(&mut page, &loaded.report);
    terminal.say(page)?;
    let only = accounts(&loaded.crm, &what.account)?;

    let (_runtime, components) = components(terminal, &settings)?;
    let (crm, components) = (Arc::new(loaded.crm), Arc::new(components));
    let work = Run {
        grants: grants(&settings.grants, &crm, &components),
        components,
        crm,
        campaign: Arc::new(file.campaign),
        tiers: Arc::new(file.tiers),
        now,
        jobs: what.jobs.map_or_else(jobs, usize::from),
    };

    // A look at a few accounts does not take the place of the last whole run.
    let mut results = match only {
        None => Some(Results::create(&settings.store.folder, &what.campaign)?),
        Some(_) => None,
    };
    let bar = Progress::new(terminal);
    let progress = |step| match step {
        Step::Discovering(accounts) => bar.at("discovering", accounts as u64, work.crm.len() as u64),
        Step::Preparing(done, total) => bar.at("preparing", done as u64, total as u64),
    };
    let mut looked_at = Vec::new();
    let run = work.accounts(only.as_deref(), progress, |handled| match &mut results {
        Some(results) => results.add(&handled),
        None => {
            looked_at.push(handled);
            Ok(())
        }
    });
    let summary = executor()?.block_on(run).map_err(|error| match error {
        RunError::Each(error) => anyhow::Error::new(error),
        discover @ RunError::Discover(_) => anyhow::anyhow!("{discover}"),
    })?;
    drop(bar);
    let path = results.map(Results::finish).transpose()?;

    if what.json {
        let results = path.map(|path| path.display().to_string());
        terminal.print_json(&Report { campaign: &what.campaign, now, results, summary: &summary })?;
    } else {
        let mut page = terminal.page();
        for handled in &looked_at {
            package::handled(&mut page, handled);
            page.gap();
        }
        summary::summary(&mut page, &format!("{} as of {}", what.campaign, moment(now)), &summary);
        if let Some(path) = path {
            page.gap();
            page.line("", &[(Style::Faint, &format!("results: {}", path.display()))]);
            page.line(
                "",
                &[(Style::Faint, "next: `baton show ACCOUNT` for a package, `baton why ACCOUNT` for the rules")],
            );
        }
        terminal.print(page)?;
    }
    Ok(summary.failed.is_empty())
}

/// The accounts that were asked for, each once; nothing when none was.
fn accounts(crm: &baton_desk::crm::Crm, names: &[String]) -> Result<Option<Vec<Id>>> {
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
