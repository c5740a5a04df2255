//! The simulation, event by event.
//!
//! Nothing is sent without a decision unless the governor's assessment at that time inspects less than everything; no
//! batch of a stream is sent while one of its checks is open; and every prepared package is sent, stopped, or waits.
//!
//! Time is counted in working seconds: a day is eight hours long, and the next begins at its end.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use baton_facts::policy::HandoffModel;
use baton_facts::quality::{Assessment, Event, Finding, Inspection, LotItem, Reach, Standing};
use baton_facts::types::Timestamp;

use super::governing::SimulationGovernor;
use super::result::{SimulatedDay, Simulation};
use super::setting::SimulationSetup;
use super::stream::{ALL, StreamProgress};
use crate::random::Random;
use crate::sampling::{BATCH, share};

const DAY: u64 = 8 * 3600;
/// Monday, 5 January 2026, 09:00.
const START: Timestamp = 1_767_603_600;

/// An event, in the order of events at the same time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum SimulationEvent {
    /// The work with this number is done.
    Done(u64),
    /// The deadline of the check with this number.
    Deadline(u64),
    /// Packages are prepared.
    Batch,
    DayEnds,
}

/// One package before a reviewer.
#[derive(Clone, Copy)]
struct Work {
    stream: usize,
    nonconforming: bool,
    /// Whether it is a spot-check: it waits to be sent only if the plan holds samples.
    check: bool,
    /// Whether it was sent before the check.
    gone: bool,
    missed: bool,
    seconds: u32,
}

struct EventLoop<'a, G> {
    governor: &'a G,
    setting: SimulationSetup,
    random: Random,
    streams: Vec<StreamProgress>,
    events: BinaryHeap<Reverse<(u64, SimulationEvent)>>,
    /// In order of urgency: checks by their deadline, then reviews in order of arrival.
    waiting: BTreeMap<(bool, u64), Work>,
    at_work: BTreeMap<u64, Work>,
    numbers: u64,
    idle: u32,
    /// Reviews and checks that can still be started today.
    capacity: u32,
    day: SimulatedDay,
    days: Vec<SimulatedDay>,
}

/// Simulates the setting. Values beyond a named bound are taken as the bound.
///
/// # Errors
/// The governor's errors.
pub async fn simulate<G: SimulationGovernor>(setting: &SimulationSetup, governor: &G) -> Result<Simulation, G::Error> {
    EventLoop::new(setting, governor).run().await
}

impl<'a, G: SimulationGovernor> EventLoop<'a, G> {
    fn new(setting: &SimulationSetup, governor: &'a G) -> Self {
        let mut setting = setting.clone();
        setting.days = setting.days.min(1000);
        setting.batches_per_day = setting.batches_per_day.clamp(1, 48);
        setting.streams.truncate(1000);
        setting.team.sdrs = setting.team.sdrs.min(1000);
        setting.team.review_seconds = setting.team.review_seconds.clamp(1, 28_800);
        setting.team.reviews_per_day = setting.team.reviews_per_day.min(28_800);
        Self {
            governor,
            random: Random::new(setting.seed),
            streams: setting.streams.iter().cloned().map(StreamProgress::new).collect(),
            events: BinaryHeap::new(),
            waiting: BTreeMap::new(),
            at_work: BTreeMap::new(),
            numbers: 0,
            idle: setting.team.sdrs,
            capacity: 0,
            day: SimulatedDay::default(),
            days: Vec::new(),
            setting,
        }
    }

    async fn run(mut self) -> Result<Simulation, G::Error> {
        for day in 0..u64::from(self.setting.days) {
            let begins = day * DAY;
            let batches = u64::from(self.setting.batches_per_day);
            for batch in 0..batches {
                self.events.push(Reverse((begins + batch * DAY / batches, SimulationEvent::Batch)));
            }
            self.events.push(Reverse((begins + DAY - 1, SimulationEvent::DayEnds)));
            self.capacity = self.setting.team.sdrs * self.setting.team.reviews_per_day;
            self.begin_work(begins);
            while let Some(Reverse((at, what))) = self.events.pop() {
                match what {
                    SimulationEvent::Done(number) => self.done(number, at).await?,
                    SimulationEvent::Deadline(number) => self.deadline(number, at).await?,
                    SimulationEvent::Batch => self.prepare(at).await?,
                    SimulationEvent::DayEnds => break,
                }
                self.begin_work(at);
            }
            self.end_day(begins + DAY - 1).await?;
        }
        let team = &self.setting.team;
        Ok(Simulation {
            by_hand_per_day: team.sdrs.saturating_mul(team.by_hand_per_day),
            days: self.days,
            streams: self.streams.into_iter().map(|stream| stream.result).collect(),
            seed: self.setting.seed,
        })
    }

