//! `baton check`: every problem that Baton can find before a run.

use std::path::Path;

use anyhow::{Result, anyhow};
use baton_campaign::export::{CrmFacts, Export};
use baton_campaign::lockfile::WORLDS;
use baton_campaign::{Components, FailedDraft, RunError, dry_run};
use baton_config::{Problems, Settings};
use baton_crm::LoadReport;
use baton_model::CampaignFile;
use baton_server::{LoadedComponents, missing_secrets};

use super::{compare, components, crm, executor, open_with};
use crate::context::Context;
use crate::output::{
    Terminal,
    page::{Style, TextPage},
    problems,
    text::{count, number},
};
use crate::unwrap_server_error;

/// Checks all files and components. Lists what is valid on standard output and problems on standard error.
pub fn run(context: &Context<'_>) -> Result<bool> {
    let Context { terminal, config, .. } = context;
    let mut all = terminal.page();
    let mut wrong = terminal.page();
    let mut well = true;

    let settings = Settings::load(config)?;
    problems::problems(&mut wrong, &settings.warnings);
    let settings = settings.value;
    listed(&mut all, &config.display().to_string(), "valid");
    let missing = settings.check_files();
    well &= !missing.has_errors();
    problems::problems(&mut wrong, &missing);

    let executor = executor()?;
    let loaded = executor.block_on(components(terminal, &settings));
    let drafter = loaded.as_ref().ok().map(|loaded| &*loaded.components.drafter_description);
    for name in settings.campaign_names().unwrap_or_default() {
        let file = settings.campaigns.join(format!("{name}.toml")).display().to_string();
        match settings.campaign(&name, drafter) {
            Ok(read) => {
                problems::problems(&mut wrong, &read.warnings);
                listed(&mut all, &file, &contents(&read.value));
            }
            Err(found) => {
                well = false;
                problems::problems(&mut wrong, &found);
            }
        }
    }
    well &= secrets(&settings, &mut wrong);
    let export = data(terminal, &settings, &missing, &mut all, &mut wrong);
    well &= export.as_ref().is_some_and(|export| has_usable_rows(&export.report, &mut wrong));
    well &= executor.block_on(plugins(&settings, &loaded, &mut all, &mut wrong));
    if let Ok(loaded) = &loaded {
        let checked = executor.block_on(store(context, &settings, loaded.clone(), export.as_ref(), &mut wrong))?;
        well &= checked;
    }
    terminal.say(wrong)?;
    all.gap();
    all.line("", &[if well { (Style::Good, "no problems found") } else { (Style::Bad, "problems found") }]);
    terminal.print(all)?;
    Ok(well)
}

/// Whether the environment has the passwords and secrets that `baton serve` and sending need.
fn secrets(settings: &Settings, wrong: &mut TextPage) -> bool {
    let missing = missing_secrets(settings, |name| std::env::var(name).ok());
    let well = missing.is_empty();
    for error in missing {
        problems::stopped(wrong, &error.into());
    }
    well
}

fn data(
    terminal: &Terminal,
    settings: &Settings,
    missing: &Problems,
    all: &mut TextPage,
    wrong: &mut TextPage,
) -> Option<Export> {
    // Missing files were reported already.
    if missing.0.iter().any(|problem| problem.key.starts_with("crm.")) {
        return None;
    }
    match crm(terminal, settings, false) {
        Ok(loaded) => {
            for file in &loaded.report.files {
                let kept = match file.rejected {
                    0 => count(usize::try_from(file.kept).unwrap_or(usize::MAX), "row"),
                    rejected => {
                        format!("{} of {} rows, {} rejected", number(file.kept), number(file.rows), number(rejected))
                    }
                };
                listed(all, &file.file, &kept);
            }
            problems::rows(wrong, &loaded.report);
            Some(loaded)
        }
        Err(error) => {
            problems::stopped(wrong, &error);
            None
        }
    }
}

/// Whether every file with rows has one that can be used.
fn has_usable_rows(report: &LoadReport, wrong: &mut TextPage) -> bool {
    let useless = || report.files.iter().filter(|file| file.is_useless());
    for file in useless() {
        let rows = count(usize::try_from(file.rows).unwrap_or(usize::MAX), "row");
        let error = anyhow!(
            "{}: none of its {rows} can be used\nhint: see the rejected rows, and check the columns in [crm.columns]",
            file.file
        );
        problems::stopped(wrong, &error);
    }
    useless().next().is_none()
}

