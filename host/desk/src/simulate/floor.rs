//! The sales floor, event by event.
//!
//! What always holds: nothing leaves without a decision unless the governor's assessment at that moment inspects less than
//! everything; no batch of a stream leaves while one of its checks is open; and what was prepared has left, was stopped,
//! or waits.
//!
//! Time is counted in working seconds: a day is eight hours long, and the next begins where it ends.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use baton_facts::policy::HandoffModel;
use baton_facts::quality::{Assessment, Event, Finding, Inspection, LotItem, Reach, Standing, Tally};
use baton_facts::types::Timestamp;

use super::random::Random;
use super::{Day, Flow, Governing, Setting, Simulation, StreamResult};

const DAY: u64 = 8 * 3600;
/// Monday, 5 January 2026, 09:00.
const START: Timestamp = 1_767_603_600;
const BATCH_MAX: u32 = 50;
const ALL: u16 = 10_000;

/// What happens, in this order where it happens at the same moment.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    /// The work with this number is done.
    Done(u64),
    /// The check with this number should have a verdict by now.
    Deadline(u64),
    /// The day's n-th.
    Batch(u64),
    DayEnds,
}

/// One package before a person.
#[derive(Clone, Copy)]
struct Work {
    stream: usize,
    nonconforming: bool,
    /// A spot-check: it waits to leave only where the plan holds samples.
    check: bool,
    /// It left before it is looked at.
    gone: bool,
    missed: bool,
    seconds: u32,
}

struct Stream {
    flow: Flow,
    tally: Tally,
    /// Packages that could be prepared by now.
    ready: u32,
    position: u64,
    open_checks: u32,
    /// Working seconds of the last inspection that a sample asked for.
    last_check: u64,
    free: bool,
    result: StreamResult,
}

pub(super) struct Floor<'a, G> {
    governor: &'a G,
    setting: Setting,
    random: Random,
    streams: Vec<Stream>,
    events: BinaryHeap<Reverse<(u64, What)>>,
    /// By urgency: checks by their deadline, then reviews as they came.
    waiting: BTreeMap<(bool, u64), Work>,
    at_work: BTreeMap<u64, Work>,
    numbers: u64,
    idle: u32,
    /// Reviews and checks that may still be begun today.
    capacity: u32,
    day: Day,
    days: Vec<Day>,
}

impl<'a, G: Governing> Floor<'a, G> {
    pub(super) fn new(setting: &Setting, governor: &'a G) -> Self {
        let mut setting = setting.clone();
        setting.days = setting.days.min(1000);
        setting.batches_per_day = setting.batches_per_day.clamp(1, 48);
        setting.streams.truncate(100);
        setting.team.sdrs = setting.team.sdrs.min(1000);
        setting.team.review_seconds = setting.team.review_seconds.clamp(1, 28_800);
        setting.team.reviews_per_day = setting.team.reviews_per_day.min(28_800);
        let stream = |flow: &Flow| Stream {
            flow: Flow { packages_per_day: flow.packages_per_day.min(10_000), ..flow.clone() },
            tally: Tally::default(),
            ready: 0,
            position: 0,
            open_checks: 0,
            last_check: 0,
            free: false,
            result: StreamResult::default(),
        };
        Self {
            governor,
            random: Random::new(setting.seed),
            streams: setting.streams.iter().map(stream).collect(),
            events: BinaryHeap::new(),
            waiting: BTreeMap::new(),
            at_work: BTreeMap::new(),
            numbers: 0,
            idle: setting.team.sdrs,
            capacity: 0,
            day: Day::default(),
            days: Vec::new(),
            setting,
        }
    }