    /// Prepares the packages of this time, as far as they can be sent or reviewed.
    async fn prepare(&mut self, at: u64) -> Result<(), G::Error> {
        let batches = 5 * self.setting.batches_per_day;
        for stream in &mut self.streams {
            let per_week = stream.of.packages_per_week;
            let more = per_week / batches + u32::from(self.random.below(batches) < per_week % batches);
            // Packages that nobody could review yesterday do not double today's.
            stream.ready = stream.ready.saturating_add(more).min(per_week.div_ceil(5) + 1);
        }
        while self.release_batch(at).await? {}
        for index in 0..self.streams.len() {
            if self.is_free(index, at).await?.is_none() {
                self.review(index, at);
            }
        }
        Ok(())
    }

    /// Returns the stream's assessment, if its packages can be sent without a decision.
    async fn is_free(&mut self, index: usize, at: u64) -> Result<Option<Assessment>, G::Error> {
        if !self.streams[index].can_auto_send() {
            return Ok(None);
        }
        let assessment = self.assess(index, at).await?;
        Ok((assessment.fraction < ALL).then_some(assessment))
    }

    /// Reviews are spread over the day's batches, so that there is time for the checks that come later.
    fn review(&mut self, index: usize, at: u64) {
        let queued = u64::try_from(self.waiting.len()).unwrap_or(u64::MAX);
        let batches = u64::from(self.setting.batches_per_day);
        let later = batches.saturating_sub(1 + (at % DAY * batches).div_ceil(DAY));
        let team = u64::from(self.setting.team.sdrs * self.setting.team.reviews_per_day);
        let room = u64::from(self.capacity).saturating_sub(queued).saturating_sub(team * later / batches);
        for _ in 0..u64::from(self.streams[index].ready).min(room) {
            let package = self.package(index);
            self.queue(package, at);
        }
    }

    /// Prepares one batch, which is sampled as a whole. Returns false if nothing more can be sent now.
    async fn release_batch(&mut self, at: u64) -> Result<bool, G::Error> {
        let mut items: Vec<LotItem> = Vec::new();
        let mut batch: Vec<(usize, u32)> = Vec::new();
        for index in 0..self.streams.len() {
            if self.streams[index].ready == 0 || self.streams[index].open_checks > 0 {
                continue;
            }
            let Some(assessment) = self.is_free(index, at).await? else { continue };
            let stream = &mut self.streams[index];
            let count = stream.ready.min(u32::try_from(BATCH - items.len()).unwrap_or(0));
            let fraction = share(stream.of.model, &assessment);
            let due = at.saturating_sub(stream.last_check) >= 5 * DAY;
            let lot = u32::try_from(index).unwrap_or(u32::MAX);
            let first = stream.position;
            stream.position += u64::from(count);
            items.extend((first..stream.position).map(|position| LotItem { lot, position, fraction, due }));
            batch.push((index, count));
        }
        if items.is_empty() {
            return Ok(false);
        }
        let sampled = self.governor.sample(items, self.setting.seed).await?;
        let mut nth = 0;
        for (index, count) in batch {
            let held = self.streams[index].of.plan.held;
            let mut unchecked = 0;
            for _ in 0..count {
                let package = self.package(index);
                if sampled.binary_search(&nth).is_ok() {
                    let check = Work { check: true, gone: !held, ..package };
                    if check.gone {
                        self.record_sent(check);
                    }
                    self.streams[index].open_checks += 1;
                    self.queue(check, at);
                } else {
                    self.record_sent(package);
                    unchecked += 1;
                }
                nth += 1;
            }
            if unchecked > 0 {
                self.count(index, Event::Released(unchecked), at).await?;
            }
        }
        Ok(true)
    }

    fn package(&mut self, index: usize) -> Work {
        let stream = &mut self.streams[index];
        stream.ready = stream.ready.saturating_sub(1);
        stream.result.prepared += 1;
        self.day.prepared += 1;
        let nonconforming = self.random.chance(stream.of.nonconforming);
        let mean = self.setting.team.review_seconds;
        let seconds = (mean / 2 + self.random.below(mean + 1)).max(1);
        Work { stream: index, nonconforming, check: false, gone: false, missed: false, seconds }
    }

    fn queue(&mut self, work: Work, at: u64) {
        self.numbers += 1;
        if work.check {
            let deadline = at + u64::from(self.setting.team.check_minutes) * 60;
            self.events.push(Reverse((deadline, SimulationEvent::Deadline(self.numbers))));
        }
        self.waiting.insert((!work.check, self.numbers), work);
    }

    fn begin_work(&mut self, at: u64) {
        while self.idle > 0 && self.capacity > 0 {
            let Some(((_, number), work)) = self.waiting.pop_first() else { return };
            self.idle -= 1;
            self.capacity -= 1;
            self.events.push(Reverse((at + u64::from(work.seconds), SimulationEvent::Done(number))));
            self.at_work.insert(number, work);
        }
    }

