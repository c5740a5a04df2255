//! `baton quality`, `checks`, `verdict`: what each stream's evidence allows, which messages were drawn for a check, and
//! what a person found.

use anyhow::Result;
use baton_desk::desk::{CheckView, Desk, MissRate, StreamView, Verdict};
use baton_facts::quality::Standing;
use serde::Serialize;

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
        text::{count, moment, word},
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
        let reviewers = Reviewers::now(context, desk).await?;
        if what.reviewers {
            if what.json {
                context.terminal.print_json(&reviewers)?;
            } else {
                let mut page = context.terminal.page();
                reviewers.listed(&mut page);
                context.terminal.print(page)?;
            }
            return Ok(true);
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
        if reviewers.team.is_some() {
            reviewers.listed(&mut page);
        }
        context.terminal.print(page)?;
        Ok(true)
    })
}

/// What reviewers miss, as planted defects measure it: the team, and whoever asks. Nobody is shown somebody else's rate.
#[derive(Serialize)]
struct Reviewers {
    team: Option<MissRate>,
    you: Option<MissRate>,
}

impl Reviewers {
    async fn now(context: &Context<'_>, desk: &Desk) -> Result<Self> {
        let now = context.now();
        let you = match context.who() {
            Ok(who) => desk.miss_rate_of(&who, now).await?,
            Err(_) => None,
        };
        Ok(Self { team: desk.miss_rate(now).await?, you })
    }

    fn listed(&self, page: &mut Page) {
        let Some(team) = &self.team else {
            page.line("", &[(Style::Plain, "no planted defect was decided about yet")]);
            return;
        };
        page.paragraph("", Style::Plain, &format!("Planted defects: reviewers {}", missed(team)));
        if let Some(you) = &self.you {
            page.paragraph("", Style::Plain, &format!("You {}", missed(you)));
        }
        let holds =
            "the interval holds with 95 % however often it is looked at; limits are restated with its upper end";
        page.paragraph("", Style::Faint, holds);
    }
}

fn missed(rate: &MissRate) -> String {
    let percent = |points: u16| format!("{}.{} %", points / 100, points % 100 / 10);
    let all = rate.found + rate.missed;
    let (lower, upper) = (percent(rate.lower), percent(rate.upper.saturating_add(9).min(10_000)));
    format!("missed {} of {all}, {} (between {lower} and {upper})", rate.missed, percent(rate.rate))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::print::page::shown;
    use expect_test::expect;

    #[test]
    fn what_reviewers_miss_is_rounded_so_that_it_still_holds() {
        let rate = |found, missed, rate, lower, upper| Some(MissRate { found, missed, rate, lower, upper });
        let mut page = Page::new(120);
        Reviewers { team: None, you: None }.listed(&mut page);
        Reviewers { team: rate(18, 2, 1000, 89, 3391), you: rate(0, 1, 10_000, 251, 10_000) }.listed(&mut page);
        expect![[r#"
            no planted defect was decided about yet
            Planted defects: reviewers missed 2 of 20, 10.0 % (between 0.8 % and 34.0 %)
            You missed 1 of 1, 100.0 % (between 2.5 % and 100.0 %)
            the interval holds with 95 % however often it is looked at; limits are restated with its upper end
        "#]]
        .assert_eq(&shown(page));
    }
}
