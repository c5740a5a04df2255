//! The story, day by day.
//!
//! A working day: at nine the run prepares packages and releases what may be sent without review; the worker sends; at
//! half past ten Mara reviews the queue, with the samples for spot-checks; in the evening the day is over. A moment is
//! recorded in the morning if something was released, whenever a standing changes, and in the evening.

use crate::reader;
use crate::story_server::{SentMessage, StoryServer};
use crate::table::{Moment, standing, table};
use crate::weeks::{self, DAYS, FOLLOWED, OTHER, Pages};
use anyhow::{Context as _, Result, ensure};
use baton_desk::autonomy::StreamView;
use baton_desk::reviews::{QueueFilter, QueueRow};
use baton_facts::quality::Standing;
use baton_facts::types::Timestamp;
use baton_model::PackageId;
use baton_model::decision::Decision;
use baton_model::package_state::PackageState;
use baton_model::views::PackageView;
use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::path::Path;

const MINUTE: Timestamp = 60;
const READS_AT: Timestamp = 90 * MINUTE;
/// The tier of the followed streams.
const TIER: &str = "mid";
/// After the last sending window of the day has closed.
const EVENING: Timestamp = 13 * 3600;

/// Returns the evening of the last day, in the format of `--now`.
pub fn end() -> String {
    let at = weeks::morning(DAYS - 1) + EVENING;
    chrono::DateTime::from_timestamp(at, 0).unwrap_or_default().format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Runs the story in this folder, and returns its text.
pub async fn tell(components: &Path, folder: &Path) -> Result<String> {
    let mut story = Story {
        server: StoryServer::open(components, folder).await?,
        pages: Pages::new(),
        followed: HashSet::new(),
        unreviewed: HashMap::new(),
        wrong: Vec::new(),
        sent: [0, 0],
        told: None,
        moments: Vec::new(),
    };
    for day in 0..DAYS {
        story.day(day).await?;
    }
    story.server.desk.store().close().await;
    let told = story.print()?;
    story.check().with_context(|| format!("{told}\n"))?;
    Ok(told)
}

/// A draft based on a false signal, and its result.
struct WrongDraft {
    account: String,
    package: PackageId,
    fate: &'static str,
}

struct Story {
    server: StoryServer,
    pages: Pages,
    /// The followed stream's packages.
    followed: HashSet<PackageId>,
    /// The packages of it released without review and not sent yet, by outbox entry.
    unreviewed: HashMap<String, PackageId>,
    wrong: Vec<WrongDraft>,
    /// Messages of the followed stream sent since the last moment: without and with review.
    sent: [usize; 2],
    told: Option<Standing>,
    moments: Vec<Moment>,
}

impl Story {
    async fn day(&mut self, day: usize) -> Result<()> {
        let morning = weeks::morning(day);
        weeks::arrive(&self.server.crm, day, &mut self.pages)?;
        self.server.run(morning).await?;
        let prepared = self.see_prepared(morning).await?;
        self.release_batches(morning, prepared).await?;

        let mut now = morning + READS_AT;
        let (mut read, mut rejected) = (0, 0);
        for _ in 0..reader::A_DAY {
            self.send_until(now).await?;
            let queue = self.server.desk.queue(&QueueFilter::default(), None, 500, now).await?;
            // Ids are random, so among packages of equal rank she takes the first name.
            let place = |row: &QueueRow| (row.tier.clone(), row.deadline, row.score);
            let first = queue.rows.first().map(place);
            let alike = queue.rows.iter().take_while(|row| Some(place(row)) == first);
            let Some(row) = alike.min_by_key(|row| (&row.account_name, row.touch_number)) else { break };
            let shown = self.server.desk.package(&row.id, now).await?;
            let request = reader::decide(&shown, &self.pages).context("a package without content")?;
            self.server.desk.decide(&request, now).await?;
            let bad = matches!(request.decision, Decision::Reject { .. });
            if self.followed.contains(&row.id) {
                read += 1;
                rejected += usize::from(bad);
                self.see_change(now, &shown.account_name, bad).await?;
            }
            if bad {
                self.fate(&row.id, "rejected");
            }
            now += MINUTE;
        }
        self.send_until(morning + EVENING).await?;
        let what = match (read, rejected) {
            (0, _) => "nothing to read".to_owned(),
            (read, 0) => format!("{read} read"),
            (read, rejected) => format!("{read} read, {rejected} rejected"),
        };
        self.note(morning + EVENING, what).await
    }

    /// Returns the number of new packages of the followed stream this morning.
    async fn see_prepared(&mut self, now: Timestamp) -> Result<usize> {
        let waiting = self.server.desk.queue(&QueueFilter::default(), None, 500, now).await?;
        let mut prepared = 0;
        for row in waiting.rows.into_iter().filter(|row| row.prepared == now) {
            let shown = self.server.desk.package(&row.id, now).await?;
            if !is_followed(&shown) {
                continue;
            }
            prepared += 1;
            self.followed.insert(row.id.clone());
            if reader::is_wrong(&shown, &self.pages) {
                self.wrong.push(WrongDraft { account: row.account_name, package: row.id, fate: "in review" });
            }
        }
        Ok(prepared)
    }

    async fn release_batches(&mut self, now: Timestamp, prepared: usize) -> Result<()> {
        let batches = self.server.release_batches().await?;
        let mut count = 0;
        for outbox in batches.entries {
            let package = self.server.desk.entry(&outbox).await?.package;
            if self.followed.contains(&package) {
                count += 1;
                self.unreviewed.insert(outbox, package);
            }
        }
        let checks = self.server.desk.checks().await?;
        let sampled =
            checks.iter().filter(|check| check.sampled == now && self.followed.contains(&check.package)).count();
        if count + sampled > 0 {
            self.note(now, format!("{prepared} prepared: {count} released, {sampled} sampled")).await?;
        }
        Ok(())
    }

    async fn send_until(&mut self, until: Timestamp) -> Result<()> {
        for SentMessage { outbox, package } in self.server.send_until(until).await? {
            let unchecked = self.unreviewed.remove(&outbox).is_some();
            if unchecked {
                self.fate(&package, "sent unchecked");
            }
            if self.followed.contains(&package) {
                self.sent[usize::from(!unchecked)] += 1;
            }
        }
        Ok(())
    }

    fn fate(&mut self, package: &PackageId, fate: &'static str) {
        if let Some(wrong) = self.wrong.iter_mut().find(|wrong| wrong.package == *package) {
            wrong.fate = fate;
        }
    }

    /// Records the moment if the standing of the followed stream has changed since the last one.
    async fn see_change(&mut self, now: Timestamp, name: &str, bad: bool) -> Result<()> {
        let standing = self.stream(FOLLOWED, now).await?.assessment.standing;
        if self.told.is_none_or(|told| told == standing) {
            return Ok(());
        }
        if !bad {
            return self.note(now, format!("{name}: approved")).await;
        }
        let back = self.see_back(now).await?;
        self.note(now, format!("{name}: wrong; {back} back")).await
    }

    /// Returns the number of released messages that went back to review before they were sent. None may stay in the outbox.
    async fn see_back(&mut self, now: Timestamp) -> Result<usize> {
        let mut back = 0;
        for (outbox, package) in std::mem::take(&mut self.unreviewed) {
            ensure!(self.server.desk.entry(&outbox).await.is_err(), "a message is in the outbox after the defect");
            ensure!(
                self.server.desk.package(&package, now).await?.state == PackageState::Queued,
                "a withdrawn message is not in review"
            );
            self.fate(&package, "back in review");
            back += 1;
        }
        Ok(back)
    }

    async fn stream(&self, kind: &str, now: Timestamp) -> Result<StreamView> {
        let streams = self.server.desk.quality(Some("pilot"), now).await?;
        let found = streams.into_iter().map(|stream| (stream.key.clone(), stream)).find(|(key, _)| {
            (key.tier.as_str(), key.signal_kind.as_str(), key.language.as_str()) == (TIER, kind, "en") && !key.follow_up
        });
        Ok(found.with_context(|| format!("no stream of {kind}"))?.1)
    }

    async fn note(&mut self, at: Timestamp, what: String) -> Result<()> {
        let (stream, other) = (self.stream(FOLLOWED, at).await?, self.stream(OTHER, at).await?);
        self.told = Some(stream.assessment.standing);
        let (sent, other) = (std::mem::take(&mut self.sent), other.assessment.standing);
        self.moments.push(Moment { at, what, stream, sent, other });
        Ok(())
    }

    /// Returns the standings in their order.
    fn standings(&self) -> Vec<Standing> {
        let mut standings: Vec<Standing> =
            self.moments.iter().map(|moment| moment.stream.assessment.standing).collect();
        standings.dedup();
        standings
    }

    /// Checks that the story matches the README.
    fn check(&self) -> Result<()> {
        use Standing::{Pilot, Probation, Proven, Suspended};
        let standings = self.standings();
        ensure!(
            standings == [Pilot, Probation, Proven, Suspended, Probation, Proven],
            "the stream had other standings: {standings:?}"
        );
        for moment in &self.moments {
            let earned = matches!(moment.stream.assessment.standing, Proven);
            ensure!(
                earned || !moment.stream.sends_unreviewed,
                "released while {}",
                standing(moment.stream.assessment.standing)
            );
        }
        Ok(())
    }

    fn print(&self) -> Result<String> {
        let mut out = String::from(
            "The stream: campaign pilot, tier mid, leadership-change, first touch, English. The other stream: expansion.\n\n",
        );
        out += &table(&self.moments);
        writeln!(out, "\nDrafts on a wrong signal")?;
        for WrongDraft { account, fate, .. } in &self.wrong {
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
        && content.routing.tier.as_deref() == Some(TIER)
        && package.angle.language == "en"
        && package.signals.first().is_some_and(|ranked| ranked.signal.kind == FOLLOWED)
}
