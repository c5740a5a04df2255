//! The assumptions of a simulation and their sources: the command line, a file, measurements in the store, or a
//! default.
//!
//! Nothing is measured from too little data: below the minimum named here the default is used, and the result says so.

use std::collections::BTreeMap;

use baton_facts::policy::{HandoffModel, Tier};
use baton_facts::types::BasisPoints;
use serde::Serialize;

use super::setting::{SimulationSetup, Stream, Team};
use crate::history::{History, Rate};
use baton_model::{CampaignFile, ReviewOptions};

/// The default share of nonconforming drafts.
pub const NONCONFORMING: BasisPoints = 500;

/// The default share of those with a wrong fact.
pub const FACTUAL: BasisPoints = 500;

/// Minimum number of inspections to measure a stream's rate.
const INSPECTED_MIN: u64 = 50;

/// Minimum number of packages to measure their distribution over tiers and streams.
const PACKAGES_MIN: u32 = 20;

/// Minimum number of seeded defects to measure the miss rate.
const SEEDED_DEFECTS_MIN: u32 = 20;

/// Minimum number of decisions to measure the review time.
const DECISIONS_MIN: u32 = 20;

/// Working days in a week.
const WEEK: u32 = 5;

/// Values of the command line; the others are measured or assumed.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "as in `Team` and `Setting`")]
pub struct SimulationOptions {
    pub sdrs: Option<u32>,
    pub review_seconds: Option<u32>,
    pub reviews_per_day: Option<u32>,
    pub by_hand_per_day: Option<u32>,
    pub miss_rate: Option<BasisPoints>,
    pub check_minutes: Option<u32>,
    pub nonconforming: Option<BasisPoints>,
    pub factual: Option<BasisPoints>,
    /// Of the whole campaign.
    pub packages_per_day: Option<u32>,
    pub days: u32,
    pub batches_per_day: Option<u32>,
    pub seed: u64,
}

/// The source of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AssumptionSource {
    /// The command line.
    Given,
    /// The campaign file or `baton.toml`.
    Written,
    /// The store.
    Measured,
    /// A default.
    Assumed,
}

/// An assumption of the simulation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Assumption {
    /// The option that changes it, without dashes; `None` if only a file or the store does.
    pub option: Option<&'static str>,
    /// The value in words.
    pub what: String,
    /// Its source.
    pub source: AssumptionSource,
    /// More about the source, for a user; may be empty.
    pub from: String,
}

/// A campaign, ready to be simulated.
#[derive(Clone, Debug)]
pub struct SimulationInput {
    /// The setting with the campaign's own tiers.
    pub setting: SimulationSetup,
    /// Every assumption, the team's first.
    pub list: Vec<Assumption>,
}

/// The known facts about a campaign.
pub fn premises(
    file: &CampaignFile,
    mailbox_daily: u32,
    review: ReviewOptions,
    history: &History,
    given: &SimulationOptions,
) -> SimulationInput {
    let mut known = Known { list: Vec::new() };
    let team = known.team(file, review, history, given);
    let streams = known.packages(file, mailbox_daily, history, given);
    let batches_per_day =
        known.number("batches-per-day", given.batches_per_day, Missing::assumed(2), |n| count(n, "run", " a day"));
    let setting = SimulationSetup { team, streams, days: given.days, batches_per_day, seed: given.seed };
    SimulationInput { setting, list: known.list }
}

/// The default values.
struct Missing {
    value: u32,
    source: AssumptionSource,
    from: String,
}

impl Missing {
    fn assumed(value: u32) -> Self {
        Self { value, source: AssumptionSource::Assumed, from: String::new() }
    }

    fn written(value: u32, from: &str) -> Self {
        Self { value, source: AssumptionSource::Written, from: from.to_owned() }
    }
}

struct Known {
    list: Vec<Assumption>,
}

