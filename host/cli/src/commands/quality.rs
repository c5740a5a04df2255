//! `baton quality`, `checks`, `verdict`: what each stream's evidence allows, which messages were drawn for a check, and
//! what a person found.

use anyhow::Result;
use baton_desk::desk::{CheckView, StreamView, Verdict};
use baton_facts::quality::Standing;

use super::{
    at_desk,
    decide::{find, whole},
};
use crate::{
    arguments::{Checks, Found, Quality, QualityCommand, VerdictOn},
    context::Context,
    files,
    print::{
        page::{Page, Style},
        refusal::short,
        text::{count, day, moment, word},
    },
};

/// Lists the streams with their standing, or stops one or lets it go on.
pub fn run(context: &Context<'_>, what: &Quality) -> Result<bool> {
    at_desk(context, async |desk, _| {
        let now = context.now();
        match &what.command {
            Some(QualityCommand::Stop(by)) => desk.stop_stream(&context.who()?, by.stream, &by.why, now).await?,
            Some(QualityCommand::Resume(by)) => desk.resume_stream(&context.who()?, by.stream, &by.why, now).await?,
            None => {}
        }
        let streams = desk.quality(what.campaign.as_deref(), now).await?;
        if what.json {
            context.terminal.print_json(&streams)?;
            return Ok(true);
        }
        let mut page = context.terminal.page();
        for stream in &streams {
            listed(&mut page, stream);
        }
        if streams.is_empty() {
            page.line("", &[(Style::Plain, "no stream yet: a run that prepares packages begins them")]);
        }
        context.terminal.print(page)?;
        Ok(true)
    })
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
            drawn(&mut page, check);
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
        };
        desk.verdict(&verdict, context.now()).await?;
        let mut page = context.terminal.page();
        page.line("", &[(Style::Title, &view.account_name), (Style::Faint, &format!("  {}", short(&view.id)))]);
        page.line("  ", &[(Style::Plain, &word(&verdict.finding))]);
        context.terminal.print(page)?;
        Ok(true)
    })
}

fn listed(page: &mut Page, stream: &StreamView) {
    let key = &stream.key;
    let touch = if key.follow_up { "follow-up" } else { "first touch" };
    let style = match stream.assessment.standing {
        Standing::Proven => Style::Good,
        Standing::Probation => Style::Plain,
        Standing::Pilot => Style::Faint,
        Standing::Suspended => Style::Bad,
    };
    let name = format!("{:>4}  {} · {} · {touch} · {}", stream.id, key.campaign, key.signal_kind, key.language);
    page.line("", &[(Style::Title, &name), (Style::Plain, "  "), (style, &word(&stream.assessment.standing))]);
    page.paragraph("      ", Style::Plain, &stream.assessment.reason);
    let tally = &stream.tally;
    let mut numbers = vec![
        format!("{} inspected, {} nonconforming", tally.inspected, tally.nonconforming),
        format!("{} in the last 7 days", count(stream.packages_per_week as usize, "package")),
    ];
    if stream.open_checks > 0 {
        numbers.push(format!("{} open", count(stream.open_checks as usize, "check")));
    }
    page.line("      ", &[(Style::Faint, &numbers.join(" · "))]);
    if let Some(carried) = &stream.carried {
        let from = format!(
            "goes on from stream {}, carried over by {} on {}: {} came out the same",
            carried.from_stream,
            carried.who,
            day(carried.at),
            count(carried.identical as usize, "recording")
        );
        page.paragraph("      ", Style::Faint, &from);
    }
}

fn drawn(page: &mut Page, check: &CheckView) {
    let contact = check.contact.as_ref().open().map_or("(forgotten)", String::as_str);
    let subject = check.subject.as_ref().open().map_or("", String::as_str);
    let when = if check.held { "leaves after it" } else { "has left" };
    let overdue = if check.missed.is_some() { ", overdue" } else { "" };
    let id = format!("{}  ", short(&check.package));
    let who = format!("{}, {contact}: {subject}", check.account_name);
    page.line("", &[(Style::Faint, &id), (Style::Plain, &who)]);
    page.line("          ", &[(Style::Faint, &format!("{when}; verdict by {}{overdue}", moment(check.due)))]);
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
