//! Replications of a simulation, and their summary.
//!
//! One simulation is one possible course. The summary of a setting is the median over many seeds, with the range of
//! eight in ten.

use baton_facts::policy::HandoffModel;
use futures_util::stream::{self, StreamExt as _};
use serde::Serialize;

use super::event_loop::simulate;
use super::governing::SimulationGovernor;
use super::result::{SimulatedDay, Simulation};
use super::setting::{SimulationSetup, Stream};

/// A setting to compare.
#[derive(Clone, Debug, PartialEq)]
pub struct SimulationScenario {
    /// The name in the result.
    pub name: String,
    /// The setting; its seed is the first one's.
    pub setting: SimulationSetup,
}

/// The median and the 10th and 90th percentiles: nearest ranks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Spread {
    /// The 10th percentile.
    pub low: f64,
    /// The 50th.
    pub median: f64,
    /// The 90th.
    pub high: f64,
}

/// Working days until a stream is proven, over all streams that can be and all seeds. Absent if it takes longer than
/// the simulation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct DaysToProven {
    /// The 10th percentile.
    pub low: Option<u32>,
    /// The 50th.
    pub median: Option<u32>,
    /// The 90th.
    pub high: Option<u32>,
}

/// One working day: medians over the seeds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct DayMedians {
    /// Messages sent on this day and the four before it, a day on average.
    pub sent: f64,
    /// Nonconforming messages sent up to now.
    pub nonconforming_sent: f64,
    /// Hours of review on this day and the four before it, a day on average.
    pub review_hours: f64,
}

/// The result of one setting.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ScenarioResult {
    /// The setting's name.
    pub name: String,
    /// Number of simulations.
    pub runs: u32,
    /// Sent messages a day.
    pub sent_per_day: Spread,
    /// The same over the last ten days.
    pub sent_per_day_at_end: Spread,
    /// Nonconforming messages sent a day.
    pub bad_per_day: Spread,
    /// Nonconforming ones among 1,000 sent.
    pub bad_per_thousand: Spread,
    /// Hours of review a day.
    pub review_hours_per_day: Spread,
    /// The same over the last ten days.
    pub review_hours_at_end: Spread,
    /// Streams that can send without a decision.
    pub streams: u32,
    /// The number of them that were proven at some time.
    pub proven: Spread,
    /// The time until then.
    pub days_to_proven: DaysToProven,
    /// The number of times that a stream lost auto-send.
    pub demotions: Spread,
    /// Missed spot-checks.
    pub missed_checks: Spread,
    /// Day by day.
    pub days: Vec<DayMedians>,
}

/// The number of last days that "at the end" refers to.
const END: usize = 10;

/// Simulates each setting `runs` times, with consecutive seeds, several at a time. `progress` gets the number of
/// finished simulations.
///
/// # Errors
/// The governor's errors.
pub async fn many<G>(
    ways: &[SimulationScenario],
    runs: u32,
    jobs: usize,
    governor: &G,
    mut progress: impl FnMut(u64),
) -> Result<Vec<ScenarioResult>, G::Error>
where
    G: SimulationGovernor + Clone + Send + Sync + 'static,
    G::Error: Send,
{
    let mut outcomes = Vec::with_capacity(ways.len());
    let mut done = 0;
    for way in ways {
        let seeds = (0..u64::from(runs)).map(|run| way.setting.seed.wrapping_add(run));
        let one = |seed| {
            let (governor, setting) = (governor.clone(), SimulationSetup { seed, ..way.setting.clone() });
            tokio::spawn(async move { simulate(&setting, &governor).await })
        };
        let mut simulated = stream::iter(seeds).map(one).buffered(jobs.max(1));
        let mut all = Vec::new();
        while let Some(simulation) = simulated.next().await {
            match simulation {
                Ok(simulation) => all.push(simulation?),
                // A cancelled simulation does not count.
                Err(ended) if ended.is_cancelled() => {}
                Err(ended) => std::panic::resume_unwind(ended.into_panic()),
            }
            done += 1;
            progress(done);
        }
        outcomes.push(outcome(way, &all));
    }
    Ok(outcomes)
}