impl Known {
    fn number(
        &mut self,
        option: &'static str,
        given: Option<u32>,
        missing: Missing,
        what: impl Fn(u32) -> String,
    ) -> u32 {
        let (value, source, from) = match given {
            Some(value) => (value, AssumptionSource::Given, String::new()),
            None => (missing.value, missing.source, missing.from),
        };
        self.list.push(Assumption { option: Some(option), what: what(value), source, from });
        value
    }

    fn team(
        &mut self,
        file: &CampaignFile,
        review: ReviewOptions,
        history: &History,
        given: &SimulationOptions,
    ) -> Team {
        let usual = Team::default();
        let capacity = file.capacity;
        let seconds = match history.review_seconds {
            Some((median, of)) if of >= DECISIONS_MIN => Missing {
                value: median.clamp(1, 28_800),
                source: AssumptionSource::Measured,
                from: format!("the median of the last {of} decisions"),
            },
            _ => Missing::assumed(usual.review_seconds),
        };
        let check = Missing::written(review.check_minutes, "`[review]`");
        let missed = match history.miss_rate {
            Some(measured) if measured.found + measured.missed >= SEEDED_DEFECTS_MIN => Missing {
                value: measured.rate.into(),
                source: AssumptionSource::Measured,
                from: format!("{} of {} seeded defects", measured.missed, measured.found + measured.missed),
            },
            _ => Missing::assumed(usual.miss_rate.into()),
        };
        let share = |given: Option<BasisPoints>| given.map(u32::from);
        Team {
            sdrs: self.number("sdrs", given.sdrs, Missing::written(capacity.reviewers, "`[capacity]`"), |n| {
                count(n, "SDR", "")
            }),
            reviews_per_day: self.number(
                "reviews-per-day",
                given.reviews_per_day,
                Missing::written(capacity.reviews_per_day, "`[capacity]`"),
                |n| count(n, "review", " a day by each at the most"),
            ),
            review_seconds: self.number("review-seconds", given.review_seconds, seconds, |n| {
                count(n, "second", " for a review on average")
            }),
            by_hand_per_day: self.number(
                "by-hand-per-day",
                given.by_hand_per_day,
                Missing::assumed(usual.by_hand_per_day),
                |n| count(n, "message", " a day by each, researched and written by hand"),
            ),
            miss_rate: points(self.number("miss-rate", share(given.miss_rate), missed, |n| {
                format!("{} of defects are not seen by a reviewer", percent(n))
            })),
            check_minutes: self.number("check-minutes", given.check_minutes, check, |n| {
                count(n, "minute", " until a spot-check counts as missed")
            }),
        }
    }

    fn packages(
        &mut self,
        file: &CampaignFile,
        mailbox_daily: u32,
        history: &History,
        given: &SimulationOptions,
    ) -> Vec<Stream> {
        let seen: u32 = history.volumes.iter().map(|volume| volume.packages).sum();
        let missing = match history.weeks {
            0 => Missing {
                value: mailbox_daily,
                source: AssumptionSource::Assumed,
                from: "the limit `mailbox-daily`".into(),
            },
            weeks => Missing {
                value: seen.div_ceil(weeks * WEEK).max(1),
                source: AssumptionSource::Measured,
                from: format!("{} in {}", count(seen, "package", ""), count(weeks, "week", "")),
            },
        };
        let per_day = self.number("packages-per-day", given.packages_per_day, missing, |n| {
            count(n, "package", " a day could be prepared")
        });
        let cells = if seen >= PACKAGES_MIN { measured(file, history) } else { assumed(file) };
        let source = if seen >= PACKAGES_MIN { AssumptionSource::Measured } else { AssumptionSource::Assumed };
        let from = match source {
            AssumptionSource::Measured => format!("as the last {} were", count(seen, "package", "")),
            _ => "tiers by their daily caps, kinds of signal alike; first messages alone".to_owned(),
        };
        let weights: Vec<u64> = cells.iter().map(|(.., weight)| *weight).collect();
        let shares = apportion(per_day.saturating_mul(WEEK), &weights);
        let cells: Vec<(&Tier, Key, u32)> = cells
            .into_iter()
            .zip(shares)
            .filter(|(_, share)| *share > 0)
            .map(|((tier, key, _), share)| (tier, key, share))
            .collect();
        let tiers = file.tiers.iter().map(|tier| {
            let packages: u32 =
                cells.iter().filter(|(of, ..)| of.name == tier.name).map(|(.., per_week)| per_week).sum();
            format!("{} {}", tier.name, packages)
        });
        let packages: u32 = cells.iter().map(|(.., per_week)| per_week).sum();
        let streams = format!("in {}", count(length(&cells), "stream", ""));
        let tiers: Vec<String> = tiers.collect();
        let what = format!("{} a week {streams}: {}", count(packages, "package", ""), tiers.join(", "));
        self.list.push(Assumption { option: None, what, source, from });
        let factual = points(u32::from(given.factual.unwrap_or(FACTUAL)));
        let rates = self.rates(file, &cells, history, given);
        let stream = |(tier, key, packages_per_week): (&Tier, Key, u32)| Stream {
            name: key.name(),
            tier: tier.name.clone(),
            model: key.model(tier),
            plan: tier.inspection.clone(),
            packages_per_week,
            nonconforming: rates.get(&key).copied().unwrap_or(NONCONFORMING),
            factual,
        };
        cells.into_iter().map(stream).collect()
    }

