//! Many simulations of the same setting, and what they have in common.
//!
//! One simulation is one way that things may go. What is told of a setting is the median over many seeds, and between
//! which values eight of ten lie.

use baton_facts::policy::HandoffModel;
use futures_util::stream::{self, StreamExt as _};
use serde::Serialize;

use super::event_loop::simulate;
use super::governing::Governing;
use super::result::{Day, Simulation};
use super::setting::{Setting, Stream};

/// A way of working that is looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    /// For the person who reads the result.
    pub name: String,
    /// What is simulated; its seed is the first one's.
    pub setting: Setting,
}

/// The median, and the values that a tenth lie below and a tenth above: nearest ranks.
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

/// Working days until a stream is proven, over all streams that may be and all seeds. Absent where it takes longer than
/// was simulated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Proven {
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
pub struct Course {
    /// Messages that left on this day and the four before it, a day on average.
    pub left: f64,
    /// Nonconforming messages that left up to now.
    pub bad_left: f64,
    /// Hours of reviewing on this day and the four before it, a day on average.
    pub review_hours: f64,
}

/// What came of one way of working.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Outcome {
    /// The way's.
    pub name: String,
    /// How many simulations it is made of.
    pub runs: u32,
    /// Messages that left, a day.
    pub left_per_day: Spread,
    /// The same over the last ten days.
    pub left_per_day_at_end: Spread,
    /// Nonconforming messages that left, a day.
    pub bad_per_day: Spread,
    /// Nonconforming ones of 1,000 that left.
    pub bad_per_thousand: Spread,
    /// Hours that the team reviews, a day.
    pub review_hours_per_day: Spread,
    /// The same over the last ten days.
    pub review_hours_at_end: Spread,
    /// Streams of which anything may leave without a decision.
    pub streams: u32,
    /// How many of them were proven at one time or another.
    pub proven: Spread,
    /// How long that took.
    pub days_to_proven: Proven,
    /// How often a stream lost a standing that let messages leave.
    pub demotions: Spread,
    /// Spot-checks whose time was up.
    pub missed_checks: Spread,
    /// Day by day.
    pub days: Vec<Course>,
}

/// The last days that "at the end" is about.
const END: usize = 10;

/// Simulates each way `runs` times, with as many seeds one after the other, several at a time. `progress` hears how many
/// simulations are done.
///
/// # Errors
/// Those of the governor.
pub async fn many<G>(
    ways: &[Way],
    runs: u32,
    jobs: usize,
    governor: &G,
    mut progress: impl FnMut(u64),
) -> Result<Vec<Outcome>, G::Error>
where
    G: Governing + Clone + Send + Sync + 'static,
    G::Error: Send,
{
    let mut outcomes = Vec::with_capacity(ways.len());
    let mut done = 0;
    for way in ways {
        let seeds = (0..u64::from(runs)).map(|run| way.setting.seed.wrapping_add(run));
        let one = |seed| {
            let (governor, setting) = (governor.clone(), Setting { seed, ..way.setting.clone() });
            tokio::spawn(async move { simulate(&setting, &governor).await })
        };
        let mut simulated = stream::iter(seeds).map(one).buffered(jobs.max(1));
        let mut all = Vec::new();
        while let Some(simulation) = simulated.next().await {
            match simulation {
                Ok(simulation) => all.push(simulation?),
                // A simulation that was ended from outside is not one of those that count.
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

fn outcome(way: &Way, all: &[Simulation]) -> Outcome {
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
    Outcome {
        name: way.name.clone(),
        runs: u32::try_from(all.len()).unwrap_or(u32::MAX),
        left_per_day: of(&|one| mean(&one.days, |day| day.left.into())),
        left_per_day_at_end: of(&|one| mean(last(&one.days), |day| day.left.into())),
        bad_per_day: of(&|one| mean(&one.days, |day| day.bad_left.into())),
        bad_per_thousand: of(&|one| {
            let sum = |of: fn(&Day) -> u32| one.days.iter().map(|day| f64::from(of(day))).sum::<f64>();
            1000.0 * sum(|day| day.bad_left) / sum(|day| day.left).max(1.0)
        }),
        review_hours_per_day: of(&|one| mean(&one.days, hours)),
        review_hours_at_end: of(&|one| mean(last(&one.days), hours)),
        streams: u32::try_from(streams).unwrap_or(u32::MAX),
        proven: of(&|one| proven(one).iter().flatten().count() as f64),
        days_to_proven: Proven { low: day(10), median: day(50), high: day(90) },
        demotions: of(&|one| one.streams.iter().map(|stream| f64::from(stream.demotions)).sum()),
        missed_checks: of(&|one| one.days.iter().map(|day| f64::from(day.missed)).sum()),
        days: (0..way.setting.days.min(1000) as usize)
            .map(|day| Course {
                left: of(&|one| mean(week(&one.days, day), |day| day.left.into())).median,
                bad_left: of(&|one| one.days.iter().take(day + 1).map(|day| f64::from(day.bad_left)).sum()).median,
                review_hours: of(&|one| mean(week(&one.days, day), hours)).median,
            })
            .collect(),
    }
}

fn hours(day: &Day) -> f64 {
    day.review_seconds as f64 / 3600.0
}

fn mean(days: &[Day], of: impl Fn(&Day) -> f64) -> f64 {
    if days.is_empty() { 0.0 } else { days.iter().map(of).sum::<f64>() / days.len() as f64 }
}

fn last(days: &[Day]) -> &[Day] {
    &days[days.len().saturating_sub(END)..]
}

/// That day and the four before it, as far as they are there.
fn week(days: &[Day], day: usize) -> &[Day] {
    days.get(day.saturating_sub(4)..=day).unwrap_or_default()
}

fn spread(mut values: Vec<f64>) -> Spread {
    values.sort_by(f64::total_cmp);
    let at = |percent| values.get(rank(values.len(), percent)).copied().unwrap_or(0.0);
    Spread { low: at(10), median: at(50), high: at(90) }
}

/// The nearest rank, counted from 0.
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
