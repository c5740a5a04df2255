//! `baton check`: every problem that Baton can find before a run.

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
    if let (Ok(loaded), Some(export)) = (&loaded, &export)
        && settings.store.file().exists()
    {
        well &= executor.block_on(is_whole(context, &settings, loaded, export, &mut wrong))?;
    }

    terminal.say(wrong)?;
    if well {
        executor.block_on(compare::warn_of_new_streams_at(terminal, &settings, context.now()))?;
    }
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

/// Whether the export has the accounts with open packages and the suppressions of the last one.
async fn is_whole(
    context: &Context<'_>,
    settings: &Settings,
    loaded: &LoadedComponents,
    export: &Export,
    wrong: &mut TextPage,
) -> Result<bool> {
    let server = open_with(loaded.clone(), settings, context.now()).await?;
    let (facts, percent) = (CrmFacts(&export.crm), settings.crm.missing_percent);
    let cut_off = server.system_desk().cut_off_export(&facts, &export.state, percent).await;
    server.close().await;
    let Some(cut_off) = cut_off? else { return Ok(true) };
    problems::stopped(wrong, &RunError::CutOff(cut_off).into());
    Ok(false)
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
