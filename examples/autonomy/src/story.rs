//! The story, day by day.
//!
//! A working day: at nine the run prepares packages and lets go what standings allow; the worker transmits; at half past
//! ten Mara reads what waits, what was drawn for a check among it; in the evening the day is over. A moment is noted in
//! the morning where something was let go, whenever a standing changes, and in the evening.

use crate::office::{Left, Office};
use crate::reader;
use crate::table::{Moment, standing, table};
use crate::weeks::{self, DAYS, FOLLOWED, OTHER, Pages};
use anyhow::{Context as _, Result, ensure};
use baton_desk::desk::{QueueFilter, QueueRow, StreamView};
use baton_facts::quality::Standing;
use baton_facts::types::Timestamp;
use baton_model::PackageId;
use baton_model::decision::Decision;
use baton_model::package_state::State;
use baton_model::views::PackageView;
use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::path::Path;

const MINUTE: Timestamp = 60;
const READS_AT: Timestamp = 90 * MINUTE;
/// The tier of the streams that are followed.
const TIER: &str = "mid";
/// After the last sending window of the day has closed.
const EVENING: Timestamp = 13 * 3600;

/// The evening of the last day, as the command takes it.
pub fn end() -> String {
    let at = weeks::morning(DAYS - 1) + EVENING;
    chrono::DateTime::from_timestamp(at, 0).unwrap_or_default().format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Lives through it in this folder, and gives what is printed.
pub async fn tell(components: &Path, folder: &Path) -> Result<String> {
    let mut story = Story {
        office: Office::open(components, folder).await?,
        pages: Pages::new(),
        followed: HashSet::new(),
        let_go: HashMap::new(),
        wrong: Vec::new(),
        left: [0, 0],
        told: None,
        moments: Vec::new(),
    };
    for day in 0..DAYS {
        story.day(day).await?;
    }
    story.office.desk.store().close().await;
    let told = story.print()?;
    story.check().with_context(|| format!("{told}\n"))?;
    Ok(told)
}

/// A draft on a signal that is not so, and what became of it.
struct Wrong {
    account: String,
    package: PackageId,
    fate: &'static str,
}

struct Story {
    office: Office,
    pages: Pages,
    /// The followed stream's packages.
    followed: HashSet<PackageId>,
    /// Those of them that were let go without a look, by outbox entry, until they leave.
    let_go: HashMap<String, PackageId>,
    wrong: Vec<Wrong>,
    /// Messages of the followed stream that left since the last moment.
    left: [usize; 2],
    told: Option<Standing>,
    moments: Vec<Moment>,
}

impl Story {
    async fn day(&mut self, day: usize) -> Result<()> {
        let morning = weeks::morning(day);
        weeks::arrive(&self.office.crm, day, &mut self.pages)?;
        self.office.run(morning).await?;
        let prepared = self.see_prepared(morning).await?;
        self.let_go(morning, prepared).await?;

        let mut now = morning + READS_AT;
        let (mut read, mut turned_down) = (0, 0);
        for _ in 0..reader::A_DAY {
            self.transmit(now).await?;
            let queue = self.office.desk.queue(&QueueFilter::default(), None, 500, now).await?;
            // Ids are random: of those that stand alike in the queue she takes the first by name.
            let place = |row: &QueueRow| (row.tier.clone(), row.deadline, row.score);
            let first = queue.rows.first().map(place);
            let alike = queue.rows.iter().take_while(|row| Some(place(row)) == first);
            let Some(row) = alike.min_by_key(|row| (&row.account_name, row.touch_number)) else { break };
            let shown = self.office.desk.package(&row.id, now).await?;
            let request = reader::decide(&shown, &self.pages).context("a package that nobody can read")?;
            self.office.desk.decide(&request, now).await?;
            let bad = matches!(request.decision, Decision::Reject { .. });
            if self.followed.contains(&row.id) {
                read += 1;
                turned_down += usize::from(bad);
                self.see_change(now, &shown.account_name, bad).await?;
            }
            if bad {
                self.fate(&row.id, "turned down");
            }
            now += MINUTE;
        }
        self.transmit(morning + EVENING).await?;
        let what = match (read, turned_down) {
            (0, _) => "nothing to read".to_owned(),
            (read, 0) => format!("{read} read"),
            (read, down) => format!("{read} read, {down} turned down"),
        };
        self.note(morning + EVENING, what).await
    }

    /// How many packages of the followed stream are new this morning.
    async fn see_prepared(&mut self, now: Timestamp) -> Result<usize> {
        let waiting = self.office.desk.queue(&QueueFilter::default(), None, 500, now).await?;
        let mut prepared = 0;
        for row in waiting.rows.into_iter().filter(|row| row.prepared == now) {
            let shown = self.office.desk.package(&row.id, now).await?;
            if !is_followed(&shown) {
                continue;
            }
            prepared += 1;
            self.followed.insert(row.id.clone());
            if reader::is_wrong(&shown, &self.pages) {
                self.wrong.push(Wrong { account: row.account_name, package: row.id, fate: "still waits" });
            }
        }
        Ok(prepared)
    }

    async fn let_go(&mut self, now: Timestamp, prepared: usize) -> Result<()> {
        let batches = self.office.let_go().await?;
        let mut count = 0;
        for outbox in batches.entries {
            let package = self.office.desk.entry(&outbox).await?.package;
            if self.followed.contains(&package) {
                count += 1;
                self.let_go.insert(outbox, package);
            }
        }
        let checks = self.office.desk.checks().await?;
        let drawn = checks.iter().filter(|check| check.drawn == now && self.followed.contains(&check.package)).count();
        if count + drawn > 0 {
            self.note(now, format!("{prepared} prepared: {count} let go, {drawn} drawn")).await?;
        }
        Ok(())
    }

    async fn transmit(&mut self, until: Timestamp) -> Result<()> {
        for Left { outbox, package } in self.office.until(until).await? {
            let unchecked = self.let_go.remove(&outbox).is_some();
            if unchecked {
                self.fate(&package, "left unchecked");
            }
            if self.followed.contains(&package) {
                self.left[usize::from(!unchecked)] += 1;
            }
        }
        Ok(())
    }

    fn fate(&mut self, package: &PackageId, fate: &'static str) {
        if let Some(wrong) = self.wrong.iter_mut().find(|wrong| wrong.package == *package) {
            wrong.fate = fate;
        }
    }

    /// Notes the moment if the followed stream's standing is not what was noted last.
    async fn see_change(&mut self, now: Timestamp, name: &str, bad: bool) -> Result<()> {
        let standing = self.stream(FOLLOWED, now).await?.assessment.standing;
        if self.told.is_none_or(|told| told == standing) {
            return Ok(());
        }
        if !bad {
            return self.note(now, format!("{name}: approved")).await;
        }
        let back = self.see_back(now).await?;
        self.note(now, format!("{name}: not so; {back} back")).await
    }

    /// How many of those that were let go and have not left are in review again, with nothing of them in the outbox.
    async fn see_back(&mut self, now: Timestamp) -> Result<usize> {
        let mut back = 0;
        for (outbox, package) in std::mem::take(&mut self.let_go) {
            ensure!(self.office.desk.entry(&outbox).await.is_err(), "a message is in the outbox after the defect");
            ensure!(self.office.desk.package(&package, now).await?.state == State::Queued, "a message is nowhere");
            self.fate(&package, "back in review");
            back += 1;
        }
        Ok(back)
    }

    async fn stream(&self, kind: &str, now: Timestamp) -> Result<StreamView> {
        let streams = self.office.desk.quality(Some("pilot"), now).await?;
        let found = streams.into_iter().map(|stream| (stream.key.clone(), stream)).find(|(key, _)| {
            (key.tier.as_str(), key.signal_kind.as_str(), key.language.as_str()) == (TIER, kind, "en") && !key.follow_up
        });
        Ok(found.with_context(|| format!("no stream of {kind}"))?.1)
    }

    async fn note(&mut self, at: Timestamp, what: String) -> Result<()> {
        let (stream, other) = (self.stream(FOLLOWED, at).await?, self.stream(OTHER, at).await?);
        self.told = Some(stream.assessment.standing);
        let (left, other) = (std::mem::take(&mut self.left), other.assessment.standing);
        self.moments.push(Moment { at, what, stream, left, other });
        Ok(())
    }

    /// The standings in the order in which they came.
    fn standings(&self) -> Vec<Standing> {
        let mut standings: Vec<Standing> =
            self.moments.iter().map(|moment| moment.stream.assessment.standing).collect();
        standings.dedup();
        standings
    }

    /// The story is told only where it went as it is told.
    fn check(&self) -> Result<()> {
        use Standing::{Pilot, Probation, Proven, Suspended};
        let standings = self.standings();
        ensure!(
            standings == [Pilot, Probation, Proven, Suspended, Probation, Proven],
            "the stream went another way: {standings:?}"
        );
        for moment in &self.moments {
            let earned = matches!(moment.stream.assessment.standing, Proven);
            ensure!(earned || !moment.stream.lets_go, "let go while {}", standing(moment.stream.assessment.standing));
        }
        Ok(())
    }

    fn print(&self) -> Result<String> {
        let mut out = String::from(
            "The stream: campaign pilot, tier mid, leadership-change, first touch, English. The other stream: expansion.\n\n",
        );
        out += &table(&self.moments);
        writeln!(out, "\nDrafts on a signal that was not so")?;
        for Wrong { account, fate, .. } in &self.wrong {
            writeln!(out, "  {account:<22}{fate}")?;
        }
        Ok(out)
    }
}

/// Whether the package counts for the followed stream.
fn is_followed(view: &PackageView) -> bool {
    let Some(content) = view.content.as_ref().open() else { return false };
    let package = &content.package;
    package.touch_number == 1
        && content.routing.tier == TIER
        && package.angle.language == "en"
        && package.signals.first().is_some_and(|ranked| ranked.signal.kind == FOLLOWED)
}