    /// Returns the share of nonconforming drafts of each kind. The engine does not know the tier, so one tier's rate is
    /// taken for all; of a tier that is always reviewed, the evidence counts defects alone.
    fn rates(
        &mut self,
        file: &CampaignFile,
        cells: &[(&Tier, Key, u32)],
        history: &History,
        given: &SimulationOptions,
    ) -> BTreeMap<Key, BasisPoints> {
        let mut rates: BTreeMap<Key, BasisPoints> = BTreeMap::new();
        let mut measured = Vec::new();
        for (_, key, _) in cells {
            if rates.contains_key(key) {
                continue;
            }
            let (mut inspected, mut nonconforming) = (0, 0);
            for rate in history.rates.iter().filter(|rate| key.is_of(rate)) {
                let tier = file.tiers.iter().find(|tier| tier.name == rate.tier);
                if tier.is_some_and(|tier| key.model(tier) != HandoffModel::ReviewAndApprove) {
                    inspected += rate.inspected;
                    nonconforming += rate.nonconforming;
                }
            }
            let rate = match given.nonconforming {
                Some(given) => given,
                None if inspected >= INSPECTED_MIN => {
                    measured.push(format!("{} {nonconforming} of {inspected}", key.name()));
                    points((nonconforming * 10_000 / inspected).try_into().unwrap_or(10_000))
                }
                None => NONCONFORMING,
            };
            rates.insert(key.clone(), rate);
        }
        let rate = given.nonconforming.unwrap_or(NONCONFORMING);
        let what = |of: &str| format!("{} of {of} are nonconforming", percent(rate.into()));
        let option = Some("nonconforming");
        if given.nonconforming.is_some() {
            self.list.push(Assumption {
                option,
                what: what("drafts"),
                source: AssumptionSource::Given,
                from: String::new(),
            });
        } else {
            if !measured.is_empty() {
                let what = format!("nonconforming drafts: {}", measured.join(", "));
                let from = format!("kinds of drafts with {INSPECTED_MIN} inspections or more");
                self.list.push(Assumption { option, what, source: AssumptionSource::Measured, from });
            }
            if measured.len() < rates.len() {
                let of = if measured.is_empty() { "drafts" } else { "the other drafts" };
                let from = format!("no kind of them has {INSPECTED_MIN} inspections");
                self.list.push(Assumption { option, what: what(of), source: AssumptionSource::Assumed, from });
            }
        }
        self.number("factual", given.factual.map(u32::from), Missing::assumed(FACTUAL.into()), |n| {
            format!("{} of nonconforming drafts have a wrong fact, which stops every stream", percent(n))
        });
        rates
    }
}