    async fn done(&mut self, number: u64, at: u64) -> Result<(), G::Error> {
        self.idle += 1;
        let Some(work) = self.at_work.remove(&number) else { return Ok(()) };
        self.day.review_seconds += u64::from(work.seconds);
        let stream = &mut self.streams[work.stream];
        let missed = work.nonconforming && self.random.chance(self.setting.team.miss_rate);
        let finding = if !work.nonconforming || missed {
            Finding::Conforming
        } else if self.random.chance(stream.of.factual) {
            Finding::FactualDefect
        } else {
            Finding::Nonconforming
        };
        if work.check {
            self.day.checked += 1;
            stream.open_checks -= 1;
            stream.last_check = at;
        } else {
            self.day.reviewed += 1;
        }
        if !work.gone {
            if finding == Finding::Conforming {
                self.record_sent(work);
            } else {
                self.day.stopped += 1;
            }
        }
        let routed = self.streams[work.stream].of.model;
        let inspection = Inspection { at: moment(at), finding, routed, seconds: work.seconds, bulk: false };
        // A person decides about it in any case, so a conforming one is not evidence.
        if routed == HandoffModel::ReviewAndApprove && finding == Finding::Conforming {
            return Ok(());
        }
        let event = if work.missed { Event::MadeUp(inspection) } else { Event::Inspected(inspection) };
        self.count(work.stream, event, at).await
    }

    async fn deadline(&mut self, number: u64, at: u64) -> Result<(), G::Error> {
        let waits = self.waiting.get_mut(&(false, number));
        let Some(work) = waits.or_else(|| self.at_work.get_mut(&number)) else { return Ok(()) };
        work.missed = true;
        let stream = work.stream;
        self.day.missed += 1;
        self.count(stream, Event::Missed(moment(at)), at).await
    }

    fn record_sent(&mut self, work: Work) {
        let result = &mut self.streams[work.stream].result;
        let bad = u32::from(work.nonconforming);
        result.sent += 1;
        result.nonconforming_sent += bad;
        self.day.sent += 1;
        self.day.nonconforming_sent += bad;
    }

    /// Counts an event of the stream, with its effect on the others, as the desk does.
    async fn count(&mut self, index: usize, event: Event, at: u64) -> Result<(), G::Error> {
        // If people decide about everything, evidence changes nothing.
        if !self.streams.iter().any(StreamProgress::can_auto_send) {
            return Ok(());
        }
        let stops = self.count_event(index, event, at).await?;
        if stops == Reach::Fingerprint {
            for other in (0..self.streams.len()).filter(|other| *other != index) {
                self.count_event(other, Event::DefectElsewhere, at).await?;
            }
        }
        Ok(())
    }

    async fn count_event(&mut self, index: usize, event: Event, at: u64) -> Result<Reach, G::Error> {
        let stream = &mut self.streams[index];
        let was_free = stream.is_free();
        let counted = self.governor.count(&stream.of.plan, stream.tally.clone(), event).await?;
        stream.tally = counted.tally;
        // The next assessment includes the finding; a lost standing is noticed at once.
        if was_free && counted.stops != Reach::None {
            self.assess(index, at).await?;
            let stream = &mut self.streams[index];
            stream.result.demotions += u32::from(!stream.is_free());
        }
        Ok(counted.stops)
    }

    /// Returns the stream's assessment. The same evidence on the same day has the same one.
    async fn assess(&mut self, index: usize, at: u64) -> Result<Assessment, G::Error> {
        let stream = &self.streams[index];
        let day = at / DAY;
        if let Some((tally, on, assessment)) = &stream.answer
            && (tally, *on) == (&stream.tally, day)
        {
            return Ok(assessment.clone());
        }
        let (plan, per_week) = (&stream.of.plan, stream.of.packages_per_week);
        let assessment = self.governor.assess(plan, stream.tally.clone(), moment(at), per_week).await?;
        let stream = &mut self.streams[index];
        if assessment.standing == Standing::Proven {
            stream.result.days_to_proven.get_or_insert(u32::try_from(day + 1).unwrap_or(u32::MAX));
        }
        stream.answer = Some((stream.tally.clone(), day, assessment.clone()));
        Ok(assessment)
    }

    async fn end_day(&mut self, at: u64) -> Result<(), G::Error> {
        let mut day = std::mem::take(&mut self.day);
        for index in 0..self.streams.len() {
            let standing = match self.streams[index].can_auto_send() {
                true => self.assess(index, at).await?.standing,
                false => Standing::Pilot,
            };
            day.standings.push(standing);
        }
        self.days.push(day);
        Ok(())
    }
}

/// Returns the time on a calendar with weekends.
fn moment(at: u64) -> Timestamp {
    let (day, second) = (at / DAY, at % DAY);
    let calendar_days = day + day / 5 * 2;
    START.saturating_add((calendar_days * 86_400 + second).cast_signed())
}
