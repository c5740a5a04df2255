//! `baton quality`, `spot-checks` and `verdict`: the standing of each stream, and spot-checks with their verdicts.

use anyhow::Result;
use baton_desk::Desk;
use baton_desk::autonomy::{EvidenceView, SpotCheckVerdict, StreamDetail};
use baton_model::views::Page as Rows;
use baton_quality::MissRate;
use serde::Serialize;

use super::{
    decision::{find, full_digest},
    with_desk,
};
use crate::{
    arguments::{FindingArg, QualityArgs, QualityCommand, SpotChecksArgs, VerdictArgs},
    context::Context,
    files,
    output::{
        page::{Style, TextPage},
        quality,
        refusal::short,
        text::word,
    },
};

/// One stream, as JSON.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct StreamReport<'a> {
    #[serde(flatten)]
    detail: &'a StreamDetail,
    /// Latest first.
    evidence: &'a [EvidenceView],
}

/// Lists the streams with their standing, shows one in full, or stops or resumes one.
pub fn run(context: &Context<'_>, args: &QualityArgs) -> Result<bool> {
    if args.command.is_some() {
        context.who()?;
    }
    with_desk(context, async |desk, _| {
        let now = context.now();
        match &args.command {
            Some(QualityCommand::Stop(by)) => desk.stop_stream(by.stream, &by.why, now).await?,
            Some(QualityCommand::Resume(by)) => desk.resume_stream(by.stream, &by.why, now).await?,
            None => {}
        }
        if let Some(stream) = args.stream {
            return print_stream(context, desk, args, stream).await;
        }
        let reviewers = MissRates::now(context, desk).await?;
        if args.reviewers {
            if args.json {
                context.terminal.print_json(&reviewers)?;
            } else {
                let mut page = context.terminal.page();
                reviewers.listed(&mut page);
                context.terminal.print(page)?;
            }
            return Ok(true);
        }
        let streams = desk.quality(args.campaign.as_deref(), now).await?;
        if args.json {
            context.terminal.print_json(&streams)?;
            return Ok(true);
        }
        let mut page = context.terminal.page();
        for stream in &streams {
            quality::listed(&mut page, stream);
        }
        if streams.is_empty() {
            page.line("", &[(Style::Plain, "no streams yet: a run that prepares packages creates them")]);
        }
        if reviewers.team.is_some() {
            reviewers.listed(&mut page);
        }
        context.terminal.print(page)?;
        Ok(true)
    })
}

/// Shows one stream in full.
async fn print_stream(context: &Context<'_>, desk: &Desk, args: &QualityArgs, stream: i64) -> Result<bool> {
    let detail = desk.stream(stream, context.now()).await?;
    let evidence = match args.evidence {
        0 => Rows { rows: Vec::new(), next: None },
        some => desk.latest_evidence(stream, None, some).await?,
    };
    if args.json {
        context.terminal.print_json(&StreamReport { detail: &detail, evidence: &evidence.rows })?;
        return Ok(true);
    }
    let mut page = context.terminal.page();
    quality::detail(&mut page, &detail, &evidence.rows, evidence.next.is_some());
    context.terminal.print(page)?;
    Ok(true)
}

/// The share of seeded defects that reviewers miss: the team's and your own. Nobody sees another person's rate.
#[derive(Serialize)]
struct MissRates {
    team: Option<MissRate>,
    you: Option<MissRate>,
}

impl MissRates {
    async fn now(context: &Context<'_>, desk: &Desk) -> Result<Self> {
        let now = context.now();
        let you = match context.who() {
            Ok(_) => desk.own_miss_rate(now).await?,
            Err(_) => None,
        };
        Ok(Self { team: desk.miss_rate(now).await?, you })
    }

    fn listed(&self, page: &mut TextPage) {
        let Some(team) = &self.team else {
            page.line("", &[(Style::Plain, "no seeded defect was reviewed yet")]);
            return;
        };
        page.paragraph("", Style::Plain, &format!("Seeded defects: reviewers {}", missed(team)));
        if let Some(you) = &self.you {
            page.paragraph("", Style::Plain, &format!("You {}", missed(you)));
        }
        let holds =
            "the interval holds with 95% confidence however often you look; limits are adjusted by its upper end";
        page.paragraph("", Style::Faint, holds);
    }
}

fn missed(rate: &MissRate) -> String {
    let percent = |points: u16| format!("{}.{}%", points / 100, points % 100 / 10);
    let all = rate.found + rate.missed;
    let (lower, upper) = (percent(rate.lower), percent(rate.upper.saturating_add(9).min(10_000)));
    format!("missed {} of {all}, {} (between {lower} and {upper})", rate.missed, percent(rate.rate))
}

/// Lists the spot-checks that wait for a verdict.
pub fn spot_checks(context: &Context<'_>, args: &SpotChecksArgs) -> Result<bool> {
    with_desk(context, async |desk, _| {
        let checks = desk.checks().await?;
        if args.json {
            context.terminal.print_json(&checks)?;
            return Ok(true);
        }
        let mut page = context.terminal.page();
        for check in &checks {
            quality::spot_check(&mut page, check);
        }
        if checks.is_empty() {
            page.line("", &[(Style::Plain, "no spot-checks wait for a verdict")]);
        }
        context.terminal.print(page)?;
        Ok(true)
    })
}

/// Records the verdict of a spot-check.
pub fn verdict(context: &Context<'_>, args: &VerdictArgs) -> Result<bool> {
    context.who()?;
    with_desk(context, async |desk, _| {
        let view = desk.package(&find(desk, &args.package).await?, context.now()).await?;
        let key = match &args.key {
            Some(key) => key.clone(),
            None => files::random()?,
        };
        let verdict = SpotCheckVerdict {
            package: view.id.clone(),
            shown: full_digest(&args.digest, &view),
            key,
            seconds: args.seconds,
            finding: args.finding.into(),
            why: args.why.clone(),
        };
        desk.record_verdict(&verdict, context.now()).await?;
        let mut page = context.terminal.page();
        page.line("", &[(Style::Title, &view.account_name), (Style::Faint, &format!("  {}", short(&view.id)))]);
        page.line("  ", &[(Style::Plain, &word(&verdict.finding))]);
        context.terminal.print(page)?;
        Ok(true)
    })
}

impl From<FindingArg> for baton_facts::quality::Finding {
    fn from(found: FindingArg) -> Self {
        match found {
            FindingArg::Conforming => Self::Conforming,
            FindingArg::Nonconforming => Self::Nonconforming,
            FindingArg::FactualDefect => Self::FactualDefect,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::page::shown;
    use expect_test::expect;

    #[test]
    fn miss_rates_are_rounded_outward() {
        let rate = |found, missed, rate, lower, upper| Some(MissRate { found, missed, rate, lower, upper });
        let mut page = TextPage::new(120);
        MissRates { team: None, you: None }.listed(&mut page);
        MissRates { team: rate(18, 2, 1000, 89, 3391), you: rate(0, 1, 10_000, 251, 10_000) }.listed(&mut page);
        expect![[r#"
            no seeded defect was reviewed yet
            Seeded defects: reviewers missed 2 of 20, 10.0% (between 0.8% and 34.0%)
            You missed 1 of 1, 100.0% (between 2.5% and 100.0%)
            the interval holds with 95% confidence however often you look; limits are adjusted by its upper end
        "#]]
        .assert_eq(&shown(page));
    }
}