/// The identity of one tier's streams within a campaign.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    signal_kind: String,
    language: String,
    follow_up: bool,
}

impl Key {
    fn name(&self) -> String {
        let follow_up = if self.follow_up { ", follow-up" } else { "" };
        format!("{} ({}{follow_up})", self.signal_kind, self.language)
    }

    /// The tier's handoff model.
    fn model(&self, tier: &Tier) -> HandoffModel {
        if self.follow_up { tier.follow_up_model } else { tier.model }
    }

    fn is_of(&self, rate: &Rate) -> bool {
        (&self.signal_kind, &self.language, self.follow_up) == (&rate.signal_kind, &rate.language, rate.follow_up)
    }
}

type Cell<'a> = (&'a Tier, Key, u64);

/// Distributes as measured for each tier and stream. Tiers and streams that no longer exist are left out.
fn measured<'a>(file: &'a CampaignFile, history: &History) -> Vec<Cell<'a>> {
    let mut cells: BTreeMap<(usize, Key), u64> = BTreeMap::new();
    for volume in &history.volumes {
        let Some(tier) = file.tiers.iter().position(|tier| tier.name == volume.tier) else { continue };
        let (signal_kind, language) = (volume.signal_kind.clone(), volume.language.clone());
        let key = Key { signal_kind, language, follow_up: volume.follow_up };
        *cells.entry((tier, key)).or_default() += u64::from(volume.packages);
    }
    cells.into_iter().map(|((tier, key), packages)| (&file.tiers[tier], key, packages)).collect()
}

/// Distributes first messages only: each tier by its daily limit, or all alike without one, and each angle alike.
fn assumed(file: &CampaignFile) -> Vec<Cell<'_>> {
    let capped = file.tiers.iter().all(|tier| tier.daily_cap.is_some());
    let mut keys: Vec<Key> = Vec::new();
    for angle in &file.campaign.angles {
        let (signal_kind, language) = (angle.signal_kind.clone(), angle.language.clone());
        let key = Key { signal_kind, language, follow_up: false };
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    let weight = |tier: &Tier| u64::from(tier.daily_cap.filter(|_| capped).unwrap_or(1));
    let cells = file.tiers.iter().flat_map(|tier| keys.iter().map(move |key| (tier, key.clone(), weight(tier))));
    cells.collect()
}

/// Distributes a number by weight: the method of the largest remainder (Hamilton's), earlier ones first for equal
/// remainders.
fn apportion(total: u32, weights: &[u64]) -> Vec<u32> {
    let sum: u64 = weights.iter().sum();
    if sum == 0 {
        return vec![0; weights.len()];
    }
    let parts = weights.iter().map(|weight| u128::from(*weight) * u128::from(total));
    let (mut shares, mut rest): (Vec<u32>, Vec<(u128, usize)>) = parts
        .enumerate()
        .map(|(index, part)| {
            let whole = u32::try_from(part / u128::from(sum)).unwrap_or(total);
            (whole, (part % u128::from(sum), index))
        })
        .unzip();
    let left = total.saturating_sub(shares.iter().sum());
    rest.sort_by_key(|(remainder, index)| (std::cmp::Reverse(*remainder), *index));
    for (_, index) in rest.into_iter().take(left as usize) {
        shares[index] += 1;
    }
    shares
}

fn length<T>(of: &[T]) -> u32 {
    u32::try_from(of.len()).unwrap_or(u32::MAX)
}

fn points(points: u32) -> BasisPoints {
    points.min(10_000).try_into().unwrap_or(10_000)
}

/// `1 SDR`, `2 SDRs a day`.
fn count(number: u32, noun: &str, rest: &str) -> String {
    format!("{number} {noun}{}{rest}", if number == 1 { "" } else { "s" })
}

/// `5%`, `4.83%`.
fn percent(points: u32) -> String {
    let digits = format!("{}.{:02}", points / 100, points % 100);
    format!("{}%", digits.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests;