    pub(super) async fn run(mut self) -> Result<Simulation, G::Error> {
        for day in 0..u64::from(self.setting.days) {
            let begins = day * DAY;
            let batches = u64::from(self.setting.batches_per_day);
            for batch in 0..batches {
                self.events.push(Reverse((begins + batch * DAY / batches, What::Batch(batch))));
            }
            self.events.push(Reverse((begins + DAY - 1, What::DayEnds)));
            self.capacity = self.setting.team.sdrs * self.setting.team.reviews_per_day;
            self.begin_work(begins);
            while let Some(Reverse((at, what))) = self.events.pop() {
                match what {
                    What::Done(number) => self.done(number, at).await?,
                    What::Deadline(number) => self.deadline(number, at).await?,
                    What::Batch(batch) => self.prepare(batch, at).await?,
                    What::DayEnds => break,
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

    /// A batch of each stream: what could be prepared by now, as far as it can be reviewed or may leave.
    async fn prepare(&mut self, batch: u64, at: u64) -> Result<(), G::Error> {
        for index in 0..self.streams.len() {
            let flow = &self.streams[index].flow;
            let (per_day, batches) = (u64::from(flow.packages_per_day), u64::from(self.setting.batches_per_day));
            let more = (per_day * (batch + 1)).div_ceil(batches) - (per_day * batch).div_ceil(batches);
            let stream = &mut self.streams[index];
            // What nobody could review yesterday is not prepared twice as often today.
            stream.ready = stream.ready.saturating_add(more as u32).min(stream.flow.packages_per_day);
            self.release(index, at).await?;
        }
        Ok(())
    }

    async fn release(&mut self, index: usize, at: u64) -> Result<(), G::Error> {
        let assessment = self.assess(index, at).await?;
        let stream = &self.streams[index];
        if stream.flow.model == HandoffModel::ReviewAndApprove || assessment.fraction >= ALL {
            let queued = u32::try_from(self.waiting.len()).unwrap_or(u32::MAX);
            let count = stream.ready.min(self.capacity.saturating_sub(queued)).min(BATCH_MAX);
            for _ in 0..count {
                let package = self.package(index);
                self.queue(package, at);
            }
            return Ok(());
        }
        if stream.open_checks > 0 {
            return Ok(());
        }
        let count = stream.ready.min(BATCH_MAX);
        let due = at.saturating_sub(stream.last_check) >= 5 * DAY;
        let lot = u32::try_from(index).unwrap_or(u32::MAX);
        let items = (stream.position..).take(count as usize);
        let items: Vec<LotItem> =
            items.map(|position| LotItem { lot, position, fraction: assessment.fraction, due }).collect();
        self.streams[index].position += u64::from(count);
        let sampled = self.governor.sample(items, self.setting.seed).await?;
        let held = self.streams[index].flow.plan.held;
        let mut unchecked = 0;
        for nth in 0..count {
            let package = self.package(index);
            if sampled.binary_search(&nth).is_ok() {
                let check = Work { check: true, gone: !held, ..package };
                if check.gone {
                    self.left(check);
                }
                self.streams[index].open_checks += 1;
                self.queue(check, at);
            } else {
                self.left(package);
                unchecked += 1;
            }
        }
        if unchecked > 0 {
            self.count(index, Event::Released(unchecked), at).await?;
        }
        Ok(())
    }

    fn package(&mut self, index: usize) -> Work {
        let stream = &mut self.streams[index];
        stream.ready = stream.ready.saturating_sub(1);
        stream.result.prepared += 1;
        self.day.prepared += 1;
        let nonconforming = self.random.chance(stream.flow.nonconforming);
        let mean = self.setting.team.review_seconds;
        let seconds = (mean / 2 + self.random.below(mean + 1)).max(1);
        Work { stream: index, nonconforming, check: false, gone: false, missed: false, seconds }
    }

    fn queue(&mut self, work: Work, at: u64) {
        self.numbers += 1;
        if work.check {
            let deadline = at + u64::from(self.setting.team.check_minutes) * 60;
            self.events.push(Reverse((deadline, What::Deadline(self.numbers))));
        }
        self.waiting.insert((!work.check, self.numbers), work);
    }

    fn begin_work(&mut self, at: u64) {
        while self.idle > 0 && self.capacity > 0 {
            let Some(((_, number), work)) = self.waiting.pop_first() else { return };
            self.idle -= 1;
            self.capacity -= 1;
            self.events.push(Reverse((at + u64::from(work.seconds), What::Done(number))));
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
        } else if self.random.chance(stream.flow.factual) {
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
                self.left(work);
            } else {
                self.day.stopped += 1;
            }
        }
        let routed = self.streams[work.stream].flow.model;
        let inspection = Inspection { at: moment(at), finding, routed, seconds: work.seconds, bulk: false };
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

    fn left(&mut self, work: Work) {
        let result = &mut self.streams[work.stream].result;
        let bad = u32::from(work.nonconforming);
        result.left += 1;
        result.bad_left += bad;
        self.day.left += 1;
        self.day.bad_left += bad;
    }

    async fn count(&mut self, index: usize, event: Event, at: u64) -> Result<(), G::Error> {
        let stream = &mut self.streams[index];
        let counted = self.governor.count(&stream.flow.plan, stream.tally, event).await?;
        stream.tally = counted.tally;
        self.assess(index, at).await?;
        if counted.stops == Reach::Fingerprint {
            for other in (0..self.streams.len()).filter(|other| *other != index) {
                let stream = &mut self.streams[other];
                stream.tally =
                    self.governor.count(&stream.flow.plan, stream.tally, Event::DefectElsewhere).await?.tally;
                self.assess(other, at).await?;
            }
        }
        Ok(())
    }

    async fn assess(&mut self, index: usize, at: u64) -> Result<Assessment, G::Error> {
        let stream = &mut self.streams[index];
        let per_week = stream.flow.packages_per_day * 5;
        let assessment = self.governor.assess(&stream.flow.plan, stream.tally, moment(at), per_week).await?;
        let free = assessment.fraction < ALL;
        stream.result.demotions += u32::from(stream.free && !free);
        stream.free = free;
        if assessment.standing == Standing::Proven {
            let day = u32::try_from(at / DAY + 1).unwrap_or(u32::MAX);
            stream.result.days_to_proven.get_or_insert(day);
        }
        Ok(assessment)
    }

    async fn end_day(&mut self, at: u64) -> Result<(), G::Error> {
        let mut day = std::mem::take(&mut self.day);
        for index in 0..self.streams.len() {
            day.standings.push(self.assess(index, at).await?.standing);
        }
        self.days.push(day);
        Ok(())
    }
}

/// The moment on a calendar with weekends.
fn moment(at: u64) -> Timestamp {
    let (day, second) = (at / DAY, at % DAY);
    let calendar_days = day + day / 5 * 2;
    START.saturating_add((calendar_days * 86_400 + second).cast_signed())
}
