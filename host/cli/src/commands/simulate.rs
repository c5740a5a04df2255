//! `baton simulate`: what a team would see under each model and plan, before one of them is switched on.

use anyhow::Result;
use baton_desk::{
    desk::History,
    simulate::{Given, Outcome, Premise, Premises, Way, many, premises},
};
use baton_facts::policy::HandoffModel;
use baton_web::chart::{Chart, Line, Panel};
use serde::Serialize;

use super::{Loaded, campaign, components, executor, open, settings};
use crate::{
    arguments::Simulate,
    context::Context,
    files,
    print::{
        progress::Progress,
        simulate,
        text::{count, word},
    },
};

/// The result for machines.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Told<'a> {
    campaign: &'a str,
    days: u32,
    runs: u32,
    seed: u64,
    premises: &'a [Premise],
    by_hand_per_day: u32,
    ways: &'a [Outcome],
}

/// Simulates the campaign under its own tiers and under each model and plan. Changes nothing; where there is no store
/// none is made.
pub fn run(context: &Context<'_>, what: &Simulate) -> Result<bool> {
    let terminal = context.terminal;
    let settings = settings(terminal, context.config)?;
    let file = campaign(terminal, &settings, &what.campaign)?;
    let executor = executor()?;
    let is_kept = settings.store.file().is_file();
    let (components, history) = if is_kept {
        executor.block_on(async {
            let Loaded { desk, components, .. } = open(terminal, &settings, context.now()).await?;
            let history = desk.history(&file.campaign.id, context.now()).await;
            desk.store().close().await;
            anyhow::Ok((components, history?))
        })?
    } else {
        (std::sync::Arc::new(components(terminal, &settings)?.1), History::default())
    };
    let Premises { setting, list } = premises(&file, &settings.sending, settings.review, &history, &given(what));

    let mut ways = vec![Way { name: "as the tiers say".into(), setting: setting.clone() }];
    let review = HandoffModel::ReviewAndApprove;
    ways.push(Way { name: word(&review), setting: setting.under(review, None) });
    for model in [HandoffModel::SendThenSpotCheck, HandoffModel::Automatic] {
        ways.push(Way { name: word(&model), setting: setting.under(model, None) });
        for plan in &what.plan {
            let name = format!("{}, {}", word(&model), plan.text);
            ways.push(Way { name, setting: setting.under(model, Some(&plan.plan)) });
        }
    }

    let bar = Progress::new(terminal);
    let total = ways.len() as u64 * u64::from(what.runs);
    let jobs = std::thread::available_parallelism().map_or(2, usize::from);
    let work = many(&ways, what.runs, jobs, &components.governor, |done| bar.at("simulating", done, total));
    let outcomes = executor.block_on(work)?;
    drop(bar);

    let by_hand_per_day = setting.team.sdrs.saturating_mul(setting.team.by_hand_per_day);
    if let Some(path) = &what.svg {
        let svg = chart(&what.campaign, what, by_hand_per_day, &outcomes).file();
        files::replace(path, svg.as_bytes()).map_err(|error| {
            let hint = "hint: name a file in a folder that is there";
            anyhow::anyhow!("{}: the plot cannot be written: {error}\n{hint}", path.display())
        })?;
    }
    if what.json {
        terminal.print_json(&Told {
            campaign: &what.campaign,
            days: what.days,
            runs: what.runs,
            seed: what.seed,
            premises: &list,
            by_hand_per_day,
            ways: &outcomes,
        })?;
        return Ok(true);
    }
    let mut page = terminal.page();
    let [days, times] = [(what.days, "working day"), (what.runs, "time")].map(|(n, noun)| count(n as usize, noun));
    let title = format!("{} over {days}, simulated {times}", what.campaign);
    simulate::premises(&mut page, &title, &list);
    simulate::outcomes(&mut page, &setting.team, &outcomes);
    simulate::words(&mut page, &setting, &outcomes);
    terminal.print(page)?;
    Ok(true)
}

fn given(what: &Simulate) -> Given {
    Given {
        sdrs: what.sdrs,
        review_seconds: what.review_seconds,
        reviews_per_day: what.reviews_per_day,
        by_hand_per_day: what.by_hand_per_day,
        miss_rate: what.miss_rate,
        check_minutes: what.check_minutes,
        nonconforming: what.nonconforming,
        factual: what.factual,
        packages_per_day: what.packages_per_day,
        days: what.days,
        batches_per_day: what.batches_per_day,
        seed: what.seed,
    }
}

fn chart(campaign: &str, what: &Simulate, by_hand: u32, outcomes: &[Outcome]) -> Chart {
    let along = |outcome: &Outcome, of: fn(&baton_desk::simulate::Course) -> f64| Line {
        name: outcome.name.clone(),
        points: outcome.days.iter().enumerate().map(|(day, course)| ((day + 1) as f64, of(course))).collect(),
        baseline: false,
    };
    let lines = |of: fn(&baton_desk::simulate::Course) -> f64| -> Vec<Line> {
        outcomes.iter().map(|outcome| along(outcome, of)).collect()
    };
    let by_hand = f64::from(by_hand);
    let baseline =
        Line { name: "by hand".into(), points: vec![(1.0, by_hand), (f64::from(what.days), by_hand)], baseline: true };
    let mut sent = lines(|course| course.left);
    sent.push(baseline);
    let ends: Vec<String> = outcomes
        .iter()
        .map(|outcome| {
            format!(
                "{}: {:.0} messages a day at the end and {:.1} hours of reviewing, {:.0} nonconforming messages sent in all",
                outcome.name,
                outcome.left_per_day_at_end.median,
                outcome.review_hours_at_end.median,
                outcome.days.last().map_or(0.0, |course| course.bad_left)
            )
        })
        .collect();
    Chart {
        title: format!("Campaign {campaign}, simulated: medians of {} runs", what.runs),
        description: format!("By hand: {by_hand:.0} messages a day. {}.", ends.join(". ")),
        along: "working days".into(),
        panels: vec![
            Panel { title: "Messages sent a day, over the last five days".into(), lines: sent },
            Panel { title: "Nonconforming messages sent, in all".into(), lines: lines(|course| course.bad_left) },
            Panel {
                title: "Hours of reviewing a day, over the last five days".into(),
                lines: lines(|course| course.review_hours),
            },
        ],
    }
}
