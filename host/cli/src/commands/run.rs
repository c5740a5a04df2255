//! `baton run`: works on every account that is due, saves the results, and prints a summary of all accounts.

use std::path::Path;

use anyhow::Result;
use baton_campaign::{Report, RunProgress as Step};
use baton_crm::Crm;
use baton_desk::Desk;
use baton_desk::accounts::AccountView;
use baton_desk::autonomy::AutoReleases;
use baton_facts::types::{Id, Timestamp};
use baton_server::CampaignResult;
use serde::Serialize;

use super::{backup, compare, components, crm, executor, open_with, settings, sound, stop_signals};
use crate::{
    arguments,
    output::{Terminal, package, problems, progress::ProgressLine, summary, text::moment},
};

/// The report of a run, as JSON.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct RunReport<'a> {
    campaign: &'a str,
    now: Timestamp,
    #[serde(flatten)]
    report: &'a Report,
    released: &'a AutoReleases,
    /// The results for the accounts on the command line.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    looked_at: Vec<AccountView>,
}

/// Runs the campaign. Returns `Ok(false)` if an account failed.
pub fn run(terminal: &Terminal, config: &Path, args: &arguments::RunArgs, now: Timestamp) -> Result<bool> {
    let settings = settings(terminal, config)?;
    let executor = executor()?;
    // Before the store is opened, so that a wrong name or file changes nothing.
    let components = executor.block_on(components(terminal, &settings))?;
    let described = &components.components.drafter_description;
    let file = sound(terminal, settings.campaign(&args.campaign, Some(described))?)?;
    let loaded = crm(terminal, &settings, args.account.is_empty())?;
    let mut page = terminal.page();
    problems::rows(&mut page, &loaded.report);
    terminal.say(page)?;
    let only = accounts(&loaded.crm, &args.account)?;

    let server = executor.block_on(open_with(components, &settings, now))?;
    let desk = &server.system_desk();
    executor.block_on(compare::warn_of_new_streams(terminal, &server))?;
    executor.block_on(backup::warn_of_older_copy(terminal, desk))?;
    let jobs = args.jobs.map_or_else(jobs, usize::from);
    let mut run = server.campaign_run(file, loaded, now, jobs);
    if args.yes {
        run.missing_percent = None;
    }

    let bar = ProgressLine::new(terminal);
    let progress = |step| match step {
        Step::Scanning(done, total) => bar.at("looking for changes", done as u64, total as u64),
        Step::Discovering(done, total) => bar.at("discovering", done as u64, total as u64),
        Step::Preparing(done, total) => bar.at("preparing", done as u64, total as u64),
    };
    let CampaignResult { report, batches } = executor.block_on(async {
        // Ctrl-C drops the accounts in flight; everything finished before is saved.
        let stop = stop_signals()?;
        anyhow::Ok(server.run_campaign(&run, only.as_deref(), stop, progress).await?)
    })?;
    drop(bar);
    let looked_at = executor.block_on(looked_at(desk, &args.campaign, only.as_deref().unwrap_or_default()))?;
    let waiting = executor.block_on(desk.waiting(Some(&args.campaign), now))?;
    executor.block_on(server.close());

    if args.json {
        terminal.print_json(&RunReport {
            campaign: &args.campaign,
            now,
            report: &report,
            released: &batches,
            looked_at,
        })?;
    } else {
        let mut page = terminal.page();
        for account in &looked_at {
            package::account(&mut page, account);
            page.gap();
        }
        summary::summary(&mut page, &format!("{} as of {}", args.campaign, moment(now)), &report.summary);
        summary::work(&mut page, &report, &batches, waiting);
        terminal.print(page)?;
    }
    Ok(report.summary.failed.is_empty() && report.not_reached == 0)
}

async fn looked_at(desk: &Desk, campaign: &str, ids: &[Id]) -> Result<Vec<AccountView>> {
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        found.push(desk.account(campaign, id).await?);
    }
    Ok(found)
}

/// Resolves the accounts on the command line, without duplicates; `None` if it names no account.
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

/// Returns the default number of jobs: one account computes while another waits for its drafter.
fn jobs() -> usize {
    std::thread::available_parallelism().map_or(2, |processors| processors.get() * 2)
}
