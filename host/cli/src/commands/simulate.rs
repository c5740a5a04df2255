//! `baton simulate`: a campaign under each handoff model and plan, before you switch one on.

use anyhow::Result;
use baton_campaign::GovernorInUse;
use baton_facts::policy::HandoffModel;
use baton_quality::history::History;
use baton_quality::simulate::{
    Assumption, ScenarioResult, SimulationInput, SimulationOptions, SimulationScenario, many, premises,
};
use baton_web::chart::{Chart, Line, Panel};
use serde::Serialize;

use super::{components, executor, open, settings, sound};
use crate::{
    arguments::SimulateArgs,
    context::Context,
    files,
    output::{
        progress::ProgressLine,
        simulate,
        text::{count, word},
    },
};

/// The result, as JSON.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct SimulationReport<'a> {
    campaign: &'a str,
    days: u32,
    runs: u32,
    seed: u64,
    premises: &'a [Assumption],
    by_hand_per_day: u32,
    ways: &'a [ScenarioResult],
}

/// Simulates the campaign under its own tiers and under each model and plan. Changes nothing, and creates no store.
pub fn run(context: &Context<'_>, args: &SimulateArgs) -> Result<bool> {
    let terminal = context.terminal;
    let settings = settings(terminal, context.config)?;
    let file = sound(terminal, settings.campaign(&args.campaign, None)?)?;
    let executor = executor()?;
    let is_kept = settings.store.file().is_file();
    let (components, history) = if is_kept {
        executor.block_on(async {
            let server = open(terminal, &settings, context.now()).await?;
            let history = server.desk_for(context.actor()).history(&file.campaign.id, context.now()).await;
            server.close().await;
            anyhow::Ok((server.components().clone(), history?))
        })?
    } else {
        (executor.block_on(components(terminal, &settings))?, History::default())
    };
    let SimulationInput { setting, list } =
        premises(&file, settings.sending.mailbox_daily, settings.review, &history, &overrides(args));

    let mut ways = vec![SimulationScenario { name: "your tiers".into(), setting: setting.clone() }];
    let review = HandoffModel::ReviewAndApprove;
    ways.push(SimulationScenario { name: word(&review), setting: setting.under(review, None) });
    for model in [HandoffModel::SendThenSpotCheck, HandoffModel::Automatic] {
        ways.push(SimulationScenario { name: word(&model), setting: setting.under(model, None) });
        for plan in &args.plan {
            let name = format!("{}, {}", word(&model), plan.text);
            ways.push(SimulationScenario { name, setting: setting.under(model, Some(&plan.plan)) });
        }
    }

    let bar = ProgressLine::new(terminal);
    let total = ways.len() as u64 * u64::from(args.runs);
    let jobs = std::thread::available_parallelism().map_or(2, usize::from);
    let governor = GovernorInUse(components.components.governor.clone());
    let work = many(&ways, args.runs, jobs, &governor, |done| bar.at("simulating", done, total));
    let outcomes = executor.block_on(work)?;
    drop(bar);

    let by_hand_per_day = setting.team.sdrs.saturating_mul(setting.team.by_hand_per_day);
    if let Some(path) = &args.svg {
        let svg = chart(&args.campaign, args, by_hand_per_day, &outcomes).file();
        files::replace(path, svg.as_bytes()).map_err(|error| {
            let hint = "hint: name a file in an existing folder";
            anyhow::anyhow!("{}: cannot write the plot: {error}\n{hint}", path.display())
        })?;
    }
    if args.json {
        terminal.print_json(&SimulationReport {
            campaign: &args.campaign,
            days: args.days,
            runs: args.runs,
            seed: args.seed,
            premises: &list,
            by_hand_per_day,
            ways: &outcomes,
        })?;
        return Ok(true);
    }
    let mut page = terminal.page();
    let [days, times] = [(args.days, "working day"), (args.runs, "time")].map(|(n, noun)| count(n as usize, noun));
    let title = format!("{} over {days}, simulated {times}", args.campaign);
    simulate::premises(&mut page, &title, &list);
    simulate::outcomes(&mut page, &setting.team, &outcomes);
    simulate::words(&mut page, &setting, &outcomes);
    terminal.print(page)?;
    Ok(true)
}

fn overrides(args: &SimulateArgs) -> SimulationOptions {
    SimulationOptions {
        sdrs: args.sdrs,
        review_seconds: args.review_seconds,
        reviews_per_day: args.reviews_per_day,
        by_hand_per_day: args.by_hand_per_day,
        miss_rate: args.miss_rate,
        check_minutes: args.check_minutes,
        nonconforming: args.nonconforming,
        factual: args.factual,
        packages_per_day: args.packages_per_day,
        days: args.days,
        batches_per_day: args.batches_per_day,
        seed: args.seed,
    }
}

fn chart(campaign: &str, args: &SimulateArgs, by_hand: u32, outcomes: &[ScenarioResult]) -> Chart {
    let along = |outcome: &ScenarioResult, of: fn(&baton_quality::simulate::DayMedians) -> f64| Line {
        name: outcome.name.clone(),
        points: outcome.days.iter().enumerate().map(|(day, course)| ((day + 1) as f64, of(course))).collect(),
        baseline: false,
    };
    let lines = |of: fn(&baton_quality::simulate::DayMedians) -> f64| -> Vec<Line> {
        outcomes.iter().map(|outcome| along(outcome, of)).collect()
    };
    let by_hand = f64::from(by_hand);
    let baseline =
        Line { name: "by hand".into(), points: vec![(1.0, by_hand), (f64::from(args.days), by_hand)], baseline: true };
    let mut sent = lines(|course| course.sent);
    sent.push(baseline);
    let ends: Vec<String> = outcomes
        .iter()
        .map(|outcome| {
            format!(
                "{}: {:.0} messages and {:.1} review hours per day at the end, {:.0} nonconforming messages sent in total",
                outcome.name,
                outcome.sent_per_day_at_end.median,
                outcome.review_hours_at_end.median,
                outcome.days.last().map_or(0.0, |course| course.nonconforming_sent)
            )
        })
        .collect();
    Chart {
        title: format!("Campaign {campaign}, simulated: medians of {} runs", args.runs),
        description: format!("By hand: {by_hand:.0} messages per day. {}.", ends.join(". ")),
        along: "working days".into(),
        panels: vec![
            Panel { title: "Messages sent per day (five-day average)".into(), lines: sent },
            Panel {
                title: "Nonconforming messages sent, total".into(),
                lines: lines(|course| course.nonconforming_sent),
            },
            Panel {
                title: "Review hours per day (five-day average)".into(),
                lines: lines(|course| course.review_hours),
            },
        ],
    }
}