fn outcome(way: &SimulationScenario, all: &[Simulation]) -> ScenarioResult {
    let of = |value: &dyn Fn(&Simulation) -> f64| spread(all.iter().map(value).collect());
    let may = |stream: &Stream| stream.model != HandoffModel::ReviewAndApprove && stream.packages_per_week > 0;
    let streams = way.setting.streams.iter().filter(|stream| may(stream)).count();
    let proven = |simulation: &Simulation| -> Vec<Option<u32>> {
        let streams = way.setting.streams.iter().zip(&simulation.streams).filter(|(stream, _)| may(stream));
        streams.map(|(_, result)| result.days_to_proven).collect()
    };
    let mut days: Vec<u32> = all.iter().flat_map(&proven).map(|days| days.unwrap_or(u32::MAX)).collect();
    days.sort_unstable();
    let day = |percent| days.get(rank(days.len(), percent)).copied().filter(|day| *day < u32::MAX);
    ScenarioResult {
        name: way.name.clone(),
        runs: u32::try_from(all.len()).unwrap_or(u32::MAX),
        sent_per_day: of(&|one| mean(&one.days, |day| day.sent.into())),
        sent_per_day_at_end: of(&|one| mean(last(&one.days), |day| day.sent.into())),
        bad_per_day: of(&|one| mean(&one.days, |day| day.nonconforming_sent.into())),
        bad_per_thousand: of(&|one| {
            let sum = |of: fn(&SimulatedDay) -> u32| one.days.iter().map(|day| f64::from(of(day))).sum::<f64>();
            1000.0 * sum(|day| day.nonconforming_sent) / sum(|day| day.sent).max(1.0)
        }),
        review_hours_per_day: of(&|one| mean(&one.days, hours)),
        review_hours_at_end: of(&|one| mean(last(&one.days), hours)),
        streams: u32::try_from(streams).unwrap_or(u32::MAX),
        proven: of(&|one| proven(one).iter().flatten().count() as f64),
        days_to_proven: DaysToProven { low: day(10), median: day(50), high: day(90) },
        demotions: of(&|one| one.streams.iter().map(|stream| f64::from(stream.demotions)).sum()),
        missed_checks: of(&|one| one.days.iter().map(|day| f64::from(day.missed)).sum()),
        days: (0..way.setting.days.min(1000) as usize)
            .map(|day| DayMedians {
                sent: of(&|one| mean(week(&one.days, day), |day| day.sent.into())).median,
                nonconforming_sent: of(&|one| {
                    one.days.iter().take(day + 1).map(|day| f64::from(day.nonconforming_sent)).sum()
                })
                .median,
                review_hours: of(&|one| mean(week(&one.days, day), hours)).median,
            })
            .collect(),
    }
}

fn hours(day: &SimulatedDay) -> f64 {
    day.review_seconds as f64 / 3600.0
}

fn mean(days: &[SimulatedDay], of: impl Fn(&SimulatedDay) -> f64) -> f64 {
    if days.is_empty() { 0.0 } else { days.iter().map(of).sum::<f64>() / days.len() as f64 }
}

fn last(days: &[SimulatedDay]) -> &[SimulatedDay] {
    &days[days.len().saturating_sub(END)..]
}

/// Returns that day and up to four before it.
fn week(days: &[SimulatedDay], day: usize) -> &[SimulatedDay] {
    days.get(day.saturating_sub(4)..=day).unwrap_or_default()
}

fn spread(mut values: Vec<f64>) -> Spread {
    values.sort_by(f64::total_cmp);
    let at = |percent| values.get(rank(values.len(), percent)).copied().unwrap_or(0.0);
    Spread { low: at(10), median: at(50), high: at(90) }
}

/// Returns the nearest rank, counted from 0.
fn rank(of: usize, percent: usize) -> usize {
    (of * percent).div_ceil(100).saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_the_nearest() {
        for (of, expected) in [(1, [0, 0, 0]), (2, [0, 0, 1]), (10, [0, 4, 8]), (20, [1, 9, 17]), (0, [0, 0, 0])] {
            assert_eq!([10, 50, 90].map(|percent| rank(of, percent)), expected, "{of}");
        }
        assert_eq!(spread(vec![3.0, 1.0, 2.0]), Spread { low: 1.0, median: 2.0, high: 3.0 });
        assert_eq!(spread(Vec::new()), Spread::default());
    }
}
