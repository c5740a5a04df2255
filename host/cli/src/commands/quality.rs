//! `baton quality`, `checks`, `verdict`: what each stream's evidence allows, which messages were drawn for a check, and
//! what a person found.

use anyhow::Result;
use baton_desk::desk::{Desk, EvidenceView, Page, StreamDetail, Verdict};
use serde::Serialize;

use super::{
    at_desk,
    decide::{find, whole},
};
use crate::{
    arguments::{Checks, Found, Quality, QualityCommand, VerdictOn},
    context::Context,
    files,
    print::{page::Style, quality, refusal::short, text::word},
};

/// One stream for machines.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Told<'a> {
    #[serde(flatten)]
    detail: &'a StreamDetail,
    /// Latest first.
    evidence: &'a [EvidenceView],
}

/// Lists the streams with their standing, shows one in full, or stops one or lets it go on.
pub fn run(context: &Context<'_>, what: &Quality) -> Result<bool> {
    at_desk(context, async |desk, _| {
        let now = context.now();
        match &what.command {
            Some(QualityCommand::Stop(by)) => desk.stop_stream(&context.who()?, by.stream, &by.why, now).await?,
            Some(QualityCommand::Resume(by)) => desk.resume_stream(&context.who()?, by.stream, &by.why, now).await?,
            None => {}
        }
        if let Some(stream) = what.stream {
            return full(context, desk, what, stream).await;
        }
        let streams = desk.quality(what.campaign.as_deref(), now).await?;
        if what.json {
            context.terminal.print_json(&streams)?;
            return Ok(true);
        }
        let mut page = context.terminal.page();
        for stream in &streams {
            quality::listed(&mut page, stream);
        }
        if streams.is_empty() {
            page.line("", &[(Style::Plain, "no stream yet: a run that prepares packages begins them")]);
        }
        context.terminal.print(page)?;
        Ok(true)
    })
}

/// One stream in full.
async fn full(context: &Context<'_>, desk: &Desk, what: &Quality, stream: i64) -> Result<bool> {
    let detail = desk.stream(stream, context.now()).await?;
    let evidence = match what.evidence {
        0 => Page { rows: Vec::new(), next: None },
        some => desk.latest_evidence(stream, None, some).await?,
    };
    if what.json {
        context.terminal.print_json(&Told { detail: &detail, evidence: &evidence.rows })?;
        return Ok(true);
    }
    let mut page = context.terminal.page();
    quality::detail(&mut page, &detail, &evidence.rows, evidence.next.is_some());
    context.terminal.print(page)?;
    Ok(true)
}

/// Lists the checks that wait for a verdict.
pub fn checks(context: &Context<'_>, what: &Checks) -> Result<bool> {
    at_desk(context, async |desk, _| {
        let checks = desk.checks().await?;
        if what.json {
            context.terminal.print_json(&checks)?;
            return Ok(true);
        }
        let mut page = context.terminal.page();
        for check in &checks {
            quality::drawn(&mut page, check);
        }
        if checks.is_empty() {
            page.line("", &[(Style::Plain, "no check waits for a verdict")]);
        }
        context.terminal.print(page)?;
        Ok(true)
    })
}

/// Gives the verdict on a message that was let go.
pub fn verdict(context: &Context<'_>, what: &VerdictOn) -> Result<bool> {
    at_desk(context, async |desk, _| {
        let view = desk.package(&find(desk, &what.package).await?, context.now()).await?;
        let key = match &what.key {
            Some(key) => key.clone(),
            None => files::random()?,
        };
        let verdict = Verdict {
            who: context.who()?,
            package: view.id.clone(),
            shown: whole(&what.digest, &view),
            key,
            seconds: what.seconds,
            finding: what.finding.into(),
            why: what.why.clone(),
        };
        desk.verdict(&verdict, context.now()).await?;
        let mut page = context.terminal.page();
        page.line("", &[(Style::Title, &view.account_name), (Style::Faint, &format!("  {}", short(&view.id)))]);
        page.line("  ", &[(Style::Plain, &word(&verdict.finding))]);
        context.terminal.print(page)?;
        Ok(true)
    })
}

impl From<Found> for baton_facts::quality::Finding {
    fn from(found: Found) -> Self {
        match found {
            Found::Conforming => Self::Conforming,
            Found::Nonconforming => Self::Nonconforming,
            Found::FactualDefect => Self::FactualDefect,
        }
    }
}