/// Opens the store, if there is one or its key, and reports its problems. One is an export without the accounts with open
/// packages and the suppressions of the last one.
async fn store(
    context: &Context<'_>,
    settings: &Settings,
    loaded: LoadedComponents,
    export: Option<&Export>,
    wrong: &mut TextPage,
) -> Result<bool> {
    if !settings.store.file().exists() && !settings.store.key().exists() {
        return Ok(true);
    }
    let server = match open_with(loaded, settings, context.now()).await {
        Ok(server) => server,
        Err(error) => {
            problems::stopped(wrong, &unwrap_server_error(error));
            return Ok(false);
        }
    };
    let older = server.system_desk().older_copy().await?;
    if let Some(copy) = &older {
        problems::stopped(wrong, &anyhow!("{copy}\nhint: {}", copy.hint()));
    }
    if let Some(warning) = others_can_list(&settings.store.folder) {
        problems::warning(wrong, &warning);
    }
    let mut cut_off = None;
    if let Some(export) = export {
        let (facts, percent) = (CrmFacts(&export.crm), settings.crm.missing_percent);
        cut_off = server.system_desk().cut_off_export(&facts, &export.state, percent).await?;
    }
    let well = older.is_none() && cut_off.is_none();
    if let Some(cut_off) = cut_off {
        problems::stopped(wrong, &RunError::CutOff(cut_off).into());
    }
    compare::warn_of_new_streams(context.terminal, &server).await?;
    server.close().await;
    Ok(well)
}

/// Returns a warning if other users of the machine can list the store's folder.
#[cfg(unix)]
fn others_can_list(folder: &Path) -> Option<String> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(folder).ok()?.permissions().mode() & 0o777;
    let folder = folder.display();
    (mode & 0o077 != 0).then(|| {
        format!("{folder}: other users can list the store's folder (mode {mode:o})\nhint: run `chmod 700 {folder}`")
    })
}

#[cfg(not(unix))]
fn others_can_list(_: &Path) -> Option<String> {
    None
}

async fn plugins(
    settings: &Settings,
    loaded: &Result<LoadedComponents>,
    all: &mut TextPage,
    wrong: &mut TextPage,
) -> bool {
    let loaded = match loaded {
        Ok(loaded) => loaded,
        Err(error) => {
            problems::stopped(wrong, error);
            return false;
        }
    };
    for world in WORLDS {
        let source = settings.components.of(world);
        let from = source.file().map_or_else(|| "built in".to_owned(), |file| format!("{}, installed", file.display()));
        listed(all, &world.to_string(), &format!("{from}, can run"));
    }
    can_draft_all_angles(settings, &loaded.components, wrong).await
}

/// Whether the drafter can write every angle of every valid campaign.
async fn can_draft_all_angles(settings: &Settings, components: &Components, wrong: &mut TextPage) -> bool {
    let mut well = true;
    for name in settings.campaign_names().unwrap_or_default() {
        let Ok(file) = settings.campaign(&name, Some(&components.drafter_description)) else { continue };
        for unwritten in dry_run(&components.drafter, &components.drafter_description, &file.value.campaign).await {
            let FailedDraft { signal_kind, language, variant, touch_number, why } = unwritten;
            let what = if touch_number > 1 { "a follow-up with the angle" } else { "the angle" };
            let variant = if variant.is_empty() { String::new() } else { format!(", variant `{variant}`,") };
            let file = settings.campaigns.join(format!("{name}.toml"));
            let error = anyhow::anyhow!(
                "{}: {what} for `{signal_kind}` in `{language}`{variant} cannot be drafted: {why}\n\
                 hint: correct its texts, or install a drafter that supports them",
                file.display()
            );
            problems::stopped(wrong, &error);
            well = false;
        }
    }
    well
}

fn contents(file: &CampaignFile) -> String {
    let CampaignFile { campaign, tiers, .. } = file;
    let angles = count(campaign.angles.len(), "angle");
    format!("{angles}, {}, {}", count(campaign.customer.roles.len(), "role"), count(tiers.len(), "tier"))
}

fn listed(page: &mut TextPage, what: &str, state: &str) {
    page.hanging(&[(Style::Plain, &format!("{what:36}  "))], Style::Faint, state);
}
